//! Software of a gateway: what is installed and runs, by SoftwareManagement:2 where it is
//! offered, else read-only from the data model; and changes, followed to their end.

mod change;
mod problem;
mod view;

use std::collections::HashMap;

pub use problem::SoftwareProblem;
pub use view::{
    DeploymentUnitView, ExecutionUnitView, SoftwareAct, SoftwareChange, SoftwareChangeView,
    SoftwareListView, SoftwareNews, SoftwareSource, UnitKind,
};

use upnp::services::software_management::SoftwareManagement;
use upnp::ServiceRef;

use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::picked::Picked;
use crate::session::Session;

/// Objects of the data model (TR-181, SoftwareModules and DeviceInfo).
const UNITS: &str = "SoftwareModules/DeploymentUnit/";
const EXECUTIONS: &str = "SoftwareModules/ExecutionUnit/";
const FIRMWARE: &str = "DeviceInfo/SoftwareVersion";

impl Management {
    /// What is installed on a gateway. Nothing is changed.
    ///
    /// # Errors
    ///
    /// A refusal, or what keeps the gateway from answering.
    pub async fn software(&self, udn: &str) -> Result<SoftwareListView, Error> {
        let session = self.open_gateway(udn).await?;
        self.software_of(&session).await
    }

    async fn software_of(&self, session: &Session) -> Result<SoftwareListView, Error> {
        let picked = Picked::read(session, &[FIRMWARE, UNITS, EXECUTIONS]).await?;
        let mut view = SoftwareListView {
            udn: session.udn.clone(),
            firmware: picked.text(FIRMWARE).map(str::to_owned),
            source: SoftwareSource::Nothing,
            offered: Vec::new(),
            units: Vec::new(),
            executions: Vec::new(),
        };
        let Some(service) = service_of(session) else {
            of_model(&picked, &mut view);
            return Ok(view);
        };
        view.source = SoftwareSource::SoftwareManagement;
        view.offered = self.offered_acts(session, &service).await?;
        let failed = |source| session.failed(Step::Software, source);
        let software = SoftwareManagement::new(&session.link, service);
        let units = software.get_du_ids().await.map_err(failed)?;
        let mut numbers: Vec<u32> = units;
        numbers.sort_unstable();
        for id in numbers.into_iter().take(limits::SOFTWARE_UNITS) {
            // The information is optional; a number alone is still something.
            let unit = software.get_du_info(id).await.ok();
            let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            view.units.push(DeploymentUnitView {
                id,
                name: unit
                    .as_ref()
                    .map(|unit| unit.name.clone())
                    .unwrap_or_default(),
                version: unit
                    .as_ref()
                    .map(|unit| unit.version.clone())
                    .unwrap_or_default(),
                kind: unit.as_ref().and_then(|unit| filled(&unit.unit_type)),
                state: unit
                    .as_ref()
                    .map(|unit| unit.state.clone())
                    .unwrap_or_default(),
                url: unit.as_ref().and_then(|unit| filled(&unit.uri)),
                vendor: None,
            });
        }
        let mut numbers = software.get_eu_ids().await.map_err(failed)?;
        numbers.sort_unstable();
        for id in numbers.into_iter().take(limits::SOFTWARE_UNITS) {
            let unit = software.get_eu_info(id).await.ok();
            view.executions.push(ExecutionUnitView {
                id,
                name: unit
                    .as_ref()
                    .map(|unit| unit.name.clone())
                    .unwrap_or_default(),
                version: unit
                    .as_ref()
                    .map(|unit| unit.version.clone())
                    .unwrap_or_default(),
                requested: unit.as_ref().map(|unit| unit.requested_state.clone()),
                state: unit.map(|unit| unit.running_state).unwrap_or_default(),
                fault: None,
            });
        }
        Ok(view)
    }

    /// What its service description has: nothing else is tried.
    async fn offered_acts(
        &self,
        session: &Session,
        service: &ServiceRef,
    ) -> Result<Vec<SoftwareAct>, Error> {
        let scpd = self
            .inner
            .control_point
            .service_description(&session.services.device, service, session.link.connection())
            .await
            .map_err(|source| session.failed(Step::Software, source))?;
        Ok(SoftwareAct::ALL
            .into_iter()
            .filter(|act| scpd.action_named(act.action()).is_some())
            .collect())
    }
}

