//! How a gateway is started: every switch of the command line, as a value.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::enrollee::lock::LockRule;
use crate::enrollee::permission::PinSource;
use crate::failures::Failure;
use crate::faults::Fault;
use crate::quirks::Quirks;
use crate::secret::Secret;
use crate::tls::TlsOptions;
use crate::tree::Account;

/// Which data model the gateway has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Model {
    /// A VDSL home gateway with TR-181.
    #[default]
    Vdsl,
    /// A fibre home gateway with TR-181.
    Fiber,
    /// An older gateway with TR-098.
    Tr098,
    /// Only what the standard demands.
    Minimal,
}

impl FromStr for Model {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "vdsl" => Ok(Self::Vdsl),
            "fiber" => Ok(Self::Fiber),
            "tr098" => Ok(Self::Tr098),
            "minimal" => Ok(Self::Minimal),
            _ => Err("the models are vdsl, fiber, tr098 and minimal".to_owned()),
        }
    }
}

/// How a control point comes to hold Admin (TR-064, Appendix I.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RolePolicy {
    /// By proving the PIN on the label.
    #[default]
    LabelPin,
    /// By a user login; the PIN on the label gives Basic.
    Basic,
    /// By proving the PIN the gateway makes for every introduction and shows on its screen.
    ScreenPin,
    /// By proving a PIN of the gateway's web page, or by a user there who raises the role.
    WebPin,
    /// By a user login; there is no PIN, and the button gives Basic.
    PushButton,
    /// By being first, while no control point holds Admin.
    AutoAdmin,
    /// Nothing is asked for.
    Open,
}

impl RolePolicy {
    /// Names and policies.
    const NAMES: [(&'static str, Self); 7] = [
        ("label-pin", Self::LabelPin),
        ("basic", Self::Basic),
        ("screen-pin", Self::ScreenPin),
        ("web-pin", Self::WebPin),
        ("push-button", Self::PushButton),
        ("auto-admin", Self::AutoAdmin),
        ("open", Self::Open),
    ];

    /// Where a control point's user reads the PIN.
    pub fn pin_source(self) -> PinSource {
        match self {
            Self::ScreenPin => PinSource::Screen,
            Self::WebPin => PinSource::Page,
            Self::PushButton => PinSource::Nowhere,
            Self::LabelPin | Self::Basic | Self::AutoAdmin | Self::Open => PinSource::Label,
        }
    }
}

impl FromStr for RolePolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, policy)| *policy).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name);
            format!("the role policies are {}", names.join(", "))
        })
    }
}

/// A user with a password from the start; such users hold Admin.
#[derive(Debug, Clone)]
pub struct InitialUser {
    /// User name.
    pub name: String,
    /// Password.
    pub password: Secret<String>,
}

impl FromStr for InitialUser {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((name, password)) if !name.trim().is_empty() => Ok(Self {
                name: name.to_owned(),
                password: Secret::new(password.to_owned()),
            }),
            _ => Err("a user is written NAME:PASSWORD".to_owned()),
        }
    }
}

/// Everything that can be chosen when a gateway is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on.
    pub bind: IpAddr,
    /// Adapter whose first address, of IPv4 if it has any, takes the place of `bind`; `fe80::1%eth0` names one
    /// of its addresses.
    pub interface: Option<String>,
    /// HTTP port; 0 takes any free one.
    pub http_port: u16,
    /// HTTPS port; 0 takes any free one.
    pub https_port: u16,
    /// Port of the web page; 0 takes any free one, and nothing has no page unless the role policy needs one.
    pub web_port: Option<u16>,
    /// Port for unicast searches; 0 takes any free one. It is announced when it is not 1900.
    pub search_port: u16,
    /// Host of the tree that the control point is: its way to the gateway really matters then.
    pub visitor: Option<String>,
    /// Longest time before a search is answered; nothing chooses by the kind of address.
    pub search_delay: Option<Duration>,
    /// Friendly name.
    pub friendly_name: String,
    /// Data model.
    pub model: Model,
    /// File with parameters in place of `model`.
    pub tree: Option<PathBuf>,
    /// Number of parameters to fill the tree up to.
    pub parameters: Option<usize>,
    /// First instance identifier of a table: 0 or 1.
    pub index_base: u32,
    /// PIN on the label; nothing makes one up.
    pub pin: Option<Secret<String>>,
    /// Users with passwords.
    pub users: Vec<InitialUser>,
    /// How a control point comes to hold Admin.
    pub role_policy: RolePolicy,
    /// When wrong PINs lock the introduction.
    pub lock: LockRule,
    /// Where identity, access list and values are kept; nothing keeps them in a temporary folder.
    pub state_dir: Option<PathBuf>,
    /// How long a reboot takes.
    pub reboot: Duration,
    /// UUID in the root UDN; nothing uses the identity of the certificate.
    pub udn: Option<String>,
    /// Deviations.
    pub quirks: Quirks,
    /// Faults from the start.
    pub faults: Vec<Fault>,
    /// What the secure port is able to do.
    pub tls: TlsOptions,
    /// What is broken from the start.
    pub failures: Vec<Failure>,
    /// Whom the provider lets in; the gateway has no name and password at first.
    pub ppp_account: Option<Account>,
    /// Makes everything repeatable that need not be secret.
    pub seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            interface: None,
            http_port: 0,
            https_port: 0,
            web_port: None,
            search_port: 1900,
            visitor: None,
            search_delay: None,
            friendly_name: "Lanside simulated gateway".to_owned(),
            model: Model::default(),
            tree: None,
            parameters: None,
            index_base: 0,
            pin: None,
            users: Vec::new(),
            role_policy: RolePolicy::default(),
            lock: LockRule::default(),
            state_dir: None,
            reboot: Duration::from_secs(2),
            udn: None,
            quirks: Quirks::default(),
            faults: Vec::new(),
            tls: TlsOptions::default(),
            failures: Vec::new(),
            ppp_account: None,
            seed: None,
        }
    }
}
