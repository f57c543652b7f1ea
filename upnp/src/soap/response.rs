//! Output arguments of one answer, and the documents they carry.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::arrived::LeftOut;
use super::fault::SoapError;
use crate::data_model::parameter_values::{ArrivingValues, ParameterValues, WholeList};
use crate::limits;
use crate::xml::scan::{Scanner, Token};
use crate::xml::text::unescape;
use crate::xml::{self, local_name, note, Element, Forgiven};

/// The output arguments of one answer. Debug output has their names only:
/// values may be passwords or belong to a login.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseArguments {
    pub(super) action: String,
    pub(super) arguments: Vec<Argument>,
    pub(super) forgiven: Vec<Forgiven>,
    /// What was read of the answer while it arrived.
    pub(super) early: Option<ArrivingValues>,
}

impl fmt::Debug for ResponseArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        f.debug_struct("ResponseArguments")
            .field("action", &self.action)
            .field("names", &names)
            .field("forgiven", &self.forgiven)
            .finish()
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Argument {
    /// Local name.
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Character data, unescaped once.
    Text(String),
    /// Long character data as it came.
    Escaped(EscapedText),
    /// Markup where text belongs, with the tags of the argument around it.
    Markup(String),
}

/// Long character data that is unescaped when somebody asks for it: whoever
/// reads a large list can do so without.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct EscapedText {
    /// The whole answer, which is not copied for its largest part.
    answer: Arc<String>,
    span: Range<usize>,
    /// What belongs to it and is not in the answer.
    left_out: Option<LeftOut>,
    /// With what was left out.
    whole: OnceLock<String>,
    text: OnceLock<String>,
}

impl EscapedText {
    /// From how many octets on unescaping is put off.
    pub(super) const WORTH_KEEPING: usize = 16 * 1024;

    pub(super) fn new(answer: &Arc<String>, span: Range<usize>, left_out: Option<LeftOut>) -> Self {
        Self {
            answer: Arc::clone(answer),
            span,
            left_out,
            whole: OnceLock::new(),
            text: OnceLock::new(),
        }
    }

    /// As it came, without what was left out.
    fn rest(&self) -> &str {
        self.answer.get(self.span.clone()).unwrap_or_default()
    }

    /// How many octets came.
    fn len(&self) -> usize {
        let left_out = self.left_out.as_ref();
        self.span.len() + left_out.map_or(0, |left_out| left_out.octets.len())
    }

    /// The first octets as they came.
    fn beginning(&self, octets: usize) -> String {
        let octets = octets.min(self.len());
        let start = self.span.start;
        let mut beginning = match &self.left_out {
            Some(left_out) => left_out.body.part(start..start + octets),
            None => self
                .rest()
                .as_bytes()
                .get(..octets)
                .unwrap_or_default()
                .to_vec(),
        };
        if let Err(error) = std::str::from_utf8(&beginning) {
            beginning.truncate(error.valid_up_to());
        }
        String::from_utf8(beginning).unwrap_or_default()
    }

    /// As it came.
    fn raw(&self) -> &str {
        match self.left_out {
            Some(_) => self.whole.get_or_init(|| self.beginning(self.len())),
            None => self.rest(),
        }
    }

    fn text(&self) -> &str {
        self.text
            .get_or_init(|| unescape(self.raw()).text.into_owned())
    }
}

/// A document as an argument carried it.
#[derive(Clone, PartialEq, Eq)]
pub struct ArgumentDocument<'a> {
    /// The document as text.
    pub text: Cow<'a, str>,
    /// How it departed from being escaped once.
    pub forgiven: Vec<Forgiven>,
}

impl Content {
    fn text(&self) -> &str {
        match self {
            Content::Text(text) | Content::Markup(text) => text,
            Content::Escaped(escaped) => escaped.text(),
        }
    }
}

impl ResponseArguments {
    /// For tests and for callers that answer without a wire.
    #[must_use]
    pub fn new(action: &str, arguments: Vec<(String, String)>) -> Self {
        Self {
            action: action.to_owned(),
            arguments: arguments
                .into_iter()
                .map(|(name, text)| Argument {
                    name,
                    content: Content::Text(text),
                })
                .collect(),
            forgiven: Vec::new(),
            early: None,
        }
    }

    /// The action that was answered.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What had to be forgiven in the envelope.
    #[must_use]
    pub fn forgiven(&self) -> &[Forgiven] {
        &self.forgiven
    }

