//! The English sentences of every failure, in one place: the command line prints them.

use dp_credentials::trust::Weakness;

use super::{Error, Step};
use crate::view::{ChangeReason, ChangedView, Code, FailureKind, RoleCure, TrustedHow};

/// One sentence for a person.
pub(super) fn message(error: &Error, kind: &FailureKind) -> String {
    let gateway = error.gateway().unwrap_or("the gateway");
    let step = error.step();
    let during = step
        .map(|step| format!(" (while {step})"))
        .unwrap_or_default();
    match kind {
        FailureKind::PinFirstHalf => {
            format!("{gateway} did not accept the PIN: its first four digits are wrong.")
        }
        FailureKind::PinSecondHalf => {
            format!("{gateway} did not accept the PIN: its last four digits are wrong.")
        }
        FailureKind::PinRefused => format!("{gateway} did not accept the PIN."),
        FailureKind::GatewayUnproven { half: 2 } => format!("{gateway} does not know this PIN, though it knew the first half: it may be an impostor. Whoever it is may know the whole PIN by now. Nothing was trusted."),
        FailureKind::GatewayUnproven { .. } => format!("{gateway} does not know this PIN. Check that it is the right gateway: it may be an impostor. It was told the first half at most."),
        FailureKind::MessagesForged { .. } => format!("Somebody stands between this computer and {gateway}: the messages are not from the holder of the certificate. Nothing was trusted."),
        FailureKind::SetupLocked { seconds } => format!("{gateway} has locked pairing after wrong PINs, for {seconds} s at least."),
        FailureKind::Busy { .. } => format!("{gateway} is being set up by somebody else right now."),
        FailureKind::ButtonNotPressed { seconds } => format!("The button of {gateway} was not pressed within {seconds} s."),
        FailureKind::PinNotTyped { seconds } => format!("The PIN that {gateway} shows was not typed within {seconds} s."),
        FailureKind::DeviceGaveUp { at, pin_exposed: false } => format!("{gateway} broke pairing off at {at} and did not say why. No PIN was used."),
        // After M4, breaking off is how many gateways say that the PIN is wrong.
        FailureKind::DeviceGaveUp { at, pin_exposed: true } => format!("{gateway} broke pairing off at {at}. The PIN may be wrong."),
        // The gateway had everything it needs; only its last word is missing.
        FailureKind::IntroductionSilent { at, .. } | FailureKind::ConnectionLost { at } if at == "M8" => format!("{gateway} did not confirm the end of pairing. It may know this computer by now; nothing was trusted here."),
        FailureKind::IntroductionSilent { at, seconds } => format!("{gateway} fell silent while pairing: it did not answer {at} within {seconds} s. Nothing was trusted."),
        FailureKind::Cancelled => "Pairing was stopped. Nothing was trusted.".to_owned(),
        FailureKind::NothingWithoutIntroduction => format!("{gateway} gives this computer no role without a PIN or its button, so there is nothing to trust at first use."),
        FailureKind::ConfirmedAnother { .. } => format!("{gateway} shows another certificate than the one that was confirmed. Nothing was trusted."),
        FailureKind::CertificateChanged { .. } => format!("{gateway} shows another certificate than the one you trusted. Nothing was sent."),
        FailureKind::ProtectionDropped { .. } => format!("{gateway} used to be protected and is not any more. Nothing was sent."),
        FailureKind::WeakTls { offers } => format!("{gateway} protects its connection only with {}, which others on the network may break. Nothing was sent.", named(offers)),
        FailureKind::ProtectionWeakened { offers } => format!("{gateway} used to protect its connection better and now offers only {}. Nothing was sent.", named(offers)),
        FailureKind::NotPaired => format!("{gateway} does not know this computer yet."),
        FailureKind::NotProven => format!("{gateway} never proved by PIN or button that it is the right one. Passwords are not told to it."),
        FailureKind::OwnCertificateRefused => format!("{gateway} does not accept this computer's certificate."),
        FailureKind::LoginRefused => format!("{gateway} did not accept the name and password."),
        FailureKind::NeedsRole { action, roles, held, .. } => needs_role(gateway, step, action, roles, held),
        FailureKind::NoAnswer { .. } => format!("{gateway} does not answer{during}."),
        FailureKind::ConnectionLost { at } if at.is_empty() => format!("{gateway} closed the protected connection{during}."),
        FailureKind::ConnectionLost { at } => format!("The connection to {gateway} broke while pairing, at {at}. Nothing was trusted."),
        FailureKind::NoSecureConnection => format!("No protected connection to {gateway} could be made."),
        FailureKind::OutcomeUnknown { .. } => {
            let step = step.map(|step| format!(" while {step}")).unwrap_or_default();
            format!("{gateway} stopped answering{step}. Nobody knows yet whether it took effect.")
        }
        FailureKind::Refused { action, number } => format!(
            "{gateway} refused {action} with number {number}{}.",
            number_in_words(action, *number).map(|words| format!(": {words}")).unwrap_or_default()
        ),
        FailureKind::HttpStatus { status } => format!("{gateway} answered with HTTP status {status}{during}."),
        FailureKind::Unreadable => format!("{gateway} sent something that cannot be understood{during}."),
        FailureKind::TooLarge => format!("{gateway} sent far too much{during}; reading was stopped."),
        FailureKind::IssueOne => format!("{gateway} speaks TR-064 Issue 1 and cannot be managed here."),
        FailureKind::NotOffered { what } => format!("{gateway} does not offer {what}."),
        FailureKind::PassphraseWrong => "The passphrase of this computer's secrets is wrong.".to_owned(),
        // Named by the error itself.
        FailureKind::PinMalformed
        | FailureKind::PinCheckDigit
        | FailureKind::NoPairing
        | FailureKind::NotManageable
        | FailureKind::NoSuchPath { .. }
        | FailureKind::InvalidValue { .. }
        | FailureKind::ReadOnly { .. }
        | FailureKind::NotVerified { .. }
        | FailureKind::NotBack { .. }
        | FailureKind::NotRestarted { .. }
        | FailureKind::Test { .. }
        | FailureKind::Software { .. }
        | FailureKind::NotFound { .. }
        | FailureKind::Ambiguous { .. }
        | FailureKind::Usage
        | FailureKind::Secrets
        | FailureKind::PassphraseShort { .. }
        | FailureKind::PassphraseMissing
        | FailureKind::Store
        | FailureKind::Local
        | FailureKind::Internal => as_sentence(error),
    }
}

