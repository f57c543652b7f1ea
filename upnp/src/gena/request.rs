//! What a subscriber sends to a publisher: SUBSCRIBE, its renewal, UNSUBSCRIBE.

use std::time::Duration;

use super::sid::Sid;
use crate::http_message::{Headers, HttpMessage, StartLine};

/// A message to the publisher (UPnP Device Architecture 2.0, eventing:
/// subscription, renewal, cancellation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Asks for a subscription.
    Subscribe {
        /// How long it should last.
        timeout: Duration,
    },
    /// Asks for more time.
    Renew {
        /// Which subscription.
        sid: Sid,
        /// How long it should last from now on.
        timeout: Duration,
    },
    /// Gives the subscription up.
    Unsubscribe {
        /// Which subscription.
        sid: Sid,
    },
}

/// Where a request goes and what it says about this side.
#[derive(Debug, Clone, Copy)]
pub struct Addressing<'a> {
    /// HOST: address and port of the publisher.
    pub host: &'a str,
    /// Path and query of the event URL.
    pub target: &'a str,
    /// `OS/version UPnP/2.0 product/version`.
    pub user_agent: &'a str,
    /// Where events are to be delivered: a literal address of this computer.
    pub callback: &'a str,
}

impl Request {
    /// What it is, for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Request::Subscribe { .. } => "SUBSCRIBE",
            Request::Renew { .. } => "SUBSCRIBE (renewal)",
            Request::Unsubscribe { .. } => "UNSUBSCRIBE",
        }
    }

    /// The octets of the message. CALLBACK and NT only without a SID and the
    /// other way round: publishers answer 400 to both together. There is no
    /// body and no length of one.
    #[must_use]
    pub fn to_bytes(&self, to: &Addressing<'_>) -> Vec<u8> {
        let mut headers = Headers::default();
        headers.push("HOST", to.host);
        let method = match self {
            Request::Subscribe { timeout } => {
                headers.push("USER-AGENT", to.user_agent);
                headers.push("CALLBACK", &format!("<{}>", to.callback));
                headers.push("NT", "upnp:event");
                headers.push("TIMEOUT", &seconds(*timeout));
                "SUBSCRIBE"
            }
            Request::Renew { sid, timeout } => {
                headers.push("SID", sid.as_str());
                headers.push("TIMEOUT", &seconds(*timeout));
                "SUBSCRIBE"
            }
            Request::Unsubscribe { sid } => {
                headers.push("SID", sid.as_str());
                "UNSUBSCRIBE"
            }
        };
        let start = StartLine::Request {
            method: String::from(method),
            target: to.target.to_owned(),
        };
        HttpMessage { start, headers }.to_bytes()
    }
}

fn seconds(timeout: Duration) -> String {
    format!("Second-{}", timeout.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &Request, expected: &str) {
        let to = Addressing {
            host: "192.0.2.1:49152",
            target: "/evt?x=1",
            user_agent: "OS/1 UPnP/2.0 T/1",
            callback: "http://192.0.2.50:41234/gena/9f2c",
        };
        let bytes = request.to_bytes(&to);
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn each_request_has_its_headers_and_no_others() {
        let sid = Sid::parse("uuid:Ab-1").expect("a SID");
        let timeout = Duration::from_secs(1800);
        check(
            &Request::Subscribe { timeout },
            "SUBSCRIBE /evt?x=1 HTTP/1.1\r\nHOST: 192.0.2.1:49152\r\nUSER-AGENT: OS/1 UPnP/2.0 T/1\r\n\
             CALLBACK: <http://192.0.2.50:41234/gena/9f2c>\r\nNT: upnp:event\r\n\
             TIMEOUT: Second-1800\r\n\r\n",
        );
        let sid_again = sid.clone();
        check(
            &Request::Renew { sid, timeout },
            "SUBSCRIBE /evt?x=1 HTTP/1.1\r\nHOST: 192.0.2.1:49152\r\nSID: uuid:Ab-1\r\n\
             TIMEOUT: Second-1800\r\n\r\n",
        );
        check(
            &Request::Unsubscribe { sid: sid_again },
            "UNSUBSCRIBE /evt?x=1 HTTP/1.1\r\nHOST: 192.0.2.1:49152\r\nSID: uuid:Ab-1\r\n\r\n",
        );
    }
}
