//! Turns the fact tables into the compact text file `schema/record.rs` reads.
//!
//! The file groups parameters under their object, so a path is written once per object:
//!
//! ```text
//! lanside-facts 1
//! %Device:2.19
//! @Device.WiFi.SSID.{i}.<TAB>wt<TAB>...      an object: access, kind
//! SSID<TAB>ws<TAB>n..32<TAB>...              a parameter of it: access, type, then tagged fields
//! ```
//!
//! The first field after the name is access (`r`, `w`, `o` = write once), type (see [`type_code`])
//! and, unless current, status (`d` deprecated, `o` obsoleted). Each tagged field is one letter and
//! its text; a field that is absent says nothing. `v` (since) is left out where the object's applies.

use std::collections::BTreeMap;
use std::rc::Rc;

/// The columns kept in `facts/source`, in this order.
const COLUMNS: [&str; 25] = [
    "path",
    "kind",
    "access",
    "type",
    "enum",
    "range",
    "units",
    "list",
    "hidden",
    "secured",
    "command",
    "since",
    "status",
    "datatype",
    "length",
    "pattern",
    "default",
    "default_kind",
    "ref",
    "enum_flags",
    "num_entries_param",
    "enable_param",
    "unique_keys",
    "fixed_table",
    "max_entries",
];

/// Parameters whose stated length contradicts their own pattern and examples, so that no value at
/// all would pass. The length is left out; the pattern fixes it anyway.
const WRONG_LENGTHS: [&str; 1] =
    ["Device.Bridging.Bridge.{i}.Port.{i}.PriorityCodePoint.PCPDecoding"];

/// Reduces a full table to [`COLUMNS`], without the items whose status is `deleted`.
pub fn keep_columns(table: &str) -> Result<String, String> {
    let mut out = COLUMNS.join("\t") + "\n";
    for row in rows(table)? {
        if row.get("status") == "deleted" {
            continue;
        }
        let cells: Vec<&str> = COLUMNS.iter().map(|column| row.get(column)).collect();
        out.push_str(cells.join("\t").trim_end_matches('\t'));
        out.push('\n');
    }
    Ok(out)
}

/// Compiles both tables. The same tables always give the same text.
pub fn compile(tr181: &str, tr098: &str) -> Result<String, String> {
    let mut out = String::from("lanside-facts 1\n");
    for (model, table) in [
        ("Device:2.19", tr181),
        ("InternetGatewayDevice:1.14", tr098),
    ] {
        out.push_str(&format!("%{model}\n"));
        compile_model(table, &mut out)?;
    }
    Ok(out)
}

fn compile_model(table: &str, out: &mut String) -> Result<(), String> {
    // Objects in path order, parameters in the order of the definition: that order groups what
    // belongs together (Enable, Status, Alias, Name...), which an alphabet would tear apart.
    let mut objects: BTreeMap<&str, (Row, Vec<Row>)> = BTreeMap::new();
    let mut parameters = Vec::new();
    for row in rows(table)? {
        match (row.get("kind"), row.get("status")) {
            (_, "deleted") => {}
            ("object", _) => {
                objects.insert(row.get("path"), (row, Vec::new()));
            }
            _ => parameters.push(row),
        }
    }
    for row in parameters {
        let path = row.get("path");
        let object = path.rfind('.').map_or("", |dot| &path[..=dot]);
        objects
            .get_mut(object)
            .ok_or_else(|| format!("{path}: its object has no row"))?
            .1
            .push(row);
    }
    for (path, (object, parameters)) in &objects {
        write_record(out, &format!("@{path}"), object, "")?;
        for parameter in parameters {
            let name = parameter
                .get("path")
                .strip_prefix(path)
                .ok_or_else(|| format!("{path}: parameter filed under the wrong object"))?;
            write_record(out, name, parameter, object.get("since"))?;
        }
    }
    Ok(())
}

