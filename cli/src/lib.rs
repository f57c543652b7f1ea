//! `lanside`: the management application without a window.
//!
//! For scripts, for support over a terminal, and for checking the program from outside.
//! Names, options, JSON keys and exit codes are a promise: they are added to, never changed.

mod arguments;
mod commands;
mod interrupt;
mod output;
mod passphrase;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use management::view::{Code, Failure, FailureKind};
use management::Error;

use arguments::Arguments;
use interrupt::Interrupt;
use output::Output;

/// Exit code of a program ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// The command line as the program reads it, for what is generated from it.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Does what the command line of this process says.
pub fn run() -> ExitCode {
    management::crash::tell_places_only();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    start_log(arguments.verbose);
    let output = Output::new(arguments.json);
    // One thread: with several, every answer would wake another one first.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&output, &Error::Internal(format!("cannot start: {error}"))),
    };
    let interrupt = Interrupt::default();
    let outcome = runtime.block_on(commands::run(arguments, &interrupt, &output));
    // A blocked prompt or keyring must not keep the program alive.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::Failed(error)) => fail(&output, &error),
        Err(Ended::Told(code)) => ExitCode::from(code.exit_code()),
        Err(Ended::Stopped) => {
            eprintln!("stopped");
            ExitCode::from(INTERRUPTED)
        }
    }
}

/// Why a verb ended before it was done.
#[derive(Debug)]
enum Ended {
    /// What a person reads about it.
    Failed(Error),
    /// It was told already, together with how things stand.
    Told(Code),
    /// By Ctrl-C.
    Stopped,
}

impl From<Error> for Ended {
    fn from(error: Error) -> Ended {
        Ended::Failed(error)
    }
}

fn fail(output: &Output, error: &Error) -> ExitCode {
    output.failure(&error.failure());
    ExitCode::from(error.code().exit_code())
}

/// Help goes to standard output and is no failure; a wrong command line is one in the
/// form that was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nothing better can be done when standard output is closed.
        error.print().ok();
        return ExitCode::SUCCESS;
    }
    let output = Output::new(std::env::args().any(|argument| argument == "--json"));
    output.failure(&Failure {
        code: Code::Usage,
        message: usage_message(error),
        detail: None,
        upnp_code: None,
        next: Some("See `lanside --help`; nothing was sent.".to_owned()),
        kind: FailureKind::Usage,
        gateway: None,
        step: None,
    });
    ExitCode::from(Code::Usage.exit_code())
}

/// What is wrong with the command line. An argument that is no option is not repeated: it
/// may be a PIN or a password that went astray.
fn usage_message(error: &clap::Error) -> String {
    use clap::error::ContextKind;
    let stray = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let value = error
        .get(ContextKind::InvalidValue)
        .map(ToString::to_string);
    let names_option = stray
        .as_deref()
        .is_none_or(|stray| stray.starts_with("--") || stray.starts_with('<'));
    if value.is_some_and(|value| !value.is_empty()) || !names_option {
        return match stray.filter(|_| names_option) {
            Some(option) => format!("The value of {option} is not valid."),
            None => "There is an argument too many, or one that is not understood.".to_owned(),
        };
    }
    let text = error.to_string();
    let first = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    // The names of missing arguments follow on lines of their own.
    let missing: Vec<&str> = text
        .lines()
        .skip(1)
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    format!("{first} {}", missing.join(" ")).trim().to_owned()
}

fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("LANSIDE_LOG")
        .unwrap_or_else(|_| format!("{level},hyper=warn,reqwest=warn,zbus=warn").into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(verbose > 1)
        .init();
}
