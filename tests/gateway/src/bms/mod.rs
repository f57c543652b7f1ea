//! BasicManagement:2: status, reboot, reset, tests and logs. No sockets and no clock of its own.

mod bandwidth;
mod log;
mod outcome;
mod tests_run;

use std::time::Instant;

pub use log::{DeviceLog, LogLevel, LOG_PATH};
use tests_run::Tests;

use crate::clock;
use crate::cms::{Answer, ArgumentText};
use crate::quirks::{Quirk, Quirks};
use crate::random::Chance;
use crate::soap::UpnpError;

/// What an action does to the gateway as a whole, after its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The gateway restarts.
    Reboot,
    /// The gateway returns to its factory state, then restarts.
    BaselineReset,
}

/// The service.
pub struct BasicManagement {
    status: String,
    sequence_mode: bool,
    reboot_waits: bool,
    tests: Tests,
    log: DeviceLog,
    quirks: Quirks,
}

fn plain(name: &'static str, text: impl ToString) -> (&'static str, ArgumentText) {
    (name, ArgumentText::Plain(text.to_string()))
}

/// Reads a UPnP boolean.
fn boolean(text: &str) -> Result<bool, UpnpError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err(UpnpError::value_invalid()),
    }
}

/// The arguments of a call.
pub struct Arguments<'a>(pub &'a [(String, String)]);

impl<'a> Arguments<'a> {
    /// The text of an argument.
    ///
    /// # Errors
    /// 402 when it is missing.
    pub fn text(&self, name: &str) -> Result<&'a str, UpnpError> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, text)| text.trim())
            .ok_or_else(UpnpError::invalid_args)
    }

    /// An argument as a number.
    ///
    /// # Errors
    /// 402 when it is missing or not a number.
    pub fn number(&self, name: &str) -> Result<u32, UpnpError> {
        self.text(name)?
            .parse()
            .map_err(|_| UpnpError::invalid_args())
    }
}

impl BasicManagement {
    /// A service of a gateway that has just started.
    pub fn new(quirks: Quirks, chance: Chance) -> Self {
        let mut log = DeviceLog::default();
        log.add(LogLevel::Notice, "system", "started");
        Self {
            status: format!("OK,{}", clock::upnp_now()),
            sequence_mode: false,
            reboot_waits: false,
            tests: Tests::new(chance, &quirks),
            log,
            quirks,
        }
    }

    /// The gateway has come back from a restart: tests and modes are gone, the log is kept.
    pub fn restarted(&mut self) {
        self.status = format!("OK,{}", clock::upnp_now());
        self.sequence_mode = false;
        self.reboot_waits = false;
        self.tests.forget();
        self.log.add(LogLevel::Notice, "system", "restarted");
    }

    /// The gateway's log, to add to it or to serve it.
    pub fn log_mut(&mut self) -> &mut DeviceLog {
        &mut self.log
    }

    fn log_uris(&self) -> &'static str {
        match self.quirks.has(Quirk::VendorLogFiles) {
            true => "",
            false => log::LOG_URI,
        }
    }

    /// Names and values of the evented state variables.
    pub fn state_variables(&self, now: Instant) -> Vec<(&'static str, String)> {
        vec![
            ("DeviceStatus", self.status.clone()),
            ("SequenceMode", u8::from(self.sequence_mode).to_string()),
            ("TestIDs", self.tests.ids()),
            ("ActiveTestIDs", self.tests.active_ids(now)),
            ("LogURIs", self.log_uris().to_owned()),
        ]
    }

    /// Carries out an action.
    ///
    /// # Errors
    /// The error numbers of the service.
    pub fn handle(
        &mut self,
        now: Instant,
        action: &str,
        arguments: &Arguments<'_>,
    ) -> Result<(Answer, Option<Effect>), UpnpError> {
        if self.quirks.has(Quirk::NoBasicTests) && is_test(action) {
            return Err(UpnpError::invalid_action());
        }
        if self.quirks.has(Quirk::VendorLogFiles) && is_log(action) {
            return Err(UpnpError::invalid_action());
        }
        if is_bandwidth_test(action) && !self.quirks.has(Quirk::BandwidthTest) {
            return Err(UpnpError::invalid_action());
        }
        let answer = match action {
            "Reboot" => return Ok(self.reboot()),
            "BaselineReset" if self.quirks.has(Quirk::NoReset) => {
                return Err(UpnpError::invalid_action())
            }
            "BaselineReset" => return Ok((Vec::new(), Some(Effect::BaselineReset))),
            "SetSequenceMode" => return self.set_sequence_mode(arguments),
            "GetDeviceStatus" => vec![plain("DeviceStatus", &self.status)],
            "GetSequenceMode" => vec![plain("SequenceMode", u8::from(self.sequence_mode))],
            "GetLogURIs" => vec![plain("LogURIs", self.log_uris())],
            "GetLogInfo" if self.quirks.has(Quirk::ForeignLog) => {
                let mut answer = self.log.info(arguments)?;
                for (name, text) in &mut answer {
                    if *name == "LogURL" {
                        *text = ArgumentText::Plain("http://127.0.0.2:9/logs.txt".to_owned());
                    }
                }
                answer
            }
            "GetLogInfo" => self.log.info(arguments)?,
            "SetLogInfo" => self.log.set_info(arguments)?,
            "GetBandwidthTestInfo" => vec![plain("BandwidthTestInfo", bandwidth::info())],
            "GetACLData" => vec![plain("ACL", access_document())],
            _ => self.tests.handle(now, action, arguments)?,
        };
        Ok((answer, None))
    }

    fn reboot(&mut self) -> (Answer, Option<Effect>) {
        if self.sequence_mode || self.quirks.has(Quirk::RebootLater) {
            self.reboot_waits = self.sequence_mode;
            return (vec![plain("RebootStatus", "RebootLater")], None);
        }
        self.status = format!("Rebooting,{}", clock::upnp_now());
        self.log
            .add(LogLevel::Warning, "system", "reboot asked for");
        (
            vec![plain("RebootStatus", "RebootNow")],
            Some(Effect::Reboot),
        )
    }

    fn set_sequence_mode(
        &mut self,
        arguments: &Arguments<'_>,
    ) -> Result<(Answer, Option<Effect>), UpnpError> {
        let new = boolean(arguments.text("NewSequenceMode")?)?;
        let old = std::mem::replace(&mut self.sequence_mode, new);
        let effect = (!new && std::mem::take(&mut self.reboot_waits)).then_some(Effect::Reboot);
        Ok((vec![plain("OldSequenceMode", u8::from(old))], effect))
    }
}

