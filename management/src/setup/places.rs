//! Where the answers of a set-up go at one gateway: found in its tree, in either data model.

use crate::ladder;
use crate::limits::SETUP_NETWORKS;
use crate::picked::Picked;

use super::checks::is_key;

/// What is read for it, below the root of Device:2, besides what the ladder reads.
pub(super) const READ: [&str; 3] = ["WiFi/Radio/", "WiFi/SSID/", "WiFi/AccessPoint/"];
/// The same in InternetGatewayDevice:1.
pub(super) const READ_OLDER: [&str; 3] = ["WANDevice/", "LANDevice/", "Layer3Forwarding/"];

/// A path below the root of the data model, and the value it gets.
pub(super) type Wanted = (String, String);

/// What a gateway wants to be told.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The connection with name and password; nothing where the line wants none.
    pub login: Option<LoginPlace>,
    /// The networks of the home, one a radio.
    pub networks: Vec<Network>,
    /// The older data model.
    pub older: bool,
}

/// A connection with name and password.
#[derive(Debug, PartialEq)]
pub(super) struct LoginPlace {
    /// `PPP/Interface/1/`.
    pub object: String,
    pub user_name: Option<String>,
    pub connected: bool,
    enabled: bool,
}

/// A wireless network.
#[derive(Debug, PartialEq)]
pub(super) struct Network {
    /// Parameter of its name.
    name_at: String,
    pub name: Option<String>,
    /// `2.4GHz`, where the gateway tells.
    pub band: Option<String>,
    /// Parameters a passphrase goes to.
    passphrase_at: Vec<String>,
    /// Parameter a key of 64 digits goes to.
    key_at: Option<String>,
    /// What else has to be so: switched on, protected.
    besides: Vec<Wanted>,
}

impl Places {
    /// Finds them.
    pub fn find(picked: &Picked, older: bool) -> Places {
        let (login, mut networks) = if older {
            (older_login(picked), older_networks(picked))
        } else {
            (login(picked), networks(picked))
        };
        networks.truncate(SETUP_NETWORKS);
        Places {
            login,
            networks,
            older,
        }
    }

    /// Whether every network takes a key of 64 digits.
    pub fn takes_key(&self) -> bool {
        !self.networks.is_empty() && self.networks.iter().all(|one| one.key_at.is_some())
    }

    /// What a new name and password come to. Without a password the present one stays.
    pub fn wifi_edits(&self, name: &str, password: Option<&str>) -> Vec<Wanted> {
        let mut edits = Vec::new();
        for network in &self.networks {
            edits.push((network.name_at.clone(), name.to_owned()));
            edits.extend(network.besides.iter().cloned());
            let Some(password) = password else { continue };
            let at: Vec<&String> = match is_key(password) {
                true => network.key_at.iter().collect(),
                false => network.passphrase_at.iter().collect(),
            };
            edits.extend(
                at.into_iter()
                    .map(|path| (path.clone(), password.to_owned())),
            );
        }
        edits
    }
}

impl LoginPlace {
    /// What a user name and password come to.
    pub fn edits(&self, user_name: &str, password: Option<&str>) -> Vec<Wanted> {
        let mut edits = vec![(format!("{}Username", self.object), user_name.to_owned())];
        edits.extend(
            password.map(|password| (format!("{}Password", self.object), password.to_owned())),
        );
        if !self.enabled {
            edits.push((format!("{}Enable", self.object), "1".to_owned()));
        }
        edits
    }
}

fn login_at(picked: &Picked, object: &str) -> LoginPlace {
    let text = |name: &str| picked.text(&format!("{object}{name}"));
    LoginPlace {
        user_name: text("Username").map(str::to_owned),
        connected: text("ConnectionStatus") == Some("Connected"),
        enabled: picked.enabled(object),
        object: object.to_owned(),
    }
}

/// The PPP interface on the way to the internet. A gateway as it left the factory may have no
/// way yet: then the only one it has.
fn login(picked: &Picked) -> Option<LoginPlace> {
    let rows = picked.rows("PPP/Interface/");
    let on_the_way = match ladder::internet_interface(picked) {
        Some(top) => ladder::chain(picked, &top)
            .into_iter()
            .find(|object| rows.contains(object)),
        None => match rows.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        },
    };
    on_the_way.map(|object| login_at(picked, &object))
}

