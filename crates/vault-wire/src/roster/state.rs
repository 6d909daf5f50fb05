//! The roster: what a vault's records have made of it so far.

use std::collections::BTreeMap;

use crate::account::Certificate;
use crate::roster::{EpochOp, Founding, MemberRole, VerifiedIdentity};
use crate::{
    AccountId, CertificateHash, EntryHash, ItemId, KeyCommitment, Root, SignPublicKey, SignatureError,
    VaultId,
};

/// A member of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the member may do.
    pub role: MemberRole,
    /// The member's current identity.
    pub identity: VerifiedIdentity,
}

impl Member {
    /// The member's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.identity.certificate
    }
}

/// An open invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The most that its finder may become.
    pub role: MemberRole,
    /// Milliseconds since 1970; an add made later does not count.
    pub expires_at: u64,
    /// The record that opened it.
    pub record: EntryHash,
    /// Who opened it.
    pub author: AccountId,
}

/// Which generation of an account's identity a vault has seen, whether or not the account is still a member.
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
    /// Pins the key.
    pub commitment: KeyCommitment,
    /// An earlier epoch whose key can be had from this one's; 0 if there is none.
    pub back_to: u32,
    /// That key, sealed under this one's.
    pub back: Vec<u8>,
}

/// An owner's choice of this history over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Who chose.
    pub author: AccountId,
    /// The place of the choice itself in the log.
    pub entry: u64,
    /// The entry named: the last that its author had seen.
    pub seq: u64,
    /// The root after it.
    pub root: Root,
}

/// A vault's members, keys and rules, after some prefix of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub(super) vault_id: VaultId,
    pub(super) genesis_hash: EntryHash,
    /// The hash of the last record that took effect.
    pub(super) last_record: EntryHash,
    pub(super) members: BTreeMap<AccountId, Member>,
    pub(super) seen: BTreeMap<AccountId, SeenIdentity>,
    pub(super) invites: BTreeMap<SignPublicKey, Invite>,
    /// `epochs[e - 1]` is epoch e; there is at least one.
    pub(super) epochs: Vec<Epoch>,
    pub(super) epoch_due: bool,
    pub(super) keep_days: u32,
    pub(super) purged: BTreeMap<ItemId, u64>,
    pub(super) adoptions: Vec<Adoption>,
}

impl Roster {
    /// The most members a vault can have.
    pub const MAX_MEMBERS: usize = 4096;
    /// The most invitations that can be open at once.
    pub const MAX_INVITES: usize = 1024;

    /// The roster that a founding record sets up.
    ///
    /// # Errors
    /// If the founder's signing key is none; that of a verified founding always is one.
    pub fn founded(founding: &Founding) -> Result<Self, SignatureError> {
        let Founding { vault_id, certificate, certificate_hash, commitment, genesis_hash } = founding;
        let account = certificate.account_id();
        let identity = VerifiedIdentity::of_verified(certificate.clone(), *certificate_hash)
            .map_err(|_| SignatureError)?;
        let seen = SeenIdentity { generation: certificate.generation, certificate: *certificate_hash };
        Ok(Self {
            vault_id: *vault_id,
            genesis_hash: *genesis_hash,
            last_record: *genesis_hash,
            members: BTreeMap::from([(account, Member { role: MemberRole::Owner, identity })]),
            seen: BTreeMap::from([(account, seen)]),
            invites: BTreeMap::new(),
            epochs: vec![Epoch { commitment: *commitment, back_to: 0, back: Vec::new() }],
            epoch_due: false,
            keep_days: 0,
            purged: BTreeMap::new(),
            adoptions: Vec::new(),
        })
    }

    /// The vault.
    #[must_use]
    pub fn vault_id(&self) -> &VaultId {
        &self.vault_id
    }

    /// The hash of the founding record.
    #[must_use]
    pub fn genesis_hash(&self) -> &EntryHash {
        &self.genesis_hash
    }

    /// The hash of the last record that took effect; the next one must name it.
    #[must_use]
    pub fn last_record(&self) -> &EntryHash {
        &self.last_record
    }

    /// A member.
    #[must_use]
    pub fn member(&self, account: &AccountId) -> Option<&Member> {
        self.members.get(account)
    }

    /// All members, by account.
    pub fn members(&self) -> impl Iterator<Item = (&AccountId, &Member)> {
        self.members.iter()
    }

    /// An open invitation.
    #[must_use]
    pub fn invite(&self, key: &SignPublicKey) -> Option<&Invite> {
        self.invites.get(key)
    }

    /// All open invitations.
    pub fn invites(&self) -> impl Iterator<Item = (&SignPublicKey, &Invite)> {
        self.invites.iter()
    }

    /// The number of the current epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.epochs.len()).unwrap_or(u32::MAX)
    }

    /// An epoch there is or has been.
    #[must_use]
    pub fn epoch_at(&self, epoch: u32) -> Option<&Epoch> {
        self.epochs.get(usize::try_from(epoch.checked_sub(1)?).ok()?)
    }

    /// Whether somebody who has gone, or may have lost a key to others, still knows the current epoch's key.
    #[must_use]
    pub fn is_epoch_due(&self) -> bool {
        self.epoch_due
    }

    /// For how many days superseded bodies are kept; 0 means for ever.
    #[must_use]
    pub fn keep_days(&self) -> u32 {
        self.keep_days
    }

    /// Below which place in the log the bodies of an item's revisions may be missing; 0 if nowhere.
    #[must_use]
    pub fn purged_before(&self, item_id: &ItemId) -> u64 {
        self.purged.get(item_id).copied().unwrap_or(0)
    }

    /// The choices between histories that owners have made.
    #[must_use]
    pub fn adoptions(&self) -> &[Adoption] {
        &self.adoptions
    }

    /// Begins an epoch that has been judged.
    pub(super) fn push_epoch(&mut self, epoch: EpochOp) {
        let EpochOp { epoch: _, commitment, back_to, back } = epoch;
        self.epochs.push(Epoch { commitment, back_to, back });
        self.epoch_due = false;
    }
}
