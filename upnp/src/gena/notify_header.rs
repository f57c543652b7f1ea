//! Header of an event message, and what is answered to a wrong one.

use super::sid::Sid;
use crate::http_message::Headers;

/// What the header of a NOTIFY says (UPnP Device Architecture 2.0, eventing:
/// event messages).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyHeader {
    /// Of which subscription.
    pub sid: Sid,
    /// SEQ, the number of the message; none when it is missing or no number.
    /// By the book that is an error, but the values are worth more.
    pub seq: Option<u32>,
}

/// Why an event message is not taken, with the status of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotifyRefusal {
    /// 400: NT or NTS is missing.
    #[error("NT or NTS is missing")]
    Incomplete,
    /// 412: NT is not `upnp:event`, or NTS is not `upnp:propchange`.
    #[error("NT or NTS is that of another message")]
    OtherMessage,
    /// 412: there is no SID, or nobody here has that subscription.
    #[error("SID is missing or unknown")]
    UnknownSubscription,
}

impl NotifyRefusal {
    /// HTTP status of the answer.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            NotifyRefusal::Incomplete => 400,
            NotifyRefusal::OtherMessage | NotifyRefusal::UnknownSubscription => 412,
        }
    }
}

impl NotifyHeader {
    /// Reads the header fields of a NOTIFY. Whether its subscription is known
    /// is for [`super::subscription::Subscription::accepts`] to say.
    ///
    /// # Errors
    /// [`NotifyRefusal`], in the order of the standard's table.
    pub fn read(headers: &Headers) -> Result<Self, NotifyRefusal> {
        let nt = headers.filled("NT").ok_or(NotifyRefusal::Incomplete)?;
        let nts = headers.filled("NTS").ok_or(NotifyRefusal::Incomplete)?;
        let is = |text: &str, wanted: &str| {
            let text = text.trim().trim_matches('"').trim();
            text.eq_ignore_ascii_case(wanted)
        };
        if !is(nt, "upnp:event") || !is(nts, "upnp:propchange") {
            return Err(NotifyRefusal::OtherMessage);
        }
        let sid = headers
            .get("SID")
            .and_then(Sid::parse)
            .ok_or(NotifyRefusal::UnknownSubscription)?;
        let seq = headers
            .get("SEQ")
            .and_then(|text| text.trim().trim_matches('"').parse().ok());
        Ok(NotifyHeader { sid, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fields: &[(&str, &str)], expected: Result<Option<u32>, u16>) {
        let mut headers = Headers::default();
        for (name, value) in fields {
            headers.push(name, value);
        }
        let found = NotifyHeader::read(&headers)
            .map(|header| header.seq)
            .map_err(NotifyRefusal::status);
        assert_eq!(found, expected, "{fields:?}");
    }

    #[test]
    fn the_header_is_judged_as_the_standard_says() {
        let nt = ("NT", "upnp:event");
        let nts = ("NTS", "upnp:propchange");
        let sid = ("SID", "uuid:1");
        check(&[nt, nts, sid, ("SEQ", "7")], Ok(Some(7)));
        check(&[nt, nts, sid, ("SEQ", "4294967295")], Ok(Some(u32::MAX)));
        check(
            &[
                ("nt", "UPNP:event"),
                ("nts", " upnp:propchange "),
                sid,
                ("seq", " 0 "),
            ],
            Ok(Some(0)),
        );
        check(&[nt, nts, sid], Ok(None));
        check(&[nt, nts, sid, ("SEQ", "-1")], Ok(None));
        check(&[nt, nts, sid, ("SEQ", "4294967296")], Ok(None));
        check(&[nts, sid], Err(400));
        check(&[nt, sid], Err(400));
        check(&[nt, ("NTS", ""), sid], Err(400));
        check(&[("NT", "upnp:other"), nts, sid], Err(412));
        check(&[nt, ("NTS", "ssdp:alive"), sid], Err(412));
        check(&[nt, nts], Err(412));
        check(&[nt, nts, ("SID", "")], Err(412));
    }
}
