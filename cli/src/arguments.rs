//! The command line.

mod verbs;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dp_credentials::identity::Fingerprint;

pub use verbs::{
    AccessVerb, DefinitionsVerb, DraftVerb, IdentityVerb, NewIdentity, Place, ReportVerb,
    SecretsVerb, SnapshotVerb,
};

/// Find, pair with, read, change and restart TR-064 gateways.
#[derive(Debug, Parser)]
#[command(
    name = "lanside",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// One JSON document on standard output (streams: one object a line).
    #[arg(long, global = true)]
    pub json: bool,
    /// Inventory, drafts and journal (default: the platform's data directory).
    #[arg(long, global = true, value_name = "DIR", env = "LANSIDE_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// Where secrets are kept: the system keyring (unless the window chose otherwise for DIR),
    /// files in DIR/secrets only you can read, or DIR/secrets.sealed behind a passphrase.
    #[arg(long, global = true, value_enum, env = "LANSIDE_SECRETS")]
    pub secrets: Option<Secrets>,
    /// Descriptor whose first line is the passphrase of DIR/secrets.sealed; without it a terminal
    /// asks, or it is the first line of standard input.
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// Only these adapters, by name or address; repeatable. Loopback only when named.
    #[arg(long, global = true, value_name = "NAME|ADDR")]
    pub interface: Vec<String>,
    /// For each answer of a gateway.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub timeout: f64,
    /// Write down everything sent and received, secrets blacked out.
    #[arg(long, global = true, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// More on standard error (-vv: still more).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Secrets {
    /// The system keyring.
    Keyring,
    /// Files below the state directory.
    File,
    /// One file in the state directory behind a passphrase.
    SealedFile,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> bool {
        switch == Switch::On
    }
}

/// A language of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// English.
    En,
    /// German.
    De,
}

impl From<Tongue> for management::schema::Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::En => Self::English,
            Tongue::De => Self::German,
        }
    }
}

/// A gateway.
#[derive(Debug, Args)]
pub struct Device {
    /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
    #[arg(value_name = "DEVICE")]
    pub device: String,
}

