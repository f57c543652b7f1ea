//! The only XML reader and writer of the crate.
//!
//! Reading is strict first, by a well-kept library. Gateways in the field send
//! documents such a reader must refuse, so a document that is not well-formed
//! is read a second time by a small tolerant reader, which accepts a closed
//! list of faults and reports each as a [`Forgiven`] value. A breached limit
//! is never forgiven.
//!
//! Elements are matched by their local names: several devices use undeclared
//! prefixes or a wrong namespace, so namespaces carry no information here.
//! DTDs are refused, which leaves no entities beyond the five of XML itself.
//!
//! * [`parse`]: a small document as a tree of [`Element`]s;
//! * [`scan`]: a pull reader over large documents without a tree;
//! * [`text`]: escaping and character sets; [`write`]: the writer.

pub mod scan;
mod strict;
pub mod text;
mod tolerant;
pub mod write;

use std::fmt;

use crate::limits;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// The document is larger than its limit, in octets.
    #[error("larger than {limit} octets")]
    TooLarge {
        /// The limit that was passed.
        limit: usize,
    },
    /// Elements are nested too deeply.
    #[error("elements nested deeper than {limit}")]
    TooDeep {
        /// The limit that was passed.
        limit: usize,
    },
    /// The document holds too many elements, texts or entries.
    #[error("more than {limit} nodes")]
    TooManyNodes {
        /// The limit that was passed.
        limit: usize,
    },
    /// A name or an attribute is too long, or there are too many attributes.
    #[error("a name or attribute is too long")]
    TooLong,
    /// A document type declaration, which no UPnP document has.
    #[error("a document type declaration is not accepted")]
    DoctypeForbidden,
    /// There is no element at all.
    #[error("no XML element found")]
    Empty,
    /// The text ends in the middle of the document.
    #[error("the document is cut off inside element {element:?}")]
    Truncated {
        /// Local name of the innermost open element.
        element: String,
    },
    /// The document is not well-formed, beyond what is tolerated.
    #[error("not well-formed near octet {offset}: {detail}")]
    Malformed {
        /// Where, in octets of the decoded text.
        offset: usize,
        /// What was found there.
        detail: String,
    },
}

impl XmlError {
    /// The detail is cut: the XML library quotes as much of a document as stands where a
    /// name belongs.
    pub(crate) fn malformed(offset: usize, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        Self::Malformed {
            offset,
            detail: detail.chars().take(200).collect(),
        }
    }

    /// Whether a second, tolerant reading may still succeed.
    fn may_be_forgiven(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. } | Self::Truncated { .. } | Self::Empty
        )
    }
}

/// A departure from the standards that was accepted, for the trace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Forgiven {
    /// Text before the document, such as a repeated HTTP header.
    LeadingText,
    /// Text after the end of the root element, such as a NUL.
    TrailingText,
    /// A prefix that is declared nowhere.
    UndeclaredPrefix(String),
    /// An attribute value without quotes.
    UnquotedAttribute(String),
    /// Any other fault in the attributes of this element.
    Attributes(String),
    /// An ampersand, or an unknown entity, that was taken literally.
    LoneAmpersand,
    /// An end tag is missing for this element.
    MissingEndTag(String),
    /// The end tag of this element is spelt with another prefix.
    EndTagPrefix(String),
    /// Markup in a place where none is allowed, such as a second declaration.
    MisplacedDeclaration,
    /// Octets that are not of the announced character set.
    InvalidCharacters,
    /// A document sent as markup instead of as escaped text.
    InlineDocument(String),
    /// The document itself in place of the argument that should hold it.
    DocumentAsArgument(String),
    /// A document that was escaped twice.
    DoubleEscaped(String),
    /// An element was recognised by a name that differs from the standard's.
    OtherName {
        /// The name by the standard.
        expected: String,
        /// The name that was sent.
        found: String,
    },
    /// An output argument that should be present is missing and was taken as empty.
    MissingArgument(String),
    /// A list entry or field that could not be read was left out.
    Skipped(String),
    /// A value was out of its form and replaced by what it most likely means.
    Value(String),
}

