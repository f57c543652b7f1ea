//! ParameterValueList, and the smaller documents of ConfigurationManagement.

use upnp::data_model::document::{
    read_node_attributes, read_paths, read_supported_data_models, write_node_attributes,
    write_paths, write_supported_data_models,
};
use upnp::data_model::parameter_values::{read, write, ArrivingValues, ParameterValues};
use upnp::data_model::path::{ContentPath, InstancePath, StructurePath};
use upnp::data_model::split::split;
use upnp::limits;
use upnp::xml::text::{escape, is_xml_text};
use upnp::xml::{self, Element};

/// Checks one document of ConfigurationManagement.
///
/// # Panics
/// When something that must hold does not.
pub fn parameter_values(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    values(&text);
    arriving(&text);
    arriving(&escape(&text));
    if let Ok(document) = xml::parse(&text, limits::DOCUMENT_BYTES) {
        crate::reported(&document.forgiven);
        sub_trees(&document.root);
        paths(&document.root);
        attributes(&document.root);
    }
}

/// What holds for any list of parameter values.
pub(crate) fn values(text: &str) {
    let mut forgiven = Vec::new();
    let mut one_by_one = ParameterValues::default();
    let streamed = read(text, |path, value| one_by_one.push(path, value));
    let read = ParameterValues::parse(text, &mut forgiven);
    assert_eq!(streamed.is_ok(), read.is_ok(), "both readings agree");
    crate::reported(&forgiven);
    let given: usize = one_by_one.iter().map(|(p, v)| p.len() + v.len()).sum();
    assert!(given <= text.len(), "no text grows");
    let Ok(values) = read else { return };
    assert_eq!(values, one_by_one);
    assert!(values.len() <= limits::PARAMETER_VALUES);
    for (path, value) in values.iter() {
        assert!(!path.is_empty() && path.len() <= limits::PATH_BYTES);
        assert_eq!(path, path.trim());
        let first = values.iter().find(|(found, _)| *found == path);
        assert_eq!(values.get(path), first.map(|(_, value)| value));
        let _ = value;
    }
    let listed: Vec<(&str, &str)> = values.iter().collect();
    let written = write(&listed);
    let again = ParameterValues::parse(&written, &mut Vec::new());
    let again = again.expect("what was written is read");
    // Characters XML cannot carry are replaced on writing.
    if listed.iter().all(|(p, v)| is_xml_text(p) && is_xml_text(v)) {
        assert_eq!(again, values, "what was written is what was read");
    }
    let asked: Vec<ContentPath> = listed
        .iter()
        .filter_map(|(path, _)| ContentPath::parse(path).ok())
        .collect();
    assert!(values.missing(&asked).is_empty(), "nothing is missing");
    let batches = split("ContentPath", &asked);
    assert!(batches.iter().all(|batch| !batch.is_empty()));
    let joined: Vec<&ContentPath> = batches.into_iter().flatten().collect();
    assert_eq!(joined, asked.iter().collect::<Vec<_>>());
}

/// A list that is read while it arrives is the one that is read when it is there.
fn arriving(escaped: &str) {
    let whole = ParameterValues::parse_escaped(escaped);
    for pieces in [1, 2, 7] {
        let mut early = ArrivingValues::default();
        for piece in escaped.as_bytes().chunks(escaped.len() / pieces + 1) {
            drop(early.arrived(piece));
        }
        let finished = early.finish(escaped, 0);
        assert_eq!(
            finished.map(|list| list.values),
            whole,
            "in {pieces} pieces"
        );
    }
}

fn sub_trees(root: &Element) {
    let trees = read_supported_data_models(root, &mut Vec::new());
    for tree in &trees {
        assert!(tree.location.starts_with('/') && tree.location.ends_with('/'));
    }
    let again = reread(&write_supported_data_models(&trees));
    let again = read_supported_data_models(&again, &mut Vec::new());
    let carried = trees.iter().all(|tree| {
        let optional = [&tree.url, &tree.description, &tree.source_location];
        let mut texts = optional.into_iter().flatten();
        is_xml_text(&tree.uri) && is_xml_text(&tree.location) && texts.all(|text| is_xml_text(text))
    });
    if carried {
        assert_eq!(again, trees);
    }
}

fn paths(root: &Element) {
    for list in ["ContentPath", "StructurePath", "InstancePath"] {
        let mut forgiven = Vec::new();
        let found = read_paths(root, list, StructurePath::from_answer, &mut forgiven);
        crate::reported(&forgiven);
        let again = reread(&write_paths("StructurePathList", list, &found));
        let again = read_paths(&again, list, StructurePath::parse, &mut forgiven);
        // What is no character of XML is replaced, and is still a path.
        assert_eq!(again.len(), found.len());
        for path in &found {
            assert!(path.as_str().len() <= limits::PATH_BYTES);
            above(path);
        }
        let instances = read_paths(root, list, InstancePath::parse, &mut forgiven);
        assert!(instances.iter().all(|path| !path.identifier().is_empty()));
        let contents = read_paths(root, list, ContentPath::parse, &mut forgiven);
        assert!(contents.len() >= instances.len(), "each row can be read");
    }
}

/// The way up from a node ends at the root, and never leaves its branch.
fn above(path: &StructurePath) {
    let mut parent = path.parent();
    let mut steps = 0;
    while let Some(object) = parent {
        assert!(object.is_object() && path.is_within(object.as_str()));
        parent = object.parent();
        steps += 1;
        assert!(steps <= limits::PATH_BYTES);
    }
}

fn attributes(root: &Element) {
    let nodes = read_node_attributes(root, &mut Vec::new());
    let again = reread(&write_node_attributes(&nodes));
    let again = read_node_attributes(&again, &mut Vec::new());
    assert_eq!(again.len(), nodes.len());
    for (read, node) in again.iter().zip(&nodes) {
        assert_eq!(read.path, node.path);
        assert_eq!(read.access, node.access);
        assert_eq!(read.event_on_change, node.event_on_change);
        assert_eq!(read.alarm_on_change, node.alarm_on_change);
        assert_eq!(read.version, node.version);
    }
}

/// Reads back what we have written, which is always well-formed.
pub(crate) fn reread(written: &str) -> Element {
    let document = xml::parse(written, usize::MAX).expect("what was written is read");
    assert_eq!(document.forgiven, [], "we write nothing to be forgiven");
    document.root
}
