//! Device and service descriptions, and the URLs inside them.

use proptest::prelude::*;
use upnp::description::device::DeviceDescription;
use upnp::description::scpd::{Direction, Scpd};
use upnp::description::url::{check_location, reroot, resolve, resolve_on_host, UrlError};
use upnp::description::DescriptionError;
use upnp::limits;
use upnp::soap::value::{check as check_value, ValueError};
use upnp::xml::{Forgiven, XmlError};
use url::Url;

fn description(body: &[u8]) -> DeviceDescription {
    DeviceDescription::parse(body, None).unwrap()
}

#[test]
fn a_description_full_of_placeholders() {
    let gwsim = description(include_bytes!("fixtures/devolo-gwsim/description.xml"));
    assert_eq!((gwsim.spec_version, gwsim.config_id), ((2, 0), None));
    assert_eq!(gwsim.root.udn.uuid(), "UUID");
    assert_eq!(gwsim.root.device_type.as_ref().unwrap().version(), None);
    let (_, service) = gwsim.standard_service("configurationmanagement").unwrap();
    let base = Url::parse("http://192.0.2.4:60001/a1/gatedesc.xml").unwrap();
    assert_eq!(
        service.control(&base).unwrap().path(),
        "/ConfigurationManagement"
    );
    assert_eq!(
        service.scpd(&base).unwrap().path(),
        "/a1/URL%20to%20service%20description"
    );
    let number = "configId \"configuration number\" is no number";
    assert_eq!(gwsim.forgiven, [Forgiven::Value(number.into())]);
}

#[test]
fn urls_without_scheme_or_slash() {
    let check = |body: &[u8], location: &str, control: &str, scpd: &str| {
        let read = description(body);
        let base = read.base_url(&Url::parse(location).unwrap());
        let (_, service) = read.services().next().unwrap();
        assert_eq!(service.control(&base).unwrap().as_str(), control);
        assert_eq!(service.scpd(&base).unwrap().as_str(), scpd);
    };
    check(
        include_bytes!("fixtures/devolo-generic-router/description.xml"),
        "http://192.0.2.5:49001/tr064gen.xml",
        "http://192.0.2.5:49001/",
        "http://192.0.2.5:49001/UPnPdescription.xml",
    );
    check(
        include_bytes!("fixtures/intel-protected-device/description.xml"),
        "http://192.0.2.3:39545/",
        "http://192.0.2.3:39545/DeviceProtection/control",
        "http://192.0.2.3:39545/DeviceProtection/scpd.xml",
    );
    check(
        include_bytes!("fixtures/baustem-stb/description.xml"),
        "http://192.0.2.9:50174/description.xml",
        "http://192.0.2.9:50174/ConfigurationManagement",
        "http://192.0.2.9:50174/ConfigurationManagement.xml",
    );
}

#[test]
fn embedded_devices_are_walked_in_order() {
    let read = description(include_bytes!("fixtures/miniupnpd-stub/description.xml"));
    let names: Vec<&str> = read
        .services()
        .map(|(_, s)| s.service_type.name())
        .collect();
    assert_eq!(names, ["DeviceProtection", "WANCommonInterfaceConfig"]);
    let last: Vec<&str> = read.devices().map(|d| &d.udn.uuid()[35..]).collect();
    assert_eq!(last, ["5", "6"]);
    assert_eq!(read.config_id, Some(1337));
    let (device, service) = read.standard_service("DeviceProtection").unwrap();
    assert_eq!(
        service.service_id.as_str(),
        "urn:upnp-org:serviceId:DeviceProtection1"
    );
    assert_eq!(service.service_id.short_name(), "DeviceProtection1");
    assert_eq!(device.model_name, "router");
}

fn one_device(inside: &str) -> String {
    format!("<root><specVersion><major>1</major><minor>0</minor></specVersion><device><UDN>uuid:a</UDN>{inside}</device></root>")
}

