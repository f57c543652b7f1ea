//! The facts the program carries are what its generator writes. The published definitions are not
//! part of the repository; our own file for the common objects is, and goes through the same code.

use management::definitions::compact::{facts, Descriptions};
use management::definitions::Library;

const FACTS: &str = include_str!("../facts/facts.txt");
const COMMON_OBJECTS: &str = include_str!("../facts/common-objects.xml");

#[test]
fn the_common_objects_are_compiled_from_their_file() {
    let mut library = Library::default();
    library
        .add("common-objects.xml", COMMON_OBJECTS.as_bytes())
        .expect("our own file is sound");
    let resolved = library.resolve().expect("it is a model");
    assert_eq!(resolved.missing, Vec::<String>::new());
    let model = resolved.models.first().expect("one model");
    let fresh = facts(model, Descriptions::Left);
    assert!(
        FACTS.ends_with(&fresh),
        "facts.txt is stale: run the generator (management/facts/README.md)"
    );
}

#[test]
fn no_description_is_part_of_the_program() {
    assert!(FACTS.lines().all(|line| !line.contains("\t\"")));
}
