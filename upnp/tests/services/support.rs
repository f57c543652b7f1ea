//! Peers that answer from the table of actions, or with what was recorded.

use std::collections::BTreeMap;
use std::sync::Mutex;

use upnp::data_model::parameter_values::Hearer;
use upnp::services::{ActionCall, ServiceRef};
use upnp::soap::{parse_response, ResponseArguments};
use upnp::xml::Forgiven;
use upnp::{Error, ServiceId, ServiceType, Udn};
use url::Url;

/// An action with its arguments, as it was asked for.
pub type Request = (String, Vec<(String, String)>);

/// In and out arguments of one action, in order.
pub type Signature = (Vec<String>, Vec<String>);

fn table(service: &str) -> BTreeMap<String, Signature> {
    let mut table: BTreeMap<String, Signature> = BTreeMap::new();
    for line in include_str!("../fixtures/actions.tsv")
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

pub fn service(name: &str) -> ServiceRef {
    ServiceRef {
        service_type: ServiceType::standard(name, 2),
        service_id: ServiceId::parse(&format!("urn:upnp-org:serviceId:{name}1")).unwrap(),
        control_url: Url::parse("http://192.0.2.1:49152/ctl").unwrap(),
        device_udn: Udn::parse("uuid:AbC").unwrap(),
    }
}

/// Answers every action with exactly the arguments of the table, and records
/// what it was asked.
pub struct Peer {
    table: BTreeMap<String, Signature>,
    answers: BTreeMap<&'static str, &'static str>,
    pub asked: Mutex<Vec<Request>>,
    pub forgiven: Mutex<Vec<Forgiven>>,
}

impl Peer {
    pub fn new(service: &str, answers: &[(&'static str, &'static str)]) -> Self {
        Self {
            table: table(service),
            answers: answers.iter().copied().collect(),
            asked: Mutex::default(),
            forgiven: Mutex::default(),
        }
    }

    /// The arguments of the last call as `name=value` lines.
    pub fn last(&self) -> String {
        let asked = self.asked.lock().unwrap();
        let (action, arguments) = asked.last().unwrap();
        let arguments: Vec<String> = arguments
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{action} {}", arguments.join(" "))
    }

    /// Every action of the table was called, with its arguments in order.
    pub fn check_all_called(&self) {
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
pub struct Recorded(String, pub Mutex<Vec<Forgiven>>);

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

pub fn recorded(body: impl Into<String>) -> Recorded {
    Recorded(body.into(), Mutex::default())
}
