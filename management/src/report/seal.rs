//! The seal of a site report: the last lines of the page, a comment that browsers do not show,
//! with certificate and signature. Everything before the signature is signed, the certificate
//! too, and nothing comes after it.

use dp_credentials::identity::{
    common_name_of_der, signature_fits, Fingerprint, Identity, IdentityError, IdentityUuid,
};
use openssl::base64::{decode_block, encode_block};

use super::view::SealView;
use crate::error::Error;
use crate::limits;

/// What keeps these signatures apart from all others of the same key.
const PURPOSE: &str = "lanside site report 1";
const OPENING: &str = "<!-- lanside-seal 1\n";
const CLOSING: &str = "\n-->\n</body></html>\n";

/// The page with a seal at its end. The page is one without its closing tags.
///
/// # Errors
///
/// Only when the crypto library fails.
pub(super) fn seal(page: &str, identity: &Identity) -> Result<String, IdentityError> {
    let mut sealed = format!("{page}{OPENING}{}\n", encode_block(identity.leaf_der()));
    let signature = identity.sign(PURPOSE, sealed.as_bytes())?;
    sealed.push_str(&encode_block(&signature));
    sealed.push_str(CLOSING);
    Ok(sealed)
}

/// Who sealed a page, and whether it is as it was sealed. `ours` is the fingerprint of this
/// installation.
///
/// # Errors
///
/// [`Error::Usage`] for a document without a seal.
pub(super) fn check(document: &[u8], ours: Option<Fingerprint>) -> Result<SealView, Error> {
    let (signed, certificate, signature) = parts(document).ok_or_else(|| {
        Error::Usage(
            "this is no site report with a seal; take the file as it was saved, not a print or a copy of its text"
                .to_owned(),
        )
    })?;
    let intact = signature_fits(&certificate, PURPOSE, signed, &signature)
        .map_err(|_| Error::Usage("the certificate in the seal cannot be read".to_owned()))?;
    let fingerprint = Fingerprint::of_leaf_der(&certificate);
    Ok(SealView {
        intact,
        certificate_sha256: fingerprint.to_string(),
        fingerprint_words: fingerprint.words(),
        identity: IdentityUuid::from_leaf_der(&certificate).to_string(),
        common_name: common_name_of_der(&certificate),
        this_computer: ours == Some(fingerprint),
    })
}

/// What is signed, the certificate and the signature.
fn parts(document: &[u8]) -> Option<(&[u8], Vec<u8>, Vec<u8>)> {
    if document.len() > limits::REPORT_OCTETS {
        return None;
    }
    let rest = document.strip_suffix(CLOSING.as_bytes())?;
    let opening = OPENING.as_bytes();
    // The last one: what the page itself says is under the signature.
    let at = rest
        .windows(opening.len())
        .rposition(|window| window == opening)?;
    let certificate_at = at + opening.len();
    let length = rest[certificate_at..]
        .iter()
        .position(|octet| *octet == b'\n')?;
    let certificate = &rest[certificate_at..certificate_at + length];
    let (signed, signature) = rest.split_at(certificate_at + length + 1);
    if certificate.len() > limits::REPORT_CERTIFICATE_OCTETS {
        return None;
    }
    Some((signed, octets_of(certificate)?, octets_of(signature)?))
}

/// What base64 says, in the one spelling it has: bits that mean nothing must be zero, as a seal
/// that can be written in two ways does not hold every octet of its file.
fn octets_of(base64: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(base64).ok()?;
    let octets = decode_block(text).ok()?;
    (encode_block(&octets) == text).then_some(octets)
}

#[cfg(test)]
mod tests {
    use dp_credentials::identity::KeyKind;
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = "<!doctype html>\n<html><body><p>Hallway</p>\n";

    fn identity() -> Identity {
        Identity::generate_with("Laptop", KeyKind::P256).expect("an identity")
    }

    #[test]
    fn a_sealed_page_tells_who_sealed_it() {
        let identity = identity();
        let sealed = seal(PAGE, &identity).expect("a seal");
        assert!(sealed.starts_with(PAGE) && sealed.ends_with("</body></html>\n"));
        let ours = Some(identity.fingerprint());
        let view = check(sealed.as_bytes(), ours).expect("a report");
        assert!(view.intact && view.this_computer);
        assert_eq!(view.identity, identity.uuid().to_string());
        assert_eq!(view.common_name, "Laptop");
        let view = check(sealed.as_bytes(), None).expect("a report");
        assert!(view.intact && !view.this_computer);
    }

    #[test]
    fn every_octet_counts() {
        let sealed = seal(PAGE, &identity()).expect("a seal");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1;
            let intact = check(&changed, None).is_ok_and(|view| view.intact);
            assert!(!intact, "octet {at}");
        }
        for added in [
            format!("{sealed} "),
            format!(" {sealed}"),
            sealed.replace('\n', "\r\n"),
        ] {
            assert!(!check(added.as_bytes(), None).is_ok_and(|view| view.intact));
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(octets_of(b"QQ=="), Some(b"A".to_vec()));
        assert_eq!(octets_of(b"QR=="), None);
        assert_eq!(octets_of(b"QQ==\n"), None);
    }

    #[test]
    fn what_looks_like_a_seal_inside_the_page_is_part_of_the_page() {
        let page = format!("{PAGE}{OPENING}AAAA\nAAAA{CLOSING}");
        let sealed = seal(&page, &identity()).expect("a seal");
        assert!(check(sealed.as_bytes(), None).expect("a report").intact);
    }

    proptest! {
        #[test]
        fn no_document_panics(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = check(&octets, None);
            let mut framed = OPENING.as_bytes().to_vec();
            framed.extend(&octets);
            framed.extend(CLOSING.as_bytes());
            let _ = check(&framed, None);
        }
    }
}
