//! Lists of parameter values, and requests cut to a size.

use upnp::data_model::document::write_paths;
use upnp::data_model::parameter_values::{self, ParameterValues};
use upnp::data_model::path::ContentPath;
use upnp::data_model::split::{request_len, split};
use upnp::limits;
use upnp::soap::write_request;
use upnp::xml::{Forgiven, XmlError};
use upnp::ServiceType;

/// Paths with values, and what was forgiven.
pub type List = (Vec<(String, String)>, Vec<Forgiven>);

pub fn values(text: &str) -> Result<List, XmlError> {
    let mut found = Vec::new();
    let forgiven = parameter_values::read(text, |path, value| {
        found.push((path.to_owned(), value.to_owned()))
    })?;
    Ok((found, forgiven))
}

#[test]
fn lists_of_parameter_values() {
    let check = |text: &str, expected: &[(&str, &str)], forgiven: &[Forgiven]| {
        let (found, report) = values(text).unwrap();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(p, v)| (p.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            (found.as_slice(), report.as_slice()),
            (expected, forgiven),
            "{text}"
        );
    };
    let list =
        |inside: &str| format!("<c:ParameterValueList xmlns:c='x'>{inside}</c:ParameterValueList>");
    let one = "<Parameter><ParameterPath>/a</ParameterPath><Value>1</Value></Parameter>";
    let skipped = |what: &str| Forgiven::Skipped(what.into());
    check(&list(one), &[("/a", "1")], &[]);
    check("", &[], &[]);
    check("<ParameterValueList/>", &[], &[]);
    check(
        &list("<Parameter><Value/><x/><ParameterPath>\n /a \n</ParameterPath></Parameter>"),
        &[("/a", "")],
        &[],
    );
    check(&list("<Parameter><ParameterPath>/a</ParameterPath><Value> &lt;&amp;&#10;]]&gt; </Value></Parameter>"), &[("/a", " <&\n]]> ")], &[]);
    check(&list("<Parameter><ParameterPath>/a</ParameterPath><Value>a<![CDATA[<b/>]]>c</Value></Parameter>"), &[("/a", "a<b/>c")], &[]);
    check(
        &list("<p:Parameter><p:ParameterPath>/a</ParameterPath><Value>a & b</Value></p:Parameter>"),
        &[("/a", "a & b")],
        &[
            Forgiven::EndTagPrefix("p:ParameterPath".into()),
            Forgiven::LoneAmpersand,
        ],
    );
    check(
        &list(
            "<Parameter><ParameterPath>/a</ParameterPath><Value><R a='1'>x</R></Value></Parameter>",
        ),
        &[("/a", "<R a='1'>x</R>")],
        &[Forgiven::Value("markup in Value".into())],
    );
    check(
        &list("<Parameter><ParameterPath>/a</ParameterPath></Parameter>"),
        &[],
        &[skipped("/a without a value")],
    );
    check(
        &list("<Parameter><Value>1</Value></Parameter>"),
        &[],
        &[skipped("a parameter without a path")],
    );
    check(
        &list(&format!("<Other><x/></Other>{one}")),
        &[("/a", "1")],
        &[skipped("Other")],
    );
    check(&format!("{}\0", list("")), &[], &[Forgiven::TrailingText]);
    check(
        &format!("<d:List>{one}</d:List>"),
        &[("/a", "1")],
        &[
            Forgiven::OtherName {
                expected: "ParameterValueList".into(),
                found: "List".into(),
            },
            Forgiven::UndeclaredPrefix("d".into()),
        ],
    );
    check(
        include_str!("../fixtures/upnpforum-cloudlight/glued-attributes.xml"),
        &[("/UPnP/SensorMgt/SensorEvents", "1")],
        &[],
    );
}

