//! Trees of real devices: each is loaded, numbered, judged by the facts and searched.
//!
//! Real firmware has names no model knows, values no model allows, and lists tables beside their
//! rows. Nothing of that may get lost or stop the reading. `samples/README.md` says where the
//! trees come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lanside_e2e::{options, Workbench};
use lanside_gateway::options::{Options, RolePolicy};
use management::rows::ShownDrafts;
use management::schema::{self, Status};
use management::view::{NodeKind, NodeStatus};
use management::Session;

static QUESTIONS: &str = include_str!("../../../../management/tests/everyday/questions.txt");
static SAME: &str = include_str!("../../../../management/facts/meaning.same.txt");

/// A tree as the file has it.
struct Sample {
    /// What the simulated gateway reads.
    table: String,
    /// Values by path.
    values: BTreeMap<String, String>,
}

/// Reads the form described in `samples/README.md`.
fn sample(text: &str) -> Sample {
    let (mut table, mut values) = (String::new(), BTreeMap::new());
    let mut above: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let shared: usize = fields
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a number");
        let rest = fields.next().expect("names");
        let (flags, value) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        above.truncate(shared);
        let names = rest.trim_end_matches('.').split('.');
        above.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        let mut path = above.join(".");
        let writable = flags.starts_with('w');
        if rest.ends_with('.') {
            table.push_str(&format!("{path}.\tobject\t{writable}\t\t\n"));
            continue;
        }
        let kind = match flags.trim_start_matches('w') {
            "b" => "boolean",
            "i" => "int",
            "u" => "unsignedInt",
            "l" => "long",
            "U" => "unsignedLong",
            "d" => "dateTime",
            "B" => "base64",
            _ => "string",
        };
        table.push_str(&format!("{path}\tparam\t{writable}\t{kind}\t{value}\n"));
        path.shrink_to_fit();
        values.insert(path, value.to_owned());
    }
    Sample { table, values }
}

/// What came of judging and searching one tree.
#[derive(Debug, Default)]
struct Judged {
    parameters: usize,
    of_makers: usize,
    known: usize,
    deprecated: usize,
    unknown: BTreeSet<String>,
    valued: usize,
    valid: usize,
}

fn judge(session: &Session, loaded: &BTreeMap<String, String>) -> Judged {
    let mut judged = Judged::default();
    for (path, value) in loaded {
        judged.parameters += 1;
        let upnp = session.naming().upnp(path).expect("its rows are numbered");
        let fact = session.naming().fact_at(&upnp);
        let parameter = fact.as_ref().filter(|fact| fact.parameter().is_some());
        match parameter {
            Some(fact) => {
                judged.known += 1;
                judged.deprecated += usize::from(fact.status != Status::Current);
                if !value.is_empty() {
                    judged.valued += 1;
                    judged.valid += usize::from(schema::validate(fact, value).is_ok());
                }
            }
            None if path.contains(".X_") => judged.of_makers += 1,
            None => {
                judged.unknown.insert(template(path));
            }
        }
        if path.contains(".X_") {
            assert!(parameter.is_none(), "{path} is a maker's own");
        }
    }
    judged
}

fn template(path: &str) -> String {
    let part = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
        true => "{i}".to_owned(),
        false => part.to_owned(),
    };
    path.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// Whether the gateway shows what the device had: booleans as numbers, references in the gateway's
/// own notation.
fn is_same(session: &Session, had: &str, shown: &str) -> bool {
    let number = match had {
        "true" => "1",
        "false" => "0",
        had => had,
    };
    // Patterns of paths are no references; the simulated gateway respells them all the same.
    if number == shown || had.contains(".*.") {
        return true;
    }
    let dotted = |item: &str| {
        let upnp = session.naming().reference(item)?;
        Some(session.naming().shown(&upnp))
    };
    let (had, shown): (Vec<_>, Vec<_>) = (
        had.split(',').map(dotted).collect(),
        shown.split(',').map(dotted).collect(),
    );
    had == shown && had.iter().all(Option::is_some)
}

