//! Set-up for somebody who does it once: which steps a gateway needs, where each answer goes, and
//! whether the internet works in the end (TR-064, Appendix I.1).
//!
//! It builds a draft and nothing else: every answer is checked and staged as it is given, so that
//! whatever ends the program loses nothing, and nothing is sent before the draft is reviewed and
//! applied like any other. What is typed into a step that is not finished is kept beside it
//! (`begun`). Secrets lie there sealed. [`Management::setup`] tells what is
//! needed, [`Management::answer_login`] and [`Management::answer_wifi`] take the answers,
//! [`Management::setup_verdict`] looks at the ladder afterwards.
//!
//! Left out on purpose: sending (`apply`), pairing (`introduction`), every word a customer reads.

mod answers;
mod begun;
mod card;
mod checks;
mod colour;
mod operator;
mod place;
mod places;
mod verdict;
mod view;
pub mod words;

use std::sync::Arc;

use dp_credentials::secrets::Secret;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, Instant};

pub use answers::SetupAnswers;
pub use card::WifiCard;
pub use checks::{strength, FieldProblem, SetupField, Strength};
pub use colour::Colour;
pub use operator::{Operator, OperatorProblem, OperatorText, OperatorView, TEXTS};
pub use verdict::{SetupTrouble, SetupVerdictView};
pub use view::{
    BegunPassword, SetupLoginView, SetupProgressView, SetupStep, SetupView, SetupWifiView,
};

use crate::application::Management;
use crate::clock;
use crate::error::Error;
use crate::ladder;
use crate::limits;
use crate::picked::Picked;
use crate::schema::DataModel;
use crate::session::Session;
use crate::store::{Draft, KeptSetup};
use places::{Places, Wanted};
use verdict::Look;

/// A card as it is kept, sealed.
#[derive(Serialize, Deserialize)]
struct KeptCard {
    name: String,
    password: String,
}

