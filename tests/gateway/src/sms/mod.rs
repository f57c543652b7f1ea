//! SoftwareManagement:2: deployment units, what of them runs, and operations that take their time. Nothing is
//! fetched; what comes of an operation is made up from the address. No sockets and no clock of its own.

use std::time::{Duration, Instant};

use crate::bms::Arguments;
use crate::cms::{Answer, ArgumentText};
use crate::limits;
use crate::soap::UpnpError;

/// How long an operation stays Requested.
const REQUESTED: Duration = Duration::from_millis(150);
/// How long fetching and installing take.
const FETCHING: Duration = Duration::from_millis(1_500);
/// How long anything else takes.
const SWITCHING: Duration = Duration::from_millis(500);

#[derive(Debug, Clone)]
struct Unit {
    id: u32,
    name: String,
    version: String,
    kind: String,
    uri: String,
    /// Where its next version comes from while one is fetched.
    installing: bool,
    /// Number and whether it runs, for what can be started.
    execution: Option<(u32, bool)>,
}

#[derive(Debug, Clone)]
struct Operation {
    id: u32,
    action: &'static str,
    asked: Instant,
    lasts: Duration,
    target: u32,
    uri: String,
    error: &'static str,
    settled: bool,
}

impl Operation {
    fn state(&self, now: Instant) -> &'static str {
        match now.saturating_duration_since(self.asked) {
            age if age < REQUESTED => "Requested",
            age if age < self.lasts => "InProgress",
            _ if self.error == "Error_None" => "Completed",
            _ => "Error",
        }
    }
}

/// The service.
#[derive(Debug)]
pub struct SoftwareManagement {
    units: Vec<Unit>,
    operations: Vec<Operation>,
    next_unit: u32,
    next_operation: u32,
    /// Version of a firmware that becomes active with the next restart.
    firmware: Option<String>,
}

fn plain(name: &'static str, text: impl ToString) -> (&'static str, ArgumentText) {
    (name, ArgumentText::Plain(text.to_string()))
}

fn list(numbers: impl Iterator<Item = u32>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    numbers.join(",")
}

impl SoftwareManagement {
    /// What a gateway has when it is delivered.
    pub fn new(firmware: &str) -> Self {
        let mut software = Self {
            units: Vec::new(),
            operations: Vec::new(),
            next_unit: 1,
            next_operation: 1,
            firmware: None,
        };
        for (name, version, kind, runs) in [
            ("gateway-firmware", firmware, "Firmware", None),
            ("parental-control", "2.4.1", "Application", Some(true)),
            ("media-server", "1.0.7", "Application", Some(false)),
            ("provider-settings", "7", "Configuration", None),
        ] {
            let uri = format!("http://software.example.net/{name}-{version}.ipk");
            software.add(name, version, kind, &uri, runs);
        }
        for unit in &mut software.units {
            unit.installing = false;
        }
        software
    }

    fn add(&mut self, name: &str, version: &str, kind: &str, uri: &str, runs: Option<bool>) -> u32 {
        let id = self.next_unit;
        self.next_unit += 1;
        self.units.push(Unit {
            id,
            name: name.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            uri: uri.to_owned(),
            installing: true,
            execution: runs.map(|runs| (100 + id, runs)),
        });
        id
    }

    /// The gateway has come back from a restart: what was under way is gone. Tells the firmware that became active.
    pub fn restarted(&mut self) -> Option<String> {
        self.operations.clear();
        self.units
            .retain(|unit| !unit.installing || unit.kind == "Firmware");
        for unit in &mut self.units {
            unit.installing = false;
        }
        self.firmware.take()
    }

