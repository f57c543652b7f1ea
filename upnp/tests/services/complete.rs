//! Every action of the three services is called, with its arguments in order.

use upnp::access_control::{Identity, IdentityList, RoleList};
use upnp::data_model::node::NodeAttributes;
use upnp::data_model::path::{
    AclDataPath, ContentPath, InstancePath, MultiInstancePath, NodeAttributePath, ParameterPath,
    PartialPath, StructurePath,
};
use upnp::services::basic_management::{
    BandwidthTestRequest, BasicManagement, Interfaces, NsLookupRequest, PingRequest, RebootStatus,
    TestState, TracerouteRequest,
};
use upnp::services::configuration_management::{ChangeStatus, ConfigurationManagement};
use upnp::services::device_protection::{DeviceProtection, WPS};

use crate::support::*;

#[tokio::test]
async fn configuration_management_is_complete() {
    let peer = Peer::new(
        "ConfigurationManagement",
        &[
            ("SupportedDataModels", "<x:SupportedDataModels xmlns:x='y'/>"),
            ("GetSupportedParameters.Result", "<StructurePathList><StructurePath>/a/0/b</StructurePath><StructurePath>/a/1/b</StructurePath></StructurePathList>"),
            ("GetInstances.Result", "<InstancePathList><InstancePath>/a/0/</InstancePath></InstancePathList>"),
            ("ParameterValueList", "<ParameterValueList><Parameter><ParameterPath>/a</ParameterPath><Value>1</Value></Parameter></ParameterValueList>"),
            ("Status", " ChangesApplied "),
            ("InstanceIdentifier", "/a/7"),
            ("NodeAttributeValueList", "<NodeAttributeValueList><Node><NodeAttributePath>/a</NodeAttributePath></Node></NodeAttributeValueList>"),
            ("StateVariableValue", "5,2026-11-21T00:00:00Z"),
            ("GetInconsistentStatus.StateVariableValue", "0"),
            ("GetAlarmsEnabled.StateVariableValue", "1"),
            ("GetCurrentConfigurationVersion.StateVariableValue", "5"),
            ("ACL", "no document"),
        ],
    );
    let cms = ConfigurationManagement::new(&peer, service("ConfigurationManagement"));
    let content = ContentPath::parse("/a/").unwrap();
    let node = NodeAttributePath::parse("/a").unwrap();
    let parameter = ParameterPath::parse("/a").unwrap();

    assert!(cms.get_supported_data_models().await.unwrap().is_empty());
    let structure = cms
        .get_supported_parameters(&StructurePath::root(), 1)
        .await
        .unwrap();
    assert_eq!(structure, [StructurePath::parse("/a/#/b").unwrap()]);
    assert_eq!(
        peer.last(),
        "GetSupportedParameters StartingNode=/ SearchDepth=1"
    );
    let rows = cms
        .get_instances(&PartialPath::parse("/a/").unwrap(), 0)
        .await
        .unwrap();
    assert_eq!(rows, [InstancePath::parse("/a/0/").unwrap()]);
    assert_eq!(
        cms.get_values(std::slice::from_ref(&content))
            .await
            .unwrap()
            .get("/a"),
        Some("1")
    );
    assert_eq!(
        peer.last(),
        "GetValues Parameters=<?xml version=\"1.0\" encoding=\"UTF-8\"?><cms:ContentPathList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\">\
         <ContentPath>/a/</ContentPath></cms:ContentPathList>"
    );
    assert_eq!(
        cms.get_selected_values(&StructurePath::root(), "")
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        cms.set_values(&[(parameter.clone(), String::from("<&"))])
            .await
            .unwrap(),
        ChangeStatus::ChangesApplied
    );
    assert!(peer.last().ends_with("<Parameter><ParameterPath>/a</ParameterPath><Value>&lt;&amp;</Value></Parameter></cms:ParameterValueList>"));
    let created = cms
        .create_instance(&MultiInstancePath::parse("/a/").unwrap(), &[])
        .await
        .unwrap();
    assert_eq!(created.instance.as_str(), "/a/7/");
    assert_eq!(
        cms.delete_instance(&created.instance).await.unwrap(),
        ChangeStatus::ChangesApplied
    );
    assert_eq!(
        cms.get_attributes(std::slice::from_ref(&node))
            .await
            .unwrap()
            .len(),
        1
    );
    cms.set_attributes(&[NodeAttributes {
        event_on_change: Some(true),
        ..NodeAttributes::new(node)
    }])
    .await
    .unwrap();
    assert!(peer.last().contains(
        "<Node><NodeAttributePath>/a</NodeAttributePath><EventOnChange>1</EventOnChange></Node>"
    ));
    assert!(!cms.get_inconsistent_status().await.unwrap());
    assert_eq!(cms.get_configuration_update().await.unwrap().version, 5);
    assert_eq!(cms.get_current_configuration_version().await.unwrap(), 5);
    assert_eq!(
        cms.get_supported_data_models_update()
            .await
            .unwrap()
            .version,
        5
    );
    assert_eq!(
        cms.get_supported_parameters_update().await.unwrap().version,
        5
    );
    assert_eq!(cms.get_attribute_values_update().await.unwrap().version, 5);
    assert!(cms.get_alarms_enabled().await.unwrap());
    cms.set_alarms_enabled(false).await.unwrap();
    assert_eq!(peer.last(), "SetAlarmsEnabled StateVariableValue=0");
    let acl = cms
        .get_acl_data(&[AclDataPath::from(&content)])
        .await
        .unwrap();
    assert_eq!((acl.nodes.len(), acl.text.as_str()), (0, "no document"));
    peer.check_all_called();
}

