//! Which arguments carry a secret.
//!
//! An SCPD says nothing about secrecy, so names decide, and documents by what they
//! mention. Hiding one value too many is better than writing a password down.

use upnp::secrecy::sounds_secret;
use upnp::xml::{self, Element};

use crate::schema::is_secret;

/// Longest document that is looked through for secrets.
const DOCUMENT_BYTES: usize = 1024 * 1024;

/// Whether an argument of this name, described by this state variable, is a secret.
pub(super) fn is_secret_argument(name: &str, variable: &str) -> bool {
    sounds_secret(name) || sounds_secret(variable.trim_start_matches("A_ARG_TYPE_"))
}

/// Whether a text holds a secret inside: a document that mentions a secret parameter or
/// element. What looks like a document and cannot be taken apart counts as one.
pub(super) fn holds_secret(text: &str) -> bool {
    let start = text.trim_start();
    if !start.starts_with('<') {
        // Escaped once more, or text around a document: it is not taken apart.
        return (start.contains("&lt;") || start.contains('<')) && sounds_secret(start);
    }
    match xml::parse(text, DOCUMENT_BYTES) {
        Ok(document) => mentions_secret(&document.root),
        Err(_) => true,
    }
}

fn mentions_secret(element: &Element) -> bool {
    let text = element.text();
    let path = text.starts_with('/') || text.starts_with("Device.");
    (!text.is_empty() && sounds_secret(&element.name))
        || (path && (is_secret(&text) || sounds_secret(last_name(&text))))
        || element
            .attributes
            .iter()
            .any(|attribute| sounds_secret(&attribute.name))
        || element.elements().any(mentions_secret)
}

fn last_name(path: &str) -> &str {
    path.rsplit(['/', '.'])
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_announce_secrets() {
        let check = |name: &str, variable: &str, expected: bool| {
            assert_eq!(
                is_secret_argument(name, variable),
                expected,
                "{name}, {variable}"
            );
        };
        check("NewPassword", "A_ARG_TYPE_String", true);
        check("NewX_PIN", "PIN", true);
        check("Stored", "A_ARG_TYPE_Base64", true);
        check("NewValue", "A_ARG_TYPE_Password", true);
        check("NewWEPKey0", "WEPKey", true);
        check("NumberOfRepetitions", "A_ARG_TYPE_UInt", false);
        check("Host", "A_ARG_TYPE_Host", false);
        check("Parameters", "A_ARG_TYPE_ParameterPathList", false);
        check("NumberOfPings", "A_ARG_TYPE_Pings", false);
    }

    #[test]
    fn documents_hide_secrets_inside() {
        let set = |path: &str| {
            format!(
                "<cms:ParameterValueList xmlns:cms=\"urn:x\"><Parameter><ParameterPath>{path}\
                 </ParameterPath><Value>v</Value></Parameter></cms:ParameterValueList>"
            )
        };
        assert!(holds_secret(&set(
            "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase"
        )));
        assert!(holds_secret(&set("/BBF/X_EXAMPLE_Login/UnlockPin")));
        assert!(!holds_secret(&set("/BBF/WiFi/SSID/0/SSID")));
        assert!(holds_secret("<Login><Password>p</Password></Login>"));
        assert!(holds_secret("<Login password=\"p\"/>"));
        assert!(holds_secret("<broken"));
        assert!(holds_secret("&lt;Password&gt;p&lt;/Password&gt;"));
        assert!(!holds_secret("192.168.1.1"));
    }
}
