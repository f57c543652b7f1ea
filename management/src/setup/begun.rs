//! What is typed into a step that is not finished. A name comes back as it was typed; of a
//! password only how long it is, as nothing that was typed as a secret is ever shown again.

use std::sync::Arc;

use dp_credentials::secrets::Secret;

use super::checks::is_key;
use super::view::BegunPassword;
use super::{FieldProblem, SetupField, SetupStep};
use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::store::{DraftValue, TypedText};

/// What was begun, by field.
#[derive(Debug, Default)]
pub(super) struct Begun(Vec<(SetupField, DraftValue)>);

impl Begun {
    /// A name as far as it was typed.
    pub fn name(&self, field: SetupField) -> Option<String> {
        Some(self.of(field)?.expose().to_owned())
    }

    /// How far a password was typed, and whether it could be one; a key of 64 digits only
    /// where `takes_key`.
    pub fn password(&self, field: SetupField, takes_key: bool) -> Option<BegunPassword> {
        let text = self.of(field)?.expose();
        let refused = is_key(text) && !takes_key;
        let refused = refused.then_some(FieldProblem::NoDigits);
        Some(BegunPassword {
            characters: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            problem: refused.or_else(|| field.problem(text)),
        })
    }

    fn of(&self, field: SetupField) -> Option<&DraftValue> {
        let found = self.0.iter().find(|(one, _)| *one == field);
        found.map(|(_, text)| text)
    }
}

impl Management {
    /// Keeps what is being typed into a field, in the place of what was typed before; an empty text
    /// is forgotten. A password is sealed as in a draft.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`] when it cannot be sealed, [`Error::Store`].
    pub async fn keep_begun(
        &self,
        udn: &str,
        field: SetupField,
        text: Secret<String>,
    ) -> Result<(), Error> {
        if text.expose().is_empty() {
            return self.forget_begun(udn, &[field]).await;
        }
        let typed = TypedText {
            place: field.place().to_owned(),
            text: match field.is_secret() {
                true => DraftValue::Secret(text),
                false => DraftValue::Plain(text.expose().clone()),
            },
        };
        let (owned, sealer, now) = (udn.to_owned(), Arc::clone(&self.inner.sealer), clock::now());
        self.store(move |store| store.keep_text(&owned, &typed, &now, &*sealer))
            .await
    }

    /// A password that was typed before the program ended, if it could be one.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn begun_password(
        &self,
        udn: &str,
        field: SetupField,
    ) -> Result<Option<Secret<String>>, Error> {
        let begun = self.begun(udn).await?;
        let text = begun.of(field).map(DraftValue::expose);
        let whole = text.filter(|text| field.is_secret() && field.problem(text).is_none());
        Ok(whole.map(|text| Secret::new(text.to_owned())))
    }

    /// Everything that was begun at a gateway.
    pub(super) async fn begun(&self, udn: &str) -> Result<Begun, Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let texts = self
            .store(move |store| store.texts(&owned, &*sealer))
            .await?;
        let fields = texts
            .into_iter()
            .filter_map(|one| Some((SetupField::at(&one.place)?, one.text)));
        Ok(Begun(fields.collect()))
    }

    /// The fields were answered, left out, or their set-up ended.
    pub(super) async fn forget_begun(&self, udn: &str, fields: &[SetupField]) -> Result<(), Error> {
        let owned = udn.to_owned();
        let places: Vec<&'static str> = fields.iter().map(|field| field.place()).collect();
        self.store(move |store| store.forget_texts(&owned, &places))
            .await
    }
}

impl SetupField {
    /// All of them.
    pub(super) const ALL: &'static [SetupField] = &[
        SetupField::UserName,
        SetupField::Password,
        SetupField::WifiName,
        SetupField::WifiPassword,
    ];

    /// Those of a step.
    pub(super) fn of_step(step: SetupStep) -> &'static [SetupField] {
        match step {
            SetupStep::Internet => &Self::ALL[..2],
            SetupStep::Wifi => &Self::ALL[2..],
            _ => &[],
        }
    }

    fn is_secret(self) -> bool {
        matches!(self, SetupField::Password | SetupField::WifiPassword)
    }

    /// Its name among the texts of a gateway; no path of a parameter is like it.
    fn place(self) -> &'static str {
        match self {
            SetupField::UserName => "setup:user_name",
            SetupField::Password => "setup:password",
            SetupField::WifiName => "setup:wifi_name",
            SetupField::WifiPassword => "setup:wifi_password",
        }
    }

    fn at(place: &str) -> Option<SetupField> {
        Self::ALL.iter().copied().find(|one| one.place() == place)
    }
}
