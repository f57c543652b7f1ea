//! Service description (SCPD): actions with their arguments, and the state
//! variables that say what an argument may be.

use super::DescriptionError;
use crate::limits;
use crate::soap::value::{parse_boolean, DataType};
use crate::xml::{self, note, Element, Forgiven};

/// A service description that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scpd {
    /// Actions in document order.
    pub actions: Vec<Action>,
    /// State variables in document order, each name once.
    pub state_variables: Vec<StateVariable>,
    /// What had to be forgiven.
    pub forgiven: Vec<Forgiven>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Name.
    pub name: String,
    /// Arguments in document order, which is the order to send them in.
    pub arguments: Vec<Argument>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Name.
    pub name: String,
    /// Whether it is sent or answered.
    pub direction: Direction,
    /// Name of the state variable that describes it; may be empty.
    pub related_state_variable: String,
}

/// Which way an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the device.
    In,
    /// From the device.
    Out,
}

/// One state variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateVariable {
    /// Name.
    pub name: String,
    /// Data type; none when it is not one of the standard's.
    pub data_type: Option<DataType>,
    /// Whether changes are evented; absent means yes.
    pub send_events: bool,
    /// Default value, as sent.
    pub default_value: Option<String>,
    /// Allowed texts; empty when any is.
    pub allowed_values: Vec<String>,
    /// Range of a number.
    pub allowed_range: Option<AllowedRange>,
}

/// Range of a number, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedRange {
    /// Least value.
    pub minimum: Option<String>,
    /// Greatest value.
    pub maximum: Option<String>,
    /// Distance between allowed values.
    pub step: Option<String>,
}

impl Scpd {
    /// Reads a service description. `charset` is the one of the Content-Type.
    ///
    /// # Errors
    /// When the body is no SCPD or passes a limit of [`crate::limits`].
    pub fn parse(body: &[u8], charset: Option<&str>) -> Result<Self, DescriptionError> {
        let document = xml::parse_body(body, charset, limits::DESCRIPTION_BYTES)?;
        let root = document.root;
        if root.name != "scpd" {
            return Err(DescriptionError::OtherDocument {
                expected: "scpd",
                found: root.name.chars().take(64).collect(),
            });
        }
        let mut scpd = Self {
            forgiven: document.forgiven,
            ..Self::default()
        };
        let lists = root.children_named("actionList");
        for element in lists.flat_map(|list| list.children_named("action")) {
            if scpd.actions.len() >= limits::ACTIONS {
                return Err(DescriptionError::TooMany {
                    what: "actions",
                    limit: limits::ACTIONS,
                });
            }
            scpd.action(element);
        }
        let tables = root.children_named("serviceStateTable");
        for element in tables.flat_map(|table| table.children_named("stateVariable")) {
            if scpd.state_variables.len() >= limits::STATE_VARIABLES {
                return Err(DescriptionError::TooMany {
                    what: "state variables",
                    limit: limits::STATE_VARIABLES,
                });
            }
            scpd.variable(element);
        }
        Ok(scpd)
    }

    /// An action by its name.
    #[must_use]
    pub fn action_named(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// A state variable by its name.
    #[must_use]
    pub fn variable_named(&self, name: &str) -> Option<&StateVariable> {
        self.state_variables
            .iter()
            .find(|variable| variable.name == name)
    }

    /// The state variable that describes an argument.
    #[must_use]
    pub fn variable_of(&self, argument: &Argument) -> Option<&StateVariable> {
        self.variable_named(&argument.related_state_variable)
    }

    fn action(&mut self, element: &Element) {
        let Some(name) = element.child_text("name") else {
            let what = String::from("an action without a name");
            note(&mut self.forgiven, Forgiven::Skipped(what));
            return;
        };
        if self.action_named(&name).is_some() {
            note(
                &mut self.forgiven,
                Forgiven::Skipped(format!("{} again", clip(&name))),
            );
            return;
        }
        // A name may be as long as the document, and is reported for each argument.
        let short = clip(&name);
        let mut arguments = Vec::new();
        let lists = element.children_named("argumentList");
        for argument in lists.flat_map(|list| list.children_named("argument")) {
            let Some(argument_name) = argument.child_text("name") else {
                let what = format!("an argument of {short} without a name");
                note(&mut self.forgiven, Forgiven::Skipped(what));
                continue;
            };
            let direction = argument.child_text("direction").unwrap_or_default();
            let direction = match direction.to_ascii_lowercase().as_str() {
                "in" => Direction::In,
                "out" => Direction::Out,
                // `INOUT` is seen; such an argument has to be sent.
                _ => {
                    let what = format!("direction of {short}, {}", clip(&argument_name));
                    note(&mut self.forgiven, Forgiven::Value(what));
                    Direction::In
                }
            };
            if arguments.len() >= limits::ARGUMENTS {
                let what = format!("further arguments of {short}");
                note(&mut self.forgiven, Forgiven::Skipped(what));
                break;
            }
            arguments.push(Argument {
                name: argument_name,
                direction,
                related_state_variable: argument
                    .child_text("relatedStateVariable")
                    .unwrap_or_default(),
            });
        }
        self.actions.push(Action { name, arguments });
    }

    fn variable(&mut self, element: &Element) {
        let Some(name) = element.child_text("name") else {
            let what = String::from("a state variable without a name");
            note(&mut self.forgiven, Forgiven::Skipped(what));
            return;
        };
        if self.variable_named(&name).is_some() {
            note(
                &mut self.forgiven,
                Forgiven::Skipped(format!("{} again", clip(&name))),
            );
            return;
        }
        // An attribute by the standard, an element in service templates.
        let send_events = element
            .attribute("sendEvents")
            .map(str::to_owned)
            .or_else(|| element.child_text("sendEventsAttribute"))
            .and_then(|text| parse_boolean(&text))
            .unwrap_or(true);
        let allowed_values = element
            .child("allowedValueList")
            .map(|list| {
                list.children_named("allowedValue")
                    .map(Element::text)
                    .filter(|value| !value.is_empty())
                    .collect()
            })
            .unwrap_or_default();
        let allowed_range = element
            .child("allowedValueRange")
            .map(|range| AllowedRange {
                minimum: range.child_text("minimum"),
                maximum: range.child_text("maximum"),
                step: range.child_text("step"),
            })
            .filter(|range| *range != AllowedRange::default());
        self.state_variables.push(StateVariable {
            data_type: element
                .child_text("dataType")
                .and_then(|text| DataType::parse(&text)),
            send_events,
            default_value: element.child_text("defaultValue"),
            allowed_values,
            allowed_range,
            name,
        });
    }
}

/// A name short enough for a report.
fn clip(name: &str) -> String {
    name.chars().take(64).collect()
}
