//! This installation's identity in a file for a second computer, and a new one for the day
//! the old one fell into wrong hands.
//!
//! The file holds the private key with its two certificates and the gateways that are
//! trusted: who may use the one may as well know the others, and without them a second
//! computer would have to take every certificate on faith. Logins of users are left out.
//! Inside the passphrase ([`sealed`]): one line of JSON ([`Contents`]), then PEM.

use std::path::{Path, PathBuf};

use dp_credentials::identity::{Identity, IdentityUuid, KeyKind};
use dp_credentials::secrets::sealed::{self, SealedError, SEALED_MAX_BYTES};
use dp_credentials::secrets::{file, Secret};
use dp_credentials::trust::{TrustStore, TrustedGateway};
use openssl::pkey::Id;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::{blocking, keep_identity, new_identity, read_identity, Management};
use crate::clock;
use crate::error::Error;

/// Marks what was sealed: nothing else of ours may be taken for an identity.
const KIND: &str = "lanside-identity-1";

/// The first line of what is sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    kind: String,
    trusted: Vec<TrustedGateway>,
}

/// Who gateways know us as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OwnIdentity {
    /// Identity UUID that stands in access lists.
    pub identity: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub certificate_sha256: String,
    /// The same as six short words, to compare by voice.
    pub fingerprint_words: String,
    /// Common name in the certificate: what gateways show us under.
    pub common_name: String,
    /// Until when the certificate is valid, RFC 3339 in UTC.
    pub valid_until: String,
    /// Kind and size of the key, for example `RSA 2048`.
    pub key: String,
    /// Gateways that still let in an identity which was ours before; one stands here once for
    /// each of them.
    pub revoke: Vec<AffectedGateway>,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportedIdentity {
    /// Identity UUID that gateways know us by.
    pub identity: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub certificate_sha256: String,
    /// The file.
    pub file: PathBuf,
    /// How many trusted gateways went along.
    pub gateways: usize,
}

/// A gateway that a change of identity concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AffectedGateway {
    /// Unique Device Name, `uuid:` included.
    pub udn: String,
    /// Name the gateway gives itself, when it was ever seen here.
    pub name: Option<String>,
    /// Where it was last.
    pub address: Option<String>,
    /// Identity UUID that stands in its access list for us and is ours no longer.
    pub identity: String,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportedIdentity {
    /// Identity UUID that gateways know us by from now on.
    pub identity: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub certificate_sha256: String,
    /// The identity that was given up.
    pub replaced: Option<String>,
    /// How many gateways are trusted that were not before.
    pub gateways_added: usize,
    /// Gateways that know the old identity alone and must be paired again.
    pub pair_again: Vec<AffectedGateway>,
    /// Gateways whose certificate differs between here and the file; what was trusted here
    /// stays trusted.
    pub kept_other_certificate: Vec<String>,
}

/// A new identity in place of the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplacedIdentity {
    /// Identity UUID that gateways know us by from now on.
    pub identity: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub certificate_sha256: String,
    /// The old identity, when it could still be read.
    pub replaced: Option<String>,
    /// Gateways that still let an old identity in, this one or one before it, to be paired
    /// again and the old one removed there. A gateway stands here once for each.
    pub revoke: Vec<AffectedGateway>,
}

impl Management {
    /// Who gateways know us as; the identity is made when there is none yet.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`]; [`Error::Internal`] for a damaged identity.
    pub async fn own_identity(&self) -> Result<OwnIdentity, Error> {
        let identity = self.identity().await?;
        let fingerprint = identity.fingerprint();
        let key = identity.private_key();
        let kind = match key.id() {
            Id::RSA => "RSA",
            Id::EC => "EC",
            _ => "",
        };
        Ok(OwnIdentity {
            identity: identity.uuid().to_string(),
            certificate_sha256: fingerprint.to_string(),
            fingerprint_words: fingerprint.words(),
            common_name: identity.common_name(),
            valid_until: clock::certificate_time(identity.leaf().not_after())
                .map_err(|error| Error::Internal(error.to_string()))?,
            key: format!("{kind} {}", key.bits()).trim().to_owned(),
            revoke: self.still_let_in(identity.uuid()).await?,
        })
    }

