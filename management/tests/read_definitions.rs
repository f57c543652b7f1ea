//! Definition files of our own making, in the form the Broadband Forum publishes its models in.

use management::definitions::compact::{facts, profiles, Descriptions};
use management::definitions::{DefinitionError, Library};

const LAMP: &str = include_str!("definitions/lamp.xml");
const TYPES: &str = include_str!("definitions/lamp-types.xml");

fn compiled(files: &[(&str, &str)], descriptions: Descriptions) -> (String, Vec<String>) {
    let mut library = Library::default();
    for (name, text) in files {
        library.add(name, text.as_bytes()).expect(name);
    }
    let resolved = library.resolve().expect("models");
    let texts: Vec<String> = resolved
        .models
        .iter()
        .map(|model| facts(model, descriptions))
        .collect();
    (texts.concat(), resolved.missing)
}

#[test]
fn types_imports_and_components_are_written_out() {
    let files = [("lamp.xml", LAMP), ("lamp-types.xml", TYPES)];
    let (text, missing) = compiled(&files, Descriptions::Left);
    assert_eq!(missing, Vec::<String>::new());
    let expected = "%Device:2.99
@Device.X_MAKER_Lamp.{i}.\twt\tv1.1\t#X_MAKER_LampNumberOfEntries\tEEnable\tkAlias (nf); Room+Colour\tm16
Enable\twb\t=ofalse
Alias\tws\tn..64
Room\tws
Colour\tws\tv1.2\teRed|Green|Broken\toBroken\tdGreen
Level\twud\tr5..95 step 5\tupercent\ttDimmed
Above\tws\tl 0..4\t>pathRef(strong,row): .X_MAKER_Lamp.
Code\tws\thh
@Device.X_MAKER_Lamp.{i}.Stats.\tr-
Switched\trU\t=o0
";
    assert_eq!(text, expected);
}

#[test]
fn descriptions_come_as_plain_text_when_they_are_wanted() {
    let files = [("lamp-types.xml", TYPES), ("lamp.xml", LAMP)];
    let (text, _) = compiled(&files, Descriptions::Kept);
    let table = text
        .lines()
        .find(|line| line.starts_with("@Device.X_MAKER_Lamp.{i}.\t"));
    let said = table.and_then(|line| line.split("\t\"").nth(1));
    assert_eq!(
        said,
        Some("A lamp. See RFC9 Section 2.\\nIt shines when Enable is true.")
    );
}

#[test]
fn what_is_imported_and_not_given_is_named() {
    let (text, missing) = compiled(&[("lamp.xml", LAMP)], Descriptions::Left);
    assert_eq!(missing, ["lamp-types.xml"]);
    assert!(
        text.contains("Level\t"),
        "the parameter is there all the same"
    );
}

#[test]
fn a_later_model_changes_the_one_it_is_built_on() {
    let base = r#"<document file="a.xml" spec="urn:x:a"><model name="Device:2.1">
        <object name="Device.X." access="readOnly" minEntries="1" maxEntries="1" version="2.0">
        <parameter name="A" access="readOnly" version="2.0"><description>First.</description><syntax><string><size maxLength="8"/></string></syntax></parameter></object>
        </model></document>"#;
    let later = r#"<document file="b.xml" spec="urn:x:b"><import file="a.xml" spec="urn:x:a"><model name="Device:2.1"/></import>
        <model name="Device:2.2" base="Device:2.1"><object base="Device.X.">
        <parameter base="A" access="readWrite"><description action="append">Second.</description></parameter>
        <parameter name="B" version="2.2"><syntax><int/></syntax></parameter></object></model></document>"#;
    let files = [("a.xml", base), ("b.xml", later)];
    let (text, _) = compiled(&files, Descriptions::Kept);
    assert_eq!(
        text,
        "%Device:2.2\n@Device.X.\tr-\tv2.0\nA\tws\tn..8\t\"First.\\nSecond.\nB\tri\tv2.2\n"
    );
}

#[test]
fn profiles_say_what_they_ask_for() {
    let mut library = Library::default();
    library.add("lamp.xml", LAMP.as_bytes()).expect("reads");
    let resolved = library.resolve().expect("a model");
    let text = profiles(&resolved.models[0]);
    assert_eq!(
        text,
        "%Device:2.99\n!X_MAKER_Lamp:1\tc\t\t\nDevice.X_MAKER_Lamp.{i}.\tb\twEnable\n"
    );
}

fn refused(text: &str) -> DefinitionError {
    let mut library = Library::default();
    let added = library.add("x.xml", text.as_bytes());
    added
        .and_then(|()| library.resolve().map(drop))
        .expect_err("must be refused")
}

#[test]
fn hostile_files_are_refused() {
    let bomb = r#"<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document><model name="M:1"><object name="X."><description>&b;</description></object></model></document>"#;
    assert_eq!(refused(bomb), DefinitionError::DocumentType);
    let entity = "<document><model name=\"M:1\"><object name=\"X.\"><description>&outside;</description></object></model></document>";
    assert!(matches!(refused(entity), DefinitionError::NotWellFormed(_)));
    let deep = format!("<document>{}", "<a>".repeat(100_000));
    assert_eq!(refused(&deep), DefinitionError::TooLarge);
    let long = format!(
        "<document><dataType name=\"{}\"/></document>",
        "x".repeat(70_000)
    );
    assert_eq!(refused(&long), DefinitionError::TooLarge);
    assert_eq!(refused("<html/>"), DefinitionError::NotADefinition);
    assert_eq!(refused(""), DefinitionError::NotADefinition);
    assert!(matches!(
        refused("<document><model name=\"M:1\">"),
        DefinitionError::NotWellFormed(_)
    ));
    assert_eq!(refused("<document/>"), DefinitionError::NoModel);
}

#[test]
fn what_refers_to_itself_ends() {
    let component = r#"<document><component name="C"><component ref="C" path="A."/></component><model name="M:1"><component ref="C" path="X."/></model></document>"#;
    assert_eq!(refused(component), DefinitionError::TooLarge);
    let model = r#"<document><model name="M:1" base="M:1"><object name="X."/></model></document>"#;
    assert!(matches!(
        refused(model),
        DefinitionError::TooLarge | DefinitionError::NoModel
    ));
    let types = r#"<document><dataType name="T" base="U"/><dataType name="U" base="T"/>
        <model name="M:1"><object name="X."><parameter name="A"><syntax><dataType ref="T"/></syntax></parameter></object></model></document>"#;
    let (text, _) = compiled(&[("t.xml", types)], Descriptions::Left);
    assert!(text.contains("A\trs\ttT"));
    // Each level names the one below twice: written out it would be 2^30 objects.
    let mut doubling = String::from("<document>");
    for level in 0..30 {
        doubling.push_str(&format!(
            r#"<component name="C{level}"><component ref="C{n}" path="A."/><component ref="C{n}" path="B."/></component>"#,
            n = level + 1
        ));
    }
    doubling.push_str(r#"<component name="C30"><object name="O."/></component><model name="M:1"><component ref="C0" path="X."/></model></document>"#);
    assert_eq!(refused(&doubling), DefinitionError::TooLarge);
}
