//! Changing software: asked for once, followed by asking, read back at the end.

use std::time::Duration;

use tokio::time::{sleep, Instant};
use upnp::services::software_management::Operation;

use super::problem::SoftwareProblem;
use super::view::{
    SoftwareAct, SoftwareChange, SoftwareChangeView, SoftwareListView, SoftwareNews,
    SoftwareSource, UnitKind,
};
use super::{service_of, software_on, versions};
use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;

/// Longest address, in characters.
const URL_CHARS: usize = 1_024;

/// How an operation ended.
enum Ended {
    /// The gateway says that it is done.
    Told(Operation),
    /// It restarted meanwhile and has forgotten the operation.
    Forgotten,
}

impl Management {
    /// Changes software and waits until the gateway is done; then the list is read back. It is
    /// sent once and never repeated.
    ///
    /// # Errors
    ///
    /// [`Error::Software`] with what is special to software, a refusal, or what keeps the
    /// gateway from answering.
    pub async fn change_software(
        &self,
        udn: &str,
        change: &SoftwareChange,
        patience: Option<Duration>,
        mut on_news: impl FnMut(SoftwareNews) + Send,
    ) -> Result<SoftwareChangeView, Error> {
        let act = change.act();
        if let Some(reason) = change.url().and_then(wrong_with) {
            let reason = reason.to_owned();
            return Err(SoftwareProblem::Address { reason }.at(&self.name(udn)));
        }
        let session = self.open_gateway(udn).await?;
        let before = self.software_of(&session).await?;
        if let Some(problem) = change.hindered(&before) {
            return Err(problem.at(&session.name));
        }
        let service = service_of(&session)
            .ok_or_else(|| SoftwareProblem::NotOffered { act }.at(&session.name))?;
        let began = Instant::now();
        let operation_id = {
            let software = software_on(&session, &service);
            let asked = match change {
                SoftwareChange::Install {
                    url,
                    kind,
                    dependencies,
                } => software.install(url, kind.word(), *dependencies).await,
                SoftwareChange::Update {
                    id,
                    url,
                    dependencies,
                } => software.update(*id, url, *dependencies).await,
                SoftwareChange::Uninstall { id, dependencies } => {
                    software.uninstall(*id, *dependencies).await
                }
                SoftwareChange::Start { id, dependencies } => {
                    software.start(*id, *dependencies).await
                }
                SoftwareChange::Stop { id, dependencies } => {
                    software.stop(*id, *dependencies).await
                }
            };
            asked.map_err(|source| session.failed(Step::Software, source))?
        };
        let patience = patience.unwrap_or(limits::SOFTWARE_PATIENCE);
        on_news(SoftwareNews::Started {
            operation_id,
            patience_s: u32::try_from(patience.as_secs()).unwrap_or(u32::MAX),
        });
        drop(session);
        let deadline = began + patience;
        let (ended, mut restarted) = self
            .follow_operation(udn, operation_id, (began, deadline), &mut on_news)
            .await?
            .ok_or_else(|| {
                let after_s = u32::try_from(patience.as_secs()).unwrap_or(u32::MAX);
                SoftwareProblem::NeverEnds {
                    act,
                    operation_id,
                    after_s,
                }
                .at(&self.name(udn))
            })?;
        let targets = match ended {
            Ended::Told(operation) if operation.state == "Error" => {
                return Err(SoftwareProblem::Failed {
                    act,
                    error: operation.error,
                    info: Some(operation.additional_info).filter(|info| !info.is_empty()),
                }
                .at(&self.name(udn)));
            }
            Ended::Told(operation) => operation.targets,
            Ended::Forgotten => Vec::new(),
        };
        let now = loop {
            let read = match self.open_gateway(udn).await {
                Ok(session) => self.software_of(&session).await,
                Err(error) => Err(error),
            };
            match read {
                Ok(now) => break now,
                // Firmware restarts the gateway right after it said that it is done.
                Err(error) if only_silent(&error) && Instant::now() < deadline => {
                    restarted = true;
                    on_news(SoftwareNews::Silent);
                    self.close_gateway(udn).await;
                    sleep(limits::TEST_POLL).await;
                }
                Err(error) => return Err(error),
            }
        };
        Ok(SoftwareChangeView {
            udn: udn.to_owned(),
            act,
            operation_id,
            seconds: began.elapsed().as_secs_f64(),
            restarted,
            verified: change.shows(&before, &now, &targets),
            targets,
            now,
        })
    }

