//! The rules by which a record changes the roster. Signatures have been checked before.
//!
//! A record is applied atomically, so its changes are collected in a [`Draft`] over the roster first.

use std::collections::BTreeMap;

use crate::account::Predecessor;
use crate::history::{LogHistory, RejectReason};
use crate::invitation::Accept;
use crate::roster::change::Change;
use crate::roster::op::BACK_LEN;
use crate::roster::state::{Adoption, Invite, Member, Roster, SeenIdentity};
use crate::roster::{EpochOp, MemberRole, VerifiedIdentity};
use crate::{AccountId, EntryHash, ItemId, Root, SignPublicKey};

/// Minimum number of days for which superseded bodies are kept, if not forever.
const MIN_KEEP_DAYS: u32 = 90;

/// The parts of a record that the rules need besides its changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordContext {
    pub(crate) author: AccountId,
    /// The record's entry hash.
    pub(crate) record: EntryHash,
    pub(crate) made_at: u64,
}

/// Whether a record's changes require the root's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootSignature {
    Needed,
    NotNeeded,
}

/// The effect of a validated record on the roster.
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
    format: Option<u32>,
    closed: bool,
    second_factor: Option<bool>,
}

impl Roster {
    /// Validates a record's changes; returns their effect and whether the root must have signed them.
    pub(crate) fn validate(
        &self,
        context: RecordContext,
        changes: &[Change],
        history: &impl LogHistory,
    ) -> Result<(Delta, RootSignature), RejectReason> {
        self.check_open()?;
        check_combination(changes)?;
        let mut draft = Draft::new(self, context);
        for change in changes {
            draft.apply(change, history)?;
        }
        draft.finish()
    }

    /// Checks that the vault's format is known and the vault not closed.
    pub(crate) fn check_open(&self) -> Result<(), RejectReason> {
        match (self.is_format_known(), self.is_closed()) {
            (false, _) => Err(RejectReason::Format),
            (true, true) => Err(RejectReason::Closed),
            (true, false) => Ok(()),
        }
    }

    /// Applies the effect of a validated record.
    pub(crate) fn apply_delta(&mut self, delta: Delta) {
        let Delta {
            record,
            members,
            seen,
            invites,
            epoch,
            epoch_due,
            keep_days,
            purged,
            adoptions,
            format,
            closed,
            second_factor,
        } = delta;
        self.last_record = record;
        for (account, member) in members {
            match member {
                Some(member) => {
                    self.former.remove(&account);
                    self.members.insert(account, member);
                }
                None => {
                    let left = self.members.remove(&account);
                    self.former.extend(left.map(|member| (account, member.role)));
                }
            }
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
        self.format = format.unwrap_or(self.format);
        self.closed |= closed;
        self.second_factor = second_factor.unwrap_or(self.second_factor);
    }
}

/// Checks that the changes may be combined: there is at least one; leaving, a new certificate and closing are
/// the only change; there is at most one epoch, and it is the last change; a removal requires an epoch.
fn check_combination(changes: &[Change]) -> Result<(), RejectReason> {
    let alone =
        |change: &Change| matches!(change, Change::Leave | Change::Certificate { .. } | Change::Close);
    let alone = changes.iter().any(alone);
    let removes = changes.iter().any(|change| matches!(change, Change::Remove { .. }));
    let epoch = changes.iter().position(|change| matches!(change, Change::Epoch(_)));
    let epoch_is_last = epoch.is_none_or(|at| at + 1 == changes.len());
    if changes.is_empty() || (alone && changes.len() > 1) || !epoch_is_last || (removes && epoch.is_none()) {
        return Err(RejectReason::Combination);
    }
    Ok(())
}

/// The roster with the changes of a record so far.
struct Draft<'a> {
    base: &'a Roster,
    context: RecordContext,
    delta: Delta,
    root: RootSignature,
}

impl<'a> Draft<'a> {
    fn new(base: &'a Roster, context: RecordContext) -> Self {
        let delta = Delta {
            record: context.record,
            members: BTreeMap::new(),
            seen: BTreeMap::new(),
            invites: BTreeMap::new(),
            epoch: None,
            epoch_due: false,
            keep_days: None,
            purged: BTreeMap::new(),
            adoptions: Vec::new(),
            format: None,
            closed: false,
            second_factor: None,
        };
        Self { base, context, delta, root: RootSignature::NotNeeded }
    }

