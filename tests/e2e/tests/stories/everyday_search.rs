//! Looking for parameters by everyday words, over the real programs.

use lanside_e2e::paired;

#[test]
fn everyday_words_lead_to_the_parameter() {
    let (_gateway, lanside, udn) = paired(&["--model", "vdsl"]);
    for (words, path) in [
        (
            &["wifi", "password"][..],
            "Device.WiFi.AccessPoint.1.Security.KeyPassphrase",
        ),
        (
            &["WLAN-Schlüssel"][..],
            "Device.WiFi.AccessPoint.1.Security.KeyPassphrase",
        ),
        (
            &["noise", "margin"][..],
            "Device.DSL.Line.1.DownstreamNoiseMargin",
        ),
        (&["Softwarestand"][..], "Device.DeviceInfo.SoftwareVersion"),
        (&["Device.WiFi.SSID.1.SSID"][..], "Device.WiFi.SSID.1.SSID"),
    ] {
        let mut arguments = vec!["find", udn.as_str()];
        arguments.extend(words);
        let found = lanside.run(&arguments).done();
        let hits = found["hits"].as_array().expect("hits");
        let place = hits.iter().position(|hit| hit["path"] == path);
        assert!(
            place.is_some_and(|place| place < 3),
            "{words:?}: {place:?}, {:?}",
            hits.first()
        );
        assert!(found["searched"].as_u64().is_some_and(|n| n > 500));
        for hit in hits.iter().filter(|hit| hit["secret"] == true) {
            assert!(hit["value"].is_null(), "{hit}");
        }
    }
    let found = lanside.run(&["find", &udn, "qqqqzzzz"]).done();
    assert_eq!(found["matches"], 0);
}
