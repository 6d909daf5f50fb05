//! The rules by which a record changes the roster. They know nothing of signatures: those have been checked.
//!
//! A record takes effect whole or not at all, so its changes are tried on a [`Draft`] that lies over the roster.

use std::collections::BTreeMap;

use crate::account::Predecessor;
use crate::invitation::Accept;
use crate::log::{Past, VoidReason};
use crate::roster::change::Change;
use crate::roster::op::BACK_LEN;
use crate::roster::state::{Adoption, Invite, Member, Roster, SeenIdentity};
use crate::roster::{EpochOp, MemberRole, VerifiedIdentity};
use crate::{AccountId, EntryHash, ItemId, Root, SignPublicKey};

/// The least number of days for which superseded bodies are kept, where they are not kept for ever.
const MIN_KEEP_DAYS: u32 = 90;

/// What the rules need to know of a record besides its changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of {
    pub(crate) author: AccountId,
    /// The record's entry hash.
    pub(crate) record: EntryHash,
    pub(crate) made_at: u64,
}

/// Whether a record's changes ask for the root's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootSignature {
    Needed,
    NotNeeded,
}

/// What a record does to the roster, once it is known to be allowed.
#[derive(Debug)]
pub(crate) struct Delta {
    record: EntryHash,
    members: BTreeMap<AccountId, Option<Member>>,
    seen: BTreeMap<AccountId, SeenIdentity>,
    invites: BTreeMap<SignPublicKey, Option<Invite>>,
    epoch: Option<EpochOp>,
    epoch_due: bool,
    keep_days: Option<u32>,
    purged: BTreeMap<ItemId, u64>,
    adoptions: Vec<Adoption>,
}

impl Roster {
    /// Judges a record's changes, and tells what they come to and whether the root must have signed them.
    pub(crate) fn judge(
        &self,
        of: Of,
        changes: &[Change],
        past: &impl Past,
    ) -> Result<(Delta, RootSignature), VoidReason> {
        combination(changes)?;
        let mut draft = Draft::new(self, of);
        for change in changes {
            draft.take(change, past)?;
        }
        draft.finish()
    }

    /// Lets a judged record take effect.
    pub(crate) fn apply(&mut self, delta: Delta) {
        let Delta { record, members, seen, invites, epoch, epoch_due, keep_days, purged, adoptions } = delta;
        self.last_record = record;
        for (account, member) in members {
            match member {
                Some(member) => self.members.insert(account, member),
                None => self.members.remove(&account),
            };
        }
        self.seen.extend(seen);
        for (key, invite) in invites {
            match invite {
                Some(invite) => self.invites.insert(key, invite),
                None => self.invites.remove(&key),
            };
        }
        self.epoch_due |= epoch_due;
        if let Some(epoch) = epoch {
            self.push_epoch(epoch);
        }
        self.keep_days = keep_days.unwrap_or(self.keep_days);
        self.purged.extend(purged);
        self.adoptions.extend(adoptions);
    }
}

/// Checks which changes stand together: something must change; leaving and a new certificate stand alone; an epoch
/// is the last, and only one; whoever removes somebody begins one.
fn combination(changes: &[Change]) -> Result<(), VoidReason> {
    let alone = changes.iter().any(|change| matches!(change, Change::Leave | Change::Certificate { .. }));
    let removes = changes.iter().any(|change| matches!(change, Change::Remove { .. }));
    let epoch = changes.iter().position(|change| matches!(change, Change::Epoch(_)));
    let epoch_is_last = epoch.is_none_or(|at| at + 1 == changes.len());
    if changes.is_empty() || (alone && changes.len() > 1) || !epoch_is_last || (removes && epoch.is_none()) {
        return Err(VoidReason::Combination);
    }
    Ok(())
}

/// The roster as a record is about to make it: what it is, and what has changed so far.
struct Draft<'a> {
    base: &'a Roster,
    of: Of,
    delta: Delta,
    root: RootSignature,
}

impl<'a> Draft<'a> {
    fn new(base: &'a Roster, of: Of) -> Self {
        let delta = Delta {
            record: of.record,
            members: BTreeMap::new(),
            seen: BTreeMap::new(),
            invites: BTreeMap::new(),
            epoch: None,
            epoch_due: false,
            keep_days: None,
            purged: BTreeMap::new(),
            adoptions: Vec::new(),
        };
        Self { base, of, delta, root: RootSignature::NotNeeded }
    }

    fn take(&mut self, change: &Change, past: &impl Past) -> Result<(), VoidReason> {
        // The author's role as the changes before this one have left it.
        let role = self.member(&self.of.author).ok_or(VoidReason::Author)?.role;
        match change {
            Change::Invite { key, role: invited, expires_at } => {
                self.invite(role, *key, *invited, *expires_at)
            }
            Change::Revoke { key } => self.revoke(role, key),
            Change::Add { identity, role: added, accept } => {
                self.add(role, identity, *added, accept.as_ref())
            }
            Change::Role { account, role: new } => self.change_role(role, *account, *new),
            Change::Remove { account } => self.remove(role, *account),
            Change::Leave => self.leave(role),
            Change::Epoch(epoch) => self.begin_epoch(role, epoch),
            Change::Certificate { identity } => self.renew(identity),
            Change::Policy { keep_days } => self.policy(role, *keep_days),
            Change::Purge { item_id, before_seq } => self.purge(role, *item_id, *before_seq, past),
            Change::Adopt { seq, root } => self.adopt(role, *seq, *root, past),
        }
    }

