//! `setup`: the customer's path on a terminal, or from a file of answers.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use dp_credentials::secrets::Secret;
use management::limits::OPERATOR_OCTETS;
use management::schema::Language;
use management::setup::{
    words, Operator, SetupAnswers, SetupField, SetupStep, SetupTrouble, SetupVerdictView,
    SetupView, WifiCard,
};
use management::view::{ApplyView, Code, DraftView, EditState, PairingMethod};
use management::{introduction_control, Ask, Error, Management, PairingWish, Proof};
use serde_json::json;

use super::ask::{asked, hidden_now, line_from_stdin, somebody_is_there, yes_or_no};
use super::write::state_words;
use super::{forecast, pair};
use crate::arguments::{Device, Tongue};
use crate::output::{table, tone, Output, Tone};
use crate::Ended;

/// Arguments of `setup`.
#[derive(Debug, Args)]
pub struct SetupArguments {
    /// The gateway.
    #[command(flatten)]
    device: Device,
    /// A provider's file of texts, steps and defaults (default: operator.toml in the configuration
    /// directory, if it is there; docs/operator.md).
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// Answers as TOML or JSON: pin, user-name, password, wifi-name, wifi-password; - reads them
    /// from standard input. What is missing is asked at a terminal, else left as it is.
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Write the Wi-Fi card to a new file that ends in .html or .svg.
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
    /// Language of the operator's texts and of the card.
    #[arg(long, value_enum, default_value = "en")]
    language: Tongue,
    /// Ask and show, send nothing; the draft is kept.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before sending.
    #[arg(long)]
    yes: bool,
    /// Send it even if it cuts this computer off, as a new name of the Wi-Fi it is on does.
    #[arg(long)]
    even_if_cut_off: bool,
}

impl SetupArguments {
    /// Whether standard input is for the answers.
    pub fn reads_standard_input(&self) -> bool {
        self.answers.as_deref() == Some(Path::new("-"))
    }
}

pub async fn run(
    management: &Management,
    arguments: SetupArguments,
    output: &Output,
) -> Result<(), Ended> {
    let language = arguments.language.into();
    let operator = Operator::find(arguments.operator.as_deref())?.unwrap_or_default();
    let answers = answers(&arguments).await?;
    let as_page = match &arguments.card {
        Some(file) => Some(is_page(file)?),
        None => None,
    };
    let progress = output.progress("Looking for it");
    let udn = management.resolve(&arguments.device.device).await?;
    drop(progress);
    let asks = somebody_is_there() && !arguments.reads_standard_input();
    let terminal = Terminal {
        operator: &operator,
        language,
        asks,
    };
    if management.trust_view(&udn).await?.is_none() {
        terminal.pair(management, &udn, answers.pin, output).await?;
    }
    let view = management.setup(&udn, &operator).await?;
    let login = (answers.user_name, answers.password);
    terminal.internet(management, &view, login).await?;
    let wifi = (answers.wifi_name, answers.wifi_password);
    terminal.wifi(management, &view, wifi).await?;
    management
        .keep_setup_step(&udn, SetupStep::Check, false)
        .await?;
    let draft = management.review(&udn).await?;
    let outlook = management.forecast_draft(&udn).await?;
    if arguments.dry_run {
        let document = json!({ "udn": udn, "steps": view.steps, "status": null,
            "changes": draft.edits, "forecast": outlook, "verdict": null, "card": null });
        output.result(&document, || summary(&draft));
        return Ok(());
    }
    let mut applied = None;
    if !draft.edits.is_empty() {
        forecast::require_way(&outlook, arguments.yes, arguments.even_if_cut_off)?;
        if !arguments.yes {
            for line in summary(&draft).iter().chain(&forecast::sentences(&outlook)) {
                anstream::eprintln!("{line}");
            }
            yes_or_no(
                &format!("Send this to {}?", view.name),
                "changing a gateway needs --yes when nobody can be asked",
                "nothing was sent; the answers are kept",
            )
            .await?;
        }
        let progress = output.progress("Sending and reading back");
        let session = management.open_gateway(&udn).await?;
        let (sent, error) = management.apply_staged(&udn).await?;
        drop(progress);
        forecast::look_for(management, &session, &outlook, output).await;
        if let Some(error) = error {
            return Err(error.into());
        }
        applied = Some(sent);
    }
    management
        .keep_setup_step(&udn, SetupStep::Done, false)
        .await?;
    let progress = output.progress("Waiting for the internet");
    let verdict = management.setup_verdict(&udn).await?;
    drop(progress);
    let card = match (&arguments.card, management.setup_card(&udn).await?) {
        (Some(file), Some(card)) => Some(save(&card, file, as_page == Some(true), language)?),
        _ => None,
    };
    if verdict.works {
        management.end_setup(&udn).await?;
    }
    told(&view, applied.as_ref(), &verdict, card, &operator, output)
}

