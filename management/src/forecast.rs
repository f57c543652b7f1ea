//! Will this cut me off? Before a draft is sent it is worked out whether it touches the way
//! of this computer to the gateway, and where the gateway will be found afterwards.
//!
//! The gateway itself tells where this computer is: its table of hosts, the stack of
//! interfaces, the wireless networks. The forecast compares the way as it is with the way
//! as it would be; what was in the way before is not the draft's doing.

mod reach;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::time::{sleep, Instant};
use upnp::data_model::notation::Notation;
use upnp::driver::HostAddress;

use crate::application::Management;
use crate::draft::{warning, Edit};
use crate::edit_path::EditKind;
use crate::error::Error;
use crate::limits;
use crate::session::Session;
use crate::view::{EditWarning, GatewayView};

use reach::{Net, Obstacle, Place};

/// How bad it gets. Later ones are worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ForecastSeverity {
    /// The draft does not touch the way to the gateway.
    Nothing,
    /// The connection drops for a moment and comes back by itself.
    Brief,
    /// The way stays for now and may be gone later.
    Later,
    /// The gateway moves to another address that this computer reaches.
    Moves,
    /// It touches ways to the gateway, and it cannot be told whether this computer is on one.
    MayCutOff,
    /// This computer loses its way to the gateway.
    CutOff,
}

/// What happens to the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ForecastCode {
    /// The Wi-Fi this computer is on changes its channel or the like.
    WifiReconnects,
    /// Nobody gives this computer an address any more when its lease ends.
    NoLeases,
    /// The gateway's address changes; the fact is the new one.
    AddressMoves,
    /// The gateway's address goes to another subnet than this computer's; the fact is the
    /// new one.
    OtherSubnet,
    /// The gateway has no address left on this side.
    AddressGone,
    /// The port this computer is plugged into is switched off.
    PortOff,
    /// The bridge between this computer and the gateway is switched off.
    BridgeOff,
    /// An interface on the way is switched off.
    InterfaceOff,
    /// The interfaces on the way are no longer connected.
    WayBroken,
    /// The radio of the Wi-Fi this computer is on is switched off.
    RadioOff,
    /// The Wi-Fi this computer is on is switched off.
    WifiOff,
    /// The Wi-Fi this computer is on gets another name; the fact is the new one.
    WifiNewName,
    /// The Wi-Fi this computer is on gets another key or another protection.
    WifiNewKey,
    /// The Wi-Fi this computer is on lets only listed devices in, and this one is not listed.
    WifiKeepsMeOut,
    /// The firewall drops what this computer sends to the gateway.
    FirewallDrops,
    /// The gateway switches off being managed from the home network.
    ManagementOff,
    /// It may be on the way; where this computer is, the gateway does not tell.
    PlaceUnknown,
}

impl ForecastCode {
    fn severity(self) -> ForecastSeverity {
        match self {
            ForecastCode::WifiReconnects => ForecastSeverity::Brief,
            ForecastCode::NoLeases => ForecastSeverity::Later,
            ForecastCode::AddressMoves => ForecastSeverity::Moves,
            ForecastCode::PlaceUnknown => ForecastSeverity::MayCutOff,
            _ => ForecastSeverity::CutOff,
        }
    }
}

/// One effect on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForecastEffectView {
    /// What happens.
    pub code: ForecastCode,
    /// Where, as shown.
    pub path: String,
    /// UPnP path.
    pub upnp_path: String,
    /// The new address or name, where there is one.
    pub fact: Option<String>,
}

/// Whether a draft cuts this computer off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForecastView {
    /// How bad it gets.
    pub severity: ForecastSeverity,
    /// What happens, the worst first.
    pub effects: Vec<ForecastEffectView>,
    /// Address at which the gateway will be found, when it moves.
    pub found_at: Option<String>,
    /// Address of this computer, as the gateway sees it.
    pub own_address: Option<String>,
    /// Port or wireless network this computer is on, as shown; `null` when not told.
    pub attached_to: Option<String>,
}

impl ForecastView {
    /// The way stays as it is.
    pub fn nothing() -> Self {
        ForecastView {
            severity: ForecastSeverity::Nothing,
            effects: Vec::new(),
            found_at: None,
            own_address: None,
            attached_to: None,
        }
    }
}

/// Objects a way to the gateway can lead through.
const READ: [&str; 9] = [
    "Hosts/",
    "Ethernet/",
    "Bridging/",
    "WiFi/SSID/",
    "WiFi/AccessPoint/",
    "WiFi/Radio/",
    "IP/",
    "DHCPv4/Server/",
    "Firewall/",
];

/// Parameters of a radio that interrupt it for a moment.
const RADIO_BRIEF: [&str; 6] = [
    "Channel",
    "AutoChannelEnable",
    "OperatingChannelBandwidth",
    "OperatingStandards",
    "TransmitPower",
    "RegulatoryDomain",
];

/// Parameters without which a device does not get into a Wi-Fi any more.
const KEYS: [&str; 5] = [
    "ModeEnabled",
    "KeyPassphrase",
    "PreSharedKey",
    "SAEPassphrase",
    "WEPKey",
];