#[test]
fn what_is_forgiven_of_a_description() {
    let check = |body: &str, expected: &[Forgiven]| {
        let read = description(body.as_bytes());
        assert_eq!(read.root.udn.as_str(), "uuid:a", "{body}");
        assert_eq!(read.forgiven, expected, "{body}");
    };
    check(&one_device(""), &[]);
    check(&format!("\u{FEFF}{}", one_device("")), &[]);
    check(&format!("{}\0", one_device("")), &[Forgiven::TrailingText]);
    check(
        &format!(
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n<?xml version=\"1.0\"?>{}",
            one_device("")
        ),
        &[Forgiven::LeadingText],
    );
    check(
        &one_device("<friendlyName>A & B</friendlyName>"),
        &[Forgiven::LoneAmpersand],
    );
    check(
        &one_device("<dlna:X>y</dlna:X>"),
        &[Forgiven::UndeclaredPrefix("dlna".into())],
    );
    check(
        &one_device("<deviceList><device><friendlyName>x</friendlyName></device></deviceList>"),
        &[Forgiven::Skipped("an embedded device without UDN".into())],
    );
    check(
        &one_device(
            "<serviceList><service><serviceType>urn:x</serviceType></service></serviceList>",
        ),
        &[Forgiven::Skipped("not a service type: \"urn:x\"".into())],
    );
    check(
        &one_device("<serviceList><service><serviceType>urn:x:service:A:1</serviceType></service></serviceList>"),
        &[Forgiven::Value("no serviceId for urn:x:service:A:1".into())],
    );
    let latin =
        b"<root><device><UDN>uuid:a</UDN><friendlyName>B\xFCro</friendlyName></device></root>";
    let read = DeviceDescription::parse(latin, Some("ISO-8859-1")).unwrap();
    assert_eq!(read.root.friendly_name, "B\u{FC}ro");
    let read = DeviceDescription::parse(latin, None).unwrap();
    assert_eq!(read.forgiven, [Forgiven::InvalidCharacters]);
}

#[test]
fn what_is_not_forgiven_of_a_description() {
    let check = |body: &[u8], expected: DescriptionError| {
        assert_eq!(DeviceDescription::parse(body, None), Err(expected));
    };
    check(b"", XmlError::Empty.into());
    check(
        b"404 not found",
        XmlError::Malformed {
            offset: 0,
            detail: "text outside the root element".into(),
        }
        .into(),
    );
    check(
        b"<html><body/></html>",
        DescriptionError::OtherDocument {
            expected: "root",
            found: "html".into(),
        },
    );
    check(b"<root><a/></root>", DescriptionError::Missing("device"));
    check(b"<root><device/></root>", DescriptionError::Missing("UDN"));
    check(
        b"<root><device><UDN>uuid:a</UDN>",
        XmlError::Truncated {
            element: "device".into(),
        }
        .into(),
    );
    check(
        b"<!DOCTYPE r [<!ENTITY a \"b\">]><root/>",
        XmlError::DoctypeForbidden.into(),
    );
    check(b"\0<!DOCTYPE r><root/>", XmlError::DoctypeForbidden.into());
}

