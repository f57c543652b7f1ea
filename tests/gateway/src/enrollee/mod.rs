//! The gateway's half of an introduction: a Wi-Fi Simple Configuration Enrollee as DeviceProtection:1
//! uses it (Appendix A), written from the standard alone.

pub mod crypto;
pub mod host;
pub mod lock;
pub mod machine;
pub mod permission;
pub mod pin;
pub mod tlv;