/// What a gateway's TLS falls short in, for a sentence.
pub(super) fn weaknesses(offers: &[Weakness]) -> String {
    let words: Vec<String> = offers
        .iter()
        .map(|weakness| match weakness {
            Weakness::Tls10 => "TLS 1.0 of 1999".to_owned(),
            Weakness::Tls11 => "TLS 1.1 of 2006".to_owned(),
            Weakness::RsaKey(bits) => format!("an RSA key of {bits} bits"),
            Weakness::Sha1 => "signatures over SHA-1".to_owned(),
            Weakness::SmallGroup => "a key exchange of less than 2048 bits".to_owned(),
        })
        .collect();
    words.join(" and ")
}

/// [`weaknesses`] from the facts of a failure.
fn named(offers: &[String]) -> String {
    let known: Vec<Weakness> = offers.iter().filter_map(|name| name.parse().ok()).collect();
    weaknesses(&known)
}

/// The error's own words, as a sentence.
fn as_sentence(error: &Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn needs_role(
    gateway: &str,
    step: Option<Step>,
    action: &str,
    roles: &[String],
    held: &[String],
) -> String {
    let during = step
        .map(|step| format!(" (while {step})"))
        .unwrap_or_default();
    if roles.is_empty() {
        return format!("{gateway} needs another role for {action}{during}.");
    }
    let held = if held.is_empty() {
        "none".to_owned()
    } else {
        held.join(" and ")
    };
    format!(
        "{gateway} needs the role {} for {action}{during}; this computer holds {held}.",
        roles.join(" or ")
    )
}

/// What is behind it, for whoever wants to know.
pub(super) fn detail(error: &Error, kind: &FailureKind) -> Option<String> {
    match kind {
        FailureKind::CertificateChanged {
            changed: Some(changed),
        }
        | FailureKind::ProtectionDropped {
            changed: Some(changed),
        } => Some(side_by_side(changed)),
        _ => match error {
            Error::Gateway { step, source, .. } | Error::NeedsRole { step, source, .. } => {
                Some(format!("while {step}: {source}"))
            }
            _ => None,
        },
    }
}

/// Old and new certificate below each other, and what may have happened.
fn side_by_side(changed: &ChangedView) -> String {
    let old = &changed.old;
    let how = match old.how {
        TrustedHow::Pin => "proven by its PIN",
        TrustedHow::PushButton => "taken by its button",
        TrustedHow::FirstUse => "confirmed at first use, never proven",
        TrustedHow::ByHand => "compared by a person",
    };
    let serial = |serial: &Option<String>| {
        serial
            .as_deref()
            .map(|serial| format!(", serial number {serial}"))
            .unwrap_or_default()
    };
    let mut lines = vec![format!(
        "trusted since {} ({how}{}): {} {}",
        old.since,
        serial(&old.serial_number),
        old.certificate.fingerprint_words,
        old.certificate.fingerprint,
    )];
    let announced = serial(&changed.new_serial_number);
    lines.push(match &changed.new {
        Some(new) => format!(
            "answers now (unproven{announced}): {} {}",
            new.fingerprint_words, new.fingerprint
        ),
        None => format!("answers now: no protected side is announced (unproven{announced})"),
    });
    let likely: Vec<&str> = changed
        .likely
        .iter()
        .map(|reason| match reason {
            ChangeReason::FactoryReset => "it was set back to how it was delivered",
            ChangeReason::Replaced => "it was replaced by another box",
            ChangeReason::OldNeverProven => "what was trusted had never been proven",
            ChangeReason::Impostor => "somebody pretends to be it",
        })
        .collect();
    if !likely.is_empty() {
        lines.push(format!("likeliest first: {}", likely.join("; ")));
    }
    lines.join("\n  ")
}

/// The command or act that cures it.
pub(super) fn next(error: &Error, kind: &FailureKind) -> Option<String> {
    let next = match kind {
        FailureKind::PinFirstHalf
        | FailureKind::PinSecondHalf
        | FailureKind::PinRefused
        | FailureKind::DeviceGaveUp {
            pin_exposed: true, ..
        } => "Check the PIN on the label. Try at most once more: after three wrong PINs gateways lock themselves.",
        FailureKind::PinMalformed => "Type the eight digits of the PIN; nothing was sent.",
        FailureKind::PinCheckDigit => "Compare the PIN with the label digit by digit; nothing was sent.",
        FailureKind::GatewayUnproven { half: 2 } => "Stop. Connect this computer to the gateway by cable and give the gateway another PIN before you pair; then look at its access list with `lanside access DEVICE`.",
        FailureKind::GatewayUnproven { .. } => "Compare maker, model and serial number with the label before trying again. On a network you do not trust, connect this computer to the gateway by cable.",
        FailureKind::MessagesForged { pin_exposed: true } => "Stop. Connect this computer to the gateway by cable, and use another PIN if the gateway can make one.",
        FailureKind::MessagesForged { pin_exposed: false } => "Stop. Connect this computer to the gateway by cable and try again.",
        FailureKind::SetupLocked { .. } => "Wait that long or restart the gateway, then pair again with the PIN from its label.",
        FailureKind::Busy { .. } => "Wait until the other person is done, then pair again. No try of the PIN was spent.",
        FailureKind::ButtonNotPressed { .. } => "Run the command again and press the button within two minutes.",
        FailureKind::PinNotTyped { .. } => "Run the command again; the gateway will show another PIN.",
        FailureKind::DeviceGaveUp { .. } => "Wait a minute and pair again; restart the gateway if it happens again.",
        FailureKind::IntroductionSilent { at, .. } | FailureKind::ConnectionLost { at } if at == "M8" => "Check the cable or Wi-Fi, then pair again: pairing twice does no harm.",
        FailureKind::IntroductionSilent { .. } | FailureKind::ConnectionLost { .. } => "Check the cable or Wi-Fi, then pair again.",
        FailureKind::Cancelled => "Pair again whenever you like.",
        FailureKind::NothingWithoutIntroduction => "Pair with `lanside pair DEVICE --pin PIN` or `--push-button`.",
        FailureKind::ConfirmedAnother { .. } => "Stop. Compare again, by cable if you can: `lanside pair DEVICE --pin-stdin` shows the certificate before it asks for the PIN.",
        FailureKind::WeakTls { .. } => "Look for newer firmware first. To use it as it is, pair with `--allow-weak-tls`; that is remembered for this gateway alone.",
        FailureKind::ProtectionWeakened { .. } => "Stop. Only if the gateway was reset or replaced: `lanside forget DEVICE` and pair again.",
        FailureKind::CertificateChanged { .. } | FailureKind::ProtectionDropped { .. } => "Stop. Only if the gateway was reset or replaced: pair again with `lanside pair DEVICE --pin PIN --replace-certificate`, or `lanside forget DEVICE`.",
        FailureKind::NotPaired => "Pair with `lanside pair DEVICE --pin PIN`; the PIN is on the gateway's label.",
        FailureKind::NotProven => "Pair with `lanside pair DEVICE --pin PIN` or `--push-button` first.",
        FailureKind::LoginRefused => "Check the name and the password.",
        FailureKind::OwnCertificateRefused => "Pair with `lanside pair DEVICE --pin PIN`, or log in with `lanside login DEVICE --name NAME`.",
        FailureKind::NeedsRole { cures, .. } => return Some(role_cures(cures)),
        FailureKind::NoAnswer { .. } | FailureKind::NoSecureConnection | FailureKind::OutcomeUnknown { .. } => "Check the cable or Wi-Fi, then run `lanside discover`.",
        FailureKind::HttpStatus { .. } if error.code() == Code::NotAuthorized => "Pair with `lanside pair DEVICE --pin PIN`, or log in with `lanside login DEVICE --name NAME`.",
        FailureKind::Refused { .. } | FailureKind::HttpStatus { .. } | FailureKind::IssueOne | FailureKind::NotOffered { .. } => "Correct the value or the path and try again.",
        FailureKind::Unreadable | FailureKind::TooLarge => "Repeat with `--trace FILE` and keep the file for a report.",
        FailureKind::NotFound { .. } => "Run `lanside discover --all` to see what answers, or give an IP address.",
        FailureKind::Ambiguous { .. } => "Give the UDN or the IP address instead.",
        FailureKind::NotManageable | FailureKind::NoPairing => "Use the gateway's own web page.",
        FailureKind::NoSuchPath { .. } => "Run `lanside tree DEVICE` to see what there is.",
        FailureKind::InvalidValue { .. } => "Correct the value; nothing was sent.",
        FailureKind::ReadOnly { .. } => "Choose another parameter; nothing was sent.",
        FailureKind::Usage => "See `lanside --help`; nothing was sent.",
        FailureKind::NotVerified { .. } => "Read the values again with `lanside get`.",
        FailureKind::NotRestarted { later: true, .. } => "It may be busy with a call or an update. Leave it alone and look again later, or wait longer with `--wait SECONDS`.",
        FailureKind::NotRestarted { later: false, .. } => "Wait longer with `--wait SECONDS`, or unplug it for ten seconds.",
        FailureKind::NotBack { .. } => "Look at its lights; then run `lanside discover`.",
        FailureKind::Test { problem } => problem.next(),
        FailureKind::Software { problem } => problem.next(),
        FailureKind::Secrets => "Unlock the system keyring and try again, or keep secrets in a file behind a passphrase with `--secrets sealed-file` (`--secrets file` keeps them without one).",
        FailureKind::PassphraseWrong => "Try again; after a change of keyboard layout some characters lie elsewhere. Without it the file cannot be opened by anybody.",
        FailureKind::PassphraseShort { .. } => "Take a longer one, such as four words.",
        FailureKind::PassphraseMissing => "Run it at a terminal, which asks for the passphrase, or hand it over with `--passphrase-fd N` or as the first line of standard input.",
        FailureKind::Store => "Check that the state directory is writable and not full.",
        FailureKind::Local => "Repeat with `--trace FILE` and report it.",
        FailureKind::Internal if matches!(error, Error::Gateway { .. }) => "Repeat with `--trace FILE` and report it.",
        FailureKind::Internal => return None,
    };
    Some(next.to_owned())
}

/// What gives the missing role, best first.
fn role_cures(cures: &[RoleCure]) -> String {
    if cures.is_empty() {
        return "Pair with `lanside pair DEVICE --pin PIN`, or log in with `lanside login DEVICE --name NAME`.".to_owned();
    }
    let ways: Vec<String> = cures
        .iter()
        .map(|cure| match cure {
            RoleCure::Pair => "pair with `lanside pair DEVICE --pin PIN`".to_owned(),
            RoleCure::LogIn { names } => match names.as_slice() {
                [] => "log in with `lanside login DEVICE --name NAME`".to_owned(),
                [name] => format!("log in with `lanside login DEVICE --name {name}`"),
                names => format!(
                    "log in with `lanside login DEVICE --name NAME` as {}",
                    names.join(" or ")
                ),
            },
            RoleCure::Ask { names } => match names.as_slice() {
                [] => {
                    "ask an administrator to grant it with `lanside access DEVICE grant`".to_owned()
                }
                names => format!(
                    "ask whoever works at {} to grant it with `lanside access DEVICE grant`",
                    names.join(" or ")
                ),
            },
        })
        .collect();
    as_list(&ways)
}

fn as_list(ways: &[String]) -> String {
    let text = ways.join(", or ");
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// What a fault number means: CMS:2 digest, section 13, and BMS:2 digest, section 5.
fn number_in_words(action: &str, code: u16) -> Option<&'static str> {
    let of_cms = matches!(
        action,
        "GetValues"
            | "SetValues"
            | "GetInstances"
            | "GetSupportedParameters"
            | "CreateInstance"
            | "DeleteInstance"
            | "GetAttributes"
            | "SetAttributes"
            | "GetSelectedValues"
    );
    let of_test = action == "GetTestInfo"
        || action == "CancelTest"
        || (action.starts_with("Get") && action.ends_with("Result"));
    Some(match code {
        706 if of_test => "it knows no such test",
        707 if of_test => "that test is of another kind",
        708 if of_test => "that test is not over, or was stopped",
        709 if of_test => "that test is over already",
        401 => "it does not have this action",
        402 => "it expects other arguments",
        501 => "it could not do it now",
        600 | 601 => "it does not accept the value",
        701 if of_cms => "it does not understand the path",
        702 if of_cms => "it does not understand the request",
        703 if of_cms => "this does not exist there, or your role may not see it",
        704 if of_cms => "the value has the wrong type",
        705 if of_cms => "it does not accept the value",
        706 if of_cms => "this is read-only, or your role may not change it",
        707 if of_cms => "the same parameter was sent twice",
        708 if of_cms => "it is busy; try again in a moment",
        _ => return None,
    })
}
