//! A site report as a page of its own: nothing is loaded from elsewhere, nothing runs in it, and
//! it prints well. The closing tags are the seal's.

use upnp::xml::text::escape;

use super::view::{OpenMatter, ReportSection, SiteReport};
use super::words::{self, Words};
use crate::clock;
use crate::diagnostics::{RunState, TestResult, TestView};
use crate::ladder::Ladder;
use crate::schema::Language;
use crate::status::{LineView, StatusView};
use crate::store::{JournalEntry, JournalValue};

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1b1b1f;background:#fff}\
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p.about,footer{color:#555;margin-top:0}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}\
th{font-weight:600}table.facts th{width:12rem;font-weight:400;color:#555}td.t{white-space:nowrap;font-variant-numeric:tabular-nums}\
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}ul{margin:.2rem 0;padding-left:1.1rem}p.note{white-space:pre-wrap}\
.ok{color:#14692b}.bad{color:#a1260d}.faint{color:#666}footer{margin-top:3rem;border-top:1px solid #ddd;padding-top:.8rem;font-size:.9rem}\
@media print{body{margin:0;max-width:none;font-size:10pt}tr,li,p{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}\
@media (prefers-color-scheme:dark){@media screen{body{background:#17181c;color:#e6e6ea}p.about,footer,.faint,table.facts th{color:#a0a0a8}td,th,footer{border-color:#3a3b42}.ok{color:#6fce8a}.bad{color:#ff9a85}}}";

/// Nothing may be loaded and nothing may run, whatever a gateway put into its texts.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A page under way.
struct Page<'a> {
    out: String,
    report: &'a SiteReport,
    words: &'static Words,
    language: Language,
}

/// The report as an HTML document without its closing tags.
pub(super) fn page(report: &SiteReport, language: Language) -> String {
    let words = Words::of(language);
    let mut page = Page {
        out: String::new(),
        report,
        words,
        language,
    };
    let usual = format!("{}: {}", words.title, escape(&report.gateway));
    let own = report.title.as_deref().map(str::trim);
    let own = own.filter(|title| !title.is_empty()).map(escape);
    let (title, subject) = match own {
        Some(own) => (own, format!("{usual}<br>")),
        None => (usual, String::new()),
    };
    page.out.push_str(&format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n\
         <p class=\"about\">{subject}{} {}<br>{} {}<br><code>{}</code></p>\n",
        words.language,
        words.made,
        moment(&report.time),
        words.since,
        moment(&report.since),
        escape(&report.udn),
    ));
    page.notes();
    for section in ReportSection::ALL {
        if report.sections.contains(&section) {
            page.section(section);
        }
    }
    page.left_out();
    page.out.push_str(&format!(
        "<footer>{} {}: <strong>{}</strong><br><code>{}</code><br>{}</footer>\n",
        words.seal,
        escape(&report.signer.common_name),
        escape(&report.signer.fingerprint_words),
        escape(&report.signer.certificate_sha256),
        words.how_to_check,
    ));
    page.out
}

impl Page<'_> {
    fn heading(&mut self, text: &str) {
        self.out.push_str(&format!("<h2>{text}</h2>\n"));
    }

    fn section(&mut self, section: ReportSection) {
        match section {
            ReportSection::Open => self.open(),
            ReportSection::Found => self.found(),
            ReportSection::Changed => self.changed(),
            ReportSection::Tested => self.tested(),
        }
    }

    /// Names what was left out: nobody shall take its absence for “nothing”.
    fn left_out(&mut self) {
        let words = self.words;
        let missing = ReportSection::ALL
            .into_iter()
            .filter(|one| !self.report.sections.contains(one));
        let names: Vec<&str> = missing
            .map(|section| match section {
                ReportSection::Open => words.open,
                ReportSection::Found => words.found,
                ReportSection::Changed => words.changed,
                ReportSection::Tested => words.tested,
            })
            .collect();
        if !names.is_empty() {
            let text = format!(
                "<p class=\"faint\">{}: {}</p>\n",
                words.left_out,
                names.join(", ")
            );
            self.out.push_str(&text);
        }
    }

    /// Rows of a name and a value; those without a value are left out.
    fn facts(&mut self, rows: &[(&str, Option<String>)]) {
        self.out.push_str("<table class=\"facts\">\n");
        for (name, value) in rows {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                self.out.push_str(&format!(
                    "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>\n",
                    escape(value)
                ));
            }
        }
        self.out.push_str("</table>\n");
    }

    fn head(&mut self, columns: &[&str]) {
        let cells: String = columns
            .iter()
            .map(|name| format!("<th scope=\"col\">{name}</th>"))
            .collect();
        self.out
            .push_str(&format!("<table><thead><tr>{cells}</tr></thead>\n"));
    }

    fn notes(&mut self) {
        if self.report.notes.is_empty() {
            return;
        }
        self.heading(self.words.notes);
        for note in &self.report.notes {
            self.out
                .push_str(&format!("<p class=\"note\">{}</p>\n", escape(note)));
        }
    }

    fn open(&mut self) {
        self.heading(self.words.open);
        if self.report.open.is_empty() {
            let text = format!("<p class=\"ok\">{}</p>\n", self.words.nothing_open);
            self.out.push_str(&text);
            return;
        }
        let items: Vec<String> = self
            .report
            .open
            .iter()
            .filter_map(|matter| self.matter(matter))
            .collect();
        self.out.push_str("<ul>\n");
        for item in items {
            self.out
                .push_str(&format!("<li class=\"bad\">{}</li>\n", escape(&item)));
        }
        self.out.push_str("</ul>\n");
    }

    fn matter(&self, matter: &OpenMatter) -> Option<String> {
        let (words, language, found) = (self.words, self.language, self.report.found.as_ref());
        Some(match matter {
            OpenMatter::Silent => words.silent.to_owned(),
            OpenMatter::Broken { ladder } => {
                let ladder = found?.ladders.get(*ladder as usize)?;
                let next = ladder.next.as_ref();
                let next = next.map(|next| format!(". {}", words::next(next, language)));
                format!("{}{}", broken(ladder, language)?, next.unwrap_or_default())
            }
            OpenMatter::Failed { test } => {
                let test = self.report.tested.get(*test as usize)?;
                format!(
                    "{} {}: {}",
                    words::test(test.kind, language),
                    test.target.as_deref().unwrap_or_default(),
                    words.failed
                )
            }
            OpenMatter::Change { id, state } => {
                format!("{} {id}: {}", words.changed, words::state(*state, language))
            }
            OpenMatter::Draft { edits } => format!("{edits} {}", words.draft),
            OpenMatter::Alarm { alarm } => {
                let alarm = found?.alarms.get(*alarm as usize)?;
                format!("{} ({}): {}", words.alarm, alarm.severity, alarm.text)
            }
        })
    }

    fn found(&mut self) {
        let words = self.words;
        self.heading(words.found);
        let Some(found) = &self.report.found else {
            let why = escape(self.report.silent.as_deref().unwrap_or_default());
            self.out.push_str(&format!(
                "<p class=\"bad\">{}</p>\n<p class=\"faint\">{why}</p>\n",
                words.silent
            ));
            return;
        };
        let identity = &found.identity;
        let mut rows = vec![
            (words.maker, identity.manufacturer.clone()),
            (words.model, identity.model.clone()),
            (words.serial_number, identity.serial_number.clone()),
            (words.hardware, identity.hardware_version.clone()),
            (words.software, identity.software_version.clone()),
            (words.address, identity.address.clone()),
            (words.up_time, found.up_time_s.map(clock::span)),
            (words.internet, internet(found, words)),
        ];
        for line in &found.lines {
            rows.push((words.line, Some(self.line(line))));
        }
        for network in &found.wifi {
            let parts = [
                Some(network.ssid.clone()),
                Some(if network.enabled { words.on } else { words.off }.to_owned()),
                network.status.clone(),
                network.band.clone(),
                network
                    .channel
                    .map(|channel| format!("{} {channel}", words.channel)),
                network.security.clone(),
            ];
            rows.push((words.wifi, Some(joined(parts))));
        }
        // Names of people's devices are theirs.
        rows.push((
            words.devices,
            Some(format!(
                "{} {}, {} {}",
                found.hosts.active, words.there, found.hosts.known, words.known
            )),
        ));
        self.facts(&rows);
        for ladder in &found.ladders {
            self.evidence(ladder);
        }
    }

    fn line(&self, line: &LineView) -> String {
        let words = self.words;
        let pair = |name: &str, down: Option<String>, up: Option<String>| {
            (down.is_some() || up.is_some()).then(|| {
                let said = |one: Option<String>| one.unwrap_or_else(|| "?".to_owned());
                format!("{name} {} / {}", said(down), said(up))
            })
        };
        let rate = |rate: Option<u32>| rate.map(|rate| format!("{rate} kbit/s"));
        let tenths =
            |value: Option<i32>| value.map(|value| self.number(f64::from(value) / 10.0, 1) + " dB");
        joined([
            Some(line.kind.clone()),
            line.status.clone(),
            line.profile.clone(),
            pair(words.rate, rate(line.down_kbit), rate(line.up_kbit)),
            pair(
                words.margin,
                tenths(line.margin_down),
                tenths(line.margin_up),
            ),
            pair(
                words.attenuation,
                tenths(line.attenuation_down),
                tenths(line.attenuation_up),
            ),
        ])
    }

    fn evidence(&mut self, ladder: &Ladder) {
        let Some(text) = broken(ladder, self.language) else {
            return;
        };
        self.out
            .push_str(&format!("<p class=\"bad\">{}</p>\n", escape(&text)));
        let rung = ladder.broken.and_then(|at| ladder.rungs.get(at as usize));
        let evidence = rung.map_or(&[][..], |rung| &rung.evidence);
        if evidence.is_empty() {
            return;
        }
        self.out.push_str(&format!(
            "<p class=\"faint\">{}</p>\n<ul>\n",
            self.words.evidence
        ));
        for one in evidence {
            self.out.push_str(&format!(
                "<li><code>{} = {}</code></li>\n",
                escape(&one.path),
                escape(&one.value)
            ));
        }
        self.out.push_str("</ul>\n");
    }

    fn changed(&mut self) {
        let words = self.words;
        self.heading(words.changed);
        if self.report.changed.is_empty() {
            self.out.push_str(&format!(
                "<p class=\"faint\">{}</p>\n",
                words.nothing_changed
            ));
            return;
        }
        self.shortened();
        self.head(&[
            words.time,
            words.parameter,
            words.before,
            words.after,
            words.outcome,
        ]);
        for entry in &self.report.changed {
            self.entry(entry);
        }
        self.out.push_str("</table>\n");
    }

    fn entry(&mut self, entry: &JournalEntry) {
        let words = self.words;
        let state = if super::is_hidden(entry) {
            words.accepted_hidden
        } else {
            words::state(entry.state, self.language)
        };
        let undoes = entry
            .undoes
            .map(|other| format!(", {} {other}", words.takes_back))
            .unwrap_or_default();
        for (at, change) in entry.changes.iter().enumerate() {
            let first = at == 0;
            // What was read back counts; what was asked for stands beside it where they differ.
            let after = match (&change.read_back, &change.new) {
                (JournalValue::None, new) => self.value(new),
                (back, new) if back == new => self.value(back),
                (back, new) => format!("{} ({})", self.value(back), self.value(new)),
            };
            self.out.push_str(&format!(
                "<tr><td class=\"t\">{}</td><td><code>{}</code></td><td>{}</td><td>{after}</td><td>{}</td></tr>\n",
                if first { moment(&entry.time) } else { String::new() },
                escape(&change.path),
                self.value(&change.old),
                if first {
                    format!("{}: {state}{undoes}", entry.id)
                } else {
                    String::new()
                },
            ));
        }
    }

    fn value(&self, value: &JournalValue) -> String {
        match value {
            JournalValue::Value(text) if text.is_empty() => "“”".to_owned(),
            JournalValue::Value(text) => escape(text),
            JournalValue::Secret => format!("<span class=\"faint\">{}</span>", self.words.hidden),
            JournalValue::None => self.words.no_value.to_owned(),
        }
    }

    fn tested(&mut self) {
        let words = self.words;
        self.heading(words.tested);
        if self.report.tested.is_empty() {
            self.out.push_str(&format!(
                "<p class=\"faint\">{}</p>\n",
                words.nothing_tested
            ));
            return;
        }
        self.shortened();
        self.head(&[words.time, words.test, words.target, words.result]);
        for test in &self.report.tested {
            let (class, outcome) = match (test.state, test.passed) {
                (RunState::Completed, true) => ("ok", words.passed),
                (RunState::Completed, false) => ("bad", words.failed),
                _ => ("faint", words.stopped),
            };
            let row = format!(
                "<tr><td class=\"t\">{}</td><td>{}</td><td>{}</td><td><span class=\"{class}\">{outcome}</span> {}</td></tr>\n",
                moment(&test.started),
                words::test(test.kind, self.language),
                escape(test.target.as_deref().unwrap_or_default()),
                escape(&self.result(test)),
            );
            self.out.push_str(&row);
        }
        self.out.push_str("</table>\n");
    }

    fn shortened(&mut self) {
        if self.report.shortened {
            self.out.push_str(&format!(
                "<p class=\"faint\">{}</p>\n",
                self.words.shortened
            ));
        }
    }

    /// What a test found, in few words.
    fn result(&self, test: &TestView) -> String {
        let milliseconds = |time: Option<f64>| time.map(|time| self.number(time, 1) + " ms");
        let count = |count: usize| Some(count.to_string());
        let status = Some(test.status.clone());
        joined(match &test.result {
            Some(TestResult::Packets {
                received,
                lost,
                average_ms,
                ..
            }) => [
                Some(format!("{received}/{}", received.saturating_add(*lost))),
                milliseconds(*average_ms),
                None,
            ],
            Some(TestResult::Route { hops, response_ms }) => {
                [count(hops.len()), milliseconds(*response_ms), None]
            }
            Some(TestResult::Names { answers, .. }) => {
                let addresses = answers.iter().flat_map(|answer| answer.addresses.clone());
                [Some(addresses.collect::<Vec<_>>().join(" ")), None, None]
            }
            Some(TestResult::Transfer {
                bits_per_second,
                connect_ms,
                ..
            }) => [
                bits_per_second.map(|rate| self.number(rate / 1e6, 1) + " Mbit/s"),
                milliseconds(*connect_ms),
                None,
            ],
            Some(TestResult::Fastest {
                host, average_ms, ..
            }) => [Some(host.clone()), milliseconds(*average_ms), None],
            Some(TestResult::Networks { networks }) => [count(networks.len()), None, None],
            Some(TestResult::Interfaces {
                successes,
                failures,
            }) => [
                Some(format!(
                    "{successes}/{}",
                    successes.saturating_add(*failures)
                )),
                None,
                None,
            ],
            // What a maker's own document or its parameters hold may be anybody's.
            Some(
                TestResult::Selftest | TestResult::Document { .. } | TestResult::Values { .. },
            )
            | None => [status, None, None],
        })
    }

    fn number(&self, number: f64, digits: usize) -> String {
        let text = format!("{number:.digits$}");
        match self.language {
            Language::English => text,
            Language::German => text.replace('.', ","),
        }
    }
}

/// Which rung of a ladder is broken and how; none when it holds.
fn broken(ladder: &Ladder, language: Language) -> Option<String> {
    let rung = ladder.rungs.get(ladder.broken? as usize)?;
    let name = ladder.name.as_deref().map(|name| format!(" {name}"));
    Some(format!(
        "{}{}: {}: {}",
        words::purpose(ladder.purpose, language),
        name.unwrap_or_default(),
        words::layer(rung.layer, language),
        words::problem(rung.problem, language)
    ))
}

fn internet(found: &StatusView, words: &Words) -> Option<String> {
    let wan = &found.wan;
    let named = |name: &str, value: String| (!value.is_empty()).then(|| format!("{name} {value}"));
    let text = joined([
        wan.status.clone(),
        wan.connection.clone(),
        Some(wan.addresses.join(" ")),
        named(words.router, wan.router.clone().unwrap_or_default()),
        named(words.name_servers, wan.name_servers.join(" ")),
    ]);
    (!text.is_empty()).then_some(text)
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// A moment as people read it, to the second; the zone stays, because laptops travel.
fn moment(time: &str) -> String {
    let (second, zone) = match time.split_once('.') {
        Some((second, rest)) => (
            second,
            rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        ),
        None => (
            time.trim_end_matches('Z'),
            if time.ends_with('Z') { "Z" } else { "" },
        ),
    };
    escape(&format!(
        "{}{}",
        second.replace('T', " "),
        zone.replace('Z', " UTC")
    ))
}
