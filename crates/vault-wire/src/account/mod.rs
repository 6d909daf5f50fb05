//! Accounts: identity certificates, pins, and the statements of an account about its keys, devices and servers.

mod approval;
mod certificate;
mod code;
mod device;
mod pin;
mod reenrol;
mod successor;

pub use approval::ApprovalAnswer;
pub use certificate::{Certificate, CertificateError, Predecessor, SignedCertificate};
pub use code::{CodeStatement, CodeStatementError, SignedCodeStatement};
pub use device::{DeviceError, DeviceKeys, Revocation, SignedDeviceKeys, SignedRevocation};
pub use pin::{AccountPin, PinError, PinVerdict};
pub use reenrol::{ReenrolError, Reenrolment, SignedReenrolment};
pub use successor::{SignedSuccessor, Successor, SuccessorError, Successors};
