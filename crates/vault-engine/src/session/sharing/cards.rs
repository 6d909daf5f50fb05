//! Cards: items of programs in a shared vault that name the vault and its members.
//!
//! The payloads are those of items of types 65 and 69; see `docs/formats/item-payload.md`. Who wrote a card is the author of
//! its last revision: a member names itself, an owner or manager the vault and members that they confirmed.

use minicbor::bytes::ByteSlice;
use rusqlite::{Connection, OptionalExtension};
use vault_wire::cbor::Canonical;
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::Roster;
use vault_wire::{AccountId, CertificateHash, ItemId, RevHash, VaultId};

use crate::item::{Item, ItemType, MEMBER_CARD, VAULT_CARD, key};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::transaction::Transaction;
use crate::session::vaults::authority::counts;
use crate::session::vaults::vault::Vault;
use crate::session::vaults::vault_metadata::{Appearance, ICON_LIMIT};

const ACCOUNT: u64 = 64;
const CERTIFICATE: u64 = 65;
const OWN_NAME: u64 = 66;
const CONFIRMED_NAME: u64 = 67;
const HUE: u64 = 67;
const ICON: u64 = 68;
const TEAM: u64 = 70;

/// The longest name of a member, in bytes.
pub(crate) const NAME_LIMIT: usize = 128;

/// The content of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Card {
    /// Names a member.
    Member {
        account: AccountId,
        /// The certificate that the writer had seen.
        certificate: CertificateHash,
        /// Whether the member wrote it itself; else an owner or manager confirmed the name.
        is_own: bool,
        name: String,
    },
    /// Names the vault, and the directory whose groups its members follow: itself for a directory.
    Vault { name: String, hue: Option<u16>, icon: String, team: Option<VaultId> },
}

impl Card {
    /// Reads a card from an item; `None` if it is none.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let entry = |key| item.unknown.entry(key);
        let text = |key| entry(key).and_then(|text| minicbor::decode::<String>(text).ok());
        match item.type_of_programs()? {
            MEMBER_CARD => {
                let (is_own, name) = match (text(OWN_NAME), text(CONFIRMED_NAME)) {
                    (Some(name), None) => (true, name),
                    (None, Some(name)) => (false, name),
                    _ => return None,
                };
                let card = Self::Member {
                    account: AccountId::try_from(bytes(entry(ACCOUNT)?)?).ok()?,
                    certificate: CertificateHash::try_from(bytes(entry(CERTIFICATE)?)?).ok()?,
                    is_own,
                    name,
                };
                card.is_named(NAME_LIMIT).then_some(card)
            }
            VAULT_CARD => {
                let hue =
                    entry(HUE).and_then(|hue| minicbor::decode::<u16>(hue).ok()).filter(|hue| *hue < 360);
                let icon = text(ICON).unwrap_or_default();
                let plain = icon.len() <= ICON_LIMIT
                    && icon
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                let team = match entry(TEAM) {
                    Some(team) => Some(VaultId::try_from(bytes(team)?).ok()?),
                    None => None,
                };
                plain.then(|| Self::Vault { name: item.title.clone(), hue, icon, team })
            }
            _ => None,
        }
    }

    fn is_named(&self, limit: usize) -> bool {
        let (Self::Member { name, .. } | Self::Vault { name, .. }) = self;
        !name.trim().is_empty() && name.len() <= limit
    }

    /// Writes the card into its item. Entries of a newer program are kept.
    fn write(&self, item: &mut Item) {
        match self {
            Self::Member { account, certificate, is_own, name } => {
                let (used, other) =
                    if *is_own { (OWN_NAME, CONFIRMED_NAME) } else { (CONFIRMED_NAME, OWN_NAME) };
                item.unknown.keep(key::item::TYPE, &number(MEMBER_CARD));
                item.unknown.keep(ACCOUNT, &of_bytes(account.as_bytes()));
                item.unknown.keep(CERTIFICATE, &of_bytes(certificate.as_bytes()));
                item.unknown.keep(used, &minicbor::to_vec(name).unwrap_or_default());
                item.unknown.forget(other);
            }
            Self::Vault { name, hue, icon, team } => {
                item.unknown.keep(key::item::TYPE, &number(VAULT_CARD));
                item.title.clone_from(name);
                match hue {
                    Some(hue) => item.unknown.keep(HUE, &number((*hue).into())),
                    None => item.unknown.forget(HUE),
                }
                if icon.is_empty() {
                    item.unknown.forget(ICON);
                } else {
                    item.unknown.keep(ICON, &minicbor::to_vec(icon).unwrap_or_default());
                }
                match team {
                    Some(team) => item.unknown.keep(TEAM, &of_bytes(team.as_bytes())),
                    None => item.unknown.forget(TEAM),
                }
            }
        }
    }

    /// The account that it names, and whether that wrote it itself.
    fn about(&self) -> (Option<&AccountId>, bool) {
        match self {
            Self::Member { account, is_own, .. } => (Some(account), *is_own),
            Self::Vault { .. } => (None, false),
        }
    }
}

fn bytes(cbor: &[u8]) -> Option<&[u8]> {
    minicbor::decode::<&ByteSlice>(cbor).ok().map(|bytes| &**bytes)
}

fn number(value: u64) -> Vec<u8> {
    minicbor::to_vec(value).unwrap_or_default()
}

