//! A VDSL2 gateway with TR-181's Device:2, and the people and things at its home.

use super::build::Builder;
use super::facts::Facts;
use super::Tree;

/// The parts that do not depend on the way to the provider.
pub(crate) const HOUSE: [&str; 6] = [
    include_str!("../../models/device.txt"),
    include_str!("../../models/lan.txt"),
    include_str!("../../models/wifi.txt"),
    include_str!("../../models/services.txt"),
    include_str!("../../models/vendor.txt"),
    include_str!("../../models/common-objects.txt"),
];

/// An empty Device:2 tree.
pub(crate) fn start(index_base: u32, seed: u64) -> Builder {
    let empty = Tree::empty(
        index_base,
        "Device",
        "urn:broadband-forum-org:tr-181-2-14-0",
    );
    Builder::new(empty, Some(Facts::tr181()), seed)
}

pub(crate) fn tree(index_base: u32, seed: u64) -> Tree {
    let mut builder = start(index_base, seed);
    for text in HOUSE {
        builder.text(text);
    }
    builder.text(include_str!("../../models/dsl.txt"));
    add_tones(&mut builder, "Device.DSL.Line.1.TestParams", 32);
    add_household(&mut builder);
    builder.finish()
}

/// Things that come in numbers: processes, hosts, wireless stations, the long text.
pub(crate) fn add_household(builder: &mut Builder) {
    add_processes(builder);
    add_stations(builder);
    add_hosts(builder, "Device.Hosts.Host");
    add_long_text(builder);
}

