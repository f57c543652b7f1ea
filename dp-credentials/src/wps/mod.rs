//! The Registrar side of the WPS exchange (DeviceProtection:1, section 4).
//!
//! * [`registrar`]: the machine, one type a state; start at [`ExpectM1`].
//! * [`message`] and [`attribute`]: what the messages are made of.
//! * [`keys`] and [`dh`]: Diffie-Hellman, the keys of a run and what they prove.
//! * [`pin`]: the PIN as users type it.
//! * [`limits`]: what is too much.
//!
//! Messages go in and come out as bytes; base64, SOAP and TLS belong to the caller, and
//! so do the time limits: a run takes no longer than the gateway allows. Credentials of a
//! wireless network are neither sent nor kept, and the Enrollee side is left out.

pub mod attribute;
pub mod dh;
mod error;
pub mod keys;
pub mod limits;
pub mod message;
pub mod pin;
mod random;
pub mod registrar;

pub use error::{Fault, Half, NoticedBy, WpsError, WpsErrorKind};
pub use message::{ConfigMethods, ConfigurationError, MessageError, MessageType};
pub use pin::{Pin, PinError};
pub use random::{OsRandom, RandomSource};
pub use registrar::{
    AfterM2d, AwaitButton, AwaitPin, EnrolleeInfo, ExpectAck, ExpectDone, ExpectM1, ExpectM3,
    ExpectM5, ExpectM7, Introduced, Method, RegistrarInfo,
};
