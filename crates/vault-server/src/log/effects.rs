//! Writing of accepted entries.

use std::collections::BTreeMap;

use vault_wire::AccountId;
use vault_wire::roster::{Member, Roster};

use super::access::role_number;
use super::head::Head;
use super::state::{Accepted, Changed, State};
use super::{Caller, answers, audited, compaction, documents, entries, outbox};
use crate::store::{Sql, StoreError, Tx, VaultKey};
use crate::values;

const RECORD: Sql<VaultKey> =
    Sql::new("INSERT INTO roster_entry (vault_id, seq, base_seq) VALUES ($1, $2, $3)");
const ITEM: Sql<VaultKey> = Sql::new(
    "INSERT INTO item_head (vault_id, item_id, seq, rev_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, item_id) DO UPDATE SET seq = excluded.seq, rev_hash = excluded.rev_hash",
);
const SET_MEMBER: Sql<VaultKey> = Sql::new(
    "INSERT INTO member (vault_id, account_id, role, generation) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, account_id) DO UPDATE SET role = excluded.role, generation = excluded.generation",
);
const REMOVE_MEMBER: Sql<VaultKey> = Sql::new("DELETE FROM member WHERE vault_id = $1 AND account_id = $2");

/// Writes the accepted entries of `after` and everything that follows from them. `before` is the roster that `head`
/// belongs to; `used` are the bytes that the vault has now.
///
/// # Errors
/// See [`StoreError`].
pub async fn write(
    tx: &Tx<VaultKey>,
    head: &Head,
    before: Option<&Roster>,
    after: &State<'_>,
    used: u64,
    caller: &Caller,
) -> Result<Head, StoreError> {
    let at = caller.at;
    let mut items = BTreeMap::new();
    for Accepted { seq, root, entry, change } in after.accepted() {
        let item = match change {
            Changed::Item { item, current, .. } => {
                items.insert(*item, *current);
                Some(*item)
            }
            Changed::Roster(base) => {
                tx.put(&RECORD, values![*seq, *base])?;
                None
            }
        };
        entries::insert(tx, *seq, *root, item, entry)?;
        // A lost entry may come back without its body.
        for document in entries::documents(entry).into_iter().filter(|_| entry.is_complete()) {
            documents::keep(tx, document.blob_id, *seq)?;
        }
    }
    for (item, current) in items {
        tx.put(&ITEM, values![item, current.seq, current.hash])?;
    }
    let roster = after.roster();
    if before.is_none_or(|before| before.last_record() != roster.last_record()) {
        write_roster(tx, before, roster, after.record_seq(), at).await?;
        audited::note_records(tx, after.accepted(), roster, caller).await?;
    }
    compaction::note(tx, after.accepted(), before, roster, at).await?;
    let new = Head {
        seq: after.head().seq,
        root: after.head().root,
        record_seq: after.record_seq(),
        record: *roster.last_record(),
        epoch: roster.epoch(),
        format: roster.format(),
        closed_at: roster.is_closed().then(|| head.closed_at.unwrap_or(at)),
        factor: roster.requires_second_factor(),
        used,
        ..*head
    };
    Ok(new)
}

/// Writes the differences of two rosters.
async fn write_roster(
    tx: &Tx<VaultKey>,
    before: Option<&Roster>,
    after: &Roster,
    seq: u64,
    at: u64,
) -> Result<(), StoreError> {
    let old = |account: &AccountId| before.and_then(|before| before.member(account));
    let same =
        |a: &Member, b: &Member| a.role == b.role && a.certificate().generation == b.certificate().generation;
    for (account, member) in after.members() {
        if old(account).is_some_and(|old| same(old, member)) {
            continue;
        }
        let role = role_number(member.role);
        tx.put(&SET_MEMBER, values![account, role, member.certificate().generation])?;
        outbox::write(tx, account, seq, Some(member.role), at).await?;
        answers::delete_of_account(tx, account).await?;
    }
    for (account, _) in before.into_iter().flat_map(Roster::members) {
        if after.member(account).is_none() {
            tx.put(&REMOVE_MEMBER, values![account])?;
            outbox::write(tx, account, seq, None, at).await?;
        }
    }
    for (key, _) in before.into_iter().flat_map(Roster::invites) {
        if after.invite(key).is_none() {
            answers::delete_of_invitation(tx, key).await?;
        }
    }
    Ok(())
}
