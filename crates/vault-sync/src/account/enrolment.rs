//! Registrations: everything that one password of an account opens, replaced at once.

use rand_core::CryptoRng;
use vault_crypto::{KdfParams, Keyset, ReenrolmentParts, RootSigner, UnlockSeed};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{
    Bytes, Credential, FixedBytes, JsonMessage as _, LoginName, RegisterFinish, RegisterReply, TextError,
    UncheckedKdf,
};

use super::credentials::Credentials;
use super::error::EnrolmentError;
use super::opaque::{self, Registered};
use crate::client::Client;
use crate::error::Error;
use crate::session::Session;

/// What a registration is made of.
pub struct EnrolmentParts<'a> {
    /// The login name.
    pub login: LoginName,
    /// The account's root.
    pub root: &'a RootSigner,
    /// The account's working keys.
    pub keyset: &'a Keyset,
    /// Opens the account slot of its profiles: a new one for a new account, and once somebody else may know it.
    pub unlock_seed: &'a UnlockSeed,
    /// The certificate of its identity.
    pub certificate: &'a SignedCertificate,
    /// Above that of every earlier registration; 1 for a new account.
    pub version: u64,
    /// The sign-up code of a new account.
    pub code: Option<Credential<64>>,
}

/// A registration that is ready to be sent, as often as needed: the server answers the same one each time in the same way. So
/// a caller that remembers the unlock seed before it sends loses nothing when the answer is lost.
pub struct Enrolment {
    message: RegisterFinish,
    version: u64,
}

impl Enrolment {
    /// Makes a registration with a password. Asks the server for its part of OPAQUE.
    ///
    /// # Errors
    /// See [`EnrolmentError`]. The account is unchanged.
    pub async fn make(
        client: &Client,
        parts: EnrolmentParts<'_>,
        credentials: Credentials,
        costs: KdfParams,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Self, EnrolmentError> {
        let stretched = credentials.stretch(costs).await?;
        let registered = opaque::register(client, parts.root.account_id(), &stretched, rng).await?;
        let version = parts.version;
        let message = seal(parts, registered, costs, client.issuer().as_str(), rng);
        Ok(Self { message: message.map_err(|TextError| EnrolmentError::OutOfBounds)?, version })
    }

    /// The version of the registration, to be remembered once it is accepted.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns it encoded, to be stored until the server has answered.
    ///
    /// # Errors
    /// [`EnrolmentError::OutOfBounds`].
    pub fn encode(&self) -> Result<Vec<u8>, EnrolmentError> {
        self.message.to_json().map_err(|_| EnrolmentError::OutOfBounds)
    }

    /// Opens the account.
    ///
    /// # Errors
    /// See [`Error`]. If the answer did not arrive, the same registration may be sent again.
    pub async fn register(&self, client: &Client) -> Result<(), Error> {
        self.accepted(client.register_finish(&self.message).await?)
    }

    /// Replaces the password of the session's account, which ends all its other sessions.
    ///
    /// # Errors
    /// See [`Error`]. If the answer did not arrive, the same registration may be sent again.
    pub async fn change_password(&self, session: &Session) -> Result<(), Error> {
        self.accepted(session.register_finish(&self.message).await?)
    }

    fn accepted(&self, reply: RegisterReply) -> Result<(), Error> {
        if reply.version == self.version { Ok(()) } else { Err(Error::Malformed) }
    }
}

/// Seals the boxes and has the root sign the whole.
fn seal(
    parts: EnrolmentParts<'_>,
    registered: Registered,
    costs: KdfParams,
    issuer: &str,
    rng: &mut impl CryptoRng,
) -> Result<RegisterFinish, TextError> {
    let EnrolmentParts { login, root, keyset, unlock_seed, certificate, version, code } = parts;
    let Registered { record, key } = registered;
    let keyset = keyset.seal_account(unlock_seed, &key, &root.account_id(), rng);
    let root_box = root.seal_account(&key, rng);
    let covered = ReenrolmentParts { issuer, version, record: &record, keyset: &keyset, root_box: &root_box };
    let statement = root.sign_reenrolment(&covered);
    Ok(RegisterFinish {
        login,
        kdf: UncheckedKdf { m_kib: costs.memory_kib(), t: costs.passes(), p: costs.lanes() },
        record: FixedBytes::new(record.to_vec())?,
        keyset: Bytes::new(keyset)?,
        root_box: Bytes::new(root_box)?,
        certificate: Bytes::new(certificate.encode())?,
        statement: Bytes::new(statement.encode())?,
        code,
    })
}
