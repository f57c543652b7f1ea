//! The simulated TR-064 gateway as a program.

use std::io::{IsTerminal as _, Write as _};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use lanside_gateway::faults::Fault;
use lanside_gateway::options::{InitialUser, Model, Options, RolePolicy};
use lanside_gateway::quirks::Quirk;
use lanside_gateway::secret::Secret;
use lanside_gateway::Gateway;

/// A simulated TR-064 gateway for demonstration, rehearsal and tests.
///
/// When it is ready it prints one JSON line with "udn", "location", "secure_location" and "pin", and
/// serves until it is told to end.
#[derive(Parser)]
#[command(name = "lanside-gateway", version)]
struct CommandLine {
    /// Address to listen on; fe80::1%eth0 for one that is only valid on its adapter
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1",
        conflicts_with = "interface"
    )]
    bind: String,
    /// Adapter to listen on, by name or address
    #[arg(long, value_name = "NAME")]
    interface: Option<String>,
    /// HTTP port; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    http_port: u16,
    /// HTTPS port; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    https_port: u16,
    /// Port of unicast searches; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 1900)]
    search_port: u16,
    /// Name people see
    #[arg(long, value_name = "TEXT")]
    friendly_name: Option<String>,
    /// Data model: vdsl, fiber, tr098 or minimal
    #[arg(long, value_name = "MODEL", default_value = "vdsl")]
    model: Model,
    /// Parameters from a file in place of a model
    #[arg(long, value_name = "FILE.tsv")]
    tree: Option<PathBuf>,
    /// Fill the tree with rows up to this many parameters
    #[arg(long, value_name = "N")]
    parameters: Option<usize>,
    /// First instance identifier of a table
    #[arg(long, value_name = "0|1", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1))]
    index_base: u32,
    /// PIN on the label, or `random`
    #[arg(long, value_name = "PIN|random", default_value = "random")]
    pin: String,
    /// A user with a password, who holds Admin; may be repeated
    #[arg(long, value_name = "NAME:PASSWORD")]
    user: Vec<InitialUser>,
    /// How a control point comes to hold Admin: label-pin, basic, auto-admin or open
    #[arg(long, value_name = "POLICY", default_value = "label-pin")]
    role_policy: RolePolicy,
    /// Where identity, access list and values are kept
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// How long a reboot takes
    #[arg(long, value_name = "S", default_value_t = 2.0)]
    reboot_seconds: f64,
    /// UUID in the root UDN
    #[arg(long, value_name = "UUID")]
    udn: Option<String>,
    /// A deviation to switch on; may be repeated
    #[arg(long, value_name = "NAME")]
    quirk: Vec<Quirk>,
    /// A fault from the start, such as drop-next:SetValues or delay:GetValues:500; may be repeated
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// Name all quirks and end
    #[arg(long)]
    list_quirks: bool,
    /// Make everything repeatable that need not be secret
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl CommandLine {
    fn into_options(self) -> Result<Options, String> {
        let standard = Options::default();
        let reboot = Duration::try_from_secs_f64(self.reboot_seconds)
            .map_err(|_| "--reboot-seconds is not a time".to_owned())?;
        let (bind, interface) = match self.bind.parse::<IpAddr>() {
            Ok(bind) => (bind, self.interface),
            Err(_) if self.bind.contains('%') => (standard.bind, Some(self.bind)),
            Err(_) => return Err(format!("--bind: {} is not an address", self.bind)),
        };
        Ok(Options {
            bind,
            interface,
            http_port: self.http_port,
            https_port: self.https_port,
            search_port: self.search_port,
            friendly_name: self.friendly_name.unwrap_or(standard.friendly_name),
            model: self.model,
            tree: self.tree,
            parameters: self.parameters,
            index_base: self.index_base,
            pin: (self.pin != "random").then(|| Secret::new(self.pin)),
            users: self.user,
            role_policy: self.role_policy,
            state_dir: self.state_dir,
            reboot,
            udn: self.udn,
            quirks: self.quirk.into_iter().collect(),
            faults: self.fault,
            seed: self.seed,
            ..standard
        })
    }
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    if command_line.list_quirks {
        let mut out = std::io::stdout().lock();
        for quirk in Quirk::ALL {
            // A reader that has seen enough is no failure.
            if writeln!(out, "{:<28}{}", quirk.name(), quirk.explanation()).is_err() {
                break;
            }
        }
        return ExitCode::SUCCESS;
    }
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(run(command_line)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lanside-gateway: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(command_line: CommandLine) -> Result<(), String> {
    let options = command_line.into_options()?;
    let gateway = Gateway::start(options)
        .await
        .map_err(|error| error.to_string())?;
    let ready = serde_json::json!({
        "udn": gateway.udn(),
        "location": gateway.location(),
        "secure_location": gateway.secure_location(),
        "pin": gateway.pin(),
    });
    let mut out = std::io::stdout();
    writeln!(out, "{ready}")
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())?;
    wait_for_the_end(&gateway)
        .await
        .map_err(|error| error.to_string())?;
    gateway.stop().await;
    Ok(())
}

/// Waits for SIGTERM or SIGINT; SIGUSR1 presses the button.
#[cfg(unix)]
async fn wait_for_the_end(gateway: &Gateway) -> std::io::Result<()> {
    use tokio::signal::unix::{signal, SignalKind};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut button = signal(SignalKind::user_defined1())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = button.recv() => gateway.press_button(),
        }
    }
}

#[cfg(not(unix))]
async fn wait_for_the_end(_gateway: &Gateway) -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
