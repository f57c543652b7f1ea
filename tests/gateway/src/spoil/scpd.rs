//! SCPDs as other makers write them (uda-control-point, section 3).

use crate::quirks::{Quirk, Quirks};

/// Writes a finished SCPD the way the quirks ask for.
pub(crate) fn document(mut text: String, quirks: &Quirks) -> String {
    if quirks.has(Quirk::UnreadableScpd) {
        return "<html><head><title>Service</title></head><body>Coming soon<br></body>".to_owned();
    }
    if quirks.has(Quirk::NoBasicTests) {
        text = without(&text, crate::bms::is_test);
    }
    if !quirks.has(Quirk::BandwidthTest) {
        text = without(&text, crate::bms::is_bandwidth_test);
    }
    if quirks.has(Quirk::VendorLogFiles) {
        text = without(&text, crate::bms::is_log);
    }
    if quirks.has(Quirk::NoReset) {
        text = without(&text, |name| name == "BaselineReset");
    }
    if quirks.has(Quirk::PoorScpd) {
        text = text
            .replace(" xmlns=\"urn:schemas-upnp-org:service-1-0\"", "")
            .replace("<name>", "<name>\n  ")
            .replace("</name>", "\t</name>");
        if let Some((before, after)) = text.split_once("<serviceStateTable>") {
            let end = after
                .split_once("</serviceStateTable>")
                .map_or("", |(_, end)| end);
            text = format!("{before}{end}");
        }
    }
    if quirks.has(Quirk::OddScpd) {
        text = odd(&text);
    }
    text
}

fn without(text: &str, left_out: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (place, part) in text.split("<action>").enumerate() {
        let name = part
            .strip_prefix("<name>")
            .and_then(|rest| rest.split('<').next())
            .unwrap_or_default();
        if place == 0 {
            out.push_str(part);
        } else if !left_out(name) {
            out.push_str("<action>");
            out.push_str(part);
        } else if let Some((_, after)) = part.split_once("</action>") {
            // The last action is followed by the end of the list.
            out.push_str(after);
        }
    }
    out
}

fn odd(text: &str) -> String {
    let text = text
        .replace("<direction>in<", "<direction>IN<")
        .replace(
            "<name>SearchDepth</name><direction>IN<",
            "<name>SearchDepth</name><direction>INOUT<",
        )
        .replace("<dataType>string<", "<dataType>String<")
        .replace("<dataType>boolean<", "<dataType>BOOLEAN<")
        .replace(
            "<stateVariable sendEvents=\"no\">",
            "<stateVariable><sendEventsAttribute>no</sendEventsAttribute>",
        )
        .replace("<stateVariable sendEvents=\"yes\">", "<stateVariable>")
        .replace(
            "</allowedValueList>",
            "</allowedValueList><defaultValue>none of these</defaultValue>",
        );
    // A variable twice, the second time with an empty range.
    text.replace(
        "</serviceStateTable>",
        "<stateVariable><name>A_ARG_TYPE_Twice</name><dataType>ui4</dataType></stateVariable>\
         <stateVariable><name>A_ARG_TYPE_Twice</name><dataType>ui4</dataType>\
         <allowedValueRange></allowedValueRange></stateVariable></serviceStateTable>",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Service;
    use crate::xml::Element;

    #[test]
    fn poor_and_odd_ones_are_still_xml() {
        for (quirk, children) in [(Quirk::PoorScpd, 2), (Quirk::OddScpd, 3)] {
            let plain = crate::scpd::write(Service::ConfigurationManagement, 1);
            let text = document(plain.clone(), &[quirk].into_iter().collect());
            assert_ne!(text, plain);
            assert_eq!(
                Element::parse(&text).unwrap().children.len(),
                children,
                "{}",
                quirk.name()
            );
        }
        let text = document(
            String::new(),
            &[Quirk::UnreadableScpd].into_iter().collect(),
        );
        assert!(Element::parse(&text).is_err());
    }

    #[test]
    fn without_its_tests_the_rest_of_basic_management_stays() {
        let quirks = [Quirk::NoBasicTests].into_iter().collect();
        let text = document(crate::scpd::write(Service::BasicManagement, 1), &quirks);
        let scpd = Element::parse(&text).unwrap();
        let actions = &scpd.child("actionList").unwrap().children;
        let names: Vec<String> = actions
            .iter()
            .filter_map(|action| action.child("name").map(|name| name.text.clone()))
            .collect();
        assert!(names.iter().any(|name| name == "Reboot"), "{names:?}");
        assert!(names.iter().any(|name| name == "GetACLData"), "{names:?}");
        assert!(
            !names.iter().any(|name| crate::bms::is_test(name)),
            "{names:?}"
        );
    }
}
