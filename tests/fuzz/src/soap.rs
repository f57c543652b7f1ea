//! Answers to actions: the envelope, the documents in its arguments, and faults.

use upnp::data_model::split::request_len;
use upnp::limits;
use upnp::soap::envelope::{escaped_len, parse_response_in, write_request};
use upnp::soap::fault::SoapError;
use upnp::xml::text::{escape, is_xml_text, unescape};
use upnp::{ResponseArguments, ServiceType};

use crate::parameter_values::values;

mod typed;

/// Local names of the documents gateways send in arguments.
const ROOTS: [&str; 9] = [
    "SupportedDataModels",
    "StructurePathList",
    "InstancePathList",
    "ParameterValueList",
    "NodeAttributeValueList",
    "ACL",
    "Identities",
    "SupportedProtocols",
    "NSLookupResult",
];

/// Checks one answer. The first line says what it answers, as `GetValues 200 utf-8`: action,
/// HTTP status, and the charset of the header if there is one.
///
/// # Panics
/// When something that must hold does not.
pub fn soap_answer(input: &[u8]) {
    let end = input.iter().position(|octet| *octet == b'\n');
    let (head, body) = input.split_at(end.map_or(0, |end| end + 1));
    let head = String::from_utf8_lossy(head);
    let mut words = head.split_whitespace();
    let action = words.next().unwrap_or("GetValues");
    let status = words.next().and_then(|word| word.parse().ok());
    let (status, charset) = (status.unwrap_or(200), words.next());
    escaping(&String::from_utf8_lossy(body));
    let read = parse_response_in(action, status, charset, body);
    assert_eq!(read, parse_response_in(action, status, charset, body));
    match read {
        Ok(arguments) => {
            assert!((200..300).contains(&status));
            holds(&arguments, body.len());
            typed::read(action, &arguments);
        }
        Err(SoapError::Fault(fault)) => {
            assert!(fault.description.len() <= 3 * limits::FAULT_BYTES.min(body.len()));
            // Where the rest of a sentence goes, a gateway's text is cut.
            assert!(fault.to_string().len() <= 1000, "{fault}");
        }
        Err(error) => assert!(error.to_string().len() < 4096 + head.len(), "{error}"),
    }
}

fn holds(arguments: &ResponseArguments, body: usize) {
    crate::reported(arguments.forgiven());
    assert!(arguments.iter().count() <= limits::ARGUMENTS);
    let size: usize = arguments.iter().map(|(n, v)| n.len() + v.len()).sum();
    // Markup brings its tags, with the name in them; an octet becomes three at most.
    assert!(size <= 3 * 2 * body, "no text grows");
    let shown = format!("{arguments:?}");
    assert!(shown.len() <= 8 * body + 65_536);
    written_back(arguments);
    for (name, _) in arguments.iter() {
        assert!(arguments.get(name).is_some());
        assert!(arguments.require(&name.to_ascii_lowercase()).is_ok());
        for root in ROOTS {
            let carried = arguments.document_text(name, root);
            let carried = carried.expect("the argument is there");
            crate::reported(&carried.forgiven);
            assert!(carried.text.len() <= 3 * body, "no text grows");
            if root == "ParameterValueList" {
                values(&carried.text);
            }
            match arguments.document(name, root) {
                Ok(document) => {
                    crate::reported(&document.forgiven);
                    assert!(!document.root.name.is_empty());
                }
                Err(error) => assert!(matches!(error, SoapError::Unreadable { .. }), "{error}"),
            }
        }
    }
}

/// Our writer and our reader agree on every text an answer brought.
fn written_back(arguments: &ResponseArguments) {
    let listed: Vec<(&str, &str)> = arguments.iter().collect();
    let service_type = ServiceType::standard("ConfigurationManagement", 2);
    let name = "AResponse";
    let written = write_request(&service_type, name, &listed);
    let again = parse_response_in("A", 200, None, &written);
    let again = again.expect("what was written is read");
    assert_eq!(again.forgiven(), [], "we write nothing to be forgiven");
    let read: Vec<(&str, &str)> = again.iter().collect();
    if listed.iter().all(|(_, text)| is_xml_text(text)) {
        assert_eq!(read, listed, "what was written is what was read");
    } else {
        assert_eq!(read.len(), listed.len());
    }
}

fn escaping(text: &str) {
    let escaped = escape(text);
    let unescaped = unescape(&escaped);
    assert!(!unescaped.lone_ampersand, "every ampersand is escaped");
    if is_xml_text(text) {
        assert_eq!(escaped_len(text), escaped.len());
        assert!(request_len(text) >= escaped.len());
        assert_eq!(unescaped.text, text, "what was escaped is unescaped");
    }
    assert!(unescape(text).text.len() <= text.len(), "no text grows");
}
