//! What it means when a connection fails.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use rustls::CertificateError;

use super::names::NameNotFound;
use super::trust::OtherKey;
use crate::error::{Error, Unreachable, Untrusted};

/// Sorts an error of the HTTP client by the first of its sources that says more.
pub(super) fn sort(error: &reqwest::Error, proxied: bool) -> Error {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    let mut found = None;
    while let Some(error) = source {
        if let Some(tls) = error.downcast_ref() {
            return of_tls(tls);
        }
        if error.is::<NameNotFound>() {
            return Unreachable::Name.into();
        }
        let io: Option<&io::Error> = error.downcast_ref();
        found = found.or(io.and_then(|io| of_io(io.kind())));
        // The source of such an error is that of what it wraps, which would be left out.
        let wrapped = io.and_then(io::Error::get_ref).map(|inner| inner as &(dyn StdError + 'static));
        source = wrapped.or_else(|| error.source());
    }
    let other = if error.is_timeout() {
        Unreachable::Timeout
    } else if error.is_connect() && proxied {
        Unreachable::Proxy
    } else {
        Unreachable::Broken
    };
    found.unwrap_or(other).into()
}

fn of_tls(error: &rustls::Error) -> Error {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return match error {
            rustls::Error::NoCertificatesPresented => Untrusted::Authority.into(),
            _ => Unreachable::Tls.into(),
        };
    };
    match reason {
        CertificateError::Other(other) if other.0.is::<OtherKey>() => Error::KeyChanged,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Untrusted::Name.into()
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Untrusted::Date.into(),
        _ => Untrusted::Authority.into(),
    }
}

const fn of_io(kind: ErrorKind) -> Option<Unreachable> {
    match kind {
        ErrorKind::ConnectionRefused => Some(Unreachable::Refused),
        ErrorKind::TimedOut => Some(Unreachable::Timeout),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => {
            Some(Unreachable::Broken)
        }
        _ => None,
    }
}
