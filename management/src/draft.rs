//! Edits before they are sent: checked against the gateway's access and the data model,
//! kept on disk, compared with what the gateway has now.

use std::collections::HashMap;

use dp_credentials::secrets::Secret;

use crate::apply::Present;
use crate::edit_path::{self, is_new_number, EditKind};
use crate::error::Error;
use crate::rows::{self, ShownDrafts, SECRET_PLACEHOLDER};
use crate::schema::{self, Fact};
use crate::session::Session;
use crate::store::{Draft, DraftValue};
use crate::view::{DraftView, EditState, EditView, EditWarning, NodeKind};

/// One edit, checked: the parameter can be written and the value fits its type, or the table
/// takes and gives rows.
#[derive(Debug, Clone)]
pub struct Edit {
    /// UPnP path of the parameter, of the row to delete, or of the new row
    /// ([`edit_path`]).
    pub upnp_path: String,
    /// Value when the edit was made; `None` when it was not read and for secrets.
    pub old: Option<String>,
    /// Value to be sent, in the form it is sent.
    pub new: DraftValue,
}

impl Edit {
    /// Whether the values are secret.
    pub fn is_secret(&self) -> bool {
        matches!(self.new, DraftValue::Secret(_))
    }

    /// What it does.
    pub fn kind(&self) -> EditKind {
        EditKind::of(&self.upnp_path)
    }

    /// The value to be, where it may be shown and there is one.
    pub fn shown_new(&self) -> Option<&str> {
        (!self.is_secret() && self.kind() == EditKind::Set).then(|| self.new.expose())
    }
}

impl Session {
    /// Checks an edit and brings the value into the form that is sent. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`], [`Error::ReadOnly`], [`Error::InvalidValue`].
    pub fn check_edit(&self, path: &str, value: &str) -> Result<Edit, Error> {
        let upnp_path = self.upnp_path(path)?;
        let shown = self.naming.shown(&upnp_path);
        let (fact, read_only, old) = if edit_path::is_new(&upnp_path) {
            let fact = self.fact_of(&upnp_path);
            let read_only = fact
                .as_ref()
                .is_some_and(|fact| fact.access == schema::Access::ReadOnly);
            (fact, read_only, None)
        } else {
            let mut tree = self.tree();
            let id = tree.insert_node(&upnp_path);
            let node = tree.node(id);
            if node.kind() != NodeKind::Parameter {
                return Err(Error::Usage(format!(
                    "{shown} is not a parameter; name one below it"
                )));
            }
            let fact = self.naming.fact(node);
            let read_only = rows::access(node, fact.as_ref()) == Some("readOnly");
            (fact, read_only, node.value().map(str::to_owned))
        };
        if read_only {
            return Err(Error::ReadOnly { path: shown });
        }
        let new = match &fact {
            Some(fact) => {
                schema::validate(fact, value).map_err(|problem| Error::InvalidValue {
                    path: shown.clone(),
                    problem,
                })?;
                schema::normalise(fact, value).into_owned()
            }
            None => value.to_owned(),
        };
        let secret = rows::is_secret(fact.as_ref(), &upnp_path);
        Ok(Edit {
            old: old.filter(|_| !secret),
            new: if secret {
                DraftValue::Secret(Secret::new(new))
            } else {
                DraftValue::Plain(new)
            },
            upnp_path,
        })
    }

    /// UPnP path of what a person wrote.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`], or [`Error::Usage`] when row numbers cannot be told.
    pub fn upnp_path(&self, written: &str) -> Result<String, Error> {
        match self.naming.upnp(written) {
            Some(path) => Ok(path),
            _ if self.naming.index_base().is_none() && written.chars().any(|c| c.is_ascii_digit()) => {
                Err(Error::Usage(format!(
                    "{} does not tell whether its rows begin at 0 or 1; write the UPnP path, for example {}WiFi/SSID/1/SSID",
                    self.name,
                    self.naming.location()
                )))
            }
            _ => Err(Error::NoSuchPath { gateway: self.name.clone(), path: written.to_owned() }),
        }
    }