/// What `lanside` can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Gateways on the network.
    Discover {
        /// How long to listen, in seconds.
        #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
        time: Option<f64>,
        /// Every root device, not gateways alone.
        #[arg(long)]
        all: bool,
        /// Go on until Ctrl-C: devices that come, change and leave, adapters as they change.
        #[arg(long, conflicts_with = "time")]
        follow: bool,
    },
    /// Why do I see nothing? Tests adapters, multicast, port 1900, firewall, VPN and router,
    /// and says what to do. Takes about four seconds.
    Doctor,
    /// One gateway: its services, its data models, how it can be opened.
    Show(Device),
    /// Be introduced to a gateway. Who answers is shown first.
    Pair {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// How to show that you stand before it.
        #[command(flatten)]
        proof: Proof,
        /// Only if it shows this certificate (SHA-256, as `lanside pair` shows it).
        #[arg(long, value_name = "SHA-256")]
        certificate: Option<Fingerprint>,
        /// Trust another certificate than so far: the gateway was reset or replaced. The old
        /// one stays trusted until the new one is proven.
        #[arg(long)]
        replace_certificate: bool,
        /// Also where the gateway offers nothing better than TLS 1.0 or 1.1, an RSA key of 1024
        /// bits or signatures over SHA-1; remembered for this gateway alone.
        #[arg(long)]
        allow_weak_tls: bool,
    },
    /// Log a user in; the password is asked for, or read from standard input.
    Login {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Name of the user.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Log the user out.
    Logout(Device),
    /// Roles held, and which an action needs.
    Roles {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// The action, for example BasicManagement/Reboot.
        #[arg(long, value_name = "SERVICE/ACTION")]
        action: Option<String>,
    },
    /// Who the gateway knows: users and control points with their roles, and how to change them.
    Access {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// What to do with the list (default: show it).
        #[command(subcommand)]
        what: Option<AccessVerb>,
    },
    /// Drop trust and secrets for a gateway.
    Forget(Device),
    /// Supported parameters and rows.
    Tree {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Device.WiFi. or /BBF/WiFi/ (default: everything).
        #[arg(value_name = "PATH")]
        path: Option<String>,
        /// How many levels (default: all).
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        depth: Option<u32>,
    },
    /// Values; an object path means everything below it.
    Get {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Device.WiFi.SSID.1.SSID or /BBF/WiFi/SSID/0/SSID.
        #[arg(value_name = "PATH", required = true)]
        paths: Vec<String>,
    },
    /// Which profiles of its data model a gateway fulfils, and what is missing.
    Profiles {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Write the report as a page to look at or print, too.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
        /// Language of the page.
        #[arg(long, value_enum, default_value_t = Tongue::En)]
        language: Tongue,
    },
    /// Look for parameters by whatever words you have for them, in English or German: part of a
    /// path, a value, a unit, “wifi password”, “Portfreigabe”.
    Find {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// In any order.
        #[arg(value_name = "WORD", required = true)]
        words: Vec<String>,
        /// Show at most so many.
        #[arg(long, value_name = "N", default_value_t = 10)]
        most: usize,
    },
    /// What the data models say about a parameter or object; no gateway is asked.
    Explain {
        /// Device.WiFi.SSID.1.SSID or /BBF/WiFi/SSID/0/SSID.
        #[arg(value_name = "PATH")]
        path: String,
        /// Language of the explanation.
        #[arg(long, value_enum, default_value_t = Tongue::En)]
        language: Tongue,
    },
    /// Data models from files of the Broadband Forum or of a maker: they add descriptions and the
    /// maker's own parameters.
    Definitions {
        /// What to do.
        #[command(subcommand)]
        what: DefinitionsVerb,
    },
    /// Values as they change, until Ctrl-C: by the gateway's events, else by asking.
    Watch {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Parameters or objects; everything when none is named.
        #[arg(value_name = "PATH")]
        paths: Vec<String>,
        /// How often they are read where no event tells of a change, in seconds.
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        every: Option<f64>,
    },
    /// Change values: check, show the difference, send in one call, read back.
    Set {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// PATH=VALUE; for a secret PATH=- reads the value from standard input.
        #[arg(value_name = "PATH=VALUE", required = true)]
        edits: Vec<String>,
        /// Check and show, send nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from the gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// Run a recipe, a file of settings with variables, at one gateway or several.
    Apply {
        /// The recipe (docs/recipes.md says how one is written).
        #[arg(value_name = "RECIPE")]
        recipe: PathBuf,
        /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
        #[arg(value_name = "DEVICE", required = true)]
        devices: Vec<String>,
        /// A variable of the recipe, repeatable; not for secrets.
        #[arg(long = "var", value_name = "NAME=VALUE")]
        variables: Vec<String>,
        /// Read NAME=VALUE lines from standard input; for secrets.
        #[arg(long)]
        var_stdin: bool,
        /// Check and show, send nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from a gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// Set a gateway up for the first time, step by step: pair, internet, Wi-Fi, test.
    Setup(Box<crate::commands::SetupArguments>),
    /// Make a row in a table, with values of its parameters.
    Add {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Device.NAT.PortMapping. or /BBF/NAT/PortMapping/.
        #[arg(value_name = "TABLE")]
        table: String,
        /// NAME=VALUE; for a secret NAME=- reads the value from standard input.
        #[arg(value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Check and show, send nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from the gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// Delete rows of tables.
    Delete {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Device.NAT.PortMapping.3. or /BBF/NAT/PortMapping/2/.
        #[arg(value_name = "INSTANCE", required = true)]
        rows: Vec<String>,
        /// Check and show, send nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from the gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// Attributes of nodes: type, access, and which changes the gateway tells of.
    Attributes {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Parameters, tables or rows.
        #[arg(value_name = "PATH", required_unless_present = "alarms")]
        paths: Vec<String>,
        /// Tell changes of these nodes as events.
        #[arg(long, value_name = "on|off", value_enum)]
        event_on_change: Option<Switch>,
        /// Tell changes of these nodes with their values, while alarms are on.
        #[arg(long, value_name = "on|off", value_enum)]
        alarm_on_change: Option<Switch>,
        /// Switch the telling of alarms for the whole gateway.
        #[arg(long, value_name = "on|off", value_enum)]
        alarms: Option<Switch>,
        /// Which roles may list, read and write these nodes, where the gateway says so.
        #[arg(long, conflicts_with_all = ["event_on_change", "alarm_on_change", "alarms"])]
        rights: bool,
    },
    /// Take an applied change back: the last one, or any by its number.
    Undo {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Number of the entry, from --list (default: the last change that was not taken back).
        #[arg(value_name = "ENTRY")]
        entry: Option<i64>,
        /// Show what was changed so far, send nothing.
        #[arg(long, conflicts_with = "entry")]
        list: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from the gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// What waits to be sent: show it, send it, drop it.
    Draft {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// What to do with it (default: show it, compared with what the gateway has now).
        #[command(subcommand)]
        what: Option<DraftVerb>,
    },
    /// Saved trees: save, compare, write to files, put back as a draft.
    Snapshot {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// What to do.
        #[command(subcommand)]
        what: SnapshotVerb,
    },
    /// Restart a gateway.
    Reboot {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Wait until it is back, opened and the same.
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        wait: Option<f64>,
    },
    /// Set a gateway back to how it was delivered: every setting is erased.
    Reset {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// You mean it. At a terminal the gateway's name is asked for as well.
        #[arg(long)]
        erase_everything: bool,
        /// The gateway's name, instead of typing it when asked.
        #[arg(long, value_name = "GATEWAY-NAME")]
        confirm: Option<String>,
        /// Do not save its tree before.
        #[arg(long)]
        no_snapshot: bool,
        /// Follow it so long.
        #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value_t = 300.0)]
        wait: f64,
    },
    /// Let the gateway test something: ping, traceroute, nslookup and more; Ctrl-C stops it there.
    Test(Box<crate::commands::TestArguments>),
    /// A page about a visit, sealed with this computer's identity: found, changed, tested, left open.
    Report {
        /// What to do.
        #[command(subcommand)]
        what: ReportVerb,
    },
    /// A gateway at a glance: internet, line, Wi-Fi, devices, last changes.
    Status {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// As text for a ticket, without names of people, networks and devices, addresses or
        /// serial numbers.
        #[arg(long)]
        text: bool,
    },
    /// What the gateway writes in its logs.
    Logs(Box<crate::commands::LogArguments>),
    /// Software of a gateway: what is installed and runs; install, update, remove, start, stop.
    Software(Box<crate::commands::SoftwareArguments>),
    /// Numbers for pictures: tones of the DSL line, Wi-Fi channels, traffic as rates.
    Measure(Box<crate::commands::MeasureArguments>),
    /// Where is it broken? Line, login, address, route, names, Wi-Fi: the lowest broken rung.
    Ladder(Device),
    /// Any action of any service, checked against its description.
    Call {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Type, id or short name, for example BasicManagement.
        #[arg(value_name = "SERVICE")]
        service: String,
        /// For example GetDeviceStatus.
        #[arg(value_name = "ACTION")]
        action: String,
        /// Arguments, in any order.
        #[arg(value_name = "ARG=VALUE")]
        arguments: Vec<String>,
    },
    /// This installation's certificate.
    Identity {
        /// What to do with it.
        #[command(subcommand)]
        what: IdentityVerb,
    },
    /// Where this computer keeps its secrets, for every later start of either face.
    Secrets {
        /// What to do.
        #[command(subcommand)]
        what: SecretsVerb,
    },
    /// Start the simulated gateway and run the main job against it.
    Demo,
}

/// How a person shows that they stand before the gateway they mean.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Proof {
    /// The PIN of its label or web page, in any spelling.
    #[arg(long, value_name = "PIN")]
    pub pin: Option<String>,
    /// Read the PIN from standard input.
    #[arg(long)]
    pub pin_stdin: bool,
    /// The gateway makes a PIN and shows it; type it here, or on standard input.
    #[arg(long)]
    pub screen_pin: bool,
    /// Press the gateway's button within two minutes.
    #[arg(long)]
    pub push_button: bool,
    /// None: the gateway lets the first one in, and proves nothing. You see its certificate and
    /// confirm it; where nobody can be asked, --certificate does.
    #[arg(long)]
    pub first_use: bool,
    /// You: the SHA-256 given with --certificate was read on the gateway itself (label, screen,
    /// its own page). It is trusted as compared; log in where it gives no role by itself.
    #[arg(long, requires = "certificate")]
    pub by_hand: bool,
}

pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    let value: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    if (0.05..=86_400.0).contains(&value) {
        Ok(value)
    } else {
        Err("must be between 0.05 and 86400 seconds".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_proof_is_needed_to_pair() {
        assert!(Arguments::try_parse_from(["lanside", "pair", "gateway"]).is_err());
        assert!(
            Arguments::try_parse_from(["lanside", "pair", "gateway", "--pin", "1234-5670"]).is_ok()
        );
        assert!(Arguments::try_parse_from([
            "lanside",
            "pair",
            "gateway",
            "--pin",
            "1",
            "--push-button"
        ])
        .is_err());
    }
}
