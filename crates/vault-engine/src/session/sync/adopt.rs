//! The choice between two histories of a vault (`docs/formats/v1.md`, *Equivocation*).
//!
//! The server's log is read from its beginning, without bodies, beside the stored one. If an owner has chosen it, the vault goes
//! back to the last entry that both have. What follows there becomes edits that wait to be sent: they are merged onto the
//! server's log like any others, so nothing that was written on the other history is lost.

use std::collections::BTreeMap;

use vault_crypto::{SecretText, sign_record};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Entry, Head, LogVerifier, RejectReason, Verdict};
use vault_wire::message::{LogEntry, LogPage, PushBatch};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::{Adoption, MemberRole, Op, Record, Roster};
use vault_wire::{ItemId, VaultId};

use super::alarm::Alarm;
use super::error::SyncError;
use super::handed;
use super::judge::{self, Accepted, Common};
use super::show::Content;
use super::status as sync_rows;
use crate::clock::Timestamp;
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::restoring::Restoring;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::{is_tombstone, time};
use crate::session::rows::{blobs, entries};
use crate::session::sharing::{MembersError, joining};
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::past;
use crate::session::vaults::update::{MetadataChange, MetadataUpdate};
use crate::session::vaults::vault::{OutboxState, Vault};

/// The log of a vault as the server shows it now, verified from its beginning.
pub struct OtherHistory {
    vault: VaultId,
    log: LogVerifier,
}

impl OtherHistory {
    /// Returns the number of entries that were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.log.head().seq
    }

    /// Takes in the next page. Returns whether it reaches the end.
    ///
    /// # Errors
    /// [`SyncError::OtherPage`] if it is another page, or does not lead to the head that it states.
    pub fn receive(&mut self, page: &LogPage) -> Result<bool, SyncError> {
        if page.vault_id != self.vault || page.after != self.read() {
            return Err(SyncError::OtherPage);
        }
        let entries: Vec<Entry<'_>> = page.entries.iter().map(LogEntry::as_entry).collect();
        // What has no effect counts in the root.
        let _ = self.log.extend(&entries);
        let ends = page.next().is_none();
        if ends && self.log.head() != (Head { seq: page.head_seq, root: page.head_root }) {
            return Err(SyncError::OtherPage);
        }
        Ok(ends)
    }
}

/// The edits of an item that cannot stay as they were signed.
type Edits = Vec<(i64, Option<Content>, Timestamp)>;

