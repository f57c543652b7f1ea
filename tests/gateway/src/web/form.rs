//! Forms as browsers send them.

use crate::limits;
use crate::secret::Secret;

/// Names and values. They may hold a password.
pub struct Form(Vec<(String, Secret<String>)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`; nothing when it is not, or holds too much.
    pub fn read(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let fields: Option<Vec<_>> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((decoded(name)?, Secret::new(decoded(value)?)))
            })
            .take(limits::WEB_FIELDS + 1)
            .collect();
        fields
            .filter(|fields| fields.len() <= limits::WEB_FIELDS)
            .map(Self)
    }

    /// The first value of a name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.expose().as_str())
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send() {
        let form = Form::read(b"name=Ada+L&password=%C3%BC%26%3D%25&empty=&bare").unwrap();
        assert_eq!(form.field("name"), Some("Ada L"));
        assert_eq!(form.field("password"), Some("\u{fc}&=%"));
        assert_eq!(
            (form.field("empty"), form.field("bare")),
            (Some(""), Some(""))
        );
        assert_eq!(form.field("other"), None);
    }

    #[test]
    fn what_they_do_not() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "%=1"] {
            assert!(Form::read(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(Form::read(b"\xff").is_none());
        let many = "a=1&".repeat(limits::WEB_FIELDS + 1);
        assert!(Form::read(many.as_bytes()).is_none());
    }
}
