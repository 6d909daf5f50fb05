//! Why an entry has no effect.

use crate::cbor::DecodeError;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $number:literal, $text:literal;)+) => {
        /// Why an entry has no effect. The number is the one in messages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum VoidReason {
            $( $(#[doc = $doc])* #[error($text)] $name = $number, )+
        }

        impl VoidReason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

reasons! {
    /// The bytes are no entry of a known form.
    Malformed = 1, "malformed";
    /// It belongs to another vault.
    OtherVault = 2, "of another vault";
    /// The author is not a member, or its generation is not the member's current one.
    Author = 3, "not by a member";
    /// The author's signature does not hold.
    Signature = 4, "the signature does not hold";
    /// The author's view of the log is none that this log has had. Since the signature held, this is evidence.
    Base = 5, "on another log";
    /// The author's role does not allow it.
    Role = 6, "not in the author's role";
    /// A revision is sealed under a key that is not the current one, or a record begins an epoch that does not follow.
    Epoch = 7, "of another epoch";
    /// A revision does not follow the item's current one, or a record the last one.
    Parent = 8, "on another revision or record than the current one";
    /// The root's signature is missing, does not hold, or is there without need.
    RootSignature = 9, "the root's signature does not fit";
    /// A certificate does not hold, is another account's, or an older generation's.
    Certificate = 10, "a certificate is refused";
    /// An invitation is not open, or was not accepted as it was given.
    Invitation = 11, "an invitation is refused";
    /// Somebody is a member already, or is none, or would not change.
    Member = 12, "no such change of a member";
    /// Nobody would be an owner any more.
    LastOwner = 13, "the last owner";
    /// Changes that do not stand together in one record, or none.
    Combination = 14, "changes that do not stand together";
    /// More members or open invitations than a vault can have.
    TooMany = 15, "too many members or invitations";
    /// A policy out of bounds.
    Policy = 16, "a policy out of bounds";
    /// A purge that names no item, nothing new, or what is current.
    Purge = 17, "nothing to purge";
    /// An adoption of another history than this one.
    Adopt = 18, "an adoption of another history";
}

impl VoidReason {
    /// Its number in messages.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// The reason with this number.
    ///
    /// # Errors
    /// If there is none.
    pub fn from_number(number: u64) -> Result<Self, DecodeError> {
        let found = Self::ALL.iter().find(|reason| reason.number() == number);
        found.copied().ok_or(DecodeError::UnknownKind(number))
    }
}
