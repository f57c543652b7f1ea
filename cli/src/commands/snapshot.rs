//! `snapshot`: saved trees.

use std::io::Read;
use std::path::Path;

use dp_credentials::secrets::Secret;
use management::restore::{RestoreHow, RestoreItemView, RestoreReason, RestoreView};
use management::snapshots::compare::{ComparisonView, Difference, DifferenceView};
use management::snapshots::file::FileFormat;
use management::store::SnapshotHead;
use management::view::EditKind;
use management::{limits, Error, Management};
use serde_json::json;

use super::files::{format_of, write};
use crate::arguments::SnapshotVerb;
use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    what: SnapshotVerb,
    output: &Output,
) -> Result<(), Error> {
    let udn = management.resolve(device).await?;
    match what {
        SnapshotVerb::Save { name } => {
            let progress = output.progress("Reading the whole tree");
            let told =
                |known, total| progress.say(format!("Reading the whole tree: {known} of {total}"));
            let saved = management
                .save_snapshot(&udn, name.as_deref().unwrap_or_default(), told)
                .await?;
            drop(progress);
            output.result(&json!({ "snapshot": saved }), || {
                vec![format!(
                    "Saved as snapshot {}: {} parameters.",
                    saved.id, saved.parameters
                )]
            });
        }
        SnapshotVerb::List => {
            let list = management.snapshots(&udn).await?;
            output.result(&json!({ "snapshots": list }), || lines(&list));
        }
        SnapshotVerb::Diff {
            left,
            right,
            with,
            all,
        } => {
            let progress = output.progress("Comparing");
            let told =
                |known, total| progress.say(format!("Reading the whole tree: {known} of {total}"));
            let found = match (left, right, with) {
                (Some(left), Some(right), _) => {
                    Some(management.compare_snapshots(left, right).await?)
                }
                (Some(left), None, with) => {
                    let other = match with {
                        Some(device) => management.resolve(&device).await?,
                        None => udn.clone(),
                    };
                    Some(management.compare_with_present(left, &other, told).await?)
                }
                _ => management.changed_since_last_visit(&udn, told).await?,
            };
            drop(progress);
            let Some(mut found) = found else {
                output.result(&json!({ "differences": [], "same": null, "first_visit": true }), || {
                    vec!["This is the first time the whole tree was read; the next time says what has changed.".to_owned()]
                });
                return Ok(());
            };
            if !all {
                found.differences.retain(|difference| difference.setting);
            }
            output.result(&found, || difference_lines(&found));
        }
        SnapshotVerb::Export {
            id,
            file,
            format,
            with_secrets,
        } => {
            let format = format
                .map(FileFormat::from)
                .unwrap_or_else(|| format_of(&file));
            let (text, secrets) = management.export_snapshot(id, format, with_secrets).await?;
            write(&file, &text)?;
            if secrets > 0 {
                anstream::eprintln!("{}", tone(Tone::Caution, &format!("The file holds {secrets} secrets in clear. Keep it where only you can read it, and delete it after use.")));
            }
            if file != Path::new("-") {
                let document =
                    json!({ "file": file, "octets": text.expose().len(), "secrets": secrets });
                output.result(&document, || {
                    vec![format!("Written to {}.", file.display())]
                });
            }
        }
        SnapshotVerb::Import { file } => {
            let text = read(&file)?;
            let saved = management.import_snapshot(&udn, text).await?;
            output.result(&json!({ "snapshot": saved }), || {
                vec![format!(
                    "Kept as snapshot {}: {} parameters.",
                    saved.id, saved.parameters
                )]
            });
        }
        SnapshotVerb::Restore { id } => {
            let progress = output.progress("Reading the whole tree");
            let told =
                |known, total| progress.say(format!("Reading the whole tree: {known} of {total}"));
            let restored = management.restore(&udn, id, told).await?;
            drop(progress);
            output.result(&restored, || restore_lines(&restored));
        }
        SnapshotVerb::Drop { id } => {
            if !management.drop_snapshot(id).await? {
                return Err(Error::Usage(format!("there is no snapshot {id}")));
            }
            output.result(&json!({ "dropped": id }), || {
                vec![format!("Snapshot {id} is gone.")]
            });
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Secret<String>, Error> {
    let failed =
        |error: std::io::Error| Error::Usage(format!("{} cannot be read: {error}", file.display()));
    let mut text = String::new();
    let most = limits::SNAPSHOT_FILE_OCTETS as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin()
            .take(most)
            .read_to_string(&mut text)
            .map_err(failed)?;
    } else {
        let file = std::fs::File::open(file).map_err(failed)?;
        file.take(most).read_to_string(&mut text).map_err(failed)?;
    }
    Ok(Secret::new(text))
}

fn lines(list: &[SnapshotHead]) -> Vec<String> {
    if list.is_empty() {
        return vec![
            "There is no snapshot yet; lanside snapshot DEVICE save takes one.".to_owned(),
        ];
    }
    let rows: Vec<Vec<String>> = list
        .iter()
        .map(|head| {
            vec![
                head.id.to_string(),
                head.time.clone(),
                head.how.clone(),
                format!("{} parameters", head.parameters),
                head.name.clone(),
            ]
        })
        .collect();
    table(&rows)
}

fn difference_lines(found: &ComparisonView) -> Vec<String> {
    let rows: Vec<Vec<String>> = found.differences.iter().map(difference_row).collect();
    let mut lines = table(&rows);
    lines.push(format!(
        "{} differ, {} are the same.",
        found.differences.len(),
        found.same
    ));
    lines
}

fn difference_row(difference: &DifferenceView) -> Vec<String> {
    let text = |value: &Option<String>| match value {
        _ if difference.secret => "(secret)".to_owned(),
        Some(value) => value.clone(),
        None => "–".to_owned(),
    };
    let mark = match difference.difference {
        Difference::Changed => "~",
        Difference::Gone => "-",
        Difference::New => "+",
    };
    vec![
        mark.to_owned(),
        difference.path.clone(),
        text(&difference.left),
        "→".to_owned(),
        text(&difference.right),
    ]
}

fn restore_lines(restored: &RestoreView) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |title: String, items: &[RestoreItemView]| {
        if !items.is_empty() {
            lines.push(title);
            let rows: Vec<Vec<String>> = items.iter().map(item_row).collect();
            lines.extend(table(&rows).into_iter().map(|line| format!("  {line}")));
        }
    };
    list(
        format!("Carried over ({}):", restored.carried.len()),
        &restored.carried,
    );
    list(
        format!("Changed to fit ({}):", restored.changed.len()),
        &restored.changed,
    );
    list(
        format!("Impossible ({}):", restored.impossible.len()),
        &restored.impossible,
    );
    lines.push(format!("{} settings are the same already.", restored.same));
    if !restored.carried.is_empty() || !restored.changed.is_empty() {
        lines.push("Nothing was sent. Look at it with lanside draft DEVICE, send it with lanside draft DEVICE apply.".to_owned());
    }
    lines
}

fn item_row(item: &RestoreItemView) -> Vec<String> {
    let text = |value: &Option<String>| match value {
        _ if item.secret => "(secret)".to_owned(),
        Some(value) => value.clone(),
        None => "–".to_owned(),
    };
    let path = item.path.clone().unwrap_or_else(|| item.from.clone());
    let what = match item.kind {
        EditKind::Create => "new row".to_owned(),
        EditKind::Delete => "row goes".to_owned(),
        EditKind::Set => format!("{} → {}", text(&item.present), text(&item.value)),
    };
    let why = match (item.reason, item.how) {
        (Some(reason), _) => item
            .detail
            .clone()
            .unwrap_or_else(|| reason_words(reason).to_owned()),
        (None, Some(how)) => format!("{}{}", how_words(how), from_words(item)),
        (None, None) => String::new(),
    };
    vec![path, what, why]
}

fn from_words(item: &RestoreItemView) -> String {
    match &item.path {
        Some(path) if *path != item.from && item.kind == EditKind::Set => {
            format!(" (was {})", item.from)
        }
        _ => String::new(),
    }
}

fn how_words(how: RestoreHow) -> &'static str {
    match how {
        RestoreHow::SamePlace => "",
        RestoreHow::ByKey => "same key",
        RestoreHow::ByName => "same name",
        RestoreHow::ByRole => "same purpose",
        RestoreHow::ByPosition => "same position only: look twice",
        RestoreHow::NewRow => "in a new row",
        RestoreHow::RowGoes => "was not there then",
    }
}

fn reason_words(reason: RestoreReason) -> &'static str {
    match reason {
        RestoreReason::NoSuchObject => "this gateway has no such object",
        RestoreReason::NoSuchParameter => "this gateway has no such parameter",
        RestoreReason::NoSuchRow => "this gateway has no row for it and takes none",
        RestoreReason::ReadOnly => "it cannot be written here",
        RestoreReason::ValueNotTaken => "the value is not allowed here",
        RestoreReason::SecretNotKept => "the secret could not be read; type it in anew",
        RestoreReason::ReferenceLost => "what it refers to does not exist here",
    }
}
