use super::*;
use crate::store::KeptTree;

fn remembered() -> Remembered {
    let naming = Naming::new("/BBF/", "Device.", Some(0));
    let mut source = ParameterTree::new();
    source.insert_value("/BBF/DeviceInfo/ModelName", "EX7590", 7);
    source.insert_value("/BBF/WiFi/SSID/0/SSID", "Home", 9);
    source.insert_value(
        "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
        "geheim99",
        9,
    );
    let table = source.insert_node("/BBF/NAT/PortMapping/");
    source.mark_table(table);
    of_tree(&source, naming)
}

fn of_tree(source: &ParameterTree, naming: Naming) -> Remembered {
    let mut tree = ParameterTree::new();
    for node in source.walk(source.root().id()) {
        note(&mut tree, node, &naming, 3);
    }
    let (origin, as_of) = ("2026-11-20T08:00:00Z", "2026-11-20T08:05:00Z");
    Remembered::new(tree, naming, origin.to_owned(), as_of.to_owned())
}

fn hosts(count: usize) -> ParameterTree {
    let mut tree = ParameterTree::new();
    for row in 0..count {
        let host = format!("/BBF/Hosts/Host/{row}/");
        tree.insert_value(&format!("{host}HostName"), &format!("host-{row}"), 1);
        tree.insert_value(&format!("{host}Active"), "1", 1);
    }
    tree
}

#[test]
fn what_is_written_is_read_without_its_secrets() {
    let kept = remembered().encoded().expect("written");
    assert!(!String::from_utf8_lossy(&kept.pieces.concat()).contains("geheim99"));
    let again = Remembered::decoded(&kept).expect("read");
    let value = |path: &str| {
        let node = again.tree.find(path).expect("it is there");
        (node.value().map(str::to_owned), node.read_at_s())
    };
    assert_eq!(
        value("/BBF/DeviceInfo/ModelName"),
        (Some("EX7590".to_owned()), Some(10))
    );
    let key = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
    assert_eq!(value(key), (None, None));
    let rows = again.rows("/BBF/WiFi/SSID/0/").expect("rows");
    assert_eq!(rows.nodes[0].path, "Device.WiFi.SSID.1.SSID");
    assert_eq!(rows.as_of, "2026-11-20T08:05:00Z");
    let nat = again.rows("/BBF/NAT/").expect("rows");
    assert_eq!(nat.nodes[0].kind, NodeKind::Table);
    assert!(again.rows("/BBF/Nowhere/").is_none());
}

#[test]
fn many_pieces_are_read_in_order_and_one_change_makes_one_piece_new() {
    let naming = || Naming::new("/BBF/", "Device.", Some(0));
    let mut source = hosts(2_000);
    let before = of_tree(&source, naming()).encoded().expect("written");
    assert!(before.pieces.len() > 50, "{} pieces", before.pieces.len());
    let again = Remembered::decoded(&before).expect("read");
    let paths = |tree: &ParameterTree| -> Vec<String> {
        let nodes = tree.walk(tree.root().id());
        nodes.map(|node| node.path()).collect()
    };
    assert_eq!(paths(&again.tree), paths(&source));
    assert_eq!(again.encoded().expect("written"), before);
    source.insert_value("/BBF/Hosts/Host/1000/HostName", "another", 1);
    let after = of_tree(&source, naming()).encoded().expect("written");
    let new = after
        .pieces
        .iter()
        .filter(|piece| !before.pieces.contains(piece));
    assert_eq!(new.count(), 1);
}

#[test]
fn a_value_too_large_to_look_at_is_left_out() {
    let mut source = ParameterTree::new();
    let large = "x".repeat(limits::REMEMBERED_VALUE_OCTETS + 1);
    source.insert_value("/BBF/DeviceInfo/X_MAKER_Dump", &large, 1);
    let old = of_tree(&source, Naming::new("/BBF/", "Device.", Some(0)));
    let node = old.tree.find("/BBF/DeviceInfo/X_MAKER_Dump");
    let node = node.expect("its place");
    assert_eq!((node.value(), node.status()), (None, NodeStatus::NotRead));
}

#[test]
fn rows_that_went_and_values_that_were_refused_do_not_come_back() {
    let mut old = remembered();
    let mut now = ParameterTree::new();
    let table = now.insert_node("/BBF/WiFi/SSID/");
    now.insert_value("/BBF/WiFi/SSID/4/SSID", "Guest", 1);
    now.mark_table(table);
    now.mark_children_known(table);
    let refused = now.insert_node("/BBF/DeviceInfo/ModelName");
    now.mark_status(refused, NodeStatus::Refused);
    for node in now.walk(now.root().id()) {
        note(&mut old.tree, node, &old.naming, 100);
    }
    assert!(old.tree.find("/BBF/WiFi/SSID/0/").is_none());
    let guest = old.tree.find("/BBF/WiFi/SSID/4/SSID").expect("the new one");
    assert_eq!(guest.read_at_s(), Some(101));
    let model = old.tree.find("/BBF/DeviceInfo/ModelName").expect("a place");
    assert_eq!((model.value(), model.status()), (None, NodeStatus::Refused));
}

proptest::proptest! {
    #[test]
    fn no_document_panics(
        head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
        piece in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
    ) {
        Remembered::decoded(&KeptTree { head, pieces: vec![piece] });
    }

    #[test]
    fn no_nodes_panic(above in "[a/]{0,4}", nodes in proptest::collection::vec(
        (0..5_u16, "[a-z0-9/]{0,3}", 0..4_u8, proptest::option::of("[a-z]{0,3}")), 0..40,
    )) {
        let kinds = ["object", "table", "instance", "parameter"];
        let nodes: Vec<_> = nodes
            .into_iter()
            .map(|(depth, name, kind, value)| {
                serde_json::json!([depth, name, kinds[usize::from(kind)], value, 0])
            })
            .collect();
        let head = serde_json::json!({
            "origin": "", "as_of": "", "location": "/BBF/", "root": "Device.", "index_base": 0,
        });
        let octets = |value: &serde_json::Value| serde_json::to_vec(value).expect("written");
        let kept = KeptTree {
            head: octets(&head),
            pieces: vec![octets(&serde_json::json!([above, nodes]))],
        };
        if let Some(remembered) = Remembered::decoded(&kept) {
            remembered.encoded().expect("written again");
        }
    }
}
