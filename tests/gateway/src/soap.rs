//! SOAP as UDA 2.0 uses it: action requests in, action responses and faults out.

use crate::cms::ArgumentText;
use crate::xml::{self, Element, XmlError};

const ENVELOPE_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// A refusal of a service, sent as a SOAP fault (UDA 2.0, clause 3.3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("UPnP error {code}: {description}")]
pub struct UpnpError {
    /// UPnP error number, for example 703.
    pub code: u16,
    /// Short text for a person.
    pub description: String,
}

impl UpnpError {
    /// A refusal with its number and words.
    pub fn new(code: u16, description: &str) -> Self {
        Self {
            code,
            description: description.to_owned(),
        }
    }

    /// 401: the service has no such action.
    pub fn invalid_action() -> Self {
        Self::new(401, "Invalid Action")
    }

    /// 402: an argument is missing, unknown or unreadable.
    pub fn invalid_args() -> Self {
        Self::new(402, "Invalid Args")
    }

    /// 501: the present state does not allow it.
    pub fn action_failed() -> Self {
        Self::new(501, "Action Failed")
    }

    /// 600: an argument has a value the service does not accept.
    pub fn value_invalid() -> Self {
        Self::new(600, "Argument Value Invalid")
    }

    /// 606: the caller's roles do not allow it.
    pub fn not_authorized() -> Self {
        Self::new(606, "Action not authorized")
    }
}

/// An action request as read from its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRequest {
    /// Action name.
    pub action: String,
    /// Arguments in document order. The text of a plain argument is unescaped once; of an argument with
    /// child elements it is the markup between its tags.
    pub arguments: Vec<(String, String)>,
}

/// Reads an action request.
///
/// # Errors
/// The document is not XML, or holds no action element in a body.
pub fn read_request(body: &[u8]) -> Result<ActionRequest, XmlError> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let envelope = Element::parse(text)?;
    let action = envelope
        .child("Body")
        .and_then(|body| body.children.first())
        .ok_or(XmlError::Empty)?;
    let mut arguments: Vec<(String, String)> = action.children.iter().map(argument).collect();
    // One maker's client wraps both arguments of GetSupportedParameters in another element.
    if let (true, [wrapper]) = (
        action.name == "GetSupportedParameters",
        action.children.as_slice(),
    ) {
        if wrapper.child("StartingNode").is_some() {
            arguments = wrapper.children.iter().map(argument).collect();
        }
    }
    Ok(ActionRequest {
        action: action.name.clone(),
        arguments,
    })
}

fn argument(element: &Element) -> (String, String) {
    let text = if element.children.is_empty() {
        element.text.clone()
    } else {
        element.inner.clone()
    };
    (element.name.clone(), text)
}

/// How answers are spelt, for quirks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spelling {
    /// Documents inside arguments are written as child elements instead of escaped text.
    pub inline_documents: bool,
}

/// Writes an action response.
pub fn write_response(
    service_type: &str,
    action: &str,
    arguments: &[(&str, &ArgumentText)],
    spelling: Spelling,
) -> String {
    let capacity = 512
        + arguments
            .iter()
            .map(|(_, text)| text_length(text))
            .sum::<usize>();
    let mut out = String::with_capacity(capacity);
    open_envelope(&mut out);
    out.push_str("<u:");
    out.push_str(action);
    out.push_str("Response xmlns:u=\"");
    out.push_str(&xml::escape_attribute(service_type));
    out.push_str("\">");
    for (name, text) in arguments {
        out.push('<');
        out.push_str(name);
        out.push('>');
        push_argument(&mut out, text, spelling);
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
    out.push_str("</u:");
    out.push_str(action);
    out.push_str("Response>");
    close_envelope(&mut out);
    out
}

fn text_length(text: &ArgumentText) -> usize {
    match text {
        ArgumentText::Plain(text) | ArgumentText::Escaped(text) => text.len(),
    }
}

fn push_argument(out: &mut String, text: &ArgumentText, spelling: Spelling) {
    let escaped = match text {
        ArgumentText::Plain(text)
            if spelling.inline_documents && text.trim_start().starts_with('<') =>
        {
            out.push_str(without_declaration(text));
            return;
        }
        ArgumentText::Plain(text) => {
            out.push_str(&xml::escape(text));
            return;
        }
        ArgumentText::Escaped(text) => text,
    };
    if spelling.inline_documents && escaped.trim_start().starts_with("&lt;") {
        if let Ok(document) = quick_xml::escape::unescape(escaped) {
            out.push_str(without_declaration(&document));
            return;
        }
    }
    out.push_str(escaped);
}

fn without_declaration(document: &str) -> &str {
    let trimmed = document.trim_start();
    match trimmed
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest.trim_start(),
        None => trimmed,
    }
}

