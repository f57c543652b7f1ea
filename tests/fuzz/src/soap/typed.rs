//! The typed services over an answer that is there already.

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use upnp::data_model::parameter_values::Hearer;
use upnp::data_model::path::{
    AclDataPath, ContentPath, MultiInstancePath, NodeAttributePath, PartialPath, StructurePath,
};
use upnp::services::basic_management::BasicManagement;
use upnp::services::configuration_management::ConfigurationManagement;
use upnp::services::device_protection::DeviceProtection;
use upnp::{ActionCall, Error, ResponseArguments, ServiceId, ServiceRef, ServiceType, Udn};
use url::Url;

/// Whatever is called, this is the answer.
struct Answered<'a>(&'a ResponseArguments);

impl ActionCall for Answered<'_> {
    async fn call_heard(
        &self,
        _: &ServiceRef,
        _: &str,
        _: Vec<(String, String)>,
        _: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        Ok(self.0.clone())
    }
}

/// Reads the answer as that of the action, if it is one with something to read.
pub(super) fn read(action: &str, arguments: &ResponseArguments) {
    let call = Answered(arguments);
    let cms = ConfigurationManagement::new(&call, service("ConfigurationManagement"));
    let table = "/BBF/NAT/PortMapping/";
    let content = ContentPath::parse(table).into_iter().collect::<Vec<_>>();
    let node = NodeAttributePath::parse(table)
        .into_iter()
        .collect::<Vec<_>>();
    let acl = AclDataPath::parse(table).into_iter().collect::<Vec<_>>();
    match action {
        "GetSupportedDataModels" => twice(|| cms.get_supported_data_models()),
        "GetSupportedParameters" => {
            twice(|| async {
                cms.get_supported_parameters(&StructurePath::root(), 0)
                    .await
            });
        }
        "GetInstances" => twice(|| async { cms.get_instances(&PartialPath::root(), 0).await }),
        "GetValues" => twice(|| cms.get_values(&content)),
        "GetSelectedValues" => {
            twice(|| async { cms.get_selected_values(&StructurePath::root(), "").await });
        }
        "SetValues" => twice(|| cms.set_values(&[])),
        "CreateInstance" => twice(|| async {
            let table = MultiInstancePath::parse(table).expect("invariant: a table");
            cms.create_instance(&table, &[]).await
        }),
        "GetAttributes" => twice(|| cms.get_attributes(&node)),
        "GetInconsistentStatus" => twice(|| cms.get_inconsistent_status()),
        "GetConfigurationUpdate" => twice(|| cms.get_configuration_update()),
        "GetCurrentConfigurationVersion" => twice(|| cms.get_current_configuration_version()),
        "GetACLData" => {
            twice(|| cms.get_acl_data(&acl));
            protection(action, &call);
        }
        _ => {
            protection(action, &call);
            basic(action, &call);
        }
    }
}

fn protection(action: &str, call: &Answered<'_>) {
    let service = service("DeviceProtection");
    let dp = DeviceProtection::new(call, service.clone());
    match action {
        "SendSetupMessage" => twice(|| dp.send_setup_message("WPS", &[])),
        "GetSupportedProtocols" => twice(|| dp.get_supported_protocols()),
        "GetAssignedRoles" => twice(|| dp.get_assigned_roles()),
        "GetRolesForAction" => twice(|| dp.get_roles_for_action(&service, "GetValues")),
        "GetUserLoginChallenge" => twice(|| dp.get_user_login_challenge("Administrator")),
        "GetACLData" => twice(|| dp.get_acl_data()),
        _ => {}
    }
}

fn basic(action: &str, call: &Answered<'_>) {
    let bms = BasicManagement::new(call, service("BasicManagement"));
    match action {
        "Reboot" => twice(|| bms.reboot()),
        "GetDeviceStatus" => twice(|| bms.get_device_status()),
        "GetPingResult" => twice(|| bms.get_ping_result(1)),
        "GetNSLookupResult" => twice(|| bms.get_ns_lookup_result(1)),
        "GetTracerouteResult" => twice(|| bms.get_traceroute_result(1)),
        "GetBandwidthTestResult" => twice(|| bms.get_bandwidth_test_result(1)),
        "GetInterfaceResetResult" => twice(|| bms.get_interface_reset_result(1)),
        "GetSelfTestResult" => twice(|| bms.get_self_test_result(1)),
        "GetTestIDs" => twice(|| bms.get_test_ids()),
        "GetTestInfo" => twice(|| bms.get_test_info(1)),
        "GetLogURIs" => twice(|| bms.get_log_uris()),
        "GetLogInfo" => twice(|| bms.get_log_info("")),
        _ => {}
    }
}

/// Calls twice and compares; the error of an answer that cannot be read fits a message.
fn twice<T: Debug, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) {
    let (first, second) = (ready(call()), ready(call()));
    assert_eq!(
        format!("{first:?}"),
        format!("{second:?}"),
        "the same twice"
    );
    if let Err(error) = first {
        assert!(error.to_string().len() < 8192, "{error}");
    }
}

/// A future that waits for nothing.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the answer is there already"),
    }
}

fn service(name: &str) -> ServiceRef {
    ServiceRef {
        service_type: ServiceType::standard(name, 2),
        service_id: ServiceId::parse(name).expect("invariant: a service id"),
        control_url: Url::parse("https://192.0.2.1/control").expect("invariant: a URL"),
        device_udn: Udn::parse("uuid:1").expect("invariant: a UDN"),
    }
}
