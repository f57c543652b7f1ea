//! Secrets cannot be compared with `==`, which stops at the first octet that differs and so
//! tells by time how far a guess was right. `Secret::is` and `openssl::memcmp::eq` look at all of them.

use std::path::{Path, PathBuf};

use dp_credentials::identity::Identity;
use dp_credentials::secrets::Secret;
use dp_credentials::wps::keys::SessionKeys;
use dp_credentials::wps::Pin;

/// Does not compile for a type that can be compared: then two items of one name are meant.
macro_rules! cannot_be_compared {
    ($($type:ty),+ $(,)?) => {$(
        const _: fn() = || {
            trait OneMeaning<Which> {
                fn item() {}
            }
            struct Compared;
            impl<T: ?Sized> OneMeaning<()> for T {}
            impl<T: ?Sized + PartialEq> OneMeaning<Compared> for T {}
            let _ = <$type as OneMeaning<_>>::item;
        };
    )+};
}

cannot_be_compared!(
    Secret<String>,
    Secret<Vec<u8>>,
    Secret<[u8; 16]>,
    Secret<[u8; 32]>,
    Secret<[u8; 192]>,
    SessionKeys,
    Pin,
    Identity,
);

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("lists").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_compares_what_it_took_out_of_a_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    // What management compares are values a person typed, with nobody who could guess at them.
    for room in ["src", "../upnp/src"] {
        sources(&root.join(room), &mut found);
    }
    assert!(found.len() > 60, "{} files", found.len());
    for path in found {
        let text = std::fs::read_to_string(&path).expect("reads");
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let compared = [".expose() ==", ".expose() !=", "== &*secret", "== *secret"]
                .iter()
                .any(|comparison| line.contains(comparison));
            assert!(!compared, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}
