//! Accounts: identity certificates, pins and re-enrolment statements.

mod certificate;
mod pin;
mod reenrol;

pub use certificate::{Certificate, CertificateError, Predecessor, SignedCertificate};
pub use pin::{AccountPin, PinError, PinVerdict};
pub use reenrol::{ReenrolError, Reenrolment, SignedReenrolment};
