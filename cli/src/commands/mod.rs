//! One file a verb, or a few that belong together.

mod access;
mod access_list;
mod ask;
mod attributes;
mod call;
mod definitions;
mod demo;
mod doctor;
mod draft;
mod explain;
mod files;
mod find;
mod forecast;
mod identity;
mod ladder;
mod logs;
mod lookup;
mod measure;
mod pair;
mod profiles;
mod read;
mod reboot;
mod recipe;
mod report;
mod reset;
mod row_edits;
mod secrets;
mod setup;
mod snapshot;
mod software;
mod status;
mod test;
mod test_words;
mod undo;
mod watch;
mod write;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use management::{Error, Management, Options, SecretsAt};

use crate::arguments::{Arguments, ReportVerb, Secrets, Verb};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::passphrase::Passphrase;
use crate::Ended;

pub use logs::LogArguments;
pub use measure::MeasureArguments;
pub use report::Section as ReportSection;
pub use setup::SetupArguments;
pub use software::SoftwareArguments;
pub use test::TestArguments;

/// How long a verb may take to stop at the gateway what it started there.
const TIDYING: Duration = Duration::from_secs(10);

/// Does what the command line says.
///
/// # Errors
///
/// What a person reads when it fails.
pub async fn run(
    arguments: Arguments,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    if let Verb::Demo = arguments.verb {
        return or_stopped(interrupt, output, async { Ok(demo::run(output).await?) }).await;
    }
    let sealed = arguments.secrets == Some(Secrets::SealedFile);
    let passphrase =
        Passphrase::of(&arguments.verb, arguments.passphrase_fd, sealed).map_err(Error::from)?;
    // The verb about the place looks at it as it stands, and asks no passphrase to do so.
    let about_the_place = matches!(arguments.verb, Verb::Secrets { .. });
    let told = Arc::clone(&passphrase);
    let opening = Management::open(Options {
        state_dir: arguments.state_dir,
        secrets: match arguments.secrets {
            Some(Secrets::SealedFile) if about_the_place => SecretsAt::sealed_file_when_told(),
            None if about_the_place => SecretsAt::default(),
            Some(Secrets::Keyring) => SecretsAt::Keyring,
            Some(Secrets::File) => SecretsAt::File,
            Some(Secrets::SealedFile) => SecretsAt::SealedFile(passphrase),
            None => SecretsAt::Chosen(passphrase),
        },
        interfaces: arguments.interface,
        timeout: Duration::from_secs_f64(arguments.timeout),
        trace: arguments.trace,
        keep_conversation: false,
        remember_trees: false,
    });
    let management = or_stopped(interrupt, output, async { Ok(opening.await?) }).await?;
    let work = async {
        match arguments.verb {
            Verb::Secrets { what } => Ok(secrets::run(&management, what, told, output).await?),
            other => verb(&management, other, interrupt, output).await,
        }
    };
    let outcome = or_stopped(interrupt, output, work).await;
    // However it ended: whoever is logged in is logged out and the connection closed in
    // good order, so that a gateway frees its place.
    management.close().await;
    outcome
}

/// Until it is done, or until Ctrl-C. Work that wants to hear of it may first stop at the
/// gateway what it started there; a second Ctrl-C ends it at once.
async fn or_stopped<T>(
    interrupt: &Interrupt,
    output: &Output,
    work: impl Future<Output = Result<T, Ended>>,
) -> Result<T, Ended> {
    tokio::pin!(work);
    tokio::select! {
        outcome = &mut work => return outcome,
        _ = tokio::signal::ctrl_c() => {}
    }
    if interrupt.tell() {
        tokio::select! {
            outcome = &mut work => if let Err(Ended::Failed(error)) = outcome {
                output.failure(&error.failure());
            },
            _ = tokio::signal::ctrl_c() => {}
            () = tokio::time::sleep(TIDYING) => {}
        }
    }
    Err(Ended::Stopped)
}

async fn verb(
    management: &Management,
    verb: Verb,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    match verb {
        Verb::Set {
            device,
            edits,
            dry_run,
            yes,
            even_if_cut_off,
        } => {
            let how = write::How::new(dry_run, yes, even_if_cut_off);
            write::set(management, &device.device, &edits, how, output).await
        }
        Verb::Add {
            device,
            table,
            values,
            dry_run,
            yes,
            even_if_cut_off,
        } => {
            let how = write::How::new(dry_run, yes, even_if_cut_off);
            row_edits::add(management, &device.device, &table, &values, how, output).await
        }
        Verb::Delete {
            device,
            rows,
            dry_run,
            yes,
            even_if_cut_off,
        } => {
            let how = write::How::new(dry_run, yes, even_if_cut_off);
            row_edits::delete(management, &device.device, &rows, how, output).await
        }
        Verb::Undo {
            device,
            entry,
            list: false,
            yes,
            even_if_cut_off,
        } => {
            let how = write::How::new(false, yes, even_if_cut_off);
            undo::undo(management, &device.device, entry, how, output).await
        }
        Verb::Draft { device, what } => draft::run(management, &device.device, what, output).await,
        Verb::Apply {
            recipe,
            devices,
            variables,
            var_stdin,
            dry_run,
            yes,
            even_if_cut_off,
        } => {
            let how = recipe::How {
                variables,
                from_stdin: var_stdin,
                dry_run,
                yes,
                even_if_cut_off,
            };
            recipe::apply(management, &recipe, &devices, how, output).await
        }
        Verb::Report { what } => reported(management, what, output).await,
        Verb::Setup(arguments) => setup::run(management, *arguments, output).await,
        Verb::Tree {
            device,
            path,
            depth,
        } => {
            let (device, path) = (&device.device, path.as_deref());
            read::tree(management, device, path, depth, interrupt, output).await
        }
        verb => Ok(other_verb(management, verb, interrupt, output).await?),
    }
}

