//! Accounts: what their roots certify and sign, and what others remember of them.

mod certificate;

pub use certificate::{Certificate, CertificateError, Predecessor, SignedCertificate};
