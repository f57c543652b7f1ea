//! The simulated TR-064 gateway as a program.

mod console;

use std::io::{IsTerminal as _, Write as _};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use lanside_gateway::enrollee::lock::LockRule;
use lanside_gateway::enrollee::permission::ScreenText;
use lanside_gateway::failures::Failure;
use lanside_gateway::faults::Fault;
use lanside_gateway::options::{InitialUser, Model, Options, RolePolicy};
use lanside_gateway::quirks::Quirk;
use lanside_gateway::secret::Secret;
use lanside_gateway::setup_faults::SetupFault;
use lanside_gateway::tls::{Key, Newest, TlsOptions};
use lanside_gateway::tree::Account;
use lanside_gateway::Gateway;
#[cfg(unix)]
use tokio::signal::unix::{signal, Signal, SignalKind};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver};

/// A simulated TR-064 gateway for demonstration, rehearsal and tests.
///
/// When it is ready it prints one JSON line with "udn", "location", "secure_location", "pin" and "web", and
/// serves until it is told to end. Later lines are its screen, {"event":"screen","pin":"12345670"} and
/// null when it goes dark, and what became of lines on standard input: `button` presses its button (so
/// does SIGUSR1), `fault SPEC` adds a fault, `clear-faults` ends them all.
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
    /// Port of the web page, where users who hold Admin set the roles of control points; 0 takes any free one.
    /// With the role policy web-pin there is one in any case
    #[arg(long, value_name = "N")]
    web_port: Option<u16>,
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
    /// How a control point comes to hold Admin (TR-064, Appendix I.1.3): label-pin by the PIN on the label;
    /// basic by a user login; screen-pin by a PIN that is new in every introduction; web-pin by a PIN
    /// that a user reads on the web page, or by that user; push-button by a user login, too, and without any PIN;
    /// auto-admin by being first; open by nothing
    #[arg(long, value_name = "POLICY", default_value = "label-pin")]
    role_policy: RolePolicy,
    /// Wrong PINs in a row that lock the introduction; 0 never locks
    #[arg(long, value_name = "N", default_value_t = LockRule::default().after)]
    lock_after: u32,
    /// How long the first lock lasts; every further one lasts twice as long
    #[arg(long, value_name = "S", default_value_t = LockRule::default().time.as_secs_f64())]
    lock_seconds: f64,
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
    /// A fault from the start, such as drop-next:SetValues, delay:GetValues:500, stall:m3, nack:m5:15 or
    /// once:fault-704:m3, which spoils one introduction only; may be repeated
    #[arg(long, value_name = "SPEC")]
    fault: Vec<Fault>,
    /// What is broken in the line, at the provider or at home, such as no-sync or ppp-refused; may be repeated
    #[arg(long, value_name = "NAME")]
    failure: Vec<Failure>,
    /// The one account the provider lets in; the gateway starts without name and password, as it left the factory
    #[arg(long, value_name = "NAME:PASSWORD")]
    ppp_account: Option<Account>,
    /// Name all failures and end
    #[arg(long)]
    list_failures: bool,
    /// Name all quirks and end
    #[arg(long)]
    list_quirks: bool,
    /// Name all faults and end
    #[arg(long)]
    list_faults: bool,
    /// Newest version of TLS on the secure port: 1.0, 1.1, 1.2 or 1.3
    #[arg(long, value_name = "VERSION", default_value = "1.3")]
    tls_max: Newest,
    /// Key of the certificate, where one is made: rsa2048, rsa1024 or p256
    #[arg(long, value_name = "KIND", default_value = "rsa2048")]
    key: Key,
    /// Make everything repeatable that need not be secret
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The control point is this host of the tree (`laptop-anna`, `nas`…): changes to the wires, addresses and
    /// networks between it and the gateway take effect.
    #[arg(long, value_name = "HOST")]
    visitor: Option<String>,
}