fn of_bytes(value: &[u8]) -> Vec<u8> {
    minicbor::to_vec(<&ByteSlice>::from(value)).unwrap_or_default()
}

/// Returns the name of a member, by its own card before one that somebody confirmed.
pub(crate) fn name_of(
    db: &Connection,
    vault_key: i64,
    roster: &Roster,
    account: &AccountId,
) -> Result<Option<String>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT author, is_own, name FROM card WHERE vault_key = ?1 AND account_id = ?2
         ORDER BY is_own DESC, entry_key DESC",
    )?;
    let mut rows = find.query((vault_key, account.as_bytes()))?;
    while let Some(row) = rows.next()? {
        let author = AccountId::from_bytes(row.get(0)?);
        if counts(roster, &author, Some(account), row.get(1)?) {
            return Ok(Some(row.get(2)?));
        }
    }
    Ok(None)
}

/// Returns the appearance of a vault: its user's, or that of its card if the user has not named it.
pub(crate) fn shown(db: &Connection, vault: &Vault) -> Result<Appearance, SessionError> {
    let own = &vault.appearance;
    if !own.name.is_empty() {
        return Ok(own.clone());
    }
    let card = appearance_of(db, vault.vault_key, &vault.roster)?;
    Ok(card.map_or_else(
        || own.clone(),
        |card| Appearance { position: own.position, only_here: own.only_here, ..card },
    ))
}

fn appearance_of(
    db: &Connection,
    vault_key: i64,
    roster: &Roster,
) -> Result<Option<Appearance>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT author, name, hue, icon FROM card WHERE vault_key = ?1 AND account_id IS NULL
         ORDER BY entry_key DESC",
    )?;
    let mut rows = find.query([vault_key])?;
    while let Some(row) = rows.next()? {
        if counts(roster, &AccountId::from_bytes(row.get(0)?), None, false) {
            let (name, hue, icon) = (row.get::<_, String>(1)?.into(), row.get(2)?, row.get(3)?);
            return Ok(Some(Appearance { name, hue, icon, ..Appearance::default() }));
        }
    }
    Ok(None)
}

impl Transaction<'_> {
    /// Stores which card a revision is; none any more, if it is no card.
    pub(crate) fn show_card(
        &self,
        vault_key: i64,
        id: ItemId,
        (entry_key, revision): (i64, RevHash),
        item: Option<&Item>,
    ) -> Result<(), SessionError> {
        let Some(card) = item.and_then(Card::of) else {
            self.db.prepare_cached("DELETE FROM card WHERE item_id = ?1")?.execute([id.as_bytes()])?;
            return Ok(());
        };
        let stored = StoredRevision::of_entry(&self.db, entry_key)?;
        let header =
            RevisionHeader::decode(&stored.signed.header).map_err(|_| SessionError::DatabaseDamaged)?;
        let (account, is_own) = card.about();
        let (hue, icon, team) = match &card {
            Card::Vault { hue, icon, team, .. } => (*hue, icon.as_str(), team.as_ref()),
            Card::Member { .. } => (None, "", None),
        };
        let (Card::Member { name, .. } | Card::Vault { name, .. }) = &card;
        let mut put = self.db.prepare_cached(
            "INSERT OR REPLACE INTO card
                 (item_id, vault_key, entry_key, revision, author, account_id, is_own, name, hue, icon)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        put.execute((
            id.as_bytes(),
            vault_key,
            entry_key,
            revision.as_bytes(),
            header.author.as_bytes(),
            account.map(AccountId::as_bytes),
            is_own,
            name,
            hue,
            icon,
        ))?;
        // The row of a former card took that of its team with it.
        if let Some(team) = team {
            self.db
                .prepare_cached("INSERT OR REPLACE INTO card_team (item_id, team) VALUES (?1, ?2)")?
                .execute((id.as_bytes(), team.as_bytes()))?;
        }
        Ok(())
    }

    /// Writes a card of this account into a vault, in place of its former one about the same. One with the same content is
    /// left as it is.
    pub(crate) fn put_card(&mut self, vault_key: i64, card: &Card) -> Result<(), SessionError> {
        let own = self.vaults.author.account;
        let (account, is_own) = card.about();
        let mut find = self.db.prepare_cached(
            "SELECT item_id, entry_key, revision FROM card
             WHERE vault_key = ?1 AND account_id IS ?2 AND is_own = ?3 AND (author = ?4 OR account_id IS NULL)",
        )?;
        let found = find
            .query_row((vault_key, account.map(AccountId::as_bytes), is_own, own.as_bytes()), |row| {
                Ok((ItemId::from_bytes(row.get(0)?), row.get(1)?, RevHash::from_bytes(row.get(2)?)))
            })
            .optional()?;
        drop(find);
        let (id, parent, mut item) = match found {
            Some((id, entry_key, revision)) => {
                let stored = StoredRevision::of_entry(&self.db, entry_key)?;
                (id, Some(revision), stored.open_quickly(self.vaults, id)?)
            }
            None => (vault_crypto::make_id(self.rng), None, Item::new(ItemType::Note, self.now)),
        };
        if Card::of(&item).as_ref() == Some(card) {
            return Ok(());
        }
        card.write(&mut item);
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        let appended = self.append_item(vault_key, id, parent, &item, self.now)?;
        self.show_card(vault_key, id, (appended.entry_key, appended.revision), Some(&item))
    }
}