impl Management {
    /// What the draft of a gateway does to the way to it.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from answering.
    pub async fn forecast_draft(&self, udn: &str) -> Result<ForecastView, Error> {
        let session = self.open_gateway(udn).await?;
        let drafts = self.drafts(udn).await?;
        let edits = drafts.into_iter().map(|draft| Edit {
            upnp_path: draft.path,
            old: draft.old,
            new: draft.new,
        });
        self.forecast(&session, &edits.collect::<Vec<_>>()).await
    }

    /// What edits do to the way to the gateway. Only reading happens, and only when an edit
    /// may matter at all.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] when it does not answer. Where it does not tell enough, the
    /// forecast says that it may be.
    pub async fn forecast(&self, session: &Session, edits: &[Edit]) -> Result<ForecastView, Error> {
        let location = session.naming.location().to_owned();
        let mut nothing = ForecastView::nothing();
        let concerns = |edit: &&Edit| {
            let below = edit.upnp_path.strip_prefix(location.as_str());
            below.is_some_and(|below| {
                below.starts_with("UPnP/") || READ.iter().any(|object| below.starts_with(object))
            }) || risky(session, edit)
        };
        let edits: Vec<&Edit> = edits.iter().filter(concerns).collect();
        if edits.is_empty() {
            return Ok(nothing);
        }
        let host = self
            .inventory()
            .get(&session.udn)
            .and_then(|entry| entry.host());
        let own = host.and_then(upnp::driver::own_address_towards);
        nothing.own_address = own.map(|own| own.to_string());
        let root = session.naming.model_path(&location).unwrap_or_default();
        let place = match (host, own) {
            (Some(host), Some(own)) if root == "Device." => {
                let mut paths: Vec<String> = READ
                    .iter()
                    .map(|object| format!("{location}{object}"))
                    .collect();
                paths.push(format!("{location}UPnP/Device/"));
                let (values, _) = session.read_values(&paths).await?;
                let net = Net {
                    values: values
                        .iter()
                        .filter_map(|(path, value)| {
                            Some((
                                path.strip_prefix(location.as_str())?.to_owned(),
                                value.to_owned(),
                            ))
                        })
                        .collect(),
                    notation: Notation::new(
                        &location,
                        &root,
                        session.naming.index_base().unwrap_or(0),
                    ),
                    location: location.clone(),
                };
                net.place(own, host.ip()).map(|place| (net, place))
            }
            _ => None,
        };
        let Some((before, place)) = place else {
            return Ok(unplaced(session, &edits, nothing));
        };
        let after = changed(&before, &edits);
        let mut found: BTreeSet<Obstacle> = after
            .obstacles(&place)
            .difference(&before.obstacles(&place))
            .cloned()
            .collect();
        found.extend(credentials(&before, &place, &edits, session));
        let mut found_at = None;
        match after.gateway_address(&place, &before) {
            Ok(address) if address != place.gateway => {
                found_at = Some(address.to_string());
                found.insert(Obstacle {
                    code: ForecastCode::AddressMoves,
                    path: format!("{}IPv4Address/", place.interface),
                    fact: found_at.clone(),
                });
            }
            Ok(_) => {}
            Err(obstacle) => {
                if before.gateway_address(&place, &before).is_ok() {
                    found_at.clone_from(&obstacle.fact);
                    found.insert(obstacle);
                }
            }
        }
        let mut effects: Vec<ForecastEffectView> = found
            .into_iter()
            .map(|obstacle| {
                let upnp_path = format!("{location}{}", obstacle.path);
                ForecastEffectView {
                    code: obstacle.code,
                    path: session.naming.shown(&upnp_path),
                    upnp_path,
                    fact: obstacle.fact,
                }
            })
            .collect();
        effects.sort_by_key(|effect| std::cmp::Reverse(effect.code.severity()));
        let attached = place.attached.as_ref();
        Ok(ForecastView {
            severity: worst(&effects),
            effects,
            found_at,
            attached_to: attached.map(|path| session.naming.shown(&format!("{location}{path}"))),
            ..nothing
        })
    }

    /// Looks for a gateway after a change that moved it or cut this computer off: at the
    /// address it was to have, where it was, and everywhere. `None` when it does not turn up
    /// in time.
    ///
    /// # Errors
    ///
    /// [`Error::IdentityChanged`](crate::view::Code::IdentityChanged) and the like never end
    /// the hunt: another device may have the address. It ends with time.
    pub async fn hunt(
        &self,
        udn: &str,
        found_at: Option<&str>,
        within: Duration,
    ) -> Option<GatewayView> {
        let until = Instant::now() + within;
        let location = self.gateway(udn).ok().and_then(|view| view.location);
        self.close_gateway(udn).await;
        loop {
            if let (Some(address), Some(location)) = (found_at, &location) {
                if let Some(moved) = with_host(location, address) {
                    let found = self.add_by_address(&moved).await;
                    if found.is_ok_and(|view| view.udn.eq_ignore_ascii_case(udn))
                        && self.open_gateway(udn).await.is_ok()
                    {
                        return self.gateway(udn).ok();
                    }
                }
            }
            // It may have dropped what was open; only what it answers by now counts.
            if self.find_again(udn).await.is_ok() && self.open_gateway(udn).await.is_ok() {
                return self.gateway(udn).ok();
            }
            if Instant::now() >= until {
                return None;
            }
            sleep(limits::HUNT_PAUSE).await;
        }
    }
}

