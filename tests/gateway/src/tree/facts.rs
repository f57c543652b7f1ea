//! The tables of names, types and limits in `facts/`, written by `facts/extract.py`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// One object, table or parameter of a data model.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    /// Full path; objects end with a dot, `{i}` stands for instance numbers.
    pub path: &'static str,
    /// `object`, `table` or `param`.
    pub kind: &'static str,
    /// Whether it may be written, or rows be created.
    pub writable: bool,
    /// Built-in type name of TR-106.
    pub data_type: &'static str,
    pub(crate) allowed: &'static str,
    pub(crate) ranges: &'static str,
    pub(crate) list: &'static str,
    /// Reads as the empty value.
    pub secret: bool,
    pub(crate) lengths: &'static str,
    pub(crate) patterns: &'static str,
    pub(crate) default: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) allowed_from: &'static str,
    pub(crate) count_in: &'static str,
    pub(crate) unique: &'static str,
    pub(crate) enable_or_command: &'static str,
}

/// The facts of one data model, in path order with parents before children.
#[derive(Debug)]
pub struct Facts {
    rows: Vec<Fact>,
    by_path: HashMap<&'static str, usize>,
}

impl Facts {
    /// Device:2.
    pub fn tr181() -> &'static Self {
        static FACTS: OnceLock<Facts> = OnceLock::new();
        FACTS.get_or_init(|| Self::parse(include_str!("../../facts/tr181.tsv")))
    }

    /// InternetGatewayDevice:1.
    pub fn tr098() -> &'static Self {
        static FACTS: OnceLock<Facts> = OnceLock::new();
        FACTS.get_or_init(|| Self::parse(include_str!("../../facts/tr098.tsv")))
    }

    fn parse(text: &'static str) -> Self {
        let rows: Vec<Fact> = text.lines().skip(2).map(parse_row).collect();
        let by_path = rows
            .iter()
            .enumerate()
            .map(|(place, fact)| (fact.path, place))
            .collect();
        Self { rows, by_path }
    }

    /// The fact with exactly this path, `{i}` included.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Fact> {
        self.by_path
            .get(path)
            .and_then(|&place| self.rows.get(place))
    }

    /// All facts in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Fact> {
        self.rows.iter()
    }
}

fn parse_row(line: &'static str) -> Fact {
    let mut cells = line.split('\t');
    let mut next = || cells.next().unwrap_or("");
    Fact {
        path: next(),
        kind: next(),
        writable: next() == "readWrite",
        data_type: next(),
        allowed: next(),
        ranges: next(),
        list: next(),
        secret: next() == "secret",
        lengths: next(),
        patterns: next(),
        default: next(),
        reference: next(),
        allowed_from: next(),
        count_in: next(),
        unique: next(),
        enable_or_command: next(),
    }
}
