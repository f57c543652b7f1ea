//! ConfigurationManagement through the front door: reading, setting, what waits for a reboot.

use lanside_gateway::options::Model;
use lanside_gateway::quirks::Quirk;

use crate::support::{introduced, start, Client, CMS};

fn content(path: &str) -> String {
    format!(
        "<cms:ContentPathList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"><ContentPath>{path}</ContentPath></cms:ContentPathList>"
    )
}

fn value(path: &str, value: &str) -> String {
    format!(
        "<cms:ParameterValueList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"><Parameter>\
         <ParameterPath>{path}</ParameterPath><Value>{value}</Value></Parameter></cms:ParameterValueList>"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_is_read_set_and_read_again() {
    let gateway = start(|_| ()).await;
    let mut client = introduced(&gateway, "First");
    let path = "/UPnP/DM/DeviceInfo/ProvisioningCode";
    let read = |client: &mut Client| {
        let answer = client.call(CMS, "GetValues", &[("Parameters", &content(path))]);
        assert_eq!(answer.code(), 0, "{}", answer.body);
        answer.out("ParameterValueList")
    };
    assert!(read(&mut client).contains(&format!("<ParameterPath>{path}</ParameterPath>")));
    let version = |client: &mut Client| -> u32 {
        client
            .call(CMS, "GetCurrentConfigurationVersion", &[])
            .out("StateVariableValue")
            .parse()
            .unwrap()
    };
    let before = version(&mut client);
    let set = client.call(
        CMS,
        "SetValues",
        &[("ParameterValueList", &value(path, "a&amp;b"))],
    );
    assert_eq!(set.out("Status"), "ChangesApplied", "{}", set.body);
    assert!(read(&mut client).contains("<Value>a&amp;b</Value>"));
    assert_eq!(
        gateway.tree(|tree| tree.value(path)).as_deref(),
        Some("a&b")
    );
    assert!(version(&mut client) > before);
    let missing = client.call(
        CMS,
        "GetValues",
        &[("Parameters", &content("/BBF/Nothing"))],
    );
    assert_eq!(missing.code(), 703);
    assert_eq!(
        client
            .call(CMS, "GetValues", &[("Parameters", "not a list")])
            .code(),
        702
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_starts_and_shows_its_root() {
    for model in [Model::Vdsl, Model::Fiber, Model::Tr098, Model::Minimal] {
        let gateway = start(|options| options.model = model).await;
        let mut client = Client::plain(&gateway);
        let answer = client.call(CMS, "GetSupportedDataModels", &[]);
        assert!(
            answer
                .out("SupportedDataModels")
                .contains("<Location>/BBF/</Location>"),
            "{model:?}"
        );
        let depth = [("StartingNode", "/BBF/"), ("SearchDepth", "1")];
        let answer = client.call(CMS, "GetSupportedParameters", &depth);
        assert!(
            answer.out("Result").contains("<StructurePath>/BBF/"),
            "{model:?}: {}",
            answer.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_survive_a_restart_with_a_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = "/UPnP/DM/DeviceInfo/ProvisioningCode";
    for round in 0..2 {
        let gateway = start(|options| options.state_dir = Some(folder.path().to_owned())).await;
        if round == 0 {
            let mut client = introduced(&gateway, "First");
            client.call(
                CMS,
                "SetValues",
                &[("ParameterValueList", &value(path, "kept"))],
            );
        }
        assert_eq!(
            gateway.tree(|tree| tree.value(path)).as_deref(),
            Some("kept")
        );
        gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_can_be_spelt_as_other_makers_do() {
    for (quirk, found, missing) in [
        (
            Quirk::InlineXml,
            "<cms:SupportedDataModels xmlns:cms=",
            "&lt;",
        ),
        (
            Quirk::UndeclaredPrefix,
            "&lt;cms:SupportedDataModels",
            "xmlns:cms",
        ),
    ] {
        let gateway = start(|options| options.quirks.add(quirk)).await;
        let body = Client::plain(&gateway)
            .call(CMS, "GetSupportedDataModels", &[])
            .body;
        assert!(
            body.contains(found) && !body.contains(missing),
            "{quirk:?}: {body}"
        );
    }
}