/// The first network of each radio that is on and keeps nobody apart: guests are kept apart.
/// Where none is on, the first of each radio, which is switched on then.
fn networks(picked: &Picked) -> Vec<Network> {
    let points = picked.rows("WiFi/AccessPoint/");
    let point_of = |ssid: &String| {
        points
            .iter()
            .find(|point| picked.references(&format!("{point}SSIDReference")) == [ssid.as_str()])
    };
    let home = |ssid: &&String| {
        point_of(ssid)
            .is_some_and(|point| picked.flag(&format!("{point}IsolationEnable")) != Some(true))
    };
    let mut found = Vec::new();
    let ssids = picked.rows("WiFi/SSID/");
    for radio in picked.rows("WiFi/Radio/") {
        let on_it: Vec<&String> = ssids
            .iter()
            .filter(|ssid| ladder::lower(picked, ssid).contains(&radio))
            .filter(home)
            .collect();
        let on = on_it.iter().find(|ssid| picked.enabled(ssid));
        if let Some(ssid) = on.or(on_it.first()) {
            let point = point_of(ssid).cloned().unwrap_or_default();
            found.push((on.is_some(), network(picked, &radio, ssid, &point)));
        }
    }
    let any_on = found.iter().any(|(on, _)| *on);
    found
        .into_iter()
        .filter(|(on, _)| *on || !any_on)
        .map(|(_, network)| network)
        .collect()
}

fn network(picked: &Picked, radio: &str, ssid: &str, point: &str) -> Network {
    let security = format!("{point}Security/");
    let there = |path: String| picked.is_there(&path).then_some(path);
    let mode = picked
        .text(&format!("{security}ModeEnabled"))
        .unwrap_or_default();
    let mut besides: Vec<Wanted> = [radio, ssid, point]
        .iter()
        .filter(|object| !picked.enabled(object))
        .map(|object| (format!("{object}Enable"), "1".to_owned()))
        .collect();
    if matches!(mode, "None" | "WEP-64" | "WEP-128") {
        let supported = picked
            .text(&format!("{security}ModesSupported"))
            .unwrap_or_default();
        let best = [
            "WPA3-Personal-Transition",
            "WPA2-Personal",
            "WPA-WPA2-Personal",
        ]
        .into_iter()
        .find(|mode| supported.split(',').any(|one| one.trim() == *mode));
        besides.extend(best.map(|best| (format!("{security}ModeEnabled"), best.to_owned())));
    }
    Network {
        name_at: format!("{ssid}SSID"),
        name: picked.text(&format!("{ssid}SSID")).map(str::to_owned),
        band: picked
            .text(&format!("{radio}OperatingFrequencyBand"))
            .map(str::to_owned),
        passphrase_at: ["KeyPassphrase", "SAEPassphrase"]
            .iter()
            .filter_map(|name| there(format!("{security}{name}")))
            .collect(),
        // WPA3 makes its key of a passphrase and knows no other.
        key_at: there(format!("{security}PreSharedKey")).filter(|_| !mode.starts_with("WPA3")),
        besides,
    }
}

/// The connection the older model names as the one to the internet, else the first that is on.
fn older_login(picked: &Picked) -> Option<LoginPlace> {
    let named = picked.references("Layer3Forwarding/DefaultConnectionService");
    let mut dialled = Vec::new();
    let mut plain = false;
    for wan in picked.rows("WANDevice/") {
        for device in picked.rows(&format!("{wan}WANConnectionDevice/")) {
            dialled.extend(picked.rows(&format!("{device}WANPPPConnection/")));
            plain |= picked
                .rows(&format!("{device}WANIPConnection/"))
                .iter()
                .any(|row| picked.enabled(row));
        }
    }
    let object = match named.first() {
        Some(named) => dialled.contains(named).then(|| named.clone()),
        None => {
            let on = dialled.iter().find(|row| picked.enabled(row));
            on.or(dialled.first().filter(|_| !plain)).cloned()
        }
    };
    object.map(|object| login_at(picked, &object))
}

