//! Event messages, as the standard and as other makers write them (real-devices, sections 1, 6 and 7;
//! uda-control-point, section 5).

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::gena::Values;
use crate::quirks::{Quirk, Quirks};
use crate::xml;

/// One event message.
pub(crate) struct Notification<'a> {
    pub sid: &'a str,
    pub seq: u32,
    pub body: &'a str,
}

impl Notification<'_> {
    /// The request that carries it.
    pub(crate) fn write(&self, path: &str, address: SocketAddr, quirks: &Quirks) -> String {
        let mut out = format!(
            "NOTIFY {path} HTTP/1.1\r\nHOST: {address}\r\nCONTENT-TYPE: text/xml; charset=\"utf-8\"\r\n\
             CONTENT-LENGTH: {}\r\nNT: upnp:event\r\nNTS: upnp:propchange\r\nSID: {}\r\n",
            self.body.len(),
            self.sid
        );
        if !quirks.has(Quirk::NoSeq) {
            let _ = write!(out, "SEQ: {}\r\n", self.seq);
        }
        let _ = write!(out, "CONNECTION: close\r\n\r\n{}", self.body);
        if quirks.has(Quirk::EventJunk) {
            out.push_str("\0xy");
        }
        out
    }
}

/// The bodies of the messages that tell these values: one, or one for each.
pub(crate) fn bodies(values: &Values, quirks: &Quirks) -> Vec<String> {
    if quirks.has(Quirk::OneVariablePerEvent) {
        return values
            .iter()
            .map(|value| property_set(std::slice::from_ref(value), quirks))
            .collect();
    }
    vec![property_set(values, quirks)]
}

fn property_set(values: &[(&'static str, String)], quirks: &Quirks) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\"?>\n<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\"><e:property>",
    );
    let mut first = true;
    for (name, value) in values {
        if !first && !quirks.has(Quirk::OneProperty) {
            out.push_str("</e:property><e:property>");
        }
        first = false;
        xml::leaf(&mut out, name, value);
    }
    if quirks.has(Quirk::UnknownEventVariable) {
        out.push_str("</e:property><e:property><X_Mood>good</X_Mood>");
    }
    if quirks.has(Quirk::InlineEventXml) {
        out.push_str(
            "</e:property><e:property><X_State><Event><Mode val=\"1\"/></Event></X_State>",
        );
    }
    out.push_str("</e:property></e:propertyset>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Element;

    fn values() -> Values {
        vec![
            ("ConfigurationUpdate", "1,<a/>".to_owned()),
            ("AlarmsEnabled", "1".to_owned()),
        ]
    }

    #[test]
    fn a_property_set_escapes_its_values() {
        let set = bodies(&values(), &Quirks::default());
        let root = Element::parse(&set[0]).unwrap();
        assert_eq!((set.len(), root.children.len()), (1, 2));
        assert_eq!(
            root.children[0].child_text("ConfigurationUpdate"),
            Some("1,<a/>")
        );
    }

    #[test]
    fn each_quirk_changes_what_it_says() {
        for (quirk, messages, properties) in [
            (Quirk::OneVariablePerEvent, 2, 1),
            (Quirk::OneProperty, 1, 1),
            (Quirk::UnknownEventVariable, 1, 3),
            (Quirk::InlineEventXml, 1, 3),
        ] {
            let set = bodies(&values(), &[quirk].into_iter().collect());
            let root = Element::parse(&set[0]).unwrap();
            assert_eq!(
                (set.len(), root.children.len()),
                (messages, properties),
                "{}",
                quirk.name()
            );
        }
        let message = Notification {
            sid: "uuid:1",
            seq: 3,
            body: "<a/>",
        };
        let address = SocketAddr::from(([127, 0, 0, 1], 5000));
        let plain = message.write("/x", address, &Quirks::default());
        assert!(plain.contains("SEQ: 3\r\n") && plain.ends_with("\r\n\r\n<a/>"));
        let unnumbered = message.write("/x", address, &[Quirk::NoSeq].into_iter().collect());
        assert!(!unnumbered.contains("SEQ"));
    }
}