/// The verbs that change no parameters: what they failed in is told in one place.
async fn other_verb(
    management: &Management,
    verb: Verb,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Error> {
    match verb {
        Verb::Discover {
            all, follow: true, ..
        } => find::follow(management, all, output).await,
        Verb::Discover { time, all, .. } => find::discover(management, time, all, output).await,
        Verb::Doctor => doctor::run(management, output).await,
        Verb::Show(device) => find::show(management, &device.device, output).await,
        Verb::Pair {
            device,
            proof,
            certificate,
            replace_certificate,
            allow_weak_tls,
        } => {
            let how = pair::How {
                proof,
                certificate,
                replace_certificate,
                allow_weak_tls,
            };
            pair::run(management, &device.device, how, output).await
        }
        Verb::Login { device, name } => {
            access::login(management, &device.device, &name, output).await
        }
        Verb::Logout(device) => access::logout(management, &device.device, output).await,
        Verb::Roles { device, action } => {
            access::roles(management, &device.device, action.as_deref(), output).await
        }
        Verb::Access { device, what } => {
            access_list::run(management, &device.device, what, output).await
        }
        Verb::Forget(device) => access::forget(management, &device.device, output).await,
        Verb::Get { device, paths } => read::get(management, &device.device, &paths, output).await,
        Verb::Profiles {
            device,
            html,
            language,
        } => {
            let html = html.as_deref();
            profiles::run(management, &device.device, html, language.into(), output).await
        }
        Verb::Find {
            device,
            words,
            most,
        } => lookup::run(management, &device.device, &words, most, output).await,
        Verb::Definitions { what } => definitions::run(management, what, output).await,
        Verb::Explain { path, language } => explain::run(&path, language.into(), output),
        Verb::Watch {
            device,
            paths,
            every,
        } => watch::run(management, &device.device, &paths, every, output).await,
        Verb::Attributes {
            device,
            paths,
            event_on_change,
            alarm_on_change,
            alarms,
            rights,
        } => {
            let wanted = attributes::Wanted {
                event_on_change: event_on_change.map(bool::from),
                alarm_on_change: alarm_on_change.map(bool::from),
                alarms: alarms.map(bool::from),
            };
            attributes::run(management, &device.device, &paths, wanted, rights, output).await
        }
        Verb::Snapshot { device, what } => {
            snapshot::run(management, &device.device, what, output).await
        }
        Verb::Undo {
            device, list: true, ..
        } => undo::list(management, &device.device, output).await,
        Verb::Reboot { device, wait } => {
            reboot::run(management, &device.device, wait, output).await
        }
        Verb::Reset {
            device,
            erase_everything,
            confirm,
            no_snapshot,
            wait,
        } => {
            let how = reset::How {
                erase_everything,
                confirm,
                snapshot: !no_snapshot,
                wait,
            };
            reset::run(management, &device.device, how, output).await
        }
        Verb::Status { device, text } => {
            status::run(management, &device.device, text, output).await
        }
        Verb::Logs(arguments) => logs::run(management, *arguments, output).await,
        Verb::Software(arguments) => software::run(management, *arguments, output).await,
        Verb::Measure(arguments) => measure::run(management, *arguments, output).await,
        Verb::Ladder(device) => ladder::run(management, &device.device, output).await,
        Verb::Test(arguments) => test::run(management, *arguments, interrupt, output).await,
        Verb::Call {
            device,
            service,
            action,
            arguments,
        } => {
            call::run(
                management,
                &device.device,
                &service,
                &action,
                &arguments,
                output,
            )
            .await
        }
        Verb::Identity { what } => identity::run(management, what, output).await,
        // Done before, or by the caller.
        Verb::Demo
        | Verb::Secrets { .. }
        | Verb::Set { .. }
        | Verb::Add { .. }
        | Verb::Delete { .. }
        | Verb::Report { .. }
        | Verb::Setup(_)
        | Verb::Draft { .. }
        | Verb::Undo { .. }
        | Verb::Tree { .. }
        | Verb::Apply { .. } => Ok(()),
    }
}

/// Splits NAME=VALUE at the first equals sign.
fn name_and_value(text: &str) -> Result<(String, String), Error> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| {
            // It may be a secret that went astray: it is not repeated.
            Error::Usage("an argument is not NAME=VALUE (no blanks around the =)".to_owned())
        })
}

async fn reported(management: &Management, what: ReportVerb, output: &Output) -> Result<(), Ended> {
    match what {
        ReportVerb::Make {
            device,
            file,
            since,
            title,
            sections,
            notes,
            language,
        } => {
            let wish = report::Wish {
                file,
                since,
                title,
                sections: sections.into_iter().map(Into::into).collect(),
                notes,
                language: language.into(),
            };
            Ok(report::make(management, &device.device, wish, output).await?)
        }
        ReportVerb::Verify { file, certificate } => {
            report::verify(management, &file, certificate, output).await
        }
    }
}