fn older_networks(picked: &Picked) -> Vec<Network> {
    let mut rows: Vec<String> = picked
        .rows("LANDevice/")
        .iter()
        .flat_map(|lan| picked.rows(&format!("{lan}WLANConfiguration/")))
        .collect();
    if rows.iter().any(|row| picked.enabled(row)) {
        rows.retain(|row| picked.enabled(row));
    }
    // Guests have a name of their own.
    let name = |row: &String| picked.text(&format!("{row}SSID")).map(str::to_owned);
    let first = rows.first().and_then(&name);
    rows.retain(|row| name(row) == first);
    rows.iter().map(|row| older_network(picked, row)).collect()
}

fn older_network(picked: &Picked, row: &str) -> Network {
    let there = |path: String| picked.is_there(&path).then_some(path);
    let shared = picked
        .rows(&format!("{row}PreSharedKey/"))
        .into_iter()
        .next();
    let mut besides = Vec::new();
    if !picked.enabled(row) {
        besides.push((format!("{row}Enable"), "1".to_owned()));
    }
    if matches!(
        picked.text(&format!("{row}BeaconType")),
        Some("None" | "Basic")
    ) {
        for (name, value) in [
            ("BeaconType", "11i"),
            ("IEEE11iEncryptionModes", "AESEncryption"),
            ("IEEE11iAuthenticationMode", "PSKAuthentication"),
        ] {
            let path = there(format!("{row}{name}"));
            besides.extend(path.map(|path| (path, value.to_owned())));
        }
    }
    let shared_at = |name: &str| there(format!("{}{name}", shared.as_ref()?));
    Network {
        name_at: format!("{row}SSID"),
        name: picked.text(&format!("{row}SSID")).map(str::to_owned),
        band: None,
        passphrase_at: [
            shared_at("KeyPassphrase"),
            there(format!("{row}KeyPassphrase")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        key_at: shared_at("PreSharedKey"),
        besides,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: [(&str, &str); 17] = [
        ("PPP/Interface/1/Status", "Up"),
        ("PPP/Interface/1/ConnectionStatus", "Connected"),
        ("PPP/Interface/1/Username", "anna"),
        ("PPP/Interface/1/LowerLayers", "Device.Ethernet.Link.1"),
        ("Ethernet/Link/1/Status", "Up"),
        ("IP/Interface/1/Status", "Up"),
        ("IP/Interface/1/LowerLayers", "Device.PPP.Interface.1"),
        ("WiFi/Radio/1/OperatingFrequencyBand", "2.4GHz"),
        ("WiFi/SSID/1/SSID", "Attic"),
        ("WiFi/SSID/1/LowerLayers", "Device.WiFi.Radio.1"),
        ("WiFi/SSID/2/SSID", "Guests"),
        ("WiFi/SSID/2/LowerLayers", "Device.WiFi.Radio.1"),
        ("WiFi/AccessPoint/1/SSIDReference", "Device.WiFi.SSID.1"),
        ("WiFi/AccessPoint/1/Security/ModeEnabled", "WPA2-Personal"),
        ("WiFi/AccessPoint/1/Security/KeyPassphrase", ""),
        ("WiFi/AccessPoint/2/SSIDReference", "Device.WiFi.SSID.2"),
        ("WiFi/AccessPoint/2/IsolationEnable", "1"),
    ];

    fn with(changes: &[(&str, &str)]) -> Places {
        let mut values: Vec<(&str, &str)> = HOME
            .iter()
            .filter(|(path, _)| !changes.iter().any(|(changed, _)| changed == path))
            .copied()
            .collect();
        values.extend(changes);
        Places::find(&Picked::of(&values), false)
    }

    fn paths(edits: &[Wanted]) -> Vec<&str> {
        edits.iter().map(|(path, _)| path.as_str()).collect()
    }

    #[test]
    fn a_line_that_dials_wants_name_and_password() {
        let login = with(&[]).login.expect("it dials");
        assert_eq!(login.user_name.as_deref(), Some("anna"));
        assert!(login.connected);
        let edits = login.edits("bruno", Some("secret"));
        assert_eq!(
            paths(&edits),
            ["PPP/Interface/1/Username", "PPP/Interface/1/Password"]
        );
        let off = with(&[("PPP/Interface/1/Enable", "0")])
            .login
            .expect("it dials");
        assert_eq!(
            paths(&off.edits("bruno", None)),
            ["PPP/Interface/1/Username", "PPP/Interface/1/Enable"]
        );
    }

    #[test]
    fn a_line_that_does_not_wants_nothing() {
        let places = with(&[
            ("IP/Interface/1/LowerLayers", "Device.Ethernet.Link.1"),
            (
                "Routing/Router/1/IPv4Forwarding/1/Interface",
                "Device.IP.Interface.1",
            ),
        ]);
        assert_eq!(places.login, None);
    }

    #[test]
    fn guests_keep_their_name() {
        let places = with(&[]);
        assert_eq!(places.networks.len(), 1);
        assert!(!places.takes_key());
        let edits = places.wifi_edits("Zum Anker", Some("Leuchtturm 1887"));
        assert_eq!(
            paths(&edits),
            [
                "WiFi/SSID/1/SSID",
                "WiFi/AccessPoint/1/Security/KeyPassphrase"
            ]
        );
        assert_eq!(
            paths(&places.wifi_edits("Zum Anker", None)),
            ["WiFi/SSID/1/SSID"]
        );
    }

    #[test]
    fn an_open_or_silent_network_is_protected_and_switched_on() {
        let places = with(&[
            ("WiFi/SSID/1/Enable", "0"),
            ("WiFi/Radio/1/Enable", "0"),
            ("WiFi/SSID/2/Enable", "0"),
            ("WiFi/AccessPoint/1/Security/ModeEnabled", "None"),
            (
                "WiFi/AccessPoint/1/Security/ModesSupported",
                "None,WPA2-Personal",
            ),
            ("WiFi/AccessPoint/1/Security/PreSharedKey", ""),
        ]);
        let edits = places.wifi_edits("Zum Anker", Some(&"0".repeat(64)));
        assert_eq!(
            paths(&edits),
            [
                "WiFi/SSID/1/SSID",
                "WiFi/Radio/1/Enable",
                "WiFi/SSID/1/Enable",
                "WiFi/AccessPoint/1/Security/ModeEnabled",
                "WiFi/AccessPoint/1/Security/PreSharedKey",
            ]
        );
        assert_eq!(edits[3].1, "WPA2-Personal");
    }

    #[test]
    fn the_older_model_says_it_in_its_own_words() {
        let at = "WANDevice/1/WANConnectionDevice/1/WANPPPConnection/1";
        let wlan = "LANDevice/1/WLANConfiguration";
        let values = [
            (format!("{at}/Username"), "kogge"),
            (format!("{at}/ConnectionStatus"), "Disconnected"),
            (format!("{wlan}/1/SSID"), "Kogge"),
            (format!("{wlan}/1/BeaconType"), "Basic"),
            (format!("{wlan}/1/KeyPassphrase"), ""),
            (format!("{wlan}/1/PreSharedKey/1/KeyPassphrase"), ""),
            (format!("{wlan}/2/SSID"), "Guests"),
            (format!("{wlan}/3/SSID"), "Kogge"),
            (format!("{wlan}/3/Enable"), "0"),
        ];
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(path, value)| (path.as_str(), *value))
            .collect();
        let places = Places::find(&Picked::of(&values), true);
        assert!(!places.login.as_ref().expect("it dials").connected);
        let edits = places.wifi_edits("Zum Anker", Some("Leuchtturm 1887"));
        assert_eq!(
            paths(&edits),
            [
                "LANDevice/1/WLANConfiguration/1/SSID",
                "LANDevice/1/WLANConfiguration/1/BeaconType",
                "LANDevice/1/WLANConfiguration/1/PreSharedKey/1/KeyPassphrase",
                "LANDevice/1/WLANConfiguration/1/KeyPassphrase",
            ]
        );
    }
}
