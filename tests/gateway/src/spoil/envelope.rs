//! SOAP answers as other makers write them (real-devices, sections 1, 2, 3 and 6; uda-control-point, section 4).

use crate::cms::{Answer, ArgumentText};
use crate::quirks::{Quirk, Quirks};
use crate::service::Service;
use crate::soap::ActionRequest;
use crate::xml::escape;

/// Root of the tree in the data models, and the one a fork really has.
const ROOT: &str = "/BBF/";
const OTHER_ROOT: &str = "/TR098/";

/// Translates the paths of a request; `false` when it names the root that is only announced.
pub(crate) fn translate(request: &mut ActionRequest, quirks: &Quirks) -> bool {
    if !quirks.has(Quirk::OtherRoot) {
        return true;
    }
    let announced = |(_, text): &(String, String)| text.contains(ROOT);
    if request.arguments.iter().any(announced) {
        return false;
    }
    for (_, text) in &mut request.arguments {
        *text = text.replace(OTHER_ROOT, ROOT);
    }
    true
}

/// Output arguments with the names and documents the quirks ask for.
pub(crate) fn arguments(answer: Answer, quirks: &Quirks) -> Vec<(String, ArgumentText)> {
    let mut arguments: Vec<(String, ArgumentText)> = answer
        .into_iter()
        .map(|(name, text)| {
            let text = if quirks.is_empty() {
                text
            } else {
                argument(name, text, quirks)
            };
            (name.to_owned(), text)
        })
        .collect();
    if quirks.has(Quirk::ShuffledArguments) {
        arguments.reverse();
        let unknown = ArgumentText::Plain("nobody asked for this".to_owned());
        arguments.insert(0, ("X_Unknown".to_owned(), unknown));
    }
    for (name, _) in &mut arguments {
        if quirks.has(Quirk::LowerCaseArguments) {
            name.make_ascii_lowercase();
        }
        if quirks.has(Quirk::PrefixedArguments) {
            name.insert_str(0, "u:");
        }
    }
    arguments
}

fn argument(name: &str, text: ArgumentText, quirks: &Quirks) -> ArgumentText {
    let mut text = match text {
        ArgumentText::Plain(text) => text,
        ArgumentText::Escaped(text) => match quick_xml::escape::unescape(&text) {
            Ok(plain) => plain.into_owned(),
            Err(_) => return ArgumentText::Escaped(text),
        },
    };
    if quirks.has(Quirk::OtherRoot) && name != "SupportedDataModels" {
        text = text.replace(ROOT, OTHER_ROOT);
    }
    if !text.starts_with('<') {
        return ArgumentText::Plain(text);
    }
    let declaration = "xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"";
    if quirks.has(Quirk::WrongDefaultNamespace) {
        let wrong = format!("{declaration} xmlns=\"urn:schemas-upnp-org:service-1-0\"");
        text = text.replace(declaration, &wrong);
    }
    if quirks.has(Quirk::UnquotedAttributes) {
        text = text
            .replace(declaration, &declaration.replace('"', ""))
            .replace("<Parameter>", "<Parameter kind=plain>");
    }
    if quirks.has(Quirk::PaddedNumbers) {
        text = padded(&text);
    }
    if quirks.has(Quirk::LoneAmpersand) {
        text = text.replace("&amp; ", "& ");
    }
    if quirks.has(Quirk::ReverseOrder) {
        text = reversed(&text);
    }
    if quirks.has(Quirk::DoubleEscaped) {
        text = escape(&text);
    }
    ArgumentText::Plain(text)
}

