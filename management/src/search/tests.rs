//! What is found, and in which order.

use super::*;

fn find(tree: &ParameterTree, text: &str) -> Vec<String> {
    let naming = Naming::new("/BBF/", "Device.", Some(0));
    let Found { hits, matches, .. } = Finder::default().search(tree, &naming, text, 100);
    assert_eq!(hits.len(), matches as usize);
    hits.iter().map(|hit| tree.node(hit.id).path()).collect()
}

fn home() -> ParameterTree {
    let mut tree = ParameterTree::new();
    tree.insert_value("/BBF/WiFi/SSID/0/SSID", "Küche", 0);
    tree.insert_value("/BBF/WiFi/SSID/1/SSID", "Gast", 0);
    tree.insert_value(
        "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
        "gast-secret",
        0,
    );
    tree.insert_value("/BBF/Hosts/Host/0/IPAddress", "192.168.1.20", 0);
    tree.insert_value("/BBF/WiFi/Radio/0/Channel", "36", 0);
    tree.insert_value("/BBF/X_MAKER/Blinkenlights", "1", 0);
    tree
}

#[test]
fn words_fit_paths_and_values_in_any_order() {
    let tree = home();
    assert_eq!(find(&tree, "küche wifi"), ["/BBF/WiFi/SSID/0/SSID"]);
    assert_eq!(find(&tree, "ssid GAST")[0], "/BBF/WiFi/SSID/1/SSID");
    assert_eq!(find(&tree, "wifi.ssid").len(), 2);
    assert_eq!(find(&tree, "ssid.1"), ["/BBF/WiFi/SSID/0/SSID"]);
    assert_eq!(find(&tree, "ssid/1/"), ["/BBF/WiFi/SSID/1/SSID"]);
    assert_eq!(find(&tree, "ssid 2"), ["/BBF/WiFi/SSID/1/SSID"]);
    assert_eq!(
        find(&tree, "Device.WiFi.SSID.2.SSID"),
        ["/BBF/WiFi/SSID/1/SSID"]
    );
    assert_eq!(find(&tree, "192.168.1"), ["/BBF/Hosts/Host/0/IPAddress"]);
    assert_eq!(find(&tree, "blinken"), ["/BBF/X_MAKER/Blinkenlights"]);
    assert_eq!(find(&tree, ""), Vec::<String>::new());
    assert_eq!(find(&tree, "qqqq zzzz"), Vec::<String>::new());
    assert_eq!(find(&tree, "gast qqqq")[0], "/BBF/WiFi/SSID/1/SSID");
}

#[test]
fn a_name_that_is_the_word_comes_before_one_that_has_it_among_others() {
    let mut tree = ParameterTree::new();
    tree.insert_value("/BBF/WiFi/AccessPoint/0/SSIDAdvertisementEnabled", "1", 0);
    tree.insert_value(
        "/BBF/WiFi/AccessPoint/0/SSIDReference",
        "/BBF/WiFi/SSID/0/",
        0,
    );
    tree.insert_value("/BBF/WiFi/SSID/0/SSID", "Attic", 0);
    for said in ["wifi ssid 1 ssid", "ssid", "1 ssid"] {
        assert_eq!(find(&tree, said)[0], "/BBF/WiFi/SSID/0/SSID", "{said}");
    }
}

#[test]
fn what_fits_alike_stands_in_tree_order_however_it_was_read() {
    let paths = ["/BBF/A/Marker", "/BBF/B/Marker", "/BBF/C/Marker"];
    let mut tree = ParameterTree::new();
    for object in ["/BBF/A/", "/BBF/B/", "/BBF/C/"] {
        tree.insert_node(object);
    }
    for path in paths.iter().rev() {
        tree.insert_value(path, "", 0);
    }
    assert_eq!(find(&tree, "marker"), paths);
}

#[test]
fn a_secret_value_is_never_looked_into() {
    assert_eq!(find(&home(), "gast-secret"), find(&home(), "gast"));
    assert!(!find(&home(), "gast")
        .contains(&"/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase".to_owned()));
}

