//! How often everyday questions lead to the parameter that was meant.

use super::*;
use crate::schema::{DataModel, Facts};

static QUESTIONS: &str = include_str!("../../tests/everyday/questions.txt");

/// Everything in the objects a believable gateway has, two rows in each table, no values.
fn gateway() -> ParameterTree {
    let tops = [
        "DeviceInfo",
        "Time",
        "UserInterface",
        "DSL",
        "PTM",
        "Ethernet",
        "USB",
        "WiFi",
        "Bridging",
        "IP",
        "PPP",
        "Routing",
        "NeighborDiscovery",
        "RouterAdvertisement",
        "Hosts",
        "DNS",
        "NAT",
        "DHCPv4",
        "DHCPv6",
        "Users",
        "UPnP",
        "Firewall",
        "ManagementServer",
        "QoS",
        "DynamicDNS",
        "SoftwareModules",
        "InterfaceStack",
    ];
    let mut tree = ParameterTree::new();
    let mut add = |path: &str| {
        for row in ["0", "1"] {
            let upnp = path
                .replacen("Device.", "/BBF/", 1)
                .replace("Services.", "");
            tree.insert_node(&upnp.replace("{i}", row).replace('.', "/"));
        }
    };
    for fact in Facts::of_model(DataModel::Device2).filter(|fact| fact.parameter().is_some()) {
        if fact
            .path
            .split('.')
            .nth(1)
            .is_some_and(|top| tops.contains(&top))
        {
            add(&fact.path);
        }
    }
    for model in [DataModel::VoiceService1, DataModel::VoiceService2] {
        for fact in Facts::of_model(model).filter(|fact| fact.parameter().is_some()) {
            add(&format!("Device.Services.{}", fact.path));
        }
    }
    tree
}

#[test]
fn everyday_questions_are_answered() {
    let tree = gateway();
    let naming = Naming::new("/BBF/", "Device.", Some(0));
    let mut finder = Finder::default();
    let (mut asked, mut first, mut among_five, mut german) = (0, 0, 0, 0);
    for line in QUESTIONS.lines().filter(|line| !line.starts_with(';')) {
        let mut fields = line.split('|').map(str::trim);
        let (language, question) = (
            fields.next().expect("a language"),
            fields.next().expect("words"),
        );
        let meant: Vec<&str> = fields.collect();
        for path in &meant {
            assert!(Facts::of_path(path).is_some(), "{path}");
        }
        let hits = finder.search(&tree, &naming, question, 5).hits;
        let found: Vec<String> = hits
            .iter()
            .filter_map(|hit| naming.model_path(&tree.node(hit.id).structure_path()))
            .collect();
        let place = found.iter().position(|path| meant.contains(&path.as_str()));
        asked += 1;
        german += u32::from(language == "de");
        first += u32::from(place == Some(0));
        among_five += u32::from(place.is_some());
        if place != Some(0) {
            println!(
                "{language} “{question}”: place {place:?}, first {:?}",
                found.first()
            );
        }
    }
    println!("{asked} questions ({german} German) over {} parameters: first {first}, among five {among_five}", tree.parameters());
    assert!(asked >= 60 && german * 5 >= asked * 2);
    assert!(first * 100 >= asked * 85, "{first} of {asked} first");
    assert!(
        among_five * 100 >= asked * 85,
        "{among_five} of {asked} among five"
    );
}