    /// Writes identity and trusted gateways to a new file that the passphrase opens.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a short passphrase or a file that exists or cannot be written.
    pub async fn export_identity(
        &self,
        path: &Path,
        passphrase: Secret<String>,
    ) -> Result<ExportedIdentity, Error> {
        if path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let identity = self.identity().await?;
        let trusted = self.trusted_now().await?;
        let exported = ExportedIdentity {
            identity: identity.uuid().to_string(),
            certificate_sha256: identity.fingerprint().to_string(),
            file: path.to_owned(),
            gateways: trusted.len(),
        };
        let path = path.to_owned();
        blocking(move || {
            let bytes = sealed::seal(&pack(&identity, trusted)?, &passphrase).map_err(failed)?;
            file::write_new(&path, &bytes).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => exists(&path),
                _ => Error::Usage(format!("{} cannot be written: {error}", path.display())),
            })
        })
        .await??;
        Ok(exported)
    }

    /// Takes over the identity of a file and trusts the gateways in it, beside those trusted
    /// here.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the file does not open, or when this installation has another
    /// identity and `replace` is not set; nothing has changed then.
    pub async fn import_identity(
        &self,
        path: &Path,
        passphrase: Secret<String>,
        replace: bool,
    ) -> Result<ImportedIdentity, Error> {
        let path = path.to_owned();
        let (identity, offered) = blocking(move || {
            let bytes = file::read_at_most(&path, SEALED_MAX_BYTES).map_err(|error| {
                Error::Usage(format!("{} cannot be read: {error}", path.display()))
            })?;
            unpack(&sealed::open(&bytes, &passphrase).map_err(failed)?)
        })
        .await??;
        let trusted = self.trusted_now().await?;
        let own = self.present_identity(replace).await?;
        let replaced = own.filter(|own| *own != identity.uuid());
        let known_anew = |gateway: &TrustedGateway| {
            offered.iter().any(|offered| {
                same_udn(offered, gateway) && offered.fingerprint == gateway.fingerprint
            })
        };
        let pair_again = replaced.map_or_else(Vec::new, |old| {
            let lost = trusted.iter().filter(|gateway| !known_anew(gateway));
            self.affected(lost.map(|gateway| (gateway, old)))
        });
        if let (Some(old), false) = (replaced, replace) {
            return Err(Error::Usage(another_identity(old, &pair_again)));
        }
        let kept_other_certificate = offered
            .iter()
            .filter(|offered| {
                trusted.iter().any(|gateway| {
                    same_udn(offered, gateway) && offered.fingerprint != gateway.fingerprint
                })
            })
            .map(|gateway| gateway.udn.clone())
            .collect();
        let added: Vec<TrustedGateway> = offered
            .iter()
            .filter(|offered| !trusted.iter().any(|gateway| same_udn(offered, gateway)))
            .cloned()
            .collect();
        let imported = ImportedIdentity {
            identity: identity.uuid().to_string(),
            certificate_sha256: identity.fingerprint().to_string(),
            replaced: replaced.map(|old| old.to_string()),
            gateways_added: added.len(),
            pair_again,
            kept_other_certificate,
        };
        let (taken, anew) = (identity.uuid(), offered);
        self.change_trust(move |trust| {
            if let Some(old) = replaced {
                trust.retire(Some(old));
            }
            for offered in anew {
                meet_again(trust, &offered, taken);
            }
            add_strangers(trust, added);
        })
        .await?;
        self.take_identity(identity).await?;
        Ok(imported)
    }

    /// Makes a new identity and says where the old one has to be revoked. The gateways stay
    /// trusted; they do not know the new identity until they are paired again.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`]: the old identity stays then.
    pub async fn replace_identity(&self, kind: KeyKind) -> Result<ReplacedIdentity, Error> {
        let old = self.present_identity(true).await?;
        let identity = blocking(move || new_identity(kind)).await??;
        // Written down first: should the rest fail, the list has one that is still ours, and
        // that one is not shown.
        self.change_trust(move |trust| trust.retire(old)).await?;
        let revoke = self.still_let_in(identity.uuid()).await?;
        let replaced = ReplacedIdentity {
            identity: identity.uuid().to_string(),
            certificate_sha256: identity.fingerprint().to_string(),
            replaced: old.map(|old| old.to_string()),
            revoke,
        };
        self.take_identity(identity).await?;
        Ok(replaced)
    }

    /// Gateways that still let in an identity which is ours no longer.
    async fn still_let_in(&self, own: IdentityUuid) -> Result<Vec<AffectedGateway>, Error> {
        let trusted = self.trusted_now().await?;
        let former = trusted.iter().flat_map(|gateway| {
            let former = gateway.former.iter().filter(|former| **former != own);
            former.map(move |former| (gateway, *former))
        });
        Ok(self.affected(former))
    }

    /// The gateways this installation was introduced to: what a new identity would cost.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`].
    pub async fn gateways_that_know_us(&self) -> Result<Vec<AffectedGateway>, Error> {
        let Some(own) = self.present_identity(true).await? else {
            return Ok(Vec::new());
        };
        let trusted = self.trusted_now().await?;
        Ok(self.affected(trusted.iter().map(|gateway| (gateway, own))))
    }

    /// Who we are, if anybody yet. A damaged identity is an error, or nobody at all where it
    /// is to be replaced.
    async fn present_identity(&self, replace: bool) -> Result<Option<IdentityUuid>, Error> {
        let secrets = self.secret_store();
        match blocking(move || read_identity(&*secrets)).await? {
            Ok(identity) => Ok(identity.map(|identity| identity.uuid())),
            Err(Error::Internal(error)) if replace => {
                tracing::warn!(error, "replacing it");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn take_identity(&self, identity: Identity) -> Result<(), Error> {
        let secrets = self.secret_place();
        blocking(move || secrets.alone(|secrets| keep_identity(secrets, &identity))).await???;
        self.identity_changed().await;
        Ok(())
    }

    async fn trusted_now(&self) -> Result<Vec<TrustedGateway>, Error> {
        self.reload_trust().await?;
        Ok(self.trust().await?.iter().cloned().collect())
    }

    fn affected<'a>(
        &self,
        gateways: impl Iterator<Item = (&'a TrustedGateway, IdentityUuid)>,
    ) -> Vec<AffectedGateway> {
        let inventory = self.inventory();
        gateways
            .map(|(gateway, old)| {
                let view = inventory.get(&gateway.udn).map(|entry| &entry.view);
                AffectedGateway {
                    udn: gateway.udn.clone(),
                    name: view
                        .and_then(|view| view.friendly_name.clone().or(view.model_name.clone())),
                    address: view.and_then(|view| view.address.clone()),
                    identity: old.to_string(),
                }
            })
            .collect()
    }
}

fn same_udn(one: &TrustedGateway, other: &TrustedGateway) -> bool {
    one.udn.trim().eq_ignore_ascii_case(other.udn.trim())
}

/// A gateway of the file that is trusted here as well knows the identity of the file.
fn meet_again(trust: &mut TrustStore, offered: &TrustedGateway, taken: IdentityUuid) {
    let known = trust.get(&offered.udn).cloned();
    let same = known.filter(|known| known.fingerprint == offered.fingerprint);
    if let Some(mut gateway) = same {
        gateway.known_as = Some(taken);
        gateway.former.extend(offered.former.iter().copied());
        trust.introduce(gateway);
    }
}

/// Never changes what is trusted already, whoever wrote it meanwhile.
fn add_strangers(trust: &mut TrustStore, gateways: Vec<TrustedGateway>) {
    for gateway in gateways {
        if trust.get(&gateway.udn).is_none() {
            trust.insert(gateway);
        }
    }
}

/// What is sealed. The key never goes through a reader or writer of JSON, which would leave
/// copies of it in memory.
fn pack(identity: &Identity, trusted: Vec<TrustedGateway>) -> Result<Secret<Vec<u8>>, Error> {
    let contents = Contents {
        kind: KIND.to_owned(),
        trusted,
    };
    let line =
        serde_json::to_string(&contents).map_err(|error| Error::Internal(error.to_string()))?;
    let pem = identity
        .to_pem()
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Secret::new(
        [line.as_bytes(), b"\n", pem.expose().as_bytes()].concat(),
    ))
}

fn unpack(packed: &Secret<Vec<u8>>) -> Result<(Identity, Vec<TrustedGateway>), Error> {
    let no_identity = || Error::Usage("the file does not hold an identity".to_owned());
    let text = std::str::from_utf8(packed.expose()).map_err(|_| no_identity())?;
    let (line, pem) = text.split_once('\n').ok_or_else(no_identity)?;
    let contents: Contents = serde_json::from_str(line).map_err(|_| no_identity())?;
    if contents.kind != KIND {
        return Err(no_identity());
    }
    let identity = Identity::from_pem(pem).map_err(|_| no_identity())?;
    Ok((identity, contents.trusted))
}

fn failed(error: SealedError) -> Error {
    match error {
        SealedError::Crypto(_) => Error::Internal(error.to_string()),
        _ => Error::Usage(error.to_string()),
    }
}

fn exists(path: &Path) -> Error {
    Error::Usage(format!("{} exists and is not overwritten", path.display()))
}

fn another_identity(own: IdentityUuid, pair_again: &[AffectedGateway]) -> String {
    let mut text = format!(
        "this computer has an identity of its own, {own}; --replace gives it up for the one in the file"
    );
    if !pair_again.is_empty() {
        let names: Vec<_> = pair_again.iter().map(AffectedGateway::to_string).collect();
        text.push_str(&format!(
            ", and these must be paired again: {}",
            names.join("; ")
        ));
    }
    text
}

impl std::fmt::Display for AffectedGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.name, &self.address) {
            (Some(name), Some(address)) => write!(f, "{name} ({address}), {}", self.udn),
            (Some(name), None) => write!(f, "{name}, {}", self.udn),
            _ => f.write_str(&self.udn),
        }
    }
}

#[cfg(test)]
mod tests;
