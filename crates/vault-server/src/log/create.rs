//! New vaults.

use std::sync::Arc;

use vault_wire::log::{Head as LogHead, Named, empty_root, next_root};
use vault_wire::message::{LogEntry, VaultHead};
use vault_wire::roster::{Genesis, Roster, SignedRecord};

use super::head::Head;
use super::history::History;
use super::state::State;
use super::{Caller, LogError, Logs, effects, entries};
use crate::store::{Sql, Tx, VaultKey};
use crate::values;

const FIRST: Sql<VaultKey> =
    Sql::new("SELECT content, signatures, body_hash, body FROM entry WHERE vault_id = $1 AND seq = $2");

impl Logs {
    /// Creates a vault by its genesis record, whose author the caller is. The same record again changes nothing.
    ///
    /// # Errors
    /// [`LogError::Refused`] if it is no genesis record, [`LogError::Forbidden`] if it is another account's,
    /// [`LogError::Exists`] if the vault has another one.
    pub async fn create(&self, caller: &Caller, entry: &LogEntry) -> Result<VaultHead, LogError> {
        let LogEntry::Record(record) = entry else { return Err(LogError::Malformed) };
        let genesis = Genesis::verify(record, None).map_err(|_| LogError::Refused(None))?;
        if genesis.certificate.account_id() != caller.account {
            return Err(LogError::Forbidden);
        }
        let vault = genesis.vault_id;
        let roster = Roster::from_genesis(&genesis).map_err(|_| LogError::Refused(None))?;
        let roster = Arc::new(roster);
        let create = self.store.vault(vault).run(|tx| {
            let roster = roster.clone();
            async move {
                match Head::lock(&tx).await? {
                    Some(head) => existing(&tx, entry).await.map(|()| head),
                    None => insert(&tx, caller, record, entry, roster).await,
                }
            }
        });
        let head = create.await?;
        // What fails here is applied later.
        let _ = self.apply_news(vault).await;
        Ok(head.message(vault))
    }
}

/// Accepts the record that the vault was created by.
async fn existing(tx: &Tx<VaultKey>, entry: &LogEntry) -> Result<(), LogError> {
    let row = tx.first(&FIRST, values![1_u64]).await?.ok_or(LogError::NotFound)?;
    if entries::from_row(&row, 0)? == *entry { Ok(()) } else { Err(LogError::Exists) }
}

async fn insert(
    tx: &Tx<VaultKey>,
    caller: &Caller,
    record: &SignedRecord,
    entry: &LogEntry,
    roster: Arc<Roster>,
) -> Result<Head, LogError> {
    let vault = tx.key().0;
    let empty = LogHead { seq: 0, root: empty_root(&vault) };
    let root = next_root(&empty.root, 1, &record.entry_hash(), &record.signatures());
    let head = Head {
        seq: 1,
        root,
        record_seq: 1,
        record: *roster.last_record(),
        epoch: roster.epoch(),
        format: 1,
        closed_at: None,
        factor: false,
        payer: caller.account,
        used: 0,
        granted: 0,
    };
    let history = History::load(tx, empty, &Named::default()).await?;
    let state = State::of_genesis(history, roster, entry, root);
    effects::write(tx, &head, None, &state, 0, caller).await?;
    head.insert(tx).await?;
    Ok(head)
}