    fn invite(
        &mut self,
        by: MemberRole,
        key: SignPublicKey,
        role: MemberRole,
        expires_at: u64,
    ) -> Result<(), VoidReason> {
        // Nobody becomes an owner by a link that may get into other hands.
        if role == MemberRole::Owner || !by.may_administer(role) {
            return Err(VoidReason::Role);
        }
        if self.open_invite(&key).is_some() {
            return Err(VoidReason::Invitation);
        }
        let Of { author, record, made_at: _ } = self.of;
        self.delta.invites.insert(key, Some(Invite { role, expires_at, record, author }));
        Ok(())
    }

    fn revoke(&mut self, by: MemberRole, key: &SignPublicKey) -> Result<(), VoidReason> {
        let invite = self.open_invite(key).ok_or(VoidReason::Invitation)?;
        if !by.may_administer(invite.role) {
            return Err(VoidReason::Role);
        }
        self.delta.invites.insert(*key, None);
        Ok(())
    }

    fn add(
        &mut self,
        by: MemberRole,
        identity: &VerifiedIdentity,
        role: MemberRole,
        accept: Option<&Accept>,
    ) -> Result<(), VoidReason> {
        if !by.may_administer(role) {
            return Err(VoidReason::Role);
        }
        let account = identity.account_id();
        if self.member(&account).is_some() {
            return Err(VoidReason::Member);
        }
        // Somebody who was added and removed again by this very record has been seen, too.
        if let Some(seen) = self.delta.seen.get(&account).or_else(|| self.base.seen.get(&account)) {
            let generation = identity.certificate.generation;
            let older = generation < seen.generation;
            let other = generation == seen.generation && identity.hash != seen.certificate;
            if older || other {
                return Err(VoidReason::Certificate);
            }
        }
        if let Some(accept) = accept {
            self.consume(accept, role)?;
        }
        self.touch(role);
        self.see(identity);
        self.delta.members.insert(account, Some(Member { role, identity: identity.clone() }));
        Ok(())
    }

    /// Uses an invitation up.
    fn consume(&mut self, accept: &Accept, role: MemberRole) -> Result<(), VoidReason> {
        let invite = self.open_invite(&accept.invite).ok_or(VoidReason::Invitation)?;
        let as_agreed = accept.genesis_hash == self.base.genesis_hash
            && accept.invite_record == invite.record
            && accept.role == invite.role
            && role >= accept.role
            && self.of.made_at <= invite.expires_at;
        if !as_agreed {
            return Err(VoidReason::Invitation);
        }
        self.delta.invites.insert(accept.invite, None);
        Ok(())
    }

    fn change_role(
        &mut self,
        by: MemberRole,
        account: AccountId,
        role: MemberRole,
    ) -> Result<(), VoidReason> {
        let member = self.member(&account).ok_or(VoidReason::Member)?.clone();
        if !by.may_administer(member.role) || !by.may_administer(role) {
            return Err(VoidReason::Role);
        }
        if member.role == role {
            return Err(VoidReason::Member);
        }
        self.touch(member.role);
        self.touch(role);
        self.drop_invites_of(&account, |invited| !role.may_administer(invited));
        self.delta.members.insert(account, Some(Member { role, ..member }));
        Ok(())
    }

    fn remove(&mut self, by: MemberRole, account: AccountId) -> Result<(), VoidReason> {
        // Who goes by themselves leaves; they cannot begin the epoch that keeps them out.
        if account == self.of.author {
            return Err(VoidReason::Member);
        }
        let role = self.member(&account).ok_or(VoidReason::Member)?.role;
        if !by.may_administer(role) {
            return Err(VoidReason::Role);
        }
        self.touch(role);
        self.drop_invites_of(&account, |_| true);
        self.delta.members.insert(account, None);
        Ok(())
    }

    fn leave(&mut self, role: MemberRole) -> Result<(), VoidReason> {
        let account = self.of.author;
        self.touch(role);
        self.drop_invites_of(&account, |_| true);
        self.delta.members.insert(account, None);
        self.delta.epoch_due = true;
        Ok(())
    }

    fn begin_epoch(&mut self, by: MemberRole, epoch: &EpochOp) -> Result<(), VoidReason> {
        if !by.may_rotate() {
            return Err(VoidReason::Role);
        }
        let current = self.base.epoch();
        let follows = current.checked_add(1) == Some(epoch.epoch);
        let linked = (1..=current).contains(&epoch.back_to) && epoch.back.len() == BACK_LEN;
        if !follows || !linked {
            return Err(VoidReason::Epoch);
        }
        self.delta.epoch = Some(epoch.clone());
        Ok(())
    }