/// Measurements of a line in 256 groups of `size` tones, in its object TestParams.
pub(crate) fn add_tones(builder: &mut Builder, test: &str, size_of_groups: u32) {
    let size_of_groups = size_of_groups.to_string();
    let group_values = |measure: &dyn Fn(i64) -> i64| {
        (0..256)
            .map(|group| measure(group).to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    // Signal falls and noise rises with the frequency, with a notch where the upstream band lies.
    let downstream = |group: i64| {
        if (14..22).contains(&group) {
            512
        } else {
            (110 - group / 4 + group % 7).max(0)
        }
    };
    let upstream = |group: i64| {
        if (14..22).contains(&group) {
            (96 - group + group % 5).max(0)
        } else {
            255
        }
    };
    for (name, size, values) in [
        ("HLOGpsds", "HLOGGds", group_values(&|group| 60 + group)),
        ("HLOGpsus", "HLOGGus", group_values(&|group| 55 + group)),
        (
            "QLNpsds",
            "QLNGds",
            group_values(&|group| 190 + group % 9 - group / 8),
        ),
        ("QLNpsus", "QLNGus", group_values(&|group| 185 + group % 6)),
        ("SNRpsds", "SNRGds", group_values(&downstream)),
        ("SNRpsus", "SNRGus", group_values(&upstream)),
    ] {
        builder.put(&format!("{test}.{name}"), &values);
        builder.put(&format!("{test}.{size}"), &size_of_groups);
    }
    for (name, value) in [
        ("HLOGMTds", "256"),
        ("HLOGMTus", "256"),
        ("QLNMTds", "256"),
        ("QLNMTus", "256"),
        ("SNRMTds", "256"),
        ("SNRMTus", "256"),
        ("LATNds", "127,182,243,,"),
        ("LATNus", "41,166,201,,"),
        ("SATNds", "121,179,240,,"),
        ("SATNus", "39,160,197,,"),
    ] {
        builder.put(&format!("{test}.{name}"), value);
    }
    // Bits a tone are no standard parameter; makers add them under their own name.
    builder.text(&format!("@{test}\nX_LANSIDE_BITSpsds : unsignedInt ro list [0..15]\nX_LANSIDE_BITSpsus : unsignedInt ro list [0..15]"));
    builder.put(
        &format!("{test}.X_LANSIDE_BITSpsds"),
        &group_values(&|group| {
            if (14..22).contains(&group) {
                0
            } else {
                (14 - group / 20).max(0)
            }
        }),
    );
    builder.put(
        &format!("{test}.X_LANSIDE_BITSpsus"),
        &group_values(&|group| if (14..22).contains(&group) { 11 } else { 0 }),
    );
}

fn add_processes(builder: &mut Builder) {
    let processes = [
        ("init", 1, 1200),
        ("kthreadd", 2, 0),
        ("netifd", 431, 2900),
        ("hostapd", 902, 7400),
        ("hostapd", 903, 7100),
        ("dnsmasq", 1011, 3800),
        ("pppd", 1107, 2600),
        ("dsl_control", 1130, 5100),
        ("cwmpd", 1290, 9100),
        ("upnpd", 1301, 6200),
        ("webd", 1344, 11800),
        ("ntpd", 1402, 1500),
        ("odhcpd", 1450, 2100),
        ("syslogd", 1480, 900),
    ];
    for (place, (command, pid, size)) in processes.into_iter().enumerate() {
        let row = format!("Device.DeviceInfo.ProcessStatus.Process.{}", place + 1);
        builder.text(&format!(
            "@{row}\nPID = {pid}\nCommand = {command}\nSize = {size}\nPriority = 20\nState = Sleeping\nCPUTime ~ counter {} {}",
            pid * 13,
            0.4 + place as f64 / 7.0
        ));
    }
}

/// Name, interface (`E1` a port, `W1` a network), whether it is there now.
const HOUSEHOLD: [(&str, &str, bool); 16] = [
    ("laptop-anna", "W2", true),
    ("phone-anna", "W2", true),
    ("phone-bruno", "W2", true),
    ("tablet-küche", "W1", true),
    ("fernseher", "E2", true),
    ("nas", "E1", true),
    ("drucker", "W1", true),
    ("gartenhaus", "W1", true),
    ("heizung", "W1", true),
    ("spielkonsole", "W2", false),
    ("laptop-arbeit", "W2", true),
    ("kamera-tor", "W1", true),
    ("phone-clara", "W2", false),
    ("besuch-1", "W3", true),
    ("besuch-2", "W3", false),
    ("pc-bruno", "E1", true),
];

fn host_mac(place: usize) -> String {
    format!(
        "02:00:5E:B0:00:{:02X}",
        match HOUSEHOLD.get(place).map(|host| host.0) {
            Some("nas") => 0x50,
            Some("gartenhaus") => 0x44,
            _ => place + 1,
        }
    )
}

fn host_address(place: usize) -> String {
    match HOUSEHOLD.get(place) {
        Some(("nas", ..)) => "192.168.1.50".to_owned(),
        Some(("gartenhaus", ..)) => "192.168.1.44".to_owned(),
        Some((_, "W3", _)) => format!("192.168.189.{}", 10 + place),
        _ => format!("192.168.1.{}", 21 + place),
    }
}

/// Hosts with gaps in their numbers: every fifth number was given to somebody who is gone.
fn host_number(place: usize) -> usize {
    place + 1 + place / 4
}

/// The associated devices of the access points, and the leases.
fn add_stations(builder: &mut Builder) {
    let mut on_access_point = [0_usize; 4];
    let mut leases = [0_usize; 2];
    for (place, (_, interface, active)) in HOUSEHOLD.into_iter().enumerate() {
        let pool = if interface == "W3" { 2 } else { 1 };
        if let Some(count) = leases.get_mut(pool - 1) {
            *count += 1;
            builder.text(&format!(
                "@Device.DHCPv4.Server.Pool.{pool}.Client.{count}\nAlias = lease-{pool}-{count}\nChaddr = {}\nActive = {}\n\
                 @Device.DHCPv4.Server.Pool.{pool}.Client.{count}.IPv4Address.1\nIPAddress = {}\nLeaseTimeRemaining ~ at {}\n\
                 @Device.DHCPv4.Server.Pool.{pool}.Client.{count}.Option.1\nTag = 12\nValue = {}",
                host_mac(place),
                u8::from(active),
                host_address(place),
                864_000 - place * 31_000,
                hex(HOUSEHOLD.get(place).map_or("", |host| host.0)),
            ));
        }
        let Some(network) = interface
            .strip_prefix('W')
            .and_then(|network| network.parse::<usize>().ok())
        else {
            continue;
        };
        if let (true, Some(count)) = (active, on_access_point.get_mut(network - 1)) {
            *count += 1;
            let row = format!("Device.WiFi.AccessPoint.{network}.AssociatedDevice.{count}");
            let fast = network == 2;
            builder.text(&format!(
                "@{row}\nMACAddress = {}\nType = {}\nOperatingStandard = {}\nAuthenticationState = 1\nLastDataDownlinkRate = {}\nLastDataUplinkRate = {}\n\
                 AssociationTime ~ at {}\nSignalStrength ~ wave {} 3 {}\nNoise = -95\nRetransmissions = {}\nActive = 1\n@{row}.Stats\ntraffic {} {}",
                host_mac(place),
                if fast { "ax" } else { "n" },
                if fast { "ax" } else { "n" },
                if fast { 866_000 + place * 4_000 } else { 72_000 },
                if fast { 780_000 } else { 65_000 },
                60 + place * 700,
                -45 - place as i64 * 2,
                30 + place,
                place % 5,
                700 + place * 310,
                5_000 + place * 1_900,
            ));
        }
    }
}

/// The hosts in a table of TR-181 or TR-098.
pub(crate) fn add_hosts(builder: &mut Builder, table: &str) {
    let older = table.starts_with("InternetGatewayDevice");
    let mut on_access_point = [0_usize; 4];
    let mut leases = [0_usize; 2];
    for (place, (name, interface, active)) in HOUSEHOLD.into_iter().enumerate() {
        let number = interface.get(1..).unwrap_or("1");
        let wireless = interface.starts_with('W');
        let row = format!("{table}.{}", host_number(place));
        let (mac, address, there) = (host_mac(place), host_address(place), u8::from(active));
        if older {
            builder.text(&format!(
                "@{row}\nIPAddress = {address}\nAddressSource = DHCP\nLeaseTimeRemaining = {}\nMACAddress = {mac}\nHostName = {name}\n\
                 InterfaceType = {}\nActive = {there}",
                80_000 - place * 900,
                if wireless { "802.11" } else { "Ethernet" },
            ));
            continue;
        }
        let pool = if interface == "W3" { 2 } else { 1 };
        let lease = leases.get_mut(pool - 1).map_or(0, |count| {
            *count += 1;
            *count
        });
        let station = match number
            .parse::<usize>()
            .ok()
            .filter(|_| wireless && active)
            .and_then(|network| on_access_point.get_mut(network - 1))
        {
            Some(count) => {
                *count += 1;
                format!("Device.WiFi.AccessPoint.{number}.AssociatedDevice.{count}")
            }
            None => String::new(),
        };
        builder.text(&format!(
            "@{row}\nPhysAddress = {mac}\nIPAddress = {address}\nDHCPClient = Device.DHCPv4.Server.Pool.{pool}.Client.{lease}\nAssociatedDevice = {station}\n\
             Layer1Interface = {}\nLayer3Interface = Device.IP.Interface.{}\nInterfaceType = {}\nHostName = {name}\nActive = {there}\nActiveLastChange ~ at {}\n\
             @{row}.IPv4Address.1\nIPAddress = {address}",
            if wireless { format!("Device.WiFi.Radio.{}", if number == "2" { 2 } else { 1 }) } else { format!("Device.Ethernet.Interface.{number}") },
            if interface == "W3" { 3 } else { 2 },
            if wireless { "Wi-Fi" } else { "Ethernet" },
            90 + place * 40,
        ));
        if active && place % 2 == 0 {
            builder.text(&format!(
                "@{row}.IPv6Address.1\nIPAddress = 2001:db8:4200:1::{:x}",
                0x101 + place
            ));
            builder.text(&format!(
                "@{row}.IPv6Address.3\nIPAddress = fe80::5eff:feb0:{:x}",
                place + 1
            ));
        }
    }
}

/// 64 KiB of numbered lines.
fn add_long_text(builder: &mut Builder) {
    let mut text = String::with_capacity(65_536);
    let mut line = 0;
    while text.len() < 65_536 {
        text.push_str(&format!("{line:06} Ebbe und Flut;"));
        line += 1;
    }
    text.truncate(65_536);
    builder.put("Device.X_LANSIDE_Test.LongText", &text);
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}
