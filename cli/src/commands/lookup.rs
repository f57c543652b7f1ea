//! `find`: looks for parameters by whatever words a person has for them.

use management::{Error, Management};

use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    device: &str,
    words: &[String],
    most: usize,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let session = management.open_gateway(&udn).await?;
    session.load_all(|_, _| {}).await?;
    drop(progress);
    let found = session.search_view(
        &words.join(" "),
        most,
        &management::rows::ShownDrafts::new(),
    );
    output.result(&found, || {
        if found.hits.is_empty() {
            return vec![format!(
                "Nothing among {} parameters fits. Fewer words find more.",
                found.total
            )];
        }
        let rows: Vec<Vec<String>> = found
            .hits
            .iter()
            .map(|hit| {
                let value = match (&hit.value, hit.secret) {
                    (_, true) => "(secret)".to_owned(),
                    (Some(value), _) => value.clone(),
                    (None, _) => "–".to_owned(),
                };
                let unit = hit.units.as_deref().unwrap_or("");
                vec![
                    hit.path.clone(),
                    format!("{value} {unit}").trim_end().to_owned(),
                ]
            })
            .collect();
        let mut lines = table(&rows);
        let more = (found.matches as usize).saturating_sub(found.hits.len());
        if more > 0 {
            lines.push(tone(
                Tone::Faint,
                &format!("and {more} more (--most N shows them)"),
            ));
        }
        lines
    });
    Ok(())
}
