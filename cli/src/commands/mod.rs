//! One file a verb, or a few that belong together.

mod access;
mod access_list;
mod attributes;
mod call;
mod demo;
mod doctor;
mod draft;
mod explain;
mod find;
mod forecast;
mod identity;
mod ladder;
mod logs;
mod lookup;
mod profiles;
mod read;
mod reboot;
mod recipe;
mod row_edits;
mod snapshot;
mod status;
mod test;
mod test_words;
mod undo;
mod watch;
mod write;

use std::time::Duration;

use management::{Error, Management, Options, SecretsAt};

use crate::arguments::{Arguments, Secrets, Verb};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::passphrase::Passphrase;

pub use logs::LogArguments;
pub use test::TestArguments;

/// Does what the command line says.
///
/// # Errors
///
/// What a person reads when it fails.
pub async fn run(
    arguments: Arguments,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Error> {
    if let Verb::Demo = arguments.verb {
        return demo::run(output).await;
    }
    let sealed = arguments.secrets == Some(Secrets::SealedFile);
    let passphrase = Passphrase::of(&arguments.verb, arguments.passphrase_fd, sealed)?;
    let management = Management::open(Options {
        state_dir: arguments.state_dir,
        secrets: match arguments.secrets {
            Some(Secrets::Keyring) => SecretsAt::Keyring,
            Some(Secrets::File) => SecretsAt::File,
            Some(Secrets::SealedFile) => SecretsAt::SealedFile(passphrase),
            None => SecretsAt::Chosen(passphrase),
        },
        interfaces: arguments.interface,
        timeout: Duration::from_secs_f64(arguments.timeout),
        trace: arguments.trace,
    })
    .await?;
    let outcome = verb(&management, arguments.verb, interrupt, output).await;
    // The connection is closed in good order, so that a gateway frees its place.
    management.close().await;
    outcome
}

async fn verb(
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
            pin,
            pin_stdin,
            push_button: _,
            allow_weak_tls,
        } => {
            let given = access::GivenProof { pin, pin_stdin };
            access::pair(management, &device.device, given, allow_weak_tls, output).await
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
        Verb::Tree {
            device,
            path,
            depth,
        } => read::tree(management, &device.device, path.as_deref(), depth, output).await,
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
        Verb::Explain { path, language } => explain::run(&path, language.into(), output),
        Verb::Watch {
            device,
            paths,
            every,
        } => watch::run(management, &device.device, &paths, every, output).await,
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
        Verb::Apply {
            recipe,
            devices,
            variables,
            var_stdin,
            dry_run,
            yes,
        } => {
            let how = recipe::How {
                variables,
                from_stdin: var_stdin,
                dry_run,
                yes,
            };
            recipe::apply(management, &recipe, &devices, how, output).await
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
        Verb::Draft { device, what } => draft::run(management, &device.device, what, output).await,
        Verb::Snapshot { device, what } => {
            snapshot::run(management, &device.device, what, output).await
        }
        Verb::Undo {
            device,
            entry,
            list,
            yes,
            even_if_cut_off,
        } => {
            if list {
                undo::list(management, &device.device, output).await
            } else {
                let how = write::How::new(false, yes, even_if_cut_off);
                undo::undo(management, &device.device, entry, how, output).await
            }
        }
        Verb::Reboot { device, wait } => {
            reboot::run(management, &device.device, wait, output).await
        }
        Verb::Status { device, text } => {
            status::run(management, &device.device, text, output).await
        }
        Verb::Logs(arguments) => logs::run(management, *arguments, output).await,
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
        Verb::Demo => Ok(()),
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

/// First line of standard input, without its line end.
fn line_from_stdin() -> Result<String, Error> {
    let mut line = String::new();
    let read = std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Error::Usage(format!("standard input cannot be read: {error}")))?;
    if read == 0 {
        return Err(Error::Usage(
            "standard input ended before anything was read".to_owned(),
        ));
    }
    let kept = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(kept);
    Ok(line)
}

/// Asks a person, on a thread of its own: the program must hear Ctrl-C meanwhile.
async fn asked<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| Error::Internal(format!("asking failed: {error}")))?
}
