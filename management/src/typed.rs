//! Texts that were typed for a parameter and are not in the draft: refused, or not finished. They
//! are kept until the draft has them or the person gives them up. Those of secrets stay with the
//! face that took them, and end with it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::schema::is_secret;
use crate::store::{DraftValue, TypedText};

/// A text that was typed for a parameter and is not in the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TypedView {
    /// UPnP path of the parameter.
    pub upnp_path: String,
    /// Shown path, while the gateway is open.
    pub path: String,
    /// What was typed.
    pub text: String,
}

impl Management {
    /// What was typed for parameters of a gateway and is not in its draft.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn typed(&self, udn: &str) -> Result<Vec<TypedView>, Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let texts = self
            .store(move |store| store.texts(&owned, &*sealer))
            .await?;
        let session = self.session(udn);
        let shown_path = |upnp_path: &str| match &session {
            Some(session) => session.naming().shown(upnp_path),
            None => upnp_path.to_owned(),
        };
        let shown = texts.into_iter().filter_map(|one| match one.text {
            DraftValue::Plain(text) if is_path(&one.place) => Some(TypedView {
                path: shown_path(&one.place),
                upnp_path: one.place,
                text,
            }),
            _ => None,
        });
        Ok(shown.collect())
    }

    /// Keeps a text in the place of the one before; without a text the one before is forgotten.
    /// A text of a secret is not kept.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for what is no UPnP path or too long, [`Error::Store`].
    pub async fn keep_typed(
        &self,
        udn: &str,
        upnp_path: &str,
        text: Option<&str>,
    ) -> Result<(), Error> {
        if !is_path(upnp_path) {
            return Err(Error::Usage(format!("{upnp_path} is no UPnP path")));
        }
        let (owned, place) = (udn.to_owned(), upnp_path.to_owned());
        let text = text.filter(|_| !is_secret(upnp_path)).map(str::to_owned);
        let (sealer, now) = (Arc::clone(&self.inner.sealer), clock::now());
        self.store(move |store| match text {
            None => store.forget_texts(&owned, &[&place]),
            Some(text) => {
                let text = DraftValue::Plain(text);
                store.keep_text(&owned, &TypedText { place, text }, &now, &*sealer)
            }
        })
        .await
    }
}

fn is_path(place: &str) -> bool {
    place.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Options;

    const UDN: &str = "uuid:1";
    const SSID: &str = "/BBF/WiFi/SSID/1/SSID";

    #[tokio::test]
    async fn a_text_is_kept_until_it_is_given_up_and_a_secret_never() {
        let dir = tempfile::tempdir().expect("a directory");
        let options = || Options {
            state_dir: Some(dir.path().to_owned()),
            ..Options::default()
        };
        let all = Management::open(options()).await.expect("opens");
        for text in ["Zum", "Zum Anker mit einem viel zu langen Namen"] {
            all.keep_typed(UDN, SSID, Some(text)).await.expect("keeps");
        }
        let secret = "/BBF/WiFi/AccessPoint/1/Security/KeyPassphrase";
        all.keep_typed(UDN, secret, Some("kurz"))
            .await
            .expect("is let be");
        assert!(all
            .keep_typed(UDN, "setup:user_name", Some("x"))
            .await
            .is_err());
        drop(all);

        let all = Management::open(options()).await.expect("opens");
        let typed = all.typed(UDN).await.expect("reads");
        let [one] = typed.as_slice() else {
            panic!("{typed:?}");
        };
        assert_eq!(one.upnp_path, SSID);
        assert!(one.text.ends_with("langen Namen"));
        all.keep_typed(UDN, SSID, None).await.expect("forgets");
        assert!(all.typed(UDN).await.expect("reads").is_empty());
    }
}
