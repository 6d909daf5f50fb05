//! The content of a directory, read from the log and kept until it changes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::Connection;
use vault_wire::cbor::Canonical;
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::{MemberRole, Roster};
use vault_wire::{AccountId, EntryHash, ItemId, RevHash, VaultId};

use super::content::{Content, Group, MemberState, TeamPolicy, TeamVault};
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::sharing::cards;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::vault::Vault;

/// An item of a directory at its last revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: ItemId,
    pub(super) entry_key: i64,
    pub(super) revision: RevHash,
}

/// What a directory says. Items by others than owners and managers count as none, and so does a policy that is not by an
/// owner.
pub(crate) struct Directory {
    pub(super) id: VaultId,
    pub(super) groups: BTreeMap<ItemId, (Row, Group)>,
    pub(super) vaults: BTreeMap<VaultId, (Row, AccountId, TeamVault)>,
    /// The states of members that are not active.
    pub(super) states: BTreeMap<AccountId, MemberState>,
    pub(super) state_rows: BTreeMap<AccountId, Row>,
    pub(super) policy: TeamPolicy,
    pub(super) policy_row: Option<Row>,
}

/// Who is in a vault by what the directory says.
#[derive(Default)]
pub(super) struct Wanted {
    /// The accounts that are to be members.
    pub(super) roles: BTreeMap<AccountId, MemberRole>,
    /// The accounts that are not to be members any more.
    pub(super) ended: BTreeSet<AccountId>,
}

/// By what a directory is kept: the number of its items, the last entry among them, and the state of its roster.
type Stamp = (i64, i64, EntryHash);

/// Directories that were read.
#[derive(Default)]
pub(crate) struct Directories(RefCell<BTreeMap<i64, (Stamp, Arc<Directory>)>>);

impl Directory {
    fn read(session: &Session, vault: &Vault) -> Result<Self, SessionError> {
        let mut directory = Self {
            id: vault.id,
            groups: BTreeMap::new(),
            vaults: BTreeMap::new(),
            states: BTreeMap::new(),
            state_rows: BTreeMap::new(),
            policy: TeamPolicy::default(),
            policy_row: None,
        };
        let mut find = session.db.prepare_cached(
            "SELECT item_id, entry_key, revision, author FROM directory_item WHERE vault_key = ?1 ORDER BY item_id",
        )?;
        let mut rows = find.query([vault.vault_key])?;
        while let Some(row) = rows.next()? {
            let author = AccountId::from_bytes(row.get(3)?);
            let row = Row {
                id: ItemId::from_bytes(row.get(0)?),
                entry_key: row.get(1)?,
                revision: RevHash::from_bytes(row.get(2)?),
            };
            if !cards::counts(&vault.roster, &author, None, false) {
                continue;
            }
            let stored = StoredRevision::of_entry(&session.db, row.entry_key)?;
            // One that cannot be read says nothing, as in every list.
            let Ok(item) = stored.open_quickly(&session.vaults, row.id) else { continue };
            let Some(content) = Content::of(&item) else { continue };
            let is_owner = cards::role_of(&vault.roster, &author) == Some(MemberRole::Owner);
            directory.add(row, author, is_owner, content);
        }
        Ok(directory)
    }

    fn add(&mut self, row: Row, author: AccountId, is_owner: bool, content: Content) {
        match content {
            Content::Group(group) => drop(self.groups.insert(row.id, (row, group))),
            Content::Vault(vault) => {
                self.vaults.entry(vault.vault).or_insert((row, author, vault));
            }
            Content::Member(account, state) => {
                let known = self.states.entry(account).or_default();
                if state >= *known {
                    *known = state;
                    self.state_rows.insert(account, row);
                }
            }
            Content::Policy(policy) if is_owner => {
                self.policy = self.policy.and(policy);
                self.policy_row.get_or_insert(row);
            }
            Content::Policy(_) => {}
        }
    }

    /// Returns whether an account works in the team.
    pub(super) fn state(&self, account: &AccountId) -> MemberState {
        self.states.get(account).copied().unwrap_or_default()
    }

