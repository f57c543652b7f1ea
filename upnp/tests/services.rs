//! The typed services: names, order and form of every argument.

use std::collections::BTreeMap;
use std::sync::Mutex;

use upnp::access_control::{Identity, IdentityList, RoleList};
use upnp::data_model::node::NodeAttributes;
use upnp::data_model::parameter_values::Hearer;
use upnp::data_model::path::{
    AclDataPath, ContentPath, InstancePath, MultiInstancePath, NodeAttributePath, ParameterPath,
    PartialPath, StructurePath,
};
use upnp::limits;
use upnp::services::basic_management::{
    BandwidthTestRequest, BasicManagement, DeviceStatus, Interfaces, NsLookupRequest, PingRequest,
    RebootStatus, TestState, TracerouteRequest,
};
use upnp::services::configuration_management::{ChangeStatus, ConfigurationManagement};
use upnp::services::device_protection::{DeviceProtection, WPS};
use upnp::services::{ActionCall, ServiceRef};
use upnp::soap::{parse_response, ResponseArguments};
use upnp::xml::Forgiven;
use upnp::{Error, ServiceId, ServiceType, Udn};
use url::Url;

/// An action with its arguments, as it was asked for.
type Request = (String, Vec<(String, String)>);

/// In and out arguments of one action, in order.
type Signature = (Vec<String>, Vec<String>);

fn table(service: &str) -> BTreeMap<String, Signature> {
    let mut table: BTreeMap<String, Signature> = BTreeMap::new();
    for line in include_str!("fixtures/actions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split('\t').collect();
        let [found, action, direction, argument] = fields[..] else {
            panic!("{line}")
        };
        if found != service {
            continue;
        }
        let entry = table.entry(action.to_owned()).or_default();
        match direction {
            "in" => entry.0.push(argument.to_owned()),
            "out" => entry.1.push(argument.to_owned()),
            _ => {}
        }
    }
    table
}

fn service(name: &str) -> ServiceRef {
    ServiceRef {
        service_type: ServiceType::standard(name, 2),
        service_id: ServiceId::parse(&format!("urn:upnp-org:serviceId:{name}1")).unwrap(),
        control_url: Url::parse("http://192.0.2.1:49152/ctl").unwrap(),
        device_udn: Udn::parse("uuid:AbC").unwrap(),
    }
}

/// Answers every action with exactly the arguments of the table, and records
/// what it was asked.
struct Peer {
    table: BTreeMap<String, Signature>,
    answers: BTreeMap<&'static str, &'static str>,
    asked: Mutex<Vec<Request>>,
    forgiven: Mutex<Vec<Forgiven>>,
}

impl Peer {
    fn new(service: &str, answers: &[(&'static str, &'static str)]) -> Self {
        Self {
            table: table(service),
            answers: answers.iter().copied().collect(),
            asked: Mutex::default(),
            forgiven: Mutex::default(),
        }
    }

    /// The arguments of the last call as `name=value` lines.
    fn last(&self) -> String {
        let asked = self.asked.lock().unwrap();
        let (action, arguments) = asked.last().unwrap();
        let arguments: Vec<String> = arguments
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{action} {}", arguments.join(" "))
    }

    /// Every action of the table was called, with its arguments in order.
    fn check_all_called(&self) {
        let asked = self.asked.lock().unwrap();
        let mut called: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (action, arguments) in asked.iter() {
            called.insert(
                action.clone(),
                arguments.iter().map(|(name, _)| name.clone()).collect(),
            );
        }
        let expected: BTreeMap<String, Vec<String>> = self
            .table
            .iter()
            .map(|(action, (ins, _))| (action.clone(), ins.clone()))
            .collect();
        assert_eq!(called, expected);
    }
}

impl ActionCall for Peer {
    async fn call_heard(
        &self,
        _: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        _: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        self.asked
            .lock()
            .unwrap()
            .push((action.to_owned(), arguments));
        let (_, outs) = self
            .table
            .get(action)
            .unwrap_or_else(|| panic!("no action {action}"));
        let value = |name: &String| {
            (*self
                .answers
                .get(format!("{action}.{name}").as_str())
                .or_else(|| self.answers.get(name.as_str()))
                .unwrap_or(&""))
            .to_owned()
        };
        Ok(ResponseArguments::new(
            action,
            outs.iter()
                .map(|name| (name.clone(), value(name)))
                .collect(),
        ))
    }

    fn forgiven(&self, _: &ServiceRef, _: &str, forgiven: &[Forgiven]) {
        self.forgiven.lock().unwrap().extend_from_slice(forgiven);
    }
}

/// Answers every action with one body.
struct Recorded(String, Mutex<Vec<Forgiven>>);

impl ActionCall for Recorded {
    async fn call_heard(
        &self,
        service: &ServiceRef,
        action: &str,
        _: Vec<(String, String)>,
        _: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        parse_response(action, 200, self.0.as_bytes())
            .map_err(|error| Error::from_soap(&service.address(), action, error))
    }

    fn forgiven(&self, _: &ServiceRef, _: &str, forgiven: &[Forgiven]) {
        self.1.lock().unwrap().extend_from_slice(forgiven);
    }
}

fn recorded(body: impl Into<String>) -> Recorded {
    Recorded(body.into(), Mutex::default())
}

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

#[tokio::test]
async fn answers_of_real_devices() {
    let cms = || service("ConfigurationManagement");
    let gwsim = recorded(include_str!(
        "fixtures/devolo-gwsim/supported-data-models.xml"
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
        "fixtures/devolo-gwsim/supported-parameters.xml"
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
            include_str!("fixtures/devolo-gwsim/values.xml"),
            "/BBF/DSL/Line/0/TestParams/SNRGds",
            " 8 ",
        ),
        (
            include_str!("fixtures/devolo-generic-router/values.xml"),
            "/BBF/DSL/Line/0/TestParams/SNRGds",
            "\n            8\n          ",
        ),
        (
            include_str!("fixtures/tpvision-sensor/values.xml"),
            "/UPnP/SensorMgt/SensorCollections/1/Record",
            "<Record a=\"1\">x&amp;y</Record>",
        ),
        (
            include_str!("fixtures/tpvision-sensor/values-escaped-twice.xml"),
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
        include_str!("fixtures/nokia-igd/supported-protocols.xml"),
        include_str!("fixtures/miniupnpd-stub/supported-protocols.xml"),
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

    let rygel = recorded(include_str!("fixtures/gnome-rygel/nslookup-result.xml"));
    let lookup = BasicManagement::new(&rygel, service("BasicManagement"))
        .get_ns_lookup_result(1)
        .await
        .unwrap();
    assert_eq!(lookup.answers[0].ip_addresses, ["192.0.2.10", "192.0.2.11"]);
    assert_eq!(lookup.answers[0].response_time_ms, Some(12));
}

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
