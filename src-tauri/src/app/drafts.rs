//! Edits that wait, and sending them.

use management::view::{ApplyView, DraftView};
use management::TypedView;

use super::{told, Answer, App};

impl App {
    /// The draft of a gateway.
    ///
    /// # Errors
    ///
    /// As [`management::Management::draft`].
    pub async fn draft(&self, udn: &str) -> Answer<DraftView> {
        self.management()?.draft(udn).await.map_err(told)
    }

    /// What was typed for parameters and is not in the draft.
    ///
    /// # Errors
    ///
    /// As [`management::Management::typed`].
    pub async fn typed(&self, udn: &str) -> Answer<Vec<TypedView>> {
        self.management()?.typed(udn).await.map_err(told)
    }

    /// Keeps what is being typed for a parameter.
    ///
    /// # Errors
    ///
    /// As [`management::Management::keep_typed`].
    pub async fn keep_typed(&self, udn: &str, upnp_path: &str, text: Option<&str>) -> Answer<()> {
        let management = self.management()?;
        management
            .keep_typed(udn, upnp_path, text)
            .await
            .map_err(told)
    }

    /// Puts an edit into the draft; nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`management::Management::stage`].
    pub async fn stage(&self, udn: &str, upnp_path: &str, value: &str) -> Answer<DraftView> {
        let draft = self
            .management()?
            .stage(udn, upnp_path, value)
            .await
            .map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// Takes an edit out of the draft.
    ///
    /// # Errors
    ///
    /// As [`management::Management::unstage`].
    pub async fn unstage(&self, udn: &str, upnp_path: &str) -> Answer<DraftView> {
        let draft = self
            .management()?
            .unstage(udn, upnp_path)
            .await
            .map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// Empties the draft.
    ///
    /// # Errors
    ///
    /// As [`management::Management::discard`].
    pub async fn discard(&self, udn: &str) -> Answer<DraftView> {
        let draft = self.management()?.discard(udn).await.map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// The draft compared with the gateway's present values.
    ///
    /// # Errors
    ///
    /// As [`management::Management::review`].
    pub async fn review(&self, udn: &str) -> Answer<DraftView> {
        self.management()?.review(udn).await.map_err(told)
    }

    /// Sends the draft in one request and reads it back.
    ///
    /// # Errors
    ///
    /// As [`management::Management::apply_draft`].
    pub async fn apply(&self, udn: &str) -> Answer<ApplyView> {
        self.management()?.apply_draft(udn).await.map_err(told)
    }
}