    /// Returns who is in a vault by its groups and the accounts that it names, among the members of the team in `roster`.
    pub(super) fn wanted(&self, vault: &TeamVault, roster: &Roster) -> Wanted {
        let mut wanted = Wanted::default();
        let works = |account: &AccountId| {
            roster.member(account).is_some() && self.state(account) == MemberState::Active
        };
        for (id, role) in &vault.groups {
            let Some((_, group)) = self.groups.get(id) else { continue };
            wanted.ended.extend(group.accounts.iter().chain(&group.former));
            let Some(role) = role else { continue };
            for account in group.given().filter(|account| works(account)) {
                wanted.give(account, *role);
            }
        }
        for (account, role) in &vault.accounts {
            wanted.ended.insert(*account);
            if let Some(role) = role.filter(|_| works(account)) {
                wanted.give(account, role);
            }
        }
        let ended = self.states.iter().filter(|(_, state)| **state != MemberState::Active);
        wanted.ended.extend(ended.map(|(account, _)| account));
        wanted.ended.retain(|account| !wanted.roles.contains_key(account));
        wanted
    }
}

impl Wanted {
    /// Gives an account a role, or leaves it a higher one.
    fn give(&mut self, account: &AccountId, role: MemberRole) {
        let known = self.roles.entry(*account).or_insert(role);
        *known = role.min(*known);
    }
}

impl Session {
    /// Returns the directories that this account is a member of.
    pub(crate) fn directories(&self) -> Result<Vec<Arc<Directory>>, SessionError> {
        let mut find =
            self.db.prepare_cached("SELECT DISTINCT vault_key FROM card_team JOIN card USING (item_id)")?;
        let keys = find.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        drop(find);
        let mut all = Vec::new();
        for vault in keys.iter().filter_map(|key| self.vaults.get(*key).ok()) {
            all.extend(self.directory_of(vault)?);
        }
        Ok(all)
    }

    /// Returns what a vault says as a directory; `None` if it is none, or this account is no member of it.
    pub(crate) fn directory_of(&self, vault: &Vault) -> Result<Option<Arc<Directory>>, SessionError> {
        let is_member = vault.role_of(&self.vaults.author.account).is_some();
        if !is_member || cards::team_of(&self.db, vault)? != Some(vault.id) {
            return Ok(None);
        }
        let stamp = stamp(&self.db, vault)?;
        if let Some((known, directory)) = self.directories.0.borrow().get(&vault.vault_key)
            && *known == stamp
        {
            return Ok(Some(directory.clone()));
        }
        let directory = Arc::new(Directory::read(self, vault)?);
        self.directories.0.borrow_mut().insert(vault.vault_key, (stamp, directory.clone()));
        Ok(Some(directory))
    }

    /// Returns the directory whose groups a vault's members follow: the vault names it, and it names the vault.
    pub(crate) fn team_of(&self, vault: &Vault) -> Result<Option<Arc<Directory>>, SessionError> {
        let Some(team) = cards::team_of(&self.db, vault)?.filter(|team| *team != vault.id) else {
            return Ok(None);
        };
        let Ok(directory) = self.vaults.find(team) else { return Ok(None) };
        let directory = self.directory_of(directory)?;
        Ok(directory.filter(|directory| {
            directory.vaults.get(&vault.id).is_some_and(|(_, _, named)| named.genesis == vault.genesis)
        }))
    }
}

fn stamp(db: &Connection, vault: &Vault) -> Result<Stamp, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT count(*), coalesce(max(entry_key), 0) FROM directory_item WHERE vault_key = ?1",
    )?;
    let (count, last) = find.query_row([vault.vault_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((count, last, *vault.roster.last_record()))
}

impl Transaction<'_> {
    /// Stores that a revision is an item of a directory; none any more, if it is not.
    pub(crate) fn show_directory_item(
        &self,
        vault_key: i64,
        id: ItemId,
        (entry_key, revision): (i64, RevHash),
        item: Option<&Item>,
    ) -> Result<(), SessionError> {
        if item.and_then(Content::of).is_none() {
            self.db
                .prepare_cached("DELETE FROM directory_item WHERE item_id = ?1")?
                .execute([id.as_bytes()])?;
            return Ok(());
        }
        let stored = StoredRevision::of_entry(&self.db, entry_key)?;
        let header =
            RevisionHeader::decode(&stored.signed.header).map_err(|_| SessionError::DatabaseDamaged)?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO directory_item (item_id, vault_key, entry_key, revision, author)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((id.as_bytes(), vault_key, entry_key, revision.as_bytes(), header.author.as_bytes()))?;
        Ok(())
    }
}
