//! Descriptions as other makers write them (uda-control-point, section 3).

use crate::description::DEVICE_TYPE;
use crate::quirks::{Quirk, Quirks};
use crate::service::Service;

/// Writes a finished description the way the quirks ask for; `origin` is the unprotected `http://address:port`.
pub(crate) fn document(mut text: String, origin: &str, quirks: &Quirks) -> String {
    if quirks.is_empty() {
        return text;
    }
    text = addresses(text, origin, quirks);
    text = url_base(text, origin, quirks);
    text = elements(text, quirks);
    names(text, quirks)
}

fn addresses(mut text: String, origin: &str, quirks: &Quirks) -> String {
    for service in Service::ALL {
        for end in ["scpd.xml", "control", "event"] {
            let plain = service.relative_url(end);
            let kind = service.service_type();
            let written = match () {
                () if quirks.has(Quirk::AbsolutePaths) => format!("/{plain}"),
                () if quirks.has(Quirk::AbsoluteUrls) => format!("{origin}/{plain}"),
                () if quirks.has(Quirk::ColonUrls) => format!("_{kind}_{end}"),
                () if quirks.has(Quirk::BlankUrls) => format!("{} {end}", service.name()),
                () if quirks.has(Quirk::SameUrls) && end == "scpd.xml" => {
                    format!("{}.xml", service.name())
                }
                () if quirks.has(Quirk::SameUrls) => service.name().to_owned(),
                () => continue,
            };
            text = text.replace(&format!("URL>{plain}<"), &format!("URL>{written}<"));
        }
    }
    text
}

/// The address of the request path as [`Service::from_path`] knows it; `subscribing` decides where control and
/// event addresses are the same.
pub(crate) fn ordinary_path(path: &str, subscribing: bool, quirks: &Quirks) -> Option<String> {
    let quirk = [Quirk::ColonUrls, Quirk::BlankUrls, Quirk::SameUrls];
    if !quirks.has_any(&quirk) {
        return None;
    }
    let name = path.trim_start_matches('/').replace("%20", " ");
    let service = Service::ALL
        .into_iter()
        .find(|service| name.contains(service.name()))?;
    let end = match name.rsplit(['_', ' ', '.']).next()? {
        "xml" => "scpd.xml",
        "event" => "event",
        "control" => "control",
        _ if subscribing => "event",
        _ => "control",
    };
    Some(format!("/{}", service.relative_url(end)))
}

fn url_base(text: String, origin: &str, quirks: &Quirks) -> String {
    let with = |text: &str, version: &str, base: &str| {
        text.replace(
            "<major>2</major><minor>0</minor></specVersion>",
            &format!("{version}</specVersion><URLBase>{base}</URLBase>"),
        )
    };
    match () {
        () if quirks.has(Quirk::UrlBase) => with(
            &text,
            "<major>1</major><minor>0</minor>",
            &format!("{origin}/"),
        ),
        () if quirks.has(Quirk::EmptyUrlBase) => {
            with(&text, "<major>1</major><minor>0</minor>", "")
        }
        () if quirks.has(Quirk::WrongUrlBase) => {
            let host = origin.rsplit_once(':').map_or(origin, |(host, _)| host);
            with(
                &text,
                "<major>1</major><minor>1</minor>",
                &format!("{host}:9/"),
            )
        }
        () => text,
    }
}

fn elements(mut text: String, quirks: &Quirks) -> String {
    if quirks.has(Quirk::UnknownElements) {
        text = text
            .replace(
                "<device>",
                "<device xmlns:x=\"urn:maker-example:x\" x:seen=\"1\"><x:mood level=\"3\"><x:deeper/>good</x:mood>\
                 <iconList><icon><mimetype>image/png</mimetype></icon></iconList><!-- a device -->",
            )
            .replace("<serviceList>", "<serviceList><!-- services --><x:none/>")
            .replace("<service>", "<service><!-- one --><x:state>on</x:state>");
    }
    if quirks.has(Quirk::EmptyElements) {
        text = text.replace(
            "<UDN>",
            "<UPC></UPC><presentationURL></presentationURL><manufacturerURL/><modelURL/><UDN>",
        );
        for name in ["modelDescription", "modelNumber", "serialNumber"] {
            text = replace_content(&text, name, |_| String::new());
        }
    }
    if quirks.has(Quirk::MissingElements) {
        for name in ["modelDescription", "modelNumber", "serialNumber"] {
            let gone = replace_content(&text, name, |_| String::new());
            text = gone.replace(&format!("<{name}></{name}>"), "");
        }
        text = text.replace(
            "<specVersion><major>2</major><minor>0</minor></specVersion>",
            "",
        );
    }
    if quirks.has(Quirk::ServicesTwice) {
        if let (Some(from), Some(to)) = (text.find("<service>"), text.find("</serviceList>")) {
            if let Some(list) = text.get(from..to).map(str::to_owned) {
                text.insert_str(from, &list);
            }
        }
    }
    text
}

