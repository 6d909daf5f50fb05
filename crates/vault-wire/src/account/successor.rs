//! Successors of a root: the statements by which an account continues under another root key.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, Label, SignPublicKey};

/// A root's statement of the root that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successor {
    /// The account, by its first root.
    pub account: AccountId,
    /// The root that signs.
    pub root: SignPublicKey,
    /// The root that follows it.
    pub next: SignPublicKey,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
}

impl Successor {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that the root signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::SUCCESSOR).bytes(bytes)
    }

    /// Returns the message that the next root signs, as a proof of possession.
    pub fn possession_message(bytes: &[u8]) -> Array {
        Array::labelled(Label::SUCCESSOR_POP).bytes(bytes)
    }
}

impl Canonical for Successor {
    const MAX_LEN: usize = 128;

    fn write(&self) -> Array {
        let Self { account, root, next, made_at } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(account.as_bytes())
            .bytes(root.as_bytes())
            .bytes(next.as_bytes())
            .uint(*made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            account: reader.fixed()?,
            root: reader.fixed()?,
            next: reader.fixed()?,
            made_at: reader.uint()?,
        })
    }
}

signed_statement! {
    /// A statement of a successor with both of its signatures.
    SignedSuccessor of Successor, 140;
    /// Signature by the root.
    by_root;
    /// Signature by the next root.
    by_next;
}

/// The reason for rejecting a list of successors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuccessorError {
    /// The bytes are not a statement.
    #[error("the statement of a successor is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The list is empty, too long, does not begin with the account's first root, has a gap or returns to a
    /// root that it had.
    #[error("the successors do not follow each other")]
    Order,
    /// One of the roots did not sign.
    #[error("a successor is not signed by both roots")]
    Signature(#[from] SignatureError),
    /// The pinned root is not in the list: it belongs to somebody else, or the list is an old one.
    #[error("the successors do not contain the known root")]
    OtherRoot,
}

/// An account's roots, from its first one to the present one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successors {
    roots: Vec<SignPublicKey>,
}

impl Successors {
    /// Maximum number of statements.
    pub const MAX: usize = 8;

    /// Verifies the statements of an account, in order and without a gap from its first root on.
    ///
    /// # Errors
    /// See [`SuccessorError`].
    pub fn verify(account: &AccountId, statements: &[SignedSuccessor]) -> Result<Self, SuccessorError> {
        if statements.is_empty() || statements.len() > Self::MAX {
            return Err(SuccessorError::Order);
        }
        let mut roots: Vec<SignPublicKey> = Vec::new();
        for signed in statements {
            let Successor { account: of, root, next, made_at: _ } = Successor::decode(&signed.bytes)?;
            let follows = match roots.last() {
                None => AccountId::of_root(&root) == *account,
                Some(last) => *last == root,
            };
            if of != *account || !follows || root == next || roots.contains(&next) {
                return Err(SuccessorError::Order);
            }
            root.verify(&Successor::message(&signed.bytes), &signed.by_root)?;
            next.verify(&Successor::possession_message(&signed.bytes), &signed.by_next)?;
            if roots.is_empty() {
                roots.push(root);
            }
            roots.push(next);
        }
        Ok(Self { roots })
    }

    /// Returns the present root for somebody who has pinned `known`, the first one if nothing else was seen.
    ///
    /// # Errors
    /// [`SuccessorError::OtherRoot`] if the list does not contain that root, so that neither another
    /// successor of an earlier root nor a list without the latest one is accepted.
    pub fn present_for(&self, known: &SignPublicKey) -> Result<&SignPublicKey, SuccessorError> {
        match self.roots.last() {
            Some(last) if self.roots.contains(known) => Ok(last),
            _ => Err(SuccessorError::OtherRoot),
        }
    }
}
