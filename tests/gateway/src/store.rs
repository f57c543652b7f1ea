//! What the gateway keeps between runs: its certificate, its UDN, its access list and its boot number.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::acl::{Acl, ControlPoint, Password, RoleSet, User};
use crate::identity::{from_hex, to_hex, DeviceIdentity, IdentityUuid};
use crate::secret::Secret;

/// File with the gateway's own certificate.
const OWN: &str = "identity.pem";
/// File with the certificate of somebody who stands between.
const IMPOSTOR: &str = "impostor.pem";

/// How files begin that are not finished yet.
const UNFINISHED: &str = ".unfinished-";

/// Removes what a gateway left behind that was killed while it wrote.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A folder with the gateway's state; a temporary one is removed with this value.
pub struct Store {
    folder: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

#[derive(Serialize, Deserialize)]
struct SavedAcl {
    users: Vec<SavedUser>,
    control_points: Vec<SavedControlPoint>,
}

#[derive(Serialize, Deserialize)]
struct SavedUser {
    name: String,
    roles: String,
    salt: Option<String>,
    stored: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SavedControlPoint {
    name: String,
    alias: Option<String>,
    id: String,
    introduced: bool,
    roles: String,
}

impl Store {
    /// Opens or makes the folder.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: Option<&Path>) -> io::Result<Self> {
        match folder {
            Some(folder) => {
                fs::create_dir_all(folder)?;
                remove_unfinished(folder)?;
                Ok(Self {
                    folder: folder.to_owned(),
                    _temporary: None,
                })
            }
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("lanside-gateway-")
                    .tempdir()?;
                Ok(Self {
                    folder: temporary.path().to_owned(),
                    _temporary: Some(temporary),
                })
            }
        }
    }

    /// The folder, for the parameter tree's own files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The certificate, when one was saved.
    pub fn identity(&self) -> Option<DeviceIdentity> {
        self.certificate(OWN)
    }

    /// The certificate of somebody who stands between, when one was saved.
    pub fn impostor(&self) -> Option<DeviceIdentity> {
        self.certificate(IMPOSTOR)
    }

    fn certificate(&self, name: &str) -> Option<DeviceIdentity> {
        let pem = Secret::new(fs::read(self.folder.join(name)).ok()?);
        DeviceIdentity::from_pem(pem.expose()).ok()
    }

    /// Saves the certificate and its key.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_identity(&self, identity: &DeviceIdentity) -> io::Result<()> {
        let pem = identity.to_pem().map_err(io::Error::other)?;
        self.write(OWN, pem.expose())
    }

    /// Saves the certificate and the key of somebody who stands between.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_impostor(&self, identity: &DeviceIdentity) -> io::Result<()> {
        let pem = identity.to_pem().map_err(io::Error::other)?;
        self.write(IMPOSTOR, pem.expose())
    }

    /// A short text kept under a name.
    pub fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name))
            .ok()
            .map(|text| text.trim().to_owned())
    }

    /// Keeps a short text under a name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_text(&self, name: &str, text: &str) -> io::Result<()> {
        self.write(name, text.as_bytes())
    }

    /// Counts one more start and returns its BOOTID, which is above all earlier ones.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn next_boot_id(&self) -> io::Result<u32> {
        let last = self
            .text("boot-id")
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(0);
        let next = last.wrapping_add(1) & 0x7fff_ffff;
        self.save_text("boot-id", &next.to_string())?;
        Ok(next)
    }

    /// The access list, when one was saved.
    ///
    /// # Errors
    /// It cannot be read. A new one in its place would let everybody in who was shut out.
    pub fn acl(&self) -> io::Result<Option<Acl>> {
        let bytes = match fs::read(self.folder.join("access.json")) {
            Ok(bytes) => Secret::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let saved: SavedAcl = serde_json::from_slice(bytes.expose())?;
        Ok(Some(restore(saved)))
    }

    /// Saves the access list.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_acl(&self, acl: &Acl) -> io::Result<()> {
        let text = Secret::new(serde_json::to_vec_pretty(&saved(acl)).map_err(io::Error::other)?);
        self.write("access.json", text.expose())
    }

    /// Replaces a file in one step, so that a gateway that is killed leaves the old one or the new one; only its
    /// owner can read it.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.folder.join(name))
            .map_err(|error| error.error)?;
        Ok(())
    }
}

fn saved(acl: &Acl) -> SavedAcl {
    let user = |user: &User| SavedUser {
        name: user.name.clone(),
        roles: user.roles.names(),
        salt: user
            .password
            .as_ref()
            .map(|password| to_hex(&password.salt)),
        stored: user
            .password
            .as_ref()
            .map(|password| to_hex(password.stored.expose())),
    };
    let control_point = |known: &ControlPoint| SavedControlPoint {
        name: known.name.clone(),
        alias: known.alias.clone(),
        id: known.id.to_string(),
        introduced: known.introduced,
        roles: known.roles.names(),
    };
    SavedAcl {
        users: acl.users.iter().map(user).collect(),
        control_points: acl.control_points.iter().map(control_point).collect(),
    }
}

fn restore(saved: SavedAcl) -> Acl {
    let sixteen = |text: Option<String>| -> Option<[u8; 16]> { from_hex(&text?)?.try_into().ok() };
    let user = |user: SavedUser| User {
        name: user.name,
        roles: RoleSet::parse(&user.roles),
        password: sixteen(user.salt)
            .zip(sixteen(user.stored))
            .map(|(salt, stored)| Password {
                salt,
                stored: Secret::new(stored),
            }),
    };
    let control_point = |known: SavedControlPoint| {
        Some(ControlPoint {
            name: known.name,
            alias: known.alias,
            id: IdentityUuid::parse(&known.id)?,
            introduced: known.introduced,
            roles: RoleSet::parse(&known.roles),
        })
    };
    Acl {
        users: saved.users.into_iter().map(user).collect(),
        control_points: saved
            .control_points
            .into_iter()
            .filter_map(control_point)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acl::Subject;

    #[test]
    fn the_access_list_and_the_boot_number_survive() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Some(folder.path())).unwrap();
        assert!(store.acl().unwrap().is_none());
        let mut acl = Acl::factory();
        acl.set_password(
            "Administrator",
            Password {
                salt: [1; 16],
                stored: Secret::new([2; 16]),
            },
        )
        .unwrap();
        let id = IdentityUuid::of_leaf_der(b"abc");
        acl.add(&Subject::ControlPoint(id), "Box", Some("Desk"))
            .unwrap();
        store.save_acl(&acl).unwrap();
        let read = Store::open(Some(folder.path())).unwrap();
        let read = read.acl().unwrap().unwrap();
        assert_eq!(read.control_points, acl.control_points);
        assert_eq!(
            read.user("Administrator")
                .unwrap()
                .password
                .as_ref()
                .unwrap()
                .salt,
            [1; 16]
        );
        assert_eq!(
            store.next_boot_id().unwrap() + 1,
            store.next_boot_id().unwrap()
        );
    }

    #[test]
    fn a_gateway_that_was_killed_while_writing_finds_what_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Some(folder.path())).unwrap();
        store.save_acl(&Acl::factory()).unwrap();
        let half = folder.path().join(format!("{UNFINISHED}x"));
        fs::write(&half, "{\"users\":[").unwrap();
        let again = Store::open(Some(folder.path())).unwrap();
        assert!(again.acl().unwrap().is_some() && !half.exists());
        // Half an access list is none to begin anew with.
        fs::write(folder.path().join("access.json"), "{\"users\":[").unwrap();
        assert!(again.acl().is_err());
    }
}
