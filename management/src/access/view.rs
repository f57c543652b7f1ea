//! The access list as a face shows it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Who the gateway knows, and the roles it has to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccessView {
    /// Users and control points, in the gateway's order.
    pub identities: Vec<IdentityView>,
    /// Roles that can be granted.
    pub roles: Vec<String>,
    /// What the gateway keeps besides. It is shown as it is and never changed.
    pub unknown: Vec<UnknownPartView>,
}

/// What kind of identity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// Somebody with a password.
    User,
    /// A program on a computer, known by its certificate.
    ControlPoint,
}

/// One identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IdentityView {
    /// `user:NAME` or `control-point:ID`: what names it without doubt.
    pub key: String,
    /// What it is.
    pub kind: IdentityKind,
    /// Login name, or the name in the certificate.
    pub name: String,
    /// What a person called the control point.
    pub alias: Option<String>,
    /// Identity of the control point's certificate.
    pub id: Option<String>,
    /// Whether the control point proved PIN or button.
    pub introduced: bool,
    /// Roles that last.
    pub roles: Vec<String>,
    /// Whether it is this installation.
    pub is_this_computer: bool,
    /// Whether it is the user who is logged in here.
    pub is_logged_in: bool,
    /// Whether removing it takes the gateway's name as confirmation.
    pub removal_needs_name: bool,
    /// Whether taking Admin from it takes the gateway's name as confirmation.
    pub admin_needs_name: bool,
}

/// A piece of the list that has no meaning here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UnknownPartView {
    /// Where it stands, for example `Identities/User anna`.
    pub place: String,
    /// As it was sent.
    pub xml: String,
}

/// What became of a change: it was sent, and the list was read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccessChangeView {
    /// Whether reading back showed the change. A gateway need not let a password be seen.
    pub verified: bool,
    /// The list as it is now; nothing when this computer may not read it any more.
    pub access: Option<AccessView>,
}
