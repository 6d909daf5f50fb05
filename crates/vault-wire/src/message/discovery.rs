//! Discovery of a server before sign-in, and its server-sent events.

use serde::{Deserialize, Serialize};

use crate::VaultId;
use crate::message::{FixedBytes, JsonError, JsonMessage, Limits, List, Origin, Slug, Text};

/// The versions that a server supports; at least one each, in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Versions of routes and messages. `1` is the `v1` in their paths.
    pub api: List<u32, 16>,
    /// Versions of the sealed, signed and hashed formats.
    pub format: List<u32, 16>,
}

/// The sign-up policy of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// A code for signing up is mailed to anybody.
    Open,
    /// Signing up requires a code from the operator.
    Code,
}

/// `GET /.well-known/coffer`. Unknown members are ignored, so that a server can announce newer versions to
/// older clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// Supported versions.
    pub versions: Versions,
    /// The server's identity, and its name in OPAQUE and in tokens. It need not be the requested address.
    pub issuer: Origin,
    /// The server's limits.
    pub limits: Limits,
    /// The sign-up policy.
    pub sign_up: SignUp,
    /// Names of features that the server has beyond this version.
    #[serde(default = "List::empty")]
    pub features: List<Slug, 32>,
    /// Origins from which chunks of documents may come besides the server's address.
    #[serde(default = "List::empty")]
    pub blob_origins: List<Origin, 4>,
    /// The server's recoveries.
    pub recovery: RecoveryNotice,
}

/// The last recovery of a server, in which members send again what it has lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryNotice {
    /// Grows with every recovery; 0 before the first.
    pub epoch: u64,
    /// The end of the recovery, in milliseconds since 1970, while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

impl JsonMessage for Discovery {
    const MAX_LEN: usize = 16 * 1024;

    fn check(&self) -> Result<(), JsonError> {
        if self.versions.api.is_empty() || self.versions.format.is_empty() {
            return Err(JsonError::Malformed);
        }
        self.limits.check()
    }
}

/// A public key for the server's access tokens (RFC 7517, RFC 8037). Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `OKP`.
    pub kty: Text<8>,
    /// `Ed25519`.
    pub crv: Text<16>,
    /// `EdDSA`.
    pub alg: Text<16>,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: Text<8>,
    /// Id of the key in tokens.
    pub kid: Slug,
    /// The public key.
    pub x: FixedBytes<32>,
}

/// `GET /v1/jwks.json`: the keys in use and those whose tokens are still valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys.
    pub keys: List<Jwk, 16>,
}

impl JsonMessage for Jwks {
    const MAX_LEN: usize = 16 * 1024;
}

/// An event of `GET /v1/events`: a vault's log has grown. Unauthenticated; it only prompts the client to
/// fetch the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultChanged {
    /// The vault.
    pub vault: VaultId,
    /// Number of entries.
    pub head: u64,
}

impl JsonMessage for VaultChanged {
    const MAX_LEN: usize = 128;
}
