//! One check per rule of `syntax`, on parameters of the models, and on every default they state.

use super::facts::{DataModel, Fact};
use super::index::Facts;
use super::syntax::{normalise, validate};

/// `expected` is how the problem reads, empty for a valid value.
fn check(path: &str, value: &str, expected: &str) {
    let fact = fact(path);
    let found =
        validate(&fact, value).map_or_else(|problem| problem.to_string(), |()| String::new());
    assert_eq!(found, expected, "{path} = {value:?}");
}

fn fact(path: &str) -> Fact {
    Facts::of_path(path).unwrap_or_else(|| panic!("no fact about {path}"))
}

#[test]
fn booleans() {
    const PATH: &str = "Device.WiFi.SSID.1.Enable";
    for value in ["1", "0", "true", "FALSE", " yes ", "off"] {
        check(PATH, value, "");
    }
    for value in ["", "2", "enabled"] {
        check(PATH, value, "must be 1 (on) or 0 (off)");
    }
}

#[test]
fn whole_numbers() {
    const VLAN: &str = "Device.Ethernet.VLANTermination.1.VLANID";
    for value in ["1", "4094", " 7 ", "+7", "007"] {
        check(VLAN, value, "");
    }
    for value in [
        "0",
        "4095",
        "-1",
        "99999999999999999999999999999999999999999999",
    ] {
        check(VLAN, value, "must be between 1 and 4094");
    }
    for value in ["", "seven", "1.5", "0x10"] {
        check(VLAN, value, "must be a whole number");
    }
    const CHANNEL: &str = "Device.WiFi.Radio.1.Channel";
    check(CHANNEL, "255", "");
    check(CHANNEL, "256", "must be between 1 and 255");
    const LEASE: &str = "Device.DHCPv4.Server.Pool.1.LeaseTime";
    check(LEASE, "-1", "");
    check(LEASE, "-2", "must be -1 or more");
    check(LEASE, "2147483648", "must be -1 or more");
    const IDLE: &str = "Device.PPP.Interface.1.IdleDisconnectTime";
    check(IDLE, "4294967295", "");
    check(IDLE, "4294967296", "must be between 0 and 4294967295");
    check(IDLE, "-1", "must be between 0 and 4294967295");
    const BYTES: &str = "Device.Ethernet.Interface.1.Stats.BytesSent";
    check(BYTES, "18446744073709551615", "");
    check(BYTES, "18446744073709551616", "must be 0 or more");
}

#[test]
fn ranges_with_gaps_and_steps() {
    let stepped = stated(|text| text.contains("step"));
    assert!(!stepped.is_empty());
    for (path, span) in stepped {
        let (min, step) = (span.min.expect("a start"), span.step.expect("a step"));
        check(&path, &(min + step).to_string(), "");
        assert!(
            validate(&fact(&path), &(min + 1).to_string()).is_err(),
            "{path}"
        );
    }
    // 0, or from 1024 up to 49151.
    let gap = Facts::of_model(DataModel::Device2)
        .find(|fact| {
            fact.parameter().is_some_and(|p| {
                p.ranges.len() == 2 && p.ranges[0].max == Some(0) && p.ranges[1].min == Some(1024)
            })
        })
        .expect("a parameter with that range");
    for (value, good) in [
        ("0", true),
        ("1", false),
        ("1023", false),
        ("1024", true),
        ("49152", false),
    ] {
        assert_eq!(validate(&gap, value).is_ok(), good, "{value}");
    }
    assert_eq!(
        validate(&gap, "5").map_err(|problem| problem.to_string()),
        Err("must be 0 or between 1024 and 49151".into())
    );
}

/// Parameters with a range whose text, as a debug print, satisfies the condition.
fn stated(condition: impl Fn(&str) -> bool) -> Vec<(String, super::facts::Span)> {
    Facts::of_model(DataModel::Device2)
        .filter_map(|fact| {
            let span = *fact.parameter()?.ranges.first()?;
            let text = if span.step.is_some() { "step" } else { "" };
            (condition(text) && fact.parameter()?.ranges.len() == 1).then_some((fact.path, span))
        })
        .collect()
}

