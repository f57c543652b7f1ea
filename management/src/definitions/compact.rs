//! Writes models in the compact form that `schema` reads (`facts/facts.txt`, `profiles.txt`).
//!
//! ```text
//! %Device:2.19                               a model
//! @Device.WiFi.SSID.{i}.<TAB>wt<TAB>...      an object: access, kind
//! SSID<TAB>ws<TAB>n..32<TAB>...              a parameter of it: access, type, then tagged fields
//! ```
//!
//! The first field after the name is access (`r`, `w`, `o` = write once), type (one letter) and,
//! unless current, status (`d` deprecated, `o` obsoleted). Each tagged field is one letter and its
//! text; a field that is absent says nothing. `v` (since) is left out where the object's applies.
//!
//! Profiles stand in a text of their own: `!name<TAB>status letter<TAB>since<TAB>included,…`, then
//! a line for each object, `path<TAB>requirement letter`, and `<TAB>name<TAB>access letter` for
//! each of its parameters.

use super::{Model, Object, Parameter, Profile, Standing, Syntax};

/// Whether the descriptions are written, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptions {
    /// Facts alone, as the program carries them.
    Left,
    /// Descriptions as a field of their own, for a person's own copy.
    Kept,
}

/// Parameters whose stated length contradicts their own pattern and examples, so that no value at
/// all would pass. The length is left out; the pattern fixes it anyway.
const WRONG_LENGTHS: [&str; 1] =
    ["Device.Bridging.Bridge.{i}.Port.{i}.PriorityCodePoint.PCPDecoding"];

/// The facts of a model.
pub fn facts(model: &Model, descriptions: Descriptions) -> String {
    let mut out = format!("%{}\n", clean(&model.name));
    for object in &model.objects {
        write_object(&mut out, object, descriptions);
        for parameter in &object.parameters {
            write_parameter(&mut out, object, parameter, descriptions);
        }
    }
    out
}

/// The profiles of a model.
pub fn profiles(model: &Model) -> String {
    let mut out = format!("%{}\n", clean(&model.name));
    for profile in &model.profiles {
        write_profile(&mut out, profile);
    }
    out
}

/// The line between facts and profiles in one text. No line of facts begins with an asterisk.
const PROFILES: &str = "*profiles\n";

/// Facts and profiles as one text.
pub fn together(facts: &str, profiles: &str) -> String {
    format!("{facts}{PROFILES}{profiles}")
}

/// Facts and profiles of one text; there may be no profiles.
pub fn apart(mut text: String) -> (String, String) {
    let line = format!("\n{PROFILES}");
    match text.find(&line) {
        Some(at) => {
            let profiles = text.split_off(at + line.len());
            text.truncate(at + 1);
            (text, profiles)
        }
        None => (text, String::new()),
    }
}

fn write_object(out: &mut String, object: &Object, descriptions: Descriptions) {
    out.push('@');
    out.push_str(&clean(&object.path));
    out.push('\t');
    out.push(access(&object.access));
    out.push(if object.table { 't' } else { '-' });
    standing(out, object.standing);
    tag(out, 'v', &object.since);
    tag(out, '#', &object.number_of_entries);
    tag(out, 'E', &object.enable_parameter);
    tag(out, 'k', &object.unique_keys.join("; "));
    tag(out, 'x', if object.fixed { "x" } else { "" });
    if object.table {
        tag(out, 'm', object.max_entries.as_deref().unwrap_or(""));
    }
    described(out, &object.description, descriptions);
    out.push('\n');
}

