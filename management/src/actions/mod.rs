//! Every action of every service, as the SCPDs describe them, and a call of one written as
//! a command line.
//!
//! [`Management::device_actions`] lists what a device offers; [`Management::call`] calls it;
//! [`Management::call_lines`] writes the same call for a shell. Reading the list calls
//! nothing.

mod command_lines;
mod secrecy;
mod shell;
mod view;

pub(crate) use command_lines::{fetching as fetching_curl, traced as traced_curl};

use std::time::Instant;

use upnp::description::scpd::{Action, Argument, Direction, Scpd};
use upnp::soap::value::DataType;
use upnp::ServiceRef;

pub use view::{
    ActionView, ArgumentValue, ArgumentView, CallView, CommandLinesView, DeviceActionsView,
    ServiceActionsView,
};

use crate::application::Management;
use crate::calls::{check_arguments, exact_name};
use crate::error::Error;
use crate::view::{Code, RolesView};

impl Management {
    /// The services of an open gateway or of any described UPnP device, with their actions.
    ///
    /// A service whose SCPD cannot be read says why. After one that was not answered at all,
    /// the rest is not waited for.
    ///
    /// # Errors
    ///
    /// What keeps the device from being reached.
    pub async fn device_actions(&self, udn: &str) -> Result<DeviceActionsView, Error> {
        let reach = self.reach(udn).await?;
        let mut services = Vec::with_capacity(reach.services.len());
        let mut silent = None;
        for service in &reach.services {
            let read = match silent.clone() {
                Some(failure) => Err(failure),
                None => reach
                    .scpd(self, service)
                    .await
                    .map_err(|error| error.failure()),
            };
            let (actions, failure) = match read {
                Ok(scpd) => (actions_of(&scpd), None),
                Err(failure) => {
                    if failure.code == Code::Unreachable {
                        silent = Some(failure.clone());
                    }
                    (Vec::new(), Some(failure))
                }
            };
            services.push(ServiceActionsView {
                key: exact_name(service),
                service_type: service.service_type.as_str().to_owned(),
                id: service.service_id.as_str().to_owned(),
                name: shown_name(&reach.services, service),
                version: service.service_type.version(),
                actions,
                failure,
            });
        }
        Ok(DeviceActionsView {
            udn: udn.to_owned(),
            protected: reach.link.is_protected(),
            services,
        })
    }

