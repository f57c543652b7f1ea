//! Requests to bytes, answers and events to values.

use proptest::prelude::*;
use upnp::gena::notify::PropertySet;
use upnp::limits;
use upnp::soap::envelope::{escaped_len, parse_response_in};
use upnp::soap::value::{
    parse_base64, parse_boolean, parse_list, parse_ui4, print_base64, print_boolean,
};
use upnp::soap::{
    parse_response, soap_action_header, write_request, ResponseArguments, SoapError, UpnpFault,
};
use upnp::xml::text::{decode, escape, is_xml_text, unescape};
use upnp::xml::{self, Forgiven, XmlError};
use upnp::ServiceType;

const START: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
const END: &str = "</s:Body></s:Envelope>";

/// An answer to action `X` with this inside the response element.
fn answer(inside: &str) -> String {
    format!("{START}<u:XResponse xmlns:u=\"urn:x\">{inside}</u:XResponse>{END}")
}

fn read(body: &str) -> Result<ResponseArguments, SoapError> {
    parse_response("X", 200, body.as_bytes())
}

#[test]
fn a_request_to_the_letter() {
    let bms = ServiceType::standard("BasicManagement", 2);
    let request = write_request(
        &bms,
        "SetLogInfo",
        &[("LogURI", "a<b>&\"c'"), ("Enabled", "1")],
    );
    assert_eq!(
        String::from_utf8(request).unwrap(),
        "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
         <u:SetLogInfo xmlns:u=\"urn:schemas-upnp-org:service:BasicManagement:2\">\
         <LogURI>a&lt;b&gt;&amp;\"c'</LogURI><Enabled>1</Enabled></u:SetLogInfo></s:Body></s:Envelope>"
    );
    assert_eq!(
        soap_action_header(&bms, "Reboot"),
        "\"urn:schemas-upnp-org:service:BasicManagement:2#Reboot\""
    );
}

#[test]
fn output_arguments_are_found() {
    let check = |inside: &str, expected: Option<&str>| {
        assert_eq!(
            read(&answer(inside)).unwrap().get("A"),
            expected,
            "{inside}"
        );
    };
    check("<A>x</A>", Some("x"));
    check("\n <B/> <p:A> x </p:A>\n", Some(" x "));
    check("<a>x</a>", Some("x"));
    check("<a>x</a><A>y</A>", Some("y"));
    check("<A/>", Some(""));
    check("<A>a&lt;&#65;&#x42;&quot;</A>", Some("a<AB\""));
    check("<A>a<![CDATA[<b>&amp;]]>c</A>", Some("a<b>&amp;c"));
    check("<A>a<!-- no -->b</A>", Some("ab"));
    check(
        "<A>a & b &nbsp; &#0; &#x110000;</A>",
        Some("a & b &nbsp; &#0; &#x110000;"),
    );
    check("<A>1\r\n2\r3</A>", Some("1\n2\n3"));
    check("<A attribute='a>b'>x</A >", Some("x"));
    check("", None);
}

#[test]
fn envelopes_that_are_forgiven() {
    let check = |body: &str, expected: &[Forgiven]| {
        let found = read(body).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(found.get("A"), Some("x"), "{body}");
        assert_eq!(found.forgiven(), expected, "{body}");
    };
    let missing = |name: &str| Forgiven::MissingEndTag(name.into());
    check(&answer("<A>x</A>"), &[]);
    check(
        &format!(
            "\u{FEFF}<?xml version=\"1.0\"?>\r\n{}\n",
            answer("<A>x</A>")
        ),
        &[],
    );
    check("<Envelope><Header><a><b/></a></Header><Body><XResponse><A>x</A></XResponse></Body></Envelope>", &[]);
    check(
        &answer("<A>x</A>").replace(END, "</s:Body>"),
        &[missing("Envelope")],
    );
    check(
        &answer("<A>x</A>").replace(END, ""),
        &[missing("Body"), missing("Envelope")],
    );
    check(
        &format!("{}\0\0", answer("<A>x</A>")),
        &[Forgiven::TrailingText],
    );
    check(
        &format!("HTTP/1.1 200 OK\r\n\r\n{}", answer("<A>x</A>")),
        &[Forgiven::LeadingText],
    );
    check(&answer("<A>x</A><B>&</B>"), &[Forgiven::LoneAmpersand]);
    let other = Forgiven::OtherName {
        expected: "XResponse".into(),
        found: "xRESPONSE".into(),
    };
    let other_end = answer("<A>x</A>").replace("XResponse", "xRESPONSE");
    // The word Response itself is the mark, so only the action's case is free.
    assert!(read(&other_end).is_err(), "{other}");
    check(
        &answer("<A>x</A>").replace("XResponse", "xResponse"),
        &[Forgiven::OtherName {
            expected: "XResponse".into(),
            found: "xResponse".into(),
        }],
    );
}

