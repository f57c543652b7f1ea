//! `add` and `delete`.

use management::{Error, Management};

use super::write::{names_and_values, send, How};
use crate::output::Output;
use crate::Ended;

pub async fn add(
    management: &Management,
    device: &str,
    table: &str,
    values: &[String],
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let values = names_and_values(values).await?;
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let edits = management.prepare_row(&session, table, &values).await?;
    send(management, &session, edits, how, output).await
}

pub async fn delete(
    management: &Management,
    device: &str,
    rows: &[String],
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    let mut edits = Vec::with_capacity(rows.len());
    for row in rows {
        let edit = management.prepare_deletion(&session, row).await?;
        if edits
            .iter()
            .any(|other: &management::Edit| other.upnp_path == edit.upnp_path)
        {
            return Err(Error::Usage(format!("{row} is given twice")).into());
        }
        edits.push(edit);
    }
    send(management, &session, edits, how, output).await
}
