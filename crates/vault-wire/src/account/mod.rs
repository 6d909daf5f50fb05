//! Accounts: what their roots certify and sign, and what others remember of them.

mod certificate;
mod pin;
mod reenrol;

pub use certificate::{Certificate, CertificateError, Predecessor, SignedCertificate};
pub use pin::{AccountPin, PinError, PinVerdict};
pub use reenrol::{ReenrolError, Reenrolment, SignedReenrolment};
