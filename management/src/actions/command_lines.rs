//! A call as command lines: with curl, and with this program.

use upnp::soap::envelope::{soap_action_header, write_request};
use upnp::{ServiceRef, ServiceType};

use super::secrecy;
use super::shell::{self, Piece};
use super::view::CommandLinesView;
use crate::conversation::TracedArgument;
use crate::error::Error;

/// Files a call over TLS needs. No key leaves the secret store: the names are placeholders.
const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";
const GATEWAY: &str = "gateway.pem";
/// What the trace writes in place of a secret.
const BLACKED_OUT: &str = "[secret]";

/// One argument in the order of the SCPD.
pub(super) struct Given<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub secret: bool,
}

/// What is to be called.
pub(super) struct Target<'a> {
    pub udn: &'a str,
    pub service: &'a ServiceRef,
    /// What the command line names the service by.
    pub service_name: &'a str,
    pub action: &'a str,
    pub protected: bool,
}

/// Writes a call both ways.
///
/// # Errors
///
/// [`Error::Usage`] when the device gave its action or an argument a name that is none.
pub(super) fn write(target: &Target<'_>, given: &[Given<'_>]) -> Result<CommandLinesView, Error> {
    let names = given.iter().map(|argument| argument.name);
    for name in std::iter::once(target.action).chain(names) {
        if !is_name(name) {
            return Err(Error::Usage(
                "The device gave this action a name no command line can carry.".to_owned(),
            ));
        }
    }
    let mut secrets = 0;
    let values: Vec<Value<'_>> = given
        .iter()
        .map(|argument| {
            if argument.secret || secrecy::holds_secret(argument.value) {
                secrets += 1;
                Value::Secret(secrets)
            } else {
                Value::Text(argument.value)
            }
        })
        .collect();
    Ok(CommandLinesView {
        curl: curl(target, given, &values),
        cli: cli(target, given, &values),
        files: if target.protected {
            [CERTIFICATE, KEY, GATEWAY].map(str::to_owned).to_vec()
        } else {
            Vec::new()
        },
        secrets: (1..=secrets).map(shell::secret_variable).collect(),
    })
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Text(&'a str),
    Secret(usize),
}

fn cli(target: &Target<'_>, given: &[Given<'_>], values: &[Value<'_>]) -> String {
    let mut line = String::from("lanside call");
    // A device may call itself --help.
    if [target.udn, target.service_name]
        .iter()
        .any(|operand| operand.starts_with('-'))
    {
        line.push_str(" --");
    }
    for operand in [target.udn, target.service_name, target.action] {
        line.push(' ');
        line.push_str(&shell::word(operand));
    }
    for (argument, value) in given.iter().zip(values) {
        let name = format!("{}=", argument.name);
        line.push(' ');
        line.push_str(&shell::pieces(&[
            Piece::Text(&name),
            match value {
                Value::Text(text) => Piece::Text(text),
                Value::Secret(number) => Piece::Secret(*number),
            },
        ]));
    }
    line
}

fn curl(target: &Target<'_>, given: &[Given<'_>], values: &[Value<'_>]) -> String {
    let marker = marker_beside(target, values);
    let texts: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Text(text) => (*text).to_owned(),
            Value::Secret(number) => format!("{marker}{number}{marker}"),
        })
        .collect();
    let arguments: Vec<(&str, &str)> = given
        .iter()
        .zip(&texts)
        .map(|(argument, text)| (argument.name, text.as_str()))
        .collect();
    let body = write_request(&target.service.service_type, target.action, &arguments);
    let body = String::from_utf8_lossy(&body);
    // Text and numbers of secrets take turns between the markers.
    let body: Vec<Piece<'_>> = body
        .split(marker.as_str())
        .enumerate()
        .map(|(index, part)| match part.parse() {
            Ok(number) if index % 2 == 1 => Piece::Secret(number),
            _ => Piece::Text(part),
        })
        .collect();
    posted(
        &target.service.service_type,
        target.action,
        &shell::pieces(&body),
        target.service.control_url.as_str(),
        target.protected,
    )
}

/// A request of the trace for a shell. What was blacked out is asked for by a variable.
/// Nothing for an action or a service no command line can carry.
pub(crate) fn traced(
    url: &str,
    service: &str,
    action: &str,
    arguments: &[TracedArgument],
) -> Option<String> {
    let service = ServiceType::parse(service).ok()?;
    let names = arguments.iter().map(|argument| argument.name.as_str());
    if url.is_empty() || !std::iter::once(action).chain(names).all(is_name) {
        return None;
    }
    let pairs: Vec<(&str, &str)> = arguments
        .iter()
        .map(|argument| (argument.name.as_str(), argument.value.as_str()))
        .collect();
    let body = write_request(&service, action, &pairs);
    let body = String::from_utf8_lossy(&body);
    let mut pieces = Vec::new();
    for (number, part) in body.split(BLACKED_OUT).enumerate() {
        if number > 0 {
            pieces.push(Piece::Secret(number));
        }
        pieces.push(Piece::Text(part));
    }
    let body = shell::pieces(&pieces);
    Some(posted(
        &service,
        action,
        &body,
        url,
        url.starts_with("https:"),
    ))
}

/// A document of the trace for a shell.
pub(crate) fn fetching(url: &str) -> String {
    let files = if url.starts_with("https:") {
        format!(" --cert {CERTIFICATE} --key {KEY} --cacert {GATEWAY}")
    } else {
        String::new()
    };
    let url = shell::word(url);
    format!("curl --silent --show-error --globoff --max-time 30{files} --url {url}")
}

fn posted(service: &ServiceType, action: &str, body: &str, url: &str, protected: bool) -> String {
    let header = soap_action_header(service, action);
    // Without globoff curl reads brackets and braces of a URL as patterns.
    let mut lines = vec!["curl --silent --show-error --globoff --max-time 30".to_owned()];
    if protected {
        lines.push(format!(
            "--cert {CERTIFICATE} --key {KEY} --cacert {GATEWAY}"
        ));
    }
    lines.push("--header 'Content-Type: text/xml; charset=\"utf-8\"'".to_owned());
    lines.push(format!(
        "--header {}",
        shell::word(&format!("SOAPACTION: {header}"))
    ));
    lines.push(format!("--data-binary {body}"));
    lines.push(format!("--url {}", shell::word(url)));
    lines.join(" \\\n  ")
}

/// A text that stands nowhere in the call.
fn marker_beside(target: &Target<'_>, values: &[Value<'_>]) -> String {
    let mut marker = String::from("LANSIDE_");
    while target.service.service_type.as_str().contains(&marker)
        || target.action.contains(&marker)
        || values
            .iter()
            .any(|value| matches!(value, Value::Text(text) if text.contains(&marker)))
    {
        marker.push('_');
    }
    // Names of arguments are XML names: a colon is the one mark they cannot hold.
    marker.push(':');
    marker
}

/// Whether a name of a peer can be an element without a prefix.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[cfg(test)]
#[path = "command_lines_tests.rs"]
mod tests;
