//! `pair`.

use dp_credentials::identity::Fingerprint;
use dp_credentials::secrets::Secret;
use dp_credentials::wps::Pin;
use management::view::{ChangedView, FirstContactView, PairingProgress, PairingStep, TrustedHow};
use management::{
    introduction_control, Ask, Error, IntroductionControl, Management, PairingWish, Proof,
};

use super::ask::{asked, hidden_now, line_from_stdin, somebody_is_there, yes_or_no};
use crate::arguments;
use crate::output::{table, tone, Output, Tone};

/// What the command line says about pairing.
pub struct How {
    pub proof: arguments::Proof,
    pub certificate: Option<Fingerprint>,
    pub replace_certificate: bool,
    pub allow_weak_tls: bool,
}

pub async fn run(
    management: &Management,
    device: &str,
    how: How,
    output: &Output,
) -> Result<(), Error> {
    // Checked before anything is sent: a typing error costs no try.
    let typed = match &how.proof {
        arguments::Proof { pin: Some(pin), .. } => Some(Proof::pin(pin)?),
        arguments::Proof {
            pin_stdin: true, ..
        } if !somebody_is_there() => Some(pin_from_stdin().await?),
        _ => None,
    };
    let progress = output.progress("Looking for it");
    let udn = management.resolve(device).await?;
    let trusted = management.trust_view(&udn).await?;
    let by_button = how.proof.push_button;
    let mut confirmed = how.certificate;
    if trusted.is_none() || how.replace_certificate {
        progress.say("Asking who is there");
        // The person has chosen how: nothing is asked of the gateway for it.
        let met = management.first_contact(&udn, Ask::Nothing).await?;
        progress.hide(|| {
            who_is_there(&met);
            if by_button {
                // Said before anything begins: an impostor does not wait for a button.
                let limit = "A button cannot tell who answers. Use a cable, or a network nobody else is on.";
                anstream::eprintln!("{}", tone(Tone::Caution, limit));
            }
        });
        // What is shown here is what is paired with.
        confirmed = confirmed.or_else(|| met.fingerprint.parse().ok());
    }
    drop(progress);
    if how.proof.first_use && how.certificate.is_none() {
        yes_or_no(
            "Is this the certificate of the gateway you mean?",
            "trusting at first use needs --certificate SHA-256 when nobody can be asked",
            "nothing was trusted",
        )
        .await?;
    }
    let proof = match typed {
        Some(proof) => proof,
        None if how.proof.pin_stdin => pin_from_stdin().await?,
        None if how.proof.screen_pin => Proof::PinToCome,
        None if how.proof.first_use => Proof::FirstUse,
        None if how.proof.by_hand => Proof::ByHand,
        None => Proof::PushButton,
    };
    let progress = output.progress("Pairing");
    let wish = PairingWish {
        proof,
        confirmed,
        replace_certificate: how.replace_certificate,
        allow_weak_tls: how.allow_weak_tls,
    };
    let (control, signals) = introduction_control();
    let paired = management
        .pair(&udn, wish, signals, |now| {
            progress.say(step_words(&now));
            progress.hide(|| ask_for(&now, &control));
        })
        .await?;
    drop(progress);
    output.result(&paired, || {
        let trusted = match paired.how {
            TrustedHow::FirstUse => tone(
                Tone::Caution,
                "Trusted on first use: the gateway has proven nothing.",
            ),
            TrustedHow::PushButton => tone(Tone::Good, "Paired by its button."),
            TrustedHow::Pin => tone(Tone::Good, "Paired."),
            TrustedHow::ByHand => tone(Tone::Good, "Trusted as compared by you."),
        };
        let mut lines = vec![
            trusted,
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

async fn pin_from_stdin() -> Result<Proof, Error> {
    let pin = asked(|| {
        if somebody_is_there() {
            hidden_now("PIN: ")
        } else {
            line_from_stdin().map(Secret::new)
        }
    });
    Proof::pin(pin.await?.expose())
}

/// What the gateway waits for, asked on a plain thread: reading a terminal cannot be called
/// off, and the program must not wait for it at its end.
fn ask_for(now: &PairingProgress, control: &IntroductionControl) {
    let within = now
        .seconds
        .map(|seconds| format!(" within {seconds} seconds"))
        .unwrap_or_default();
    let control = control.clone();
    match now.step {
        PairingStep::WaitingButton => {
            eprintln!("Press the button on the gateway{within}. It goes on by itself where the gateway says so; otherwise press Enter here then.");
            std::thread::spawn(move || {
                if line_from_stdin().is_ok() {
                    control.button_pressed();
                }
            });
        }
        PairingStep::WaitingPin => {
            eprintln!("The gateway shows a PIN now. Type it{within}.");
            std::thread::spawn(move || match shown_pin() {
                Some(pin) => control.enter_pin(pin),
                None => control.cancel(),
            });
        }
        PairingStep::WaitingBusy => {
            if let (Some(attempt), Some(attempts)) = (now.attempt, now.attempts) {
                eprintln!("Somebody else is pairing with the gateway (try {attempt} of {attempts}). No try of the PIN is spent.");
            }
        }
        _ => {}
    }
}

/// The PIN the gateway shows. A typing mistake is told at once and costs nothing.
fn shown_pin() -> Option<Pin> {
    loop {
        let typed = if somebody_is_there() {
            hidden_now("PIN: ").ok()?
        } else {
            Secret::new(line_from_stdin().ok()?)
        };
        match Pin::parse(typed.expose()) {
            Ok(pin) => return Some(pin),
            Err(error) => eprintln!("{error}. Nothing was sent; type it again."),
        }
    }
}

/// Who answers, on standard error, before anything secret is used.
pub(super) fn who_is_there(met: &FirstContactView) {
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "(not said)".into());
    let mut rows = vec![
        ["Name", &or_unknown(&met.friendly_name)]
            .map(str::to_owned)
            .to_vec(),
        ["Maker", &or_unknown(&met.manufacturer)]
            .map(str::to_owned)
            .to_vec(),
        ["Model", &or_unknown(&met.model_name)]
            .map(str::to_owned)
            .to_vec(),
        ["Serial number", &or_unknown(&met.serial_number)]
            .map(str::to_owned)
            .to_vec(),
        ["Address", &or_unknown(&met.address)]
            .map(str::to_owned)
            .to_vec(),
        ["Certificate", &met.fingerprint_words]
            .map(str::to_owned)
            .to_vec(),
        ["", &met.fingerprint].map(str::to_owned).to_vec(),
    ];
    if let Some(first_seen) = &met.first_seen {
        rows.push(vec!["First seen".to_owned(), first_seen.clone()]);
    }
    eprintln!("Here answers:");
    for line in table(&rows) {
        eprintln!("  {line}");
    }
    if let Some(changed) = &met.changed {
        what_changed(changed);
    }
    anstream::eprintln!(
        "{}",
        tone(
            Tone::Caution,
            "Name, maker, model and serial number came unprotected. Compare them with the label."
        )
    );
}

fn what_changed(changed: &ChangedView) {
    let old = &changed.old;
    anstream::eprintln!(
        "{}",
        tone(Tone::Caution, "This is not the certificate trusted so far:")
    );
    eprintln!("  {}", old.certificate.fingerprint_words);
    eprintln!("  {}", old.certificate.fingerprint);
    eprintln!("  trusted since {}", old.since);
}

pub(super) fn step_words(now: &PairingProgress) -> String {
    let words = match now.step {
        PairingStep::PreparingIdentity => "Preparing this computer's certificate",
        PairingStep::Connecting => "Connecting",
        PairingStep::Greeting => "Asking the gateway to pair",
        PairingStep::WaitingBusy => "The gateway is busy, waiting",
        PairingStep::BeginningAnew => {
            "The gateway broke off before a PIN was used; asking once more"
        }
        PairingStep::WaitingButton => "Waiting for the button",
        PairingStep::WaitingPin => "Waiting for the PIN the gateway shows",
        PairingStep::ProvingFirstHalf => "Proving the first half of the PIN",
        PairingStep::ProvingSecondHalf => "Proving the second half of the PIN",
        PairingStep::ReadingRoles => "Asking which roles we hold",
    };
    match now.seconds {
        Some(seconds) => format!("{words} (up to {seconds} s)"),
        None => words.to_owned(),
    }
}
