//! Reasons for rejecting an entry.

use crate::cbor::DecodeError;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $number:literal, $text:literal;)+) => {
        /// The reason why an entry has no effect. The discriminant is its number in messages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum RejectReason {
            $( $(#[doc = $doc])* #[error($text)] $name = $number, )+
        }

        impl RejectReason {
            /// All reasons.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

reasons! {
    /// The bytes are not an entry of a known form.
    Malformed = 1, "malformed";
    /// The entry belongs to another vault.
    OtherVault = 2, "of another vault";
    /// The author is not a member, or the generation is not the member's current one.
    Author = 3, "not by a member";
    /// The author's signature is invalid.
    Signature = 4, "the signature is invalid";
    /// The author's base is not a state of this log. Since the signature is valid, this is evidence.
    Base = 5, "on another log";
    /// The author's role does not allow it.
    Role = 6, "not in the author's role";
    /// A revision is sealed under another key than the current one, or a record begins an epoch out of
    /// sequence.
    Epoch = 7, "of another epoch";
    /// A revision does not follow the item's current one, or a record does not follow the last one.
    Parent = 8, "not based on the current revision or record";
    /// The root's signature is missing, invalid, or present without need.
    RootSignature = 9, "the root's signature is missing, invalid or not needed";
    /// A certificate is invalid, another account's, or of an older generation.
    Certificate = 10, "a certificate is rejected";
    /// An invitation is not open, or the acceptance does not match it.
    Invitation = 11, "an invitation is rejected";
    /// The account is already a member, is not a member, or would not change.
    Member = 12, "the membership change is not possible";
    /// The change would leave no owner.
    LastOwner = 13, "the vault would have no owner";
    /// The record has no changes, or changes that cannot be combined in one record.
    Combination = 14, "changes that cannot be combined";
    /// There would be more members or open invitations than a vault can have.
    TooMany = 15, "too many members or invitations";
    /// The policy is out of bounds.
    Policy = 16, "a policy out of bounds, or no change of it";
    /// The purge names no item, nothing new, or the current revision.
    Purge = 17, "nothing to purge";
    /// The adopted history is not this one.
    Adopt = 18, "an adoption of another history";
    /// The entry is of a format above the one that the vault states, or the vault states one that this
    /// program does not know.
    Format = 19, "of another format than the vault's";
    /// The vault is closed.
    Closed = 20, "the vault is closed";
}

impl RejectReason {
    /// Returns its number in messages.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// Returns the reason with this number.
    ///
    /// # Errors
    /// If there is no such reason.
    pub fn from_number(number: u64) -> Result<Self, DecodeError> {
        let found = Self::ALL.iter().find(|reason| reason.number() == number);
        found.copied().ok_or(DecodeError::UnknownKind(number))
    }
}
