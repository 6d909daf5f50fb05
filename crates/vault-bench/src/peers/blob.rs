//! The search index stored as one sealed blob that is written at lock: an alternative that the engine does not use.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use vault_engine::clock::Timestamp;
use vault_engine::item::ItemType;
use vault_engine::search::{Entry, Index, ItemState, words};
use vault_wire::VaultId;

use super::database;
use crate::{
    items::Samples,
    result::Result,
    table::{Table, Timing},
};

/// Measures writing and reading the blob of `count` items.
pub fn measure(count: usize, table: &mut Table) -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("blob.db");
    let cipher = XChaCha20Poly1305::new((&[7; 32]).into());
    let nonce = XNonce::from([9; 24]);
    let plain = plain(count);
    let about = Payload { msg: &plain, aad: b"the head of the log" };
    let db = database::open(&path)?;
    db.execute_batch("CREATE TABLE sealed (number INTEGER PRIMARY KEY, blob BLOB) STRICT")?;
    let ((), written) = Timing::of(|| {
        let sealed = cipher.encrypt(&nonce, about).map_err(|_| "sealing failed")?;
        db.execute("INSERT OR REPLACE INTO sealed VALUES (1, ?1)", [&sealed])?;
        Ok(())
    })?;
    db.close().map_err(|(_, error)| error)?;
    // Opened again, so that no page is cached, as after unlocking.
    let db = database::open(&path)?;
    let (opened, read) = Timing::of(|| {
        let sealed: Vec<u8> = db.query_row("SELECT blob FROM sealed", [], |row| row.get(0))?;
        let about = Payload { msg: &sealed, aad: b"the head of the log" };
        Ok(cipher.decrypt(&nonce, about).map_err(|_| "opening failed")?)
    })?;
    let (index, built) = Timing::of(|| fill(&opened))?;
    if index.len() != count {
        return Err("the blob does not contain every item".into());
    }
    let name = |what: &str| format!("{count} items, one sealed blob: {what}");
    table.add(name("sealed and written, each lock"), format!("{written}; {} KiB", plain.len() >> 10), None);
    table.add(name("read and opened"), read.to_string(), None);
    table.add(name("index built from it"), built.to_string(), None);
    Ok(())
}

/// Encodes the index entries, each text with its length before it.
fn plain(count: usize) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut numbers = Samples::new();
    for number in 0..count {
        let item = numbers.login(number);
        let tags: Vec<&str> = item.tags.iter().map(String::as_str).collect();
        plain.extend_from_slice(&(number as u128).to_le_bytes());
        plain.extend_from_slice(&item.modified_at.0.to_le_bytes());
        for text in [item.title.as_str(), &words(&item), &tags.join("\u{1e}")] {
            plain.extend_from_slice(&u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
            plain.extend_from_slice(text.as_bytes());
        }
    }
    plain
}

fn fill(mut rest: &[u8]) -> Result<Index> {
    const SHORT: &str = "the blob ends early";
    let mut index = Index::default();
    while !rest.is_empty() {
        let (id, after) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
        let (at, mut after) = after.split_first_chunk::<8>().ok_or(SHORT)?;
        let mut texts = [""; 3];
        for text in &mut texts {
            let (length, bytes) = after.split_first_chunk::<4>().ok_or(SHORT)?;
            let (bytes, left) = bytes.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(SHORT)?;
            *text = std::str::from_utf8(bytes)?;
            after = left;
        }
        let [title, words, tags] = texts;
        let tags: Vec<String> = tags.split('\u{1e}').map(str::to_owned).collect();
        let at = Timestamp(u64::from_le_bytes(*at));
        index.put(&Entry {
            key: u32::try_from(u128::from_le_bytes(*id))?,
            vault: VaultId::from_bytes([1; 16]),
            item_type: ItemType::Login,
            place: ItemState::Listed,
            title,
            words,
            tags: &tags,
            folder: None,
            favourite: false,
            has_code: false,
            has_attachments: false,
            edited_in_two_places: false,
            has_warning: false,
            created_at: at,
            modified_at: at,
            used_at: None,
        });
        rest = after;
    }
    Ok(index)
}
