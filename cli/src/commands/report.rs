//! `report`: a sealed page about a visit, and whether one is as it was sealed.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use dp_credentials::identity::Fingerprint;
use management::report::{ReportSection, SealView, SiteReport};
use management::schema::Language;
use management::view::Code;
use management::{limits, Error, Management};
use serde_json::json;

use crate::output::{tone, Output, Tone};
use crate::Ended;

/// A part of a report, by its name on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Section {
    /// What is not as it should be.
    Open,
    /// Identity, line, Wi-Fi, faults.
    Found,
    /// Settings, before and after.
    Changed,
    /// Tests the gateway ran.
    Tested,
}

impl From<Section> for ReportSection {
    fn from(section: Section) -> Self {
        match section {
            Section::Open => Self::Open,
            Section::Found => Self::Found,
            Section::Changed => Self::Changed,
            Section::Tested => Self::Tested,
        }
    }
}

/// What is wished of a new report.
pub struct Wish {
    pub file: PathBuf,
    pub since: Option<String>,
    pub title: Option<String>,
    /// All of them when there is none.
    pub sections: Vec<ReportSection>,
    pub notes: Vec<String>,
    pub language: Language,
}

pub async fn make(
    management: &Management,
    device: &str,
    wish: Wish,
    output: &Output,
) -> Result<(), Error> {
    let progress = output.progress("Reading");
    let udn = management.resolve(device).await?;
    let mut report = management
        .site_report(&udn, wish.since.as_deref(), wish.notes)
        .await?;
    report.title = wish.title;
    if !wish.sections.is_empty() {
        report.sections = wish.sections;
    }
    let page = management.sealed_report(&report, wish.language).await?;
    drop(progress);
    std::fs::write(&wish.file, page).map_err(|error| {
        Error::Usage(format!(
            "{} cannot be written: {error}",
            wish.file.display()
        ))
    })?;
    output.result(&report, || lines(&report, &wish.file));
    Ok(())
}

fn lines(report: &SiteReport, file: &Path) -> Vec<String> {
    let counted = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    let mut lines = vec![format!(
        "{}: {}, {}, {} since {}",
        report.gateway,
        counted(report.changed.len(), "change", "changes"),
        counted(report.tested.len(), "test", "tests"),
        counted(report.open.len(), "open matter", "open matters"),
        report.since
    )];
    if let Some(reason) = &report.silent {
        let text = format!("It did not answer, and the report says so: {reason}");
        lines.push(tone(Tone::Caution, &text));
    }
    lines.push(format!("Saved: {}", file.display()));
    lines.push(format!(
        "Sealed by this computer: {}",
        report.signer.fingerprint_words
    ));
    lines
}

/// Tells who sealed a report. Not as it was sealed, or sealed by another than `expected`: exit
/// code 6.
pub async fn verify(
    management: &Management,
    file: &Path,
    expected: Option<Fingerprint>,
    output: &Output,
) -> Result<(), Ended> {
    let document = read(file)?;
    let seal = management.check_report(&document).await?;
    let as_expected = expected.map(|expected| expected.to_string() == seal.certificate_sha256);
    let good = seal.intact && as_expected != Some(false);
    let mut shown = json!(seal);
    shown["as_expected"] = json!(as_expected);
    output.result(&shown, || verdict(&seal, as_expected));
    if good {
        Ok(())
    } else {
        Err(Ended::Told(Code::IdentityChanged))
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let unreadable =
        |error: std::io::Error| Error::Usage(format!("{} cannot be read: {error}", file.display()));
    let mut document = Vec::new();
    std::fs::File::open(file)
        .map_err(unreadable)?
        .take(limits::REPORT_OCTETS as u64 + 1)
        .read_to_end(&mut document)
        .map_err(unreadable)?;
    Ok(document)
}

fn verdict(seal: &SealView, as_expected: Option<bool>) -> Vec<String> {
    if !seal.intact {
        return vec![
            tone(Tone::Bad, "This report was changed after it was sealed."),
            "Ask for the file as it was saved; mail programs and editors may have changed it."
                .to_owned(),
        ];
    }
    let mut lines = vec![tone(Tone::Good, "This report is as it was sealed.")];
    let by = match (seal.this_computer, as_expected) {
        (true, _) => "by this computer".to_owned(),
        (false, Some(true)) => "by the certificate you named".to_owned(),
        _ => format!("by a computer that calls itself {}", seal.common_name),
    };
    lines.push(format!("Sealed {by}: {}", seal.fingerprint_words));
    lines.push(tone(Tone::Faint, &seal.certificate_sha256));
    match as_expected {
        Some(false) => lines.push(tone(
            Tone::Bad,
            "That is not the certificate you named: somebody else sealed it.",
        )),
        None if !seal.this_computer => lines.push(tone(
            Tone::Caution,
            "Anybody can seal a report: compare the words with those of the computer it should come from (lanside identity show).",
        )),
        _ => {}
    }
    lines
}