    /// [`Management::call`] with the time it took.
    ///
    /// # Errors
    ///
    /// As [`Management::call`].
    pub async fn timed_call(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Result<CallView, Error> {
        let began = Instant::now();
        let out = self.call(udn, service, action, &pairs(arguments)).await?;
        Ok(CallView {
            out: out
                .into_iter()
                .map(|(name, value)| ArgumentValue { name, value })
                .collect(),
            seconds: began.elapsed().as_secs_f64(),
        })
    }

    /// A call as command lines, after the same check as before sending. Nothing is called;
    /// secrets do not get into the lines and may be left out.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the call does not fit the SCPD, and what keeps the device from
    /// being reached.
    pub async fn call_lines(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Result<CommandLinesView, Error> {
        let reach = self.reach(udn).await?;
        let service = reach.service(service)?;
        let scpd = reach.scpd(self, &service).await?;
        let is_secret = |name: &str| {
            scpd.action_named(action)
                .and_then(|action| action.arguments.iter().find(|one| one.name == name))
                .is_some_and(is_secret)
        };
        let typed: Vec<(String, String)> = pairs(arguments)
            .into_iter()
            .filter(|(name, value)| !value.is_empty() || !is_secret(name))
            .collect();
        let checked = check_arguments(&without_missing(&scpd, &typed), &service, action, &typed)?;
        let inputs = scpd.action_named(action).into_iter().flat_map(inputs);
        let given: Vec<command_lines::Given<'_>> = inputs
            .map(|argument| command_lines::Given {
                name: &argument.name,
                value: checked
                    .iter()
                    .find(|(name, _)| *name == argument.name)
                    .map_or("", |(_, value)| value),
                secret: is_secret(&argument.name),
            })
            .collect();
        let target = command_lines::Target {
            udn,
            service: &service,
            service_name: &command_name(&reach.services, &service),
            action,
            protected: reach.link.is_protected(),
        };
        command_lines::write(&target, &given)
    }

    /// Roles held, and those that may call an action, for a call that was not allowed.
    ///
    /// # Errors
    ///
    /// As [`Management::roles`].
    pub async fn roles_for_call(
        &self,
        udn: &str,
        service: &str,
        action: &str,
    ) -> Result<RolesView, Error> {
        // The exact name holds a slash, as does the notation of `roles`: it splits at the last.
        self.roles(udn, Some(&format!("{service}/{action}"))).await
    }
}

/// A description that does not ask for the secrets that were left out.
fn without_missing(scpd: &Scpd, typed: &[(String, String)]) -> Scpd {
    let mut lenient = scpd.clone();
    for action in &mut lenient.actions {
        action.arguments.retain(|argument| {
            !is_secret(argument) || typed.iter().any(|(name, _)| *name == argument.name)
        });
    }
    lenient
}

fn pairs(arguments: &[ArgumentValue]) -> Vec<(String, String)> {
    arguments
        .iter()
        .map(|argument| (argument.name.clone(), argument.value.clone()))
        .collect()
}

fn inputs(action: &Action) -> impl Iterator<Item = &Argument> {
    action
        .arguments
        .iter()
        .filter(|argument| argument.direction == Direction::In)
}

fn actions_of(scpd: &Scpd) -> Vec<ActionView> {
    let view = |argument: &Argument| argument_view(scpd, argument);
    scpd.actions
        .iter()
        .map(|action| ActionView {
            name: action.name.clone(),
            changes: !action.name.starts_with("Get"),
            inputs: inputs(action).map(view).collect(),
            outputs: action
                .arguments
                .iter()
                .filter(|argument| argument.direction == Direction::Out)
                .map(view)
                .collect(),
        })
        .collect()
}

fn argument_view(scpd: &Scpd, argument: &Argument) -> ArgumentView {
    let variable = scpd.variable_of(argument);
    let range = variable.and_then(|variable| variable.allowed_range.clone());
    let range = range.unwrap_or_default();
    let data_type = variable.and_then(|variable| variable.data_type);
    ArgumentView {
        name: argument.name.clone(),
        variable: argument.related_state_variable.clone(),
        data_type: data_type.map(|known| known.as_str().to_owned()),
        allowed_values: variable.map_or_else(Vec::new, |one| one.allowed_values.clone()),
        minimum: range.minimum,
        maximum: range.maximum,
        step: range.step,
        default: variable.and_then(|variable| variable.default_value.clone()),
        secret: is_secret(argument),
        document: data_type == Some(DataType::String) && is_document(argument),
    }
}

fn is_secret(argument: &Argument) -> bool {
    secrecy::is_secret_argument(&argument.name, &argument.related_state_variable)
}

/// CMS:2 and DeviceProtection:1 carry XML in strings; their state variables say so by name.
fn is_document(argument: &Argument) -> bool {
    const WORDS: [&str; 8] = [
        "xml", "acl", "list", "document", "metadata", "paths", "config", "tree",
    ];
    let lower = format!("{} {}", argument.related_state_variable, argument.name).to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// The short name where one service has it, else the id beside it.
fn shown_name(all: &[ServiceRef], service: &ServiceRef) -> String {
    let name = service.service_type.name();
    let id = service.service_id.short_name();
    if count(all, |other| other.service_type.name() == name) > 1 && id != name {
        format!("{name} ({id})")
    } else {
        name.to_owned()
    }
}

/// The shortest name that leads `lanside call` to this service and to no other.
fn command_name(all: &[ServiceRef], service: &ServiceRef) -> String {
    let name = service.service_type.name();
    let id = service.service_id.as_str();
    if count(all, |other| {
        other.service_type.name().eq_ignore_ascii_case(name)
    }) == 1
    {
        name.to_owned()
    } else if count(all, |other| {
        other.service_id.as_str().eq_ignore_ascii_case(id)
    }) == 1
    {
        id.to_owned()
    } else {
        exact_name(service)
    }
}

fn count(all: &[ServiceRef], fits: impl Fn(&ServiceRef) -> bool) -> usize {
    all.iter().filter(|service| fits(service)).count()
}
