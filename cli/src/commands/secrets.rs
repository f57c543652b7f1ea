//! `secrets`.

use dp_credentials::secrets::sealed_file::PassphraseSource;
use management::{Error, Management, SecretsKind, SecretsState, SecretsView};

use super::ask::asked;
use crate::arguments::{Place, SecretsVerb};
use crate::output::{tone, Output, Tone};
use crate::passphrase::Passphrase;

/// `management` was opened without a passphrase: the place is looked at as it stands.
pub async fn run(
    management: &Management,
    what: SecretsVerb,
    passphrase: std::sync::Arc<Passphrase>,
    output: &Output,
) -> Result<(), Error> {
    let before = management.secrets_view().await?;
    match what {
        SecretsVerb::Show => output.result(&before, || lines(&before)),
        SecretsVerb::Use { place } => {
            match place {
                Place::Keyring => management.use_keyring().await?,
                Place::SealedFile => {
                    let new = !before.sealed_file_exists;
                    let told = asked(move || Ok(passphrase.passphrase(new)?)).await?;
                    let progress = output.progress("Opening the file with the passphrase");
                    management.use_sealed_file(told).await?;
                    drop(progress);
                }
            }
            let now = management.secrets_view().await?;
            output.result(&now, || {
                let mut lines = lines(&now);
                if now.kind != before.kind {
                    lines.push(tone(
                        Tone::Caution,
                        "Identity and trusted gateways kept in the former place stay there. \
                         Take them along with `lanside identity export` and `import`.",
                    ));
                }
                lines
            });
        }
    }
    Ok(())
}

fn lines(view: &SecretsView) -> Vec<String> {
    let place = match view.kind {
        SecretsKind::Keyring => "the system keyring".to_owned(),
        SecretsKind::File => "files only you can read".to_owned(),
        SecretsKind::SealedFile => format!("{} behind a passphrase", view.sealed_file),
        SecretsKind::Other => "another store".to_owned(),
    };
    let state = match &view.state {
        SecretsState::Ready => tone(Tone::Good, "It answers."),
        SecretsState::KeyringMissing => {
            tone(Tone::Caution, "There is no keyring, or it does not run.")
        }
        SecretsState::KeyringLocked => tone(Tone::Caution, "The keyring is locked: unlock it."),
        SecretsState::PassphraseNeeded { new: true } => tone(
            Tone::Caution,
            "There is no file yet; it is made with a new passphrase.",
        ),
        SecretsState::PassphraseNeeded { new: false } => "It opens with its passphrase.".to_owned(),
        SecretsState::TooOpen { path } => tone(
            Tone::Caution,
            &format!("Others on this computer can read {path}, so it is not used."),
        ),
        SecretsState::Failed => tone(Tone::Caution, "It does not work."),
    };
    let mut lines = vec![format!("Secrets are kept in {place}."), state];
    if !matches!(view.state, SecretsState::Ready) {
        lines.extend(view.detail.clone());
    }
    lines
}
