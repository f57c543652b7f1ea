//! Documents as large as they may be, each with much of one thing. Nothing is timed: what
//! takes time with the square of a size would stand still here. A quarter of a mebibyte is
//! enough to tell the two; names have to be longer to be felt.

use lanside_fuzz::{acl_document, device_description, gena_notify, parameter_values};
use lanside_fuzz::{service_description, soap_answer};
use upnp::limits;

const QUARTER: usize = limits::DESCRIPTION_BYTES / 4;

/// `part` between `before` and `after`, as often as `limit` octets hold.
fn filled(limit: usize, before: &str, part: &str, after: &str) -> String {
    let room = limit.saturating_sub(before.len() + after.len());
    format!("{before}{}{after}", part.repeat(room / part.len()))
}

#[test]
fn an_action_with_a_long_name_and_nameless_arguments() {
    let name = "n".repeat(limits::DESCRIPTION_BYTES / 2);
    let before = format!("<scpd><actionList><action><name>{name}</name><argumentList>");
    let after = "</argumentList></action></actionList></scpd>";
    for part in ["<argument/>", "<argument><name>a</name></argument>"] {
        service_description(filled(limits::DESCRIPTION_BYTES, &before, part, after).as_bytes());
    }
}

#[test]
fn a_list_of_very_many_roles() {
    let roles: String = (0..60_000)
        .map(|number| format!("<Role>{number}</Role>"))
        .collect();
    acl_document(format!("<ACL><Roles>{roles}</Roles></ACL>").as_bytes());
}

#[test]
fn descriptions_full_of_one_thing() {
    let limit = QUARTER;
    for part in [
        "<a/>",
        "<a b='c' d=e>f</a>",
        "&amp;",
        "&",
        "<!-- -->",
        "<![CDATA[]]>",
        "\r",
    ] {
        let before = "<root><device><UDN>uuid:1</UDN><friendlyName>";
        let after = "</friendlyName></device></root>";
        device_description(filled(limit, before, part, after).as_bytes());
    }
    device_description(filled(limit, "<root", " a=b", "/>").as_bytes());
    device_description(filled(limit, "<root xmlns:a='b'", " a:a='b'", "/>").as_bytes());
    device_description("<".repeat(limit).as_bytes());
}

#[test]
fn event_messages_full_of_one_thing() {
    for part in ["<a/>", "&lt;", "<![CDATA[<a>]]>", "<!---->", "x"] {
        let before = "<propertyset><property><A>";
        let after = "</A></property></propertyset>";
        gena_notify(filled(QUARTER, before, part, after).as_bytes());
    }
}

#[test]
fn lists_and_answers_full_of_one_thing() {
    let limit = QUARTER;
    for part in [
        "<Parameter><ParameterPath>/a</ParameterPath></Parameter>",
        "<Parameter/>",
        "<b>&</b>",
        "&lt;a/&gt;",
    ] {
        let (before, after) = ("<ParameterValueList>", "</ParameterValueList>");
        let list = filled(limit, before, part, after);
        parameter_values(list.as_bytes());
        let before = format!("GetValues 200\n<Envelope><Body><GetValuesResponse>{before}");
        let after = format!("{after}</GetValuesResponse></Body></Envelope>");
        soap_answer(filled(limit, &before, part, &after).as_bytes());
    }
}