    /// Whether two values mean the same for a parameter.
    pub(crate) fn same_value(&self, upnp_path: &str, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        match self.fact_of(upnp_path) {
            Some(fact) => schema::normalise(&fact, a) == schema::normalise(&fact, b),
            // A maker's own parameter: gateways write both spellings of a boolean.
            None => a.trim() == b.trim() || truth(a).is_some_and(|a| truth(b) == Some(a)),
        }
    }

    /// What the data model says about a path.
    pub(crate) fn fact_of(&self, upnp_path: &str) -> Option<Fact> {
        let generic = edit_path::structure(upnp_path);
        self.naming.fact_at(&generic)
    }

    /// A draft for a face. `present` is what the gateway has now, where read; `states` what
    /// became of edits that were sent.
    pub(crate) fn draft_view(
        &self,
        drafts: &[Draft],
        present: &Present,
        states: &HashMap<String, EditState>,
    ) -> DraftView {
        let edits: Vec<EditView> = drafts
            .iter()
            .map(|draft| {
                let secret = matches!(draft.new, DraftValue::Secret(_));
                let kind = EditKind::of(&draft.path);
                let moved = present.value(&draft.path).filter(|now| match &draft.old {
                    Some(old) => !secret && !self.same_value(&draft.path, old, now),
                    None => false,
                });
                EditView {
                    kind,
                    path: self.naming.shown(&draft.path),
                    upnp_path: draft.path.clone(),
                    old: draft.old.clone(),
                    new: (!secret && kind == EditKind::Set).then(|| draft.new.expose().to_owned()),
                    secret,
                    problem: self.row_problem(&draft.path, present),
                    conflict: moved.map(str::to_owned),
                    warning: warning(&self.naming.shown(&draft.path)),
                    state: states.get(&draft.path).copied().unwrap_or(EditState::Draft),
                }
            })
            .collect();
        DraftView {
            udn: self.udn.clone(),
            ready: edits.iter().all(|edit| edit.problem.is_none()),
            edits,
        }
    }
}

/// Truth of a boolean in any of its spellings (CMS:2 digest, section 8).
fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Staged values as rows show them.
pub(crate) fn shown_drafts(drafts: &[Draft]) -> ShownDrafts {
    drafts
        .iter()
        .map(|draft| {
            let shown = match &draft.new {
                DraftValue::Plain(value) => value.clone(),
                DraftValue::Secret(_) => SECRET_PLACEHOLDER.to_owned(),
            };
            (draft.path.clone(), shown)
        })
        .collect()
}

/// What changing a parameter, or deleting a row, may cause, from its shown path.
pub fn warning(path: &str) -> Option<EditWarning> {
    if let Some(loss) = loss(path) {
        return Some(loss);
    }
    let name = path.rsplit(['.', '/']).next().unwrap_or(path);
    let within = |object: &str| path.contains(object);
    if within("WiFi") {
        return match name {
            "SSID" | "KeyPassphrase" | "PreSharedKey" | "SAEPassphrase" | "ModeEnabled" => {
                Some(EditWarning::WifiNeedsNewName)
            }
            "Enable"
            | "Channel"
            | "AutoChannelEnable"
            | "OperatingChannelBandwidth"
            | "OperatingStandards"
            | "SSIDAdvertisementEnabled"
            | "OperatingFrequencyBand" => Some(EditWarning::WifiReconnects),
            _ => None,
        };
    }
    if within("IPv4Address") && matches!(name, "IPAddress" | "SubnetMask") {
        return Some(EditWarning::AddressMoves);
    }
    if within("DHCPv4") && within("Server") && matches!(name, "Enable" | "IPRouters" | "SubnetMask")
    {
        return Some(EditWarning::MayLockOut);
    }
    if within("Bridging")
        || (within("Ethernet") && name == "Enable")
        || (within("Firewall") && name == "Enable")
    {
        return Some(EditWarning::MayLockOut);
    }
    let line = within("PPP.")
        || within("PPP/")
        || within("DSL")
        || within("PTM")
        || within("VLANTermination");
    if line
        && matches!(
            name,
            "Enable"
                | "Username"
                | "Password"
                | "VLANID"
                | "LowerLayers"
                | "ConnectionTrigger"
                | "Reset"
        )
    {
        return Some(EditWarning::InternetDrops);
    }
    None
}

