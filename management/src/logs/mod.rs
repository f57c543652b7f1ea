//! The logs a gateway keeps: which there are, what is in them, and how much they keep.
//!
//! A log is read over the protected connection where its URL leads there, else over plain
//! HTTP from the gateway itself and without any credentials; another host is asked only when
//! the person wants that. What is read is bounded, and a log that goes on says so.

mod lines;
mod view;

pub use lines::{LogFilter, LogLevel};
pub use view::{LogLine, LogText, LogView};

use upnp::description::url::resolve;
use upnp::driver::{Fetched, Location};
use upnp::services::basic_management::BasicManagement;
use url::Url;

use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::picked::Picked;
use crate::session::Session;

/// Faults of an action that does not exist: unknown, or optional and left out (UDA 2.0, 3.2.2).
const NOT_THERE: [u16; 2] = [401, 602];

impl Management {
    /// The logs of a gateway: those of BasicManagement, else the files the data model names
    /// (Device.DeviceInfo.VendorLogFile).
    ///
    /// # Errors
    ///
    /// A refusal, or what keeps the gateway from answering.
    pub async fn logs(&self, udn: &str) -> Result<Vec<LogView>, Error> {
        let session = self.open_gateway(udn).await?;
        let mut logs = Vec::new();
        if let Some(basic) = session.basic() {
            match basic.get_log_uris().await {
                Ok(uris) => {
                    for uri in uris.into_iter().take(limits::LOGS) {
                        logs.push(of_basic(&session, &basic, uri).await?);
                    }
                }
                // Offered by few: the data model may name files all the same.
                Err(upnp::Error::Refused { fault, .. }) if NOT_THERE.contains(&fault.code) => {}
                Err(source) => return Err(session.failed(Step::Logs, source)),
            }
        }
        if logs.is_empty() {
            logs = of_model(&session).await?;
        }
        Ok(logs)
    }

    /// Reads a log, at most `octets` of it. `elsewhere` lets another host than the gateway be
    /// asked; it learns nothing but the URL.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a log that does not exist or cannot be fetched, or lies elsewhere
    /// unasked; what keeps it from being read.
    pub async fn log_text(
        &self,
        udn: &str,
        named: &str,
        octets: usize,
        elsewhere: bool,
    ) -> Result<LogText, Error> {
        let session = self.open_gateway(udn).await?;
        let logs = self.logs(udn).await?;
        let log = log_named(&logs, named)?;
        let Some(url) = &log.url else {
            let named = log.name.as_deref().unwrap_or(&log.uri);
            return Err(Error::Usage(format!(
                "the log {named} stays in the gateway: it has no address it could be fetched from"
            )));
        };
        let unusable = |reason: &dyn std::fmt::Display| {
            Error::Usage(format!("the address of the log {}: {reason}", log.uri))
        };
        let base = match &session.link {
            Link::Protected(link) => link.connection.secure_location().clone(),
            Link::Plain(_) => Url::parse(&session.services.device.location.to_string())
                .map_err(|error| unusable(&error))?,
        };
        let url = resolve(&base, url).map_err(|error| unusable(&error))?;
        let octets = octets.clamp(1, limits::LOG_OCTETS_MOST);
        let (fetched, cut) = self.fetch_log(&session, &url, octets, elsewhere).await?;
        Ok(LogText {
            uri: log.uri.clone(),
            protected: url.scheme() == "https",
            octets: u32::try_from(fetched.body.len()).unwrap_or(u32::MAX),
            cut,
            lines: lines::read(&fetched.body),
        })
    }

    /// Switches a log or sets what it keeps.
    ///
    /// # Errors
    ///
    /// A refusal, as for a log that cannot be configured.
    pub async fn configure_log(
        &self,
        udn: &str,
        named: &str,
        enabled: Option<bool>,
        level: Option<LogLevel>,
    ) -> Result<LogView, Error> {
        let session = self.open_gateway(udn).await?;
        let logs = self.logs(udn).await?;
        let log = log_named(&logs, named)?;
        let basic = session.basic().filter(|_| log.configurable);
        let Some(basic) = basic else {
            return Err(Error::NotManageable {
                gateway: session.name.clone(),
                reason: format!("its log {} cannot be set up", log.uri),
            });
        };
        let kept = log.level.clone().unwrap_or_default();
        let level = level.map_or(kept, |level| level.name().to_owned());
        basic
            .set_log_info(&log.uri, enabled.or(log.enabled).unwrap_or(true), &level)
            .await
            .map_err(|source| session.failed(Step::Logs, source))?;
        of_basic(&session, &basic, log.uri.clone()).await
    }