    fn apply(&mut self, change: &Change, history: &impl LogHistory) -> Result<(), RejectReason> {
        // The author's role after the changes before this one.
        let role = self.member(&self.context.author).ok_or(RejectReason::Author)?.role;
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
            Change::Purge { item_id, before_seq } => self.purge(role, *item_id, *before_seq, history),
            Change::Adopt { seq, root } => self.adopt(role, *seq, *root, history),
            Change::Format { format } => self.raise_format(role, *format),
            Change::Close => self.close(role),
            Change::Require { second_factor } => self.require_factor(role, *second_factor),
        }
    }

    fn invite(
        &mut self,
        by: MemberRole,
        key: SignPublicKey,
        role: MemberRole,
        expires_at: u64,
    ) -> Result<(), RejectReason> {
        // A link may leak, so it never makes an owner.
        if role == MemberRole::Owner || !by.may_administer(role) {
            return Err(RejectReason::Role);
        }
        if self.open_invite(&key).is_some() {
            return Err(RejectReason::Invitation);
        }
        let RecordContext { author, record, made_at: _ } = self.context;
        self.delta.invites.insert(key, Some(Invite { role, expires_at, record, author }));
        Ok(())
    }

    fn revoke(&mut self, by: MemberRole, key: &SignPublicKey) -> Result<(), RejectReason> {
        let invite = self.open_invite(key).ok_or(RejectReason::Invitation)?;
        if !by.may_administer(invite.role) {
            return Err(RejectReason::Role);
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
    ) -> Result<(), RejectReason> {
        if !by.may_administer(role) {
            return Err(RejectReason::Role);
        }
        let account = identity.account_id();
        if self.member(&account).is_some() {
            return Err(RejectReason::Member);
        }
        // Accounts added and removed again by this record count as seen too.
        if let Some(seen) = self.delta.seen.get(&account).or_else(|| self.base.seen.get(&account)) {
            let generation = identity.certificate.generation;
            let older = generation < seen.generation;
            let other = generation == seen.generation && identity.hash != seen.certificate;
            if older || other {
                return Err(RejectReason::Certificate);
            }
        }
        if let Some(accept) = accept {
            self.consume(accept, role)?;
        }
        self.require_root_for(role);
        self.record_identity(identity);
        self.delta.members.insert(account, Some(Member { role, identity: identity.clone() }));
        Ok(())
    }

    /// Marks an invitation as used.
    fn consume(&mut self, accept: &Accept, role: MemberRole) -> Result<(), RejectReason> {
        let invite = self.open_invite(&accept.invite).ok_or(RejectReason::Invitation)?;
        let as_agreed = accept.genesis_hash == self.base.genesis_hash
            && accept.invite_record == invite.record
            && accept.role == invite.role
            && role >= accept.role
            && self.context.made_at <= invite.expires_at;
        if !as_agreed {
            return Err(RejectReason::Invitation);
        }
        self.delta.invites.insert(accept.invite, None);
        Ok(())
    }

    fn change_role(
        &mut self,
        by: MemberRole,
        account: AccountId,
        role: MemberRole,
    ) -> Result<(), RejectReason> {
        let member = self.member(&account).ok_or(RejectReason::Member)?.clone();
        if !by.may_administer(member.role) || !by.may_administer(role) {
            return Err(RejectReason::Role);
        }
        if member.role == role {
            return Err(RejectReason::Member);
        }
        self.require_root_for(member.role);
        self.require_root_for(role);
        self.drop_invites_of(&account, |invited| !role.may_administer(invited));
        self.delta.members.insert(account, Some(Member { role, ..member }));
        Ok(())
    }

    fn remove(&mut self, by: MemberRole, account: AccountId) -> Result<(), RejectReason> {
        // Authors use `Leave`: they cannot begin the epoch that excludes them.
        if account == self.context.author {
            return Err(RejectReason::Member);
        }
        let role = self.member(&account).ok_or(RejectReason::Member)?.role;
        if !by.may_administer(role) {
            return Err(RejectReason::Role);
        }
        self.require_root_for(role);
        self.drop_invites_of(&account, |_| true);
        self.delta.members.insert(account, None);
        Ok(())
    }

    fn leave(&mut self, role: MemberRole) -> Result<(), RejectReason> {
        let account = self.context.author;
        self.require_root_for(role);
        self.drop_invites_of(&account, |_| true);
        self.delta.members.insert(account, None);
        self.delta.epoch_due = true;
        Ok(())
    }

    fn begin_epoch(&mut self, by: MemberRole, epoch: &EpochOp) -> Result<(), RejectReason> {
        if !by.may_rotate() {
            return Err(RejectReason::Role);
        }
        let current = self.base.epoch();
        let follows = current.checked_add(1) == Some(epoch.epoch);
        let linked = (1..=current).contains(&epoch.back_to) && epoch.back.len() == BACK_LEN;
        if !follows || !linked {
            return Err(RejectReason::Epoch);
        }
        self.delta.epoch = Some(epoch.clone());
        Ok(())
    }

    fn renew(&mut self, identity: &VerifiedIdentity) -> Result<(), RejectReason> {
        let account = self.context.author;
        let member = self.member(&account).ok_or(RejectReason::Author)?.clone();
        // The caller has checked that the new key signed the record; the certificate proves the root's
        // consent.
        let newer = identity.certificate.generation > member.certificate().generation;
        if identity.account_id() != account || !newer {
            return Err(RejectReason::Certificate);
        }
        if identity.certificate.predecessor == Predecessor::Compromised {
            self.delta.epoch_due = true;
            self.drop_invites_of(&account, |_| true);
        }
        self.record_identity(identity);
        self.delta.members.insert(account, Some(Member { identity: identity.clone(), ..member }));
        Ok(())
    }

    fn policy(&mut self, by: MemberRole, keep_days: u32) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        if (1..MIN_KEEP_DAYS).contains(&keep_days) {
            return Err(RejectReason::Policy);
        }
        self.delta.keep_days = Some(keep_days);
        Ok(())
    }

    fn purge(
        &mut self,
        by: MemberRole,
        item_id: ItemId,
        before_seq: u64,
        history: &impl LogHistory,
    ) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        // The current revision cannot be purged.
        let current = history.current(&item_id).ok_or(RejectReason::Purge)?;
        let purged =
            self.delta.purged.get(&item_id).copied().unwrap_or_else(|| self.base.purged_before(&item_id));
        if before_seq <= purged || before_seq > current.seq {
            return Err(RejectReason::Purge);
        }
        self.delta.purged.insert(item_id, before_seq);
        Ok(())
    }

    fn adopt(
        &mut self,
        by: MemberRole,
        seq: u64,
        root: Root,
        history: &impl LogHistory,
    ) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        if seq == 0 || history.root_at(seq) != Some(root) {
            return Err(RejectReason::Adopt);
        }
        self.delta.adoptions.push(Adoption {
            author: self.context.author,
            entry: history.seq() + 1,
            seq,
            root,
        });
        Ok(())
    }

    fn raise_format(&mut self, by: MemberRole, format: u32) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        if format <= self.delta.format.unwrap_or(self.base.format) {
            return Err(RejectReason::Policy);
        }
        self.delta.format = Some(format);
        Ok(())
    }

    fn close(&mut self, by: MemberRole) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        self.delta.closed = true;
        Ok(())
    }

    fn require_factor(&mut self, by: MemberRole, second_factor: bool) -> Result<(), RejectReason> {
        self.owner_with_root(by)?;
        if second_factor == self.delta.second_factor.unwrap_or(self.base.second_factor) {
            return Err(RejectReason::Policy);
        }
        self.delta.second_factor = Some(second_factor);
        Ok(())
    }

    fn finish(self) -> Result<(Delta, RootSignature), RejectReason> {
        let Self { base, context: _, delta, root } = self;
        // Only a record that concerns an owner can remove the last one.
        if root == RootSignature::Needed && !has_owner(base, &delta.members) {
            return Err(RejectReason::LastOwner);
        }
        if len_after(&base.members, &delta.members) > Roster::MAX_MEMBERS
            || len_after(&base.invites, &delta.invites) > Roster::MAX_INVITES
        {
            return Err(RejectReason::TooMany);
        }
        Ok((delta, root))
    }

    /// Records an identity as seen, for as long as the vault exists.
    fn record_identity(&mut self, identity: &VerifiedIdentity) {
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

    /// Closes those invitations of an account that it may no longer issue.
    fn drop_invites_of(&mut self, account: &AccountId, closed: impl Fn(MemberRole) -> bool) {
        let keys: Vec<_> = self.base.invites.keys().chain(self.delta.invites.keys()).copied().collect();
        for key in keys {
            if self.open_invite(&key).is_some_and(|invite| invite.author == *account && closed(invite.role)) {
                self.delta.invites.insert(key, None);
            }
        }
    }

    /// Requires the root's signature for changes that concern an owner.
    fn require_root_for(&mut self, role: MemberRole) {
        if role == MemberRole::Owner {
            self.root = RootSignature::Needed;
        }
    }

    fn owner_with_root(&mut self, by: MemberRole) -> Result<(), RejectReason> {
        if by != MemberRole::Owner {
            return Err(RejectReason::Role);
        }
        self.root = RootSignature::Needed;
        Ok(())
    }
}

/// Returns whether the changed roster has an owner.
fn has_owner(base: &Roster, changed: &BTreeMap<AccountId, Option<Member>>) -> bool {
    let owner = |member: &Member| member.role == MemberRole::Owner;
    changed.values().flatten().any(owner)
        || base.members.iter().any(|(account, member)| !changed.contains_key(account) && owner(member))
}

/// Returns the number of entries after the changes.
fn len_after<K: Ord, V>(base: &BTreeMap<K, V>, changed: &BTreeMap<K, Option<V>>) -> usize {
    let added = changed.iter().filter(|(key, value)| value.is_some() && !base.contains_key(key)).count();
    let removed = changed.iter().filter(|(key, value)| value.is_none() && base.contains_key(key)).count();
    base.len() + added - removed
}
