//! The services of a TR-064 gateway as typed methods, one per action.
//!
//! A typed service knows names, order and form of the arguments. How a call
//! travels is the matter of whoever implements [`ActionCall`].

pub mod basic_management;
pub mod configuration_management;
pub mod device_protection;
pub mod software_management;

use std::future::Future;

use url::Url;

use crate::data_model::document::{read_paths, stream_paths};
use crate::data_model::parameter_values::Hearer;
use crate::data_model::path::PathError;
use crate::error::Error;
use crate::identifiers::{ServiceId, ServiceType, Udn};
use crate::soap::{ResponseArguments, SoapError};
use crate::xml::Forgiven;

/// A service of a device, addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRef {
    /// Type with the version the device has.
    pub service_type: ServiceType,
    /// Identifier, spelt as in the description.
    pub service_id: ServiceId,
    /// Where actions go.
    pub control_url: Url,
    /// The device the service belongs to.
    pub device_udn: Udn,
}

impl ServiceRef {
    /// Host and port of the control URL, for messages.
    #[must_use]
    pub fn address(&self) -> String {
        let host = self.control_url.host_str().unwrap_or_default();
        match self.control_url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

/// Something that carries an action to a device and the answer back.
pub trait ActionCall: Sync {
    /// Calls an action with its arguments in the order of the SCPD; `hearer` is
    /// told the parameters that can be read of a long answer before it is
    /// complete. Whoever cannot do that tells it nothing.
    ///
    /// # Errors
    /// Whatever kept the output arguments from arriving, a refusal included.
    fn call_heard(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        hearer: Option<Hearer>,
    ) -> impl Future<Output = Result<ResponseArguments, Error>> + Send;

    /// [`Self::call_heard`] with nobody to hear.
    ///
    /// # Errors
    /// As there.
    fn call(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
    ) -> impl Future<Output = Result<ResponseArguments, Error>> + Send {
        async move { self.call_heard(service, action, arguments, None).await }
    }

    /// Told what had to be forgiven inside the arguments of an answer, for
    /// the trace.
    fn forgiven(&self, service: &ServiceRef, action: &str, forgiven: &[Forgiven]) {
        let _ = (service, action, forgiven);
    }
}

/// What the typed services share: one call, one error with its place.
#[derive(Debug)]
pub(crate) struct Caller<'a, C> {
    call: &'a C,
    service: ServiceRef,
}

impl<'a, C: ActionCall> Caller<'a, C> {
    fn new(call: &'a C, service: ServiceRef) -> Self {
        Self { call, service }
    }

    fn service(&self) -> &ServiceRef {
        &self.service
    }

    async fn call<const N: usize>(
        &self,
        action: &'static str,
        arguments: [(&str, String); N],
    ) -> Result<Answer<'_, C>, Error> {
        self.call_heard(action, arguments, None).await
    }

    async fn call_heard<const N: usize>(
        &self,
        action: &'static str,
        arguments: [(&str, String); N],
        hearer: Option<Hearer>,
    ) -> Result<Answer<'_, C>, Error> {
        let arguments = arguments
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let call = self.call;
        let answered = call.call_heard(&self.service, action, arguments, hearer);
        let arguments = answered.await?;
        Ok(Answer {
            caller: self,
            action,
            arguments,
        })
    }

    fn error(&self, action: &str, error: SoapError) -> Error {
        Error::from_soap(&self.service.address(), action, error)
    }
}

/// The answer to one call, with what is needed to name its faults.
pub(crate) struct Answer<'a, C> {
    caller: &'a Caller<'a, C>,
    action: &'static str,
    arguments: ResponseArguments,
}

impl<C: ActionCall> Answer<'_, C> {
    fn fail<T>(&self, result: Result<T, SoapError>) -> Result<T, Error> {
        result.map_err(|error| self.caller.error(self.action, error))
    }

    fn report(&self, forgiven: &[Forgiven]) {
        if !forgiven.is_empty() {
            let service = &self.caller.service;
            self.caller.call.forgiven(service, self.action, forgiven);
        }
    }

    /// An argument, white space around it dropped.
    fn text(&self, argument: &str) -> Result<String, Error> {
        let text = self.fail(self.arguments.require(argument))?;
        Ok(text.trim().to_owned())
    }

    /// An argument exactly as sent.
    fn verbatim(&self, argument: &str) -> Result<String, Error> {
        let text = self.fail(self.arguments.require(argument))?;
        Ok(text.to_owned())
    }

    /// An argument that may be missing, which is taken as empty.
    fn text_or_empty(&self, argument: &str) -> String {
        match self.arguments.get(argument) {
            Some(text) => text.trim().to_owned(),
            None => {
                self.report(&[Forgiven::MissingArgument(argument.to_owned())]);
                String::new()
            }
        }
    }

    fn parsed<T>(&self, argument: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Error> {
        let text = self.fail(self.arguments.require(argument))?;
        self.fail(parse(text).ok_or_else(|| SoapError::Unreadable {
            what: argument.to_owned(),
            detail: format!("{:?}", text.chars().take(80).collect::<String>()),
        }))
    }

    fn boolean(&self, argument: &str) -> Result<bool, Error> {
        self.parsed(argument, crate::soap::value::parse_boolean)
    }

    fn number(&self, argument: &str) -> Result<u32, Error> {
        self.parsed(argument, crate::soap::value::parse_ui4)
    }

    /// The document of an argument, read by `read`, which adds to the report.
    fn document<T>(
        &self,
        argument: &str,
        root: &str,
        read: impl FnOnce(&crate::xml::Element, &mut Vec<Forgiven>) -> T,
    ) -> Result<T, Error> {
        let document = self.fail(self.arguments.document(argument, root))?;
        let mut forgiven = document.forgiven;
        let value = read(&document.root, &mut forgiven);
        self.report(&forgiven);
        Ok(value)
    }

    /// An argument that is a list of paths: read in one pass, or, where that
    /// is not well-formed, as kindly as any document.
    fn paths<P>(
        &self,
        argument: &str,
        root: &str,
        entry: &str,
        parse: impl Fn(&str) -> Result<P, PathError>,
    ) -> Result<Vec<P>, Error> {
        let carried = self.fail(self.arguments.document_text(argument, root))?;
        let mut forgiven = carried.forgiven;
        if !carried.text.trim().is_empty() && forgiven.is_empty() {
            if let Ok(paths) = stream_paths(&carried.text, root, entry, &parse, &mut forgiven) {
                self.report(&forgiven);
                return Ok(paths);
            }
        }
        self.document(argument, root, |root, forgiven| {
            read_paths(root, entry, &parse, forgiven)
        })
    }
}
