use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn tree_of(paths: &[&str]) -> ParameterTree {
    let mut tree = ParameterTree::new();
    for path in paths {
        tree.insert_value(path, "x", 1);
    }
    tree
}

#[test]
fn a_slot_stays_small() {
    assert!(std::mem::size_of::<Slot>() <= 32);
}

#[test]
fn values_make_their_objects_tables_and_rows() {
    let tree = tree_of(&["/BBF/WiFi/SSID/0/SSID", "/BBF/WiFi/SSID/3/SSID"]);
    let kind = |path: &str| tree.find(path).map(|node| node.kind());
    assert_eq!(kind("/BBF/WiFi/"), Some(NodeKind::Object));
    assert_eq!(kind("/BBF/WiFi/SSID/"), Some(NodeKind::Table));
    assert_eq!(kind("/BBF/WiFi/SSID/3/"), Some(NodeKind::Instance));
    assert_eq!(kind("/BBF/WiFi/SSID/3/SSID"), Some(NodeKind::Parameter));
    assert_eq!(kind("/BBF/WiFi/SSID/4/"), None);
    let ssid = tree.find("/BBF/WiFi/SSID/3/SSID").expect("just inserted");
    assert_eq!(ssid.path(), "/BBF/WiFi/SSID/3/SSID");
    assert_eq!(ssid.structure_path(), "/BBF/WiFi/SSID/#/SSID");
    assert_eq!((tree.known(), tree.parameters()), (2, 2));
}

#[test]
fn walking_keeps_tree_order_and_parents_first() {
    let tree = tree_of(&["/B/b/1/x", "/B/b/1/y", "/B/a", "/B/b/0/x"]);
    let walked = |from: &str| -> Vec<String> {
        let from = tree.find(from).expect("it is there").id();
        tree.walk(from).map(|node| node.path()).collect()
    };
    assert_eq!(
        walked("/"),
        ["/", "/B/", "/B/b/", "/B/b/1/", "/B/b/1/x", "/B/b/1/y", "/B/b/0/", "/B/b/0/x", "/B/a"]
    );
    // And does not leave where it began.
    assert_eq!(walked("/B/b/1/"), ["/B/b/1/", "/B/b/1/x", "/B/b/1/y"]);
    assert_eq!(walked("/B/b/0/"), ["/B/b/0/", "/B/b/0/x"]);
    assert_eq!(walked("/B/b/1/x"), ["/B/b/1/x"]);
}

#[test]
fn that_all_children_are_there_is_learned_once() {
    let mut tree = tree_of(&["/B/T/0/x"]);
    let table = tree.find("/B/T/").expect("just inserted").id();
    let before = tree.revision();
    tree.mark_children_known(table);
    let after = tree.revision();
    assert_ne!(before, after);
    tree.mark_children_known(table);
    assert_eq!(tree.revision(), after);
}

#[test]
fn a_row_that_left_the_gateway_leaves_the_tree() {
    let mut tree = tree_of(&["/B/T/0/x", "/B/T/1/x", "/B/T/2/x"]);
    let table = tree.find("/B/T/").expect("just inserted").id();
    tree.retain_rows(table, &["0", "2"]);
    assert!(tree.find("/B/T/1/").is_none());
    assert_eq!((tree.known(), tree.parameters()), (2, 2));
    tree.insert_value("/B/T/1/x", "again", 2);
    assert_eq!(
        tree.find("/B/T/1/x").and_then(|node| node.value()),
        Some("again")
    );
    let rows: Vec<&str> = tree.node(table).children().map(|row| row.name()).collect();
    assert_eq!(rows, ["0", "2", "1"]);
}

#[test]
fn children_are_found_however_many_there_are() {
    for children in [1, LOOKED_THROUGH, LOOKED_THROUGH + 1, 500] {
        let names: Vec<String> = (0..children).map(|n| format!("/B/T/{n}/x")).collect();
        let paths: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut tree = tree_of(&paths);
        // In the same order, and backwards, nothing is there twice.
        for path in paths.iter().chain(paths.iter().rev()) {
            tree.insert_value(path, "y", 2);
        }
        assert_eq!(tree.parameters(), children as u32);
        for path in &paths {
            let node = tree.find(path).expect("inserted");
            assert_eq!((node.path().as_str(), node.value()), (*path, Some("y")));
        }
        assert!(tree.find("/B/T/501/x").is_none());
        let table = tree.find("/B/T/").expect("inserted").id();
        tree.retain_rows(table, &["0"]);
        assert_eq!(tree.parameters(), 1);
        for path in &paths {
            tree.insert_value(path, "z", 3);
        }
        assert_eq!(tree.parameters(), children as u32);
        assert_eq!(tree.node(table).children().count(), children);
    }
}

