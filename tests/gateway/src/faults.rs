//! Faults to inject while the gateway runs: delays, cuts, refusals, nonsense.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::setup_faults::SetupFault;

/// One fault. An action name `*` fits every action; `description` in its place fits the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut before the next call of the action is carried out. Happens once.
    DropNext(String),
    /// The next call of the action is carried out, then the connection is cut. Happens once.
    DropAfter(String),
    /// The action is answered later.
    Delay(String, Duration),
    /// The action is refused with this number.
    Refuse(String, u16),
    /// The action is answered with something that is not XML.
    Malformed(String),
    /// The gateway is gone, without byebye, after answering the action.
    VanishAfter(String),
    /// The certificate is another one, while the UDN stays.
    NewCertificate,
    /// The certificate of the secure port is another one than UUID-E says, as if somebody stood between.
    WrongCertificate,
    /// The gateway does not come back from the next reboot.
    NeverComeBack,
    /// The gateway comes back from the next reboot at another address.
    OtherAddressAfterReboot(IpAddr),
    /// The power goes while the gateway resets itself: it says no goodbye, and comes back with what was not
    /// erased yet. Happens once.
    PowerCutInReset(Erased),
    /// Answers to the action arrive a byte at a time.
    Trickle(String),
    /// Answers to the action never end.
    Endless(String),
    /// The description is larger than anybody reads.
    HugeDescription,
    /// Answers to the action nest thousands of elements.
    DeepXml(String),
    /// Answers to the action declare a document type with entities.
    Dtd(String),
    /// A message of an introduction is spoilt.
    Setup(SetupFault),
}

/// What a reset has erased when the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// Nothing yet.
    Nothing,
    /// The access list; the settings are still there.
    Access,
}

impl Fault {
    /// How each is written, with a sentence about it; those of introductions are in
    /// [`SetupFault::all`].
    pub const LIST: &'static [(&'static str, &'static str)] = &[
        (
            "drop-next:ACTION",
            "The connection is cut before the next call is carried out. Happens once.",
        ),
        (
            "drop-after:ACTION",
            "The next call is carried out, then the connection is cut. Happens once.",
        ),
        ("delay:ACTION:MILLISECONDS", "Calls are answered later."),
        (
            "refuse:ACTION:NUMBER",
            "Calls are refused with this number.",
        ),
        (
            "malformed:ACTION",
            "Calls are answered with something that is not XML.",
        ),
        (
            "vanish-after:ACTION",
            "The gateway is gone, without byebye, after answering a call.",
        ),
        (
            "new-certificate",
            "The certificate is another one, while the UDN stays.",
        ),
        (
            "wrong-certificate",
            "The certificate is another one than UUID-E says, as if somebody stood between.",
        ),
        (
            "never-come-back",
            "The gateway does not come back from the next reboot.",
        ),
        (
            "other-address-after-reboot:ADDRESS",
            "The gateway comes back from the next reboot at another address.",
        ),
        (
            "power-cut-in-reset:nothing|access",
            "The power goes in the middle of a reset that has erased so much. Happens once.",
        ),
        ("trickle:ACTION", "Answers arrive a byte at a time."),
        ("endless:ACTION", "Answers never end."),
        (
            "huge-description",
            "The description is larger than anybody reads.",
        ),
        ("deep-xml:ACTION", "Answers nest thousands of elements."),
        (
            "dtd:ACTION",
            "Answers declare a document type with entities.",
        ),
    ];
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let action = parts.next();
        let number = parts.next();
        let target = || action.unwrap_or("*").to_owned();
        let value = || number.ok_or_else(|| format!("{name} is written {name}:ACTION:NUMBER"));
        let unreadable = |_| format!("{text}: the number cannot be read");
        let fault = match name {
            "drop-next" => Self::DropNext(target()),
            "drop-after" => Self::DropAfter(target()),
            "delay" => Self::Delay(
                target(),
                Duration::from_millis(value()?.parse().map_err(unreadable)?),
            ),
            "refuse" => Self::Refuse(target(), value()?.parse().map_err(unreadable)?),
            "malformed" => Self::Malformed(target()),
            "vanish-after" => Self::VanishAfter(target()),
            "new-certificate" => Self::NewCertificate,
            "wrong-certificate" => Self::WrongCertificate,
            "never-come-back" => Self::NeverComeBack,
            "other-address-after-reboot" => Self::OtherAddressAfterReboot(
                text[name.len()..]
                    .trim_start_matches(':')
                    .parse()
                    .map_err(|_| format!("{name} is written {name}:ADDRESS"))?,
            ),
            "power-cut-in-reset" => Self::PowerCutInReset(match action {
                Some("nothing") => Erased::Nothing,
                Some("access") => Erased::Access,
                _ => return Err(format!("{name} is written {name}:nothing or {name}:access")),
            }),
            "trickle" => Self::Trickle(target()),
            "endless" => Self::Endless(target()),
            "huge-description" => Self::HugeDescription,
            "deep-xml" => Self::DeepXml(target()),
            "dtd" => Self::Dtd(target()),
            _ => Self::Setup(text.parse()?),
        };
        Ok(fault)
    }
}

