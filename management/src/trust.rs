//! Whom this installation trusts, since when, and what may have happened when another
//! certificate answers.

use dp_credentials::identity::Fingerprint;
use dp_credentials::trust::TrustedGateway;
use serde::{Deserialize, Serialize};

use crate::application::Management;
use crate::error::Error;
use crate::view::{CertificateView, ChangeReason, ChangedView, GatewayState, TrustView};

/// What a gateway gave as its own when it was trusted. It proves nothing; it helps to judge
/// what may have happened when the certificate is another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairedAs {
    pub serial_number: Option<String>,
}

impl Management {
    /// What is trusted of a gateway; nothing for one that was never paired.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`] when the trusted gateways cannot be read.
    pub async fn trust_view(&self, udn: &str) -> Result<Option<TrustView>, Error> {
        let trusted = self.trusted(udn).await?;
        Ok(trusted.map(|trusted| self.trust_view_of(&trusted)))
    }

    pub(crate) fn trust_view_of(&self, trusted: &TrustedGateway) -> TrustView {
        let inventory = self.inventory();
        let paired_as = inventory
            .get(&trusted.udn)
            .map(|entry| entry.paired_as.clone());
        view_of(trusted, paired_as.unwrap_or_default())
    }

    /// Old and new side by side. The serial number that is announced now is asked for if it
    /// was not heard in this run: a description is public, and nothing else is sent.
    pub(crate) async fn changed_view(
        &self,
        trusted: &TrustedGateway,
        found: Option<Fingerprint>,
    ) -> ChangedView {
        let heard = |management: &Management| {
            let inventory = management.inventory();
            let entry = inventory.get(&trusted.udn)?;
            entry.device.as_ref()?;
            Some(entry.view.serial_number.clone())
        };
        let serial = match heard(self) {
            Some(serial) => serial,
            None => {
                if let Err(error) = self.describe_known(&trusted.udn).await {
                    tracing::debug!(%error, "its description cannot be had");
                }
                heard(self).flatten()
            }
        };
        changed(&trusted.udn, &self.trust_view_of(trusted), found, serial)
    }

    /// Drops trust, login and record of a gateway, and staged secrets. What the person typed
    /// otherwise, and the journal, stay for when it is paired again.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`], [`Error::Store`].
    pub async fn forget(&self, udn: &str) -> Result<(), Error> {
        self.close_gateway(udn).await;
        let owned = udn.to_owned();
        self.change_trust(move |trust| {
            trust.remove(&owned);
        })
        .await?;
        self.forget_login(udn).await?;
        self.forget_tree(udn).await?;
        let owned = udn.to_owned();
        self.store(move |store| store.drop_gateway_record(&owned))
            .await?;
        self.inventory().remove(udn);
        Ok(())
    }

    /// The trusted certificate was shown: what looked changed was somebody else.
    pub(crate) fn unchanged(&self, udn: &str) {
        self.inventory().update(udn, |view| {
            if view.state == GatewayState::Changed {
                view.state = GatewayState::Paired;
                view.reason = None;
            }
        });
    }

    /// Notes that whoever answers is not the one that was trusted.
    pub(crate) fn note_changed(&self, udn: &str, reason: &str) {
        self.inventory().update(udn, |view| {
            view.state = GatewayState::Changed;
            view.reason = Some(reason.to_owned());
        });
    }
}

fn view_of(trusted: &TrustedGateway, paired_as: PairedAs) -> TrustView {
    TrustView {
        certificate: certificate(trusted.fingerprint),
        identity: trusted.identity.to_string(),
        since: trusted.since.clone(),
        how: trusted.how.into(),
        serial_number: paired_as.serial_number,
    }
}

fn certificate(fingerprint: Fingerprint) -> CertificateView {
    CertificateView {
        fingerprint: fingerprint.to_string(),
        fingerprint_words: fingerprint.words(),
    }
}