async fn answers(arguments: &SetupArguments) -> Result<SetupAnswers, Error> {
    let Some(file) = arguments.answers.clone() else {
        return Ok(SetupAnswers::default());
    };
    asked(move || {
        let wrong = |why: String| Error::Usage(format!("{}: {why}", file.display()));
        let most = OPERATOR_OCTETS as u64 + 1;
        let mut text = String::new();
        let read = if file == Path::new("-") {
            std::io::stdin().take(most).read_to_string(&mut text)
        } else {
            std::fs::File::open(&file)
                .and_then(|opened| opened.take(most).read_to_string(&mut text))
        };
        let text = Secret::new(text);
        read.map_err(|error| wrong(error.to_string()))?;
        SetupAnswers::read(text.expose()).map_err(|problem| wrong(problem.to_string()))
    })
    .await
}

/// A person at the terminal, or nobody.
struct Terminal<'a> {
    operator: &'a Operator,
    language: Language,
    asks: bool,
}

impl Terminal<'_> {
    fn say(&self, key: &str, otherwise: &str) {
        let text = self.operator.text(self.language, key).unwrap_or(otherwise);
        anstream::eprintln!("\n{text}");
    }

    fn prompt(&self, key: &str, otherwise: &str) -> String {
        let text = self.operator.text(self.language, key);
        text.unwrap_or(otherwise).to_owned()
    }

    async fn pair(
        &self,
        management: &Management,
        udn: &str,
        pin: Option<Secret<String>>,
        output: &Output,
    ) -> Result<(), Error> {
        let met = management.first_contact(udn, Ask::Methods).await?;
        pair::who_is_there(&met);
        let by_label = met.methods.is_empty() || met.methods.contains(&PairingMethod::LabelPin);
        if !by_label {
            return Err(Error::Usage(
                "this gateway has no PIN on a label; `lanside pair --help` names the other ways, then run setup again".to_owned(),
            ));
        }
        let pin = match pin {
            Some(pin) => pin,
            None if self.asks => {
                self.say(
                    "pair-text",
                    "The PIN is on the label on the back or underside.",
                );
                asked(|| hidden_now("PIN: ")).await?
            }
            None => {
                return Err(Error::Usage(
                    "the gateway is not paired yet: give its pin in the answers".to_owned(),
                ))
            }
        };
        let wish = PairingWish {
            proof: Proof::pin(pin.expose())?,
            confirmed: met.fingerprint.parse().ok(),
            replace_certificate: false,
            allow_weak_tls: false,
        };
        let progress = output.progress("Pairing");
        let (_control, signals) = introduction_control();
        management
            .pair(udn, wish, signals, |now| {
                progress.say(pair::step_words(&now))
            })
            .await?;
        Ok(())
    }

    async fn internet(
        &self,
        management: &Management,
        view: &SetupView,
        (user_name, password): (Option<String>, Option<Secret<String>>),
    ) -> Result<(), Error> {
        let Some(login) = &view.login else {
            return match user_name {
                None => Ok(()),
                Some(_) => Err(Error::Usage(format!(
                    "the line of {} wants no user name",
                    view.name
                ))),
            };
        };
        management
            .keep_setup_step(&view.udn, SetupStep::Internet, false)
            .await?;
        if let Some(user_name) = user_name {
            return management
                .answer_login(&view.udn, self.operator, &user_name, password.as_ref())
                .await;
        }
        let there = login.connected || login.typed;
        if !self.asks {
            return match there {
                true => Ok(()),
                false => Err(Error::Usage(
                    "the line wants a user name and a password: give user-name and password in the answers".to_owned(),
                )),
            };
        }
        self.say("internet-title", "Internet access");
        if there && keep("The internet access is set already. Keep it?").await? {
            return Ok(());
        }
        self.say(
            "internet-text",
            "Both are in the letter from your provider.",
        );
        let name = self.prompt("user-name", "User name");
        let default = self.operator.user_name.clone();
        let user_name = ask_text(name, SetupField::UserName, default).await?;
        let password = self.prompt("password", "Password");
        let password = ask_secret(password, SetupField::Password).await?;
        management
            .answer_login(&view.udn, self.operator, &user_name, Some(&password))
            .await
    }

    async fn wifi(
        &self,
        management: &Management,
        view: &SetupView,
        (name, password): (Option<String>, Option<Secret<String>>),
    ) -> Result<(), Error> {
        let Some(wifi) = &view.wifi else {
            return Ok(());
        };
        management
            .keep_setup_step(&view.udn, SetupStep::Wifi, false)
            .await?;
        let present = wifi.wifi_name.clone();
        if name.is_some() || password.is_some() {
            let Some(name) = name.or(present) else {
                return Err(Error::Usage("give the Wi-Fi a name: wifi-name".to_owned()));
            };
            return management
                .answer_wifi(&view.udn, &name, password.as_ref())
                .await;
        }
        if !self.asks {
            return Ok(());
        }
        self.say("wifi-title", "Wi-Fi");
        let question = match &present {
            Some(name) => format!("The Wi-Fi is called “{name}”. Keep name and password?"),
            None => "Keep the Wi-Fi as it is?".to_owned(),
        };
        if keep(&question).await? {
            return Ok(());
        }
        self.say("wifi-text", "Choose a name and a password you like.");
        let default = self.operator.wifi_name.clone().or(present);
        let name = ask_text("Name".to_owned(), SetupField::WifiName, default).await?;
        let password = ask_secret("Password".to_owned(), SetupField::WifiPassword).await?;
        management
            .answer_wifi(&view.udn, &name, Some(&password))
            .await
    }
}

