//! What holds for every parser a peer can reach, whatever it is fed.
//!
//! One function a target: it takes any octets and panics when something that must hold does
//! not. No input panics a parser; what it gives is bounded by what it was given and by the
//! `limits` of its crate; reading twice gives the same; what can be written is read back as
//! what it was. The same functions are called by
//!
//! * `tests/short_run.rs`, on every corpus file and a fixed number of its mutations, with the
//!   stable compiler and as part of all tests;
//! * the targets in `fuzz/`, with cargo-fuzz and its instrumentation, for as long as one likes
//!   (`make fuzz`).
//!
//! The [`corpus`] is text: messages as they are, octets as `.hex` files with comments.

mod access;
mod address;
mod certificate;
pub mod corpus;
mod definitions;
mod description;
mod events;
pub mod mutation;
mod parameter_values;
mod published;
mod recipe;
mod registrar;
mod soap;
mod ssdp;
mod subscription;
mod wps;

pub use access::acl_document;
pub use address::url;
pub use certificate::certificate;
pub use definitions::definitions;
pub use description::{device_description, service_description};
pub use events::gena_notify;
pub use parameter_values::parameter_values;
pub use recipe::recipe;
pub use registrar::registrar_sequence;
pub use soap::soap_answer;
pub use ssdp::ssdp_message;
pub use subscription::gena_subscription;
pub use wps::{wps_message, wps_tlv};

/// One parser, or one group of parsers that belong together, with all that must hold.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Name of the function, of the corpus folder and of the program in `fuzz/`.
    pub name: &'static str,
    /// Panics when something that must hold does not.
    pub check: fn(&[u8]),
    /// Mutations in the short run; fewer where one check takes a whole key agreement.
    pub short_run: usize,
    /// Words and octets of the format, for mutations to insert.
    pub tokens: &'static [&'static [u8]],
}

/// Tokens of recipes.
const TOML: &[&[u8]] = &[
    b"[[set]]\n",
    b"[[row]]\n",
    b"[[check]]\n",
    b"[variables.a]\n",
    b"[applies-to]\n",
    b"path = ",
    b"value = ",
    b"key = { ",
    b"secret = true\n",
    b"default = ",
    b"one-of = [",
    b"{a}",
    b"{{",
    b"}",
    b"\"\"\"",
    b"'",
    b"0x1",
    b"1979-05-27T07:32:00Z",
    b"\\u00e9",
    b"\xC3\xBC",
    b"#",
];

/// Tokens of data model definitions.
const DEFINITIONS: &[&[u8]] = &[
    b"<component ref=\"C\" path=\"A.\"/>",
    b"<model name=\"Device:9.9\" base=\"Device:2.99\">",
    b"</model>",
    b"<object name=\"Device.X.{i}.\">",
    b"</object>",
    b"<parameter name=\"P\">",
    b"</parameter>",
    b"<syntax><list/><dataType ref=\"T\"/></syntax>",
    b"<dataType name=\"T\" base=\"T\"/>",
    b"<description action=\"append\">",
    b" base=\"\"",
    b" status=\"deleted\"",
    b"{{param|",
    b"}}",
    b"<![CDATA[",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"&b;",
    b"&#9;@%",
    b"\t",
    b"\xFF",
];

/// Tokens of everything that is XML.
const XML: &[&[u8]] = &[
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
    b"&lt;",
    b"&amp;lt;",
    b"&#x10FFFF;",
    b"&#xD800;",
    b"&#0;",
    b"&nbsp;",
    b"&",
    b"<",
    b"</",
    b"/>",
    b"<a:",
    b" xmlns:a=\"b\"",
    b" a=b",
    b"\xEF\xBB\xBF",
    b"\xFE\xFF",
    b"\xFF\xFE",
    b"\xC3\xBC",
    b"\xFC",
    b"\0",
    b"\r",
    b"4294967296",
    b"-1",
];

