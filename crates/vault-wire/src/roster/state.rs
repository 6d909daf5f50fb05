//! The roster: the state that a vault's records have produced.

use std::collections::BTreeMap;

use crate::account::Certificate;
use crate::roster::{EpochOp, Genesis, MemberRole, VerifiedIdentity};
use crate::{
    AccountId, CertificateHash, EntryHash, ItemId, KeyCommitment, Root, SignPublicKey, SignatureError,
    VaultId,
};

/// A member of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's permissions.
    pub role: MemberRole,
    /// The member's current identity.
    pub identity: VerifiedIdentity,
}

impl Member {
    /// Returns the member's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.identity.certificate
    }
}

/// An open invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The highest role that the invitee may get.
    pub role: MemberRole,
    /// Milliseconds since 1970; an add made later is rejected.
    pub expires_at: u64,
    /// The record that opened it.
    pub record: EntryHash,
    /// The account that opened it.
    pub author: AccountId,
}

/// The newest identity of an account that a vault has seen. It outlives the membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenIdentity {
    /// The highest generation.
    pub generation: u32,
    /// The certificate of that generation.
    pub certificate: CertificateHash,
}

/// A key epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Commitment to the key.
    pub commitment: KeyCommitment,
    /// The earlier epoch whose key is in `back`; 0 if there is none.
    pub back_to: u32,
    /// The earlier epoch's key, sealed under this one's.
    pub back: Vec<u8>,
}

/// An owner's choice of this history over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The owner.
    pub author: AccountId,
    /// Sequence number of the choice itself.
    pub entry: u64,
    /// The chosen entry: the last that the author had seen.
    pub seq: u64,
    /// The root after the chosen entry.
    pub root: Root,
}

/// A vault's members, keys and policies after a prefix of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub(super) vault_id: VaultId,
    pub(super) genesis_hash: EntryHash,
    /// The hash of the last record that took effect.
    pub(super) last_record: EntryHash,
    pub(super) members: BTreeMap<AccountId, Member>,
    /// The last roles of accounts that are no members any more.
    pub(super) former: BTreeMap<AccountId, MemberRole>,
    pub(super) seen: BTreeMap<AccountId, SeenIdentity>,
    pub(super) invites: BTreeMap<SignPublicKey, Invite>,
    /// `epochs[e - 1]` is epoch e; there is at least one.
    pub(super) epochs: Vec<Epoch>,
    pub(super) epoch_due: bool,
    pub(super) keep_days: u32,
    pub(super) purged: BTreeMap<ItemId, u64>,
    pub(super) adoptions: Vec<Adoption>,
    pub(super) format: u32,
    pub(super) closed: bool,
    pub(super) second_factor: bool,
}

impl Roster {
    /// The highest format of entries that this program knows.
    pub const FORMAT: u32 = 1;
    /// The maximum number of members.
    pub const MAX_MEMBERS: usize = 4096;
    /// The maximum number of open invitations.
    pub const MAX_INVITES: usize = 1024;

    /// Creates the roster that a genesis record defines.
    ///
    /// # Errors
    /// If the founder's signing key is invalid, which a verified genesis rules out.
    pub fn from_genesis(genesis: &Genesis) -> Result<Self, SignatureError> {
        let Genesis { vault_id, certificate, certificate_hash, commitment, genesis_hash } = genesis;
        let account = certificate.account_id();
        let identity = VerifiedIdentity::from_verified(certificate.clone(), *certificate_hash)
            .map_err(|_| SignatureError)?;
        let seen = SeenIdentity { generation: certificate.generation, certificate: *certificate_hash };
        Ok(Self {
            vault_id: *vault_id,
            genesis_hash: *genesis_hash,
            last_record: *genesis_hash,
            members: BTreeMap::from([(account, Member { role: MemberRole::Owner, identity })]),
            former: BTreeMap::new(),
            seen: BTreeMap::from([(account, seen)]),
            invites: BTreeMap::new(),
            epochs: vec![Epoch { commitment: *commitment, back_to: 0, back: Vec::new() }],
            epoch_due: false,
            keep_days: 0,
            purged: BTreeMap::new(),
            adoptions: Vec::new(),
            format: 1,
            closed: false,
            second_factor: false,
        })
    }

    /// Returns the vault's id.
    #[must_use]
    pub fn vault_id(&self) -> &VaultId {
        &self.vault_id
    }

    /// Returns the hash of the genesis record.
    #[must_use]
    pub fn genesis_hash(&self) -> &EntryHash {
        &self.genesis_hash
    }

    /// Returns the hash of the last record that took effect; the next record must name it.
    #[must_use]
    pub fn last_record(&self) -> &EntryHash {
        &self.last_record
    }

    /// Returns a member.
    #[must_use]
    pub fn member(&self, account: &AccountId) -> Option<&Member> {
        self.members.get(account)
    }

    /// Returns the last role of an account that was a member and is none any more.
    #[must_use]
    pub fn former_role(&self, account: &AccountId) -> Option<MemberRole> {
        self.former.get(account).copied()
    }

    /// Returns all members, ordered by account id.
    pub fn members(&self) -> impl Iterator<Item = (&AccountId, &Member)> {
        self.members.iter()
    }

    /// Returns an open invitation.
    #[must_use]
    pub fn invite(&self, key: &SignPublicKey) -> Option<&Invite> {
        self.invites.get(key)
    }

    /// Returns all open invitations.
    pub fn invites(&self) -> impl Iterator<Item = (&SignPublicKey, &Invite)> {
        self.invites.iter()
    }

    /// Returns the number of the current epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.epochs.len()).unwrap_or(u32::MAX)
    }

    /// Returns a current or past epoch.
    #[must_use]
    pub fn epoch_at(&self, epoch: u32) -> Option<&Epoch> {
        self.epochs.get(usize::try_from(epoch.checked_sub(1)?).ok()?)
    }

    /// Returns whether a former member or a compromised identity still knows the current epoch's key.
    #[must_use]
    pub fn is_epoch_due(&self) -> bool {
        self.epoch_due
    }

    /// Returns the number of days for which superseded bodies are kept; 0 means forever.
    #[must_use]
    pub fn keep_days(&self) -> u32 {
        self.keep_days
    }

    /// Returns the sequence number before which the bodies of an item's revisions may be missing; 0 if none
    /// may.
    #[must_use]
    pub fn purged_before(&self, item_id: &ItemId) -> u64 {
        self.purged.get(item_id).copied().unwrap_or(0)
    }

    /// Returns the owners' choices between histories.
    #[must_use]
    pub fn adoptions(&self) -> &[Adoption] {
        &self.adoptions
    }

    /// Returns the highest format that entries may have: 1 until an owner states another one.
    #[must_use]
    pub fn format(&self) -> u32 {
        self.format
    }

    /// Returns whether this program knows the vault's format. If not, the roster is that of the entry which
    /// stated the format, and says nothing about the present members.
    #[must_use]
    pub fn is_format_known(&self) -> bool {
        self.format <= Self::FORMAT
    }

    /// Returns whether an owner has ended the vault.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Returns whether the server admits only members who signed in with a second factor.
    #[must_use]
    pub fn requires_second_factor(&self) -> bool {
        self.second_factor
    }

    /// Appends a validated epoch.
    pub(super) fn push_epoch(&mut self, epoch: EpochOp) {
        let EpochOp { epoch: _, commitment, back_to, back } = epoch;
        self.epochs.push(Epoch { commitment, back_to, back });
        self.epoch_due = false;
    }
}