async fn keep(question: &str) -> Result<bool, Error> {
    anstream::eprint!("{question} [Y/n] ");
    std::io::stderr().flush().ok();
    let answer = asked(line_from_stdin).await?;
    let answer = answer.trim().to_lowercase();
    Ok(!answer.starts_with('n'))
}

async fn ask_text(
    prompt: String,
    field: SetupField,
    default: Option<String>,
) -> Result<String, Error> {
    asked(move || loop {
        match &default {
            Some(default) => eprint!("{prompt} [{default}]: "),
            None => eprint!("{prompt}: "),
        }
        std::io::stderr().flush().ok();
        let line = line_from_stdin()?;
        let line = match (&default, line.is_empty()) {
            (Some(default), true) => default.clone(),
            _ => line,
        };
        match field.problem(&line) {
            None => return Ok(line),
            Some(problem) => eprintln!("Please again: {}.", words::problem(field, problem)),
        }
    })
    .await
}

async fn ask_secret(prompt: String, field: SetupField) -> Result<Secret<String>, Error> {
    asked(move || loop {
        let typed = hidden_now(&format!("{prompt}: "))?;
        match field.problem(typed.expose()) {
            None => return Ok(typed),
            Some(problem) => eprintln!("Please again: {}.", words::problem(field, problem)),
        }
    })
    .await
}

fn summary(draft: &DraftView) -> Vec<String> {
    let rows: Vec<Vec<String>> = draft
        .edits
        .iter()
        .map(|edit| {
            let shown =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "(hidden)".to_owned());
            vec![
                edit.path.clone(),
                shown(&edit.old),
                "→".to_owned(),
                shown(&edit.new),
            ]
        })
        .collect();
    table(&rows)
}

/// Whether the card is a page; the only other form is a drawing.
fn is_page(file: &Path) -> Result<bool, Error> {
    match file.extension().and_then(|end| end.to_str()) {
        Some("html" | "htm") => Ok(true),
        Some("svg") => Ok(false),
        _ => Err(Error::Usage(
            "the file of a card ends in .html or .svg".to_owned(),
        )),
    }
}

fn save(card: &WifiCard, file: &Path, page: bool, language: Language) -> Result<PathBuf, Error> {
    let text = if page {
        card.html(language)?
    } else {
        card.svg()?
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .and_then(|mut opened| opened.write_all(text.expose().as_bytes()))
        .map_err(|error| Error::Usage(format!("{} cannot be written: {error}", file.display())))?;
    Ok(file.to_owned())
}

fn told(
    view: &SetupView,
    applied: Option<&ApplyView>,
    verdict: &SetupVerdictView,
    card: Option<PathBuf>,
    operator: &Operator,
    output: &Output,
) -> Result<(), Ended> {
    let changes = applied
        .map(|applied| applied.changes.as_slice())
        .unwrap_or_default();
    let differs = changes
        .iter()
        .any(|change| change.state == EditState::Differs);
    let document = json!({ "udn": view.udn, "steps": view.steps,
        "status": applied.and_then(|applied| applied.status.clone()), "changes": changes,
        "verdict": verdict, "card": card });
    output.result(&document, || {
        let mut lines: Vec<String> = table(
            &changes
                .iter()
                .map(|change| vec![change.path.clone(), state_words(change.state)])
                .collect::<Vec<_>>(),
        );
        match verdict.trouble {
            None => lines.push(tone(Tone::Good, "Your internet works.")),
            Some(trouble) => {
                let [why, what] = words::trouble(trouble);
                lines.extend([tone(Tone::Bad, why), what.to_owned()]);
                lines.extend(
                    operator
                        .help_phone
                        .as_ref()
                        .map(|phone| format!("{} helps: {phone}", operator.name)),
                );
            }
        }
        lines.extend(
            card.as_ref()
                .map(|file| format!("The card is in {}.", file.display())),
        );
        lines
    });
    match verdict.trouble {
        None if differs => Err(Ended::Told(Code::NotVerified)),
        None => Ok(()),
        Some(SetupTrouble::LoginRefused | SetupTrouble::LoginMissing) => {
            Err(Ended::Told(Code::PinRejected))
        }
        Some(_) => Err(Ended::Told(Code::Unreachable)),
    }
}