/// Tokens of everything with header lines.
const LINES: &[&[u8]] = &[
    b"\r\n",
    b"\r\n\r\n",
    b"\n ",
    b": ",
    b"uuid:",
    b"::",
    b"urn:schemas-upnp-org:device:ManageableDevice:2",
    b"urn:schemas-upnp-org:service:",
    b"http://",
    b"https://[fe80::1]:443/",
    b"HTTP/1.1 200 OK\r\n",
    b"NOTIFY * HTTP/1.1\r\n",
    b"max-age=",
    b"99999999999999999999",
    b"-1",
    b"\xFF",
];

/// Tokens of conversations with a publisher.
const CONVERSATION: &[&[u8]] = &[
    b"\n%\n",
    b"\n%\nwait 900\n%\n",
    b"\n%\nsilence\n%\n",
    b"\n%\nrestarted\n%\n",
    b"\n%\nunsubscribe\n%\n",
    b"\n%\nread\n%\n",
    b"\n%\nHTTP/1.1 200 OK\r\nSID: uuid:2\r\n\r\n\n%\n",
    b"\n%\nHTTP/1.1 412 No\r\n\r\n\n%\n",
    b"SEQ: 0\r\n",
    b"SEQ: 4294967295\r\n",
    b"SID: ",
    b"TIMEOUT: Second-",
    b"infinite",
    b"\r\n\r\n",
    b"99999999999999999999",
    b"\xFF",
];

/// Tokens of URLs.
const URLS: &[&[u8]] = &[
    b"://",
    b"//",
    b"\\",
    b"@",
    b"[::ffff:192.0.2.1]",
    b"192.0.2.1:80",
    b"%00",
    b"%2e%2e/",
    b"../",
    b"?",
    b"#",
    b"\t",
    b"\n",
    b"\xC3\xBC",
    b"xn--",
    b"0x7f.1",
    b"http:",
    b"https:",
    b"javascript:",
    b"file:///",
];

/// Tokens of setup messages: some attributes whole, some only begun.
const ATTRIBUTES: &[&[u8]] = &[
    b"\x10\x4a\x00\x01\x10",
    b"\x10\x22\x00\x01\x04",
    b"\x10\x22\x00\x01\x0e",
    b"\x10\x22\x00\x01\x0f",
    b"\x10\x49\x00\x00",
    b"\x10\x49\xff\xff",
    b"\x10\x09\x00\x02\x00\x12",
    b"\x10\x05\x00\x08",
    b"\x10\x18\x00\x20",
    b"\x10\x1a\x00\x10",
    b"\x10\x39\x00\x10",
    b"\x10\x11\x00\x04\xff\x00\xff\x00",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
];

/// Tokens of DER and PEM.
const CERTIFICATES: &[&[u8]] = &[
    b"\x30\x82",
    b"\x30\x80",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x02\x01\x00",
    b"\x06\x03\x55\x04\x03",
    b"\x0c\x00",
    b"\x1e\x03",
    b"\x13\x02A\0",
    b"\0\0",
    b"-----BEGIN CERTIFICATE-----\n",
    b"-----END CERTIFICATE-----\n",
    b"uuid:",
];

macro_rules! targets {
    ($($name:ident $short_run:literal $tokens:ident,)*) => {
        /// Every target there is.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            check: $name,
            short_run: $short_run,
            tokens: $tokens,
        },)*];
    };
}

targets! {
    ssdp_message 4000 LINES,
    device_description 2000 XML,
    service_description 1200 XML,
    soap_answer 2000 XML,
    parameter_values 4000 XML,
    gena_notify 4000 XML,
    gena_subscription 3000 CONVERSATION,
    url 6000 URLS,
    wps_tlv 6000 ATTRIBUTES,
    wps_message 6000 ATTRIBUTES,
    registrar_sequence 500 ATTRIBUTES,
    certificate 3000 CERTIFICATES,
    acl_document 3000 XML,
    recipe 3000 TOML,
    definitions 2500 DEFINITIONS,
}

/// What was forgiven is reported in few and short sentences, however large a document is.
pub(crate) fn reported(forgiven: &[upnp::xml::Forgiven]) {
    assert!(forgiven.len() <= upnp::limits::FORGIVEN);
    for what in forgiven {
        // A name is shown with its odd characters spelt out.
        let limit = 10 * upnp::limits::XML_NAME_BYTES;
        assert!(what.to_string().len() <= limit, "{what}");
    }
}
