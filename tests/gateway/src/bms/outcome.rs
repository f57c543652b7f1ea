//! What tests find, and the arguments and documents that tell it.

use super::plain;
use crate::cms::Answer;
use crate::xml::leaf;

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Answers in milliseconds and how many were lost.
    Ping {
        status: &'static str,
        info: String,
        times: Vec<u32>,
        lost: u32,
    },
    /// The result document and how many lookups succeeded.
    NsLookup {
        status: &'static str,
        info: String,
        successes: u32,
        document: String,
    },
    /// Time of the last hop and the hops; an empty one stayed silent.
    Traceroute {
        status: &'static str,
        info: String,
        time: u32,
        hops: Vec<String>,
    },
    /// The result document.
    Bandwidth {
        status: &'static str,
        info: String,
        document: String,
    },
    /// Interfaces that came back and that did not.
    InterfaceReset { successes: u32, failures: u32 },
    /// What the self test found wrong; empty when all is well.
    SelfTest { fault: &'static str },
}

impl Outcome {
    /// The test type.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Ping { .. } => "Ping",
            Self::NsLookup { .. } => "NSLookup",
            Self::Traceroute { .. } => "Traceroute",
            Self::Bandwidth { .. } => "BandwidthTest",
            Self::InterfaceReset { .. } => "InterfaceReset",
            Self::SelfTest { .. } => "SelfTest",
        }
    }

    /// Output arguments of the action that fetches the result.
    pub(super) fn answer(&self) -> Answer {
        match self {
            Outcome::Ping {
                status,
                info,
                times,
                lost,
            } => {
                let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
                vec![
                    plain("Status", status),
                    plain("AdditionalInfo", info),
                    plain("SuccessCount", count),
                    plain("FailureCount", lost),
                    plain(
                        "AverageResponseTime",
                        times.iter().sum::<u32>().checked_div(count).unwrap_or(0),
                    ),
                    plain("MinimumResponseTime", times.iter().min().unwrap_or(&0)),
                    plain("MaximumResponseTime", times.iter().max().unwrap_or(&0)),
                ]
            }
            Outcome::NsLookup {
                status,
                info,
                successes,
                document,
            } => vec![
                plain("Status", status),
                plain("AdditionalInfo", info),
                plain("SuccessCount", successes),
                plain("Result", document),
            ],
            Outcome::Traceroute {
                status,
                info,
                time,
                hops,
            } => vec![
                plain("Status", status),
                plain("AdditionalInfo", info),
                plain("ResponseTime", time),
                plain("HopHosts", hops.join(",")),
            ],
            Outcome::Bandwidth {
                status,
                info,
                document,
            } => vec![
                // Only a test that is over has a result here.
                plain("State", "Completed"),
                plain("Status", status),
                plain("AdditionalInfo", info),
                plain("Result", document),
            ],
            Outcome::InterfaceReset {
                successes,
                failures,
            } => vec![
                plain("Status", if *failures == 0 { "Success" } else { "Error" }),
                plain("AdditionalInfo", ""),
                plain("NumberOfSuccesses", successes),
                plain("NumberOfFailures", failures),
            ],
            Outcome::SelfTest { fault } => vec![
                plain("Status", u8::from(fault.is_empty())),
                plain("AdditionalInfo", fault),
            ],
        }
    }
}

/// One lookup of a name.
pub(super) struct Lookup<'a> {
    pub(super) name: &'a str,
    pub(super) address: Option<&'a str>,
    pub(super) server: &'a str,
    pub(super) time: u32,
}

/// The result document of a name lookup.
pub(super) fn lookup_document(entries: &[Lookup<'_>]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><bms:NSLookupResult xmlns:bms=\"urn:schemas-upnp-org:dm:bms\">",
    );
    for entry in entries {
        let found = entry.address.is_some();
        out.push_str("<Result>");
        leaf(
            &mut out,
            "Status",
            if found {
                "Success"
            } else {
                "Error_HostNameNotResolved"
            },
        );
        leaf(
            &mut out,
            "AnswerType",
            if found { "NonAuthoritative" } else { "None" },
        );
        leaf(
            &mut out,
            "HostNameReturned",
            if found { entry.name } else { "" },
        );
        leaf(&mut out, "IPAddresses", entry.address.unwrap_or_default());
        leaf(&mut out, "DNSServerIP", entry.server);
        leaf(&mut out, "ResponseTime", &entry.time.to_string());
        out.push_str("</Result>");
    }
    out.push_str("</bms:NSLookupResult>");
    out
}
