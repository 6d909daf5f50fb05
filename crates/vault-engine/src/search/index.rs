//! The index: inserts, updates and removes rows.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;
use vault_wire::VaultId;

use super::arena::Arena;
use super::bitmap_index::BitmapIndex;
use super::fold::{fold_into, spelled};
use super::row::{Facts, Row, marks};
use super::{ENTRY, Entry, ItemState, PART, PART_BYTES};
use crate::clock::Timestamp;

/// Number of dead rows before the index is compacted.
const DEAD: usize = 1_024;
/// Number of parts of a row's text: title, names, hosts, labels, tags, other spellings, folder.
const PARTS: usize = 7;

/// The index of one open profile. Its text is zeroized on drop.
#[derive(Default)]
pub struct Index {
    pub(crate) text: Arena,
    pub(crate) facts: Vec<Facts>,
    pub(crate) bitmaps: BitmapIndex,
    rows: HashMap<u32, u32>,
    /// The vaults of the items; there are few.
    vaults: Vec<VaultId>,
}

impl Index {
    /// Returns the number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Inserts or replaces an item.
    pub fn put(&mut self, entry: &Entry<'_>) {
        self.remove(entry.key);
        let (text, [title, _, _, labels, _, searched, end]) = row_text(entry);
        let text = zeroize::Zeroizing::new(text);
        let at = |offset: usize| u32::try_from(self.text.len() + offset);
        // An item beyond 4 GiB of text is not indexed; it is still listed.
        let vault = self.vaults.iter().position(|known| *known == entry.vault).unwrap_or(self.vaults.len());
        let (Ok(start), Ok(title), Ok(tags), Ok(searched), Ok(end), Ok(row), Ok(vault)) = (
            at(0),
            at(title),
            at(labels + 1),
            at(searched),
            at(end),
            u32::try_from(self.facts.len()),
            u16::try_from(vault),
        ) else {
            return;
        };
        if self.vaults.len() == usize::from(vault) {
            self.vaults.push(entry.vault);
        }
        self.text.push(&text);
        if self.facts.len() == self.facts.capacity() {
            // Doubling would leave up to half of it unused.
            self.facts.reserve_exact(self.facts.len() / 8 + 64);
        }
        let mark = |set, mark| if set { mark } else { 0 };
        self.facts.push(Facts {
            start,
            title,
            tags,
            text: searched,
            end,
            key: entry.key,
            vault,
            created_at: entry.created_at.0,
            modified_at: entry.modified_at.0,
            used_at: entry.used_at.map_or(0, |at| at.0),
            item_type: entry.item_type,
            place: entry.place,
            marks: mark(entry.favourite, marks::FAVOURITE)
                | mark(entry.has_code, marks::CODE)
                | mark(entry.has_attachments, marks::ATTACHMENTS)
                | mark(entry.edited_in_two_places, marks::CONFLICT)
                | mark(entry.has_warning, marks::WARNING),
            alive: true,
        });
        self.mark(row as usize);
        self.rows.insert(entry.key, row);
    }

    /// Removes an item, if it exists.
    pub fn remove(&mut self, key: u32) {
        let Some(row) = self.rows.remove(&key) else { return };
        if let Some(facts) = self.facts.get_mut(row as usize) {
            facts.alive = false;
        }
        self.bitmaps.unlist(row as usize);
        let dead = self.facts.len() - self.rows.len();
        if dead > DEAD && dead > self.rows.len() / 4 {
            self.compact();
        }
    }

    /// Records the last use of an item, if it exists.
    pub fn used(&mut self, key: u32, at: Timestamp) {
        let row = self.rows.get(&key).and_then(|row| self.facts.get_mut(*row as usize));
        if let Some(facts) = row {
            facts.used_at = at.0;
        }
    }

    /// Returns when an item was last used, if known.
    #[must_use]
    pub fn used_at(&self, key: u32) -> Option<Timestamp> {
        let facts = self.rows.get(&key).and_then(|row| self.facts.get(*row as usize))?;
        (facts.used_at > 0).then_some(Timestamp(facts.used_at))
    }

    pub(crate) fn row(&self, row: u32) -> Option<Row<'_>> {
        let facts = self.facts.get(row as usize).filter(|facts| facts.alive)?;
        Some(Row { text: &self.text, vaults: &self.vaults, facts })
    }

    /// Sets the bits of a row.
    fn mark(&mut self, row: usize) {
        if let Some(Facts { start, title, text, place, .. }) = self.facts.get(row) {
            let (title, other) = (self.text.slice(*start, *title), self.text.slice(*title, *text));
            self.bitmaps.put(row, *place == ItemState::Listed, title, other);
        }
    }

    /// Compacts the index: removes dead rows and their text.
    fn compact(&mut self) {
        let mut old = std::mem::take(self);
        self.vaults = std::mem::take(&mut old.vaults);
        for mut facts in old.facts.into_iter().filter(|facts| facts.alive) {
            let (Ok(start), Ok(row)) = (u32::try_from(self.text.len()), u32::try_from(self.facts.len()))
            else {
                return;
            };
            self.text.push(old.text.slice(facts.start, facts.end));
            let moved = facts.start - start;
            for place in
                [&mut facts.start, &mut facts.title, &mut facts.tags, &mut facts.text, &mut facts.end]
            {
                *place -= moved;
            }
            self.rows.insert(facts.key, row);
            self.facts.push(facts);
            self.mark(row as usize);
        }
    }
}

/// Returns the folded text of a row and the end offset of each part.
fn row_text(entry: &Entry<'_>) -> (Vec<u8>, [usize; PARTS]) {
    let mut words = entry.words.split(PART);
    let mut listed = || words.next().unwrap_or_default().split(ENTRY).collect::<Vec<_>>();
    let (names, hosts, labels) = (listed(), listed(), listed());
    let tags: Vec<&str> = entry.tags.iter().map(String::as_str).collect();
    let parts = [vec![entry.title], names, hosts, labels, tags];
    let room = entry.title.len() + entry.words.len() + entry.folder.map_or(0, str::len) + PARTS;
    // Folding can lengthen a text, but rarely beyond twice its length. A reallocated buffer is zeroized by the
    // application's allocator.
    let mut text = Vec::with_capacity(room * 2 + entry.tags.iter().map(|tag| tag.len() + 1).sum::<usize>());
    let mut ends = [0; PARTS];
    let words = parts.iter().flatten().flat_map(|value| value.split(is_between_words));
    let spellings: Vec<Vec<u8>> = words.filter_map(spelled).collect();
    let spellings = spellings.iter().filter_map(|word| std::str::from_utf8(word).ok()).collect();
    let rest = [spellings, vec![entry.folder.unwrap_or_default()]];
    for (number, (part, end)) in parts.iter().chain(&rest).zip(&mut ends).enumerate() {
        if number > 0 {
            text.push(PART as u8);
        }
        push_part(&mut text, part);
        *end = text.len();
    }
    (text, ends)
}

/// Appends the entries of a part that fit within [`PART_BYTES`].
fn push_part(text: &mut Vec<u8>, part: &[&str]) {
    let start = text.len();
    for (number, value) in part.iter().enumerate() {
        if number > 0 {
            text.push(ENTRY as u8);
        }
        let value = value.get(..value.floor_char_boundary(PART_BYTES)).unwrap_or_default();
        if text.len() - start + value.len() <= PART_BYTES {
            fold_into(text, value);
        }
    }
}

/// Returns whether a character separates words. Combining marks are part of the letter before them.
fn is_between_words(c: char) -> bool {
    !c.is_alphanumeric() && !is_combining_mark(c)
}