fn names(mut text: String, quirks: &Quirks) -> String {
    if quirks.has(Quirk::VersionOne) {
        text = text.replace("Management:2</serviceType>", "Management:1</serviceType>");
        text = text.replace("ManageableDevice:2</", "ManageableDevice:1</");
    }
    if quirks.has(Quirk::PlaceholderDeviceType) {
        text = text.replace(DEVICE_TYPE, "urn:schemas-upnp-org:device:deviceType:v");
    }
    if quirks.has(Quirk::OddServiceIds) {
        text = replace_content(&text, "serviceId", |id| {
            format!(
                "urn:upnp-org:serviceId:{}.0:1",
                id.rsplit(':').next().unwrap_or_default()
            )
        });
    }
    if quirks.has(Quirk::MixedCaseUdn) {
        text = replace_content(&text, "UDN", |udn| match udn.rsplit_once('-') {
            Some((start, last)) => format!("{start}-{}", last.to_ascii_uppercase()),
            None => udn.to_owned(),
        });
    }
    if quirks.has(Quirk::UdnWithoutPrefix) {
        text = text.replace("<UDN>uuid:", "<UDN>");
    }
    if quirks.has(Quirk::ConfigIdWords) {
        text = text.replace(" configId=\"1\"", " configId=\"configuration number\"");
    }
    if quirks.has(Quirk::PaddedTexts) {
        for name in [
            "friendlyName",
            "manufacturer",
            "modelName",
            "UDN",
            "deviceType",
            "serviceType",
            "serviceId",
            "SCPDURL",
            "controlURL",
            "eventSubURL",
        ] {
            text = replace_content(&text, name, |inner| format!("\n      {inner}\t "));
        }
    }
    text
}

/// Changes the text of every element of that name.
fn replace_content(text: &str, name: &str, change: impl Fn(&str) -> String) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text;
    while let Some((before, (inner, after))) = rest
        .split_once(&open)
        .and_then(|(before, from)| Some((before, from.split_once(&close)?)))
    {
        out.push_str(before);
        out.push_str(&open);
        out.push_str(&change(inner));
        out.push_str(&close);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_odd_address_finds_its_service() {
        for (quirk, path, subscribing, expected) in [
            (
                Quirk::ColonUrls,
                "/_urn:schemas-upnp-org:service:BasicManagement:2_scpd.xml",
                false,
                "/bms/scpd.xml",
            ),
            (
                Quirk::ColonUrls,
                "/_urn:schemas-upnp-org:service:DeviceProtection:1_event",
                true,
                "/dp/event",
            ),
            (
                Quirk::BlankUrls,
                "/ConfigurationManagement%20control",
                false,
                "/cms/control",
            ),
            (Quirk::SameUrls, "/BasicManagement", true, "/bms/event"),
            (Quirk::SameUrls, "/BasicManagement", false, "/bms/control"),
            (
                Quirk::SameUrls,
                "/BasicManagement.xml",
                false,
                "/bms/scpd.xml",
            ),
        ] {
            let quirks = [quirk].into_iter().collect();
            assert_eq!(
                ordinary_path(path, subscribing, &quirks).as_deref(),
                Some(expected),
                "{path}"
            );
        }
        assert_eq!(
            ordinary_path("/BasicManagement", false, &Quirks::default()),
            None
        );
    }

    #[test]
    fn contents_are_replaced_everywhere() {
        assert_eq!(
            replace_content("<a>1</a>x<a>2</a>", "a", |inner| format!("-{inner}")),
            "<a>-1</a>x<a>-2</a>"
        );
    }
}
