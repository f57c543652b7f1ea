//! What saved trees cost in the file, and that those of earlier versions are read.

use std::time::Instant;

use rusqlite::Connection;

use super::super::chunks;
use super::super::migrations;
use super::*;

const PARAMETERS: usize = 20_000;

fn large_tree() -> Vec<(String, SavedValue)> {
    (0..PARAMETERS)
        .map(|n| {
            let (host, leaf) = (n / 20, n % 20);
            let path = format!("/BBF/Hosts/Host/{host}/X_MAKER_Parameter{leaf}");
            (path, SavedValue::Plain(format!("value {n}")))
        })
        .collect()
}

fn of_large(values: &[(String, SavedValue)]) -> NewSnapshot {
    NewSnapshot {
        values: values.to_vec(),
        ..tree(UDN, "one of fifty", "")
    }
}

/// Octets of the pages in use: what the disk gives for it.
fn pages(store: &Store) -> u64 {
    let used = store.read(|connection| {
        let number = |name: &str| -> rusqlite::Result<i64> {
            connection.pragma_query_value(None, name, |row| row.get(0))
        };
        Ok((number("page_count")? - number("freelist_count")?) * number("page_size")?)
    });
    u64::try_from(used.expect("reads")).expect("is positive")
}

#[test]
fn fifty_snapshots_of_one_gateway_cost_little_more_than_one() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let mut values = large_tree();
    let empty = pages(&store);
    let mut times = Vec::new();
    let mut save = |values: &[(String, SavedValue)]| {
        let new = of_large(values);
        let from = Instant::now();
        let id = store.save_snapshot(&new).expect("saves").id;
        times.push(from.elapsed());
        id
    };
    let first = save(&values);
    let (one, one_on_disk) = (
        store.snapshot_octets().expect("a size"),
        pages(&store) - empty,
    );
    let same = save(&values);
    let unchanged = store.snapshot_octets().expect("a size") - one;
    let mut ids = vec![same];
    for round in 1..49 {
        for n in 0..5 {
            values[(round * 5_077 + n * 3_331) % PARAMETERS].1 =
                SavedValue::Plain(format!("round {round}"));
        }
        ids.push(save(&values));
    }
    let (fifty, fifty_on_disk) = (
        store.snapshot_octets().expect("a size"),
        pages(&store) - empty,
    );
    let longest = times[1..].iter().max().expect("there are some");
    println!(
        "one snapshot of {PARAMETERS} parameters: {one} octets, {one_on_disk} on disk, {:?}; \
         the same tree again: {unchanged}; fifty with five changes each: {fifty}, \
         {fifty_on_disk} on disk ({:.2} times), at most {longest:?} each",
        times[0],
        fifty_on_disk as f64 / one_on_disk as f64,
    );
    assert!(unchanged < 500, "{unchanged} octets for nothing new");
    assert!(fifty < one * 2, "{one} {fifty}");
    assert!(
        fifty_on_disk < one_on_disk * 2,
        "{one_on_disk} {fifty_on_disk}"
    );
    for id in ids {
        assert!(store.drop_snapshot(id).expect("drops"));
    }
    let left = store.snapshot(first).expect("reads").expect("is there");
    assert_eq!(left.values.len(), PARAMETERS);
    let left = store.snapshot_octets().expect("a size");
    assert!(
        left <= one,
        "what nobody needs any more is gone: {left} {one}"
    );
}

#[test]
fn snapshots_of_an_earlier_version_are_read_compared_and_dropped() {
    let fixture = Fixture::new();
    let values = large_tree();
    let mut lines: Vec<(String, String)> = values
        .iter()
        .map(|line| (line.0.clone(), serde_json::to_string(line).expect("JSON")))
        .collect();
    lines.sort();
    let pieces = chunks::cut_as_before(&lines);
    {
        let file = fixture.directory.path().join(FILE_NAME);
        let connection = Connection::open(file).expect("opens");
        migrations::take_steps(&connection, 8);
        for piece in &pieces {
            let added = connection.execute(
                "INSERT OR IGNORE INTO snapshot_chunks (id, octets) VALUES (?1, ?2)",
                (piece.id.as_slice(), &piece.octets),
            );
            added.expect("inserts");
        }
        let root = pieces.last().expect("a root").id;
        let origin = serde_json::to_string(&SnapshotOrigin::default()).expect("JSON");
        let added = connection.execute(
            "INSERT INTO snapshots (udn, time, name, how, origin, parameters, root)
             VALUES (?1, ?2, 'old', 'saved', ?3, 20000, ?4)",
            (UDN, TIME, origin, root.as_slice()),
        );
        added.expect("inserts");
    }
    let store = fixture.open();
    let old = store.snapshots(UDN).expect("reads")[0].clone();
    let content = |id| store.snapshot(id).expect("reads").expect("is there").values;
    let mut sorted = values.clone();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let read: Vec<_> = content(old.id).into_iter().collect();
    assert_eq!(read, sorted);
    let new = store.save_snapshot(&of_large(&values)).expect("saves");
    assert_eq!(content(new.id), content(old.id));
    assert!(store.drop_snapshot(old.id).expect("drops"));
    assert_eq!(content(new.id).len(), PARAMETERS);
    let left: Vec<_> = store.snapshots(UDN).expect("reads");
    assert_eq!(left, [new]);
}