#[tokio::test]
async fn basic_management_is_complete() {
    let peer = Peer::new(
        "BasicManagement",
        &[
            ("RebootStatus", "RebootLater"),
            ("DeviceStatus", "OK,2026-11-21T02:57:45Z"),
            ("OldSequenceMode", "0"),
            ("SequenceMode", "true"),
            ("TestID", "3"),
            ("TestIDs", "1, 3"),
            ("GetActiveTestIDs.TestIDs", ""),
            ("Status", "Success"),
            ("GetSelfTestResult.Status", "1"),
            ("SuccessCount", "1"),
            ("FailureCount", "2"),
            ("AverageResponseTime", "3"),
            ("MinimumResponseTime", "4"),
            ("MaximumResponseTime", "5"),
            ("ResponseTime", "6"),
            ("HopHosts", "192.0.2.1,,192.0.2.7"),
            ("NumberOfSuccesses", "7"),
            ("NumberOfFailures", "8"),
            ("State", "InProgress"),
            ("Type", "Ping"),
            ("LogURIs", "a, b,"),
            ("Configurable", "1"),
            ("Enabled", "0"),
            ("LogLevel", "Debug"),
            ("LogURL", "/log"),
            ("MaxSize", "1024"),
            ("BandwidthTestInfo", " <a/>"),
        ],
    );
    let bms = BasicManagement::new(&peer, service("BasicManagement"));
    assert_eq!(bms.reboot().await.unwrap(), RebootStatus::RebootLater);
    bms.baseline_reset().await.unwrap();
    assert_eq!(
        bms.get_device_status().await.unwrap().since.as_deref(),
        Some("2026-11-21T02:57:45Z")
    );
    assert!(!bms.set_sequence_mode(true).await.unwrap());
    assert!(bms.get_sequence_mode().await.unwrap());
    let ping = PingRequest {
        host: "h".into(),
        number_of_repetitions: 1,
        timeout_ms: 2,
        data_block_size: 3,
        dscp: 4,
    };
    assert_eq!(bms.ping(&ping).await.unwrap(), 3);
    assert_eq!(
        peer.last(),
        "Ping Host=h NumberOfRepetitions=1 Timeout=2 DataBlockSize=3 DSCP=4"
    );
    let result = bms.get_ping_result(3).await.unwrap();
    assert_eq!(peer.last(), "GetPingResult TestID=3");
    assert_eq!((result.success_count, result.failure_count), (1, 2));
    assert_eq!(
        (
            result.average_response_time_ms,
            result.minimum_response_time_ms,
            result.maximum_response_time_ms
        ),
        (3, 4, 5)
    );
    let lookup = NsLookupRequest {
        host_name: "n".into(),
        dns_server: String::new(),
        number_of_repetitions: 1,
        timeout_ms: 2,
    };
    bms.ns_lookup(&lookup).await.unwrap();
    assert_eq!(
        peer.last(),
        "NSLookup HostName=n DNSServer= NumberOfRepetitions=1 Timeout=2"
    );
    assert!(bms
        .get_ns_lookup_result(3)
        .await
        .unwrap()
        .answers
        .is_empty());
    let route = TracerouteRequest {
        host: "h".into(),
        timeout_ms: 1,
        data_block_size: 2,
        max_hop_count: 3,
        dscp: 4,
    };
    bms.traceroute(&route).await.unwrap();
    assert_eq!(
        peer.last(),
        "Traceroute Host=h Timeout=1 DataBlockSize=2 MaxHopCount=3 DSCP=4"
    );
    assert_eq!(
        bms.get_traceroute_result(3).await.unwrap().hop_hosts,
        ["192.0.2.1", "", "192.0.2.7"]
    );
    assert_eq!(bms.get_bandwidth_test_info().await.unwrap(), " <a/>");
    bms.bandwidth_test(&BandwidthTestRequest::default())
        .await
        .unwrap();
    assert_eq!(
        bms.get_bandwidth_test_result(3).await.unwrap().state,
        "InProgress"
    );
    bms.interface_reset(Interfaces::RequestInterface)
        .await
        .unwrap();
    assert_eq!(peer.last(), "InterfaceReset Interfaces=RequestInterface");
    assert_eq!(
        bms.get_interface_reset_result(3)
            .await
            .unwrap()
            .number_of_failures,
        8
    );
    bms.self_test().await.unwrap();
    assert!(bms.get_self_test_result(3).await.unwrap().passed);
    assert_eq!(bms.get_test_ids().await.unwrap(), [1, 3]);
    assert!(bms.get_active_test_ids().await.unwrap().is_empty());
    assert_eq!(
        bms.get_test_info(3).await.unwrap().state,
        TestState::InProgress
    );
    bms.cancel_test(3).await.unwrap();
    assert_eq!(bms.get_log_uris().await.unwrap(), ["a", "b"]);
    bms.set_log_info("a", true, "Error").await.unwrap();
    assert_eq!(peer.last(), "SetLogInfo LogURI=a Enabled=1 LogLevel=Error");
    let log = bms.get_log_info("a").await.unwrap();
    assert_eq!(
        (log.configurable, log.enabled, log.max_size),
        (true, false, Some(1024))
    );
    assert_eq!(bms.get_acl_data().await.unwrap(), "");
    peer.check_all_called();
}

