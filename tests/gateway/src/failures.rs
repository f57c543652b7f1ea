//! What breaks in homes: the parameters of the tree as they are when it has.

use std::str::FromStr;

use crate::tree::Tree;

macro_rules! failures {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// One failure of the line, the provider or the home.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Failure { $($(#[doc = $doc])+ $variant,)+ }

        impl Failure {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// One line of explanation.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc,)+).trim_ascii(),)+ }
            }
        }
    };
}

failures! {
    /// The DSL line has a signal and does not get into sync.
    NoSync = "no-sync",
    /// Nothing comes over the DSL line.
    NoSignal = "no-signal",
    /// The DSL line is switched off.
    LineOff = "line-off",
    /// No light in the fibre (model fiber).
    NoLight = "no-light",
    /// The provider is reached by an Ethernet cable, and that is out.
    CableOut = "cable-out",
    /// The VLAN is not the provider's.
    WrongVlan = "wrong-vlan",
    /// The provider refuses name or password.
    PppRefused = "ppp-refused",
    /// The provider's concentrator does not answer.
    PppNoAnswer = "ppp-no-answer",
    /// The provider gives addresses by DHCP, and none comes.
    NoDhcpOffer = "no-dhcp-offer",
    /// The default route is gone.
    NoRoute = "no-route",
    /// The name servers do not answer.
    DnsDead = "dns-dead",
    /// The radio of 2.4 GHz is switched off.
    RadioOff = "radio-off",
    /// The home network on 5 GHz is switched off.
    WifiOff = "wifi-off",
    /// The gateway gives no addresses to the home.
    DhcpServerOff = "dhcp-server-off",
}

impl FromStr for Failure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|failure| failure.name() == text)
            .ok_or_else(|| {
                let names: Vec<&str> = Self::ALL.iter().map(|failure| failure.name()).collect();
                format!("the failures are {}", names.join(", "))
            })
    }
}

/// A path of the data model and its value.
type Change = (&'static str, &'static str);

const LINE_DOWN: &[Change] = &[
    ("DSL.Line.1.Status", "Down"),
    ("DSL.Line.1.UpstreamMaxBitRate", "0"),
    ("DSL.Line.1.DownstreamMaxBitRate", "0"),
    ("DSL.Channel.1.Status", "LowerLayerDown"),
    ("DSL.Channel.1.UpstreamCurrRate", "0"),
    ("DSL.Channel.1.DownstreamCurrRate", "0"),
    ("PTM.Link.1.Status", "LowerLayerDown"),
];
const LINK_DOWN: &[Change] = &[
    ("Ethernet.Link.1.Status", "LowerLayerDown"),
    ("Ethernet.VLANTermination.1.Status", "LowerLayerDown"),
];
/// The line holds and the connection over it does not.
const PPP_DOWN: &[Change] = &[
    ("PPP.Interface.1.Status", "Down"),
    ("PPP.Interface.1.ConnectionStatus", "Disconnected"),
];
const NO_ADDRESS: &[Change] = &[
    ("IP.Interface.1.Status", "LowerLayerDown"),
    ("IP.Interface.1.IPv4Address.1.IPAddress", ""),
    ("IP.Interface.1.IPv4Address.1.Status", "Disabled"),
    ("IP.Interface.1.IPv6Address.1.IPAddress", ""),
    ("Routing.Router.1.IPv4Forwarding.1.Status", "Error"),
    ("DNS.Client.Server.1.Status", "Error"),
    ("DNS.Client.Server.2.Status", "Error"),
    ("DNS.Client.Server.5.Status", "Error"),
];