    /// Asks how far it is until it is over; nothing when it takes too long.
    async fn follow_operation(
        &self,
        udn: &str,
        operation_id: u32,
        (began, deadline): (Instant, Instant),
        on_news: &mut (impl FnMut(SoftwareNews) + Send),
    ) -> Result<Option<(Ended, bool)>, Error> {
        let mut state = String::new();
        let mut silent = false;
        while Instant::now() < deadline {
            let asked = match self.open_gateway(udn).await {
                Ok(session) => match service_of(&session) {
                    Some(service) => software_on(&session, &service)
                        .get_operation_info(operation_id)
                        .await
                        .map_err(|source| session.failed(Step::Software, source)),
                    None => return Ok(Some((Ended::Forgotten, silent))),
                },
                Err(error) => Err(error),
            };
            match asked {
                Ok(operation) => {
                    if operation.state != state {
                        state.clone_from(&operation.state);
                        on_news(SoftwareNews::State {
                            state: state.clone(),
                            seconds: began.elapsed().as_secs_f64(),
                        });
                    }
                    if matches!(state.as_str(), "Completed" | "Error") {
                        return Ok(Some((Ended::Told(operation), silent)));
                    }
                }
                Err(error) if only_silent(&error) => {
                    if !std::mem::replace(&mut silent, true) {
                        on_news(SoftwareNews::Silent);
                    }
                    self.close_gateway(udn).await;
                }
                // After a restart operations have new numbers, or none.
                Err(Error::Gateway {
                    source: upnp::Error::Refused { .. },
                    ..
                }) if silent => return Ok(Some((Ended::Forgotten, true))),
                Err(error) => return Err(error),
            }
            let quick = began.elapsed() < Duration::from_secs(3);
            sleep(if quick {
                limits::TEST_POLL / 4
            } else {
                limits::TEST_POLL
            })
            .await;
        }
        Ok(None)
    }
}

/// Whether a gateway that restarts may be behind it.
fn only_silent(error: &Error) -> bool {
    crate::restart::retriable(error)
}

/// What is wrong with an address the gateway is to fetch from.
fn wrong_with(url: &str) -> Option<&'static str> {
    if url.chars().count() > URL_CHARS {
        return Some("is too long");
    }
    let Ok(parsed) = url::Url::parse(url.trim()) else {
        return Some("is no URL, such as http://host/file");
    };
    if !matches!(parsed.scheme(), "http" | "https" | "ftp") || !parsed.has_host() {
        return Some("must begin with http://, https:// or ftp://");
    }
    // It would stand in the gateway's list for everybody to read.
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Some("must not hold a user or a password");
    }
    None
}

impl UnitKind {
    /// As the standard writes it.
    fn word(self) -> &'static str {
        match self {
            UnitKind::Firmware => "Firmware",
            UnitKind::Application => "Application",
            UnitKind::Configuration => "Configuration",
            UnitKind::Other => "Other",
        }
    }
}

impl SoftwareChange {
    /// What it does.
    pub fn act(&self) -> SoftwareAct {
        match self {
            SoftwareChange::Install { .. } => SoftwareAct::Install,
            SoftwareChange::Update { .. } => SoftwareAct::Update,
            SoftwareChange::Uninstall { .. } => SoftwareAct::Uninstall,
            SoftwareChange::Start { .. } => SoftwareAct::Start,
            SoftwareChange::Stop { .. } => SoftwareAct::Stop,
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            SoftwareChange::Install { url, .. } | SoftwareChange::Update { url, .. } => Some(url),
            _ => None,
        }
    }

    /// Why it need not be sent.
    fn hindered(&self, list: &SoftwareListView) -> Option<SoftwareProblem> {
        let act = self.act();
        if list.source != SoftwareSource::SoftwareManagement || !list.offered.contains(&act) {
            return Some(SoftwareProblem::NotOffered { act });
        }
        let (id, there) = match self {
            SoftwareChange::Install { .. } => return None,
            SoftwareChange::Update { id, .. } | SoftwareChange::Uninstall { id, .. } => {
                (*id, list.units.iter().any(|unit| unit.id == *id))
            }
            SoftwareChange::Start { id, .. } | SoftwareChange::Stop { id, .. } => {
                (*id, list.executions.iter().any(|unit| unit.id == *id))
            }
        };
        (!there).then_some(SoftwareProblem::NoSuchUnit { act, id })
    }

    /// Whether the list read back shows what was asked for.
    fn shows(&self, before: &SoftwareListView, now: &SoftwareListView, targets: &[u32]) -> bool {
        let before = versions(before);
        let runs = |id: u32, word: &str| {
            let mut units = now.executions.iter();
            units.any(|unit| unit.id == id && unit.state == word)
        };
        match self {
            SoftwareChange::Install { url, .. } => now.units.iter().any(|unit| {
                let new = !before.contains_key(&unit.id) || targets.contains(&unit.id);
                let same = unit.url.as_ref().is_none_or(|from| from == url);
                new && same && unit.state == "Installed"
            }),
            SoftwareChange::Update { id, url, .. } => now.units.iter().any(|unit| {
                let other = before.get(id) != Some(&unit.version);
                let fetched = unit.url.as_ref() == Some(url);
                unit.id == *id && (other || fetched) && unit.state == "Installed"
            }),
            SoftwareChange::Uninstall { id, .. } => !now
                .units
                .iter()
                .any(|unit| unit.id == *id && unit.state != "Uninstalled"),
            SoftwareChange::Start { id, .. } => runs(*id, "Running"),
            SoftwareChange::Stop { id, .. } => runs(*id, "Stopped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be_right_are_not_sent() {
        for url in [
            "",
            "vpn.ipk",
            "file:///etc/passwd",
            "http://",
            "http://anna:geheim@host/vpn.ipk",
        ] {
            assert!(wrong_with(url).is_some(), "{url}");
        }
        assert!(wrong_with(&format!("http://host/{}", "x".repeat(2_000))).is_some());
        for url in [
            "http://host/vpn.ipk",
            "https://192.0.2.7:8443/a",
            "ftp://host/x",
        ] {
            assert_eq!(wrong_with(url), None, "{url}");
        }
    }
}
