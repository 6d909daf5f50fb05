//! The examination of items, one at a time.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use vault_wire::ItemId;
use zeroize::Zeroizing;

use super::breach::{Prefix, Range};
use super::report::{Breached, Finding, Issue, Missing, Report};
use super::{expiry, sites};
use crate::clock::Timestamp;
use crate::item::{Field, Item, ItemType, Role, hosts};
use crate::strength::weak_score;

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

/// The thresholds of a health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Days after which an unchanged password is old; `None` for never.
    pub old_after: Option<u32>,
    /// Days before the expiry from which an item expires soon.
    pub soon: u32,
    /// Whether to search for breached passwords. If not, no prefixes are computed.
    pub breached: bool,
}

impl Default for Settings {
    /// Three years, 30 days, and no search for breached passwords.
    fn default() -> Self {
        Self { old_after: Some(3 * 365), soon: 30, breached: false }
    }
}

/// A keyed digest of one run. It shows whether two texts are equal, and nothing else after the key is zeroized.
type Digest = [u8; 16];

/// The digests of an examined password.
struct PasswordDigest {
    password: Digest,
    account: Digest,
    item: ItemId,
}

/// A health check of the items of a profile.
pub struct Analyzer {
    settings: Settings,
    now: Timestamp,
    key: Zeroizing<[u8; 32]>,
    examined: u32,
    unreadable: u32,
    findings: Vec<Finding>,
    passwords: Vec<PasswordDigest>,
    contents: Vec<(Digest, ItemId)>,
    /// The items by the query for their passwords, if breached passwords are searched.
    prefixes: BTreeMap<Prefix, Vec<ItemId>>,
    /// Number of items without a response for their passwords.
    unknown: u32,
}

impl Analyzer {
    /// Starts a run with a new random key.
    #[must_use]
    pub fn new(settings: Settings, now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *key);
        Self {
            settings,
            now,
            key,
            examined: 0,
            unreadable: 0,
            findings: Vec::new(),
            passwords: Vec::new(),
            contents: Vec::new(),
            prefixes: BTreeMap::new(),
            unknown: 0,
        }
    }

    /// Examines an item.
    pub fn look(&mut self, id: ItemId, item: &Item) {
        // Templates are incomplete on purpose.
        if item.flags.template {
            return;
        }
        self.examined = self.examined.saturating_add(1);
        let hosts = hosts(item);
        for password in passwords(item) {
            self.password(id, item, &hosts, password);
        }
        let mut found = Vec::new();
        found.extend(expiry::issue(item, self.now, self.settings.soon));
        found.extend(is_unencrypted(item).then_some(Issue::Unencrypted));
        found.extend(lacks_code(item, &hosts).then_some(Issue::NoCode));
        found.extend(missing(item).map(|missing| Issue::Incomplete { missing }));
        self.findings.extend(found.into_iter().map(|issue| Finding { item: id, issue }));
        if item.item_type != ItemType::Document && item.attachments.is_empty() {
            let digest = self.content(item, &hosts);
            self.contents.push((digest, id));
        }
    }

    /// Counts an item that cannot be decrypted.
    pub fn skip(&mut self) {
        self.examined = self.examined.saturating_add(1);
        self.unreadable = self.unreadable.saturating_add(1);
    }

    fn password(&mut self, id: ItemId, item: &Item, hosts: &[String], field: &Field) {
        let password = field.value.expose();
        let username = item.value(Role::Username).unwrap_or_default();
        let words: Vec<&str> =
            [username, item.title.as_str()].into_iter().chain(hosts.iter().map(String::as_str)).collect();
        if let Some(score) = weak_score(password, &words) {
            self.findings.push(Finding { item: id, issue: Issue::Weak { score } });
        }
        let since =
            field.history.first().and_then(|past| past.replaced_at.known()).unwrap_or(item.created_at);
        let days = u32::try_from(self.now.0.saturating_sub(since.0) / DAY).unwrap_or(u32::MAX);
        if self.settings.old_after.is_some_and(|limit| days > limit) {
            self.findings.push(Finding { item: id, issue: Issue::Old { days } });
        }
        let account = self.content(item, hosts);
        self.passwords.push(PasswordDigest {
            password: self.digest(["password", password].into_iter()),
            account,
            item: id,
        });
        if self.settings.breached {
            let items = self.prefixes.entry(Prefix::of(password)).or_default();
            if items.last() != Some(&id) {
                items.push(id);
            }
        }
    }

    fn digest<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Digest {
        // HMAC accepts keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_slice()) else {
            return Digest::default();
        };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let mut digest = Digest::default();
        digest.iter_mut().zip(mac.finalize().into_bytes()).for_each(|(to, from)| *to = from);
        digest
    }

    /// Returns a digest by which duplicates are found: of the account for a login, otherwise of all typed texts.
    fn content(&self, item: &Item, hosts: &[String]) -> Digest {
        let value = |role| item.value(role).unwrap_or_default();
        if item.item_type == ItemType::Login && !(hosts.is_empty() && value(Role::Username).is_empty()) {
            let mut hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
            hosts.sort_unstable();
            let login = [value(Role::Username), value(Role::Password), value(Role::Code)];
            return self.digest(["account"].into_iter().chain(login).chain(hosts));
        }
        let number = (item.item_type as u8).to_string();
        let fields = item.fields.iter().flat_map(|field| [field.label.as_str(), field.value.expose()]);
        let head = ["item", &number, &item.title, item.notes.expose()];
        self.digest(head.into_iter().chain(item.urls.iter().map(String::as_str)).chain(fields))
    }

    /// Returns the next query about breached passwords, or `None` if none is left.
    #[must_use]
    pub fn next_prefix(&self) -> Option<Prefix> {
        self.prefixes.first_key_value().map(|(prefix, _)| *prefix)
    }

    /// Returns the number of remaining queries about breached passwords.
    #[must_use]
    pub fn prefixes_left(&self) -> usize {
        self.prefixes.len()
    }

    /// Removes a query and returns the items with such passwords, to be decrypted again one at a time and passed to
    /// [`Analyzer::compare`].
    pub fn pop_prefix(&mut self, prefix: Prefix) -> Vec<ItemId> {
        self.prefixes.remove(&prefix).unwrap_or_default()
    }

    /// Looks up an item's passwords in a response.
    pub fn compare(&mut self, id: ItemId, item: &Item, prefix: Prefix, range: &Range) {
        let times = passwords(item)
            .map(|field| field.value.expose())
            .filter(|password| Prefix::of(password) == prefix)
            .map(|password| range.times(password))
            .max();
        if let Some(times) = times.filter(|times| *times > 0) {
            self.findings.push(Finding { item: id, issue: Issue::Breached { times } });
        }
    }

    /// Records that there was no response for the passwords of `items` items.
    pub fn record_unavailable(&mut self, items: usize) {
        self.unknown = self.unknown.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
    }

    /// Returns all stored digests.
    #[cfg(test)]
    pub(super) fn digests(&self) -> Vec<[u8; 16]> {
        let seen = self.passwords.iter().flat_map(|seen| [seen.password, seen.account]);
        seen.chain(self.contents.iter().map(|(digest, _)| *digest)).collect()
    }

    /// Ends the run and drops its digests and key.
    #[must_use]
    pub fn finish(self) -> Report {
        let Self {
            settings, examined, unreadable, mut findings, passwords, contents, prefixes, unknown, ..
        } = self;
        findings.extend(reused(passwords));
        findings.extend(duplicates(contents));
        let left = prefixes.values().map(Vec::len).sum::<usize>();
        let unknown = unknown.saturating_add(u32::try_from(left).unwrap_or(u32::MAX));
        let breached = match (settings.breached, unknown) {
            (false, _) => Breached::Off,
            (true, 0) => Breached::Checked,
            (true, unknown) => Breached::Incomplete { unknown },
        };
        Report::new(examined, unreadable, breached, findings)
    }
}

