//! What a program gives to those who fetch a key.

use rustls::ClientConfig;
use zeroize::Zeroizing;

use crate::error::Unread;

/// The program's own secrets and certificates.
pub trait Surroundings {
    /// Reads a secret that is on this computer, such as a token, by the name of its place.
    ///
    /// # Errors
    /// If it cannot be read.
    fn secret(&self, place: &str) -> Result<Zeroizing<String>, Unread>;

    /// A configuration that trusts the certificates in this file, or those of the system.
    ///
    /// # Errors
    /// If there are no usable ones.
    fn tls(&self, ca: Option<&str>) -> Result<ClientConfig, Unread>;
}