    /// Settles what has ended by now; whether the gateway restarts for it.
    pub fn advance(&mut self, now: Instant) -> bool {
        let mut restart = false;
        let ended: Vec<Operation> = self
            .operations
            .iter_mut()
            .filter(|operation| !operation.settled && now >= operation.asked + operation.lasts)
            .map(|operation| {
                operation.settled = true;
                operation.clone()
            })
            .collect();
        for operation in ended {
            let good = operation.error == "Error_None";
            let (name, version) = name_and_version(&operation.uri);
            match operation.action {
                "Install" if !good => self.units.retain(|unit| unit.id != operation.target),
                "Uninstall" if good => self.units.retain(|unit| unit.id != operation.target),
                _ => {}
            }
            let Some(unit) = self.units.iter_mut().find(|unit| match operation.action {
                "Start" | "Stop" => unit.execution.is_some_and(|(id, _)| id == operation.target),
                _ => unit.id == operation.target,
            }) else {
                continue;
            };
            match operation.action {
                "Install" | "Update" => {
                    unit.installing = false;
                    if good {
                        (unit.name, unit.version) = (name, version.clone());
                        unit.uri = operation.uri;
                        if unit.kind == "Firmware" {
                            self.firmware = Some(version);
                            restart = true;
                        }
                    }
                }
                "Start" | "Stop" if good => {
                    unit.execution = Some((operation.target, operation.action == "Start"));
                }
                _ => {}
            }
        }
        restart
    }

    /// Names and values of the evented state variables.
    pub fn state_variables(&self) -> Vec<(&'static str, String)> {
        let executions = |running: Option<bool>| {
            let all = self.units.iter().filter_map(|unit| unit.execution);
            list(
                all.filter(|(_, runs)| running.is_none_or(|wanted| wanted == *runs))
                    .map(|(id, _)| id),
            )
        };
        vec![
            (
                "OperationIDs",
                list(self.operations.iter().map(|operation| operation.id)),
            ),
            ("DUIDs", list(self.units.iter().map(|unit| unit.id))),
            ("EUIDs", executions(None)),
            ("ActiveEUIDs", executions(Some(true))),
            ("RunningEUIDs", executions(Some(true))),
            ("ErrorEUIDs", String::new()),
        ]
    }

    /// Carries out an action.
    ///
    /// # Errors
    /// 600 for a number nobody has.
    pub fn handle(
        &mut self,
        now: Instant,
        action: &str,
        arguments: &Arguments<'_>,
    ) -> Result<Answer, UpnpError> {
        self.advance(now);
        match action {
            "Install" => {
                let (uri, kind) = (arguments.text("DUURI")?, arguments.text("DUType")?);
                let (name, version) = name_and_version(uri);
                let error = self.foretold(uri, arguments)?;
                let runs = (kind == "Application").then_some(false);
                let target = self.add(&name, &version, kind, uri, runs);
                Ok(self.begin(now, "Install", target, uri, error))
            }
            "Update" => {
                let (id, uri) = (arguments.number("DUID")?, arguments.text("NewDUURI")?);
                let error = self.foretold(uri, arguments)?;
                let unit = self.unit(id)?;
                let busy = std::mem::replace(&mut unit.installing, true);
                let error = if busy {
                    "Error_ConcurrentAccess"
                } else {
                    error
                };
                Ok(self.begin(now, "Update", id, uri, error))
            }
            "Uninstall" => {
                let id = arguments.number("DUID")?;
                let error = match self.unit(id)? {
                    unit if unit.kind == "Firmware" => "Error_Other",
                    unit if unit.installing => "Error_ConcurrentAccess",
                    _ => "Error_None",
                };
                Ok(self.begin(now, "Uninstall", id, "", error))
            }
            "Start" | "Stop" => {
                let id = arguments.number("EUID")?;
                self.execution(id)?;
                let action = if action == "Start" { "Start" } else { "Stop" };
                Ok(self.begin(now, action, id, "", "Error_None"))
            }
            "GetOperationInfo" => {
                let id = arguments.number("OperationID")?;
                let operation = self.operations.iter().find(|operation| operation.id == id);
                let operation = operation.ok_or_else(UpnpError::value_invalid)?;
                let state = operation.state(now);
                Ok(vec![
                    plain("OperationState", state),
                    plain("TargetedIDs", operation.target),
                    plain("Action", operation.action),
                    plain(
                        "ErrorDescription",
                        if state == "Error" {
                            operation.error
                        } else {
                            "Error_None"
                        },
                    ),
                    plain("AdditionalInfo", ""),
                ])
            }
            "GetDUInfo" => {
                let unit = self.unit(arguments.number("DUID")?)?.clone();
                let state = self.state_of(&unit);
                Ok(vec![
                    plain("DUName", &unit.name),
                    plain("DUVersion", &unit.version),
                    plain("DUType", &unit.kind),
                    plain("DUState", state),
                    plain("DUURI", &unit.uri),
                ])
            }
            "GetEUInfo" => {
                let (unit, runs) = self.execution(arguments.number("EUID")?)?;
                Ok(vec![
                    plain("EUName", &unit.name),
                    plain("EUVersion", &unit.version),
                    plain("EURequestedState", if runs { "Active" } else { "Inactive" }),
                    plain("EURunningState", if runs { "Running" } else { "Stopped" }),
                ])
            }
            _ => {
                let name = action.strip_prefix("Get").unwrap_or_default();
                let found = self
                    .state_variables()
                    .into_iter()
                    .find(|(known, _)| *known == name);
                let (name, value) = found.ok_or_else(UpnpError::invalid_action)?;
                Ok(vec![plain(name, value)])
            }
        }
    }