/// What the faults make of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Cut the connection and do nothing.
    pub cut_before: bool,
    /// Carry the action out, then cut the connection.
    pub cut_after: bool,
    /// Wait before answering.
    pub delay: Duration,
    /// Refuse with this number.
    pub refuse: Option<u16>,
    /// Vanish once the answer is sent.
    pub vanish: bool,
    /// How the body of the answer is spoilt.
    pub body: Body,
}

/// How the body of an answer is spoilt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Body {
    /// Not at all.
    #[default]
    Whole,
    /// Not XML.
    Malformed,
    /// A byte at a time.
    Trickle,
    /// Never ends.
    Endless,
    /// Larger than anybody reads.
    Huge,
    /// Thousands of nested elements.
    Deep,
    /// With a document type.
    Dtd,
}

/// The faults in force.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Puts a fault in force.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Ends all faults.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether exactly this fault is in force.
    pub fn has(&self, fault: &Fault) -> bool {
        self.0.contains(fault)
    }

    /// The first fault for which `pick` has something, used up.
    pub fn take<T>(&mut self, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let index = self.0.iter().position(|fault| pick(fault).is_some())?;
        pick(&self.0.remove(index))
    }

    /// What happens to a request for `target`, an action or `description`. Faults that happen once are used up.
    pub fn plan(&mut self, target: &str) -> Plan {
        let mut plan = Plan::default();
        let fits = |name: &str| name == target || (name == "*" && target != "description");
        let mut used = Vec::new();
        for (index, fault) in self.0.iter().enumerate() {
            match fault {
                Fault::DropNext(name) if fits(name) && !plan.cut_before => {
                    plan.cut_before = true;
                    used.push(index);
                }
                Fault::DropAfter(name) if fits(name) && !plan.cut_after => {
                    plan.cut_after = true;
                    used.push(index);
                }
                Fault::Delay(name, time) if fits(name) => plan.delay += *time,
                Fault::Refuse(name, code) if fits(name) => plan.refuse = Some(*code),
                Fault::VanishAfter(name) if fits(name) => plan.vanish = true,
                Fault::Malformed(name) if fits(name) => plan.body = Body::Malformed,
                Fault::Trickle(name) if fits(name) => plan.body = Body::Trickle,
                Fault::Endless(name) if fits(name) => plan.body = Body::Endless,
                Fault::DeepXml(name) if fits(name) => plan.body = Body::Deep,
                Fault::Dtd(name) if fits(name) => plan.body = Body::Dtd,
                Fault::HugeDescription if target == "description" => plan.body = Body::Huge,
                _ => {}
            }
        }
        for index in used.into_iter().rev() {
            self.0.remove(index);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_read() {
        assert_eq!(
            "drop-next:SetValues".parse(),
            Ok(Fault::DropNext("SetValues".to_owned()))
        );
        assert_eq!(
            "delay:Ping:250".parse(),
            Ok(Fault::Delay("Ping".to_owned(), Duration::from_millis(250)))
        );
        assert_eq!("trickle".parse(), Ok(Fault::Trickle("*".to_owned())));
        for bad in ["delay:Ping", "refuse:Ping:x", "explode", ""] {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_list_reads_back() {
        for (spec, explanation) in Fault::LIST {
            let spec = spec
                .replace("nothing|access", "access")
                .replace("ADDRESS", "127.0.0.9")
                .replace("ACTION", "Ping")
                .replace("MILLISECONDS", "7")
                .replace("NUMBER", "501");
            let read: Result<Fault, _> = spec.parse();
            assert!(
                read.is_ok_and(|fault| !matches!(fault, Fault::Setup(_))),
                "{spec}"
            );
            assert!(explanation.ends_with('.'));
        }
        let setup = "once:nack:m5:18".parse().expect("a fault of introductions");
        assert_eq!("once:nack:m5:18".parse(), Ok(Fault::Setup(setup)));
    }

    #[test]
    fn a_drop_happens_once_and_a_refusal_stays() {
        let mut faults = Faults::default();
        faults.add(Fault::DropNext("Ping".to_owned()));
        faults.add(Fault::Refuse("*".to_owned(), 501));
        assert_eq!(faults.plan("description"), Plan::default());
        let first = faults.plan("Ping");
        assert!(first.cut_before && first.refuse == Some(501));
        let second = faults.plan("Ping");
        assert!(!second.cut_before && second.refuse == Some(501));
    }
}
