//! Answers of real devices, and answers that are not what they should be.

use upnp::data_model::path::{ContentPath, StructurePath};
use upnp::services::basic_management::{BasicManagement, DeviceStatus, RebootStatus};
use upnp::services::configuration_management::ConfigurationManagement;
use upnp::services::device_protection::{DeviceProtection, WPS};
use upnp::xml::Forgiven;

use crate::support::*;

#[tokio::test]
async fn answers_of_real_devices() {
    let cms = || service("ConfigurationManagement");
    let gwsim = recorded(include_str!(
        "../fixtures/devolo-gwsim/supported-data-models.xml"
    ));
    let models = ConfigurationManagement::new(&gwsim, cms())
        .get_supported_data_models()
        .await
        .unwrap();
    assert_eq!(
        (models[0].uri.as_str(), models[0].location.as_str()),
        ("urn:broadband-forum-org:tr-181-2-0", "/BBF/")
    );
    assert_eq!(
        *gwsim.1.lock().unwrap(),
        [Forgiven::DocumentAsArgument("SupportedDataModels".into())]
    );

    let gwsim = recorded(include_str!(
        "../fixtures/devolo-gwsim/supported-parameters.xml"
    ));
    let structure = ConfigurationManagement::new(&gwsim, cms())
        .get_supported_parameters(&StructurePath::root(), 0)
        .await
        .unwrap();
    let structure: Vec<&str> = structure.iter().map(StructurePath::as_str).collect();
    assert_eq!(
        structure,
        [
            "/BBF/DSL/Line/#/LinkStatus",
            "/BBF/DSL/Channel/#/UpstreamCurrRate"
        ]
    );

    let asked = [ContentPath::parse("/BBF/DSL/").unwrap()];
    for (body, path, value) in [
        (
            include_str!("../fixtures/devolo-gwsim/values.xml"),
            "/BBF/DSL/Line/0/TestParams/SNRGds",
            " 8 ",
        ),
        (
            include_str!("../fixtures/devolo-generic-router/values.xml"),
            "/BBF/DSL/Line/0/TestParams/SNRGds",
            "\n            8\n          ",
        ),
        (
            include_str!("../fixtures/tpvision-sensor/values.xml"),
            "/UPnP/SensorMgt/SensorCollections/1/Record",
            "<Record a=\"1\">x&amp;y</Record>",
        ),
        (
            include_str!("../fixtures/tpvision-sensor/values-escaped-twice.xml"),
            "/UPnP/SensorMgt/SensorCollections/1/Record",
            "<Record a=\"1\">x&amp;y</Record>",
        ),
    ] {
        let peer = recorded(body);
        let values = ConfigurationManagement::new(&peer, cms())
            .get_values(&asked)
            .await
            .unwrap();
        assert_eq!(values.get(path), Some(value));
    }

    for body in [
        include_str!("../fixtures/nokia-igd/supported-protocols.xml"),
        include_str!("../fixtures/miniupnpd-stub/supported-protocols.xml"),
    ] {
        let peer = recorded(body);
        let protocols = DeviceProtection::new(&peer, service("DeviceProtection"))
            .get_supported_protocols()
            .await
            .unwrap();
        assert_eq!(
            (protocols.introduction, protocols.login),
            (vec!["WPS".to_owned()], vec!["PKCS5".to_owned()])
        );
        assert!(peer.1.lock().unwrap().is_empty());
    }

    let rygel = recorded(include_str!("../fixtures/gnome-rygel/nslookup-result.xml"));
    let lookup = BasicManagement::new(&rygel, service("BasicManagement"))
        .get_ns_lookup_result(1)
        .await
        .unwrap();
    assert_eq!(lookup.answers[0].ip_addresses, ["192.0.2.10", "192.0.2.11"]);
    assert_eq!(lookup.answers[0].response_time_ms, Some(12));
}

#[tokio::test]
async fn answers_that_are_not_what_they_should_be() {
    let empty = Peer::new("BasicManagement", &[]);
    let bms = BasicManagement::new(&empty, service("BasicManagement"));
    let error = bms.get_sequence_mode().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot read the SequenceMode of GetSequenceMode from 192.0.2.1:49152: \"\""
    );
    assert_eq!(
        bms.reboot().await.unwrap(),
        RebootStatus::Other(String::new())
    );

    let peer = recorded("<Envelope><Body><RebootResponse/></Body></Envelope>");
    let bms = BasicManagement::new(&peer, service("BasicManagement"));
    assert_eq!(
        bms.reboot().await.unwrap(),
        RebootStatus::Other(String::new())
    );
    assert_eq!(
        *peer.1.lock().unwrap(),
        [Forgiven::MissingArgument("RebootStatus".into())]
    );
    let peer = recorded("<Envelope><Body><SelfTestResponse/></Body></Envelope>");
    let error = BasicManagement::new(&peer, service("BasicManagement"))
        .self_test()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the answer of SelfTest from 192.0.2.1:49152: TestID is missing"
    );

    // What may belong to a secret is not repeated.
    let peer = recorded("<Envelope><Body><SendSetupMessageResponse><OutMessage>se!cret</OutMessage></SendSetupMessageResponse></Body></Envelope>");
    let dp = DeviceProtection::new(&peer, service("DeviceProtection"));
    let error = dp
        .send_setup_message(WPS, b"")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("not base64") && !error.contains("cret"),
        "{error}"
    );
}

#[test]
fn device_status_is_split() {
    let check = |text: &str, status: &str, since: Option<&str>, detail: Option<&str>| {
        let found = DeviceStatus::parse(text);
        assert_eq!(
            (
                found.status.as_str(),
                found.since.as_deref(),
                found.detail.as_deref()
            ),
            (status, since, detail),
            "{text}"
        );
    };
    check(
        "OK,2026-11-21T02:57:45Z",
        "OK",
        Some("2026-11-21T02:57:45Z"),
        None,
    );
    check(
        " Fan broken , t , a,b ",
        "Fan broken",
        Some("t"),
        Some("a,b"),
    );
    check("", "", None, None);
}