/// The service, if the gateway has one.
fn service_of(session: &Session) -> Option<ServiceRef> {
    let mut services = session.services.all.iter();
    services
        .find(|service| service.service_type.name() == "SoftwareManagement")
        .cloned()
}

fn software_on<'a>(session: &'a Session, service: &ServiceRef) -> SoftwareManagement<'a, Link> {
    SoftwareManagement::new(&session.link, service.clone())
}

fn of_model(picked: &Picked, view: &mut SoftwareListView) {
    let row = |path: &str| {
        let number = path.trim_end_matches('/').rsplit('/').next();
        number
            .and_then(|number| number.parse().ok())
            .unwrap_or_default()
    };
    let text = |path: String| picked.text(&path).map(str::to_owned);
    for path in picked.rows(UNITS).into_iter().take(limits::SOFTWARE_UNITS) {
        view.units.push(DeploymentUnitView {
            id: row(&path),
            name: text(format!("{path}Name")).unwrap_or_default(),
            version: text(format!("{path}Version")).unwrap_or_default(),
            kind: None,
            state: text(format!("{path}Status")).unwrap_or_default(),
            url: text(format!("{path}URL")),
            vendor: text(format!("{path}Vendor")),
        });
    }
    for path in picked
        .rows(EXECUTIONS)
        .into_iter()
        .take(limits::SOFTWARE_UNITS)
    {
        view.executions.push(ExecutionUnitView {
            id: row(&path),
            name: text(format!("{path}Name")).unwrap_or_default(),
            version: text(format!("{path}Version")).unwrap_or_default(),
            requested: text(format!("{path}RequestedState")),
            state: text(format!("{path}Status")).unwrap_or_default(),
            fault: text(format!("{path}ExecutionFaultCode")).filter(|code| code != "NoFault"),
        });
    }
    if !view.units.is_empty() || !view.executions.is_empty() {
        view.source = SoftwareSource::DataModel;
    }
}

impl SoftwareAct {
    /// Every act, in the order of the standard.
    pub const ALL: [SoftwareAct; 5] = [
        SoftwareAct::Install,
        SoftwareAct::Update,
        SoftwareAct::Uninstall,
        SoftwareAct::Start,
        SoftwareAct::Stop,
    ];

    /// Name of the action.
    pub fn action(self) -> &'static str {
        match self {
            SoftwareAct::Install => "Install",
            SoftwareAct::Update => "Update",
            SoftwareAct::Uninstall => "Uninstall",
            SoftwareAct::Start => "Start",
            SoftwareAct::Stop => "Stop",
        }
    }
}

/// Versions by number, to tell afterwards what has changed.
fn versions(list: &SoftwareListView) -> HashMap<u32, String> {
    let units = list.units.iter();
    units.map(|unit| (unit.id, unit.version.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_data_model_lists_can_only_be_looked_at() {
        let picked = Picked::of(&[
            ("DeviceInfo/SoftwareVersion", "7.1"),
            ("SoftwareModules/DeploymentUnit/3/Name", "vpn"),
            ("SoftwareModules/DeploymentUnit/3/Version", "3.1"),
            ("SoftwareModules/DeploymentUnit/3/Status", "Installed"),
            ("SoftwareModules/DeploymentUnit/3/Vendor", "Somebody"),
            ("SoftwareModules/ExecutionUnit/8/Name", "vpnd"),
            ("SoftwareModules/ExecutionUnit/8/Status", "Idle"),
            ("SoftwareModules/ExecutionUnit/8/RequestedState", "Active"),
            (
                "SoftwareModules/ExecutionUnit/8/ExecutionFaultCode",
                "FailureOnStart",
            ),
        ]);
        let mut view = SoftwareListView {
            udn: "uuid:x".to_owned(),
            firmware: None,
            source: SoftwareSource::Nothing,
            offered: Vec::new(),
            units: Vec::new(),
            executions: Vec::new(),
        };
        of_model(&picked, &mut view);
        assert_eq!(view.source, SoftwareSource::DataModel);
        assert!(view.offered.is_empty());
        let unit = &view.units[0];
        assert_eq!(
            (unit.id, unit.name.as_str(), unit.state.as_str()),
            (3, "vpn", "Installed")
        );
        assert_eq!(unit.vendor.as_deref(), Some("Somebody"));
        let runs = &view.executions[0];
        assert_eq!((runs.id, runs.state.as_str()), (8, "Idle"));
        assert_eq!(runs.fault.as_deref(), Some("FailureOnStart"));
    }
}