impl Session {
    /// Begins to read the log of a vault as the server shows it.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn other_history(&self, vault: VaultId) -> Result<OtherHistory, SessionError> {
        let vault = self.vaults.find(vault)?;
        let record = entries::genesis(&self.db, vault.vault_key)?;
        let log = LogVerifier::from_genesis(&record, Some(&vault.genesis));
        Ok(OtherHistory { vault: vault.id, log: log.map_err(|_| SessionError::DatabaseDamaged)? })
    }

    /// Returns whether a vault has an alarm.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn has_alarm(&self, vault: VaultId) -> Result<bool, SessionError> {
        Ok(Alarm::read(&self.db, self.vaults.find(vault)?.vault_key)?.is_some())
    }

    /// Returns whether the server's log, which ends with this entry, was compared already and nobody had chosen it.
    #[must_use]
    pub fn was_compared(&self, vault: VaultId, end: Head) -> bool {
        self.compared_ends.get(&vault) == Some(&end)
    }

    /// Makes the record by which this account, as an owner, chooses the history that was read, signed by its root. The alarm may
    /// be another member's.
    ///
    /// # Errors
    /// [`MembersError::Rejected`] if the account is no owner in both histories; [`MembersError::OtherHistory`] if the other one
    /// contradicts itself, or lacks what another device had handed over; [`MembersError::Keys`] for the password.
    pub fn adoption(
        &mut self,
        history: &OtherHistory,
        password: &SecretText,
    ) -> Result<PushBatch, MembersError> {
        self.writable()?;
        let vault = self.vaults.find(history.vault)?;
        let author = self.vaults.author.account;
        let local = self.confirmed_roster(vault, self.settled(vault)?)?;
        for roster in [&local, history.log.roster()] {
            if !is_owner(roster, &author) {
                return Err(MembersError::Rejected(RejectReason::Role));
            }
        }
        if history.log.equivocation().is_some() {
            return Err(MembersError::OtherHistory);
        }
        let root = self.root_of(password)?;
        let Head { seq: base_seq, root: base_root } = history.log.head();
        let record = Record {
            vault_id: history.vault,
            prev: *history.log.roster().last_record(),
            base_seq,
            base_root,
            author,
            generation: self.vaults.author.identity.generation(),
            made_at: self.clock.now().0,
            ops: vec![Op::Adopt { seq: base_seq, root: base_root }],
        };
        let signed = sign_record(&record, &self.vaults.author.identity, Some(&root));
        let mut after = history.log.clone();
        if let Verdict::Rejected(reason) = after.push(Entry::Record(&signed)) {
            return Err(MembersError::Rejected(reason));
        }
        let vault = self.vaults.find(history.vault)?;
        if self.chosen(vault, &after)?.is_none() {
            return Err(MembersError::OtherHistory);
        }
        let batch_id = vault_crypto::make_id(&mut self.rng);
        Ok(PushBatch { batch_id, atomic: false, entries: vec![LogEntry::Record(signed)] })
    }

    /// Follows an owner who chose the history that was read: the alarm of the vault ends, and its log goes back to the last entry
    /// that both have. Returns whether it does.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn follow_adoption(&mut self, history: &OtherHistory) -> Result<bool, SyncError> {
        self.writable()?;
        let vault = self.vaults.find(history.vault)?;
        if Alarm::read(&self.db, vault.vault_key)?.is_none() {
            return Ok(false);
        }
        let common = match history.log.equivocation() {
            None => self.chosen(vault, &history.log)?,
            Some(_) => None,
        };
        let Some((common, _)) = common else {
            self.compared_ends.insert(history.vault, history.log.head());
            return Ok(false);
        };
        let vault_key = vault.vault_key;
        self.go_back(vault_key, common.entries)?;
        Ok(true)
    }

    /// Returns by which choice another history replaces that of a vault, and what both have.
    fn chosen(&self, vault: &Vault, other: &LogVerifier) -> Result<Option<(Common, Adoption)>, SessionError> {
        let invited = joining::expected_head(&self.db, &vault.id)?;
        if invited.is_some_and(|invited| other.root_at(invited.seq) != Some(&invited.root)) {
            return Ok(None);
        }
        let common = self.common(vault, other)?;
        let local = self.confirmed_roster(vault, self.settled(vault)?)?;
        let own = self.vaults.author.account;
        Ok(judge::chosen(&common, other, &local, &own).map(|by| (common, by)))
    }

    /// Returns the last entry that the server has confirmed, at least the first one.
    fn settled(&self, vault: &Vault) -> Result<Head, SessionError> {
        vault.confirmed.map_or_else(|| past::head_at(&self.db, vault.vault_key, 1), Ok)
    }

    fn common(&self, vault: &Vault, other: &LogVerifier) -> Result<Common, SessionError> {
        let vault_key = vault.vault_key;
        let mut accepted = Vec::new();
        for (seq, hash, signatures) in sync_rows::expected(&self.db, vault_key, u64::MAX)? {
            let mut find =
                self.db.prepare_cached("SELECT 1 FROM entry WHERE vault_key = ?1 AND hash = ?2")?;
            let is_item = find.exists((vault_key, hash.as_bytes()))?;
            accepted.push(Accepted { seq, hash, signatures, is_item });
        }
        let handed = handed::head_of(&self.db, &vault.id)?;
        let end = self.settled(vault)?.seq;
        judge::common(end, |seq| past::root_at(&self.db, vault_key, seq), &accepted, handed, other)
    }

    /// Makes all entries of a vault after the first `seq` ones edits that wait to be sent.
    fn go_back(&mut self, vault_key: i64, seq: u64) -> Result<(), SessionError> {
        let fork = past::head_at(&self.db, vault_key, seq)?;
        let vault = self.vaults.get(vault_key)?;
        let roster = self.confirmed_roster(vault, fork)?;
        let lost = self.edits_to_sign(vault_key, fork, roster.epoch())?;
        let is_home = self.vaults.is_home(vault);
        let author = self.vaults.author.clone();
        // What is signed from now on is sealed with a key that both histories have.
        let vault = self.vaults.get_mut(vault_key)?;
        let later_keys = vault.keys.split_off(&roster.epoch().saturating_add(1));
        let before = (std::mem::replace(&mut vault.roster, roster), vault.read_only, vault.outbox);
        (vault.outbox, vault.read_only) = (OutboxState::Behind, vault.why_read_only(&author));
        match self.write(|tx| tx.go_back(vault_key, fork, lost)) {
            Ok(updates) => {
                self.apply_metadata(updates);
                self.undo.clear();
                if is_home {
                    self.vaults_known.set(0);
                    self.pins = Default::default();
                }
                Ok(())
            }
            Err(error) => {
                let vault = self.vaults.get_mut(vault_key)?;
                (vault.roster, vault.read_only, vault.outbox) = before;
                vault.keys.extend(later_keys);
                Err(error)
            }
        }
    }

    /// Opens the edits after a fork of every item of which not all are this account's and sealed with a key of before it.
    fn edits_to_sign(
        &self,
        vault_key: i64,
        fork: Head,
        epoch: u32,
    ) -> Result<BTreeMap<ItemId, Edits>, SessionError> {
        let author = &self.vaults.author;
        let mut after: BTreeMap<ItemId, Vec<(i64, bool)>> = BTreeMap::new();
        let mut to_sign: BTreeMap<ItemId, Edits> = BTreeMap::new();
        let mut find = self.db.prepare_cached(
            "SELECT entry_key, item_id, header FROM entry
             WHERE vault_key = ?1 AND seq > ?2 AND item_id IS NOT NULL ORDER BY seq",
        )?;
        let mut rows = find.query((vault_key, time(fork.seq)))?;
        while let Some(row) = rows.next()? {
            let (entry_key, item) = (row.get(0)?, ItemId::from_bytes(row.get(1)?));
            let bytes: Vec<u8> = row.get(2)?;
            let header = RevisionHeader::decode(&bytes).map_err(|_| SessionError::DatabaseDamaged)?;
            let stays = header.author == author.account
                && header.generation == author.identity.generation()
                && header.epoch <= epoch;
            after.entry(item).or_default().push((entry_key, stays));
        }
        for (item, edits) in after {
            if edits.iter().all(|(_, stays)| *stays) {
                continue;
            }
            let mut opened = Vec::new();
            for (entry_key, _) in edits {
                let stored = StoredRevision::of_entry(&self.db, entry_key)?;
                let content = if is_tombstone(&stored.signed.header) {
                    Some(Content::Tombstone)
                } else {
                    let item = stored.open_quickly(&self.vaults, item).ok();
                    item.map(|item| Content::Item(Box::new(item)))
                };
                opened.push((entry_key, content, stored.written_at));
            }
            to_sign.insert(item, opened);
        }
        Ok(to_sign)
    }
}

