//! Re-enrolment: a registration signed by an account's root, for a server that lost or restored the account.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, ContentHash, Label, SignPublicKey};

/// The root's statement of the data that a server must store for the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reenrolment {
    /// The root's public key; the account id follows from it.
    pub root: SignPublicKey,
    /// The server that it is for, by the server's own name.
    pub issuer: String,
    /// Increases with every registration of the account.
    pub version: u64,
    /// Hash of the OPAQUE registration record.
    pub record: ContentHash,
    /// Hash of the keyset box.
    pub keyset: ContentHash,
    /// Hash of the root box.
    pub root_box: ContentHash,
}

impl Reenrolment {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Maximum length of a server's name, in bytes.
    pub const MAX_ISSUER: usize = 255;

    /// Returns the account it belongs to.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(&self.root)
    }

    /// Returns whether the hashes match these parts. A server checks this before it stores them; a client,
    /// which has no record, compares the hashes of the boxes that it received.
    #[must_use]
    pub fn covers(&self, record: &[u8], keyset: &[u8], root_box: &[u8]) -> bool {
        self.record == ContentHash::of(record)
            && self.keyset == ContentHash::of(keyset)
            && self.root_box == ContentHash::of(root_box)
    }

    /// Returns the message that the root signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::REENROL).bytes(bytes)
    }
}

impl Canonical for Reenrolment {
    const MAX_LEN: usize = 512;

    fn write(&self) -> Array {
        Array::new()
            .uint(Self::VERSION)
            .bytes(self.account_id().as_bytes())
            .bytes(self.root.as_bytes())
            .text(&self.issuer)
            .uint(self.version)
            .bytes(self.record.as_bytes())
            .bytes(self.keyset.as_bytes())
            .bytes(self.root_box.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        reader.version(Self::VERSION)?;
        // Encoding derives the id from the root key, so another id is rejected as not canonical.
        let _account: AccountId = reader.fixed()?;
        Ok(Self {
            root: reader.fixed()?,
            issuer: reader.text_up_to(Self::MAX_ISSUER)?.to_owned(),
            version: reader.uint()?,
            record: reader.fixed()?,
            keyset: reader.fixed()?,
            root_box: reader.fixed()?,
        })
    }
}

signed_statement! {
    /// A re-enrolment with its signature, as it is stored and sent.
    SignedReenrolment of Reenrolment, 80;
    /// Signature by the root.
    by_root;
}

/// The reason for rejecting a re-enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReenrolError {
    /// The bytes are not a re-enrolment.
    #[error("the registration is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It belongs to another account.
    #[error("the registration belongs to another account")]
    OtherAccount,
    /// It was signed for another server.
    #[error("the registration is for another server")]
    OtherIssuer,
    /// Its version is not above the known one: a replay.
    #[error("the registration is not newer than the known one")]
    NotNewer,
    /// The root did not sign it.
    #[error("the registration is not signed by the account's root")]
    Signature(#[from] SignatureError),
}

impl SignedReenrolment {
    /// Verifies that this account's root signed the statement for this server and that it is newer than
    /// `known`, the version of the last registration (0 if there is none).
    ///
    /// # Errors
    /// See [`ReenrolError`].
    pub fn verify(
        &self,
        account_id: &AccountId,
        issuer: &str,
        known: u64,
    ) -> Result<Reenrolment, ReenrolError> {
        let statement = Reenrolment::decode(&self.bytes)?;
        if statement.account_id() != *account_id {
            return Err(ReenrolError::OtherAccount);
        }
        statement.root.verify(&Reenrolment::message(&self.bytes), &self.by_root)?;
        if statement.issuer != issuer {
            return Err(ReenrolError::OtherIssuer);
        }
        if statement.version <= known {
            return Err(ReenrolError::NotNewer);
        }
        Ok(statement)
    }
}
