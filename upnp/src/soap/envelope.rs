//! Action request writer and response parser.
//!
//! An answer can be a whole parameter tree of 16 MiB, so the envelope is read
//! in one pass without a tree. The pass is the tolerant reader from the start:
//! a strict one before it would read every answer twice, and the result is the
//! same, because whatever departs from the standard is reported.

use std::borrow::Cow;
use std::sync::Arc;

use super::arrived::LeftOut;
use super::fault::{SoapError, UpnpFault};
use super::response::{Argument, Content, EscapedText, ResponseArguments};
use crate::identifiers::ServiceType;
use crate::limits;
use crate::xml::scan::{Scanner, Token};
use crate::xml::text::{decode, escape, unescape};
use crate::xml::write::Writer;
use crate::xml::{self, local_name, note, Forgiven, XmlError};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const BYTE_ORDER_MARK: char = '\u{FEFF}';
const ENCODING: &str = "http://schemas.xmlsoap.org/soap/encoding/";

/// The body of one action request, arguments unqualified in the given order.
///
/// The prefixes are `s` and `u`: a server in the field answers 500 when SOAP
/// is the default namespace. The type is the one of the description, with its
/// version.
#[must_use]
pub fn write_request(
    service_type: &ServiceType,
    action: &str,
    arguments: &[(&str, &str)],
) -> Vec<u8> {
    let name = format!("u:{action}");
    let mut writer = Writer::new();
    writer
        .open(
            "s:Envelope",
            &[("xmlns:s", ENVELOPE), ("s:encodingStyle", ENCODING)],
        )
        .open("s:Body", &[])
        .open(&name, &[("xmlns:u", service_type.as_str())]);
    for (argument, value) in arguments {
        writer.leaf(argument, value);
    }
    writer.close(&name).close("s:Body").close("s:Envelope");
    let mut request = String::from("<?xml version=\"1.0\"?>\n");
    request.push_str(&writer.finish());
    request.into_bytes()
}

/// The value of the SOAPACTION header, quotes included.
#[must_use]
pub fn soap_action_header(service_type: &ServiceType, action: &str) -> String {
    format!("\"{service_type}#{action}\"")
}

/// Reads an answer of HTTP status `status`.
///
/// The element of the answer is found by its local name, whatever its
/// namespace: answers under a service id, another version or none exist. A
/// fault is a fault whatever the status.
///
/// # Errors
/// [`SoapError::Fault`], [`SoapError::Status`] or [`SoapError::Unreadable`].
pub fn parse_response(
    action: &str,
    status: u16,
    body: &[u8],
) -> Result<ResponseArguments, SoapError> {
    parse_response_in(action, status, None, body)
}

/// [`parse_response`] with the charset of the Content-Type, if there is one.
///
/// # Errors
/// As [`parse_response`].
pub fn parse_response_in(
    action: &str,
    status: u16,
    charset: Option<&str>,
    body: &[u8],
) -> Result<ResponseArguments, SoapError> {
    let limit = limits::SOAP_ANSWER_BYTES;
    if body.len() > limit {
        return Err(SoapError::unreadable(
            "answer",
            &XmlError::TooLarge { limit },
        ));
    }
    let text = AnswerText::decode(body.to_vec(), charset);
    read_answer(action, status, &text, None)
}

/// The text of an answer.
#[derive(Debug, Clone)]
pub(crate) struct AnswerText {
    /// Shared, because an argument may be nearly all of it.
    pub text: Arc<String>,
    /// Octets outside the character set were replaced.
    replaced: bool,
    /// The octets of the body are those of the text.
    pub(super) as_sent: bool,
}

impl AnswerText {
    /// Decodes a body, which is not copied when it is UTF-8; `charset` is the
    /// one of its Content-Type.
    pub(crate) fn decode(body: Vec<u8>, charset: Option<&str>) -> Self {
        let other = |body: &[u8]| {
            let decoded = decode(body, charset);
            (decoded.text.into_owned(), decoded.replaced, false)
        };
        let (text, replaced, as_sent) = match String::from_utf8(body) {
            Ok(text) if text.starts_with(BYTE_ORDER_MARK) => other(text.as_bytes()),
            Ok(text) => (text, false, true),
            Err(error) => other(error.as_bytes()),
        };
        Self {
            text: Arc::new(text),
            replaced,
            as_sent,
        }
    }
}