    fn renew(&mut self, identity: &VerifiedIdentity) -> Result<(), VoidReason> {
        let account = self.of.author;
        let member = self.member(&account).ok_or(VoidReason::Author)?.clone();
        // That the record is signed with the new key was checked before; the new certificate is the root's word.
        let newer = identity.certificate.generation > member.certificate().generation;
        if identity.account_id() != account || !newer {
            return Err(VoidReason::Certificate);
        }
        if identity.certificate.predecessor == Predecessor::Compromised {
            self.delta.epoch_due = true;
            self.drop_invites_of(&account, |_| true);
        }
        self.see(identity);
        self.delta.members.insert(account, Some(Member { identity: identity.clone(), ..member }));
        Ok(())
    }

    fn policy(&mut self, by: MemberRole, keep_days: u32) -> Result<(), VoidReason> {
        self.owner_with_root(by)?;
        if (1..MIN_KEEP_DAYS).contains(&keep_days) {
            return Err(VoidReason::Policy);
        }
        self.delta.keep_days = Some(keep_days);
        Ok(())
    }

    fn purge(
        &mut self,
        by: MemberRole,
        item_id: ItemId,
        before_seq: u64,
        past: &impl Past,
    ) -> Result<(), VoidReason> {
        self.owner_with_root(by)?;
        // What is current stays.
        let current = past.current(&item_id).ok_or(VoidReason::Purge)?;
        let purged =
            self.delta.purged.get(&item_id).copied().unwrap_or_else(|| self.base.purged_before(&item_id));
        if before_seq <= purged || before_seq > current.seq {
            return Err(VoidReason::Purge);
        }
        self.delta.purged.insert(item_id, before_seq);
        Ok(())
    }

    fn adopt(&mut self, by: MemberRole, seq: u64, root: Root, past: &impl Past) -> Result<(), VoidReason> {
        self.owner_with_root(by)?;
        if seq == 0 || past.root_at(seq) != Some(root) {
            return Err(VoidReason::Adopt);
        }
        self.delta.adoptions.push(Adoption { author: self.of.author, entry: past.seq() + 1, seq, root });
        Ok(())
    }

    fn finish(self) -> Result<(Delta, RootSignature), VoidReason> {
        let Self { base, of: _, delta, root } = self;
        // Only a record that concerns an owner can leave none.
        if root == RootSignature::Needed && !has_owner(base, &delta.members) {
            return Err(VoidReason::LastOwner);
        }
        if len_after(&base.members, &delta.members) > Roster::MAX_MEMBERS
            || len_after(&base.invites, &delta.invites) > Roster::MAX_INVITES
        {
            return Err(VoidReason::TooMany);
        }
        Ok((delta, root))
    }

    /// Remembers an identity for as long as the vault exists.
    fn see(&mut self, identity: &VerifiedIdentity) {
        let seen = SeenIdentity { generation: identity.certificate.generation, certificate: identity.hash };
        self.delta.seen.insert(identity.account_id(), seen);
    }

    fn member(&self, account: &AccountId) -> Option<&Member> {
        match self.delta.members.get(account) {
            Some(member) => member.as_ref(),
            None => self.base.members.get(account),
        }
    }

    fn open_invite(&self, key: &SignPublicKey) -> Option<Invite> {
        match self.delta.invites.get(key) {
            Some(invite) => *invite,
            None => self.base.invites.get(key).copied(),
        }
    }

    /// Closes the invitations of somebody who may no longer give them.
    fn drop_invites_of(&mut self, account: &AccountId, closed: impl Fn(MemberRole) -> bool) {
        let keys: Vec<_> = self.base.invites.keys().chain(self.delta.invites.keys()).copied().collect();
        for key in keys {
            if self.open_invite(&key).is_some_and(|invite| invite.author == *account && closed(invite.role)) {
                self.delta.invites.insert(key, None);
            }
        }
    }

    /// Whatever concerns an owner asks for the root.
    fn touch(&mut self, role: MemberRole) {
        if role == MemberRole::Owner {
            self.root = RootSignature::Needed;
        }
    }

    fn owner_with_root(&mut self, by: MemberRole) -> Result<(), VoidReason> {
        if by != MemberRole::Owner {
            return Err(VoidReason::Role);
        }
        self.root = RootSignature::Needed;
        Ok(())
    }
}

/// Whether anybody is an owner once the changes are made.
fn has_owner(base: &Roster, changed: &BTreeMap<AccountId, Option<Member>>) -> bool {
    let owner = |member: &Member| member.role == MemberRole::Owner;
    changed.values().flatten().any(owner)
        || base.members.iter().any(|(account, member)| !changed.contains_key(account) && owner(member))
}

/// How many there are once the changes are made.
fn len_after<K: Ord, V>(base: &BTreeMap<K, V>, changed: &BTreeMap<K, Option<V>>) -> usize {
    let added = changed.iter().filter(|(key, value)| value.is_some() && !base.contains_key(key)).count();
    let removed = changed.iter().filter(|(key, value)| value.is_none() && base.contains_key(key)).count();
    base.len() + added - removed
}