    fn state_of(&self, unit: &Unit) -> &'static str {
        let going = |operation: &Operation| {
            operation.action == "Uninstall"
                && operation.target == unit.id
                && !operation.settled
                && operation.error == "Error_None"
        };
        match () {
            () if self.operations.iter().any(going) => "Uninstalling",
            () if unit.installing => "Installing",
            () => "Installed",
        }
    }

    /// What will come of fetching an address.
    fn foretold(&self, uri: &str, arguments: &Arguments<'_>) -> Result<&'static str, UpnpError> {
        if !uri.starts_with("http://") && !uri.starts_with("https://") {
            return Err(UpnpError::value_invalid());
        }
        let alone = !matches!(arguments.text("HandleDependencies")?, "1" | "true" | "yes");
        Ok(match uri {
            _ if uri.contains(".invalid/") => "Error_Network",
            _ if uri.contains("broken") => "Error_CorruptedFile",
            _ if uri.contains("huge") => "Error_DiskFull",
            _ if uri.contains("needs-more") && alone => "Error_MissingDependency",
            _ => "Error_None",
        })
    }

    fn unit(&mut self, id: u32) -> Result<&mut Unit, UpnpError> {
        let mut units = self.units.iter_mut();
        units
            .find(|unit| unit.id == id)
            .ok_or_else(UpnpError::value_invalid)
    }

    fn execution(&self, id: u32) -> Result<(&Unit, bool), UpnpError> {
        let fits = |unit: &Unit| unit.execution.filter(|(known, _)| *known == id);
        let mut found = self
            .units
            .iter()
            .filter_map(|unit| Some((unit, fits(unit)?.1)));
        found.next().ok_or_else(UpnpError::value_invalid)
    }

    fn begin(
        &mut self,
        now: Instant,
        action: &'static str,
        target: u32,
        uri: &str,
        error: &'static str,
    ) -> Answer {
        let id = self.next_operation;
        self.next_operation += 1;
        if self.operations.len() >= limits::OPERATIONS {
            self.operations.remove(0);
        }
        self.operations.push(Operation {
            id,
            action,
            asked: now,
            lasts: REQUESTED + if uri.is_empty() { SWITCHING } else { FETCHING },
            target,
            uri: uri.to_owned(),
            error,
            settled: false,
        });
        vec![plain("OperationID", id)]
    }
}

