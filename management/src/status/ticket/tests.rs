use proptest::prelude::*;

use super::super::*;
use super::*;
use crate::ladder::{Evidence, Ladder, NextStep, Rung, RungState};

/// A page in which every text outside the allow-list is `secret`.
fn filled(secret: &str) -> StatusView {
    let some = || Some(secret.to_owned());
    let text = || secret.to_owned();
    StatusView {
        udn: text(),
        time: text(),
        identity: StatusIdentityView {
            name: text(),
            manufacturer: Some("Lanside Werkstatt".to_owned()),
            model: Some("Hafenbox 7".to_owned()),
            serial_number: some(),
            hardware_version: Some("2.1".to_owned()),
            software_version: Some("7.42.3".to_owned()),
            address: some(),
        },
        up_time_s: Some(90_061),
        device_status: Some(DeviceStatusView {
            status: text(),
            since: some(),
            detail: some(),
        }),
        wan: WanView {
            interface: some(),
            status: some(),
            since_s: Some(60),
            connection: some(),
            last_error: some(),
            addresses: vec![text()],
            router: some(),
            name_servers: vec![text()],
        },
        lines: vec![LineView {
            kind: text(),
            status: some(),
            profile: some(),
            down_kbit: Some(1),
            up_kbit: None,
            max_down_kbit: None,
            max_up_kbit: None,
            margin_down: Some(81),
            margin_up: None,
            attenuation_down: None,
            attenuation_up: None,
            optical_level: None,
        }],
        addresses: vec![AddressView {
            interface: text(),
            address: text(),
            mask: some(),
            wan: true,
        }],
        wifi: vec![WifiView {
            ssid: text(),
            enabled: true,
            status: some(),
            band: some(),
            channel: Some(6),
            security: some(),
            stations: 3,
        }],
        hosts: HostsView {
            known: 2,
            active: 1,
            list: vec![HostView {
                name: text(),
                address: some(),
                mac: some(),
            }],
        },
        last_changes: vec![LastChangeView {
            time: text(),
            paths: vec![text()],
            state: JournalState::Verified,
        }],
        draft_count: 0,
        alarms: vec![AlarmView {
            since: some(),
            severity: text(),
            text: text(),
        }],
        software: vec![SoftwareView {
            id: 1,
            name: text(),
            version: text(),
            kind: text(),
            state: text(),
        }],
        ladders: vec![Ladder {
            purpose: Purpose::Internet,
            name: some(),
            rungs: vec![Rung {
                layer: Layer::Ppp,
                path: text(),
                name: some(),
                state: RungState::Broken,
                problem: Some(RungProblem::PasswordRefused),
                evidence: vec![Evidence {
                    path: text(),
                    value: text(),
                }],
            }],
            broken: Some(0),
            next: Some(NextStep::CheckValue { path: text() }),
        }],
    }
}

fn is_allowed_word(text: &str) -> bool {
    STATES.contains(&text)
        || RADIO.contains(&text)
        || PROFILES.contains(&text)
        || ["DSL", "fibre", "Ethernet"].contains(&text)
        || text.parse::<IpAddr>().is_ok()
}

proptest! {
    /// Whatever stands outside the allow-list makes no difference to the text.
    #[test]
    fn nothing_outside_the_allow_list_is_ever_printed(secret in ".{0,40}") {
        prop_assume!(!is_allowed_word(&secret));
        prop_assert_eq!(filled(&secret).ticket_text(), filled("\u{1}marker").ticket_text());
    }

    /// Not even names of maker, model and versions may hold anything.
    #[test]
    fn a_label_is_short_and_plain(text in ".{0,80}") {
        let shown = label(Some(&text));
        prop_assert!(shown.chars().count() <= LABEL_CHARS);
        prop_assert!(shown.chars().all(|c| c.is_ascii() && !c.is_control()));
    }
}

#[test]
fn what_support_needs_is_there() {
    let text = filled("x").ticket_text();
    for wanted in [
        "Hafenbox 7",
        "firmware 7.42.3",
        "1 d 1 h",
        "margin 8.1 dB",
        "3 devices",
        "PPP refused name or password",
    ] {
        assert!(text.contains(wanted), "“{wanted}” is missing:\n{text}");
    }
}

#[test]
fn addresses_become_their_kind() {
    for (address, kind) in [
        ("192.0.2.7", "IPv4"),
        ("100.64.3.4", "IPv4 (shared by the provider)"),
        ("10.0.0.1", "IPv4 (private)"),
        ("2001:db8::1", "IPv6"),
        ("fe80::1", "IPv6 (link-local)"),
        ("anna's laptop", "(other)"),
    ] {
        assert_eq!(address_kind(address), kind);
    }
}