/// Everyday questions this tree can answer, and how many it did among the first five.
fn questions(session: &Session, loaded: &BTreeMap<String, String>) -> (usize, usize, Vec<String>) {
    let there: BTreeSet<String> = loaded.keys().map(|path| template(path)).collect();
    let same: Vec<(&str, &str)> = SAME
        .lines()
        .filter(|line| !line.starts_with(';'))
        .filter_map(|line| line.split_once(" = "))
        .collect();
    let (mut asked, mut found, mut missed) = (0, 0, Vec::new());
    for line in QUESTIONS.lines().filter(|line| !line.starts_with(';')) {
        let mut fields = line.split('|').map(str::trim).skip(1);
        let words = fields.next().expect("words");
        let meant: BTreeSet<String> = fields
            .flat_map(|path| {
                let older = same.iter().filter(move |(_, newer)| *newer == path);
                older.map(|(older, _)| *older).chain([path])
            })
            .filter(|path| there.contains(*path))
            .map(str::to_owned)
            .collect();
        if meant.is_empty() {
            continue;
        }
        asked += 1;
        let hits = session.search_view(words, 5, &ShownDrafts::new()).hits;
        if hits.iter().any(|hit| meant.contains(&template(&hit.path))) {
            found += 1;
        } else {
            let first = hits.first().map_or("nothing", |hit| hit.path.as_str());
            missed.push(format!("{words}: {first}"));
        }
    }
    (asked, found, missed)
}

/// Loads a tree through a gateway that has it, and compares everything.
async fn load(name: &str, sample: &Sample, file: &Path, base: u32) -> Judged {
    let bench = Workbench::new(Options {
        tree: Some(file.to_owned()),
        role_policy: RolePolicy::Open,
        index_base: base,
        ..options(name)
    })
    .await;
    let session = bench.session().await;
    assert_eq!(session.view().index_base, u8::try_from(base).ok(), "{name}");
    assert!(
        session.load_all(|_, _| {}).await.expect("it loads"),
        "{name}"
    );
    let view = session.view();
    assert!(
        view.complete && view.loaded == view.total,
        "{name}: {view:?}"
    );
    let mut loaded: BTreeMap<String, String> = BTreeMap::new();
    {
        let tree = session.tree();
        let top = tree
            .find(session.naming().location())
            .expect("its root")
            .id();
        for node in tree
            .walk(top)
            .filter(|node| node.kind() == NodeKind::Parameter)
        {
            assert_eq!(node.status(), NodeStatus::Known, "{}", node.path());
            let value = node.value().unwrap_or("").to_owned();
            loaded.insert(session.naming().shown(&node.path()), value);
        }
    }
    let names = |values: &BTreeMap<String, String>| values.keys().cloned().collect::<BTreeSet<_>>();
    let (wanted, found) = (names(&sample.values), names(&loaded));
    let lost: Vec<_> = wanted.difference(&found).take(5).collect();
    assert!(lost.is_empty(), "{name}: {lost:?} are lost");
    let mut differing = Vec::new();
    for (path, value) in &sample.values {
        // The simulated gateway counts rows itself, as it must.
        if !path.ends_with("NumberOfEntries") && !schema::is_secret(path) {
            let found = loaded.get(path).map_or("", String::as_str);
            if !is_same(&session, value, found) {
                differing.push((path, value, found));
            }
        }
    }
    let few = &differing[..differing.len().min(12)];
    assert!(
        few.is_empty(),
        "{name}: {} differ: {few:#?}",
        differing.len()
    );
    let judged = judge(&session, &loaded);
    if base == 0 {
        let (asked, answered, missed) = questions(&session, &loaded);
        println!(
            "{name}: {} parameters, {} of the maker, {} known ({} deprecated or obsoleted), {} not; {} of {} values as the model has them; {answered} of {asked} questions",
            judged.parameters, judged.of_makers, judged.known, judged.deprecated,
            judged.parameters - judged.of_makers - judged.known, judged.valid, judged.valued,
        );
        println!("  missed: {missed:?}");
        println!(
            "  in no model: {:?}",
            judged.unknown.iter().take(12).collect::<Vec<_>>()
        );
        assert!(asked >= 10, "{name}: {asked} questions");
        assert!(
            answered * 10 >= asked * 8,
            "{name}: {answered} of {asked}: {missed:?}"
        );
    }
    judged
}

#[tokio::test]
async fn every_real_tree_loads_is_judged_and_searched() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the samples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a sample");
        let sample = sample(&text);
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let file = scratch.path().join("tree.tsv");
        std::fs::write(&file, &sample.table).expect("the table is written");
        let zero = load(&name, &sample, &file, 0).await;
        let of_standard = zero.parameters - zero.of_makers;
        // This one's firmware gives its own names no prefix.
        let least = if name.starts_with("huawei") { 55 } else { 80 };
        assert!(zero.known * 100 >= of_standard * least, "{name}: {zero:?}");
        assert!(zero.valid * 100 >= zero.valued * 85, "{name}: {zero:?}");
        if zero.parameters < 1_000 {
            let one = load(&name, &sample, &file, 1).await;
            assert_eq!(
                (one.known, one.unknown),
                (zero.known, zero.unknown),
                "{name}"
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 6);
}