/// [`parse_response`] of an answer that was decoded.
pub(super) fn read_answer(
    action: &str,
    status: u16,
    answer: &AnswerText,
    left_out: Option<LeftOut>,
) -> Result<ResponseArguments, SoapError> {
    let mut reading = Reading::new(action, &answer.text, left_out);
    if answer.replaced {
        note(&mut reading.forgiven, Forgiven::InvalidCharacters);
    }
    match reading.run() {
        Ok(Outcome::Response(arguments)) if (200..300).contains(&status) => Ok(ResponseArguments {
            action: action.to_owned(),
            arguments,
            forgiven: reading.forgiven,
            early: None,
        }),
        Ok(Outcome::Fault(fault)) => Err(SoapError::Fault(fault)),
        // An error status often comes with an HTML page or nothing.
        _ if !(200..300).contains(&status) => Err(SoapError::Status { status }),
        Ok(Outcome::Response(_)) => Err(SoapError::Status { status }),
        Err(error) => Err(error),
    }
}

enum Outcome {
    Response(Vec<Argument>),
    Fault(UpnpFault),
}

struct Reading<'a> {
    action: &'a str,
    answer: &'a Arc<String>,
    text: &'a str,
    scanner: Scanner<'a>,
    forgiven: Vec<Forgiven>,
    left_out: Option<LeftOut>,
}

impl<'a> Reading<'a> {
    fn new(action: &'a str, answer: &'a Arc<String>, left_out: Option<LeftOut>) -> Self {
        Self {
            action,
            answer,
            left_out,
            text: answer.as_str(),
            scanner: Scanner::new(answer.as_str()),
            forgiven: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<Outcome, SoapError> {
        let unreadable = |error: XmlError| SoapError::unreadable("answer", &error);
        let mut wrapping: Vec<&'a str> = Vec::new();
        loop {
            let at = self.scanner.position();
            let Some(token) = self.scanner.next_token().map_err(unreadable)? else {
                return Err(self.no_answer("the text ends before the answer"));
            };
            match token {
                Token::Start { name, empty, .. } => {
                    let local = local_name(name);
                    let inside_body = wrapping.last() == Some(&"Body");
                    if inside_body && local == "Fault" {
                        return self.fault(at).map(Outcome::Fault);
                    }
                    if inside_body {
                        self.check_name(local)?;
                        let arguments = if empty {
                            Vec::new()
                        } else {
                            self.arguments(local).map_err(unreadable)?
                        };
                        return Ok(Outcome::Response(arguments));
                    }
                    if wrapping.is_empty() && local != "Envelope" {
                        return Err(self.no_answer("the root element is no Envelope"));
                    }
                    if wrapping.len() == 1 && local == "Header" && !empty {
                        self.skip(local).map_err(unreadable)?;
                    } else if !empty {
                        wrapping.push(local);
                    }
                    if wrapping.len() >= limits::XML_DEPTH {
                        let limit = limits::XML_DEPTH;
                        return Err(unreadable(XmlError::TooDeep { limit }));
                    }
                }
                Token::End { .. } => {
                    wrapping.pop();
                }
                Token::Text(text) if wrapping.is_empty() && !text.trim().is_empty() => {
                    if text.trim_start_matches('\u{FEFF}').trim().is_empty() {
                        continue;
                    }
                    note(&mut self.forgiven, Forgiven::LeadingText);
                }
                Token::Instruction("xml") if at > 0 => {
                    note(&mut self.forgiven, Forgiven::MisplacedDeclaration);
                }
                _ => {}
            }
        }
    }

    fn no_answer(&self, detail: &str) -> SoapError {
        SoapError::Unreadable {
            what: String::from("answer"),
            detail: format!("{detail} to {}", self.action),
        }
    }

    fn check_name(&mut self, local: &str) -> Result<(), SoapError> {
        let stem = local.strip_suffix("Response");
        if stem == Some(self.action) {
            return Ok(());
        }
        if stem.is_some_and(|stem| stem.eq_ignore_ascii_case(self.action)) {
            let expected = format!("{}Response", self.action);
            let found = local.to_owned();
            note(&mut self.forgiven, Forgiven::OtherName { expected, found });
            return Ok(());
        }
        Err(self.no_answer("another element stands where the answer belongs"))
    }

    /// A fault is small: it is read as a document of its own.
    fn fault(&mut self, at: usize) -> Result<UpnpFault, SoapError> {
        let rest = self.scanner.between(at, self.text.len());
        let mut end = limits::FAULT_BYTES.min(rest.len());
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let fault = rest.get(..end).unwrap_or_default();
        let document = xml::parse(fault, limits::FAULT_BYTES)
            .map_err(|error| SoapError::unreadable("fault", &error))?;
        UpnpFault::from_element(&document.root)
    }

    /// Reads up to the end tag of the element just opened.
    fn skip(&mut self, element: &str) -> Result<(), XmlError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.scanner.next_token()? {
                Some(Token::Start { empty: false, .. }) => depth += 1,
                Some(Token::End { .. }) => depth -= 1,
                Some(_) => {}
                None => return Err(truncated(element)),
            }
            if depth > limits::XML_DEPTH {
                let limit = limits::XML_DEPTH;
                return Err(XmlError::TooDeep { limit });
            }
        }
        Ok(())
    }

