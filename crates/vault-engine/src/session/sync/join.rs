//! Vaults that a server does not know yet, and vaults that this profile does not have yet.

use std::collections::BTreeMap;

use vault_crypto::{NewVault, make_grant, open_grant};
use vault_wire::grant::Grant;
use vault_wire::message::LogEntry;
use vault_wire::roster::{Genesis, Roster};
use vault_wire::{EntryHash, VaultId};

use super::error::SyncError;
use super::handed;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::{entries, view};
use crate::session::sharing::keys;
use crate::session::state::Session;
use crate::session::vaults::vault::{OutboxState, Vault, insert, insert_unopened};
use crate::session::vaults::vault_metadata::{MetadataRow, VaultMetadata};

/// What creates a vault on a server.
pub struct Founding {
    /// Its genesis record.
    pub entry: LogEntry,
    /// The account's own grant of its first epoch.
    pub grants: Vec<Grant>,
}

/// A vault of the account that this profile does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unjoined {
    /// The vault.
    pub vault: VaultId,
    /// The hash of its genesis record.
    pub genesis: EntryHash,
}

impl Session {
    /// Returns what creates a vault on a server.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn founding(&mut self, vault: VaultId) -> Result<Founding, SessionError> {
        let vault = self.vaults.find(vault)?;
        let vault_key = vault.vault_key;
        let record = entries::genesis(&self.db, vault_key)?;
        let account = self.vaults.author.account;
        // The server knows the member and the epoch of the first record; grants of later ones follow their records.
        let genesis = Genesis::verify(&record, Some(&vault.genesis));
        let first = genesis.ok().and_then(|genesis| Roster::from_genesis(&genesis).ok());
        let first = first.ok_or(SessionError::DatabaseDamaged)?;
        let mut grants = Vec::new();
        if let Some(key) = vault.keys.get(&1).filter(|_| first.member(&account).is_some()) {
            let grant = make_grant(&first, 1, &account, key, &mut self.rng);
            grants.push(grant.map_err(|_| SessionError::DatabaseDamaged)?);
        }
        if vault.roster.epoch() > 1 {
            self.write(|tx| keys::set_due(&tx.db, vault_key, [&account]))?;
        }
        Ok(Founding { entry: LogEntry::Record(record), grants })
    }

    /// Lists the vaults that the home vault names and this profile does not have.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn unjoined(&self) -> Result<Vec<Unjoined>, SessionError> {
        let found = self.unjoined_metadata()?.into_iter();
        Ok(found
            .map(|(_, metadata)| Unjoined { vault: metadata.vault_id, genesis: metadata.genesis })
            .collect())
    }

    /// Adds a vault of the account: `first` is the first entry of its log, `grant` the account's grant of its first
    /// epoch, if it has one. Its log is received afterwards, and then the key if it is still missing.
    ///
    /// # Errors
    /// [`SyncError::OtherPage`] if the entry or the grant is not that of the vault; [`SessionError::NotFound`] if the
    /// home vault does not name it.
    pub fn join(&mut self, vault: VaultId, first: &LogEntry, grant: Option<&Grant>) -> Result<(), SyncError> {
        let named = self.unjoined_metadata()?.into_iter().find(|(_, metadata)| metadata.vault_id == vault);
        let (metadata_row, metadata) = named.ok_or(SessionError::NotFound)?;
        let LogEntry::Record(record) = first else { return Err(SyncError::OtherPage) };
        let genesis = Genesis::verify(record, Some(&metadata.genesis)).map_err(|_| SyncError::OtherPage)?;
        if genesis.vault_id != vault {
            return Err(SyncError::OtherPage);
        }
        let roster = Roster::from_genesis(&genesis).map_err(|_| SyncError::OtherPage)?;
        let author = self.vaults.author.clone();
        // Who joined later is no member by the first record, which alone is here: its key follows with the log.
        let key = match grant.filter(|_| roster.member(&author.account).is_some()) {
            Some(grant) => {
                let key = open_grant(&roster, grant, &author.account, &author.identity);
                Some(key.ok().filter(|_| grant.context.epoch == 1).ok_or(SyncError::OtherPage)?)
            }
            None => None,
        };
        let genesis_hash = metadata.genesis;
        let joined = self.write(|tx| {
            let (vault_key, head, keys) = match key {
                Some(key) => {
                    let sealed = tx.local.seal_vault_key(&vault, 1, &key, tx.rng);
                    let new = NewVault { vault_id: vault, key, record: record.clone(), genesis_hash };
                    let (vault_key, head) = insert(&tx.db, &new, &sealed, tx.now)?;
                    (vault_key, head, [(1, new.key)].into())
                }
                None => {
                    let (vault_key, head) = insert_unopened(&tx.db, &vault, record, tx.now)?;
                    (vault_key, head, BTreeMap::new())
                }
            };
            metadata_row.store(&tx.db, vault)?;
            handed::expect(&tx.db, &vault, None, metadata.head)?;
            let mut vault = Vault {
                vault_key,
                id: vault,
                keys,
                authors: author.alone(),
                read_only: None,
                former: None,
                roster,
                head,
                confirmed: None,
                outbox: OutboxState::Based,
                genesis: genesis_hash,
                metadata_row: Some(metadata_row),
                appearance: metadata.appearance,
                ending: false,
            };
            vault.read_only = vault.why_read_only(&author);
            Ok(vault)
        })?;
        self.vaults.add(joined);
        Ok(())
    }

    fn unjoined_metadata(&self) -> Result<Vec<(MetadataRow, VaultMetadata)>, SessionError> {
        let home = self.vaults.home()?;
        let mut found: Vec<(MetadataRow, VaultMetadata)> = Vec::new();
        let mut all_open = true;
        for (item_id, revision) in view::items_without(&self.db, home.vault_key, self.vaults_known.get())? {
            let stored = StoredRevision::of_hash(&self.db, item_id, revision)?;
            let Ok(item) = stored.open(&self.vaults, item_id) else {
                all_open = false;
                continue;
            };
            let Some(metadata) = VaultMetadata::of(&item) else { continue };
            // One that stays on another computer is added once its metadata says otherwise.
            let is_known = metadata.appearance.only_here
                || self.vaults.knows(metadata.vault_id)
                || found.iter().any(|(_, other)| other.vault_id == metadata.vault_id);
            if !is_known {
                let entry_key = view::entry_of(&self.db, item_id, &revision)?;
                found.push((MetadataRow { item_id, entry_key, revision }, metadata));
            }
        }
        if found.is_empty() && all_open {
            // What others write follows the confirmed entries.
            self.vaults_known.set(home.confirmed.map_or(0, |confirmed| confirmed.seq));
        }
        Ok(found)
    }
}
