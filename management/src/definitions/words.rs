//! Descriptions as plain text.
//!
//! Definitions write them in a wiki's markup with `{{macro|argument}}` in it. People read words:
//! a macro becomes its argument, emphasis its text, and the indentation of the file goes.

/// The text of a description without markup; paragraphs stay, separated by a line break.
pub(super) fn plain(markup: &str) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut fresh = true;
    for line in markup.lines() {
        let line = line.trim();
        if line.is_empty() {
            fresh = true;
            continue;
        }
        let item = line.starts_with(['*', '#', ':']);
        let text = line.trim_start_matches(['*', '#', ':']).trim_start();
        let text = unmarked(text);
        if text.is_empty() {
            continue;
        }
        match paragraphs.last_mut() {
            Some(paragraph) if !fresh && !item => {
                paragraph.push(' ');
                paragraph.push_str(&text);
            }
            _ if item => paragraphs.push(format!("• {text}")),
            _ => paragraphs.push(text),
        }
        fresh = false;
    }
    paragraphs.join("\n")
}

fn unmarked(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("}}") else {
            rest = &rest[start..];
            break;
        };
        out.push_str(&macro_text(&inside[..end]));
        rest = &inside[end + 2..];
    }
    out.push_str(rest);
    out.replace("'''", "").replace("''", "").trim().to_owned()
}

/// `param|X` is X, `bibref|RFC1034|Section 3` is “RFC1034 Section 3”, `true` is itself.
fn macro_text(inside: &str) -> String {
    let mut parts = inside.split('|');
    let name = parts.next().unwrap_or("");
    let arguments: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    match (name, arguments.as_slice()) {
        (
            "param" | "object" | "enum" | "event" | "command" | "template" | "gloss" | "abbref",
            [first, ..],
        ) => (*first).to_owned(),
        ("bibref", all) => all.join(" "),
        ("true" | "false" | "empty" | "null" | "param" | "object", []) => name.to_owned(),
        (_, all) => all.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_words() {
        let markup = "\n   Colour of the {{param|Lamp}},\n   '''never''' {{enum|Green|Colour}}.\n\n\
                      See {{bibref|RFC9|Section 2}}.\n   * first\n   * second {{unclosed\n {{reference}}\n";
        assert_eq!(
            plain(markup),
            "Colour of the Lamp, never Green.\nSee RFC9 Section 2.\n• first\n• second {{unclosed"
        );
        assert_eq!(plain("  "), "");
    }
}