#[test]
fn everyday_words_slips_and_joined_words_are_understood() {
    let tree = home();
    let key = "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase";
    for said in [
        "WLAN-Schlüssel",
        "wifi passwrod",
        "wlanschlüssel",
        "password of my wifi",
        "kennwort",
    ] {
        assert_eq!(
            find(&tree, said).first().map(String::as_str),
            Some(key),
            "{said}"
        );
    }
    for said in ["chanel", "Funkkanal", "kanal auto"] {
        let channel = Some("/BBF/WiFi/Radio/0/Channel");
        assert_eq!(
            find(&tree, said).first().map(String::as_str),
            channel,
            "{said}"
        );
    }
}

#[test]
fn what_the_lexicon_means_exists() {
    use crate::schema::{DataModel, Facts};
    let paths: Vec<String> = DataModel::SHIPPED
        .into_iter()
        .flat_map(Facts::of_model)
        .map(|fact| {
            let names = fact
                .path
                .split('.')
                .filter(|part| !part.is_empty() && *part != "{i}");
            let mut path: String = names
                .map(|name| format!(".{}", name.to_lowercase()))
                .collect();
            if fact.object().is_some() {
                path.push('.');
            }
            path
        })
        .collect();
    for target in Lexicon::shared().targets() {
        let found = paths.iter().any(|path| match target.ends_with('.') {
            true => path.contains(target),
            false => path.ends_with(target),
        });
        assert!(found, "no model has {target}");
    }
}

#[test]
fn a_piece_with_row_numbers_finds_what_stands_in_those_rows() {
    let mut tree = ParameterTree::new();
    for row in 0..130 {
        tree.insert_value(
            &format!("/BBF/Hosts/Host/{row}/IPv4Address/{}/X", row % 3),
            "",
            0,
        );
    }
    tree.insert_value("/BBF/X_MAKER_Radio/2G4/Power", "", 0);
    let naming = Naming::new("/BBF/", "Device.", Some(0));
    let all: Vec<String> = tree
        .walk(tree.root().id())
        .filter(|node| node.kind() == NodeKind::Parameter)
        .map(|node| node.path())
        .collect();
    for piece in [
        "host.1",
        "host/1",
        "host.12",
        "Device.Hosts.Host.7",
        "host.130.",
        "host/0/",
        "host.10.ip",
        "9.ipv4address.2",
        "/IPv4Address/2/x",
        "host.13.IPv4Address.1",
        "host.01",
        "radio.2",
        "x_maker_radio/2",
        "host.99999999999999",
    ] {
        let trimmed = piece.trim_matches(['.', '/']).to_lowercase();
        let has = |path: &&String| {
            let shown = naming.shown(path).to_lowercase();
            path.to_lowercase().contains(&trimmed) || shown.contains(&trimmed)
        };
        let mut expected: Vec<&String> = all.iter().filter(has).collect();
        let mut found = Finder::default().search(&tree, &naming, piece, 1000).hits;
        found.sort_by_key(|hit| hit.id);
        expected.sort_by_key(|path| tree.find(path).map(|node| node.id()));
        let found: Vec<String> = found.iter().map(|hit| tree.node(hit.id).path()).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{piece}");
    }
}

#[test]
fn what_comes_and_goes_between_two_keys_is_seen() {
    let naming = Naming::new("/BBF/", "Device.", Some(0));
    let mut tree = home();
    let mut finder = Finder::default();
    let mut count = |tree: &ParameterTree| finder.search(tree, &naming, "attic", 10).matches;
    assert_eq!(count(&tree), 0);
    tree.insert_value("/BBF/WiFi/SSID/2/SSID", "Attic left", 0);
    assert_eq!(count(&tree), 1);
    tree.insert_value("/BBF/WiFi/SSID/0/SSID", "Attic right", 0);
    assert_eq!(count(&tree), 2);
    let gone = tree.find("/BBF/WiFi/SSID/2/").expect("it is there").id();
    tree.remove(gone);
    assert_eq!(count(&tree), 1);
}
