//! The service descriptions (SCPDs), written from the tables in [`crate::service`].

use std::fmt::Write as _;

use crate::service::{Direction, Service, StateVariable};
use crate::xml::leaf;

/// The SCPD of a service.
pub fn write(service: Service, config_id: u32) -> String {
    let mut out = String::with_capacity(16 * 1024);
    let _ = write!(
        out,
        "<?xml version=\"1.0\"?>\n<scpd xmlns=\"urn:schemas-upnp-org:service-1-0\" configId=\"{config_id}\">\
         <specVersion><major>2</major><minor>0</minor></specVersion><actionList>"
    );
    for action in service.actions() {
        out.push_str("<action>");
        leaf(&mut out, "name", action.name);
        if !action.arguments.is_empty() {
            out.push_str("<argumentList>");
            for (name, direction, variable) in action.arguments {
                out.push_str("<argument>");
                leaf(&mut out, "name", name);
                leaf(
                    &mut out,
                    "direction",
                    if *direction == Direction::In {
                        "in"
                    } else {
                        "out"
                    },
                );
                leaf(&mut out, "relatedStateVariable", variable);
                out.push_str("</argument>");
            }
            out.push_str("</argumentList>");
        }
        out.push_str("</action>");
    }
    out.push_str("</actionList><serviceStateTable>");
    for variable in service.state_variables() {
        write_variable(&mut out, variable);
    }
    out.push_str("</serviceStateTable></scpd>\n");
    out
}

fn write_variable(out: &mut String, variable: &StateVariable) {
    let events = if variable.evented { "yes" } else { "no" };
    let _ = write!(out, "<stateVariable sendEvents=\"{events}\">");
    leaf(out, "name", variable.name);
    leaf(out, "dataType", variable.data_type);
    if !variable.allowed.is_empty() {
        out.push_str("<allowedValueList>");
        for value in variable.allowed {
            leaf(out, "allowedValue", value);
        }
        out.push_str("</allowedValueList>");
    }
    if let Some((minimum, maximum)) = variable.range {
        let _ = write!(
            out,
            "<allowedValueRange><minimum>{minimum}</minimum><maximum>{maximum}</maximum></allowedValueRange>"
        );
    }
    out.push_str("</stateVariable>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Element;

    #[test]
    fn every_scpd_reads_back() {
        for service in Service::ALL {
            let scpd = Element::parse(&write(service, 1)).unwrap();
            let actions = scpd.child("actionList").unwrap();
            assert_eq!(actions.children.len(), service.actions().len());
            assert_eq!(
                scpd.child("serviceStateTable").unwrap().children.len(),
                service.state_variables().len()
            );
        }
    }
}