#[test]
fn text_lengths_count_characters() {
    const SSID: &str = "Device.WiFi.SSID.1.SSID";
    check(SSID, "", "");
    check(SSID, &"ü".repeat(32), "");
    check(
        SSID,
        &"a".repeat(33),
        "must have at most 32 characters, not 33",
    );
    const PASSPHRASE: &str = "Device.WiFi.AccessPoint.1.Security.KeyPassphrase";
    check(PASSPHRASE, "eight888", "");
    check(PASSPHRASE, "seven77", "must have 8 to 63 characters, not 7");
    check(
        PASSPHRASE,
        &"a".repeat(64),
        "must have 8 to 63 characters, not 64",
    );
    check(PASSPHRASE, " blanks count ", "");
}

#[test]
fn binary_lengths_count_octets() {
    const WEP: &str = "Device.WiFi.AccessPoint.1.Security.WEPKey";
    check(WEP, "0123456789", "");
    check(WEP, &"ab".repeat(13), "");
    check(WEP, "01234567", "must have 5 or 13 octets, not 4");
    check(WEP, "012345678", "must be pairs of hexadecimal digits");
    check(WEP, "abcdefghij", "must be pairs of hexadecimal digits");
    const LOGO: &str = "Device.UserInterface.ISPLogo";
    check(LOGO, "", "");
    check(LOGO, "QUJD", "");
    check(LOGO, "QUJ", "must be base64");
    check(LOGO, &"QUJD".repeat(1365), "");
    check(
        LOGO,
        &"QUJD".repeat(1366),
        "must have at most 4095 octets, not 4098",
    );
}

#[test]
fn enumerations() {
    const PROTOCOL: &str = "Device.NAT.PortMapping.1.Protocol";
    check(PROTOCOL, "TCP", "");
    check(PROTOCOL, "X_MAKER_SCTP", "");
    for value in ["tcp", "", " TCP", "ICMP"] {
        check(PROTOCOL, value, "must be one of: TCP, UDP");
    }
    const STATE: &str = "Device.IP.Diagnostics.IPPing.DiagnosticsState";
    check(STATE, "Requested", "");
    check(
        STATE,
        "Complete",
        "is only reported by the gateway; it can be set to: Requested, Canceled",
    );
}

#[test]
fn a_long_enumeration_is_cut_in_the_sentence_and_whole_in_the_value() {
    let long = Facts::of_model(DataModel::Device2)
        .find(|fact| {
            fact.parameter()
                .is_some_and(|p| p.list.is_none() && p.enumeration.len() > 13)
        })
        .expect("a long enumeration");
    let count = long
        .parameter()
        .map_or(0, |p| p.enumeration.len() - p.report_only.len());
    let Err(super::SyntaxProblem::NotAllowedValue { allowed }) = validate(&long, "nonsense") else {
        panic!("{} takes anything", long.path);
    };
    assert_eq!(allowed.len(), count);
    let text = super::SyntaxProblem::NotAllowedValue { allowed }.to_string();
    assert!(
        text.ends_with(&format!("and {} more", count - 12)),
        "{text}"
    );
}

#[test]
fn lists() {
    const DNS: &str = "Device.DHCPv4.Server.Pool.1.DNSServers";
    for value in [
        "",
        "192.168.1.1",
        "192.168.1.1,9.9.9.9",
        " 192.168.1.1 , 9.9.9.9 ",
    ] {
        check(DNS, value, "");
    }
    check(
        DNS,
        "192.168.1.1,example",
        "is wrong in item 2 (example), which must be an IPv4 address such as 192.168.1.1",
    );
    check(
        DNS,
        "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5",
        "must list at most 4",
    );
    const LAYERS: &str = "Device.IP.Interface.1.LowerLayers";
    check(LAYERS, "Device.Ethernet.Link.1.", "");
    check(
        LAYERS,
        &"a,".repeat(600),
        "must have at most 1024 characters in all",
    );
    const FACILITIES: &str = "Device.Syslog.Filter.1.FacilityLevel";
    check(FACILITIES, "Kern,User", "");
    assert!(validate(&fact(FACILITIES), "Kern,Kernel").is_err());
}

