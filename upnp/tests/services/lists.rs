//! What is too large or cannot be sent, and lists of many entries.

use upnp::data_model::path::{ContentPath, MultiInstancePath, ParameterPath};
use upnp::limits;
use upnp::services::configuration_management::ConfigurationManagement;
use upnp::Error;

use crate::support::*;

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let peer = Peer::new("ConfigurationManagement", &[("Status", "ChangesApplied")]);
    let cms = ConfigurationManagement::new(&peer, service("ConfigurationManagement"));
    let parameter = ParameterPath::parse("/a").unwrap();
    let check = |error: Error, expected: &str| assert_eq!(error.to_string(), expected);

    let large = [(parameter.clone(), "&".repeat(limits::REQUEST_BYTES / 9))];
    let error = cms.set_values(&large).await.unwrap_err();
    assert!(
        error.to_string().starts_with("SetValues: the request of 1"),
        "{error}"
    );
    let control = [(parameter.clone(), String::from("a\u{0}"))];
    check(
        cms.set_values(&control).await.unwrap_err(),
        "SetValues: cannot send /a: the value holds a control character",
    );
    let table = MultiInstancePath::parse("/t/").unwrap();
    let control = [(String::from("Alias"), String::from("\u{1b}"))];
    check(
        cms.create_instance(&table, &control).await.unwrap_err(),
        "CreateInstance: cannot send Alias: the value holds a control character",
    );
    assert!(peer.asked.lock().unwrap().is_empty());

    // One call however many values, as long as it fits.
    let many: Vec<_> = (0..50)
        .map(|n| {
            (
                ParameterPath::parse(&format!("/a/p{n}")).unwrap(),
                String::from("1"),
            )
        })
        .collect();
    cms.set_values(&many).await.unwrap();
    assert_eq!(peer.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn long_lists_are_read_in_several_calls() {
    let list = "<ParameterValueList><Parameter><ParameterPath>/a</ParameterPath><Value>1</Value></Parameter></ParameterValueList>";
    let peer = Peer::new("ConfigurationManagement", &[("ParameterValueList", list)]);
    let cms = ConfigurationManagement::new(&peer, service("ConfigurationManagement"));
    let paths: Vec<_> = (0..1000)
        .map(|n| ContentPath::parse(&format!("/BBF/Hosts/Host/{n}/HostName")).unwrap())
        .collect();
    let values = cms.get_values(&paths).await.unwrap();
    let calls = peer.asked.lock().unwrap().len();
    assert!(
        calls > 1 && values.len() == calls,
        "{calls} calls, {} values",
        values.len()
    );
    assert!(cms.get_values(&[]).await.unwrap().is_empty());
    assert_eq!(
        peer.asked.lock().unwrap().len(),
        calls,
        "nothing asked, nothing sent"
    );
}

/// An answer to GetInstances that holds this list, still unescaped.
fn instances(list: &str) -> Recorded {
    let list = upnp::xml::text::escape(list);
    recorded(format!(
        "<Envelope><Body><GetInstancesResponse><Result>{list}</Result></GetInstancesResponse></Body></Envelope>"
    ))
}

async fn rows_of(peer: &Recorded) -> Result<usize, Error> {
    let cms = ConfigurationManagement::new(peer, service("ConfigurationManagement"));
    let start = upnp::data_model::path::PartialPath::parse("/a/").unwrap();
    cms.get_instances(&start, 1).await.map(|rows| rows.len())
}

#[tokio::test]
async fn a_table_of_a_hundred_thousand_rows_is_read() {
    let entries: String = (0..100_000)
        .map(|row| format!("<InstancePath>/a/T/{row}/</InstancePath>"))
        .collect();
    let plain = format!("<cms:InstancePathList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\">{entries}</cms:InstancePathList>");
    let peer = instances(&plain);
    assert_eq!(rows_of(&peer).await.unwrap(), 100_000);
    assert_eq!(*peer.1.lock().unwrap(), []);
    // As many as fit an answer, and not one more.
    let entries = entries.repeat(6);
    let peer = instances(&format!("<InstancePathList>{entries}</InstancePathList>"));
    assert!(rows_of(&peer).await.is_err());
}

#[tokio::test]
async fn a_crooked_list_of_paths_is_read_as_kindly_as_any_document() {
    for (list, rows, forgiven) in [
        ("<InstancePathList><InstancePath>/a/1/</InstancePath><InstancePath>/a</InstancePath></InstancePathList>", 1, 1),
        ("<InstancePathList><InstancePath>/a/1/</InstancePath><Other>x</Other></InstancePathList>", 1, 1),
        ("<List><InstancePath>/a/1/</InstancePath></List>", 1, 1),
        ("<x:InstancePathList><InstancePath>/a/1/</InstancePath></x:InstancePathList>", 1, 1),
        ("<InstancePathList><InstancePath>/a/1/</InstancePath></x:InstancePathList>", 1, 1),
        ("<InstancePathList/>", 0, 0),
        (" ", 0, 1),
    ] {
        let peer = instances(list);
        assert_eq!(rows_of(&peer).await.unwrap(), rows, "{list}");
        let told = peer.1.lock().unwrap();
        assert_eq!(told.len(), forgiven, "{list}: {told:?}");
    }
    // Half a list would make rows disappear.
    let half = instances("<InstancePathList><InstancePath>/a/1/</InstancePath>");
    assert!(rows_of(&half).await.is_err());
}
