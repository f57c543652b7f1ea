//! Set-up for somebody who does it once. Passwords cross inward; the one of the Wi-Fi crosses back
//! only for a card the person asked to see.

use std::path::{Path, PathBuf};

use dp_credentials::secrets::Secret;
use management::schema::Language;
use management::setup::{
    Operator, SetupField, SetupProgressView, SetupStep, SetupVerdictView, SetupView,
};
use management::Error;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::files::{free_file, write_new};
use super::{told, Answer, App};

/// The card of a Wi-Fi, on the screen because a person asked for it.
#[derive(Clone, PartialEq, Eq, Serialize, Type)]
pub struct WifiCardView {
    /// Name of the Wi-Fi.
    pub wifi_name: String,
    /// Its password: the whole point of the card.
    pub password: String,
    /// The square for telephones, as SVG.
    pub svg: String,
}

/// Forms of a card as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CardForm {
    /// A page with everything, for any browser.
    Html,
    /// The square alone.
    Svg,
}

impl App {
    /// The set-up somebody was in when the program ended.
    ///
    /// # Errors
    ///
    /// As [`management::Management::setup_progress`].
    pub async fn setup_progress(&self) -> Answer<Option<SetupProgressView>> {
        self.management()?.setup_progress().await.map_err(told)
    }

    /// What a gateway needs, and how far it is.
    ///
    /// # Errors
    ///
    /// As [`management::Management::setup`].
    pub async fn setup(&self, udn: &str) -> Answer<SetupView> {
        let view = self.management()?.setup(udn, self.operator()).await;
        self.push_gateway(udn);
        view.map_err(told)
    }

    /// Notes where a person is.
    ///
    /// # Errors
    ///
    /// As [`management::Management::keep_setup_step`].
    pub async fn keep_setup_step(&self, udn: &str, step: SetupStep, open: bool) -> Answer<()> {
        let management = self.management()?;
        management
            .keep_setup_step(udn, step, open)
            .await
            .map_err(told)
    }

    /// Keeps what is being typed into a field of a step.
    ///
    /// # Errors
    ///
    /// As [`management::Management::keep_begun`].
    pub async fn keep_begun(
        &self,
        udn: &str,
        field: SetupField,
        text: Secret<String>,
    ) -> Answer<()> {
        let management = self.management()?;
        management.keep_begun(udn, field, text).await.map_err(told)
    }

    /// Puts user name and password of the line into the draft; without a password the one that was
    /// begun before the program ended.
    ///
    /// # Errors
    ///
    /// As [`management::Management::answer_login`].
    pub async fn answer_login(
        &self,
        udn: &str,
        user_name: &str,
        password: Option<Secret<String>>,
    ) -> Answer<SetupView> {
        let management = self.management()?;
        let password = match password {
            None => management
                .begun_password(udn, SetupField::Password)
                .await
                .map_err(told)?,
            typed => typed,
        };
        management
            .answer_login(udn, self.operator(), user_name, password.as_ref())
            .await
            .map_err(told)?;
        self.after_answer(udn).await
    }

    /// Puts name and password of the Wi-Fi into the draft.
    ///
    /// # Errors
    ///
    /// As [`management::Management::answer_wifi`].
    pub async fn answer_wifi(
        &self,
        udn: &str,
        name: &str,
        password: Option<Secret<String>>,
    ) -> Answer<SetupView> {
        let management = self.management()?;
        let password = match password {
            None => management
                .begun_password(udn, SetupField::WifiPassword)
                .await
                .map_err(told)?,
            typed => typed,
        };
        management
            .answer_wifi(udn, name, password.as_ref())
            .await
            .map_err(told)?;
        self.after_answer(udn).await
    }

    /// Leaves out a step.
    ///
    /// # Errors
    ///
    /// As [`management::Management::leave_out`].
    pub async fn leave_out(&self, udn: &str, step: SetupStep) -> Answer<SetupView> {
        self.management()?
            .leave_out(udn, step)
            .await
            .map_err(told)?;
        self.after_answer(udn).await
    }

    /// Whether the internet works.
    ///
    /// # Errors
    ///
    /// As [`management::Management::setup_verdict`].
    pub async fn setup_verdict(&self, udn: &str) -> Answer<SetupVerdictView> {
        self.management()?.setup_verdict(udn).await.map_err(told)
    }

    /// The card, with its password: only when a person asked for it.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there is none any more; as [`management::Management::setup_card`].
    pub async fn show_wifi_card(&self, udn: &str) -> Answer<WifiCardView> {
        let card = self.wifi_card(udn).await?;
        Ok(WifiCardView {
            svg: card.svg().map_err(told)?.expose().clone(),
            password: card.password.expose().clone(),
            wifi_name: card.wifi_name,
        })
    }

    /// A free name of a file for the card.
    pub fn wifi_card_file(&self, form: CardForm) -> PathBuf {
        free_file(
            "wifi-card",
            match form {
                CardForm::Html => "html",
                CardForm::Svg => "svg",
            },
        )
    }

    /// Writes the card to a new file that only its owner may read.
    ///
    /// # Errors
    ///
    /// As [`App::show_wifi_card`]; a file that exists already, or cannot be written.
    pub async fn save_wifi_card(
        &self,
        udn: &str,
        form: CardForm,
        language: Language,
        file: &Path,
    ) -> Answer<()> {
        let card = self.wifi_card(udn).await?;
        let text = match form {
            CardForm::Html => card.html(language),
            CardForm::Svg => card.svg(),
        };
        write_new(file, &text.map_err(told)?).map_err(told)
    }

    /// Ends a set-up and forgets its card.
    ///
    /// # Errors
    ///
    /// As [`management::Management::end_setup`].
    pub async fn end_setup(&self, udn: &str) -> Answer<()> {
        self.management()?.end_setup(udn).await.map_err(told)
    }

    fn operator(&self) -> &Operator {
        &self.operator
    }

    async fn wifi_card(&self, udn: &str) -> Answer<management::setup::WifiCard> {
        let card = self.management()?.setup_card(udn).await.map_err(told)?;
        card.ok_or_else(|| {
            told(Error::Usage(
                "the Wi-Fi password is not known here any more".to_owned(),
            ))
        })
    }

    async fn after_answer(&self, udn: &str) -> Answer<SetupView> {
        let draft = self.management()?.draft(udn).await.map_err(told)?;
        self.pushed_draft(draft);
        self.setup(udn).await
    }
}