/// Whether an action belongs to the tests.
pub(crate) fn is_test(action: &str) -> bool {
    const STARTS: [&str; 5] = [
        "Ping",
        "NSLookup",
        "Traceroute",
        "InterfaceReset",
        "SelfTest",
    ];
    STARTS.contains(&action) || action.ends_with("Result") || action.contains("Test")
}

/// Whether an action belongs to the logs.
pub(crate) fn is_log(action: &str) -> bool {
    ["GetLogURIs", "GetLogInfo", "SetLogInfo"].contains(&action)
}

/// Whether an action belongs to the bandwidth test, which few gateways have.
pub(crate) fn is_bandwidth_test(action: &str) -> bool {
    action.contains("BandwidthTest")
}

/// The roles of every action, in the shape other access documents of this gateway have.
fn access_document() -> String {
    use crate::service::Service;
    use crate::xml::leaf;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><bms:ACL xmlns:bms=\"urn:schemas-upnp-org:dm:bms\">");
    for action in Service::BasicManagement.actions() {
        out.push_str("<Action>");
        leaf(&mut out, "Name", action.name);
        leaf(&mut out, "RoleList", action.roles);
        out.push_str("</Action>");
    }
    out.push_str("</bms:ACL>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> BasicManagement {
        let quirks = [Quirk::BandwidthTest].into_iter().collect();
        BasicManagement::new(quirks, Chance::new(Some(1)))
    }

    #[test]
    fn every_action_of_the_scpd_is_implemented() {
        for action in crate::service::Service::BasicManagement.actions() {
            let arguments: Vec<(String, String)> = action
                .arguments
                .iter()
                .filter(|(_, direction, _)| *direction == crate::service::Direction::In)
                .map(|(name, _, _)| ((*name).to_owned(), "1".to_owned()))
                .collect();
            let answer = service().handle(Instant::now(), action.name, &Arguments(&arguments));
            let code = answer.as_ref().err().map(|error| error.code);
            assert!(
                !matches!(code, Some(401 | 402)),
                "{}: {code:?}",
                action.name
            );
            if let Ok((answer, _)) = answer {
                let named: Vec<&str> = answer.iter().map(|(name, _)| *name).collect();
                let expected: Vec<&str> = action
                    .arguments
                    .iter()
                    .filter(|(_, direction, _)| *direction == crate::service::Direction::Out)
                    .map(|(name, _, _)| *name)
                    .collect();
                assert_eq!(named, expected, "{}", action.name);
            }
        }
    }

    #[test]
    fn a_reboot_waits_for_the_end_of_a_sequence() {
        let mut service = service();
        let set = |service: &mut BasicManagement, value: &str| {
            let arguments = [("NewSequenceMode".to_owned(), value.to_owned())];
            service
                .handle(Instant::now(), "SetSequenceMode", &Arguments(&arguments))
                .unwrap()
                .1
        };
        assert_eq!(set(&mut service, "1"), None);
        assert_eq!(service.reboot().1, None);
        assert_eq!(set(&mut service, "0"), Some(Effect::Reboot));
        assert_eq!(service.reboot().1, Some(Effect::Reboot));
    }
}
