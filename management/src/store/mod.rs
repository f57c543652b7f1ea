//! What outlives the program: known gateways, what they described and their trees as last seen,
//! drafts, texts that are no draft yet, the journal, what was learned, saved trees,
//! imported definitions, how far a set-up is.
//!
//! One SQLite file, the only file access of this crate (secrets and trust live in the
//! `SecretStore`). Everything here **blocks**: an async caller uses `spawn_blocking`. A [`Store`] is
//! `Send + Sync` and cheap to share in an `Arc`; two processes may have the same directory open.
//!
//! * A write is on the disk when the method returns, whole or not at all, also when the program is
//!   killed or the power fails in the middle.
//! * Time is passed in, as RFC 3339 text in UTC.
//! * Every table is bounded ([`limits`]); the oldest rows go first.
//! * A secret value never reaches the file in clear: drafts and texts of secrets are sealed ([`Sealer`]), the
//!   journal keeps a mark in the place of the value. Which value is a secret is decided here too,
//!   by [`crate::schema::is_secret`], whatever the caller believed.

pub mod limits;
pub mod records;
pub mod seal;

mod chunks;
mod definitions;
mod descriptions;
mod drafts;
mod gateways;
mod journal;
mod learned;
mod migrations;
mod open;
mod setups;
mod snapshots;
mod test_runs;
#[cfg(test)]
mod tests;
mod texts;
mod trees;

pub(crate) use chunks::mark as path_mark;
pub use drafts::{StoredDrafts, UnreadableDraft};
pub use open::{Store, StoreError};
pub use records::{
    DefinitionSet, Draft, DraftValue, JournalChange, JournalEntry, JournalState, JournalValue,
    KeptDescription, KnownGateway, NewSnapshot, SavedValue, Snapshot, SnapshotHead, SnapshotOrigin,
};
pub use seal::{SealError, Sealer, SecretSealer};
pub use setups::KeptSetup;
pub use texts::TypedText;
pub use trees::KeptTree;
