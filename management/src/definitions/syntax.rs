//! `syntax` and `dataType` elements: named types and their facets written out.

use super::element::Element;
use super::{EnumeratedValue, Standing, Syntax};
use crate::limits;

/// Built-in types of TR-106.
const BUILT_IN: [&str; 10] = [
    "string",
    "int",
    "unsignedInt",
    "long",
    "unsignedLong",
    "boolean",
    "dateTime",
    "base64",
    "hexBinary",
    "decimal",
];

/// Where a type name leads: the element, and the types of the file it stands in.
pub(super) trait FindType {
    /// The definition of a named type as `file` sees it, and the file that holds it.
    fn find_type(&self, file: usize, name: &str) -> Option<(usize, &Element)>;
}

/// What a `syntax` element of `file` says, `base` being what it changes (empty for a new one).
pub(super) fn resolve(types: &dyn FindType, file: usize, syntax: &Element, base: Syntax) -> Syntax {
    let mut out = base;
    let flag = |name: &str| syntax.attribute(name).is_some_and(is_true);
    out.hidden |= flag("hidden");
    out.secured |= flag("secured");
    out.command |= flag("command");
    if let Some(list) = syntax.child("list") {
        out.list = Some(list_shape(list));
    }
    for child in &syntax.children {
        if child.name == "dataType" {
            let name = child.value("ref");
            let name = if name.is_empty() {
                child.value("base")
            } else {
                name
            };
            if let Some((home, definition)) = types.find_type(file, name) {
                apply_type(types, home, definition, &mut out, 0);
            }
            if !name.is_empty() {
                // The name as its own file has it: imports may call it differently.
                let own = types.find_type(file, name);
                let own = own.map_or(name, |(_, definition)| definition.value("name"));
                out.named = Some(own.to_owned());
            }
            facets(child, &mut out);
        } else if BUILT_IN.contains(&child.name.as_str()) {
            out.built_in.clone_from(&child.name);
            facets(child, &mut out);
        } else if child.name == "default" {
            let status = Standing::of(child);
            if status < Standing::Obsoleted {
                let kind = match child.value("type") {
                    "factory" => 'f',
                    "implementation" => 'i',
                    _ => 'o',
                };
                out.default = Some((kind, child.value("value").to_owned()));
            }
        }
    }
    out
}

fn apply_type(
    types: &dyn FindType,
    file: usize,
    definition: &Element,
    out: &mut Syntax,
    depth: usize,
) {
    if depth >= limits::DEFINITION_CHAIN {
        return;
    }
    let base = definition.value("base");
    if let Some((home, base)) = types
        .find_type(file, base)
        .filter(|(_, found)| !std::ptr::eq(*found, definition))
    {
        apply_type(types, home, base, out, depth + 1);
    }
    if let Some(list) = definition.child("list") {
        out.list = Some(list_shape(list));
    }
    let built_in = definition
        .children
        .iter()
        .find(|child| BUILT_IN.contains(&child.name.as_str()));
    if let Some(built_in) = built_in {
        out.built_in.clone_from(&built_in.name);
        facets(built_in, out);
    }
    facets(definition, out);
}

/// The facets of a type; those it has take the place of those of its base.
fn facets(of: &Element, out: &mut Syntax) {
    let in_force = |name: &'static str| {
        of.all(name)
            .filter(|facet| Standing::of(facet) < Standing::Obsoleted)
    };
    replace(
        &mut out.lengths,
        in_force("size").map(|size| span(size, "minLength", "maxLength")),
    );
    replace(
        &mut out.ranges,
        in_force("range").map(|range| span(range, "minInclusive", "maxInclusive")),
    );
    replace(
        &mut out.patterns,
        in_force("pattern").map(|pattern| pattern.value("value").to_owned()),
    );
    let values: Vec<EnumeratedValue> = in_force("enumeration")
        .map(|value| EnumeratedValue {
            value: value.value("value").to_owned(),
            report_only: value.value("access") == "readOnly",
            standing: Standing::of(value),
        })
        .collect();
    if !values.is_empty() {
        out.enumeration = values;
    }
    if let Some(units) = of.child("units") {
        out.units = Some(units.value("value").to_owned());
    }
    if let Some(reference) = of.child("pathRef") {
        out.reference = Some(path_reference(reference));
    }
    if let Some(reference) = of.child("enumerationRef") {
        let target = reference.value("targetParam");
        out.reference = Some(match reference.attribute("nullValue") {
            Some(null) => format!("enumRef: {target} null='{null}'"),
            None => format!("enumRef: {target}"),
        });
    }
}

fn replace(kept: &mut Vec<String>, given: impl Iterator<Item = String>) {
    let given: Vec<String> = given.collect();
    if !given.is_empty() {
        *kept = given;
    }
}

fn path_reference(reference: &Element) -> String {
    let or = |name: &str, default: &'static str| {
        reference
            .attribute(name)
            .map_or(default, |value| match value {
                "strong" => "strong",
                "weak" => "weak",
                "row" => "row",
                "parameter" => "parameter",
                "object" => "object",
                "single" => "single",
                "table" => "table",
                _ => default,
            })
    };
    let targets: Vec<&str> = reference.value("targetParent").split_whitespace().collect();
    format!(
        "pathRef({},{}): {}",
        or("refType", "weak"),
        or("targetType", "any"),
        targets.join(" ")
    )
}

fn list_shape(list: &Element) -> String {
    let mut out = String::new();
    let mut add = |text: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(text);
    };
    let (min, max) = (list.value("minItems"), list.value("maxItems"));
    if !(min.is_empty() && max.is_empty()) {
        let or = |text: &str, default: &'static str| match text {
            "" => default.to_owned(),
            text => text.to_owned(),
        };
        add(&format!("{}..{}", or(min, "0"), or(max, "unbounded")));
    }
    // The form writes an empty size for "any".
    let size = list
        .child("size")
        .map(|size| span(size, "minLength", "maxLength"));
    if let Some(size) = size.filter(|size| size != "..") {
        add("total-length");
        add(&size);
    }
    match list.attribute("nestedBrackets") {
        None | Some("legacy") => {}
        Some(nested) => add(&format!("nested={nested}")),
    }
    out
}

/// `1..4094`, `..64`, `0..100 step 10`; an open end is empty.
fn span(of: &Element, min: &str, max: &str) -> String {
    let mut text = format!("{}..{}", of.value(min).trim(), of.value(max).trim());
    if let Some(step) = of.attribute("step") {
        text.push_str(" step ");
        text.push_str(step.trim());
    }
    text
}

fn is_true(value: &str) -> bool {
    matches!(value.trim(), "true" | "1")
}

impl Standing {
    /// What the `status` attribute of an element says.
    pub(super) fn of(element: &Element) -> Self {
        match element.value("status") {
            "deprecated" => Self::Deprecated,
            "obsoleted" => Self::Obsoleted,
            "deleted" => Self::Deleted,
            _ => Self::Current,
        }
    }
}