#[test]
fn limits_of_a_description() {
    let check = |body: String, expected: DescriptionError| {
        assert_eq!(
            DeviceDescription::parse(body.as_bytes(), None),
            Err(expected)
        );
    };
    let limit = limits::DESCRIPTION_BYTES;
    check(
        one_device(&" ".repeat(limit)),
        XmlError::TooLarge { limit }.into(),
    );
    check(
        one_device(&" ".repeat(50 * limit)),
        XmlError::TooLarge { limit }.into(),
    );

    let mut nested = String::from("<deviceList><device><UDN>b</UDN>");
    nested = nested.repeat(limits::DEVICE_DEPTH)
        + &"</device></deviceList>".repeat(limits::DEVICE_DEPTH);
    check(
        one_device(&nested),
        DescriptionError::TooMany {
            what: "levels of embedded devices",
            limit: limits::DEVICE_DEPTH,
        },
    );

    let devices = "<device><UDN>b</UDN></device>".repeat(limits::DEVICES);
    check(
        one_device(&format!("<deviceList>{devices}</deviceList>")),
        DescriptionError::TooMany {
            what: "devices",
            limit: limits::DEVICES,
        },
    );
    let services = "<service><serviceType>urn:x:service:A:1</serviceType></service>"
        .repeat(limits::SERVICES + 1);
    check(
        one_device(&format!("<serviceList>{services}</serviceList>")),
        DescriptionError::TooMany {
            what: "services",
            limit: limits::SERVICES,
        },
    );
    for unclosed in ["", "</a>"] {
        let deep = "<a>".repeat(10_000) + &unclosed.repeat(10_000);
        check(
            one_device(&deep),
            XmlError::TooDeep {
                limit: limits::XML_DEPTH,
            }
            .into(),
        );
    }
    check(
        one_device(&"<a/>".repeat(limits::XML_NODES)),
        XmlError::TooManyNodes {
            limit: limits::XML_NODES,
        }
        .into(),
    );
    // A second reading must not lift a limit: the same with a fault in front.
    check(
        format!("&{}", one_device(&"<a/>".repeat(limits::XML_NODES))),
        XmlError::TooManyNodes {
            limit: limits::XML_NODES,
        }
        .into(),
    );
    check(
        format!("&{}", one_device(&"<a>".repeat(10_000))),
        XmlError::TooDeep {
            limit: limits::XML_DEPTH,
        }
        .into(),
    );
    for start in ["", "&"] {
        let wide = "x".repeat(limits::XML_ATTRIBUTE_BYTES + 1);
        check(
            format!("{start}<root a='{wide}'/>"),
            XmlError::TooLong.into(),
        );
        let name = "x".repeat(limits::XML_NAME_BYTES + 1);
        check(format!("{start}<{name}/>"), XmlError::TooLong.into());
    }
    let attributes: String = (0..=limits::XML_ATTRIBUTES)
        .map(|n| format!(" a{n}='x'"))
        .collect();
    check(format!("<root{attributes}/>"), XmlError::TooLong.into());
    let declared: String = (0..=limits::XML_ATTRIBUTES)
        .map(|n| format!(" xmlns:p{n}='x'"))
        .collect();
    check(format!("<root{declared}/>"), XmlError::TooLong.into());
    // Those of an outer element count as long as they are in scope.
    let halves: String = (0..=limits::XML_ATTRIBUTES / 2)
        .map(|n| format!(" xmlns:p{n}='x'"))
        .collect();
    check(
        format!("<root{halves}><a{halves}/></root>"),
        XmlError::TooLong.into(),
    );
    let laughs =
        "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><root>&lol2;</root>";
    check(laughs.into(), XmlError::DoctypeForbidden.into());
}

#[test]
fn url_base_counts_only_for_uda_1_0_and_the_same_host() {
    let check = |minor: &str, base: &str, expected: &str| {
        let body = one_device("")
            .replace("<minor>0</minor>", &format!("<minor>{minor}</minor>"))
            .replace("<device>", &format!("<URLBase>{base}</URLBase><device>"));
        let location = Url::parse("http://192.0.2.1:5000/d.xml").unwrap();
        assert_eq!(
            description(body.as_bytes()).base_url(&location).as_str(),
            expected
        );
    };
    check("0", "http://192.0.2.1:6000/x/", "http://192.0.2.1:6000/x/");
    check("0", "http://192.0.2.2:6000/", "http://192.0.2.1:5000/d.xml");
    check("0", "", "http://192.0.2.1:5000/d.xml");
    check("1", "http://192.0.2.1:6000/", "http://192.0.2.1:5000/d.xml");
}

