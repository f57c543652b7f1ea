//! The profile report as a page of its own: nothing is loaded from elsewhere, and it prints well.

use upnp::xml::text::escape;

use super::{Fulfilment, Missing, ProfileReportView, ProfileView};
use crate::schema::profiles::ProfileStatus;
use crate::schema::Language;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1b1b1f;background:#fff}\
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p.about{color:#555;margin-top:0}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}\
th{font-weight:600}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}ul{margin:.2rem 0;padding-left:1.1rem}\
.ok{color:#14692b}.some{color:#8a5300}.no{color:#666}\
@media print{body{margin:0;max-width:none;font-size:10pt}tr,li{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}\
@media (prefers-color-scheme:dark){@media screen{body{background:#17181c;color:#e6e6ea}p.about,.no{color:#a0a0a8}td,th{border-color:#3a3b42}.ok{color:#6fce8a}.some{color:#f0b45c}}}";

struct Words {
    title: &'static str,
    made: &'static str,
    announced: &'static str,
    roles: &'static str,
    unknown_structure: &'static str,
    fulfilled: &'static str,
    partly: &'static str,
    absent: &'static str,
    profile: &'static str,
    members: &'static str,
    missing: &'static str,
    none: &'static str,
    not_supported: &'static str,
    refused: &'static str,
    not_writable: &'static str,
    superseded: &'static str,
    language: &'static str,
}

const ENGLISH: Words = Words {
    title: "Profiles",
    made: "Made",
    announced: "Announced data models",
    roles: "Roles",
    unknown_structure:
        "The gateway does not tell what it supports; what showed no value counts as not supported.",
    fulfilled: "Fulfilled",
    partly: "Partly there",
    absent: "Not there",
    profile: "Profile",
    members: "Members",
    missing: "Missing",
    none: "none",
    not_supported: "not supported",
    refused: "refused to our role",
    not_writable: "cannot be written",
    superseded: "superseded",
    language: "en",
};

const GERMAN: Words = Words {
    title: "Profile",
    made: "Erstellt",
    announced: "Angekündigte Datenmodelle",
    roles: "Rollen",
    unknown_structure: "Das Gateway sagt nicht, was es unterstützt; was keinen Wert zeigte, gilt als nicht unterstützt.",
    fulfilled: "Erfüllt",
    partly: "Teilweise vorhanden",
    absent: "Nicht vorhanden",
    profile: "Profil",
    members: "Bestandteile",
    missing: "Es fehlt",
    none: "keine",
    not_supported: "nicht unterstützt",
    refused: "unserer Rolle verweigert",
    not_writable: "nicht schreibbar",
    superseded: "abgelöst",
    language: "de",
};

/// The report as an HTML document.
pub fn html(report: &ProfileReportView, language: Language) -> String {
    let words = match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
    };
    let title = format!("{}: {}", words.title, escape(&report.gateway));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n<p class=\"about\">{} {}<br>{}: {}<br>{}: {}</p>\n",
        words.language,
        words.made,
        escape(&report.time),
        words.announced,
        joined(&report.announced, words.none),
        words.roles,
        joined(&report.roles, words.none),
    );
    if !report.structure_known {
        out.push_str(&format!(
            "<p class=\"some\">{}</p>\n",
            words.unknown_structure
        ));
    }
    let sections = [
        (
            Fulfilment::Fulfilled,
            words.fulfilled,
            "ok",
            report.fulfilled,
        ),
        (Fulfilment::Partly, words.partly, "some", report.partly),
        (Fulfilment::Absent, words.absent, "no", report.absent),
    ];
    for (state, heading, class, count) in sections {
        out.push_str(&format!("<h2 class=\"{class}\">{heading} ({count})</h2>\n"));
        let of_state = || {
            report
                .profiles
                .iter()
                .filter(|profile| profile.state == state)
        };
        if state == Fulfilment::Absent {
            let names: Vec<String> = of_state().map(|profile| name(profile, &words)).collect();
            out.push_str(&format!("<p class=\"no\">{}</p>\n", names.join(", ")));
            continue;
        }
        out.push_str(&format!(
            "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>\n",
            words.profile, words.members, words.missing
        ));
        for profile in of_state() {
            out.push_str(&row(profile, &words));
        }
        out.push_str("</tbody></table>\n");
    }
    out.push_str("</body></html>\n");
    out
}

fn row(profile: &ProfileView, words: &Words) -> String {
    let missing: Vec<String> = profile
        .missing
        .iter()
        .map(|member| {
            let why = match member.why {
                Missing::NotSupported => words.not_supported,
                Missing::Refused => words.refused,
                Missing::NotWritable => words.not_writable,
            };
            format!("<li><code>{}</code> ({why})</li>", escape(&member.path))
        })
        .collect();
    let missing = match missing.is_empty() {
        true => String::new(),
        false => format!("<ul>{}</ul>", missing.concat()),
    };
    format!(
        "<tr><td>{}</td><td class=\"n\">{} / {}</td><td>{missing}</td></tr>\n",
        name(profile, words),
        profile.present,
        profile.members
    )
}

fn name(profile: &ProfileView, words: &Words) -> String {
    let name = escape(&profile.name);
    match profile.status {
        ProfileStatus::Current | ProfileStatus::Deprecated => name,
        ProfileStatus::Obsoleted | ProfileStatus::Deleted => {
            format!("{name} ({})", words.superseded)
        }
    }
}

fn joined(texts: &[String], none: &str) -> String {
    match texts.is_empty() {
        true => none.to_owned(),
        false => escape(&texts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_alone_and_escapes_what_gateways_say() {
        let report = ProfileReportView {
            udn: "uuid:1".to_owned(),
            gateway: "<script>alert(1)</script>".to_owned(),
            time: "2026-01-01T00:00:00Z".to_owned(),
            announced: vec!["urn:a&b".to_owned()],
            structure_known: false,
            roles: Vec::new(),
            fulfilled: 0,
            partly: 0,
            absent: 0,
            profiles: Vec::new(),
        };
        let page = html(&report, Language::German);
        assert!(!page.contains("<script"));
        assert!(page.contains("urn:a&amp;b") && page.contains("lang=\"de\""));
        for outside in ["http:", "https:", "src=", "href=", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
