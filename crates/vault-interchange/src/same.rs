//! Items of a file that exist already with another content.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, Item, PastValue, Role, hosts};

use crate::{fingerprint::digest_of, limits};

/// What tells that two items are the same one, whatever else differs.
pub struct Identity {
    /// A digest of type, title and user name.
    pub digest: [u8; 32],
    /// Those of its addresses.
    hosts: BTreeSet<String>,
}

impl Identity {
    /// Returns that of an item under the key of one comparison; `None` for an item in the trash, a template, or one without a
    /// title.
    #[must_use]
    pub fn of(item: &Item, key: &[u8; 32]) -> Option<Self> {
        let title = item.title.trim().to_lowercase();
        if title.is_empty() || item.trashed_at.is_some() || item.flags.template {
            return None;
        }
        let user_name = item.value(Role::Username).unwrap_or_default().trim();
        let digest = digest_of(item.item_type, &[&title, user_name], key);
        Some(Self { digest, hosts: hosts(item).into_iter().collect() })
    }

    /// Whether both are of one item: they have a host in common, or one of them has none.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.digest == other.digest
            && (self.hosts.is_empty() || other.hosts.is_empty() || !self.hosts.is_disjoint(&other.hosts))
    }
}

/// Returns an existing item with the values of one from a file. What the file does not have stays; the values that it replaces
/// are in the earlier revision, and secrets among the earlier values of their field too.
#[must_use]
pub fn updated(mut item: Item, new: Item, now: Timestamp) -> Item {
    let Item {
        item_type: _,
        title: _,
        fields,
        urls,
        url_rules,
        passkeys,
        notes,
        tags,
        folder,
        flags,
        created_at,
        modified_at: _,
        trashed_at: _,
        expires,
        device: _,
        attachments,
        superseded,
        unknown: _,
    } = new;
    let known = item.fields.len();
    let mut taken = BTreeSet::new();
    for field in fields {
        let is_it = |(at, old): &(usize, &mut Field)| !taken.contains(at) && is_same_field(old, &field);
        match item.fields.iter_mut().take(known).enumerate().find(is_it) {
            Some((at, old)) => {
                taken.insert(at);
                update_field(old, field, now);
            }
            None => item.fields.push(field),
        }
    }
    for url in urls {
        if !item.urls.contains(&url) {
            item.urls.push(url);
        }
    }
    item.url_rules.extend(url_rules);
    for passkey in passkeys {
        if !item.passkeys.iter().any(|old| old.credential_id == passkey.credential_id) {
            item.passkeys.push(passkey);
        }
    }
    if !notes.is_empty() {
        item.notes = notes;
    }
    item.tags.extend(tags);
    // Where the user put it counts.
    item.folder = item.folder.or(folder);
    item.flags.favourite |= flags.favourite;
    item.flags.reprompt |= flags.reprompt;
    item.created_at = item.created_at.min(created_at);
    item.expires = expires.or(item.expires);
    item.attachments.extend(attachments);
    item.superseded.extend(superseded);
    item
}

/// Whether two fields have one meaning: the role, or of custom ones label and section.
fn is_same_field(old: &Field, new: &Field) -> bool {
    old.role == new.role && (old.role.is_some() || (old.label == new.label && old.section == new.section))
}

fn update_field(old: &mut Field, new: Field, now: Timestamp) {
    let Field { id: _, role: _, label: _, kind, value, section: _, history, unknown: _ } = new;
    for past in history {
        if !old.history.iter().any(|known| known.value.expose() == past.value.expose()) {
            old.history.push(past);
        }
    }
    if !value.is_empty() && value.expose() != old.value.expose() {
        let before = std::mem::replace(&mut old.value, value);
        if old.kind.is_concealed() && !before.is_empty() {
            old.history.push(PastValue { value: before, replaced_at: now });
        }
        old.kind = kind;
    }
    old.history.sort_by_key(|past| Reverse(past.replaced_at));
    old.history.truncate(limits::item::PAST_VALUES);
}