impl fmt::Display for Forgiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeadingText => f.write_str("text before the document"),
            Self::TrailingText => f.write_str("text after the document"),
            Self::UndeclaredPrefix(prefix) => write!(f, "undeclared prefix {prefix:?}"),
            Self::UnquotedAttribute(name) => write!(f, "attribute {name:?} without quotes"),
            Self::Attributes(element) => write!(f, "malformed attributes on {element:?}"),
            Self::LoneAmpersand => f.write_str("unescaped ampersand"),
            Self::MissingEndTag(element) => write!(f, "no end tag for {element:?}"),
            Self::EndTagPrefix(element) => write!(f, "other prefix in the end tag of {element:?}"),
            Self::MisplacedDeclaration => f.write_str("misplaced XML declaration"),
            Self::InvalidCharacters => f.write_str("octets outside the character set"),
            Self::InlineDocument(name) => write!(f, "document in {name:?} sent as markup"),
            Self::DocumentAsArgument(name) => write!(f, "document {name:?} sent as the argument"),
            Self::DoubleEscaped(name) => write!(f, "document in {name:?} escaped twice"),
            Self::OtherName { expected, found } => write!(f, "{found:?} taken for {expected:?}"),
            Self::MissingArgument(name) => write!(f, "argument {name:?} missing"),
            Self::Skipped(what) => write!(f, "left out: {what}"),
            Self::Value(what) => write!(f, "odd value: {what}"),
        }
    }
}

/// Adds to a report once, and only up to [`limits::FORGIVEN`] entries.
pub fn note(forgiven: &mut Vec<Forgiven>, what: Forgiven) {
    if forgiven.len() < limits::FORGIVEN && !forgiven.contains(&what) {
        forgiven.push(what);
    }
}

/// One attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Local name; namespace declarations are left out.
    pub name: String,
    /// Value, entities resolved.
    pub value: String,
}

/// A child of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Character data, entities resolved; CDATA sections are text like any other.
    Text(String),
}

/// One element with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Attributes in document order.
    pub attributes: Vec<Attribute>,
    /// Children in document order.
    pub children: Vec<Node>,
}

impl Element {
    /// Child elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first child element of this local name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// All child elements of this local name.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The text directly inside, exactly as sent.
    #[must_use]
    pub fn raw_text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// The text directly inside, without white space around it.
    #[must_use]
    pub fn text(&self) -> String {
        self.raw_text().trim().to_owned()
    }

    /// The trimmed text of the first child of this name, if it is not empty.
    #[must_use]
    pub fn child_text(&self, name: &str) -> Option<String> {
        self.child(name)
            .map(Element::text)
            .filter(|text| !text.is_empty())
    }

    /// The value of an attribute by its local name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// The first element of this name at any depth, this one included.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.elements().find_map(|element| element.find(name))
    }
}

/// A document that was read, and what had to be forgiven to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The root element.
    pub root: Element,
    /// Empty for a well-formed document.
    pub forgiven: Vec<Forgiven>,
}

/// Reads a small document into a tree: strictly, then tolerantly.
///
/// # Errors
/// The error of the strict reading, if the tolerant one fails as well, or a
/// breached limit of `limit` octets or of [`crate::limits`].
pub fn parse(text: &str, limit: usize) -> Result<Document, XmlError> {
    if text.len() > limit {
        return Err(XmlError::TooLarge { limit });
    }
    match strict::parse(text) {
        Ok(root) => Ok(Document {
            root,
            forgiven: Vec::new(),
        }),
        Err(error) if error.may_be_forgiven() => tolerant::parse(text).map_err(|second| {
            if second.may_be_forgiven() {
                error
            } else {
                second
            }
        }),
        Err(error) => Err(error),
    }
}

/// Like [`parse`], from the octets of a message body; `charset` is the one of
/// its Content-Type, if any.
///
/// # Errors
/// As [`parse`].
pub fn parse_body(body: &[u8], charset: Option<&str>, limit: usize) -> Result<Document, XmlError> {
    if body.len() > limit {
        return Err(XmlError::TooLarge { limit });
    }
    let decoded = text::decode(body, charset);
    let mut document = parse(&decoded.text, limit.saturating_mul(3))?;
    if decoded.replaced {
        note(&mut document.forgiven, Forgiven::InvalidCharacters);
    }
    Ok(document)
}

/// The part of a qualified name after its prefix.
#[must_use]
pub fn local_name(name: &str) -> &str {
    memchr::memrchr(b':', name.as_bytes())
        .and_then(|colon| name.get(colon + 1..))
        .unwrap_or(name)
}

/// The prefix of a qualified name, if it has one.
#[must_use]
pub fn prefix(name: &str) -> Option<&str> {
    name.rsplit_once(':').map(|(prefix, _)| prefix)
}
