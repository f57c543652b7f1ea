//! A TR-064 Issue 2 Management Application without a face.
//!
//! [`Management`] is the whole of it: it finds gateways, is introduced to them, opens
//! them, reads and edits their parameters and restarts them. The command line and the
//! window are thin faces over the same methods; what they show are the plain values of
//! [`view`].
//!
//! * [`Management::discover`], [`Management::resolve`]: gateways on the network.
//! * [`Management::pair`], [`Management::log_in`], [`Management::roles`]: access;
//!   [`Management::access`] and what follows it in [`access`]: who else has it.
//! * [`Management::export_identity`], [`Management::import_identity`],
//!   [`Management::replace_identity`]: who gateways know us as, on a second computer or anew.
//! * [`Management::open_gateway`] gives a [`Session`] with its [`tree::ParameterTree`],
//!   read a level or a subtree at a time.
//! * [`Management::stage`], [`Management::review`], [`Management::apply_draft`]: edits are
//!   checked, kept on disk, sent in one SetValues, read back.
//! * [`Management::reboot`]: a timeline that ends when the same gateway answers again;
//!   [`Management::reset`]: one that ends with what is left to do.
//! * [`Management::tests`], [`Management::run_test`]: what the gateway can test, and a test
//!   from beginning to end.
//! * [`Management::status`]: a gateway at a glance, also as text for a ticket.
//! * [`Management::software`], [`Management::change_software`]: what is installed, and changes
//!   followed to their end.
//! * [`Management::logs`], [`Management::log_text`]: the logs a gateway keeps.
//! * [`Management::import_definitions`]: models of the Broadband Forum or a vendor from files.
//! * [`Management::ladder`]: which layer between the line and the internet is the lowest
//!   broken one.
//! * [`Management::setup`]: set-up for somebody who does it once, as a draft.
//! * [`Management::call`]: any action of any service of any UPnP device;
//!   [`Management::device_actions`] lists them.
//!
//! What goes wrong is an [`Error`] that names the gateway and the step; [`Error::failure`]
//! says it to a person. The gateway owns its parameters: what is kept here is what it
//! said, and when. [`schema`] holds facts of the data models, which advise and never
//! decide what exists. [`store`] is the only file access, [`clock`] the only clock.
//!
//! Left out on purpose: protocol (crate `upnp`), credentials (crate `dp-credentials`), and
//! everything a person sees.

pub mod access;
pub mod actions;
mod application;
mod apply;
mod attributes;
mod calls;
mod changes;
pub mod clock;
pub mod conversation;
pub mod crash;
pub mod definitions;
mod description_cache;
pub mod diagnostics;
pub mod doctor;
mod draft;
pub mod edit_path;
mod error;
pub mod explaining;
mod finding;
mod following;
pub mod forecast;
pub mod grid;
mod identity_file;
mod imported;
mod introduction;
mod inventory;
pub mod ladder;
pub mod limits;
mod link;
mod loading;
mod login;
pub mod logs;
pub mod measure;
pub mod naming;
mod opening;
mod picked;
pub mod profiles;
mod reading;
pub mod recipes;
mod remembered;
pub mod report;
mod restart;
pub mod restore;
mod row_edits;
pub mod rows;
pub mod schema;
pub mod search;
mod secret_place;
mod session;
mod settling;
pub mod setup;
mod showing;
pub mod snapshots;
pub mod software;
mod standing;
pub mod status;
pub mod store;
mod table_rules;
pub mod tree;
mod trust;
mod typed;
mod undo;
pub mod view;
mod watching;

pub use application::{Management, Options};
pub use attributes::{AttributesView, NodeAttributesView, NodeRightsView};
pub use calls::OutArguments;
pub use draft::{warning, Edit};
pub use error::{Error, RoleFacts, Step};
pub use following::{FollowNews, FollowedBy, ValueChange};
pub use identity_file::{
    AffectedGateway, ExportedIdentity, ImportedIdentity, OwnIdentity, ReplacedIdentity,
};
pub use imported::{DefinedModelView, DefinitionFileView, DefinitionInput, DefinitionSetView};
pub use introduction::{Ask, PairingWish, Proof};
pub use reading::Problem;
pub use remembered::RememberedRows;
pub use restart::{confirm_reset, ResetWish};
pub use secret_place::{SecretsAt, SecretsKind, SecretsState, SecretsView};
pub use session::Session;
pub use showing::Shown;
pub use standing::Loaded;
pub use typed::TypedView;
pub use undo::{HistoryChangeView, HistoryView, WayBack};
pub use upnp::driver::{introduction_control, IntroductionControl, IntroductionSignals};
pub use watching::Neighbourhood;