#[test]
fn lists_with_a_least_number_and_lists_in_brackets() {
    const DECODING: &str = "Device.Bridging.Bridge.1.Port.1.PriorityCodePoint.PCPDecoding";
    let row = "[7,0,6,0,5,0,4,0,3,0,2,0,1,0,0,0]";
    check(DECODING, &[row; 3].join(","), "must list at least 4");
    check(DECODING, &[row; 5].join(","), "must list at most 4");
    let bare = "7,0,6,0";
    check(
        DECODING,
        bare,
        "is wrong in item 1 (7), which must be lists in square brackets",
    );
    check(DECODING, &[row; 4].join(","), "");
    check(
        DECODING,
        &[row, row, row, "[7,9]"].join(","),
        "is wrong in item 4 ([7,9]), which must have the form ([0-7],[0-1],){7}[0-7],[0-1]",
    );
}

#[test]
fn addresses_and_identifiers() {
    const NET: &str = "Device.IP.Interface.1.IPv4Address.1.IPAddress";
    check(NET, "192.168.1.1", "");
    check(NET, "", "");
    check(
        NET,
        "192.168.1.256",
        "must be an IPv4 address such as 192.168.1.1",
    );
    const SIX: &str = "Device.IP.Interface.1.IPv6Address.1.IPAddress";
    check(SIX, "2001:db8::1", "");
    check(
        SIX,
        "192.168.1.1",
        "must be an IPv6 address such as 2001:db8::1",
    );
    const EITHER: &str = "Device.DNS.Client.Server.1.DNSServer";
    check(EITHER, "2001:db8::1", "");
    check(EITHER, "192.168.1.1", "");
    check(
        EITHER,
        "dns.example",
        "must be an IP address such as 192.168.1.1",
    );
    const PREFIX: &str = "Device.IP.Interface.1.IPv6Prefix.1.Prefix";
    check(PREFIX, "2001:db8::/64", "");
    check(
        PREFIX,
        "2001:db8::",
        "must be an address and prefix length such as 2001:db8::/64",
    );
    const MAC: &str = "Device.DHCPv4.Server.Pool.1.StaticAddress.1.Chaddr";
    check(MAC, "00:11:22:aa:BB:ff", "");
    check(MAC, "", "");
    check(
        MAC,
        "00-11-22-aa-BB-ff",
        "must be a MAC address such as 00:11:22:33:44:55",
    );
    const SERVER: &str = "Device.ManagementServer.URL";
    check(SERVER, "https://acs.example.com:7547/", "");
    check(
        SERVER,
        "https://acs.example.com/ x",
        "must be a URL without blanks",
    );
}

#[test]
fn patterns() {
    const ADDRESS: &str = "Device.ATM.Link.1.DestinationAddress";
    check(ADDRESS, "1/32", "");
    check(ADDRESS, "1-32", r"must have the form \d+/\d+");
    const TIME: &str = "Device.DeviceInfo.FirstUseDate";
    check(TIME, "2026-01-31T12:00:00Z", "");
    check(
        TIME,
        "31.01.2026",
        "must be a date and time such as 2026-01-31T12:00:00Z",
    );
}

#[test]
fn what_cannot_be_sent_at_all() {
    check(
        "Device.WiFi.SSID.1.SSID",
        "Home\u{0}",
        "contains a character that cannot be sent (U+0000)",
    );
    check(
        "Device.WiFi.SSID.1.",
        "anything",
        "cannot be set: this is an object, not a parameter",
    );
}

