//! Property set of one NOTIFY: state variables with their new values.

use crate::limits;
use crate::xml::scan::{Scanner, Token};
use crate::xml::text::{decode, unescape};
use crate::xml::{local_name, note, Forgiven, XmlError};

/// State variables with their values, in document order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PropertySet {
    /// Names and texts, unescaped once.
    pub variables: Vec<(String, String)>,
    /// What had to be forgiven.
    pub forgiven: Vec<Forgiven>,
}

impl PropertySet {
    /// Reads the body of a NOTIFY. Several variables may share one property
    /// element; a variable that holds markup is given as that markup; what
    /// follows the document (libupnp 1.6 sends a NUL) is ignored.
    ///
    /// # Errors
    /// When the body is no property set or passes a limit of [`crate::limits`].
    pub fn parse(body: &[u8], charset: Option<&str>) -> Result<Self, XmlError> {
        let limit = limits::EVENT_BYTES;
        if body.len() > limit {
            return Err(XmlError::TooLarge { limit });
        }
        let decoded = decode(body, charset);
        let mut set = Self::default();
        if decoded.replaced {
            note(&mut set.forgiven, Forgiven::InvalidCharacters);
        }
        set.read(&decoded.text)?;
        Ok(set)
    }

    /// The value of a state variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    fn read(&mut self, text: &str) -> Result<(), XmlError> {
        let mut scanner = Scanner::new(text);
        let mut open: Vec<&str> = Vec::new();
        loop {
            let at = scanner.position();
            match scanner.next_token()? {
                None if open.is_empty() => return Err(XmlError::Empty),
                None => {
                    return Err(XmlError::Truncated {
                        element: local_name(open.pop().unwrap_or_default()).to_owned(),
                    })
                }
                Some(Token::Start { name, empty, .. }) => match open.as_slice() {
                    [] if local_name(name) != "propertyset" => {
                        return Err(XmlError::malformed(at, "not a property set"));
                    }
                    [] if empty => return Ok(()),
                    [] => open.push(name),
                    [_] if empty => {}
                    [_] => open.push(name),
                    _ => {
                        if self.variables.len() >= limits::ARGUMENTS {
                            let limit = limits::ARGUMENTS;
                            return Err(XmlError::TooManyNodes { limit });
                        }
                        let value = if empty {
                            String::new()
                        } else {
                            value(&mut scanner, name)?
                        };
                        self.variables.push((local_name(name).to_owned(), value));
                    }
                },
                Some(Token::End { name }) => {
                    let fits = open
                        .pop()
                        .is_some_and(|open| local_name(open) == local_name(name));
                    if !fits {
                        return Err(XmlError::malformed(at, "an end tag fits no start tag"));
                    }
                    if open.is_empty() {
                        let rest = scanner.between(scanner.position(), text.len());
                        if !rest.trim().is_empty() {
                            note(&mut self.forgiven, Forgiven::TrailingText);
                        }
                        return Ok(());
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// The inside of the variable just opened.
fn value(scanner: &mut Scanner<'_>, name: &str) -> Result<String, XmlError> {
    let start = scanner.position();
    let mut text = String::new();
    let mut depth = 1_usize;
    let mut markup = false;
    loop {
        let at = scanner.position();
        match scanner.next_token()? {
            None => {
                return Err(XmlError::Truncated {
                    element: local_name(name).to_owned(),
                })
            }
            Some(Token::Text(raw)) => text.push_str(&unescape(raw).text),
            Some(Token::CData(raw)) => text.push_str(raw),
            Some(Token::Start { empty, .. }) => {
                markup = true;
                depth += usize::from(!empty);
                if depth > limits::XML_DEPTH {
                    let limit = limits::XML_DEPTH;
                    return Err(XmlError::TooDeep { limit });
                }
            }
            Some(Token::End { name: end }) => {
                depth -= 1;
                if depth > 0 {
                    continue;
                }
                if local_name(end) != local_name(name) {
                    return Err(XmlError::malformed(at, "an end tag fits no start tag"));
                }
                return Ok(if markup {
                    scanner.between(start, at).to_owned()
                } else {
                    text
                });
            }
            Some(Token::Instruction(_)) => {}
        }
    }
}
