//! Status at a glance with the text that may leave for a ticket.

use management::status::StatusView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the window shows of a gateway, and what it copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StatusPage {
    /// The page; it stays here.
    pub status: StatusView,
    /// The same for a ticket: only what is on the list of what may leave.
    pub ticket: String,
}

impl From<StatusView> for StatusPage {
    fn from(status: StatusView) -> StatusPage {
        StatusPage {
            ticket: status.ticket_text(),
            status,
        }
    }
}