/// The document with blanks around every number.
fn padded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive("</Value>") {
        let inner = part
            .strip_suffix("</Value>")
            .and_then(|part| part.rsplit_once("<Value>"));
        match inner {
            Some((before, value)) if value.parse::<f64>().is_ok() => {
                out.push_str(&format!("{before}<Value> {value} </Value>"));
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// The Parameter elements of a document from the last to the first.
fn reversed(text: &str) -> String {
    const END: &str = "</Parameter>";
    let (Some(from), Some(to)) = (text.find("<Parameter>"), text.rfind(END)) else {
        return text.to_owned();
    };
    let to = to + END.len();
    let (Some(before), Some(list), Some(after)) =
        (text.get(..from), text.get(from..to), text.get(to..))
    else {
        return text.to_owned();
    };
    let mut entries: Vec<&str> = list.split_inclusive(END).collect();
    entries.reverse();
    format!("{before}{}{after}", entries.concat())
}

/// Writes a finished action response the way the quirks ask for.
pub(crate) fn response(
    mut text: String,
    service: Service,
    service_type: &str,
    quirks: &Quirks,
) -> String {
    let declaration = format!(" xmlns:u=\"{service_type}\"");
    let other = |namespace: &str| format!(" xmlns:u=\"{namespace}\"");
    if quirks.has(Quirk::ServiceIdNamespace) {
        text = text.replace(&declaration, &other(&service.id(quirks)));
    }
    if quirks.has(Quirk::OtherVersionNamespace) {
        let name = service_type
            .rsplit_once(':')
            .map_or(service_type, |(name, _)| name);
        text = text.replace(&declaration, &other(&format!("{name}:4")));
    }
    if quirks.has(Quirk::NoNamespace) {
        text = text
            .replace(&declaration, "")
            .replace("<u:", "<")
            .replace("</u:", "</");
    }
    if quirks.has(Quirk::WhiteSpaceNodes) {
        text = text
            .replace(
                "<s:Body>",
                "\n  <!-- header -->\n  <s:Body>\n    <!-- body -->\n    ",
            )
            .replace(
                &format!("{declaration}>"),
                &format!("{declaration}>\n      "),
            )
            .replace("</s:Body>", "\n  </s:Body>\n");
    }
    envelope(text, quirks)
}

/// Writes a finished fault the way the quirks ask for, with its status.
pub(crate) fn fault(mut text: String, quirks: &Quirks) -> (u16, String) {
    if quirks.has(Quirk::HtmlFaults) {
        text = "<html><body><h1>500 Internal Server Error<br></h1></body></html>".to_owned();
    }
    if quirks.has(Quirk::EmptyFaults) {
        text.clear();
    }
    if quirks.has(Quirk::PaddedFaults) {
        text = text
            .replace("<errorCode>", "<errorCode>\n  ")
            .replace("</errorCode>", "\t</errorCode>")
            .replace(
                "<errorDescription>",
                "<errorDescription>\u{fffd}\u{fffd} %s",
            );
    }
    let status = if quirks.has(Quirk::FaultWith200) {
        200
    } else {
        500
    };
    (status, envelope(text, quirks))
}

fn envelope(text: String, quirks: &Quirks) -> String {
    match text.trim_end().strip_suffix("</s:Envelope>") {
        Some(cut) if quirks.has(Quirk::NoEnvelopeEnd) => cut.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::{read_request, write_response, Spelling};

    const DOCUMENT: &str =
        "<cms:L xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"><Parameter><Value>1</Value></Parameter>\
        <Parameter><Value>2</Value></Parameter><Name>A &amp; B</Name></cms:L>";

    fn written(quirk: Quirk) -> String {
        let quirks = [quirk].into_iter().collect();
        let answer = vec![
            ("Out", ArgumentText::Plain(DOCUMENT.to_owned())),
            ("Status", ArgumentText::Plain("/BBF/".to_owned())),
        ];
        let arguments = arguments(answer, &quirks);
        let named: Vec<_> = arguments
            .iter()
            .map(|(name, text)| (name.as_str(), text))
            .collect();
        let kind = Service::ConfigurationManagement.service_type();
        let text = write_response(&kind, "Act", &named, Spelling::default());
        response(text, Service::ConfigurationManagement, &kind, &quirks)
    }

    #[test]
    fn each_quirk_changes_what_it_says() {
        for (quirk, present) in [
            (Quirk::DoubleEscaped, "&amp;lt;cms:L"),
            (Quirk::WrongDefaultNamespace, "service-1-0\"&gt;"),
            (Quirk::UnquotedAttributes, "xmlns:cms=urn:"),
            (Quirk::PaddedNumbers, "&gt; 1 &lt;"),
            (Quirk::LoneAmpersand, "A &amp; B&lt;"),
            (
                Quirk::ReverseOrder,
                "2&lt;/Value&gt;&lt;/Parameter&gt;&lt;Parameter&gt;&lt;Value&gt;1",
            ),
            (Quirk::OtherRoot, "/TR098/"),
            (
                Quirk::ServiceIdNamespace,
                "serviceId:ConfigurationManagement\"",
            ),
            (Quirk::NoNamespace, "<ActResponse>"),
            (Quirk::OtherVersionNamespace, "Management:4\""),
            (Quirk::PrefixedArguments, "<u:Out>"),
            (Quirk::LowerCaseArguments, "<out>"),
            (Quirk::ShuffledArguments, "<X_Unknown>"),
            (Quirk::WhiteSpaceNodes, "<!-- body -->"),
        ] {
            let text = written(quirk);
            assert!(text.contains(present), "{}: {text}", quirk.name());
            assert!(
                read_request(text.as_bytes()).is_ok(),
                "{}: {text}",
                quirk.name()
            );
        }
        assert!(read_request(written(Quirk::NoEnvelopeEnd).as_bytes()).is_err());
    }
}