#[test]
fn resolving_urls() {
    let base = Url::parse("http://192.0.2.1:80/dir/desc.xml").unwrap();
    let check = |raw: &str, expected: Option<&str>| {
        assert_eq!(
            resolve(&base, raw).ok().as_ref().map(Url::as_str),
            expected,
            "{raw:?}"
        );
    };
    check("/abs", Some("http://192.0.2.1/abs"));
    check("  rel/x ", Some("http://192.0.2.1/dir/rel/x"));
    check("../up", Some("http://192.0.2.1/up"));
    check("?q=1", Some("http://192.0.2.1/dir/desc.xml?q=1"));
    check(
        "_urn:schemas-upnp-org:service:AVTransport_control",
        Some("http://192.0.2.1/dir/_urn:schemas-upnp-org:service:AVTransport_control"),
    );
    check("urn:a:b", Some("http://192.0.2.1/dir/urn:a:b"));
    check("a b", Some("http://192.0.2.1/dir/a%20b"));
    check("//192.0.2.1/x", Some("http://192.0.2.1/x"));
    check("192.0.2.1:80", Some("http://192.0.2.1/"));
    check("192.0.2.1:80/x", Some("http://192.0.2.1/x"));
    check(
        "192.0.2.1:8080/x",
        Some("http://192.0.2.1/dir/192.0.2.1:8080/x"),
    );
    check("https://192.0.2.9:1/x", Some("https://192.0.2.9:1/x"));
    check("", None);
    check("ftp://192.0.2.1/", None);
    check("http://", None);
    check(&"x".repeat(limits::URL_BYTES + 1), None);
    assert!(matches!(
        resolve_on_host(&base, "http://192.0.2.9/"),
        Err(UrlError::OtherHost { .. })
    ));
    assert!(matches!(
        resolve_on_host(&base, "//192.0.2.9/"),
        Err(UrlError::OtherHost { .. })
    ));
    assert!(resolve_on_host(&base, "http://192.0.2.1:8080/x").is_ok());
}

#[test]
fn protected_actions_stay_on_the_secure_location() {
    let secure = Url::parse("https://192.0.2.1:49600/d.xml").unwrap();
    let check =
        |raw: &str, expected: &str| assert_eq!(reroot(&secure, raw).unwrap().as_str(), expected);
    check("/ctl", "https://192.0.2.1:49600/ctl");
    check("ctl?x=1", "https://192.0.2.1:49600/ctl?x=1");
    check("http://192.0.2.1:49152/ctl", "https://192.0.2.1:49600/ctl");
    check("http://198.51.100.7/ctl?y", "https://192.0.2.1:49600/ctl?y");
    let plain = Url::parse("http://192.0.2.1/d.xml").unwrap();
    assert_eq!(reroot(&plain, "/ctl"), Err(UrlError::Scheme("http".into())));
}

#[test]
fn locations_that_are_followed() {
    let check = |text: &str, sender: Option<&str>, test: bool, expected: bool| {
        let url = Url::parse(text).unwrap();
        let sender = sender.map(|sender| sender.parse().unwrap());
        assert_eq!(
            check_location(&url, sender, test).is_ok(),
            expected,
            "{text}"
        );
    };
    check("http://192.0.2.1:80/", Some("192.0.2.1"), false, true);
    check(
        "http://192.0.2.1:80/",
        Some("::ffff:192.0.2.1"),
        false,
        true,
    );
    check("http://192.0.2.1:80/", Some("192.0.2.2"), false, false);
    check("http://[fe80::1]:80/", Some("fe80::1"), false, true);
    check("http://gateway.example/", None, false, false);
    check("http://127.0.0.1/", None, false, false);
    check("http://127.0.0.1/", None, true, true);
    check("http://[::1]/", None, false, false);
    check("http://[::ffff:127.0.0.1]/", None, false, false);
    check("http://239.255.255.250/", None, true, false);
    check("http://255.255.255.255/", None, true, false);
    check("http://0.0.0.0/", None, true, false);
    check("http://user@192.0.2.1/", None, true, false);
    check("http://192.0.2.1:0/", None, true, false);
    check("file:///etc/passwd", None, true, false);
}

