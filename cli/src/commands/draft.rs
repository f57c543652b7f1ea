//! `draft`: what waits to be sent.

use management::view::{DraftView, EditKind};
use management::Management;

use super::write::{send_draft, warning_words, How};
use crate::arguments::DraftVerb;
use crate::output::{table, Output};
use crate::Ended;

pub async fn run(
    management: &Management,
    device: &str,
    what: Option<DraftVerb>,
    output: &Output,
) -> Result<(), Ended> {
    let udn = management.resolve(device).await?;
    match what {
        None | Some(DraftVerb::Show) => {
            let draft = management.review(&udn).await?;
            output.result(&draft, || lines(&draft));
        }
        Some(DraftVerb::Discard) => {
            let draft = management.discard(&udn).await?;
            output.result(&draft, || lines(&draft));
        }
        Some(DraftVerb::Apply {
            yes,
            even_if_cut_off,
        }) => {
            let session = management.open_gateway(&udn).await?;
            let draft = management.review(&udn).await?;
            send_draft(
                management,
                &session,
                &lines(&draft),
                draft.edits.len(),
                How::new(false, yes, even_if_cut_off),
                output,
            )
            .await?;
        }
    }
    Ok(())
}

fn lines(draft: &DraftView) -> Vec<String> {
    if draft.edits.is_empty() {
        return vec!["Nothing waits to be sent.".to_owned()];
    }
    let rows: Vec<Vec<String>> = draft
        .edits
        .iter()
        .map(|edit| {
            let text = |value: &Option<String>| match value {
                _ if edit.secret => "(secret)".to_owned(),
                Some(value) => value.clone(),
                None => "?".to_owned(),
            };
            let what = match edit.kind {
                EditKind::Create => "new row".to_owned(),
                EditKind::Delete => "row goes".to_owned(),
                EditKind::Set => format!("{} → {}", text(&edit.old), text(&edit.new)),
            };
            let mut remarks = Vec::new();
            if let Some(now) = &edit.conflict {
                remarks.push(format!("the gateway has {now} by now"));
            }
            remarks.extend(edit.problem.clone());
            remarks.extend(
                edit.warning
                    .map(|warning| warning_words(warning).to_owned()),
            );
            vec![edit.path.clone(), what, remarks.join("; ")]
        })
        .collect();
    table(&rows)
}
