//! The first request to a server: which one it is, and what it offers.

use vault_wire::message::{Discovery, Origin, VersionRatchet};

use crate::error::Error;
use crate::transport::{Connection, Json, Request};

/// The versions of routes and messages that this program knows.
const API: &[u32] = &[1];

/// What a client remembers of a server.
#[derive(Clone, Debug, Default)]
pub struct ServerPins {
    /// Its identity; from the connect code at the first contact. Without one any is accepted.
    pub issuer: Option<Origin>,
    /// The highest API version used.
    pub api: VersionRatchet,
}

/// A server that answered as the pins say.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// What it offers. All of it but the issuer is unverified.
    pub discovery: Discovery,
    /// The ratchet after this contact, to be remembered.
    pub api: VersionRatchet,
}

impl Connection {
    /// Asks which server this is.
    ///
    /// # Errors
    /// [`Error::OtherIssuer`] if it is not the pinned one, [`Error::Versions`] if it offers no version that may be used, and
    /// those of every request.
    pub async fn discover(&self, pins: &ServerPins) -> Result<Discovered, Error> {
        let request = Request::get("/.well-known/coffer");
        let Json(discovery): Json<Discovery> = self.call(&request, None, |_| ()).await?;
        if pins.issuer.as_ref().is_some_and(|issuer| *issuer != discovery.issuer) {
            return Err(Error::OtherIssuer(discovery.issuer));
        }
        let mut api = pins.api;
        api.choose(&discovery.versions.api, API)?;
        Ok(Discovered { discovery, api })
    }
}