#[test]
fn an_scpd_gives_arguments_in_order() {
    let scpd = Scpd::parse(
        include_bytes!("fixtures/intel-protected-device/scpd.xml"),
        None,
    )
    .unwrap();
    let setup = scpd.action_named("SendSetupMessage").unwrap();
    let arguments: Vec<(&str, Direction)> = setup
        .arguments
        .iter()
        .map(|a| (a.name.as_str(), a.direction))
        .collect();
    assert_eq!(
        arguments,
        [
            ("ProtocolType", Direction::In),
            ("InMessage", Direction::In),
            ("OutMessage", Direction::Out)
        ]
    );
    assert!(scpd
        .action_named("UserLogout")
        .unwrap()
        .arguments
        .is_empty());
    assert!(scpd.variable_named("SetupReady").unwrap().send_events);
    assert!(!scpd.variable_of(&setup.arguments[0]).unwrap().send_events);
    assert!(scpd.forgiven.is_empty());
}

#[test]
fn odd_service_descriptions() {
    let body = "<scpd><serviceStateTable>\
        <stateVariable><name> A </name><sendEventsAttribute>no</sendEventsAttribute><dataType>UI4</dataType>\
          <allowedValueRange/></stateVariable>\
        <stateVariable><name>A</name><dataType>string</dataType></stateVariable>\
        <stateVariable><name>B</name><dataType>vendor</dataType></stateVariable>\
        <stateVariable/>\
        </serviceStateTable><actionList><action><name>X</name><argumentList>\
        <argument><name>a</name><direction>INOUT</direction></argument><argument/></argumentList></action>\
        <action/><action><name>X</name></action></actionList></scpd>";
    let scpd = Scpd::parse(body.as_bytes(), None).unwrap();
    let a = scpd.variable_named("A").unwrap();
    assert_eq!(
        (a.send_events, a.data_type, &a.allowed_range),
        (false, Some(upnp::soap::value::DataType::Ui4), &None)
    );
    assert_eq!(scpd.variable_named("B").unwrap().data_type, None);
    assert_eq!(scpd.actions.len(), 1);
    assert_eq!(scpd.actions[0].arguments[0].direction, Direction::In);
    assert_eq!(scpd.forgiven.len(), 6, "{:?}", scpd.forgiven);
    assert!(matches!(
        Scpd::parse(b"<root/>", None),
        Err(DescriptionError::OtherDocument { .. })
    ));
}

#[test]
fn limits_of_an_scpd() {
    let check = |inside: String, what: &'static str, limit: usize| {
        let body = format!("<scpd>{inside}</scpd>");
        assert_eq!(
            Scpd::parse(body.as_bytes(), None),
            Err(DescriptionError::TooMany { what, limit })
        );
    };
    let actions: String = (0..=limits::ACTIONS)
        .map(|n| format!("<action><name>A{n}</name></action>"))
        .collect();
    check(
        format!("<actionList>{actions}</actionList>"),
        "actions",
        limits::ACTIONS,
    );
    let variables: String = (0..=limits::STATE_VARIABLES)
        .map(|n| format!("<stateVariable><name>A{n}</name></stateVariable>"))
        .collect();
    check(
        format!("<serviceStateTable>{variables}</serviceStateTable>"),
        "state variables",
        limits::STATE_VARIABLES,
    );
    let arguments = "<argument><name>a</name><direction>in</direction></argument>"
        .repeat(limits::ARGUMENTS + 1);
    let body = format!("<scpd><actionList><action><name>A</name><argumentList>{arguments}</argumentList></action></actionList></scpd>");
    assert_eq!(
        Scpd::parse(body.as_bytes(), None).unwrap().actions[0]
            .arguments
            .len(),
        limits::ARGUMENTS
    );
}

