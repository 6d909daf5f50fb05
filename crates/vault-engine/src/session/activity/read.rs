//! Reading a log, or the events, from its end.

use std::collections::VecDeque;

use rusqlite::OptionalExtension;
use vault_wire::cbor::Canonical;
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, ItemId};

use super::event::Event;
use super::kinds::{Activity, ActivityFilter, ActivityGroup, ActivityKind, BATCH};
use super::log;
use crate::clock::Timestamp;
use crate::session::directory::released_account;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::time;
use crate::session::sharing::cards;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// Where reading goes on.
pub(super) enum Reader {
    /// The log of a vault, before an entry.
    Log { vault_key: i64, before: u64 },
    /// The events, before one.
    Events { before: i64 },
}

impl Reader {
    pub(super) fn of_vault(vault: &Vault) -> Self {
        Self::Log { vault_key: vault.vault_key, before: vault.head.seq.saturating_add(1) }
    }

    pub(super) const fn of_events() -> Self {
        Self::Events { before: i64::MAX }
    }

    /// Reads the next part and adds what matches. Returns whether it was the last.
    pub(super) fn read(
        &mut self,
        session: &Session,
        filter: &ActivityFilter,
        found: &mut VecDeque<Activity>,
    ) -> Result<bool, SessionError> {
        match self {
            Self::Log { vault_key, before } => {
                // The vault may have been removed meanwhile.
                let Ok(vault) = session.vaults.get(*vault_key) else { return Ok(true) };
                let rows = rows(session, *vault_key, *before)?;
                let Some(last) = rows.last() else { return Ok(true) };
                *before = last.seq;
                let is_over = rows.len() < BATCH;
                for row in &rows {
                    found.extend(row.activities(session, vault, filter)?);
                }
                Ok(is_over)
            }
            Self::Events { before } => {
                let (events, last) = log::before(&session.db, *before, BATCH)?;
                let Some(last) = last else { return Ok(true) };
                *before = last;
                let matches = |event: &&Event| {
                    in_time(filter, event.at) && filter.vault.is_none_or(|vault| event.vault == Some(vault))
                };
                for event in events.iter().filter(matches) {
                    found.push_back(session.activity_of(event)?);
                }
                Ok(false)
            }
        }
    }
}

/// An entry.
struct Row {
    seq: u64,
    item: Option<ItemId>,
    header: Vec<u8>,
    written_at: Timestamp,
    entry_key: i64,
}

