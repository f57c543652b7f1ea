//! `test`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use dp_credentials::secrets::Secret;
use management::diagnostics::{
    exported, InterfacesToReset, RunState, TestKind, TestNews, TestRequest, TestStop, TestView,
    TestWay,
};
use management::{Error, Management};
use serde_json::json;

use super::ask::yes_or_no;
use super::files::{format_of, write};
use super::test_words::{listed, shown};
use crate::interrupt::Interrupt;
use crate::output::{tone, Output, Tone};

/// What the gateway is to test, and how.
#[derive(Debug, Args)]
pub struct TestArguments {
    /// UDN, IP address, description URL, or a piece of the name that fits one gateway.
    #[arg(value_name = "DEVICE")]
    device: String,
    /// What to test; `--list` says what the gateway offers.
    #[arg(value_name = "TEST", value_enum, required_unless_present_any = ["list", "result", "stop"])]
    kind: Option<Kind>,
    /// Host, name, URL, or hosts with commas between them.
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// What it offers and how, tests it remembers, tests run from here before.
    #[arg(long, conflicts_with_all = ["kind", "result", "stop"])]
    list: bool,
    /// The result the gateway keeps of a test, whoever started it.
    #[arg(long, value_name = "TEST-ID", conflicts_with_all = ["kind", "stop"])]
    result: Option<u32>,
    /// Stop a test, whoever started it.
    #[arg(long, value_name = "TEST-ID", conflicts_with = "kind")]
    stop: Option<u32>,
    /// How many packets or lookups.
    #[arg(long, value_name = "N")]
    count: Option<u32>,
    /// Wait this long for each answer, in milliseconds.
    #[arg(long, value_name = "MS")]
    answer_ms: Option<u32>,
    /// Octets in each packet.
    #[arg(long, value_name = "OCTETS")]
    size: Option<u16>,
    /// Differentiated services code point.
    #[arg(long, value_name = "0..63", value_parser = clap::value_parser!(u8).range(0..=63))]
    dscp: Option<u8>,
    /// Most hops.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=255))]
    hops: Option<u32>,
    /// Name server to ask (default: the gateway's own).
    #[arg(long, value_name = "HOST")]
    server: Option<String>,
    /// UDP port of the echo server.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Interface to go out through, a path (see `--list`); the data model runs the test then.
    #[arg(long, value_name = "PATH")]
    through: Option<String>,
    /// Octets to upload.
    #[arg(long, value_name = "N")]
    octets: Option<u32>,
    /// Which interfaces are reset (default: those towards the provider).
    #[arg(long, value_enum, value_name = "WHICH")]
    interfaces: Option<Interfaces>,
    /// File with the document that says what to measure, as the gateway's maker writes it.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Only by BasicManagement, or only by the data model (default: the first that is there).
    #[arg(long, value_enum, value_name = "WAY")]
    by: Option<Way>,
    /// Stop the test when it takes longer, in seconds.
    #[arg(long = "for", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=1800))]
    patience: Option<u32>,
    /// Write what was found to a new file, too, .csv or .json; with `--list` every test run
    /// from here.
    #[arg(long, value_name = "FILE", conflicts_with = "stop")]
    export: Option<PathBuf>,
    /// Do not ask before a test that interrupts the connection.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Ping,
    Traceroute,
    Nslookup,
    Bandwidth,
    Selftest,
    InterfaceReset,
    Download,
    Upload,
    Udpecho,
    Serverselection,
    Neighbours,
    Line,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Interfaces {
    All,
    Ours,
    Provider,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    Bms,
    Model,
}

impl From<Kind> for TestKind {
    fn from(kind: Kind) -> TestKind {
        match kind {
            Kind::Ping => TestKind::Ping,
            Kind::Traceroute => TestKind::Traceroute,
            Kind::Nslookup => TestKind::Nslookup,
            Kind::Bandwidth => TestKind::Bandwidth,
            Kind::Selftest => TestKind::Selftest,
            Kind::InterfaceReset => TestKind::InterfaceReset,
            Kind::Download => TestKind::Download,
            Kind::Upload => TestKind::Upload,
            Kind::Udpecho => TestKind::Udpecho,
            Kind::Serverselection => TestKind::Serverselection,
            Kind::Neighbours => TestKind::Neighbours,
            Kind::Line => TestKind::Line,
        }
    }
}

impl TestArguments {
    fn request(&self) -> Result<TestRequest, Error> {
        let spec = self.spec.as_ref().map(|file| {
            std::fs::read_to_string(file)
                .map_err(|error| Error::Usage(format!("{}: {error}", file.display())))
        });
        Ok(TestRequest {
            target: self.target.clone(),
            repetitions: self.count,
            timeout_ms: self.answer_ms,
            block_size: self.size,
            dscp: self.dscp,
            max_hops: self.hops,
            dns_server: self.server.clone(),
            port: self.port,
            interface: self.through.clone(),
            octets: self.octets,
            interfaces: self.interfaces.map(|which| match which {
                Interfaces::All => InterfacesToReset::All,
                Interfaces::Ours => InterfacesToReset::Ours,
                Interfaces::Provider => InterfacesToReset::Provider,
            }),
            spec: spec.transpose()?,
            way: self.by.map(|way| match way {
                Way::Bms => TestWay::BasicManagement,
                Way::Model => TestWay::DataModel,
            }),
            patience_s: self.patience,
        })
    }
}

pub async fn run(
    management: &Management,
    arguments: TestArguments,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Error> {
    // Told before a long test, not after it.
    if let Some(file) = arguments.export.as_deref().filter(|file| file.exists()) {
        let there = format!("{} is there already; nothing was started", file.display());
        return Err(Error::Usage(there));
    }
    let udn = management.resolve(&arguments.device).await?;
    if let Some(id) = arguments.result {
        let view = management.test_result(&udn, id).await?;
        output.result(&view, || shown(&view));
        return export(arguments.export.as_deref(), &[view]);
    }
    if let Some(id) = arguments.stop {
        management.stop_test(&udn, id).await?;
        output.result(
            &json!({ "udn": udn, "test_id": id, "stopped": true }),
            || vec![format!("Test {id} is stopped.")],
        );
        return Ok(());
    }
    match arguments.kind {
        Some(kind) => one(management, &udn, kind.into(), &arguments, interrupt, output).await,
        None => {
            let tests = management.tests(&udn).await?;
            output.result(&tests, || listed(&tests));
            export(arguments.export.as_deref(), &tests.history)
        }
    }
}

async fn one(
    management: &Management,
    udn: &str,
    kind: TestKind,
    arguments: &TestArguments,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Error> {
    let request = arguments.request()?;
    if matches!(kind, TestKind::InterfaceReset | TestKind::Line) && !arguments.yes {
        confirm(kind).await?;
    }
    let stop = TestStop::default();
    let view = {
        let progress = output.progress(format!("Starting {}", kind.name()));
        let test = management.run_test(udn, kind, &request, &stop, |news| match news {
            TestNews::Started {
                way, patience_s, ..
            } => {
                progress.say(format!(
                    "{} {}; at most {patience_s} s",
                    kind.name(),
                    way.words()
                ));
            }
            TestNews::State { state, .. } => {
                progress.say(format!("{}: {}", kind.name(), words(state)))
            }
            TestNews::Silent { .. } => progress.say("the gateway is silent at the moment"),
        });
        tokio::pin!(test);
        tokio::select! {
            ended = &mut test => ended?,
            () = interrupt.pressed() => {
                stop.stop();
                test.await?
            }
        }
    };
    output.result(&view, || shown(&view));
    export(arguments.export.as_deref(), &[view])
}

/// Writes tests to a new file, if one was named.
fn export(file: Option<&Path>, tests: &[TestView]) -> Result<(), Error> {
    let Some(file) = file else { return Ok(()) };
    write(file, &Secret::new(exported(tests, format_of(file))))?;
    anstream::eprintln!("Written to {}.", file.display());
    Ok(())
}

fn words(state: RunState) -> &'static str {
    match state {
        RunState::Requested => "waiting to begin",
        RunState::InProgress => "running",
        RunState::Canceled => "stopped",
        RunState::Completed => "done",
    }
}

/// A test that interrupts the connection is asked about once.
async fn confirm(kind: TestKind) -> Result<(), Error> {
    yes_or_no(
        &tone(Tone::Caution, "This interrupts the connection. Go on?"),
        &format!(
            "{} interrupts the connection and needs --yes when nobody can be asked",
            kind.name()
        ),
        "nothing was sent",
    )
    .await
}