impl Management {
    /// The set-up somebody was in when the program ended.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn setup_progress(&self) -> Result<Option<SetupProgressView>, Error> {
        let kept = self.store(|store| store.open_setup()).await?;
        Ok(kept.and_then(|kept| {
            Some(SetupProgressView {
                step: SetupStep::named(&kept.step)?,
                udn: kept.udn,
            })
        }))
    }

    /// Notes where a person is; with `open` it comes up by itself when the program starts.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn keep_setup_step(
        &self,
        udn: &str,
        step: SetupStep,
        open: bool,
    ) -> Result<(), Error> {
        let kept = KeptSetup {
            udn: udn.to_owned(),
            step: step.name().to_owned(),
            open,
        };
        let now = clock::now();
        self.store(move |store| store.keep_setup(&kept, &now)).await
    }

    /// What a gateway needs, and how far it is. Nothing is sent but what reads.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being opened or from answering; [`Error::Store`].
    pub async fn setup(&self, udn: &str, operator: &Operator) -> Result<SetupView, Error> {
        let session = self.open_gateway(udn).await?;
        let (_, places) = look_around(&session).await?;
        let drafts = self.drafts(udn).await?;
        let begun = self.begun(udn).await?;
        let owned = udn.to_owned();
        let kept = self.store(move |store| store.setup(&owned)).await?;
        let root = session.naming().location();
        let mut ours = 0;
        let mut staged = |wanted: &Wanted| -> Option<String> {
            let draft = staged(&drafts, root, &wanted.0)?;
            ours += 1;
            Some(draft.new.expose().to_owned())
        };
        let login = places.login.as_ref().filter(|_| operator.internet);
        let login = login.map(|place| {
            let edits = place.edits("", Some(""));
            let typed: Vec<Option<String>> = edits.iter().map(&mut staged).collect();
            SetupLoginView {
                user_name: typed[0].clone().or(place.user_name.clone()),
                typed: typed.iter().any(Option::is_some),
                password_kept: typed[1].is_some(),
                user_name_begun: begun.name(SetupField::UserName),
                password_begun: begun.password(SetupField::Password, true),
                connected: place.connected,
            }
        });
        let wanted = operator.wifi && !places.networks.is_empty();
        let wifi = wanted.then(|| {
            let names = places.wifi_edits("", None);
            let all = places.wifi_edits("", Some(""));
            let typed: Vec<(&Wanted, Option<String>)> =
                all.iter().map(|wanted| (wanted, staged(wanted))).collect();
            let name = typed.first().and_then(|(_, name)| name.clone());
            let takes_key = places.takes_key();
            SetupWifiView {
                wifi_name: name.or_else(|| places.networks[0].name.clone()),
                typed: typed.iter().any(|(_, value)| value.is_some()),
                wifi_name_begun: begun.name(SetupField::WifiName),
                password_begun: begun.password(SetupField::WifiPassword, takes_key),
                password_kept: typed
                    .iter()
                    .any(|(wanted, value)| value.is_some() && !names.contains(wanted)),
                bands: places
                    .networks
                    .iter()
                    .filter_map(|one| one.band.clone())
                    .collect(),
                takes_key,
            }
        });
        let mut steps = vec![SetupStep::Find, SetupStep::Pair];
        steps.extend(login.as_ref().map(|_| SetupStep::Internet));
        steps.extend(wifi.as_ref().map(|_| SetupStep::Wifi));
        steps.extend([SetupStep::Check, SetupStep::Done]);
        let at = kept.and_then(|kept| SetupStep::named(&kept.step));
        // Whoever is here is paired, whatever was noted before.
        let at = at.filter(|at| *at > SetupStep::Pair && steps.contains(at));
        let changes = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
        Ok(SetupView {
            udn: udn.to_owned(),
            name: session.name.clone(),
            at: at.unwrap_or(steps[2]),
            steps,
            login,
            wifi,
            changes,
            other_changes: changes.saturating_sub(ours),
            card: operator.card && self.setup_card(udn).await?.is_some(),
        })
    }

    /// Puts user name and password of the line into the draft. Without a password the one that is
    /// in the draft already, or that the gateway has, stays.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for what cannot be right; as [`Management::prepare`] and
    /// [`Management::keep_staged`].
    pub async fn answer_login(
        &self,
        udn: &str,
        operator: &Operator,
        user_name: &str,
        password: Option<&Secret<String>>,
    ) -> Result<(), Error> {
        let user_name = operator.whole_user_name(user_name);
        checked(SetupField::UserName, &user_name)?;
        if let Some(password) = password {
            checked(SetupField::Password, password.expose())?;
        }
        let session = self.open_gateway(udn).await?;
        let (_, places) = look_around(&session).await?;
        let Some(place) = places.login else {
            return Err(Error::Usage(format!(
                "the line of {} wants no user name",
                session.name
            )));
        };
        let password = password.map(|password| password.expose().as_str());
        self.stage_wanted(&session, place.edits(&user_name, password))
            .await?;
        self.forget_begun(udn, SetupField::of_step(SetupStep::Internet))
            .await
    }

    /// Puts name and password of the Wi-Fi into the draft. Without a password the one that is in
    /// the draft already, or that the gateway has, stays.
    ///
    /// # Errors
    ///
    /// As [`Management::answer_login`].
    pub async fn answer_wifi(
        &self,
        udn: &str,
        name: &str,
        password: Option<&Secret<String>>,
    ) -> Result<(), Error> {
        checked(SetupField::WifiName, name)?;
        let session = self.open_gateway(udn).await?;
        let (_, places) = look_around(&session).await?;
        if let Some(password) = password {
            checked(SetupField::WifiPassword, password.expose())?;
            if checks::is_key(password.expose()) && !places.takes_key() {
                let problem = FieldProblem::NoDigits;
                return Err(Error::Usage(words::problem(
                    SetupField::WifiPassword,
                    problem,
                )));
            }
        }
        if places.networks.is_empty() {
            return Err(Error::Usage(format!("{} has no Wi-Fi", session.name)));
        }
        let key = password.map(|password| password.expose().as_str());
        self.stage_wanted(&session, places.wifi_edits(name, key))
            .await?;
        let known = self.setup_card(udn).await?.map(|card| card.password);
        if let Some(password) = password.cloned().or(known) {
            self.keep_setup_step(udn, SetupStep::Wifi, true).await?;
            let card = serde_json::to_string(&KeptCard {
                name: name.to_owned(),
                password: password.expose().to_owned(),
            });
            let card = card.map_err(|error| Error::Internal(error.to_string()))?;
            self.keep_card(udn, Some(Secret::new(card))).await?;
        }
        self.forget_begun(udn, SetupField::of_step(SetupStep::Wifi))
            .await
    }

    /// Leaves out a step: what was typed in it leaves the draft.
    ///
    /// # Errors
    ///
    /// As [`Management::setup`].
    pub async fn leave_out(&self, udn: &str, step: SetupStep) -> Result<(), Error> {
        let session = self.open_gateway(udn).await?;
        let (_, places) = look_around(&session).await?;
        let wanted = match step {
            SetupStep::Internet => places.login.map(|place| place.edits("", Some(""))),
            SetupStep::Wifi => {
                let mut wanted = places.wifi_edits("", Some(""));
                wanted.extend(places.wifi_edits("", Some(&"0".repeat(64))));
                Some(wanted)
            }
            _ => None,
        };
        let root = session.naming().location();
        let paths: Vec<String> = wanted
            .unwrap_or_default()
            .iter()
            .map(|(path, _)| format!("{root}{path}"))
            .collect();
        let staged = self.draft_paths(udn).await?;
        if step == SetupStep::Wifi && paths.iter().any(|path| staged.contains(path)) {
            // A card of what was sent stays: only what was typed since is given up.
            self.keep_card(udn, None).await?;
        }
        self.drop_staged(udn, paths).await?;
        self.forget_begun(udn, SetupField::of_step(step)).await
    }

    /// Waits until the internet works, until it is known why it cannot, or for
    /// [`limits::SETUP_TEST`].
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being opened or from answering.
    pub async fn setup_verdict(&self, udn: &str) -> Result<SetupVerdictView, Error> {
        let session = self.open_gateway(udn).await?;
        let until = Instant::now() + limits::SETUP_TEST;
        let mut before = None;
        loop {
            let (picked, places) = look_around(&session).await?;
            let look = match places.older {
                true => verdict::look_older(&picked, &places),
                false => verdict::look(&picked, &places, &ladder::ladders(&picked)),
            };
            if is_settled(look, before) || Instant::now() >= until {
                return Ok(SetupVerdictView {
                    udn: udn.to_owned(),
                    works: look.trouble.is_none(),
                    trouble: look.trouble,
                    wifi_on: look.wifi_on,
                });
            }
            before = Some(look);
            sleep(limits::SETUP_TEST_EVERY).await;
        }
    }

    /// The card of a set-up whose Wi-Fi password was typed and that has not ended.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], [`Error::Secrets`].
    pub async fn setup_card(&self, udn: &str) -> Result<Option<WifiCard>, Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        let kept = self
            .store(move |store| store.setup_card(&owned, &*sealer))
            .await?;
        let card = kept.and_then(|kept| serde_json::from_str::<KeptCard>(kept.expose()).ok());
        Ok(card.map(|card| WifiCard {
            wifi_name: card.name,
            password: Secret::new(card.password),
        }))
    }

    /// Ends a set-up: its card and what was only begun are forgotten, the draft stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn end_setup(&self, udn: &str) -> Result<(), Error> {
        self.forget_begun(udn, SetupField::ALL).await?;
        let owned = udn.to_owned();
        self.store(move |store| store.end_setup(&owned)).await
    }

    async fn keep_card(&self, udn: &str, card: Option<Secret<String>>) -> Result<(), Error> {
        let (owned, sealer) = (udn.to_owned(), Arc::clone(&self.inner.sealer));
        self.store(move |store| store.keep_setup_card(&owned, card.as_ref(), &*sealer))
            .await
    }

    /// Checks edits and puts them into the draft; what is so already leaves it.
    async fn stage_wanted(&self, session: &Arc<Session>, wanted: Vec<Wanted>) -> Result<(), Error> {
        let root = session.naming().location();
        let wanted: Vec<(String, String)> = wanted
            .into_iter()
            .map(|(path, value)| (format!("{root}{path}"), value))
            .collect();
        let edits = self.prepare(session, &wanted).await?;
        let (same, differing): (Vec<_>, Vec<_>) = edits.into_iter().partition(|edit| {
            let old = edit.old.as_deref().filter(|_| !edit.is_secret());
            old.is_some_and(|old| session.same_value(&edit.upnp_path, old, edit.new.expose()))
        });
        let same = same.into_iter().map(|edit| edit.upnp_path).collect();
        self.drop_staged(&session.udn, same).await?;
        self.keep_staged(&session.udn, differing).await
    }

    async fn drop_staged(&self, udn: &str, paths: Vec<String>) -> Result<(), Error> {
        let owned = udn.to_owned();
        self.store(move |store| store.discard_drafts_at(&owned, &paths))
            .await?;
        self.count_drafts(udn).await
    }
}

/// Reads what the steps depend on.
async fn look_around(session: &Session) -> Result<(Picked, Places), Error> {
    let older = session.naming().data_model() == Some(DataModel::InternetGatewayDevice);
    let read: Vec<&str> = match older {
        true => places::READ_OLDER.to_vec(),
        false => ladder::READ.iter().chain(&places::READ).copied().collect(),
    };
    let picked = Picked::read(session, &read).await?;
    let places = Places::find(&picked, older);
    Ok((picked, places))
}

fn staged<'a>(drafts: &'a [Draft], root: &str, path: &str) -> Option<&'a Draft> {
    drafts
        .iter()
        .find(|draft| draft.path.strip_prefix(root) == Some(path))
}

fn checked(field: SetupField, text: &str) -> Result<(), Error> {
    match field.problem(text) {
        None => Ok(()),
        Some(problem) => Err(Error::Usage(words::problem(field, problem))),
    }
}

/// Whether nothing will change by waiting: it works, or the same reason was seen twice and is one
/// that does not pass.
fn is_settled(look: Look, before: Option<Look>) -> bool {
    match look.trouble {
        None => true,
        Some(trouble) => !look.under_way && trouble.is_final() && before == Some(look),
    }
}
