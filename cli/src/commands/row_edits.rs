//! `add` and `delete`.

use management::{Error, Management};

use super::write::{names_and_values, send, How};
use crate::output::Output;

pub async fn add(
    management: &Management,
    device: &str,
    table: &str,
    values: &[String],
    dry_run: bool,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    let values = names_and_values(values).await?;
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let edits = management.prepare_row(&session, table, &values).await?;
    let how = How {
        undoes: None,
        dry_run,
        yes,
    };
    send(management, &session, edits, how, output).await
}

pub async fn delete(
    management: &Management,
    device: &str,
    rows: &[String],
    dry_run: bool,
    yes: bool,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let mut edits = Vec::with_capacity(rows.len());
    for row in rows {
        let edit = management.prepare_deletion(&session, row).await?;
        if edits
            .iter()
            .any(|other: &management::Edit| other.upnp_path == edit.upnp_path)
        {
            return Err(Error::Usage(format!("{row} is given twice")));
        }
        edits.push(edit);
    }
    let how = How {
        undoes: None,
        dry_run,
        yes,
    };
    send(management, &session, edits, how, output).await
}
