//! `identity`.

use management::{Error, Management};
use serde_json::json;

use crate::arguments::IdentityVerb;
use crate::output::{table, Output};

pub async fn run(
    management: &Management,
    what: &IdentityVerb,
    output: &Output,
) -> Result<(), Error> {
    let IdentityVerb::Show = what;
    let identity = management.identity().await?;
    let document = json!({
        "identity": identity.uuid(),
        "certificate_sha256": identity.fingerprint(),
        "fingerprint_words": identity.fingerprint().words(),
        "common_name": identity.common_name(),
    });
    output.result(&document, || {
        table(&[
            vec!["Name".to_owned(), identity.common_name()],
            vec!["Identity".to_owned(), identity.uuid().to_string()],
            vec!["Certificate".to_owned(), identity.fingerprint().to_string()],
            vec!["In words".to_owned(), identity.fingerprint().words()],
        ])
    });
    Ok(())
}
