//! `pair`, `login`, `logout`, `roles` and `forget`.

use std::io::IsTerminal;

use dp_credentials::secrets::Secret;
use management::view::PairingStep;
use management::{introduction_control, Error, Management, Proof};
use serde_json::json;

use super::{asked, line_from_stdin};
use crate::output::{tone, Output, Tone};

/// How the command line says that a person stands before the gateway.
pub struct GivenProof {
    pub pin: Option<String>,
    pub pin_stdin: bool,
}

pub async fn pair(
    management: &Management,
    device: &str,
    given: GivenProof,
    allow_weak_tls: bool,
    output: &Output,
) -> Result<(), Error> {
    // Checked before anything is sent: a typing error costs no try.
    let proof = match given.pin {
        Some(pin) => Proof::pin(Secret::new(pin).expose())?,
        None if given.pin_stdin => Proof::pin(Secret::new(asked(line_from_stdin).await?).expose())?,
        None => Proof::PushButton,
    };
    let progress = output.progress("Looking for it");
    let udn = management.resolve(device).await?;
    let (control, signals) = introduction_control();
    let paired = management
        .pair_with(&udn, proof, allow_weak_tls, signals, |now| {
            progress.say(step_words(now.step));
            if now.step == PairingStep::WaitingButton {
                eprintln!("Press the button on the gateway, then press Enter here.");
                let control = control.clone();
                // A plain thread: reading a terminal cannot be called off, and the program
                // must not wait for it at its end.
                std::thread::spawn(move || {
                    if line_from_stdin().is_ok() {
                        control.button_pressed();
                    }
                });
            }
        })
        .await?;
    drop(progress);
    output.result(&paired, || {
        let mut lines = vec![
            tone(Tone::Good, "Paired."),
            format!("Certificate {}", paired.certificate_sha256),
            format!("Roles       {}", paired.roles.join(" ")),
        ];
        if !paired.weak_tls.is_empty() {
            let allowed = paired.weak_tls.join(", ");
            lines.push(tone(
                Tone::Caution,
                &format!("Allowed for this gateway alone, as it offers nothing better: {allowed}"),
            ));
        }
        lines
    });
    Ok(())
}

pub async fn login(
    management: &Management,
    device: &str,
    name: &str,
    output: &Output,
) -> Result<(), Error> {
    let password = if std::io::stdin().is_terminal() {
        prompted(format!("Password of {name}: ")).await?
    } else {
        Secret::new(asked(line_from_stdin).await?)
    };
    let udn = management.resolve(device).await?;
    let roles = management.log_in(&udn, name, password).await?.roles;
    output.result(&json!({ "udn": udn, "name": name, "roles": roles }), || {
        vec![format!("Logged in as {name}. Roles: {}", roles.join(" "))]
    });
    Ok(())
}

pub async fn logout(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let roles = management.log_out(&udn).await?.roles;
    output.result(&json!({ "udn": udn, "name": null, "roles": roles }), || {
        vec![format!("Logged out. Roles: {}", roles.join(" "))]
    });
    Ok(())
}

pub async fn roles(
    management: &Management,
    device: &str,
    action: Option<&str>,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let roles = management.roles(&udn, action).await?;
    output.result(&roles, || {
        let mut lines = vec![format!("Roles   {}", roles.roles.join(" "))];
        if action.is_some() {
            lines.push(format!("Needed  {}", roles.needed.join(" or ")));
        }
        lines
    });
    Ok(())
}

pub async fn forget(management: &Management, device: &str, output: &Output) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    management.forget(&udn).await?;
    output.result(&json!({ "udn": udn }), || {
        vec!["Forgotten. The gateway keeps its entry for this computer.".to_owned()]
    });
    Ok(())
}

/// A password to be set: typed twice at a terminal, or the first line of standard input.
pub(super) async fn new_password(name: &str) -> Result<Secret<String>, Error> {
    if !std::io::stdin().is_terminal() {
        return Ok(Secret::new(asked(line_from_stdin).await?));
    }
    let first = prompted(format!("New password of {name}: ")).await?;
    let again = prompted("The same once more: ".to_owned()).await?;
    if first.expose() == again.expose() {
        Ok(first)
    } else {
        Err(Error::Usage("the two passwords differ".to_owned()))
    }
}

async fn prompted(prompt: String) -> Result<Secret<String>, Error> {
    asked(move || {
        rpassword::prompt_password(prompt)
            .map(Secret::new)
            .map_err(|error| Error::Usage(format!("the password cannot be read: {error}")))
    })
    .await
}

fn step_words(step: PairingStep) -> &'static str {
    match step {
        PairingStep::PreparingIdentity => "Preparing this computer's certificate",
        PairingStep::Connecting => "Connecting",
        PairingStep::Greeting => "Asking the gateway to pair",
        PairingStep::WaitingBusy => "The gateway is busy, waiting",
        PairingStep::BeginningAnew => "The gateway broke off before the PIN was used; asking again",
        PairingStep::WaitingButton => "Waiting for the button",
        PairingStep::WaitingPin => "Waiting for the PIN the gateway shows",
        PairingStep::ProvingFirstHalf => "Proving the first half of the PIN",
        PairingStep::ProvingSecondHalf => "Proving the second half of the PIN",
        PairingStep::ReadingRoles => "Asking which roles we hold",
    }
}
