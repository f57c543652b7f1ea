//! Numbers for pictures: tones of the line, Wi-Fi channels, traffic.

use lanside_e2e::paired;

#[test]
fn tones_channels_and_rates_come_with_their_gaps() {
    let (_gateway, lanside, udn) = paired(&[]);
    let line = lanside.run(&["measure", &udn, "line"]).done();
    let down = &line["lines"][0]["down"];
    assert_eq!(down["group_size"], 32, "{line}");
    for name in ["snr_db", "qln_dbm_hz", "hlog_db", "bits"] {
        assert_eq!(
            down[name].as_array().map(Vec::len),
            Some(256),
            "{name}: {line}"
        );
    }
    // The upstream band lies there.
    assert!(
        down["snr_db"][16].is_null() && down["snr_db"][3].is_number(),
        "{line}"
    );
    assert_eq!(down["bits"][16], 0.0, "{line}");

    let before = lanside.run(&["measure", &udn, "channels"]).done();
    assert!(before["looked_at"].is_null(), "{before}");
    let own = before["bands"][0]["own"].as_u64().expect("its own channel");
    lanside.run(&["test", &udn, "neighbours"]).done();
    let after = lanside.run(&["measure", &udn, "channels"]).done();
    assert!(after["looked_at"].is_string(), "{after}");
    let channels = after["bands"][0]["channels"].as_array().expect("channels");
    assert!(
        channels
            .iter()
            .any(|one| one["networks"].as_u64() > Some(0)),
        "{after}"
    );
    assert!(
        channels
            .iter()
            .any(|one| one["channel"] == own && one["own"] == true),
        "{after}"
    );

    let answer = lanside.run(&["measure", &udn, "traffic", "--every", "0.3", "--count", "2"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let rates = answer.stream();
    assert_eq!(rates.len(), 2, "{rates:?}");
    for rate in &rates {
        let interfaces = rate["interfaces"].as_array().expect("interfaces");
        assert!(interfaces.len() > 2, "{rate}");
        assert!(
            interfaces.iter().any(|one| one["received_bps"].is_number()),
            "{rate}"
        );
        assert!(rate["seconds"].as_f64() > Some(0.0), "{rate}");
    }
}

#[test]
fn a_gateway_without_dsl_has_no_tones() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal"]);
    let line = lanside.run(&["measure", &udn, "line"]).done();
    assert_eq!(line["lines"].as_array().map(Vec::len), Some(0), "{line}");
}

#[test]
fn an_older_data_model_has_its_numbers_elsewhere() {
    let (_gateway, lanside, udn) = paired(&["--model", "tr098"]);
    let line = lanside.run(&["measure", &udn, "line"]).done();
    let lines = line["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 1, "{line}");
    assert_eq!(
        lines[0]["path"],
        "InternetGatewayDevice.WANDevice.1.WANDSLInterfaceConfig."
    );
    let down = &lines[0]["down"];
    assert_eq!(down["group_size"], 2, "{line}");
    for name in ["snr_db", "qln_dbm_hz", "hlog_db", "bits"] {
        let measured = down[name].as_array().expect("a list");
        assert_eq!(measured.len(), 256, "{name}: {line}");
        assert!(measured.iter().any(serde_json::Value::is_number), "{name}");
    }

    let channels = lanside.run(&["measure", &udn, "channels"]).done();
    assert_eq!(channels["bands"][0]["band"], "2.4GHz", "{channels}");
    assert_eq!(channels["bands"][0]["own"], 6, "{channels}");

    let answer = lanside.run(&["measure", &udn, "traffic", "--every", "0.3", "--count", "2"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let rates = answer.stream();
    let interfaces = rates[1]["interfaces"].as_array().expect("interfaces");
    for name in ["DSL", "lan-1", "wlan-1"] {
        let one = interfaces.iter().find(|one| one["name"] == name);
        let one = one.unwrap_or_else(|| panic!("{name}: {interfaces:?}"));
        assert!(one["received_bps"].as_f64() > Some(0.0), "{one}");
        assert!(one["sent_bps"].as_f64() > Some(0.0), "{one}");
    }
}