impl Failure {
    fn changes(self) -> Vec<&'static [Change]> {
        const BELOW_DOWN: &[Change] = &[
            ("PPP.Interface.1.Status", "LowerLayerDown"),
            ("PPP.Interface.1.ConnectionStatus", "Disconnected"),
            ("PPP.Interface.1.LastConnectionError", "ERROR_NO_CARRIER"),
        ];
        match self {
            Self::NoSync => vec![
                LINE_DOWN,
                &[("DSL.Line.1.LinkStatus", "EstablishingLink")],
                LINK_DOWN,
                BELOW_DOWN,
                NO_ADDRESS,
            ],
            Self::NoSignal => vec![
                LINE_DOWN,
                &[("DSL.Line.1.LinkStatus", "NoSignal")],
                LINK_DOWN,
                BELOW_DOWN,
                NO_ADDRESS,
            ],
            Self::LineOff => vec![
                LINE_DOWN,
                &[
                    ("DSL.Line.1.Enable", "0"),
                    ("DSL.Line.1.LinkStatus", "Disabled"),
                ],
                LINK_DOWN,
                BELOW_DOWN,
                NO_ADDRESS,
            ],
            Self::NoLight => vec![
                &[
                    ("Optical.Interface.1.Status", "Down"),
                    ("Optical.Interface.1.OpticalSignalLevel", "-40000"),
                ],
                LINK_DOWN,
                BELOW_DOWN,
                NO_ADDRESS,
            ],
            Self::CableOut => vec![
                &[
                    ("Ethernet.Link.1.LowerLayers", "Device.Ethernet.Interface.5"),
                    ("Ethernet.Interface.5.Status", "Down"),
                    ("Ethernet.Interface.5.CurrentBitRate", "0"),
                ],
                LINK_DOWN,
                BELOW_DOWN,
                NO_ADDRESS,
            ],
            Self::WrongVlan => vec![
                &[
                    ("Ethernet.VLANTermination.1.VLANID", "8"),
                    ("Ethernet.VLANTermination.1.Stats.PacketsReceived", "0"),
                    ("Ethernet.VLANTermination.1.Stats.BytesReceived", "0"),
                    ("Ethernet.VLANTermination.1.Stats.PacketsSent", "412"),
                    ("PPP.Interface.1.LastConnectionError", "ERROR_ISP_TIME_OUT"),
                ],
                PPP_DOWN,
                NO_ADDRESS,
            ],
            Self::PppRefused => vec![
                &[(
                    "PPP.Interface.1.LastConnectionError",
                    "ERROR_AUTHENTICATION_FAILURE",
                )],
                PPP_DOWN,
                NO_ADDRESS,
            ],
            Self::PppNoAnswer => vec![
                &[("PPP.Interface.1.LastConnectionError", "ERROR_ISP_TIME_OUT")],
                PPP_DOWN,
                NO_ADDRESS,
            ],
            Self::NoDhcpOffer => vec![
                &[
                    (
                        "IP.Interface.1.LowerLayers",
                        "Device.Ethernet.VLANTermination.1",
                    ),
                    ("PPP.Interface.1.Enable", "0"),
                    ("PPP.Interface.1.Status", "Down"),
                    ("DHCPv4.Client.1.Enable", "1"),
                    ("DHCPv4.Client.1.Status", "Enabled"),
                    ("DHCPv4.Client.1.DHCPStatus", "Selecting"),
                ],
                NO_ADDRESS,
                &[("IP.Interface.1.Status", "Up")],
            ],
            Self::NoRoute => vec![&[
                (
                    "Routing.Router.1.IPv4Forwarding.1.DestIPAddress",
                    "198.51.100.0",
                ),
                (
                    "Routing.Router.1.IPv4Forwarding.1.DestSubnetMask",
                    "255.255.255.0",
                ),
            ]],
            Self::DnsDead => vec![&[
                ("DNS.Client.Status", "Error"),
                ("DNS.Client.Server.1.Status", "Error"),
                ("DNS.Client.Server.2.Status", "Error"),
                ("DNS.Client.Server.5.Status", "Error"),
            ]],
            Self::RadioOff => vec![&[
                ("WiFi.Radio.1.Enable", "0"),
                ("WiFi.Radio.1.Status", "Down"),
                ("WiFi.SSID.1.Status", "LowerLayerDown"),
                ("WiFi.SSID.3.Status", "LowerLayerDown"),
            ]],
            Self::WifiOff => vec![&[
                ("WiFi.SSID.2.Enable", "0"),
                ("WiFi.SSID.2.Status", "Down"),
                ("WiFi.SSID.4.Enable", "0"),
                ("WiFi.SSID.4.Status", "Down"),
            ]],
            Self::DhcpServerOff => vec![&[("DHCPv4.Server.Enable", "0")]],
        }
    }

    /// The same in InternetGatewayDevice:1, where that can tell.
    fn older_changes(self) -> Option<Vec<&'static [Change]>> {
        const LINK_DOWN: &[Change] = &[(
            "WANDevice.1.WANConnectionDevice.1.WANDSLLinkConfig.LinkStatus",
            "Down",
        )];
        const NO_CONNECTION: &[Change] = &[
            (
                "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ConnectionStatus",
                "Disconnected",
            ),
            (
                "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ExternalIPAddress",
                "",
            ),
        ];
        const PPP_ERROR: &str =
            "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.LastConnectionError";
        const LINE: &str = "WANDevice.1.WANDSLInterfaceConfig.Status";
        Some(match self {
            Self::NoSync => vec![&[(LINE, "EstablishingLink")], LINK_DOWN, NO_CONNECTION],
            Self::NoSignal => vec![&[(LINE, "NoSignal")], LINK_DOWN, NO_CONNECTION],
            Self::LineOff => vec![
                &[
                    (LINE, "Disabled"),
                    ("WANDevice.1.WANDSLInterfaceConfig.Enable", "0"),
                ],
                LINK_DOWN,
                NO_CONNECTION,
            ],
            Self::PppRefused => {
                vec![
                    NO_CONNECTION,
                    &[(PPP_ERROR, "ERROR_AUTHENTICATION_FAILURE")],
                ]
            }
            Self::PppNoAnswer => vec![NO_CONNECTION, &[(PPP_ERROR, "ERROR_NO_ANSWER")]],
            Self::NoRoute => vec![&[
                ("Layer3Forwarding.DefaultConnectionService", ""),
                (
                    "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.DefaultGateway",
                    "",
                ),
            ]],
            Self::RadioOff => vec![&[
                ("LANDevice.1.WLANConfiguration.1.RadioEnabled", "0"),
                ("LANDevice.1.WLANConfiguration.1.Status", "Disabled"),
            ]],
            Self::DhcpServerOff => {
                vec![&[("LANDevice.1.LANHostConfigManagement.DHCPServerEnable", "0")]]
            }
            _ => return None,
        })
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// The path this gateway's model does not have.
    pub fn strike(self, tree: &mut Tree) -> Result<(), String> {
        let base = tree.index_base();
        let older = tree.kept_value("/BBF/Layer3Forwarding/DefaultConnectionService");
        let changes = match (older, self.older_changes()) {
            (Some(_), Some(changes)) => changes,
            _ => self.changes(),
        };
        for (path, value) in changes.into_iter().flatten() {
            let mut upnp = String::from("/BBF");
            for part in path.split('.') {
                upnp.push('/');
                match part.parse::<u32>() {
                    Ok(number) => upnp.push_str(&(number - 1 + base).to_string()),
                    Err(_) => upnp.push_str(part),
                }
            }
            // What an interface stands on is seen in InterfaceStack as well.
            if !tree.poke(&upnp, value) {
                return Err(format!("{}: this model has no {path}", self.name()));
            }
        }
        tree.stack_changed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_can_strike_the_model_it_is_for() {
        for base in [0, 1] {
            for failure in Failure::ALL {
                let mut tree = match failure {
                    Failure::NoLight => Tree::fiber(base, 1),
                    _ => Tree::vdsl(base, 1),
                };
                assert_eq!(failure.strike(&mut tree), Ok(()), "{}", failure.name());
                let misfits = tree.misfits();
                assert!(misfits.is_empty(), "{}: {misfits:?}", failure.name());
                assert_eq!(failure.name().parse(), Ok(*failure));
            }
        }
        assert!(Failure::NoLight.strike(&mut Tree::vdsl(0, 1)).is_err());
        for failure in Failure::ALL {
            let mut tree = Tree::tr098(0, 1);
            let struck = failure.strike(&mut tree);
            assert_eq!(struck.is_ok(), failure.older_changes().is_some());
            assert!(tree.misfits().is_empty(), "{}", failure.name());
        }
    }
}