fn rows(session: &Session, vault_key: i64, before: u64) -> Result<Vec<Row>, SessionError> {
    let mut find = session.db.prepare_cached(
        "SELECT seq, item_id, header, written_at, entry_key FROM entry
         WHERE vault_key = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let rows = find.query_map((vault_key, time(before), limit), |row| {
        Ok(Row {
            seq: row.get(0)?,
            item: row.get::<_, Option<[u8; 16]>>(1)?.map(ItemId::from_bytes),
            header: row.get(2)?,
            written_at: Timestamp(row.get(3)?),
            entry_key: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn in_time(filter: &ActivityFilter, at: Timestamp) -> bool {
    filter.since.is_none_or(|since| since <= at) && filter.until.is_none_or(|until| at < until)
}

impl Row {
    fn activities(
        &self,
        session: &Session,
        vault: &Vault,
        filter: &ActivityFilter,
    ) -> Result<Vec<Activity>, SessionError> {
        // Nothing was made after it was received.
        if filter.since.is_some_and(|since| self.written_at < since) {
            return Ok(Vec::new());
        }
        let of_items = filter.group.is_none_or(|group| group == ActivityGroup::Items);
        let of_members = filter.group.is_none_or(|group| group == ActivityGroup::Members);
        if let Some(item) = self.item.filter(|_| of_members)
            && let Some(released) = self.of_release(session, vault, filter, item)?
        {
            return Ok(vec![released]);
        }
        match self.item {
            Some(item) if of_items => Ok(self.of_item(session, vault, filter, item)?.into_iter().collect()),
            None if of_members => self.of_record(session, vault, filter),
            _ => Ok(Vec::new()),
        }
    }

    fn of_item(
        &self,
        session: &Session,
        vault: &Vault,
        filter: &ActivityFilter,
        item: ItemId,
    ) -> Result<Option<Activity>, SessionError> {
        let header = RevisionHeader::decode(&self.header).map_err(|_| SessionError::DatabaseDamaged)?;
        if filter.author.is_some_and(|author| author != header.author) {
            return Ok(None);
        }
        let title = session.title_of(item)?;
        let opened = match header.kind {
            RevisionKind::Tombstone => None,
            RevisionKind::Put => {
                let stored = StoredRevision::of_entry(&session.db, self.entry_key)?;
                stored.open_quickly(&session.vaults, item).ok()
            }
        };
        if opened.as_ref().is_some_and(|item| item.type_of_programs().is_some()) {
            return Ok(None);
        }
        let at = opened.as_ref().map_or(self.written_at, |item| item.modified_at.min(self.written_at));
        if !in_time(filter, at) {
            return Ok(None);
        }
        Ok(Some(Activity {
            at,
            kind: match (header.kind, header.parent) {
                (RevisionKind::Tombstone, _) => ActivityKind::ItemDeleted,
                (RevisionKind::Put, None) => ActivityKind::ItemCreated,
                (RevisionKind::Put, Some(_)) => ActivityKind::ItemChanged,
            },
            author: session.author_name(vault, &header.author)?,
            device: opened.map(|item| item.device).unwrap_or_default(),
            vault: Some(vault.id),
            item: Some(item),
            title,
            member: None,
            role: None,
            count: 1,
        }))
    }

    /// Returns the release of a share: an item of a directory.
    fn of_release(
        &self,
        session: &Session,
        vault: &Vault,
        filter: &ActivityFilter,
        item: ItemId,
    ) -> Result<Option<Activity>, SessionError> {
        if session.directory_of(vault)?.is_none() {
            return Ok(None);
        }
        let header = RevisionHeader::decode(&self.header).map_err(|_| SessionError::DatabaseDamaged)?;
        let by_other = filter.author.is_some_and(|author| author != header.author);
        if by_other || header.kind == RevisionKind::Tombstone {
            return Ok(None);
        }
        let stored = StoredRevision::of_entry(&session.db, self.entry_key)?;
        let Ok(opened) = stored.open_quickly(&session.vaults, item) else { return Ok(None) };
        let at = opened.modified_at.min(self.written_at);
        let Some(account) = released_account(&opened).filter(|_| in_time(filter, at)) else {
            return Ok(None);
        };
        Ok(Some(Activity {
            at,
            kind: ActivityKind::ShareReleased,
            author: session.author_name(vault, &header.author)?,
            device: opened.device,
            vault: Some(vault.id),
            item: None,
            title: None,
            member: Some(session.name_in(vault, &account)?),
            role: None,
            count: 0,
        }))
    }

    fn of_record(
        &self,
        session: &Session,
        vault: &Vault,
        filter: &ActivityFilter,
    ) -> Result<Vec<Activity>, SessionError> {
        // Of a newer program, or a revision without effect.
        let Ok(record) = Record::decode(&self.header) else { return Ok(Vec::new()) };
        let at = Timestamp(record.made_at).min(self.written_at);
        if filter.author.is_some_and(|author| author != record.author) || !in_time(filter, at) {
            return Ok(Vec::new());
        }
        let mut status = session.db.prepare_cached("SELECT 1 FROM entry_status WHERE entry_key = ?1")?;
        if status.exists([self.entry_key])? {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for op in record.ops.iter().rev() {
            let (kind, member, role) = described(op);
            all.push(Activity {
                at,
                kind,
                author: session.author_name(vault, &record.author)?,
                device: String::new(),
                vault: Some(vault.id),
                item: None,
                title: None,
                member: member.map(|account| session.name_in(vault, &account)).transpose()?,
                role,
                count: 0,
            });
        }
        Ok(all)
    }
}

/// What an operation does, to which account, and the role that it gives.
fn described(op: &Op) -> (ActivityKind, Option<AccountId>, Option<MemberRole>) {
    match op {
        Op::Genesis { .. } => (ActivityKind::Founded, None, None),
        Op::Invite { role, .. } => (ActivityKind::Invited, None, Some(*role)),
        Op::Revoke { .. } => (ActivityKind::InvitationWithdrawn, None, None),
        Op::Add { certificate, role, .. } => {
            let account = certificate.verify().ok().map(|certificate| certificate.account_id());
            (ActivityKind::MemberAdded, account, Some(*role))
        }
        Op::Role { account, role } => (ActivityKind::RoleChanged, Some(*account), Some(*role)),
        Op::Remove { account } => (ActivityKind::MemberRemoved, Some(*account), None),
        Op::Leave => (ActivityKind::MemberLeft, None, None),
        Op::Epoch(_) => (ActivityKind::NewKey, None, None),
        Op::Certificate { .. } => (ActivityKind::NewIdentity, None, None),
        Op::Close => (ActivityKind::Closed, None, None),
        _ => (ActivityKind::RuleChanged, None, None),
    }
}

impl Session {
    /// Returns the present title of an item, if it exists and has a view.
    pub(super) fn title_of(&self, item: ItemId) -> Result<Option<String>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT title FROM item WHERE item_id = ?1")?;
        Ok(find.query_row([item.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// Returns the name of an account in a vault, or the first digits of the account.
    fn name_in(&self, vault: &Vault, account: &AccountId) -> Result<String, SessionError> {
        let name = cards::name_of(&self.db, vault.vault_key, &vault.roster, account)?;
        Ok(name.unwrap_or_else(|| account.to_string().chars().take(8).collect()))
    }

    /// The same for an author, but nothing for this account.
    fn author_name(&self, vault: &Vault, author: &AccountId) -> Result<Option<String>, SessionError> {
        if *author == self.vaults.author.account { Ok(None) } else { self.name_in(vault, author).map(Some) }
    }
}