/// `http://host/media-server-1.2.ipk` is version 1.2 of media-server.
fn name_and_version(uri: &str) -> (String, String) {
    let file = uri.rsplit('/').next().unwrap_or_default();
    let stem = ["ipk", "bin", "tar"]
        .iter()
        .find_map(|end| file.strip_suffix(&format!(".{end}")))
        .unwrap_or(file);
    match stem.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|first: char| first.is_ascii_digit()) => {
            (name.to_owned(), version.to_owned())
        }
        _ => (stem.to_owned(), "0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(
        software: &mut SoftwareManagement,
        now: Instant,
        action: &str,
        arguments: &[(&str, &str)],
    ) -> Result<Vec<String>, u16> {
        let owned: Vec<(String, String)> = arguments
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let answer = software.handle(now, action, &Arguments(&owned));
        let text = |text: ArgumentText| match text {
            ArgumentText::Plain(text) | ArgumentText::Escaped(text) => text,
        };
        answer
            .map(|answer| answer.into_iter().map(|(_, value)| text(value)).collect())
            .map_err(|error| error.code)
    }

    #[test]
    fn an_installation_takes_its_time_and_is_there_afterwards() {
        let mut software = SoftwareManagement::new("1.0");
        let start = Instant::now();
        let what = [
            ("DUURI", "http://software.example.net/vpn-3.1.ipk"),
            ("DUType", "Application"),
            ("HandleDependencies", "1"),
        ];
        assert_eq!(
            call(&mut software, start, "Install", &what),
            Ok(vec!["1".to_owned()])
        );
        let info = [("OperationID", "1")];
        let state = |software: &mut SoftwareManagement, at| {
            call(software, at, "GetOperationInfo", &info).unwrap()[0].clone()
        };
        assert_eq!(state(&mut software, start), "Requested");
        assert_eq!(
            state(&mut software, start + Duration::from_secs(1)),
            "InProgress"
        );
        let unit = [("DUID", "5")];
        assert_eq!(
            call(&mut software, start, "GetDUInfo", &unit).unwrap()[3],
            "Installing"
        );
        let end = start + Duration::from_secs(9);
        assert_eq!(state(&mut software, end), "Completed");
        assert_eq!(
            call(&mut software, end, "GetDUInfo", &unit).unwrap()[..4],
            ["vpn", "3.1", "Application", "Installed"]
        );
        assert_eq!(
            call(&mut software, end, "GetDUInfo", &[("DUID", "77")]),
            Err(600)
        );
    }

    #[test]
    fn a_failed_installation_leaves_nothing_behind() {
        let mut software = SoftwareManagement::new("1.0");
        let start = Instant::now();
        let before = call(&mut software, start, "GetDUIDs", &[]).unwrap();
        let what = [
            ("DUURI", "http://nowhere.invalid/vpn-3.1.ipk"),
            ("DUType", "Application"),
            ("HandleDependencies", "1"),
        ];
        call(&mut software, start, "Install", &what).unwrap();
        let end = start + Duration::from_secs(9);
        let info = call(
            &mut software,
            end,
            "GetOperationInfo",
            &[("OperationID", "1")],
        )
        .unwrap();
        assert_eq!(
            (info[0].as_str(), info[3].as_str()),
            ("Error", "Error_Network")
        );
        assert_eq!(call(&mut software, end, "GetDUIDs", &[]).unwrap(), before);
    }

    #[test]
    fn a_firmware_restarts_the_gateway_and_is_active_then() {
        let mut software = SoftwareManagement::new("1.0");
        let start = Instant::now();
        let what = [
            ("DUID", "1"),
            (
                "NewDUURI",
                "http://software.example.net/gateway-firmware-2.0.bin",
            ),
            ("HandleDependencies", "0"),
        ];
        call(&mut software, start, "Update", &what).unwrap();
        assert!(!software.advance(start + Duration::from_secs(1)));
        assert!(software.advance(start + Duration::from_secs(9)));
        assert_eq!(software.restarted().as_deref(), Some("2.0"));
        assert_eq!(software.restarted(), None);
    }
}