    /// The text of an output argument: markup for one sent as markup. Letter
    /// case counts only when two arguments differ in nothing else.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|argument| argument.content.text())
    }

    /// The text of an output argument that must be there.
    ///
    /// # Errors
    /// [`SoapError::MissingArgument`].
    pub fn require(&self, name: &str) -> Result<&str, SoapError> {
        self.get(name).ok_or_else(|| SoapError::MissingArgument {
            action: self.action.clone(),
            argument: name.to_owned(),
        })
    }

    /// Names and texts in the order of the answer.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.arguments
            .iter()
            .map(|argument| (argument.name.as_str(), argument.content.text()))
    }

    /// Names and texts like [`Self::iter`], but of an argument that was sent
    /// with more than `octets` only the beginning, together with how many
    /// octets it had: whoever writes it down for people needs no more.
    pub(crate) fn beginnings(
        &self,
        octets: usize,
    ) -> impl Iterator<Item = (&str, Cow<'_, str>, Option<usize>)> {
        self.arguments.iter().map(move |argument| {
            let name = argument.name.as_str();
            match &argument.content {
                Content::Escaped(escaped) if escaped.len() > octets => {
                    let beginning = unescape(&escaped.beginning(octets)).text.into_owned();
                    (name, Cow::Owned(beginning), Some(escaped.len()))
                }
                content => (name, Cow::Borrowed(content.text()), None),
            }
        })
    }

    /// The list of parameter values a long output argument holds, if it is in
    /// the plain form that needs no unescaping. What was read of it while it
    /// arrived is taken along, so asking again takes longer.
    pub(crate) fn take_parameter_values(&mut self, name: &str) -> Option<WholeList> {
        let early = self.early.take();
        let Content::Escaped(escaped) = &self.find(name)?.content else {
            return None;
        };
        let (rest, start) = (escaped.rest(), escaped.span.start);
        let whole = early.and_then(|early| early.finish(rest, start));
        whole.or_else(|| {
            let values = ParameterValues::parse_escaped(escaped.raw())?;
            let given_out = 0;
            Some(WholeList { values, given_out })
        })
    }

    /// Whether what was left out of the answer belongs to one of its arguments.
    pub(super) fn holds_left_out(&self) -> bool {
        let mut contents = self.arguments.iter().map(|argument| &argument.content);
        contents.any(|content| matches!(content, Content::Escaped(text) if text.left_out.is_some()))
    }

    fn find(&self, name: &str) -> Option<&Argument> {
        let exact = self.arguments.iter().find(|a| a.name == name);
        exact.or_else(|| {
            self.arguments
                .iter()
                .find(|a| a.name.eq_ignore_ascii_case(name))
        })
    }

    /// The document an argument carries, with `root` as the local name of its
    /// root element, in all forms gateways use: escaped once (by the book),
    /// escaped twice, in CDATA, as child elements, or standing in place of the
    /// argument (the last two are devolo's).
    ///
    /// # Errors
    /// [`SoapError::MissingArgument`].
    pub fn document_text(
        &self,
        argument: &str,
        root: &str,
    ) -> Result<ArgumentDocument<'_>, SoapError> {
        let mut forgiven = Vec::new();
        let found = match self.find(argument) {
            Some(found) => found,
            None => {
                let in_place = self.arguments.iter().find(|a| a.name == root);
                in_place.ok_or_else(|| SoapError::MissingArgument {
                    action: self.action.clone(),
                    argument: argument.to_owned(),
                })?
            }
        };
        let text = match &found.content {
            Content::Markup(markup) => {
                let inner = first_child(markup, root);
                let what = if inner.is_some() {
                    Forgiven::InlineDocument(argument.to_owned())
                } else {
                    Forgiven::DocumentAsArgument(root.to_owned())
                };
                note(&mut forgiven, what);
                Cow::Borrowed(inner.unwrap_or(markup))
            }
            content => {
                let mut text = match content {
                    Content::Escaped(escaped) => {
                        let unescaped = unescape(escaped.raw());
                        if unescaped.lone_ampersand {
                            note(&mut forgiven, Forgiven::LoneAmpersand);
                        }
                        unescaped.text
                    }
                    other => Cow::Borrowed(other.text()),
                };
                for _ in 1..limits::UNESCAPE_ROUNDS {
                    let start = text.trim_start();
                    if start.starts_with("&lt;") || start.starts_with("&#60;") {
                        note(&mut forgiven, Forgiven::DoubleEscaped(argument.to_owned()));
                        text = Cow::Owned(unescape(&text).text.into_owned());
                    }
                }
                text
            }
        };
        Ok(ArgumentDocument { text, forgiven })
    }

    /// The document an argument carries, read into a tree. An argument that is
    /// empty gives an empty element of that name.
    ///
    /// # Errors
    /// [`SoapError::MissingArgument`], or [`SoapError::Unreadable`] when it is
    /// no document.
    pub fn document(&self, argument: &str, root: &str) -> Result<xml::Document, SoapError> {
        let carried = self.document_text(argument, root)?;
        let mut forgiven = carried.forgiven;
        if carried.text.trim().is_empty() {
            note(&mut forgiven, Forgiven::Value(format!("empty {argument}")));
            return Ok(xml::Document {
                root: Element {
                    name: root.to_owned(),
                    ..Element::default()
                },
                forgiven,
            });
        }
        let mut document = xml::parse(&carried.text, limits::DOCUMENT_BYTES)
            .map_err(|error| SoapError::unreadable(argument, &error))?;
        if document.root.name != root {
            let expected = root.to_owned();
            let found = document.root.name.chars().take(64).collect();
            note(&mut forgiven, Forgiven::OtherName { expected, found });
        }
        // An inline document inherits the prefixes of the envelope.
        let inline = forgiven.iter().any(|f| {
            matches!(
                f,
                Forgiven::InlineDocument(_) | Forgiven::DocumentAsArgument(_)
            )
        });
        for what in document.forgiven {
            if !(inline && matches!(what, Forgiven::UndeclaredPrefix(_))) {
                note(&mut forgiven, what);
            }
        }
        document.forgiven = forgiven;
        Ok(document)
    }
}

/// The first child element of one element, if it may be the document: it has
/// the expected name, or the argument does not.
fn first_child<'a>(markup: &'a str, root: &str) -> Option<&'a str> {
    let mut scanner = Scanner::new(markup);
    let mut outer = None;
    loop {
        let at = scanner.position();
        match scanner.next_token().ok()?? {
            Token::Start { name, .. } => {
                let Some(outer) = outer else {
                    outer = Some(local_name(name));
                    continue;
                };
                if outer == root && local_name(name) != root {
                    return None;
                }
                let rest = scanner.between(at, markup.len());
                let end = rest.rfind("</")?;
                return rest.get(..end).map(str::trim_end);
            }
            Token::End { .. } => return None,
            _ => {}
        }
    }
}
