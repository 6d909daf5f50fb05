//! A server as the user names it, and the first contact with it.

use std::sync::Arc;

use rand_core::CryptoRng;
use vault_crypto::{ApprovalCode, DeviceSigner};
use vault_engine::session::ServerConnection;
use vault_wire::message::{ConnectCode, Credential, Discovery, Origin, SignUp, VersionRatchet};
use vault_wire::{ContentHash, server_words};

use crate::client::Client;
use crate::discovery::{Discovered, ServerPins};
use crate::error::{Error, Untrusted};
use crate::transport::{Connection, Network, Trust};

/// Where a server is and what vouches for it.
pub struct ServerAddress {
    address: Origin,
    issuer: Option<Origin>,
    key: Option<ContentHash>,
    code: Option<Credential<64>>,
    api: VersionRatchet,
}

/// The text is neither an address nor a connect code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is neither the address of a server nor a connect code")]
pub struct NotAnAddress;

/// What answers at an address.
pub enum Found {
    /// A server that is trusted.
    Server(Box<Server>),
    /// A server for which nobody vouches. Nothing was sent to it.
    Unknown(UnknownServer),
}

/// A server for which nobody vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownServer {
    /// Its address.
    pub address: Origin,
    /// The SHA-256 of the key (SPKI) that it shows.
    pub key: ContentHash,
}

/// A server that answered and is trusted.
pub struct Server {
    pub(super) connection: Connection,
    pub(super) discovery: Discovery,
    pub(super) key: Option<ContentHash>,
    pub(super) api: VersionRatchet,
    code: Option<Credential<64>>,
}

impl ServerAddress {
    /// Parses an address, with or without `https://`, or a connect code. `confirmed` is the key that the user has compared.
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub fn parse(text: &str, confirmed: Option<ContentHash>) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        if let Ok(ConnectCode { address, issuer, key, code }) = text.parse() {
            let (issuer, key) = (Some(issuer), key.or(confirmed));
            return Ok(Self { address, issuer, key, code, api: VersionRatchet::default() });
        }
        let lower = text.to_ascii_lowercase();
        let host = lower.strip_prefix("https://").unwrap_or(&lower).trim_end_matches('/');
        let address = Origin::new(&format!("https://{host}")).map_err(|_| NotAnAddress)?;
        Ok(Self { address, issuer: None, key: confirmed, code: None, api: VersionRatchet::default() })
    }

    /// The server that a profile is connected with.
    #[must_use]
    pub fn of(connection: &ServerConnection) -> Self {
        let ServerConnection { issuer, address, key, api, .. } = connection;
        Self { address: address.clone(), issuer: Some(issuer.clone()), key: *key, code: None, api: *api }
    }

    /// The same server at another address, which must show that it is the one that the profile is connected with.
    #[must_use]
    pub fn of_known(self, connection: &ServerConnection) -> Self {
        Self { issuer: Some(connection.issuer.clone()), api: connection.api, ..self }
    }

    /// The server in the code of another device.
    pub(super) fn of_code(code: &ApprovalCode) -> Self {
        let ApprovalCode { address, issuer, key, .. } = code;
        let (address, issuer) = (address.clone(), Some(issuer.clone()));
        Self { address, issuer, key: *key, code: None, api: VersionRatchet::default() }
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &Origin {
        &self.address
    }

    /// Asks what answers there. Nothing secret is sent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find(self, network: &Network) -> Result<Found, Error> {
        let Self { address, issuer, key, code, api } = self;
        let trust = match (key, &network.authorities) {
            (Some(key), _) => Trust::Key(key),
            (None, Some(authorities)) => Trust::Authorities(authorities.clone()),
            (None, None) => Trust::System,
        };
        let connection =
            Connection::new(address.clone(), &trust, network).map_err(|_| Untrusted::Authority)?;
        let discovered = match connection.discover(&ServerPins { issuer, api }).await {
            // A server that an authority vouches for under another name is not one that the user may confirm.
            Err(Error::Untrusted(Untrusted::Authority)) if key.is_none() => {
                let key = Connection::key_of(address.clone(), network).await?;
                return Ok(Found::Unknown(UnknownServer { address, key }));
            }
            discovered => discovered?,
        };
        let Discovered { discovery, api } = discovered;
        Ok(Found::Server(Box::new(Server { connection, discovery, key, api, code })))
    }
}

/// Returns the connect code of a server, without a sign-up code.
#[must_use]
pub fn connect_text(address: &Origin, issuer: &Origin, key: Option<ContentHash>) -> String {
    ConnectCode { address: address.clone(), issuer: issuer.clone(), key, code: None }.to_string()
}

impl UnknownServer {
    /// Eight words for its key, to be compared with those that its operator sees.
    #[must_use]
    pub fn words(&self) -> [&'static str; 8] {
        server_words(&self.key)
    }
}

impl Server {
    /// Its address.
    #[must_use]
    pub const fn address(&self) -> &Origin {
        self.connection.address()
    }

    /// What it says of itself; unverified but for the issuer.
    #[must_use]
    pub const fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// The SHA-256 of its key, if that is what vouches for it.
    #[must_use]
    pub const fn key(&self) -> Option<&ContentHash> {
        self.key.as_ref()
    }

    /// What a new account needs.
    #[must_use]
    pub const fn sign_up(&self) -> SignUp {
        self.discovery.sign_up
    }

    /// Whether the connect code contained a sign-up code.
    #[must_use]
    pub const fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// A device in front of the server, before it signs in.
    pub(super) fn client(self, device: Arc<DeviceSigner>, rng: &mut impl CryptoRng) -> Client {
        Client::new(self.connection, self.discovery.issuer, device, rng)
    }

    /// The connection, and what was discovered.
    pub(crate) fn into_parts(self) -> (Connection, Discovered) {
        let Self { connection, discovery, key: _, api, code: _ } = self;
        (connection, Discovered { discovery, api })
    }

    pub(super) const fn take_code(&mut self) -> Option<Credential<64>> {
        self.code.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<String> {
        ServerAddress::parse(text, None).ok().map(|parsed| parsed.address.as_str().to_owned())
    }

    #[test]
    fn addresses_are_read_as_users_type_them() {
        for text in ["https://vault.example", "vault.example", " HTTPS://Vault.Example/ ", "vault.example/"] {
            assert_eq!(address(text).as_deref(), Some("https://vault.example"), "{text}");
        }
        assert_eq!(address("192.0.2.1:8443").as_deref(), Some("https://192.0.2.1:8443"));
        assert_eq!(address("[2001:db8::1]:8443").as_deref(), Some("https://[2001:db8::1]:8443"));
    }

    #[test]
    fn other_texts_and_insecure_addresses_are_refused() {
        for text in
            ["", " ", "http://vault.example", "vault example", "https://vault.example/path", "ftp://a"]
        {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn connect_code_names_issuer_key_and_sign_up_code() {
        let code = ConnectCode {
            address: Origin::new("https://192.0.2.1").unwrap(),
            issuer: Origin::new("https://vault.example").unwrap(),
            key: Some(ContentHash::from_bytes([7; 32])),
            code: Some(Credential::new("sign-up").unwrap()),
        };
        let parsed = ServerAddress::parse(&code.to_string(), None).unwrap();
        assert_eq!(parsed.issuer, Some(code.issuer));
        // A key that is confirmed beside it does not replace that of the code.
        let other = Some(ContentHash::from_bytes([8; 32]));
        let text = ConnectCode { issuer: parsed.address.clone(), ..code }.to_string();
        assert_eq!(ServerAddress::parse(&text, other).unwrap().key, parsed.key);
        assert!(parsed.code.is_some());
    }
}
