//! The state variables of ConfigurationManagement:2 and who is told when they change.

use super::counters::{write_utc, write_without_zone};
use super::node::{Body, NodeId, Value};
use super::read::Form;
use super::settings::DateTimeStyle;
use super::Tree;

/// Called with the name and the new value of an evented state variable.
pub(crate) type Listener = Box<dyn Fn(&'static str, &str) + Send>;

/// Version numbers with the moments they last moved, milliseconds since 1970.
#[derive(Debug, Clone, Default)]
pub(crate) struct Versions {
    pub configuration: u32,
    pub configuration_ms: u64,
    pub attributes: u32,
    pub attributes_ms: u64,
    pub supported_ms: u64,
    /// Third field of the present ConfigurationUpdate: a ParameterValueList, empty when nothing was alarmed.
    pub alarmed: String,
}

impl Versions {
    /// The clock was told for the first time: moments that are not known get this one.
    pub fn start(&mut self, unix_ms: u64) {
        for moment in [
            &mut self.configuration_ms,
            &mut self.attributes_ms,
            &mut self.supported_ms,
        ] {
            if *moment == 0 {
                *moment = unix_ms;
            }
        }
    }
}

impl Tree {
    /// Hands every change of an evented state variable to `listener` as it happens: its name and new value.
    pub fn on_change(&mut self, listener: impl Fn(&'static str, &str) + Send + 'static) {
        self.listener = Some(Box::new(listener));
    }

    pub(crate) fn announce(&self, variable: &'static str, value: &str) {
        if let Some(listener) = &self.listener {
            listener(variable, value);
        }
    }

    /// The evented state variables with their present values, for an initial event.
    #[must_use]
    pub fn state_variables(&self) -> Vec<(&'static str, String)> {
        [
            "ConfigurationUpdate",
            "SupportedDataModelsUpdate",
            "SupportedParametersUpdate",
            "AttributeValuesUpdate",
            "InconsistentStatus",
            "AlarmsEnabled",
        ]
        .into_iter()
        .filter_map(|name| self.state_variable(name).map(|value| (name, value)))
        .collect()
    }

    /// The value of one state variable, CurrentConfigurationVersion included.
    #[must_use]
    pub fn state_variable(&self, name: &str) -> Option<String> {
        let versions = &self.versions;
        Some(match name {
            "CurrentConfigurationVersion" => versions.configuration.to_string(),
            "ConfigurationUpdate" => {
                let mut update = self.update(versions.configuration, versions.configuration_ms);
                if !versions.alarmed.is_empty() {
                    update.push(',');
                    update.push_str(&versions.alarmed);
                }
                update
            }
            "SupportedDataModelsUpdate" | "SupportedParametersUpdate" => {
                self.update(0, versions.supported_ms)
            }
            "AttributeValuesUpdate" => self.update(versions.attributes, versions.attributes_ms),
            "InconsistentStatus" => u8::from(!self.waiting.is_empty()).to_string(),
            "AlarmsEnabled" => u8::from(self.alarms_enabled).to_string(),
            _ => return None,
        })
    }

    fn update(&self, version: u32, unix_ms: u64) -> String {
        let mut text = format!("{version},");
        // Writing to a String cannot fail.
        let _ = match self.settings.date_time {
            DateTimeStyle::Utc => write_utc(unix_ms, &mut text),
            DateTimeStyle::WithoutZone | DateTimeStyle::Milliseconds => {
                write_without_zone(unix_ms, &mut text)
            }
        };
        if self.settings.date_time == DateTimeStyle::Milliseconds {
            text.push_str(".000Z");
        }
        text
    }

    /// The number of the present configuration.
    #[must_use]
    pub fn configuration_version(&self) -> u32 {
        self.versions.configuration
    }

    /// SetAlarmsEnabled.
    pub fn set_alarms_enabled(&mut self, enabled: bool) {
        if self.alarms_enabled != enabled {
            self.alarms_enabled = enabled;
            self.announce("AlarmsEnabled", if enabled { "1" } else { "0" });
        }
    }

    /// One configuration change that touched these nodes: the version grows by one and the change is announced.
    pub(crate) fn bump_configuration(&mut self, touched: &[NodeId]) {
        self.versions.configuration = self.versions.configuration.wrapping_add(1);
        self.versions.configuration_ms = self.clock.now_ms;
        let version = self.versions.configuration;
        for &id in touched {
            self.node_mut(id).version = version;
        }
        let alarmed: Vec<NodeId> = touched
            .iter()
            .copied()
            .filter(|&id| self.alarms_enabled && self.node(id).marks.alarm_on_change)
            .collect();
        self.versions.alarmed.clear();
        if !alarmed.is_empty() {
            let mut list =
                String::from(r#"<cms:ParameterValueList xmlns:cms="urn:schemas-upnp-org:dm:cms">"#);
            // Whoever may subscribe may know these values: secrets are empty anyway.
            let _ = self.write_values(super::Roles::ADMIN, &alarmed, Form::Document, &mut list);
            list.push_str("</cms:ParameterValueList>");
            self.versions.alarmed = list;
        }
        if let Some(update) = self.state_variable("ConfigurationUpdate") {
            self.announce("ConfigurationUpdate", &update);
        }
    }

    /// A parameter changed by itself or by a poke: announced when somebody asked to be told.
    pub(crate) fn changed_by_itself(&mut self, ids: &[NodeId]) {
        let told: Vec<NodeId> = ids
            .iter()
            .copied()
            .filter(|&id| {
                let marks = self.node(id).marks;
                marks.event_on_change || marks.alarm_on_change && self.alarms_enabled
            })
            .collect();
        if !told.is_empty() {
            self.bump_configuration(&told);
        }
    }

    /// Compares the clock-driven parameters somebody watches with what was last reported.
    pub(crate) fn report_watched(&mut self) {
        let mut moved = Vec::new();
        for (&id, last) in &self.watched {
            let now = self.kept_text(id);
            if now != *last {
                moved.push((id, now));
            }
        }
        if moved.is_empty() {
            return;
        }
        let ids: Vec<NodeId> = moved.iter().map(|(id, _)| *id).collect();
        self.watched.extend(moved);
        self.changed_by_itself(&ids);
    }

    /// Begins or ends the watching of a clock-driven parameter, as its marks say.
    pub(crate) fn watch_as_marked(&mut self, id: NodeId) {
        let node = self.node(id);
        let clock_driven =
            matches!(&node.body, Body::Leaf(leaf) if matches!(leaf.value, Value::Computed(_)));
        if clock_driven && (node.marks.event_on_change || node.marks.alarm_on_change) {
            let now = self.kept_text(id);
            self.watched.insert(id, now);
        } else {
            self.watched.remove(&id);
        }
    }
}
