//! `identity`.

use std::path::{Path, PathBuf};

use dp_credentials::identity::KeyKind;
use dp_credentials::secrets::Secret;
use management::{AffectedGateway, Error, Management};

use super::ask::{asked, hidden, line_from_stdin, somebody_is_there, yes_or_no};
use crate::arguments::IdentityVerb;
use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    what: IdentityVerb,
    output: &Output,
) -> Result<(), Error> {
    match what {
        IdentityVerb::Show => show(management, output).await,
        IdentityVerb::Export { file } => export(management, &file, output).await,
        IdentityVerb::Import { file, replace } => import(management, file, replace, output).await,
        IdentityVerb::Replace { key, yes } => replace(management, key, yes, output).await,
    }
}

async fn show(management: &Management, output: &Output) -> Result<(), Error> {
    let own = management.own_identity().await?;
    output.result(&own, || {
        let row = |label: &str, value: &str| vec![label.to_owned(), value.to_owned()];
        let mut lines = table(&[
            row("Name", &own.common_name),
            row("Identity", &own.identity),
            row("Certificate", &own.certificate_sha256),
            row("In words", &own.fingerprint_words),
            row("Key", &own.key),
            row("Valid until", &own.valid_until),
        ]);
        lines.push(
            "It is not renewed by itself: a new certificate is a new identity, and every gateway \
             must be paired again (`lanside identity replace`)."
                .to_owned(),
        );
        lines.extend(to_revoke(&own.revoke));
        lines
    });
    Ok(())
}

async fn export(management: &Management, file: &Path, output: &Output) -> Result<(), Error> {
    let passphrase = passphrase(true).await?;
    let progress = output.progress("Protecting it with the passphrase");
    let exported = management.export_identity(file, passphrase).await?;
    drop(progress);
    output.result(&exported, || {
        vec![
            tone(Tone::Good, "Exported."),
            format!("File      {}", exported.file.display()),
            format!("Identity  {}", exported.identity),
            format!("Gateways  {}", exported.gateways),
            "Whoever has this file and its passphrase can do at these gateways what you can."
                .to_owned(),
        ]
    });
    Ok(())
}

async fn import(
    management: &Management,
    file: PathBuf,
    replace: bool,
    output: &Output,
) -> Result<(), Error> {
    let passphrase = passphrase(false).await?;
    let progress = output.progress("Opening it with the passphrase");
    let imported = management
        .import_identity(&file, passphrase, replace)
        .await?;
    drop(progress);
    output.result(&imported, || {
        let mut lines = vec![
            tone(Tone::Good, "Imported."),
            format!("Identity  {}", imported.identity),
            format!("Gateways  {} newly trusted", imported.gateways_added),
        ];
        if let Some(old) = &imported.replaced {
            lines.push(format!("Given up  {old}"));
        }
        if !imported.pair_again.is_empty() {
            lines.push("Pair these again, they know the old identity alone:".to_owned());
            lines.extend(listed(&imported.pair_again));
        }
        if !imported.kept_other_certificate.is_empty() {
            lines.push(tone(
                Tone::Caution,
                "The file has another certificate for these; the one trusted here stays:",
            ));
            let udns = imported.kept_other_certificate.iter();
            lines.extend(udns.map(|udn| format!("  {udn}")));
        }
        lines
    });
    Ok(())
}

async fn replace(
    management: &Management,
    key: KeyKind,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    if key == KeyKind::P256 {
        // Said with --yes as well: who finds out at the gateways has to come back to each.
        anstream::eprintln!(
            "Many gateways accept RSA keys alone and will not pair with a P-256 key."
        );
    }
    if !yes {
        confirm(&management.gateways_that_know_us().await?).await?;
    }
    let progress = output.progress("Making a new certificate");
    let replaced = management.replace_identity(key).await?;
    drop(progress);
    output.result(&replaced, || {
        let mut lines = vec![
            tone(Tone::Good, "Replaced."),
            format!("Identity  {}", replaced.identity),
        ];
        if let Some(old) = &replaced.replaced {
            lines.push(format!("Old one   {old}"));
        }
        lines.extend(to_revoke(&replaced.revoke));
        lines
    });
    Ok(())
}

/// Where an identity that was ours is let in, and how that is ended.
fn to_revoke(gateways: &[AffectedGateway]) -> Vec<String> {
    let mut lines = Vec::new();
    if !gateways.is_empty() {
        lines.push(tone(
            Tone::Caution,
            "These still let an old identity in. Pair each again, then remove it there:",
        ));
    }
    for gateway in gateways {
        lines.push(format!("  {gateway}"));
        lines.push(format!(
            "    lanside access {} remove {}",
            gateway.udn, gateway.identity
        ));
    }
    lines
}

/// A new certificate is a new identity: said before it is made.
async fn confirm(gateways: &[AffectedGateway]) -> Result<(), Error> {
    if somebody_is_there() {
        anstream::eprintln!(
            "A new certificate is a new identity: no gateway knows it until it is paired again."
        );
        for line in listed(gateways) {
            anstream::eprintln!("{line}");
        }
    }
    yes_or_no(
        "Replace this computer's identity?",
        "replacing the identity needs --yes when nobody can be asked",
        "nothing was changed",
    )
    .await
}

fn listed(gateways: &[AffectedGateway]) -> Vec<String> {
    gateways
        .iter()
        .map(|gateway| format!("  {gateway}"))
        .collect()
}

/// Asks for the passphrase of a file, twice for a new one; without a terminal it is the
/// first line of standard input.
async fn passphrase(new: bool) -> Result<Secret<String>, Error> {
    if !somebody_is_there() {
        return Ok(Secret::new(asked(line_from_stdin).await?));
    }
    let first = hidden("Passphrase of the file: ".to_owned()).await?;
    if new && hidden("Once more: ".to_owned()).await?.expose() != first.expose() {
        return Err(Error::Usage("the two passphrases differ".to_owned()));
    }
    Ok(first)
}