/// Old and new certificate of a gateway, and what may have happened.
pub(crate) fn changed(
    udn: &str,
    old: &TrustView,
    found: Option<Fingerprint>,
    new_serial_number: Option<String>,
) -> ChangedView {
    let same_serial = match (&old.serial_number, &new_serial_number) {
        (Some(old), Some(new)) => Some(old.trim() == new.trim()),
        _ => None,
    };
    let uuid = udn.trim().trim_start_matches("uuid:");
    ChangedView {
        udn: udn.to_owned(),
        likely: likely(&Signs {
            old_was_proven: old.how.excludes_impostors(),
            name_follows_certificate: uuid.eq_ignore_ascii_case(&old.identity),
            same_serial,
            protection_gone: found.is_none(),
        }),
        old: old.clone(),
        new: found.map(certificate),
        new_serial_number,
    }
}

/// What is known of a change.
struct Signs {
    /// The old certificate was proven by PIN, or compared by a person.
    old_was_proven: bool,
    /// The UDN was made of the old certificate, as some makers do.
    name_follows_certificate: bool,
    /// Whether the serial number announced now is the old one, where both are known.
    same_serial: Option<bool>,
    /// No certificate is shown at all.
    protection_gone: bool,
}

/// What may have happened, likeliest first. An impostor is always among it: nothing that
/// is announced is proven.
fn likely(signs: &Signs) -> Vec<ChangeReason> {
    use ChangeReason::{FactoryReset, Impostor, OldNeverProven, Replaced};
    let mut honest = match signs.same_serial {
        Some(true) => vec![FactoryReset],
        Some(false) => vec![Replaced],
        None => vec![FactoryReset, Replaced],
    };
    // A gateway whose name is made of its certificate has another name after a reset; and
    // a reset takes no protection away.
    let suspicious = signs.name_follows_certificate || signs.protection_gone;
    let mut reasons = Vec::new();
    if !signs.old_was_proven {
        reasons.push(OldNeverProven);
    }
    if suspicious {
        reasons.push(Impostor);
        reasons.append(&mut honest);
    } else {
        reasons.append(&mut honest);
        reasons.push(Impostor);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::TrustedHow;
    use ChangeReason::{FactoryReset, Impostor, OldNeverProven, Replaced};

    fn of(
        old_was_proven: bool,
        name_follows_certificate: bool,
        same_serial: Option<bool>,
        protection_gone: bool,
    ) -> Vec<ChangeReason> {
        likely(&Signs {
            old_was_proven,
            name_follows_certificate,
            same_serial,
            protection_gone,
        })
    }

    #[test]
    fn the_serial_number_tells_a_reset_from_another_box() {
        assert_eq!(of(true, false, Some(true), false), [FactoryReset, Impostor]);
        assert_eq!(of(true, false, Some(false), false), [Replaced, Impostor]);
        assert_eq!(
            of(true, false, None, false),
            [FactoryReset, Replaced, Impostor]
        );
    }

    #[test]
    fn a_name_that_should_have_changed_too_is_suspicious() {
        assert_eq!(of(true, true, Some(true), false), [Impostor, FactoryReset]);
        assert_eq!(of(true, false, Some(true), true), [Impostor, FactoryReset]);
    }

    #[test]
    fn a_certificate_taken_by_the_button_may_have_been_wrong_from_the_start() {
        let old = |how| TrustView {
            certificate: certificate(Fingerprint::of_leaf_der(b"old")),
            identity: "7c1f9a52-3b60-5e0d-9a44-1f2b3c4d5e6f".to_owned(),
            since: "2026-01-12T09:14:00Z".to_owned(),
            how,
            serial_number: None,
        };
        let reasons = |how| {
            let found = Some(Fingerprint::of_leaf_der(b"new"));
            changed("uuid:1", &old(how), found, None).likely
        };
        assert_eq!(reasons(TrustedHow::PushButton)[0], OldNeverProven);
        for how in [TrustedHow::Pin, TrustedHow::ByHand] {
            assert!(!reasons(how).contains(&OldNeverProven));
        }
    }

    #[test]
    fn what_was_never_proven_is_doubted_first() {
        assert_eq!(
            of(false, false, Some(true), false),
            [OldNeverProven, FactoryReset, Impostor]
        );
    }
}
