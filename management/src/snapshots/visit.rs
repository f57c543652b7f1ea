//! What a person finds changed when they come back to a gateway.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::compare::ComparisonView;
use super::IMPORTED;
use crate::application::Management;
use crate::error::Error;
use crate::store::SnapshotHead;

/// What is different from the last visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct VisitView {
    /// What was saved then.
    pub before: SnapshotHead,
    /// Then and now.
    pub comparison: ComparisonView,
}

impl Management {
    /// Saves the whole tree, which was read before, as a visit, and compares it with what was
    /// saved last. `None` on the first visit, or when the tree was not read as a whole.
    ///
    /// # Errors
    ///
    /// As [`Management::remember_visit`].
    pub async fn visit(&self, udn: &str) -> Result<Option<VisitView>, Error> {
        let saved = self.snapshots(udn).await?;
        let Some(now) = self.remember_visit(udn).await? else {
            return Ok(None);
        };
        match saved.into_iter().find(|head| head.how != IMPORTED) {
            Some(before) => {
                let comparison = self.compare_snapshots(before.id, now.id).await?;
                Ok(Some(VisitView { before, comparison }))
            }
            None => Ok(None),
        }
    }
}