#[test]
fn lists_that_are_not_read_to_the_end() {
    let check = |text: &str, expected: XmlError| {
        assert_eq!(
            values(text),
            Err(expected),
            "{}",
            &text[..text.len().min(90)]
        )
    };
    let truncated = |element: &str| XmlError::Truncated {
        element: element.into(),
    };
    check(
        "<ParameterValueList><Parameter><ParameterPath>/a</Parame",
        XmlError::Malformed {
            offset: 48,
            detail: "an end tag does not end".into(),
        },
    );
    check(
        "<ParameterValueList><Parameter><ParameterPath>/a",
        truncated("ParameterPath"),
    );
    check("<ParameterValueList><Parameter>", truncated("Parameter"));
    check("<ParameterValueList>", truncated("ParameterValueList"));
    check(
        "<ParameterValueList></x>",
        XmlError::Malformed {
            offset: 20,
            detail: "end tag \"x\" closes \"ParameterValueList\"".into(),
        },
    );
    check(
        "<!DOCTYPE x><ParameterValueList/>",
        XmlError::DoctypeForbidden,
    );
    check(
        "</x>",
        XmlError::Malformed {
            offset: 0,
            detail: "an end tag without a start".into(),
        },
    );
    let limit = limits::XML_DEPTH;
    check(
        &format!(
            "<ParameterValueList><Parameter>{}",
            "<Value>".repeat(10_000)
        ),
        XmlError::TooDeep { limit },
    );
    check(
        &format!("<ParameterValueList>{}", "<x>".repeat(10_000)),
        XmlError::TooDeep { limit },
    );
    let limit = limits::DOCUMENT_BYTES;
    check(&" ".repeat(limit + 1), XmlError::TooLarge { limit });
    let limit = limits::PARAMETER_VALUES;
    check(
        &format!("<L>{}", "<P/>".repeat(limit + 1)),
        XmlError::TooManyNodes { limit },
    );
    let limit = limits::XML_ATTRIBUTES;
    check(
        &format!("<L><Parameter>{}", "<x/>".repeat(limit + 1)),
        XmlError::TooManyNodes { limit },
    );
    let long = format!("/{}", "x".repeat(limits::PATH_BYTES));
    let text = parameter_values::write(&[(long.as_str(), "1")]);
    assert_eq!(values(&text).unwrap().0, []);
}

#[test]
fn a_whole_tree_in_one_answer() {
    let parameters: Vec<(String, String)> = (0..20_000)
        .map(|n| (format!("/BBF/Hosts/Host/{n}/HostName"), format!("a<b>&{n}")))
        .collect();
    let list = parameter_values::write(&parameters);
    let answer = write_request(
        &ServiceType::standard("ConfigurationManagement", 2),
        "GetValuesResponse",
        &[("ParameterValueList", &list)],
    );
    let arguments = upnp::soap::parse_response("GetValues", 200, &answer).unwrap();
    let text = arguments
        .document_text("ParameterValueList", "ParameterValueList")
        .unwrap()
        .text;
    let mut forgiven = Vec::new();
    let read = ParameterValues::parse(&text, &mut forgiven).unwrap();
    assert_eq!(read.len(), parameters.len());
    assert!(read
        .iter()
        .zip(&parameters)
        .all(|(found, sent)| found == (sent.0.as_str(), sent.1.as_str())));
    assert!(forgiven.is_empty());
    let asked: Vec<ContentPath> = [
        "/BBF/Hosts/",
        "/BBF/Time/",
        "/BBF/Hosts/Host/7/HostName",
        "/BBF/Hosts/Host/7/Other",
    ]
    .iter()
    .map(|path| ContentPath::parse(path).unwrap())
    .collect();
    let missing: Vec<&str> = read
        .missing(&asked)
        .into_iter()
        .map(ContentPath::as_str)
        .collect();
    assert_eq!(missing, ["/BBF/Time/", "/BBF/Hosts/Host/7/Other"]);
}

#[test]
fn requests_are_cut_to_a_size_old_servers_take() {
    let cms = ServiceType::standard("ConfigurationManagement", 2);
    let check = |paths: Vec<String>, expected: usize| {
        let paths: Vec<ContentPath> = paths
            .iter()
            .map(|path| ContentPath::parse(path).unwrap())
            .collect();
        let batches = split("ContentPath", &paths);
        assert_eq!(batches.len(), expected);
        assert_eq!(batches.concat(), paths);
        for batch in batches {
            let list = write_paths("ContentPathList", "ContentPath", batch);
            let request = write_request(&cms, "GetValues", &[("Parameters", &list)]);
            assert!(
                batch.len() == 1 || request.len() <= limits::REQUEST_BYTES,
                "{}",
                request.len()
            );
            assert!(
                request.len() <= request_len(&list),
                "{} {}",
                request.len(),
                request_len(&list)
            );
        }
    };
    check(vec![], 0);
    check(vec!["/BBF/Time/".into()], 1);
    check(
        (0..1000)
            .map(|n| format!("/BBF/Hosts/Host/{n}/HostName"))
            .collect(),
        7,
    );
    check(
        (0..300)
            .map(|n| format!("/BBF/A&B/<{n}>/{}", "&".repeat(50)))
            .collect(),
        15,
    );
    check(vec![format!("/{}", "&".repeat(4000)), "/a".into()], 2);
}