/// What goes with a row that is deleted, by the table it is in.
fn loss(path: &str) -> Option<EditWarning> {
    let mut parts = path.strip_suffix(['.', '/'])?.rsplit(['.', '/']);
    let (number, table) = (parts.next()?, parts.next()?);
    if is_new_number(number) {
        return None;
    }
    let within_wifi = path.contains("WiFi");
    match table {
        "SSID" | "AccessPoint" if within_wifi => Some(EditWarning::WifiNeedsNewName),
        "WLANConfiguration" => Some(EditWarning::WifiNeedsNewName),
        "IPv4Address" | "IPv6Address" | "IPInterface" => Some(EditWarning::AddressMoves),
        "Interface" if matches!(parts.next(), Some("IP")) => Some(EditWarning::MayLockOut),
        "Link" | "Pool" | "LANDevice" => Some(EditWarning::MayLockOut),
        "Interface" if path.contains("PPP") => Some(EditWarning::InternetDrops),
        "VLANTermination"
        | "Channel"
        | "WANDevice"
        | "WANConnectionDevice"
        | "WANIPConnection"
        | "WANPPPConnection" => Some(EditWarning::InternetDrops),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_whose_loss_may_cut_somebody_off_are_marked() {
        for (row, expected) in [
            ("Device.IP.Interface.1.", Some(EditWarning::MayLockOut)),
            (
                "Device.IP.Interface.1.IPv4Address.2.",
                Some(EditWarning::AddressMoves),
            ),
            ("Device.IP.Interface.1.IPv4Address.+2.", None),
            ("Device.PPP.Interface.1.", Some(EditWarning::InternetDrops)),
            (
                "Device.DHCPv4.Server.Pool.1.",
                Some(EditWarning::MayLockOut),
            ),
            ("Device.DHCPv4.Server.Pool.1.StaticAddress.3.", None),
            ("Device.WiFi.SSID.2.", Some(EditWarning::WifiNeedsNewName)),
            (
                "InternetGatewayDevice.LANDevice.1.LANHostConfigManagement.IPInterface.1.",
                Some(EditWarning::AddressMoves),
            ),
            ("Device.NAT.PortMapping.4.", None),
        ] {
            assert_eq!(warning(row), expected, "{row}");
        }
    }

    #[test]
    fn edits_that_may_cut_somebody_off_are_marked() {
        let check = |path: &str, expected: Option<EditWarning>| {
            assert_eq!(warning(path), expected, "{path}")
        };
        check(
            "Device.WiFi.SSID.1.SSID",
            Some(EditWarning::WifiNeedsNewName),
        );
        check(
            "Device.WiFi.Radio.1.Channel",
            Some(EditWarning::WifiReconnects),
        );
        check("Device.WiFi.SSID.1.Alias", None);
        check(
            "Device.IP.Interface.1.IPv4Address.1.IPAddress",
            Some(EditWarning::AddressMoves),
        );
        check(
            "Device.PPP.Interface.1.Password",
            Some(EditWarning::InternetDrops),
        );
        check("Device.DHCPv4.Server.Enable", Some(EditWarning::MayLockOut));
        check("Device.DHCPv4.Server.Pool.1.MinAddress", None);
        check("Device.Time.NTPServer1", None);
    }

    #[test]
    fn a_staged_secret_is_shown_as_a_placeholder() {
        let draft = Draft {
            udn: "uuid:1".into(),
            path: "/BBF/X/Password".into(),
            old: None,
            new: DraftValue::Secret(Secret::new("hunter2".into())),
            staged_at: "2026-01-01T00:00:00Z".into(),
        };
        let shown = shown_drafts(std::slice::from_ref(&draft));
        assert_eq!(
            shown.get("/BBF/X/Password").map(String::as_str),
            Some(SECRET_PLACEHOLDER)
        );
    }
}
