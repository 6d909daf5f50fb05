//! Under which epochs the present secrets of an item were sealed.

use rusqlite::Connection;
use vault_crypto::SecretText;
use vault_otp::Code;
use vault_wire::cbor::Canonical;
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{ItemId, RevHash};

use crate::clock::Timestamp;
use crate::item::{Field, FieldKind, Item, ItemType};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::vaults::vault::Vaults;

/// The most dangerous content of an item that somebody knows, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// A password.
    Password,
    /// A private key, a passkey or a key for an API.
    Key,
    /// A payment card or a bank account.
    Card,
    /// The secret of one-time codes.
    Code,
    /// Another concealed value.
    Other,
    /// A file.
    Document,
    /// A text.
    Note,
}

/// What the revisions of an item say of its present secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exposure {
    pub(super) kind: SecretKind,
    /// The first epoch under which any revision was sealed.
    pub(super) first_epoch: u32,
    /// The first epoch under which a revision with one of the present secrets was sealed.
    pub(super) known_since: Option<u32>,
    /// The first epoch of a revision whose content is not here.
    pub(super) missing_since: Option<u32>,
    /// Since when all of its secrets are others than before; `None` if nothing says so.
    pub(super) set_at: Option<Timestamp>,
    /// The numbers of its entries.
    pub(super) written: Vec<u64>,
}

impl Exposure {
    /// Returns whether somebody knows one of the present secrets who had the keys up to an epoch, and left at a time.
    pub(super) fn is_known_by(&self, epoch: u32, left_at: Timestamp) -> bool {
        let until = |since: Option<u32>| since.is_some_and(|since| since <= epoch);
        until(self.known_since) || (until(self.missing_since) && self.set_at.is_none_or(|at| at <= left_at))
    }
}

/// Returns the exposure of an item with this current revision; `None` if it has nothing that can be changed, or does not
/// open.
pub(super) fn of(
    db: &Connection,
    vaults: &Vaults,
    vault_key: i64,
    id: ItemId,
    current: &RevHash,
) -> Result<Option<Exposure>, SessionError> {
    let Ok(item) = StoredRevision::of_hash(db, id, *current)?.open_quickly(vaults, id) else {
        return Ok(None);
    };
    let Some(kind) = kind_of(&item) else { return Ok(None) };
    let (mut known_since, mut missing_since) = (None, None);
    let (mut first_epoch, mut written) = (u32::MAX, Vec::new());
    let sql = [
        "SELECT ",
        StoredRevision::COLUMNS,
        ", seq FROM entry INDEXED BY entry_of_item WHERE item_id = ?1 AND vault_key = ?2 ORDER BY seq",
    ]
    .concat();
    let mut find = db.prepare_cached(&sql)?;
    let mut rows = find.query((id.as_bytes(), vault_key))?;
    while let Some(row) = rows.next()? {
        let stored = StoredRevision::read(row)?;
        let header = RevisionHeader::decode(&stored.signed.header);
        let header = header.map_err(|_| SessionError::DatabaseDamaged)?;
        written.push(row.get(StoredRevision::WIDTH)?);
        if header.kind != RevisionKind::Put {
            continue;
        }
        first_epoch = first_epoch.min(header.epoch);
        match stored.open_quickly(vaults, id) {
            Ok(earlier) if shares_secret(&item, &earlier) => lower(&mut known_since, header.epoch),
            Ok(_) => {}
            Err(_) => lower(&mut missing_since, header.epoch),
        }
    }
    let set_at = set_at(&item);
    Ok(Some(Exposure { kind, first_epoch, known_since, missing_since, set_at, written }))
}

fn kind_of(item: &Item) -> Option<SecretKind> {
    let is_code = |field: &&Field| field.kind == FieldKind::Code;
    let mut secrets = concealed(item);
    match item.item_type {
        ItemType::Card | ItemType::BankAccount if secrets.next().is_some() => Some(SecretKind::Card),
        ItemType::SshKey | ItemType::ApiCredential if secrets.next().is_some() => Some(SecretKind::Key),
        ItemType::Identity | ItemType::Licence | ItemType::Note | ItemType::Document
            if secrets.next().is_some() =>
        {
            Some(SecretKind::Other)
        }
        _ if secrets.any(|field| !is_code(&field)) => Some(SecretKind::Password),
        _ if !item.passkeys.is_empty() => Some(SecretKind::Key),
        _ if concealed(item).next().is_some() => Some(SecretKind::Code),
        _ if !item.attachments.is_empty() => Some(SecretKind::Document),
        _ if !item.notes.is_empty() => Some(SecretKind::Note),
        _ => None,
    }
}

fn concealed(item: &Item) -> impl Iterator<Item = &Field> {
    item.fields.iter().filter(|field| field.kind.is_concealed() && !field.value.is_empty())
}

/// Returns whether two revisions of an item have a secret in common. Files and texts count if there is nothing else.
fn shares_secret(now: &Item, earlier: &Item) -> bool {
    let values: Vec<SecretText> = concealed(earlier).map(secret_of).collect();
    if concealed(now).any(|field| values.iter().any(|value| value.expose() == secret_of(field).expose())) {
        return true;
    }
    let key = |passkey: &crate::item::Passkey| {
        earlier.passkeys.iter().any(|other| other.private_key.expose() == passkey.private_key.expose())
    };
    if concealed(now).next().is_some() || !now.passkeys.is_empty() {
        return now.passkeys.iter().any(key);
    }
    if !now.attachments.is_empty() {
        return now
            .attachments
            .iter()
            .any(|file| earlier.attachments.iter().any(|other| other.blob_id == file.blob_id));
    }
    now.notes.expose() == earlier.notes.expose()
}

/// The secret part of a value: the counter of a one-time code is none.
fn secret_of(field: &Field) -> SecretText {
    let code = Code::parse(field.value.expose()).ok().filter(|_| field.kind == FieldKind::Code);
    match code.filter(|code| code.counter().is_some()) {
        Some(code) => code.at_counter(0),
        None => field.value.duplicate(),
    }
}

/// Returns the time since which all secrets of an item are others than before, by the earlier values of its fields. There is none
/// if one was never replaced, or returned.
fn set_at(item: &Item) -> Option<Timestamp> {
    let since = |field: &Field| {
        let newest = field.history.first()?.replaced_at.known()?;
        let is_new = field.history.iter().all(|past| past.value.expose() != field.value.expose());
        is_new.then_some(newest)
    };
    let times: Option<Vec<Timestamp>> = concealed(item).map(since).collect();
    times.filter(|_| item.passkeys.is_empty())?.into_iter().min()
}

fn lower(lowest: &mut Option<u32>, epoch: u32) {
    *lowest = Some(lowest.map_or(epoch, |lowest| lowest.min(epoch)));
}
