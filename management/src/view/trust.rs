//! Who a gateway is to this installation: its certificate, since when, and what changed.

use dp_credentials::trust::TrustedBy;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A certificate in the forms people compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CertificateView {
    /// SHA-256 of the leaf, lower-case hex.
    pub fingerprint: String,
    /// The same as six short words, to compare by voice.
    pub fingerprint_words: String,
}

/// What made a certificate trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TrustedHow {
    /// The gateway proved that it knows the PIN.
    Pin,
    /// Its button was pressed.
    PushButton,
    /// A person confirmed it at first use; nobody proved anything.
    FirstUse,
    /// Somebody compared the fingerprint with what the gateway itself shows.
    ByHand,
}

impl From<TrustedBy> for TrustedHow {
    fn from(how: TrustedBy) -> TrustedHow {
        match how {
            TrustedBy::Pin => TrustedHow::Pin,
            TrustedBy::PushButton => TrustedHow::PushButton,
            TrustedBy::FirstUse => TrustedHow::FirstUse,
            TrustedBy::ByHand => TrustedHow::ByHand,
        }
    }
}

impl TrustedHow {
    /// Whether what a password makes may be sent: something had to be done about who
    /// answers. After a button alone the person is told what it leaves open.
    pub fn lets_log_in(self) -> bool {
        !matches!(self, TrustedHow::FirstUse)
    }

    /// Whether nobody else can have been taken for the gateway. A button says that somebody
    /// may be introduced and not who answers: the PIN that stands for it is known to all.
    pub fn excludes_impostors(self) -> bool {
        matches!(self, TrustedHow::Pin | TrustedHow::ByHand)
    }
}

/// What is trusted of a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TrustView {
    /// The trusted certificate.
    pub certificate: CertificateView,
    /// Identity that follows from it, as the gateway's access list would name it.
    pub identity: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// How it came to be trusted.
    pub how: TrustedHow,
    /// Serial number the gateway gave when it was trusted.
    pub serial_number: Option<String>,
}

/// A gateway that is not the one that was trusted: old and new side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChangedView {
    /// UDN both claim.
    pub udn: String,
    /// What was trusted.
    pub old: TrustView,
    /// The certificate that is shown now; nothing when no protection is announced any more.
    pub new: Option<CertificateView>,
    /// Serial number that is announced now. Nothing protects the announcement.
    pub new_serial_number: Option<String>,
    /// What may have happened, likeliest first.
    pub likely: Vec<ChangeReason>,
}

/// Why a gateway may show another certificate, or no protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChangeReason {
    /// The same box, set back to how it was delivered.
    FactoryReset,
    /// Another box in its place.
    Replaced,
    /// The old certificate was never proven: it may have been the wrong one all along.
    OldNeverProven,
    /// Somebody pretends to be the gateway.
    Impostor,
}

/// A way to be introduced that a gateway offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PairingMethod {
    /// The PIN printed on its label.
    LabelPin,
    /// A PIN it makes and shows on its screen once pairing begins.
    ScreenPin,
    /// A PIN its web page shows.
    WebPagePin,
    /// Its button.
    PushButton,
    /// None is needed: it gives this computer roles already. Trust then rests on the
    /// certificate, best on one a person compared.
    FirstUse,
}

/// Who is there, shown before a PIN is typed. An unprotected network can lie
/// about everything here except the certificate itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FirstContactView {
    /// UDN as announced.
    pub udn: String,
    /// SHA-256 of the certificate the gateway showed, lower-case hex.
    pub fingerprint: String,
    /// The same as six short words, to compare by voice.
    pub fingerprint_words: String,
    /// Common name in the certificate.
    pub common_name: String,
    /// Name it gives itself.
    pub friendly_name: Option<String>,
    /// Manufacturer as described.
    pub manufacturer: Option<String>,
    /// Model as described.
    pub model_name: Option<String>,
    /// Serial number as described.
    pub serial_number: Option<String>,
    /// Fingerprint this installation trusts so far, when it differs.
    pub trusted_fingerprint: Option<String>,
    /// Old and new side by side, when it differs.
    pub changed: Option<ChangedView>,
    /// Address it answers at.
    pub address: Option<String>,
    /// Adapter it was found through.
    pub adapter: Option<String>,
    /// When this installation first saw the gateway, RFC 3339.
    pub first_seen: Option<String>,
    /// Whether name, maker, model and serial number came over a line nobody can change:
    /// never so before pairing.
    pub protected: bool,
    /// Ways to pair that it offers; empty when it does not tell.
    pub methods: Vec<PairingMethod>,
    /// Whether it takes no PIN for now, after wrong ones.
    pub locked: bool,
    /// Roles it gives to this computer already.
    pub roles: Vec<String>,
    /// In what its TLS falls short, as in `weak_tls` of a failure; empty for most. A person
    /// has to allow it before pairing.
    pub weak_tls: Vec<String>,
}

/// Result of an introduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PairingView {
    /// UDN of the gateway.
    pub udn: String,
    /// SHA-256 of its certificate, lower-case hex.
    pub certificate_sha256: String,
    /// Roles held now.
    pub roles: Vec<String>,
    /// How it came to be trusted.
    pub how: TrustedHow,
    /// What of its TLS falls short, was allowed and is remembered; empty for most.
    pub weak_tls: Vec<String>,
}

/// One step of an introduction, as it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PairingStep {
    /// Making this installation's certificate (first start only).
    PreparingIdentity,
    /// TLS connection with both certificates.
    Connecting,
    /// First message of the gateway (M1).
    Greeting,
    /// The gateway is busy with somebody else; waiting.
    WaitingBusy,
    /// The gateway broke off before the PIN was used; it is asked once more.
    BeginningAnew,
    /// Waiting until the button on the gateway is pressed.
    WaitingButton,
    /// Waiting until the PIN that the gateway shows is typed.
    WaitingPin,
    /// First half of the PIN is being proven.
    ProvingFirstHalf,
    /// Second half of the PIN is being proven.
    ProvingSecondHalf,
    /// Asking the gateway which roles we hold now.
    ReadingRoles,
}

/// Where an introduction stands, with the time a step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PairingProgress {
    /// The step.
    pub step: PairingStep,
    /// Seconds left for the person (button, PIN), or until a busy gateway is asked again.
    pub seconds: Option<u32>,
    /// Which attempt at a busy gateway this was, from 1.
    pub attempt: Option<u32>,
    /// How many attempts there will be.
    pub attempts: Option<u32>,
}

impl From<PairingStep> for PairingProgress {
    fn from(step: PairingStep) -> PairingProgress {
        PairingProgress {
            step,
            seconds: None,
            attempt: None,
            attempts: None,
        }
    }
}