fn write_parameter(
    out: &mut String,
    object: &Object,
    parameter: &Parameter,
    descriptions: Descriptions,
) {
    let syntax = &parameter.syntax;
    out.push_str(&clean(&parameter.name));
    out.push('\t');
    out.push(access(&parameter.access));
    out.push(type_letter(syntax));
    standing(out, parameter.standing);
    tag(out, 'v', &parameter.since);
    let values = |which: &dyn Fn(&super::EnumeratedValue) -> bool| {
        let values = syntax.enumeration.iter().filter(|value| which(value));
        values
            .map(|value| value.value.as_str())
            .collect::<Vec<_>>()
            .join("|")
    };
    tag(out, 'e', &values(&|_| true));
    tag(out, 'o', &values(&|value| value.report_only));
    tag(
        out,
        'd',
        &values(&|value| value.standing == Standing::Deprecated),
    );
    tag(out, 'r', &syntax.ranges.join(" ; "));
    tag(out, 'u', syntax.units.as_deref().unwrap_or(""));
    if let Some(list) = &syntax.list {
        tag(out, 'l', &format!(" {list}"));
    }
    tag(out, 'h', if syntax.hidden { "h" } else { "" });
    tag(out, 'h', if syntax.secured { "s" } else { "" });
    tag(out, 'c', if syntax.command { "c" } else { "" });
    tag(
        out,
        't',
        syntax
            .named
            .as_deref()
            .unwrap_or("")
            .trim_start_matches('_'),
    );
    let path = format!("{}{}", object.path, parameter.name);
    if !WRONG_LENGTHS.contains(&path.as_str()) {
        tag(out, 'n', &syntax.lengths.join(" ; "));
    }
    tag(out, 'p', &syntax.patterns.join(" ; "));
    if let Some((kind, value)) = &syntax.default {
        tag(out, '=', &format!("{kind}{value}"));
    }
    tag(out, '>', syntax.reference.as_deref().unwrap_or(""));
    described(out, &parameter.description, descriptions);
    out.push('\n');
}

fn write_profile(out: &mut String, profile: &Profile) {
    let letter = match profile.standing {
        Standing::Current => 'c',
        Standing::Deprecated => 'd',
        Standing::Obsoleted => 'o',
        Standing::Deleted => 'x',
    };
    out.push_str(&format!(
        "!{}\t{letter}\t{}\t{}\n",
        clean(&profile.name),
        clean(&profile.since),
        clean(&profile.includes.join(","))
    ));
    for member in &profile.members {
        let letter = match member.requirement.as_str() {
            "create" => 'c',
            "delete" => 'd',
            "createDelete" => 'b',
            "present" => 'p',
            _ => 'n',
        };
        out.push_str(&format!("{}\t{letter}", clean(&member.path)));
        for (name, required) in &member.parameters {
            out.push_str(&format!("\t{}{}", access(required), clean(name)));
        }
        out.push('\n');
    }
}

fn tag(out: &mut String, letter: char, text: &str) {
    if !text.is_empty() {
        out.push('\t');
        out.push(letter);
        out.push_str(&clean(text));
    }
}

fn described(out: &mut String, description: &str, descriptions: Descriptions) {
    if descriptions == Descriptions::Kept && !description.is_empty() {
        out.push_str("\t\"");
        for character in description.chars() {
            match character {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' | '\r' => out.push(' '),
                other => out.push(other),
            }
        }
    }
}

/// Without the characters that separate lines and fields.
fn clean(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

fn standing(out: &mut String, standing: Standing) {
    match standing {
        Standing::Current | Standing::Deleted => {}
        Standing::Deprecated => out.push('d'),
        Standing::Obsoleted => out.push('o'),
    }
}

fn access(access: &str) -> char {
    match access {
        "readWrite" => 'w',
        "writeOnceReadOnly" => 'o',
        _ => 'r',
    }
}

/// One letter per type; `B` is base64, `U` the 64 bit unsigned type. The types of TR-106 that a
/// file may name without its types file beside it are known by their names.
fn type_letter(syntax: &Syntax) -> char {
    let name = match (syntax.built_in.as_str(), syntax.named.as_deref()) {
        ("", Some("StatsCounter32" | "Order")) => "unsignedInt",
        ("", Some("StatsCounter64")) => "unsignedLong",
        ("", Some("Dbm1000")) => "int",
        (built_in, _) => built_in,
    };
    match name {
        "int" => 'i',
        "unsignedInt" => 'u',
        "long" => 'l',
        "unsignedLong" => 'U',
        "boolean" => 'b',
        "dateTime" => 'd',
        "base64" => 'B',
        "hexBinary" => 'x',
        "decimal" => 'f',
        _ => 's',
    }
}
