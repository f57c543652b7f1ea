//! The compiled facts are exactly what the checked-in tables compile to.

#[path = "../examples/generate_facts/compile.rs"]
mod compile;

const TR181: &str = include_str!("../facts/source/tr181.tsv");
const TR098: &str = include_str!("../facts/source/tr098.tsv");
const COMPILED: &str = include_str!("../facts/facts.txt");

#[test]
fn compiled_facts_match_their_source() {
    let fresh = compile::compile(TR181, TR098).expect("the checked-in tables compile");
    let stale = fresh
        .lines()
        .zip(COMPILED.lines())
        .find(|(fresh, kept)| fresh != kept);
    assert!(
        fresh == COMPILED,
        "facts.txt is stale, run `cargo run -p management --example generate_facts`; first difference: {stale:?}"
    );
}

#[test]
fn checked_in_tables_are_already_reduced() {
    for table in [TR181, TR098] {
        let again = compile::keep_columns(table).expect("the table has every column");
        assert!(
            again == table,
            "a table holds columns or rows that are not used"
        );
    }
}

#[test]
fn compiled_facts_stay_small() {
    assert!(COMPILED.len() < 700_000, "{} bytes", COMPILED.len());
}