impl Transaction<'_> {
    fn go_back(
        &mut self,
        vault_key: i64,
        fork: Head,
        to_sign: BTreeMap<ItemId, Edits>,
    ) -> Result<Vec<MetadataUpdate>, SessionError> {
        let all = self.vaults;
        let vault = all.get(vault_key)?;
        // Views name their entries until they name the new ones.
        self.db.pragma_update(None, "defer_foreign_keys", true)?;
        self.set_heads(vault_key, self.head(vault), fork);
        // Changes of the members on the other history are void.
        self.db.execute(
            "DELETE FROM entry WHERE vault_key = ?1 AND seq > ?2 AND item_id IS NULL",
            (vault_key, time(fork.seq)),
        )?;
        for forget in [
            "DELETE FROM acknowledged WHERE vault_key = ?1",
            "DELETE FROM grant_due WHERE vault_key = ?1",
            "DELETE FROM former WHERE vault_key = ?1",
            "UPDATE roster_change SET sent = NULL WHERE vault_key = ?1",
        ] {
            self.db.execute(forget, [vault_key])?;
        }
        let epoch = vault.roster.epoch();
        self.db.execute("DELETE FROM epoch_key WHERE vault_key = ?1 AND epoch > ?2", (vault_key, epoch))?;
        self.db
            .execute("UPDATE vault SET epoch = min(epoch, ?2) WHERE vault_key = ?1", (vault_key, epoch))?;
        let may_write = vault.writable().is_ok();
        let mut updates = Vec::new();
        for (item, edits) in to_sign {
            updates.extend(self.sign_again(vault_key, fork, item, edits, may_write)?);
        }
        sync_rows::end_push(&self.db, vault_key)?;
        sync_rows::set_outbox(&self.db, vault_key, OutboxState::Behind)?;
        handed::confirm(&self.db, &vault.id)?;
        Restoring::store(&self.db, &vault.id, None)?;
        // The server may have lost documents with the entries.
        blobs::offer_all(&self.db)?;
        Alarm::end(&self.db, vault_key)?;
        self.note(EventKind::HistoryChosen, Some(vault.id), &[])?;
        // Own devices must not expect an entry of the other history.
        if !all.is_home(vault)
            && vault.metadata_row.is_some()
            && !vault.ending
            && all.home()?.writable().is_ok()
        {
            let row = self.put_head(vault, fork)?;
            let change = MetadataChange::Shown(row, vault.appearance.clone());
            updates.push(MetadataUpdate { vault_key, change });
        }
        Ok(updates)
    }

    /// Signs the edits of an item in this account's name. Of an account that cannot write they go: those who made them have
    /// them.
    fn sign_again(
        &mut self,
        vault_key: i64,
        fork: Head,
        item: ItemId,
        edits: Edits,
        may_write: bool,
    ) -> Result<Option<MetadataUpdate>, SessionError> {
        let parent = past::current(&self.db, vault_key, fork.seq, &item)?.map(|current| current.hash);
        let (keys, contents): (Vec<i64>, Vec<_>) = edits
            .into_iter()
            .map(|(key, content, at)| (key, content.filter(|_| may_write).map(|content| (content, at))))
            .unzip();
        let contents = contents.into_iter().flatten().collect();
        let written = self.append_all(vault_key, item, parent, contents)?;
        self.remove_edits(&keys)?;
        match written {
            Some((content, last)) => self.show_again(vault_key, item, last, Some(content)),
            None => self.show_confirmed(vault_key, fork, item),
        }
    }
}

fn is_owner(roster: &Roster, account: &vault_wire::AccountId) -> bool {
    roster.member(account).is_some_and(|member| member.role == MemberRole::Owner)
}
