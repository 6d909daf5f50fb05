//! What a server says of itself before anybody has signed in, and its hints afterwards.

use serde::{Deserialize, Serialize};

use crate::VaultId;
use crate::message::{Exactly, JsonError, JsonMessage, Limits, List, Origin, Slug, Text};

/// Which versions a server speaks, each in any order and at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of the routes and messages. `1` is the `v1` in their addresses.
    pub api: List<u32, 16>,
    /// Of what is sealed, signed and hashed.
    pub format: List<u32, 16>,
}

/// Who may open an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Whoever has a code from the operator.
    Code,
}

/// `GET /.well-known/coffer`. Members that a reader does not know are left aside: a server that speaks a newer version
/// too has to be able to say so to those that do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// The versions it speaks.
    pub versions: Versions,
    /// Its name in OPAQUE and in tokens. It must be the origin that was asked.
    pub issuer: Origin,
    /// What it allows.
    pub limits: Limits,
    /// Who may open an account.
    pub sign_up: SignUp,
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

/// A key with which the server signs access tokens (RFC 7517, RFC 8037). Unknown members are left aside.
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
    /// Names the key in tokens.
    pub kid: Slug,
    /// The public key.
    pub x: Exactly<32>,
}

/// `GET /v1/jwks.json`: the keys in use and those whose tokens still run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys.
    pub keys: List<Jwk, 16>,
}

impl JsonMessage for Jwks {
    const MAX_LEN: usize = 16 * 1024;
}

/// One event of `GET /v1/events`: a vault's log has grown. A hint to ask, and nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The vault.
    pub vault: VaultId,
    /// How many entries it has.
    pub head: u64,
}

impl JsonMessage for Hint {
    const MAX_LEN: usize = 128;
}