    fn arguments(&mut self, response: &str) -> Result<Vec<Argument>, XmlError> {
        let mut arguments = Vec::new();
        loop {
            let at = self.scanner.position();
            match self.scanner.next_token()? {
                Some(Token::Start { name, empty, .. }) => {
                    if arguments.len() >= limits::ARGUMENTS {
                        let limit = limits::ARGUMENTS;
                        return Err(XmlError::TooManyNodes { limit });
                    }
                    let content = if empty {
                        Content::Text(String::new())
                    } else {
                        self.content(local_name(name), at)?
                    };
                    arguments.push(Argument {
                        name: local_name(name).to_owned(),
                        content,
                    });
                }
                Some(Token::End { name }) => {
                    if local_name(name) != response {
                        return Err(XmlError::malformed(at, "an end tag fits no start tag"));
                    }
                    self.check_tail();
                    return Ok(arguments);
                }
                Some(_) => {}
                None => return Err(truncated(response)),
            }
        }
    }

    /// After the answer only the wrapping may follow, whose end tags some
    /// servers forget; nothing there can change what was read.
    fn check_tail(&mut self) {
        let rest = self
            .scanner
            .between(self.scanner.position(), self.text.len());
        let rest = rest.get(..rest.len().min(1024)).unwrap_or(rest);
        for name in ["Body", "Envelope"] {
            let ends = rest.split("</").skip(1).any(|tag| {
                let tag = tag.split('>').next().unwrap_or_default();
                local_name(tag.trim()) == name
            });
            if !ends {
                note(&mut self.forgiven, Forgiven::MissingEndTag(name.to_owned()));
            }
        }
        if !rest.trim_end().ends_with('>') && !rest.trim().is_empty() {
            note(&mut self.forgiven, Forgiven::TrailingText);
        }
    }

    /// The inside of the argument that was opened at `start`.
    fn content(&mut self, argument: &str, start: usize) -> Result<Content, XmlError> {
        let inside = self.scanner.position();
        let place = self.left_out.as_ref().map(|left_out| left_out.octets.start);
        let to_place = place.and_then(|place| place.checked_sub(inside));
        let worth_keeping = EscapedText::WORTH_KEEPING;
        let long = to_place.map_or(worth_keeping, |octets| octets.min(worth_keeping));
        if let Some(raw) = self.scanner.long_leaf_text(argument, long) {
            let holds = to_place.is_some_and(|octets| octets <= raw.len());
            let left_out = if holds { self.left_out.take() } else { None };
            let span = inside..inside + raw.len();
            let text = EscapedText::new(self.answer, span, left_out);
            return Ok(Content::Escaped(text));
        }
        let mut text = String::new();
        let mut depth = 1_usize;
        let mut markup = false;
        loop {
            let at = self.scanner.position();
            match self.scanner.next_token()? {
                Some(Token::Text(raw)) => {
                    if !markup {
                        let unescaped = unescape(raw);
                        if unescaped.lone_ampersand {
                            note(&mut self.forgiven, Forgiven::LoneAmpersand);
                        }
                        match unescaped.text {
                            // The usual case is one long text: move, not copy.
                            Cow::Owned(owned) if text.is_empty() => text = owned,
                            other => text.push_str(&other),
                        }
                    }
                }
                Some(Token::CData(raw)) => text.push_str(raw),
                Some(Token::Start { empty, .. }) => {
                    markup = true;
                    depth += usize::from(!empty);
                    if depth > limits::XML_DEPTH {
                        let limit = limits::XML_DEPTH;
                        return Err(XmlError::TooDeep { limit });
                    }
                }
                Some(Token::End { name }) => {
                    depth -= 1;
                    if depth > 0 {
                        continue;
                    }
                    if local_name(name) != argument {
                        return Err(XmlError::malformed(at, "an end tag fits no start tag"));
                    }
                    return Ok(if markup {
                        let end = self.scanner.position();
                        Content::Markup(self.scanner.between(start, end).to_owned())
                    } else {
                        Content::Text(text)
                    });
                }
                Some(Token::Instruction(_)) => {
                    if !markup {
                        // An inline document with its own declaration.
                        note(&mut self.forgiven, Forgiven::MisplacedDeclaration);
                    }
                }
                None => return Err(truncated(argument)),
            }
        }
    }
}

fn truncated(element: &str) -> XmlError {
    XmlError::Truncated {
        element: element.to_owned(),
    }
}

/// The size a text takes inside a request, where it is escaped once more.
#[must_use]
pub fn escaped_len(text: &str) -> usize {
    if text
        .bytes()
        .any(|octet| matches!(octet, b'<' | b'>' | b'&' | b'\r'))
    {
        escape(text).len()
    } else {
        text.len()
    }
}