#[test]
fn objects_are_found_from_whichever_was_asked_for_before() {
    let paths = [
        "/B/T/0/x",
        "/B/T/1/x",
        "/B/T/10/x",
        "/B/T/1/U/0/y",
        "/B/Tx/1/x",
        "/B/a",
        "/C/T/1/x",
        "B/q",
        "/x",
    ];
    for (first, second) in paths
        .iter()
        .flat_map(|first| paths.map(|second| (*first, second)))
    {
        let tree = tree_of(&[first, second]);
        for path in [first, second] {
            let node = tree.find(path).expect("inserted");
            assert_eq!(node.value(), Some("x"), "{first}, then {second}");
            assert_eq!(node.path(), format!("/{}", path.trim_start_matches('/')));
        }
    }
}

#[test]
fn names_known_from_elsewhere_are_not_taken_for_new_children() {
    // "b" is known before "c", so it comes back to /B/ as an older name.
    let paths = [
        "/A/b", "/B/c", "/B/b", "/B/c", "/B/b", "/B/d", "/A/d", "/B/d", "/B/e", "/B/e",
    ];
    let tree = tree_of(&paths);
    assert_eq!(tree.parameters(), 6);
    let children = |path: &str| tree.find(path).map(|node| node.children().count());
    assert_eq!((children("/A/"), children("/B/")), (Some(2), Some(4)));
}

#[test]
fn a_refused_parameter_forgets_its_value() {
    let mut tree = tree_of(&["/B/x"]);
    let id = tree.find("/B/x").expect("just inserted").id();
    tree.mark_status(id, NodeStatus::Refused);
    assert_eq!(tree.node(id).value(), None);
    assert_eq!((tree.known(), tree.parameters()), (0, 1));
    tree.insert_value("/B/x", "y", 3);
    assert_eq!(tree.node(id).read_at_s(), Some(3));
    assert_eq!(tree.known(), 1);
}

#[test]
fn the_revision_tells_what_is_new_from_what_was_only_read_again() {
    let mut tree = tree_of(&["/B/x", "/B/T/0/y"]);
    let begin = tree.revision();
    tree.insert_value("/B/x", "x", 9);
    assert_eq!(tree.revision(), begin);
    tree.insert_value("/B/x", "other", 10);
    let after = tree.revision();
    assert_eq!(
        (after.learned, after.changed),
        (begin.learned, begin.changed + 1)
    );
    tree.insert_node("/B/z");
    assert!(tree.revision().learned > after.learned);
    let after = tree.revision();
    let row = tree.find("/B/T/0/").expect("just inserted").id();
    tree.remove(row);
    assert!(tree.revision().learned > after.learned);
}

#[test]
fn twenty_thousand_parameters_stay_under_120_bytes_each_without_values() {
    let mut tree = ParameterTree::new();
    for row in 0..1_000 {
        for leaf in 0..20 {
            tree.insert_value(
                &format!("/BBF/Hosts/Host/{row}/Parameter{leaf}"),
                "192.168.1.17",
                0,
            );
        }
    }
    assert_eq!(tree.known(), 20_000);
    tree.shrink_to_fit();
    let values = 20_000 * "192.168.1.17".len();
    let each = (tree.heap_bytes() - values) / 20_000;
    assert!(each <= 120, "{each} bytes a parameter");
}

/// Something that happens to a tree.
#[derive(Debug, Clone)]
enum Step {
    Insert(String, u8),
    Remove(String),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Objects have capitals or numbers, parameters small letters: no path is both.
    let path = "(/[A-C0-2]){1,3}/[a-d]";
    let insert = (path, any::<u8>()).prop_map(|(path, value)| Step::Insert(path, value));
    let remove = "(/[A-C0-2]){1,3}(/[a-d])?".prop_map(Step::Remove);
    proptest::collection::vec(prop_oneof![6 => insert, 1 => remove], 1..120)
}

proptest! {
    #[test]
    fn a_tree_holds_what_a_list_of_paths_holds(steps in steps()) {
        let mut tree = ParameterTree::new();
        let mut list = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(path, value) => {
                    tree.insert_value(&path, &value.to_string(), 1);
                    list.insert(path, value.to_string());
                }
                Step::Remove(path) => {
                    if let Some(id) = tree.find(&path).map(|node| node.id()) {
                        tree.remove(id);
                    }
                    let below = format!("{path}/");
                    list.retain(|kept, _| *kept != path && !kept.starts_with(&below));
                }
            }
        }
        prop_assert_eq!(tree.known() as usize, list.len());
        let walked: BTreeMap<String, String> = tree
            .walk(tree.root().id())
            .filter_map(|node| Some((node.path(), node.value()?.to_owned())))
            .collect();
        prop_assert_eq!(&walked, &list);
        for (path, value) in &list {
            prop_assert_eq!(tree.find(path).and_then(|node| node.value()), Some(value.as_str()));
        }
    }
}