/// Returns the non-empty passwords of an item.
fn passwords(item: &Item) -> impl Iterator<Item = &Field> {
    item.fields.iter().filter(|field| field.role == Some(Role::Password) && !field.value.is_empty())
}

/// Returns a finding for each item whose password is used for different accounts. Items with the same account are
/// duplicates instead.
fn reused(mut passwords: Vec<PasswordDigest>) -> Vec<Finding> {
    passwords.sort_by_key(|seen| (seen.password, seen.account, seen.item));
    let groups = passwords.chunk_by(|one, other| one.password == other.password);
    let different = |group: &&[PasswordDigest]| {
        group.iter().any(|seen| Some(seen.account) != group.first().map(|first| first.account))
    };
    groups
        .filter(different)
        .flat_map(|group| {
            let others = u32::try_from(group.len() - 1).unwrap_or(u32::MAX);
            group.iter().map(move |seen| Finding { item: seen.item, issue: Issue::Reused { others } })
        })
        .collect()
}

fn duplicates(mut contents: Vec<(Digest, ItemId)>) -> Vec<Finding> {
    contents.sort_unstable();
    let groups = contents.chunk_by(|(one, _), (other, _)| one == other);
    groups
        .filter(|group| group.len() > 1)
        .flat_map(|group| {
            let others = u32::try_from(group.len() - 1).unwrap_or(u32::MAX);
            group.iter().map(move |(_, item)| Finding { item: *item, issue: Issue::Duplicate { others } })
        })
        .collect()
}

fn is_unencrypted(item: &Item) -> bool {
    item.urls.iter().any(|url| sites::is_unencrypted(url))
}

fn lacks_code(item: &Item, hosts: &[String]) -> bool {
    let password = item.value(Role::Password).is_some() && item.passkeys.is_empty();
    let code =
        item.fields.iter().any(|field| field.kind == crate::item::FieldKind::Code && !field.value.is_empty());
    item.item_type == ItemType::Login
        && password
        && !code
        && hosts.iter().any(|host| sites::offers_codes(host))
}

fn missing(item: &Item) -> Option<Missing> {
    if item.item_type != ItemType::Login {
        return None;
    }
    if !item.passkeys.is_empty() {
        return None;
    }
    if item.value(Role::Password).is_none() {
        Some(Missing::Password)
    } else if item.value(Role::Username).is_none() {
        Some(Missing::Username)
    } else if item.urls.is_empty() {
        Some(Missing::Address)
    } else {
        None
    }
}
