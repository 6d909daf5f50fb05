//! The box on a server that the recovery code opens: the root's statement of it, and the proof of the code.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, ContentHash, DeviceId, Label, SignPublicKey};

/// The root's statement of the recovery code for which a server keeps a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeStatement {
    /// The root's public key; the account id follows from it.
    pub root: SignPublicKey,
    /// The server that it is for, by the server's own name.
    pub issuer: String,
    /// Increases with every statement of the account.
    pub number: u64,
    /// The code's public key and the hash of the box; `None` if there is no code any more.
    pub code: Option<(SignPublicKey, ContentHash)>,
}

impl CodeStatement {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Maximum length of a server's name, in bytes.
    pub const MAX_ISSUER: usize = 255;

    /// Returns the account it belongs to.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(&self.root)
    }

    /// Returns the message that the root signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::CODE).bytes(bytes)
    }

    /// Returns the message that the code's key signs to prove that a device has the code.
    pub fn proof_message(
        account: &AccountId,
        issuer: &str,
        challenge: &[u8; 32],
        device: &DeviceId,
    ) -> Array {
        Array::labelled(Label::CODE_PROOF)
            .bytes(account.as_bytes())
            .text(issuer)
            .bytes(challenge)
            .bytes(device.as_bytes())
    }
}

impl Canonical for CodeStatement {
    const MAX_LEN: usize = 512;

    fn write(&self) -> Array {
        let Self { root, issuer, number, code } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(self.account_id().as_bytes())
            .bytes(root.as_bytes())
            .text(issuer)
            .uint(*number)
            .bytes_or_null(code.as_ref().map(|(key, _)| key.as_bytes().as_slice()))
            .bytes_or_null(code.as_ref().map(|(_, sealed)| sealed.as_bytes().as_slice()))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(Self::VERSION)?;
        // Encoding derives the id from the root key, so another id is rejected as not canonical.
        let _account: AccountId = reader.fixed()?;
        let root = reader.fixed()?;
        let issuer = reader.text_up_to(Self::MAX_ISSUER)?.to_owned();
        let number = reader.uint()?;
        let code = match (reader.fixed_or_null()?, reader.fixed_or_null()?) {
            (Some(key), Some(sealed)) => Some((key, sealed)),
            (None, None) => None,
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self { root, issuer, number, code })
    }
}

signed_statement! {
    /// A code statement with its signature.
    SignedCodeStatement of CodeStatement, 80;
    /// Signature by the root.
    by_root;
}

/// The reason for rejecting a code statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeStatementError {
    /// The bytes are not a code statement.
    #[error("the statement of a recovery code is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It belongs to another account.
    #[error("the statement of a recovery code belongs to another account")]
    OtherAccount,
    /// It was signed for another server.
    #[error("the statement of a recovery code is for another server")]
    OtherIssuer,
    /// Its number is not above the known one: a replay.
    #[error("the statement of a recovery code is not newer than the known one")]
    NotNewer,
    /// The box is not the stated one, or there is a box without a code or a code without a box.
    #[error("the box of a recovery code is not the stated one")]
    OtherBox,
    /// The root did not sign it.
    #[error("the statement of a recovery code is not signed by the account's root")]
    Signature(#[from] SignatureError),
}

impl SignedCodeStatement {
    /// Verifies that this account's root signed the statement for this server and box, and that its number is
    /// above `known`, that of the last statement (0 if there is none).
    ///
    /// # Errors
    /// See [`CodeStatementError`].
    pub fn verify(
        &self,
        account: &AccountId,
        issuer: &str,
        known: u64,
        sealed: Option<&[u8]>,
    ) -> Result<CodeStatement, CodeStatementError> {
        let statement = CodeStatement::decode(&self.bytes)?;
        if statement.account_id() != *account {
            return Err(CodeStatementError::OtherAccount);
        }
        statement.root.verify(&CodeStatement::message(&self.bytes), &self.by_root)?;
        if statement.issuer != issuer {
            return Err(CodeStatementError::OtherIssuer);
        }
        if statement.number <= known {
            return Err(CodeStatementError::NotNewer);
        }
        if statement.code.map(|(_, hash)| hash) != sealed.map(ContentHash::of) {
            return Err(CodeStatementError::OtherBox);
        }
        Ok(statement)
    }
}