/// Writes a fault.
pub fn write_fault(error: &UpnpError) -> String {
    let mut out = String::with_capacity(640);
    open_envelope(&mut out);
    out.push_str(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>",
    );
    out.push_str("<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\">");
    xml::leaf(&mut out, "errorCode", &error.code.to_string());
    xml::leaf(&mut out, "errorDescription", &error.description);
    out.push_str("</UPnPError></detail></s:Fault>");
    close_envelope(&mut out);
    out
}

fn open_envelope(out: &mut String) {
    out.push_str("<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"");
    out.push_str(ENVELOPE_NAMESPACE);
    out.push_str("\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>");
}

fn close_envelope(out: &mut String) {
    out.push_str("</s:Body></s:Envelope>\n");
}

/// Splits a `SOAPACTION` value into service type and action; quotes may be missing.
pub fn split_soap_action(value: &str) -> Option<(&str, &str)> {
    value.trim().trim_matches('"').rsplit_once('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(arguments: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"{ENVELOPE_NAMESPACE}\"><s:Body>\
             <u:Act xmlns:u=\"urn:x:service:Y:1\">{arguments}</u:Act></s:Body></s:Envelope>"
        )
    }

    #[test]
    fn reads_escaped_inline_and_cdata_arguments() {
        for (wire, expected) in [
            ("<A>&lt;L&gt;&lt;/L&gt;</A>", "<L></L>"),
            ("<A><![CDATA[<L></L>]]></A>", "<L></L>"),
            ("<A><c:L xmlns:c='urn:c'/></A>", "<c:L xmlns:c='urn:c'/>"),
            ("<A/>", ""),
        ] {
            let read = read_request(request(wire).as_bytes()).unwrap();
            assert_eq!(read.action, "Act");
            assert_eq!(
                read.arguments,
                vec![("A".to_owned(), expected.to_owned())],
                "{wire}"
            );
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let plain = ArgumentText::Plain("a<b>&c".to_owned());
        let text = write_response(
            "urn:x:service:Y:1",
            "Act",
            &[("Out", &plain)],
            Spelling::default(),
        );
        let read = read_request(text.as_bytes()).unwrap();
        assert_eq!(read.action, "ActResponse");
        assert_eq!(read.arguments[0].1, "a<b>&c");
    }

    #[test]
    fn inline_spelling_nests_documents_and_leaves_text_alone() {
        let spelling = Spelling {
            inline_documents: true,
        };
        let arguments = [
            (
                "D",
                ArgumentText::Escaped(
                    "&lt;?xml version=\"1.0\"?&gt;&lt;L&gt;x&lt;/L&gt;".to_owned(),
                ),
            ),
            ("T", ArgumentText::Plain("a&b".to_owned())),
        ];
        let arguments: Vec<_> = arguments.iter().map(|(name, text)| (*name, text)).collect();
        let text = write_response("urn:x:service:Y:1", "Act", &arguments, spelling);
        assert!(text.contains("<D><L>x</L></D><T>a&amp;b</T>"), "{text}");
    }

    #[test]
    fn a_fault_names_its_number() {
        let text = write_fault(&UpnpError::not_authorized());
        assert!(text.contains("<errorCode>606</errorCode>"));
        assert!(Element::parse(&text).is_ok());
    }

    #[test]
    fn soap_action_may_lack_quotes() {
        assert_eq!(split_soap_action("\"urn:a:1#B\""), Some(("urn:a:1", "B")));
        assert_eq!(split_soap_action(" urn:a:1#B "), Some(("urn:a:1", "B")));
        assert_eq!(split_soap_action("B"), None);
    }
}