/// The URL with another host.
fn with_host(location: &str, address: &str) -> Option<String> {
    let mut url = url::Url::parse(location).ok()?;
    let host = HostAddress::parse(address).ok()?;
    url.set_ip_host(host.ip()).ok()?;
    Some(url.to_string())
}

fn worst(effects: &[ForecastEffectView]) -> ForecastSeverity {
    let severities = effects.iter().map(|effect| effect.code.severity());
    severities.max().unwrap_or(ForecastSeverity::Nothing)
}

fn risky(session: &Session, edit: &Edit) -> bool {
    warning(&session.naming.shown(&edit.upnp_path)) >= Some(EditWarning::AddressMoves)
}

/// Nobody tells where this computer is: whatever may cut somebody off may cut it off.
fn unplaced(session: &Session, edits: &[&Edit], nothing: ForecastView) -> ForecastView {
    let effects: Vec<ForecastEffectView> = edits
        .iter()
        .filter(|edit| risky(session, edit))
        .map(|edit| ForecastEffectView {
            code: ForecastCode::PlaceUnknown,
            path: session.naming.shown(&edit.upnp_path),
            upnp_path: edit.upnp_path.clone(),
            fact: None,
        })
        .collect();
    ForecastView {
        severity: worst(&effects),
        effects,
        ..nothing
    }
}

/// The values as they would be.
fn changed(before: &Net, edits: &[&Edit]) -> Net {
    let mut after = before.clone();
    for edit in edits {
        let Some(path) = edit.upnp_path.strip_prefix(before.location.as_str()) else {
            continue;
        };
        match EditKind::of(&edit.upnp_path) {
            EditKind::Set => {
                after
                    .values
                    .insert(path.to_owned(), edit.new.expose().to_owned());
            }
            EditKind::Delete => {
                after.values.retain(|known, _| !known.starts_with(path));
                drop_references(&mut after.values, &edit.upnp_path, before);
            }
            EditKind::Create => {}
        }
    }
    after
}

/// A gateway takes references to a row that goes out of the lists they stand in.
fn drop_references(values: &mut HashMap<String, String>, row: &str, net: &Net) {
    for value in values.values_mut() {
        let leads = |item: &str| {
            net.notation
                .reference(item)
                .is_some_and(|target| target.upnp.starts_with(row))
        };
        if value.split(',').any(leads) {
            let left: Vec<&str> = value.split(',').filter(|item| !leads(item)).collect();
            *value = left.join(",");
        }
    }
}

/// What has no state that could be compared: names and keys this computer knows the Wi-Fi by,
/// and what interrupts its radio.
fn credentials(net: &Net, place: &Place, edits: &[&Edit], session: &Session) -> Vec<Obstacle> {
    let Some(ssid) = place
        .attached
        .as_ref()
        .filter(|at| at.starts_with("WiFi/SSID/"))
    else {
        return Vec::new();
    };
    let radios = net.targets(ssid, "LowerLayers");
    let mut found = Vec::new();
    for edit in edits {
        let Some(path) = edit.upnp_path.strip_prefix(net.location.as_str()) else {
            continue;
        };
        let same = net.value(path).is_some_and(|now| {
            !edit.is_secret() && session.same_value(&edit.upnp_path, now, edit.new.expose())
        });
        let name = path.rsplit('/').next().unwrap_or_default();
        if same {
            continue;
        }
        let within_mine = net
            .rows("WiFi/AccessPoint/")
            .into_iter()
            .any(|access_point| {
                path.starts_with(access_point.as_str())
                    && net.targets(&access_point, "SSIDReference").contains(ssid)
            });
        let (code, fact) = if path == format!("{ssid}SSID") {
            (
                ForecastCode::WifiNewName,
                Some(edit.new.expose().to_owned()),
            )
        } else if within_mine && KEYS.contains(&name) {
            (ForecastCode::WifiNewKey, None)
        } else if radios.iter().any(|radio| path.starts_with(radio.as_str()))
            && RADIO_BRIEF.contains(&name)
        {
            (ForecastCode::WifiReconnects, None)
        } else {
            continue;
        };
        found.push(Obstacle {
            code,
            path: path.to_owned(),
            fact,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_gateway_is_looked_for_on_the_same_port() {
        let moved = with_host("http://192.168.1.1:49000/desc.xml", "192.168.7.1");
        assert_eq!(moved.as_deref(), Some("http://192.168.7.1:49000/desc.xml"));
        assert_eq!(with_host("http://192.168.1.1/", "nonsense"), None);
    }

    #[test]
    fn the_worst_decides() {
        assert!(ForecastSeverity::CutOff > ForecastSeverity::MayCutOff);
        assert!(ForecastSeverity::Moves > ForecastSeverity::Later);
        assert_eq!(worst(&[]), ForecastSeverity::Nothing);
    }
}
