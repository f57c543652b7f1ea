//! SCPDs as other makers write them (uda-control-point, section 3).

use crate::quirks::{Quirk, Quirks};

/// Writes a finished SCPD the way the quirks ask for.
pub(crate) fn document(mut text: String, quirks: &Quirks) -> String {
    if quirks.has(Quirk::UnreadableScpd) {
        return "<html><head><title>Service</title></head><body>Coming soon<br></body>".to_owned();
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
}
