//! The services of the gateway: types, ids, addresses, actions, state variables and default roles.

mod basic_management;
mod configuration_management;
mod device_protection;
mod software_management;

use crate::quirks::{Quirk, Quirks};

/// Direction of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Sent by the control point.
    In,
    /// Sent by the gateway.
    Out,
}

/// Name, direction and related state variable.
pub type Argument = (&'static str, Direction, &'static str);

/// An action and who may call it unless the role policy says otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// Name.
    pub name: &'static str,
    /// Arguments, inputs first.
    pub arguments: &'static [Argument],
    /// Roles that may always call it, blank-separated.
    pub roles: &'static str,
    /// Roles that may call it under conditions the standard describes.
    pub restricted: &'static str,
}

/// A state variable of a service.
#[derive(Debug, Clone, Copy)]
pub struct StateVariable {
    /// Name.
    pub name: &'static str,
    /// UPnP data type.
    pub data_type: &'static str,
    /// Whether changes are sent to subscribers.
    pub evented: bool,
    /// Allowed values, or none.
    pub allowed: &'static [&'static str],
    /// Smallest and largest value, or none.
    pub range: Option<(u32, u32)>,
}

/// One service of the root device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// ConfigurationManagement:2.
    ConfigurationManagement,
    /// BasicManagement:2.
    BasicManagement,
    /// DeviceProtection:1.
    DeviceProtection,
    /// SoftwareManagement:2, where it is switched on.
    SoftwareManagement,
}

impl Service {
    /// All services in the order of the description.
    pub const ALL: [Self; 4] = [
        Self::ConfigurationManagement,
        Self::BasicManagement,
        Self::DeviceProtection,
        Self::SoftwareManagement,
    ];

    /// Those this gateway has.
    pub fn offered(quirks: &Quirks) -> impl Iterator<Item = Self> + use<'_> {
        Self::ALL
            .into_iter()
            .filter(|service| service.is_offered(quirks))
    }

    /// Whether this gateway has it.
    pub fn is_offered(self, quirks: &Quirks) -> bool {
        self != Self::SoftwareManagement || quirks.has(Quirk::SoftwareManagement)
    }

    /// Name without domain and version.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfigurationManagement => "ConfigurationManagement",
            Self::BasicManagement => "BasicManagement",
            Self::DeviceProtection => "DeviceProtection",
            Self::SoftwareManagement => "SoftwareManagement",
        }
    }

    /// Version.
    pub fn version(self) -> u32 {
        match self {
            Self::ConfigurationManagement | Self::BasicManagement | Self::SoftwareManagement => 2,
            Self::DeviceProtection => 1,
        }
    }

    /// Service type.
    pub fn service_type(self) -> String {
        format!(
            "urn:schemas-upnp-org:service:{}:{}",
            self.name(),
            self.version()
        )
    }

    /// Service id.
    pub fn id(self, quirks: &Quirks) -> String {
        let number = match self {
            Self::DeviceProtection if !quirks.has(Quirk::ShortServiceId) => "1",
            _ => "",
        };
        format!("urn:upnp-org:serviceId:{}{number}", self.name())
    }

    /// First part of the paths of its addresses.
    fn path(self) -> &'static str {
        match self {
            Self::ConfigurationManagement => "cms",
            Self::BasicManagement => "bms",
            Self::DeviceProtection => "dp",
            Self::SoftwareManagement => "sms",
        }
    }

    /// Path of an address of this service, relative to the description: `scpd.xml`, `control` or `event`.
    pub fn relative_url(self, end: &str) -> String {
        format!("{}/{end}", self.path())
    }

    /// The service and the end of a request path such as `/cms/control`.
    pub fn from_path(path: &str) -> Option<(Self, &str)> {
        let (first, end) = path.strip_prefix('/')?.split_once('/')?;
        Self::ALL
            .into_iter()
            .find(|service| service.path() == first)
            .map(|service| (service, end))
    }

    /// The service a type names, in this version or a lower one.
    pub fn from_type(service_type: &str) -> Option<Self> {
        let (kind, version) = service_type.trim().rsplit_once(':')?;
        let name = kind.strip_prefix("urn:schemas-upnp-org:service:")?;
        let version: u32 = version.parse().ok()?;
        Self::ALL
            .into_iter()
            .find(|service| service.name() == name && (1..=service.version()).contains(&version))
    }

    /// The actions it offers.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::ConfigurationManagement => configuration_management::ACTIONS,
            Self::BasicManagement => basic_management::ACTIONS,
            Self::DeviceProtection => device_protection::ACTIONS,
            Self::SoftwareManagement => software_management::ACTIONS,
        }
    }

    /// The action of that name.
    pub fn action(self, name: &str) -> Option<&'static Action> {
        self.actions().iter().find(|action| action.name == name)
    }

    /// Its state variables.
    pub fn state_variables(self) -> &'static [StateVariable] {
        match self {
            Self::ConfigurationManagement => configuration_management::STATE_VARIABLES,
            Self::BasicManagement => basic_management::STATE_VARIABLES,
            Self::DeviceProtection => device_protection::STATE_VARIABLES,
            Self::SoftwareManagement => software_management::STATE_VARIABLES,
        }
    }
}

const fn action(
    name: &'static str,
    roles: &'static str,
    restricted: &'static str,
    arguments: &'static [Argument],
) -> Action {
    Action {
        name,
        arguments,
        roles,
        restricted,
    }
}

const fn evented(name: &'static str, data_type: &'static str) -> StateVariable {
    StateVariable {
        name,
        data_type,
        evented: true,
        allowed: &[],
        range: None,
    }
}

const fn quiet(name: &'static str, data_type: &'static str) -> StateVariable {
    StateVariable {
        name,
        data_type,
        evented: false,
        allowed: &[],
        range: None,
    }
}

const fn choice(name: &'static str, allowed: &'static [&'static str]) -> StateVariable {
    StateVariable {
        name,
        data_type: "string",
        evented: false,
        allowed,
        range: None,
    }
}

const PUBLIC: &str = "Public Basic Admin";
const BASIC: &str = "Basic Admin";
const ADMIN: &str = "Admin";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_has_its_state_variable_and_inputs_come_first() {
        for service in Service::ALL {
            for action in service.actions() {
                let mut outputs = false;
                for (name, direction, variable) in action.arguments {
                    let known = service
                        .state_variables()
                        .iter()
                        .any(|known| known.name == *variable);
                    assert!(known, "{}: {name} of {}", action.name, variable);
                    assert!(!(outputs && *direction == Direction::In), "{}", action.name);
                    outputs |= *direction == Direction::Out;
                }
            }
        }
    }

    #[test]
    fn every_state_variable_is_evented_or_used() {
        for service in Service::ALL {
            for variable in service.state_variables() {
                let used = service.actions().iter().flat_map(|action| action.arguments);
                assert!(
                    variable.evented || used.into_iter().any(|(_, _, name)| *name == variable.name),
                    "{}",
                    variable.name
                );
            }
        }
    }

    #[test]
    fn lower_versions_are_the_same_service() {
        let kind = "urn:schemas-upnp-org:service:BasicManagement";
        assert_eq!(
            Service::from_type(&format!("{kind}:1")),
            Some(Service::BasicManagement)
        );
        assert_eq!(
            Service::from_type(&format!("{kind}:2")),
            Some(Service::BasicManagement)
        );
        for other in ["3", "0", "", "x"] {
            assert_eq!(Service::from_type(&format!("{kind}:{other}")), None);
        }
    }
}
