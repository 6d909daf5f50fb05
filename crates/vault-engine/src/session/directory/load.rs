//! The content of a directory, read from the log and kept until it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use vault_wire::cbor::Canonical;
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, ItemId, RevHash};

use super::consents::ConsentPins;
use super::content::{Content, TeamPolicy};
use super::model::{Directory, Row, Stamp};
use super::recovery::RecoveryContent;
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::authority;
use crate::session::vaults::vault::Vault;

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
            guardians: None,
            cards: BTreeMap::new(),
            releases: Vec::new(),
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
            if !authority::counts(&vault.roster, &author, None, false) {
                continue;
            }
            let stored = StoredRevision::of_entry(&session.db, row.entry_key)?;
            // One that cannot be read says nothing, as in every list.
            let Ok(item) = stored.open_quickly(&session.vaults, row.id) else { continue };
            let Some(content) = Content::of(&item) else { continue };
            let is_owner = authority::role_of(&vault.roster, &author) == Some(MemberRole::Owner);
            directory.add(row, author, is_owner, content);
        }
        Ok(directory)
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
        if !is_member || authority::team_of(&self.db, vault)? != Some(vault.id) {
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
        let Some(team) = authority::team_of(&self.db, vault)?.filter(|team| *team != vault.id) else {
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
        let content = item.and_then(Content::of);
        if let Some(Content::Recovery(RecoveryContent::Card(card))) = &content {
            ConsentPins::raise(&self.db, &card.account, card.pin())?;
        }
        if content.is_none() {
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