#[test]
fn normal_forms() {
    for (path, typed, sent) in [
        ("Device.WiFi.SSID.1.Enable", "true", "1"),
        ("Device.WiFi.SSID.1.Enable", " Off ", "0"),
        ("Device.WiFi.SSID.1.Enable", "maybe", "maybe"),
        ("Device.WiFi.Radio.1.Channel", " +011 ", "11"),
        ("Device.WiFi.Radio.1.TransmitPower", "-1", "-1"),
        ("Device.WiFi.Radio.1.TransmitPower", "-0", "0"),
        ("Device.WiFi.SSID.1.SSID", " my net ", " my net "),
        (
            "Device.DHCPv4.Server.Pool.1.DNSServers",
            " 1.1.1.1 , 9.9.9.9",
            "1.1.1.1,9.9.9.9",
        ),
        ("Device.DHCPv4.Server.Pool.1.DNSServers", "  ", ""),
        (
            "Device.DeviceInfo.FirstUseDate",
            " 2026-01-31T12:00:00Z ",
            "2026-01-31T12:00:00Z",
        ),
        ("Device.WiFi.SSID.1.", "x", "x"),
    ] {
        assert_eq!(normalise(&fact(path), typed), sent, "{path}");
        assert_eq!(normalise(&fact(path), sent), sent, "{path}: twice");
    }
}

/// The models are their own test data: what they state as a default must pass.
#[test]
fn every_default_of_the_models_is_valid() {
    let mut refused = Vec::new();
    for model in [DataModel::Device2, DataModel::InternetGatewayDevice] {
        for fact in Facts::of_model(model) {
            let Some(default) = fact.parameter().and_then(|p| p.default) else {
                continue;
            };
            // Empty stands for "none" even where no empty value is allowed.
            if default.value.is_empty() {
                continue;
            }
            match validate(&fact, default.value) {
                Ok(()) | Err(super::SyntaxProblem::ReportOnly { .. }) => {}
                Err(problem) => {
                    refused.push(format!("{} = {:?} {problem}", fact.path, default.value))
                }
            }
        }
    }
    assert!(
        refused.is_empty(),
        "{} refused: {refused:#?}",
        refused.len()
    );
}

/// And every value they list as allowed.
#[test]
fn every_enumerated_value_is_valid() {
    for model in [DataModel::Device2, DataModel::InternetGatewayDevice] {
        for fact in Facts::of_model(model) {
            let Some(parameter) = fact.parameter() else {
                continue;
            };
            if parameter.list.is_some() {
                continue;
            }
            for value in &parameter.enumeration {
                let good = validate(&fact, value).is_ok() || parameter.report_only.contains(value);
                assert!(good, "{} = {value}", fact.path);
            }
        }
    }
}

proptest::proptest! {
    /// Any text at any parameter: a verdict, never a panic; normalising twice changes nothing more,
    /// and the normal form is judged as the text was.
    #[test]
    fn any_text_gets_a_verdict(index in 0_usize..10_062, text in ".{0,40}|[-+0-9.,:/T\\[\\] ]{0,40}") {
        let fact = all().get(index).expect("an index below the number of facts");
        let verdict = validate(fact, &text);
        let normal = normalise(fact, &text).into_owned();
        proptest::prop_assert_eq!(normalise(fact, &normal), normal.as_str());
        if verdict.is_ok() {
            proptest::prop_assert_eq!(validate(fact, &normal), Ok(()));
        }
    }

    /// Any text as a path: no panic, and what is found is found again under its own path.
    #[test]
    fn any_text_may_be_asked_for(path in "(Device|InternetGatewayDevice)?[.A-Za-z0-9{}/#é]{0,40}") {
        if let Some(found) = Facts::of_path(&path) {
            proptest::prop_assert_eq!(Facts::of_path(&found.path), Some(found));
        }
        super::is_secret(&path);
        super::meaning(&path, super::Language::German);
    }
}

fn all() -> &'static [Fact] {
    static ALL: std::sync::OnceLock<Vec<Fact>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        [DataModel::Device2, DataModel::InternetGatewayDevice]
            .into_iter()
            .flat_map(Facts::of_model)
            .collect()
    })
}