    async fn fetch_log(
        &self,
        session: &Session,
        url: &Url,
        octets: usize,
        elsewhere: bool,
    ) -> Result<(Fetched, bool), Error> {
        let failed = |source| session.failed(Step::Logs, source);
        let host = session.services.device.host();
        if let (Link::Protected(link), "https") = (&session.link, url.scheme()) {
            return link
                .connection
                .get_beginning(url, octets)
                .await
                .map_err(failed);
        }
        if url.scheme() != "http" {
            return Err(Error::Usage(format!(
                "the log lies behind https at {}, which this connection does not protect",
                url.host_str().unwrap_or_default()
            )));
        }
        let control_point = &self.inner.control_point;
        match control_point.document(host, url, octets).await {
            Err(upnp::Error::ForeignAddress { found, .. }) if !elsewhere => {
                Err(Error::Usage(format!(
                    "the log lies on another host than the gateway ({found}); ask for it with --elsewhere if you trust that host"
                )))
            }
            Err(upnp::Error::ForeignAddress { .. }) => {
                let location = Location::from(url.clone());
                let device = control_point
                    .foreign_document(location, octets)
                    .await
                    .map_err(failed)?;
                Ok(device)
            }
            other => other.map_err(failed),
        }
    }
}

fn log_named<'a>(logs: &'a [LogView], named: &str) -> Result<&'a LogView, Error> {
    // A row of the data model is meant with or without its final dot.
    let bare = |name: &str| name.trim_end_matches('.').to_owned();
    let fits = |log: &&LogView| bare(&log.uri) == bare(named) || log.name.as_deref() == Some(named);
    let only = logs.first().filter(|_| logs.len() == 1 && named.is_empty());
    logs.iter().find(fits).or(only).ok_or_else(|| {
        let names: Vec<&str> = logs.iter().map(|log| log.uri.as_str()).collect();
        Error::Usage(if names.is_empty() {
            "the gateway keeps no log".to_owned()
        } else {
            format!("name one of the logs: {}", names.join(", "))
        })
    })
}

async fn of_basic(
    session: &Session,
    basic: &BasicManagement<'_, Link>,
    uri: String,
) -> Result<LogView, Error> {
    let info = basic
        .get_log_info(&uri)
        .await
        .map_err(|source| session.failed(Step::Logs, source))?;
    Ok(LogView {
        name: None,
        configurable: info.configurable,
        enabled: Some(info.enabled),
        level: Some(info.log_level),
        url: Some(info.log_url).filter(|url| !url.is_empty()),
        max_octets: info.max_size,
        last_change: Some(info.last_change).filter(|time| !time.is_empty()),
        uri,
    })
}

/// Whether the name of a file is an address it can be fetched from.
fn fetchable(name: &str) -> bool {
    Url::parse(name).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

async fn of_model(session: &Session) -> Result<Vec<LogView>, Error> {
    let table = "DeviceInfo/VendorLogFile/";
    let picked = Picked::read(session, &[table]).await?;
    Ok(picked
        .rows(table)
        .into_iter()
        .take(limits::LOGS)
        .map(|row| {
            let name = picked.text(&format!("{row}Name")).map(str::to_owned);
            // A file of the gateway has no address unless its name is one.
            let url = name.clone().filter(|name| fetchable(name));
            LogView {
                uri: picked.shown(&row),
                name,
                configurable: false,
                enabled: None,
                level: None,
                url,
                max_octets: picked
                    .number(&format!("{row}MaximumSize"))
                    .and_then(|size| u32::try_from(size).ok()),
                last_change: None,
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_addresses_are_fetched() {
        for name in ["http://192.0.2.1/log", "https://[2001:db8::1]:8443/log.txt"] {
            assert!(fetchable(name), "{name}");
        }
        for name in [
            "/var/log/messages",
            "file:///var/log/messages",
            "messages",
            "http:",
            "",
        ] {
            assert!(!fetchable(name), "{name}");
        }
    }
}