#[test]
fn answers_that_are_none() {
    let check = |status: u16, body: &str, expected: &str| {
        let error = parse_response("X", status, body.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{body}");
    };
    let fault = "<s:Fault><faultstring>UPnPError</faultstring><detail><UPnPError><errorCode>\n 402 \n</errorCode>\
                 <errorDescription>Invalid & \u{201C}Args\u{201D}</errorDescription></UPnPError></detail></s:Fault>";
    let words = "refused with error 402 (Invalid & \u{201C}Args\u{201D})";
    check(500, &format!("{START}{fault}{END}"), words);
    check(200, &format!("{START}{fault}{END}"), words);
    check(500, &format!("{START}{fault}"), words);
    check(
        500,
        include_str!("fixtures/nokia-igd/fault-606.xml"),
        "refused with error 606 (Action not authorized)",
    );
    check(
        500,
        include_str!("fixtures/avm-fritzbox/error-page.html"),
        "HTTP status 500 without a UPnP fault",
    );
    check(412, "", "HTTP status 412 without a UPnP fault");
    check(
        500,
        &answer("<A>x</A>"),
        "HTTP status 500 without a UPnP fault",
    );
    check(
        500,
        &format!("{START}<s:Fault><errorCode>x</errorCode></s:Fault>{END}"),
        "HTTP status 500 without a UPnP fault",
    );
    check(
        200,
        &format!("{START}<s:Fault><faultstring>no</faultstring></s:Fault>{END}"),
        "cannot read fault: no readable error number in \"no\"",
    );
    check(
        200,
        "",
        "cannot read answer: the text ends before the answer to X",
    );
    check(
        200,
        "<html/>",
        "cannot read answer: the root element is no Envelope to X",
    );
    check(
        200,
        &answer("<A>x</A>").replace("XR", "YR"),
        "cannot read answer: another element stands where the answer belongs to X",
    );
    check(
        200,
        "<Envelope><Body><XResponse><A>x",
        "cannot read answer: the document is cut off inside element \"A\"",
    );
    check(
        200,
        "<Envelope><Body><XResponse><A>x</A>",
        "cannot read answer: the document is cut off inside element \"XResponse\"",
    );
    check(
        200,
        "<Envelope><Body><XResponse><A>x</B></XResponse>",
        "cannot read answer: not well-formed near octet 31: an end tag fits no start tag",
    );
    check(
        200,
        "<!DOCTYPE a [<!ENTITY b \"c\">]><Envelope/>",
        "cannot read answer: a document type declaration is not accepted",
    );
    let secret = read(&answer("<A>passphrase</A>")).unwrap();
    assert!(!format!("{secret:?}").contains("passphrase"));
    let required = read(&answer("")).unwrap();
    assert_eq!(
        required.require("A").unwrap_err().to_string(),
        "X answered without A"
    );
}

#[test]
fn limits_of_an_answer() {
    let check = |body: String, expected: XmlError| {
        let detail = expected.to_string();
        assert_eq!(
            read(&body),
            Err(SoapError::Unreadable {
                what: "answer".into(),
                detail
            })
        );
    };
    let limit = limits::SOAP_ANSWER_BYTES;
    check(" ".repeat(limit + 1), XmlError::TooLarge { limit });
    let limit = limits::ARGUMENTS;
    check(
        answer(&"<A/>".repeat(limit + 1)),
        XmlError::TooManyNodes { limit },
    );
    let limit = limits::XML_DEPTH;
    check(answer(&"<A>".repeat(10_000)), XmlError::TooDeep { limit });
    check("<Envelope>".repeat(10_000), XmlError::TooDeep { limit });
    check(
        format!("<Envelope><Header>{}", "<A>".repeat(10_000)),
        XmlError::TooDeep { limit },
    );
    check(
        answer(&format!("<{}/>", "A".repeat(limits::XML_NAME_BYTES + 1))),
        XmlError::TooLong,
    );
    check(
        answer(&format!(
            "<A b='{}'/>",
            "A".repeat(limits::XML_ATTRIBUTE_BYTES + 1)
        )),
        XmlError::TooLong,
    );
    let fault = format!(
        "{START}<s:Fault>{}<errorCode>501</errorCode></s:Fault>{END}",
        " ".repeat(limits::FAULT_BYTES)
    );
    assert!(matches!(read(&fault), Err(SoapError::Unreadable { .. })));
    let large = "x".repeat(1024 * 1024);
    assert_eq!(
        read(&answer(&format!("<A>{large}</A>")))
            .unwrap()
            .get("A")
            .map(str::len),
        Some(large.len())
    );
}

#[test]
fn documents_in_arguments() {
    let check = |body: &str, action: &str, argument: &str, root: &str, expected: &[Forgiven]| {
        let arguments = parse_response(action, 200, body.as_bytes()).unwrap();
        assert!(
            arguments.forgiven().is_empty(),
            "{:?}",
            arguments.forgiven()
        );
        let document = arguments.document(argument, root).unwrap();
        assert_eq!(document.root.name, root);
        assert!(document.root.elements().count() > 0, "{body}");
        assert_eq!(document.forgiven, expected, "{body}");
    };
    let inline = |name: &str| Forgiven::InlineDocument(name.into());
    let in_place = |name: &str| Forgiven::DocumentAsArgument(name.into());
    let protocols = "GetSupportedProtocols";
    check(
        include_str!("fixtures/nokia-igd/supported-protocols.xml"),
        protocols,
        "ProtocolList",
        "SupportedProtocols",
        &[],
    );
    check(
        include_str!("fixtures/miniupnpd-stub/supported-protocols.xml"),
        protocols,
        "ProtocolList",
        "SupportedProtocols",
        &[],
    );
    let models = "SupportedDataModels";
    check(
        include_str!("fixtures/devolo-gwsim/supported-data-models.xml"),
        "GetSupportedDataModels",
        models,
        models,
        &[in_place(models)],
    );
    let parameters = include_str!("fixtures/devolo-gwsim/supported-parameters.xml");
    check(
        parameters,
        "GetSupportedParameters",
        "Result",
        "StructurePathList",
        &[inline("Result")],
    );
    let direct = parameters
        .replace("<cms:Result xmlns:cms=\"urn:schemas-upnp-org:dm:cms\">", "")
        .replace("</cms:Result>", "");
    check(
        &direct,
        "GetSupportedParameters",
        "Result",
        "StructurePathList",
        &[in_place("StructurePathList")],
    );
    let list = "ParameterValueList";
    check(
        include_str!("fixtures/devolo-gwsim/values.xml"),
        "GetValues",
        list,
        list,
        &[in_place(list)],
    );
    check(
        include_str!("fixtures/tpvision-sensor/values.xml"),
        "GetValues",
        list,
        list,
        &[],
    );
    check(
        include_str!("fixtures/tpvision-sensor/values-escaped-twice.xml"),
        "GetValues",
        list,
        list,
        &[Forgiven::DoubleEscaped(list.into())],
    );
    let nested = answer("<L> <!-- here --> <L><a/></L> </L>");
    check(&nested, "X", "L", "L", &[inline("L")]);
    check(
        &answer("<L>&lt;c:L>&lt;a/>&lt;/c:L></L>"),
        "X",
        "L",
        "L",
        &[Forgiven::UndeclaredPrefix("c".into())],
    );
}

#[test]
fn documents_that_are_none() {
    let check = |inside: &str, expected: &str| {
        let error = read(&answer(inside))
            .unwrap()
            .document("L", "L")
            .unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check("<A/>", "X answered without L");
    check(
        "<L>no document</L>",
        "cannot read L: not well-formed near octet 0: text outside the root element",
    );
    check(
        "<L>&lt;L>&lt;a></L>",
        "cannot read L: the document is cut off inside element \"a\"",
    );
    check(
        "<L>&lt;!DOCTYPE a>&lt;L/></L>",
        "cannot read L: a document type declaration is not accepted",
    );
    check(
        "<L>&amp;amp;lt;L/></L>",
        "cannot read L: not well-formed near octet 0: text outside the root element",
    );
    let empty = read(&answer("<L> </L>"))
        .unwrap()
        .document("L", "L")
        .unwrap();
    assert_eq!(empty.forgiven, [Forgiven::Value("empty L".into())]);
    let other = read(&answer("<L>&lt;M/></L>"))
        .unwrap()
        .document("L", "L")
        .unwrap();
    assert_eq!(
        other.forgiven,
        [Forgiven::OtherName {
            expected: "L".into(),
            found: "M".into()
        }]
    );
    let deep = answer(&format!("<L>{}</L>", "&lt;a>".repeat(10_000)));
    assert!(read(&deep)
        .unwrap()
        .document("L", "L")
        .unwrap_err()
        .to_string()
        .contains("deeper than 64"));
}

#[test]
fn faults_of_markup_in_small_documents() {
    let check = |text: &str, expected: Result<Vec<Forgiven>, XmlError>| {
        let found = xml::parse(text, 1000).map(|document| document.forgiven);
        assert_eq!(found, expected, "{text}");
    };
    let prefix = |p: &str| Forgiven::UndeclaredPrefix(p.into());
    check(
        include_str!("fixtures/baustem-stb/undeclared-prefix.xml"),
        Ok(vec![prefix("cms")]),
    );
    check(
        include_str!("fixtures/ipanel-stb/unquoted-attribute.xml"),
        Ok(vec![Forgiven::UnquotedAttribute("xmlns:xsi".into())]),
    );
    check(
        "<a:b xmlns:a='x'></b>",
        Ok(vec![Forgiven::EndTagPrefix("a:b".into())]),
    );
    check("<a/><a/>", Ok(vec![Forgiven::TrailingText]));
    check(" <?xml version='1.0'?><a/>", Ok(vec![]));
    check(
        "<a><?xml version='1.0'?><b/></a>",
        Ok(vec![Forgiven::MisplacedDeclaration]),
    );
    check("<a b='1' b='2'/>", Ok(vec![]));
    check(
        "<Envelope><Body></Envelope>",
        Ok(vec![Forgiven::MissingEndTag("Body".into())]),
    );
    check(
        "<Envelope><Body>",
        Ok(vec![
            Forgiven::MissingEndTag("Body".into()),
            Forgiven::MissingEndTag("Envelope".into()),
        ]),
    );
    check(
        "<a><b></a>",
        Err(XmlError::Malformed {
            offset: 6,
            detail: "ill-formed document: expected `</b>`, but `</a>` was found".into(),
        }),
    );
    check(
        "<a>",
        Err(XmlError::Truncated {
            element: "a".into(),
        }),
    );
    check(
        "x",
        Err(XmlError::Malformed {
            offset: 0,
            detail: "text outside the root element".into(),
        }),
    );
    check(&" ".repeat(1001), Err(XmlError::TooLarge { limit: 1000 }));
    let many: String = (0..99).map(|n| format!("<p{n}:a/>")).collect();
    let Ok(document) = xml::parse(&format!("<a>{many}</a>"), 10_000) else {
        panic!()
    };
    assert_eq!(document.forgiven.len(), limits::FORGIVEN);
}

#[test]
fn character_sets() {
    let check = |body: &[u8], charset: Option<&str>, expected: &str, replaced: bool| {
        let found = decode(body, charset);
        assert_eq!((found.text.as_ref(), found.replaced), (expected, replaced));
    };
    check(
        "\u{FEFF}\u{FC}".as_bytes(),
        Some("iso-8859-1"),
        "\u{FC}",
        false,
    );
    check("\u{FC}".as_bytes(), Some("ISO-8859-1"), "\u{FC}", false);
    check(b"\xFC", Some("iso-8859-1"), "\u{FC}", false);
    check(b"\xFC", None, "\u{FFFD}", true);
    check(
        b"<?xml version='1.0' encoding='ISO-8859-1'?>\xFC",
        None,
        "<?xml version='1.0' encoding='ISO-8859-1'?>\u{FC}",
        false,
    );
    check(b"\xFF\xFEa\0", None, "a", false);
    check(b"\xFE\xFF\0a\xD8", None, "a", true);
    assert_eq!(
        xml::text::charset("text/xml; charset=\"utf-8\"").as_deref(),
        Some("utf-8")
    );
    assert_eq!(
        xml::text::charset("text/xml;CharSet = x ; a=b").as_deref(),
        Some("x")
    );
    assert_eq!(xml::text::charset("text/xml"), None);
    let body = [answer("<A>\u{1}").as_bytes(), b"\xFC"].concat();
    assert!(parse_response_in("X", 200, Some("latin1"), &body).is_err());
}

#[test]
fn scalar_values() {
    for (text, expected) in [
        ("1", Some(true)),
        (" TRUE ", Some(true)),
        ("no", Some(false)),
        ("0", Some(false)),
        ("", None),
        ("2", None),
    ] {
        assert_eq!(parse_boolean(text), expected, "{text:?}");
    }
    for (text, expected) in [
        ("0", Some(0)),
        (" +7 ", Some(7)),
        ("-1", Some(u32::MAX)),
        ("4294967296", None),
        ("", None),
    ] {
        assert_eq!(parse_ui4(text), expected, "{text:?}");
    }
    assert_eq!(parse_list(" 1, 2,,3 "), ["1", "2", "", "3"]);
    assert!(parse_list("  ").is_empty());
    assert_eq!(parse_base64(" YW Jj\nZA "), Some(b"abcd".to_vec()));
    assert_eq!(parse_base64("YWJjZA=="), Some(b"abcd".to_vec()));
    assert_eq!(parse_base64("Y"), None);
}

#[test]
fn events() {
    let set = PropertySet::parse(include_bytes!("fixtures/baustem-stb/event.xml"), None).unwrap();
    assert_eq!(set.get("AlarmsEnabled"), Some("1"));
    assert_eq!(set.get("InconsistentStatus"), Some(""));
    assert_eq!(set.forgiven, [Forgiven::TrailingText]);
    let update =
        upnp::data_model::update::StateUpdate::parse(set.get("ConfigurationUpdate").unwrap())
            .unwrap();
    assert_eq!(
        (update.version, update.date_time.as_str()),
        (21, "2015-07-27T19:23:07")
    );
    let values = update.parameter_values().unwrap();
    assert_eq!(
        values.get("/BBF/VoiceService/0/SIP/Network/0/ProxyServer"),
        Some("a,b")
    );

    let check = |body: &str, expected: Result<&[(&str, &str)], XmlError>| {
        let found = PropertySet::parse(body.as_bytes(), None).map(|set| set.variables);
        let expected = expected.map(|pairs| {
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{body}");
    };
    check("<propertyset/>", Ok(&[]));
    check(
        "<propertyset><property/><property><A>1</A><p:B>&lt;x/></p:B></property></propertyset>",
        Ok(&[("A", "1"), ("B", "<x/>")]),
    );
    check(
        "<propertyset><property><A><x a='1'>t</x></A></property></propertyset>",
        Ok(&[("A", "<x a='1'>t</x>")]),
    );
    check("", Err(XmlError::Empty));
    check(
        "<html/>",
        Err(XmlError::Malformed {
            offset: 0,
            detail: "not a property set".into(),
        }),
    );
    check(
        "<propertyset><property><A>1",
        Err(XmlError::Truncated {
            element: "A".into(),
        }),
    );
    check("<!DOCTYPE x>", Err(XmlError::DoctypeForbidden));
    let limit = limits::ARGUMENTS;
    check(
        &format!(
            "<propertyset><property>{}</property></propertyset>",
            "<A/>".repeat(limit + 1)
        ),
        Err(XmlError::TooManyNodes { limit }),
    );
    let limit = limits::XML_DEPTH;
    check(
        &format!("<propertyset><property>{}", "<A>".repeat(10_000)),
        Err(XmlError::TooDeep { limit }),
    );
    let limit = limits::EVENT_BYTES;
    check(&" ".repeat(limit + 1), Err(XmlError::TooLarge { limit }));
}

fn xml_text() -> impl Strategy<Value = String> {
    "[\\PC\r\n\t<>&\"']{0,60}".prop_filter("XML carries it", |text| is_xml_text(text))
}

proptest! {
    #[test]
    fn text_survives_escaping(text in xml_text()) {
        let escaped = escape(&text);
        prop_assert_eq!(unescape(&escaped).text, text.as_str());
        prop_assert_eq!(escaped_len(&text), escaped.len());
    }

    #[test]
    fn arguments_survive_the_wire(values in proptest::collection::vec(xml_text(), 0..6)) {
        let names: Vec<String> = (0..values.len()).map(|n| format!("Arg{n}")).collect();
        let arguments: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
        let request = write_request(&ServiceType::standard("X", 1), "XResponse", &arguments);
        let read = parse_response("X", 200, &request).unwrap();
        prop_assert_eq!(read.iter().collect::<Vec<_>>(), arguments);
        prop_assert!(read.forgiven().is_empty());
    }

    #[test]
    fn a_fault_survives_the_wire(code in any::<u16>(), description in "[a-z<&> ]{0,20}") {
        let body = format!("{START}<s:Fault><errorCode>{code}</errorCode><errorDescription>{}</errorDescription></s:Fault>{END}", escape(&description));
        let fault = UpnpFault { code, description: description.trim().to_owned() };
        prop_assert_eq!(parse_response("X", 500, body.as_bytes()), Err(SoapError::Fault(fault)));
    }

    #[test]
    fn scalars_read_back(number in any::<u32>(), flag in any::<bool>(), octets in proptest::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(parse_ui4(&number.to_string()), Some(number));
        prop_assert_eq!(parse_boolean(print_boolean(flag)), Some(flag));
        prop_assert_eq!(parse_base64(&print_base64(&octets)), Some(octets));
    }

    #[test]
    fn no_answer_panics(octets in proptest::collection::vec(any::<u8>(), 0..300), text in "[<>&;/A-Ca-c\"'= !?\\[\\]:#x-]{0,80}") {
        let _ = parse_response("X", 200, &octets);
        let _ = PropertySet::parse(&octets, None);
        let _ = PropertySet::parse(format!("<propertyset><property>{text}").as_bytes(), None);
        let _ = xml::parse_body(&octets, None, 1000);
        for body in [text.clone(), answer(&text), answer(&format!("<L>{text}</L>")), answer(&format!("<L>{}</L>", escape(&text)))] {
            if let Ok(arguments) = read(&body) {
                let _ = arguments.document("L", "L");
            }
        }
        let _ = xml::parse(&format!("<a>{text}</a>"), 1000);
    }

    /// Two readings by different code agree on whatever the strict one takes.
    #[test]
    fn both_readings_agree(text in "(<[ab]( [cd]=\"[e&;lt]{0,4}\")?>|</[ab]>|<c/>|[x&;lt \n]{0,4}){0,12}") {
        let document = format!("<r>{text}</r>");
        if let Ok(strict) = xml::parse(&document, 10_000) {
            if strict.forgiven.is_empty() {
                // A second root is what only the tolerant reading takes.
                let tolerant = xml::parse(&format!("{document}<x/>"), 10_000).unwrap();
                prop_assert_eq!(tolerant.forgiven, vec![Forgiven::TrailingText]);
                prop_assert_eq!(tolerant.root, strict.root);
            }
        }
    }
}
