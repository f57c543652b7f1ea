use super::*;

/// A gateway whose address comes by DHCP over an Ethernet port.
const HOME: [(&str, &str); 12] = [
    ("Ethernet/Interface/1/Enable", "1"),
    ("Ethernet/Interface/1/Status", "Up"),
    ("Ethernet/Interface/1/Upstream", "1"),
    ("Ethernet/Link/1/Status", "Up"),
    ("Ethernet/Link/1/LowerLayers", "Device.Ethernet.Interface.1"),
    ("IP/Interface/1/Status", "Up"),
    ("IP/Interface/1/LowerLayers", "Device.Ethernet.Link.1"),
    ("IP/Interface/1/IPv4Address/1/IPAddress", "192.0.2.7"),
    (
        "Routing/Router/1/IPv4Forwarding/1/Interface",
        "Device.IP.Interface.1",
    ),
    ("Routing/Router/1/IPv4Forwarding/1/Status", "Enabled"),
    ("DNS/Client/Server/1/DNSServer", "192.0.2.53"),
    ("DNS/Client/Server/1/Status", "Enabled"),
];

/// The internet ladder of [`HOME`] with some values changed; an empty one is taken out.
fn with(changes: &[(&str, &str)]) -> Ladder {
    let mut values: Vec<(&str, &str)> = HOME
        .iter()
        .filter(|(path, _)| !changes.iter().any(|(changed, _)| changed == path))
        .copied()
        .collect();
    values.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let ladder = ladders(&Picked::of(&values)).into_iter().next();
    ladder.expect("an internet ladder")
}

fn broken(ladder: &Ladder) -> Option<(Layer, Option<RungProblem>)> {
    let rung = &ladder.rungs[ladder.broken? as usize];
    assert_eq!(rung.state, RungState::Broken);
    Some((rung.layer, rung.problem))
}

#[test]
fn a_sound_ladder_has_no_broken_rung() {
    let ladder = with(&[]);
    assert_eq!(broken(&ladder), None);
    let layers: Vec<Layer> = ladder.rungs.iter().map(|rung| rung.layer).collect();
    assert_eq!(
        layers,
        [
            Layer::Port,
            Layer::Link,
            Layer::Address,
            Layer::Route,
            Layer::Dns
        ]
    );
    assert!(ladder
        .rungs
        .iter()
        .all(|rung| rung.state == RungState::Holds));
}

#[test]
fn only_the_lowest_broken_rung_is_to_blame() {
    let ladder = with(&[
        ("Ethernet/Interface/1/Status", "Down"),
        ("Ethernet/Link/1/Status", "LowerLayerDown"),
        ("IP/Interface/1/Status", "LowerLayerDown"),
        ("IP/Interface/1/IPv4Address/1/IPAddress", ""),
        ("DNS/Client/Server/1/Status", "Error"),
    ]);
    assert_eq!(
        broken(&ladder),
        Some((Layer::Port, Some(RungProblem::NoCable)))
    );
    let others = ladder.rungs.iter().skip(1);
    assert!(
        others.clone().all(|rung| rung.state != RungState::Broken),
        "{ladder:?}"
    );
    assert!(others.clone().all(|rung| rung.problem.is_none()));
    assert_eq!(ladder.next, Some(NextStep::CheckCable));
}

#[test]
fn a_lower_layer_that_is_down_nowhere_is_not_believed() {
    let ladder = with(&[("Ethernet/Link/1/Status", "LowerLayerDown")]);
    assert_eq!(
        broken(&ladder),
        Some((Layer::Link, Some(RungProblem::Down)))
    );
}

#[test]
fn a_stack_that_bites_its_tail_ends() {
    let ladder = with(&[("Ethernet/Interface/1/LowerLayers", "Device.IP.Interface.1")]);
    assert_eq!(ladder.rungs.len(), 5);
    let mut long = vec![("IP/Interface/1/Status".to_owned(), "Up".to_owned())];
    for at in 1..100 {
        long.push((
            format!("IP/Interface/{at}/LowerLayers"),
            format!("Device.IP.Interface.{}", at + 1),
        ));
    }
    let long: Vec<(&str, &str)> = long.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert!(chain(&Picked::of(&long), "IP/Interface/1/").len() <= RUNGS);
}

#[test]
fn an_address_of_the_link_alone_is_none() {
    for address in ["169.254.7.7", "0.0.0.0", "nonsense", ""] {
        let ladder = with(&[("IP/Interface/1/IPv4Address/1/IPAddress", address)]);
        assert_eq!(
            broken(&ladder),
            Some((Layer::Address, Some(RungProblem::NoAddress))),
            "{address}"
        );
    }
}