fn write_record(out: &mut String, name: &str, row: &Row, object_since: &str) -> Result<(), String> {
    out.push_str(name);
    out.push('\t');
    out.push(match row.get("access") {
        "readOnly" => 'r',
        "readWrite" => 'w',
        "writeOnceReadOnly" => 'o',
        other => return Err(format!("{name}: access {other}")),
    });
    out.push(type_code(row.get("type")).ok_or_else(|| format!("{name}: {}", row.get("type")))?);
    match row.get("status") {
        "current" => {}
        "deprecated" => out.push('d'),
        "obsoleted" => out.push('o'),
        other => return Err(format!("{name}: status {other}")),
    }
    let mut tag = |letter: char, text: &str| {
        if !text.is_empty() {
            out.push('\t');
            out.push(letter);
            out.push_str(text);
        }
    };
    if row.get("since") != object_since {
        tag('v', row.get("since"));
    }
    tag('e', row.get("enum"));
    tag('o', &flagged(row, "ro"));
    tag('d', &flagged(row, "deprecated"));
    tag('r', row.get("range"));
    tag('u', row.get("units"));
    tag(
        'l',
        row.get("list")
            .strip_prefix("list")
            .map_or("", |rest| if rest.is_empty() { " " } else { rest }),
    );
    tag(
        'h',
        if row.get("hidden").is_empty() {
            ""
        } else {
            "h"
        },
    );
    tag(
        'h',
        if row.get("secured").is_empty() {
            ""
        } else {
            "s"
        },
    );
    tag(
        'c',
        if row.get("command").is_empty() {
            ""
        } else {
            "c"
        },
    );
    tag('t', row.get("datatype").trim_start_matches('_'));
    if !WRONG_LENGTHS.contains(&row.get("path")) {
        tag('n', row.get("length"));
    }
    tag('p', row.get("pattern"));
    if !row.get("default").is_empty() {
        // The table writes an empty text as two quotation marks, to tell it from "none stated".
        let default = if row.get("default") == "\"\"" {
            ""
        } else {
            row.get("default")
        };
        let kind = row.get("default_kind").chars().next().unwrap_or('o');
        tag('=', &format!("{kind}{default}"));
    }
    tag('>', row.get("ref"));
    tag('#', row.get("num_entries_param"));
    tag('E', row.get("enable_param"));
    tag('k', row.get("unique_keys"));
    tag(
        'x',
        if row.get("fixed_table").is_empty() {
            ""
        } else {
            "x"
        },
    );
    if row.get("type") == "table" && row.get("max_entries") != "unbounded" {
        tag('m', row.get("max_entries"));
    }
    out.push('\n');
    Ok(())
}

/// One letter per type; `B` is base64, `U` the 64 bit unsigned type.
fn type_code(name: &str) -> Option<char> {
    Some(match name {
        "string" => 's',
        "int" => 'i',
        "unsignedInt" => 'u',
        "long" => 'l',
        "unsignedLong" => 'U',
        "boolean" => 'b',
        "dateTime" => 'd',
        "base64" => 'B',
        "hexBinary" => 'x',
        "decimal" => 'f',
        "object" => '-',
        "table" => 't',
        _ => return None,
    })
}

/// The enumeration values that carry a flag, joined by `|`.
fn flagged(row: &Row, flag: &str) -> String {
    let values: Vec<&str> = row
        .get("enum_flags")
        .split('|')
        .filter_map(|entry| entry.rsplit_once('='))
        .filter(|(_, flags)| flags.split(',').any(|given| given == flag))
        .map(|(value, _)| value)
        .collect();
    values.join("|")
}

/// One line of a table, read by column name.
struct Row<'a> {
    columns: Rc<Vec<&'a str>>,
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn get(&self, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|name| *name == column)
            .and_then(|index| self.cells.get(index))
            .copied()
            .unwrap_or("")
    }
}

fn rows(table: &str) -> Result<Vec<Row<'_>>, String> {
    let mut lines = table.lines();
    let columns: Rc<Vec<&str>> =
        Rc::new(lines.next().ok_or("an empty table")?.split('\t').collect());
    for needed in COLUMNS {
        if !columns.contains(&needed) {
            return Err(format!("no column {needed}"));
        }
    }
    Ok(lines
        .map(|line| Row {
            columns: Rc::clone(&columns),
            cells: line.split('\t').collect(),
        })
        .collect())
}
