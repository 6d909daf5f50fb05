//! Pages of a log.

use vault_wire::VaultId;
use vault_wire::invitation::InvitationReading;
use vault_wire::log::Head as LogHead;
use vault_wire::message::{Bodies, LogPage, LogQuery, LogRange, MAX_PAGE_BYTES, RANGE_ENTRIES, VaultHead};

use super::access::Reader;
use super::{Caller, LogError, Logs, entries};
use crate::store::{Sql, StoreError, VaultKey, View};
use crate::values;

/// Lengths of entries. `$4` chooses the bodies: 0 none, 1 those of current revisions, 2 all.
const LENGTHS: Sql<VaultKey> = Sql::new(
    "SELECT length(e.content), CASE WHEN $4 = 2 OR ($4 = 1 AND i.seq = e.seq) THEN length(e.body) END
     FROM entry e LEFT JOIN item_head i ON i.vault_id = e.vault_id AND i.item_id = e.item_id
     WHERE e.vault_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3",
);
/// The entries themselves, with the same bodies.
const ENTRIES: Sql<VaultKey> = Sql::new(
    "SELECT e.content, e.signatures, e.body_hash,
       CASE WHEN $4 = 2 OR ($4 = 1 AND i.seq = e.seq) THEN e.body END
     FROM entry e LEFT JOIN item_head i ON i.vault_id = e.vault_id AND i.item_id = e.item_id
     WHERE e.vault_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3",
);

/// What an entry has besides content and body: heads of arrays and strings, body hash, signatures.
const ENTRY_FRAME: u64 = 192;
/// What a page has besides its entries.
const PAGE_FRAME: u64 = 128;

impl Logs {
    /// The head of a vault, for members and those invited.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn head(
        &self,
        caller: &Caller,
        invitation: Option<&InvitationReading>,
        vault: VaultId,
    ) -> Result<VaultHead, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            let (head, _) = self.reader(&view, caller, invitation).await?;
            Ok::<_, LogError>(head.message(vault))
        });
        read.await
    }

    /// The entries after a number, for members, and without bodies for those invited: as many as were asked for, the server
    /// allows and a message has room for, and at least one if there is one.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn page(
        &self,
        caller: &Caller,
        invitation: Option<&InvitationReading>,
        vault: VaultId,
        query: &LogQuery,
    ) -> Result<LogPage, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            let (head, reader) = self.reader(&view, caller, invitation).await?;
            if reader == Reader::Invited && query.bodies != Bodies::None {
                return Err(LogError::Forbidden);
            }
            Ok::<_, LogError>(self.read_page(&view, head.log_head(), query).await?)
        });
        match read.await {
            Err(LogError::NotFound) if query.bodies == Bodies::None => {
                self.last_page(caller, vault, query).await
            }
            page => page,
        }
    }

    /// The same for an account that is no member any more, up to the record by which it ceased to be one: from it the account
    /// learns of its removal. The head of the page is that record.
    async fn last_page(
        &self,
        caller: &Caller,
        vault: VaultId,
        query: &LogQuery,
    ) -> Result<LogPage, LogError> {
        let last = self.left_at(caller.account, vault).await?.ok_or(LogError::NotFound)?;
        let read = self.store.vault(vault).read(|view| async move {
            let root = entries::roots(&view, &[last]).await?.into_iter().next();
            let (seq, root) = root.ok_or(LogError::NotFound)?;
            let limit = query.limit.min(last.saturating_sub(query.after));
            let query = LogQuery { limit, ..*query };
            Ok::<_, LogError>(self.read_page(&view, LogHead { seq, root }, &query).await?)
        });
        read.await
    }

    /// A full range of the log without bodies, for members and those invited.
    ///
    /// # Errors
    /// [`LogError::NotFound`] before it is full; see [`LogError`].
    pub async fn range(
        &self,
        caller: &Caller,
        invitation: Option<&InvitationReading>,
        vault: VaultId,
        index: u64,
    ) -> Result<LogRange, LogError> {
        let mut range = LogRange { vault_id: vault, index, entries: Vec::new() };
        let after = range.after().ok_or(LogError::NotFound)?;
        let read = self.store.vault(vault).read(|view| async move {
            let (head, _) = self.reader(&view, caller, invitation).await?;
            if head.seq.saturating_sub(after) < RANGE_ENTRIES {
                return Err(LogError::NotFound);
            }
            for row in view.query(&ENTRIES, values![after, RANGE_ENTRIES, 0_u32]).await? {
                range.entries.push(entries::from_row(&row, 0)?);
            }
            Ok(range)
        });
        read.await
    }

    async fn read_page(
        &self,
        view: &View<VaultKey>,
        head: LogHead,
        query: &LogQuery,
    ) -> Result<LogPage, StoreError> {
        let LogQuery { after, limit, bodies } = *query;
        let mut page = LogPage {
            vault_id: view.key().0,
            after,
            entries: Vec::new(),
            head_seq: head.seq,
            head_root: head.root,
        };
        if after >= head.seq {
            return Ok(page);
        }
        let limit = limit.min(self.limits.page_entries);
        let bodies: u32 = match bodies {
            Bodies::None => 0,
            Bodies::Live => 1,
            Bodies::All => 2,
        };
        let lengths = view.query(&LENGTHS, values![after, limit, bodies]).await?;
        let mut bytes = PAGE_FRAME;
        let mut fit = 0_u64;
        for row in &lengths {
            let body: Option<u64> = row.get(1)?;
            bytes += ENTRY_FRAME + row.get::<u64>(0)? + body.unwrap_or(0);
            if bytes > MAX_PAGE_BYTES as u64 {
                break;
            }
            fit += 1;
        }
        for row in view.query(&ENTRIES, values![after, fit, bodies]).await? {
            page.entries.push(entries::from_row(&row, 0)?);
        }
        Ok(page)
    }
}
