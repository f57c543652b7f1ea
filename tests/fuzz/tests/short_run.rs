//! Every target on its corpus and on a fixed number of mutations of it.
//!
//! Nothing depends on the time: the same inputs are tried on every machine, and an input that
//! fails is printed as a file to add to the corpus once the fault is found.

use std::panic::{self, AssertUnwindSafe};

use lanside_fuzz::mutation::{mutate, Numbers};
use lanside_fuzz::{corpus, Target, TARGETS};

/// Tries one input, and shows it when something that must hold does not.
fn try_input(target: &Target, name: &str, input: &[u8]) {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target.check)(input)));
    if let Err(cause) = outcome {
        let (ending, text) = corpus::file(input);
        let folder = corpus::folder().join(target.name);
        eprintln!(
            "{} fails on {name}, {} octets. To keep it, write this to {}:\n{text}",
            target.name,
            input.len(),
            folder.join(format!("what-it-shows.{ending}")).display(),
        );
        panic::resume_unwind(cause);
    }
}

fn short_run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("there is such a target");
    let inputs = corpus::load(name).expect("the corpus can be read");
    assert!(!inputs.is_empty(), "{name} has a corpus");
    try_input(target, "no octets at all", &[]);
    for (file, input) in &inputs {
        try_input(target, file, input);
    }
    let mut numbers = Numbers::of(name);
    for round in 0..target.short_run {
        let (file, input) = &inputs[round % inputs.len()];
        let (_, other) = &inputs[numbers.below(inputs.len())];
        let mutated = mutate(&mut numbers, input, other, target.tokens);
        try_input(target, &format!("mutation {round}, of {file}"), &mutated);
    }
}

macro_rules! short_runs {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            short_run(stringify!($name));
        })*

        #[test]
        fn every_target_has_a_short_run_and_a_program() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
            let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/fuzz_targets");
            for name in names {
                let program = std::path::Path::new(programs).join(name).with_extension("rs");
                assert!(program.is_file(), "{}", program.display());
            }
        }
    };
}

short_runs!(
    ssdp_message,
    device_description,
    service_description,
    soap_answer,
    parameter_values,
    gena_notify,
    gena_subscription,
    url,
    wps_tlv,
    wps_message,
    registrar_sequence,
    certificate,
    acl_document,
    recipe,
    definitions,
);

#[test]
fn octets_and_corpus_files_are_the_same() {
    for input in [&b"plain\ntext"[..], b"\xff\0", b"carriage\r\n", b""] {
        let (ending, text) = corpus::file(input);
        let read = match ending {
            "hex" => corpus::hex(&text).expect("hexadecimal digits"),
            _ => text.into_bytes(),
        };
        assert_eq!(read, input);
    }
    assert_eq!(corpus::hex("00 ff # comment\n7F"), Some(vec![0, 255, 127]));
    assert_eq!(corpus::hex("0"), None);
    assert_eq!(corpus::hex("0g"), None);
}
