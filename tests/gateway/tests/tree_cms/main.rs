//! Every action of ConfigurationManagement:2, with its documents and its refusals.

mod changing;
mod reading;

use lanside_gateway::cms;
use lanside_gateway::tree::{Roles, Tree};

/// Output arguments by name, or the error number.
type Outcome = Result<Vec<(&'static str, String)>, u16>;

fn call_as(tree: &mut Tree, roles: Roles, action: &str, arguments: &[(&str, &str)]) -> Outcome {
    let arguments: Vec<(String, String)> = arguments
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    cms::handle(tree, roles, action, &arguments)
        .map(|answer| {
            answer
                .into_iter()
                .map(|(name, text)| (name, text.into_plain()))
                .collect()
        })
        .map_err(|error| error.code)
}

fn call(tree: &mut Tree, action: &str, arguments: &[(&str, &str)]) -> Outcome {
    call_as(tree, Roles::ADMIN, action, arguments)
}

fn list(root: &str, entry: &str, items: &[&str]) -> String {
    let entries: String = items
        .iter()
        .map(|item| format!("<{entry}>{item}</{entry}>"))
        .collect();
    format!(
        r#"<?xml version="1.0"?><cms:{root} xmlns:cms="urn:schemas-upnp-org:dm:cms">{entries}</cms:{root}>"#
    )
}

fn parameters(root: &str, name: &str, pairs: &[(&str, &str)]) -> String {
    let entries: String = pairs
        .iter()
        .map(|(path, value)| {
            format!("<Parameter><{name}>{path}</{name}><Value>{value}</Value></Parameter>")
        })
        .collect();
    format!(r#"<cms:{root} xmlns:cms="urn:schemas-upnp-org:dm:cms">{entries}</cms:{root}>"#)
}

/// The texts between `<entry>` and `</entry>`, unescaped.
fn entries(document: &str, entry: &str) -> Vec<String> {
    document
        .split(&format!("<{entry}>"))
        .skip(1)
        .filter_map(|rest| rest.split_once(&format!("</{entry}>")))
        .map(|(text, _)| quick_xml::escape::unescape(text).unwrap().into_owned())
        .collect()
}

fn get_values(tree: &mut Tree, paths: &[&str]) -> Result<Vec<(String, String)>, u16> {
    get_values_as(tree, Roles::ADMIN, paths)
}

fn get_values_as(
    tree: &mut Tree,
    roles: Roles,
    paths: &[&str],
) -> Result<Vec<(String, String)>, u16> {
    let answer = call_as(
        tree,
        roles,
        "GetValues",
        &[("Parameters", &list("ContentPathList", "ContentPath", paths))],
    )?;
    let document = &answer[0].1;
    Ok(entries(document, "ParameterPath")
        .into_iter()
        .zip(entries(document, "Value"))
        .collect())
}

fn supported(tree: &mut Tree, start: &str, depth: &str) -> Result<Vec<String>, u16> {
    let answer = call(
        tree,
        "GetSupportedParameters",
        &[("StartingNode", start), ("SearchDepth", depth)],
    )?;
    assert_eq!(answer[0].0, "Result");
    Ok(entries(&answer[0].1, "StructurePath"))
}

fn instances(tree: &mut Tree, start: &str, depth: &str) -> Result<Vec<String>, u16> {
    let answer = call(
        tree,
        "GetInstances",
        &[("StartingNode", start), ("SearchDepth", depth)],
    )?;
    Ok(entries(&answer[0].1, "InstancePath"))
}

fn attributes(tree: &mut Tree, path: &str) -> Result<String, u16> {
    call(
        tree,
        "GetAttributes",
        &[(
            "Parameters",
            &list("NodeAttributePathList", "NodeAttributePath", &[path]),
        )],
    )
    .map(|answer| answer[0].1.clone())
}
