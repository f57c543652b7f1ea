//! Device descriptions and service descriptions.

use upnp::description::device::{Device, DeviceDescription};
use upnp::description::scpd::Scpd;
use upnp::description::url::same_host;
use upnp::limits;
use upnp::soap::value;
use upnp::{DeviceType, ServiceType, Udn};

/// Where the descriptions of this target come from.
const LOCATION: &str = "http://192.0.2.1:8080/path/description.xml";

/// Character sets a header may announce.
const CHARSETS: [Option<&str>; 3] = [None, Some("ISO-8859-1"), Some("utf-16")];

/// Checks a device description.
///
/// # Panics
/// When something that must hold does not.
pub fn device_description(input: &[u8]) {
    for charset in CHARSETS {
        let read = DeviceDescription::parse(input, charset);
        assert_eq!(read, DeviceDescription::parse(input, charset));
        match read {
            Ok(description) => described(&description, input.len()),
            Err(error) => assert!(error.to_string().len() < 2048, "{error}"),
        }
    }
}

fn described(description: &DeviceDescription, input: usize) {
    crate::reported(&description.forgiven);
    assert!(description.devices().count() <= limits::DEVICES);
    assert!(description.services().count() <= limits::SERVICES);
    assert!(depth(&description.root) <= limits::DEVICE_DEPTH);
    assert!(size(&description.root) <= 3 * input, "no text grows");
    let location = url::Url::parse(LOCATION).expect("invariant: a URL");
    let base = description.base_url(&location);
    assert!(same_host(&base, &location), "{base}");
    for (device, service) in description.services() {
        assert_eq!(Udn::parse(device.udn.as_str()).as_ref(), Ok(&device.udn));
        if let Some(device_type) = &device.device_type {
            let again = DeviceType::parse(device_type.as_str());
            assert_eq!(again.as_ref(), Ok(device_type));
        }
        let again = ServiceType::parse(service.service_type.as_str());
        assert_eq!(again.as_ref(), Ok(&service.service_type));
        let urls = [service.control(&base), service.scpd(&base)];
        for url in urls.into_iter().flatten() {
            assert!(same_host(&url, &location), "{url} leads elsewhere");
        }
    }
    if let Some((_, service)) = description.standard_service("DeviceProtection") {
        assert!(service.service_type.is_standard("DeviceProtection"));
    }
}

fn depth(device: &Device) -> usize {
    1 + device.devices.iter().map(depth).max().unwrap_or(0)
}

fn size(device: &Device) -> usize {
    let own = device.friendly_name.len() + device.manufacturer.len() + device.model_name.len();
    let services: usize = device
        .services
        .iter()
        .map(|service| service.control_url.len() + service.scpd_url.len())
        .sum();
    own + services + device.devices.iter().map(size).sum::<usize>()
}

/// Checks a service description, and what it makes of arguments.
///
/// # Panics
/// When something that must hold does not.
pub fn service_description(input: &[u8]) {
    for charset in CHARSETS {
        let read = Scpd::parse(input, charset);
        assert_eq!(read, Scpd::parse(input, charset));
        match read {
            Ok(scpd) => scpd_holds(&scpd),
            Err(error) => assert!(error.to_string().len() < 2048, "{error}"),
        }
    }
}

fn scpd_holds(scpd: &Scpd) {
    crate::reported(&scpd.forgiven);
    assert!(scpd.actions.len() <= limits::ACTIONS);
    assert!(scpd.state_variables.len() <= limits::STATE_VARIABLES);
    for action in &scpd.actions {
        assert!(action.arguments.len() <= limits::ARGUMENTS);
        assert_eq!(scpd.action_named(&action.name), Some(action));
        for argument in &action.arguments {
            if let Some(variable) = scpd.variable_of(argument) {
                assert_eq!(variable.name, argument.related_state_variable);
            }
        }
    }
    for variable in &scpd.state_variables {
        assert_eq!(scpd.variable_named(&variable.name), Some(variable));
        let range = variable.allowed_range.iter();
        let bounds = range.flat_map(|range| [&range.minimum, &range.maximum, &range.step]);
        let own = bounds.flatten().chain(&variable.default_value);
        let own = own.chain(&variable.allowed_values).map(String::as_str);
        let values = [
            "",
            "0",
            "-1",
            "true",
            " 42 ",
            "1e400",
            "NaN",
            "18446744073709551616",
            "2024-02-30T25:00:00Z",
            "2024-02-29T23:59:60.5+14:00",
            "QUJD",
            "0g",
            "\u{0}",
        ];
        for text in own.chain(values) {
            let Ok(printed) = value::check(variable, text) else {
                continue;
            };
            // What we send for a text is what we send for that, too.
            assert_eq!(value::check(variable, &printed), Ok(printed.clone()));
            assert!(
                variable.allowed_values.is_empty()
                    || variable.data_type.is_none()
                    || variable.allowed_values.contains(&printed)
            );
        }
    }
}