#[test]
fn values_are_checked_against_their_state_variable() {
    let check = |variable: &str, text: &str, expected: Result<&str, &str>| {
        let body = format!("<scpd><serviceStateTable><stateVariable><name>V</name>{variable}</stateVariable></serviceStateTable></scpd>");
        let scpd = Scpd::parse(body.as_bytes(), None).unwrap();
        let found =
            check_value(scpd.variable_named("V").unwrap(), text).map_err(|error| error.to_string());
        assert_eq!(
            found.as_deref().map_err(String::as_str),
            expected,
            "{variable} {text:?}"
        );
    };
    check("<dataType>boolean</dataType>", " Yes ", Ok("1"));
    check(
        "<dataType>boolean</dataType>",
        "2",
        Err("not of type boolean"),
    );
    check("<dataType>ui1</dataType>", " 255 ", Ok("255"));
    check("<dataType>ui1</dataType>", "256", Err("outside 0 to 255"));
    check("<dataType>i4</dataType>", "-2147483648", Ok("-2147483648"));
    check(
        "<dataType>ui8</dataType>",
        "18446744073709551616",
        Err("outside 0 to 18446744073709551615"),
    );
    check("<dataType>ui4</dataType>", "x", Err("not of type ui4"));
    let range = "<dataType>ui2</dataType><allowedValueRange><minimum>10</minimum><maximum>20</maximum><step>5</step></allowedValueRange>";
    check(range, "15", Ok("15"));
    check(range, "9", Err("outside 10 to 20"));
    check(range, "21", Err("outside 10 to 20"));
    check(range, "12", Err("not a step of 5"));
    let allowed = "<dataType>string</dataType><allowedValueList><allowedValue> A </allowedValue><allowedValue>B</allowedValue></allowedValueList>";
    check(allowed, "A", Ok("A"));
    check(allowed, "C", Err("none of A, B"));
    check("<dataType>string</dataType>", " <&> ", Ok(" <&> "));
    check(
        "<dataType>string</dataType>",
        "\u{1}",
        Err("holds a control character"),
    );
    check("<dataType>vendor</dataType>", "anything", Ok("anything"));
    check("<dataType>bin.base64</dataType>", "YWI=", Ok("YWI="));
    check(
        "<dataType>bin.base64</dataType>",
        "!",
        Err("not of type bin.base64"),
    );
    check(
        "<dataType>bin.hex</dataType>",
        "0aF",
        Err("not of type bin.hex"),
    );
    check("<dataType>char</dataType>", "ab", Err("not of type char"));
    check("<dataType>r8</dataType>", "1e3", Ok("1e3"));
    check("<dataType>r8</dataType>", "NaN", Err("not of type r8"));
    check(
        "<dataType>dateTime.tz</dataType>",
        "2015-07-27T19:22:13",
        Ok("2015-07-27T19:22:13"),
    );
    check(
        "<dataType>dateTime</dataType>",
        "2015-07-27T19:22:13.000Z",
        Ok("2015-07-27T19:22:13.000Z"),
    );
    check(
        "<dataType>dateTime</dataType>",
        "2015-07-27",
        Ok("2015-07-27"),
    );
    check(
        "<dataType>dateTime</dataType>",
        "yesterday",
        Err("not of type dateTime"),
    );
    assert_eq!(
        ValueError::ControlCharacter.to_string(),
        "holds a control character"
    );
}

proptest! {
    #[test]
    fn no_description_panics(octets in proptest::collection::vec(any::<u8>(), 0..400), text in "[<>&;/a-c\"'= !?\\[\\]-]{0,80}") {
        let _ = DeviceDescription::parse(&octets, None);
        let _ = DeviceDescription::parse(one_device(&text).as_bytes(), Some("utf-16"));
        let _ = DeviceDescription::parse(&[b"\xFF\xFE", octets.as_slice()].concat(), None);
        let _ = Scpd::parse(text.as_bytes(), None);
        let _ = Scpd::parse(format!("<scpd><actionList><action>{text}").as_bytes(), None);
    }

    #[test]
    fn no_url_panics(text in "\\PC{0,60}") {
        let base = Url::parse("http://192.0.2.1/a/b").unwrap();
        if let Ok(url) = resolve(&base, &text) {
            let _ = check_location(&url, None, false);
        }
        let secure = Url::parse("https://192.0.2.1:49600/").unwrap();
        if let Ok(url) = reroot(&secure, &text) {
            prop_assert_eq!((url.scheme(), url.host(), url.port()), (secure.scheme(), secure.host(), secure.port()));
        }
    }
}