impl CommandLine {
    fn into_options(self) -> Result<Options, String> {
        let standard = Options::default();
        let reboot = Duration::try_from_secs_f64(self.reboot_seconds)
            .map_err(|_| "--reboot-seconds is not a time".to_owned())?;
        let lock_time = Duration::try_from_secs_f64(self.lock_seconds)
            .map_err(|_| "--lock-seconds is not a time".to_owned())?;
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
            web_port: self.web_port,
            search_port: self.search_port,
            friendly_name: self.friendly_name.unwrap_or(standard.friendly_name),
            model: self.model,
            tree: self.tree,
            parameters: self.parameters,
            index_base: self.index_base,
            pin: (self.pin != "random").then(|| Secret::new(self.pin)),
            users: self.user,
            role_policy: self.role_policy,
            lock: LockRule {
                after: self.lock_after,
                time: lock_time,
            },
            state_dir: self.state_dir,
            reboot,
            udn: self.udn,
            quirks: self.quirk.into_iter().collect(),
            faults: self.fault,
            tls: TlsOptions {
                newest: self.tls_max,
                key: self.key,
            },
            failures: self.failure,
            ppp_account: self.ppp_account,
            seed: self.seed,
            visitor: self.visitor,
            ..standard
        })
    }
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    if command_line.list_failures {
        let mut out = std::io::stdout().lock();
        for failure in Failure::ALL {
            // A reader that has seen enough is no failure.
            if writeln!(out, "{:<28}{}", failure.name(), failure.explanation()).is_err() {
                break;
            }
        }
        return ExitCode::SUCCESS;
    }
    if command_line.list_quirks {
        let quirks = Quirk::ALL.iter();
        list(quirks.map(|quirk| (quirk.name().to_owned(), quirk.explanation())));
        return ExitCode::SUCCESS;
    }
    if command_line.list_faults {
        let general = Fault::LIST.iter();
        let general = general.map(|(spec, explanation)| ((*spec).to_owned(), *explanation));
        let setup = SetupFault::all().map(|fault| (fault.to_string(), fault.trouble.explanation()));
        list(general.chain(setup));
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

fn list(lines: impl Iterator<Item = (String, &'static str)>) {
    let mut out = std::io::stdout().lock();
    for (name, explanation) in lines {
        // A reader that has seen enough is no failure.
        if writeln!(out, "{name:<28}{explanation}").is_err() {
            break;
        }
    }
}

async fn run(command_line: CommandLine) -> Result<(), String> {
    let options = command_line.into_options()?;
    // Before anything is written: what ends before that leaves nothing behind.
    let mut signals = Signals::listen().map_err(|error| error.to_string())?;
    let mut gateway = Gateway::start(options)
        .await
        .map_err(|error| error.to_string())?;
    let screen = gateway.screen();
    console::say(&serde_json::json!({
        "udn": gateway.udn(),
        "location": gateway.location(),
        "secure_location": gateway.secure_location(),
        "pin": gateway.pin(),
        "web": gateway.web(),
    }));
    tokio::select! {
        () = signals.end(&gateway) => {}
        () = serve_the_case(&gateway, screen) => {}
    }
    gateway.stop().await;
    Ok(())
}

/// Screen, button and faults. Never ends.
async fn serve_the_case(gateway: &Gateway, screen: Option<UnboundedReceiver<ScreenText>>) {
    let mut lines = console::lines();
    let (_nothing, dark) = unbounded_channel();
    let mut screen = screen.unwrap_or(dark);
    loop {
        tokio::select! {
            Some(line) = lines.recv() => console::act(gateway, &line).await,
            Some(text) = screen.recv() => console::screen(text.as_ref().map(|pin| pin.expose().as_str())),
            else => std::future::pending().await,
        }
    }
}

/// SIGTERM and SIGINT end the gateway; SIGUSR1 presses the button.
#[cfg(unix)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    button: Signal,
}

#[cfg(unix)]
impl Signals {
    /// From now on none of them kills the program.
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            button: signal(SignalKind::user_defined1())?,
        })
    }

    async fn end(&mut self, gateway: &Gateway) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.button.recv() => gateway.press_button(),
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn end(&mut self, _gateway: &Gateway) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C does not end the gateway");
            std::future::pending().await
        }
    }
}