#[tokio::test]
async fn device_protection_is_complete() {
    let peer = Peer::new(
        "DeviceProtection",
        &[
            ("OutMessage", "YWI="),
            ("RoleList", "Public Basic"),
            ("Salt", "c2FsdA=="),
            ("Challenge", " Y2hh\nbGw="),
        ],
    );
    let dp = DeviceProtection::new(&peer, service("DeviceProtection"));
    assert_eq!(dp.send_setup_message(WPS, b"").await.unwrap(), b"ab");
    assert_eq!(peer.last(), "SendSetupMessage ProtocolType=WPS InMessage=");
    assert!(dp
        .get_supported_protocols()
        .await
        .unwrap()
        .introduction
        .is_empty());
    assert!(dp.get_assigned_roles().await.unwrap().contains("Basic"));
    let roles = dp
        .get_roles_for_action(&service("BasicManagement"), "Reboot")
        .await
        .unwrap();
    assert_eq!(peer.last(), "GetRolesForAction DeviceUDN=uuid:AbC ServiceId=urn:upnp-org:serviceId:BasicManagement1 ActionName=Reboot");
    assert!(roles.restricted.is_empty() && roles.roles.contains("Public"));
    let challenge = dp.get_user_login_challenge("Administrator").await.unwrap();
    assert_eq!(
        (challenge.salt.as_slice(), challenge.challenge.as_slice()),
        (&b"salt"[..], &b"chall"[..])
    );
    assert_eq!(format!("{challenge:?}"), "UserLoginChallenge { .. }");
    dp.user_login(&challenge, b"ab").await.unwrap();
    assert_eq!(
        peer.last(),
        "UserLogin ProtocolType=PKCS5 Challenge= Y2hh\nbGw= Authenticator=YWI="
    );
    dp.user_logout().await.unwrap();
    assert!(dp.get_acl_data().await.unwrap().identities.is_empty());
    let user = Identity::User { name: "u".into() };
    assert!(dp
        .add_identity_list(&IdentityList(vec![user.clone()]))
        .await
        .unwrap()
        .0
        .is_empty());
    dp.remove_identity(&user).await.unwrap();
    dp.set_user_login_password("u", b"ab", b"ab").await.unwrap();
    assert_eq!(
        peer.last(),
        "SetUserLoginPassword ProtocolType=PKCS5 Name=u Stored=YWI= Salt=YWI="
    );
    dp.add_roles_for_identity(&user, &RoleList::parse("Basic Admin"))
        .await
        .unwrap();
    assert!(peer.last().ends_with(" RoleList=Admin Basic"));
    dp.remove_roles_for_identity(&user, &RoleList::parse("Admin"))
        .await
        .unwrap();
    peer.check_all_called();
}
