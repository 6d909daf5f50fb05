//! Looking at items one after the other.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use vault_wire::ItemId;
use zeroize::Zeroizing;

use super::breach::{Prefix, Range};
use super::report::{Finding, Issue, Missing, Report, Stolen};
use super::{expiry, sites};
use crate::clock::Timestamp;
use crate::item::{Field, Item, ItemType, Role, hosts};
use crate::strength::weak_score;

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

/// What counts as an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Days after which an unchanged password is old; none: never.
    pub old_after: Option<u32>,
    /// Days before the end from which something expires soon.
    pub soon: u32,
    /// Whether to look for stolen passwords. Off, nothing is prepared for it either.
    pub stolen: bool,
}

impl Default for Settings {
    /// Three years, 30 days, and off.
    fn default() -> Self {
        Self { old_after: Some(3 * 365), soon: 30, stolen: false }
    }
}

/// A digest under the key of one run: says whether two texts are the same, and nothing else once the key is gone.
type Digest = [u8; 16];

/// What is remembered of a password.
struct Seen {
    password: Digest,
    account: Digest,
    item: ItemId,
}

/// One run over the items of a profile.
pub struct Examiner {
    settings: Settings,
    now: Timestamp,
    key: Zeroizing<[u8; 32]>,
    examined: u32,
    unreadable: u32,
    findings: Vec<Finding>,
    passwords: Vec<Seen>,
    contents: Vec<(Digest, ItemId)>,
    /// Where stolen passwords are looked for: the items by what has to be asked.
    prefixes: BTreeMap<Prefix, Vec<ItemId>>,
    /// Passwords for which there was no answer.
    unknown: u32,
}

impl Examiner {
    /// Begins a run, with a key of its own.
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

    /// Looks at an item.
    pub fn look(&mut self, id: ItemId, item: &Item) {
        // What new items are made from has nothing filled in on purpose.
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

    /// Counts an item that cannot be opened.
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
        let since = field.history.first().map_or(item.created_at, |past| past.replaced_at);
        let days = u32::try_from(self.now.0.saturating_sub(since.0) / DAY).unwrap_or(u32::MAX);
        if self.settings.old_after.is_some_and(|limit| days > limit) {
            self.findings.push(Finding { item: id, issue: Issue::Old { days } });
        }
        let account = self.content(item, hosts);
        self.passwords.push(Seen {
            password: self.digest(["password", password].into_iter()),
            account,
            item: id,
        });
        if self.settings.stolen {
            let items = self.prefixes.entry(Prefix::of(password)).or_default();
            if items.last() != Some(&id) {
                items.push(id);
            }
        }
    }

    fn digest<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Digest {
        // Every key has a length that is allowed.
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

    /// What makes an item the same as another: for a login the account, else all that was typed.
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

    /// What to ask for next about stolen passwords; none when there is nothing to ask.
    #[must_use]
    pub fn next_prefix(&self) -> Option<Prefix> {
        self.prefixes.first_key_value().map(|(prefix, _)| *prefix)
    }

    /// How many questions about stolen passwords are left.
    #[must_use]
    pub fn prefixes_left(&self) -> usize {
        self.prefixes.len()
    }

    /// The items whose passwords begin so, which are to be opened once more, one at a time, and handed to
    /// [`Examiner::compare`]. The question is done with.
    pub fn take_prefix(&mut self, prefix: Prefix) -> Vec<ItemId> {
        self.prefixes.remove(&prefix).unwrap_or_default()
    }

    /// Looks an item's passwords up in an answer.
    pub fn compare(&mut self, id: ItemId, item: &Item, prefix: Prefix, range: &Range) {
        let times = passwords(item)
            .map(|field| field.value.expose())
            .filter(|password| Prefix::of(password) == prefix)
            .map(|password| range.times(password))
            .max();
        if let Some(times) = times.filter(|times| *times > 0) {
            self.findings.push(Finding { item: id, issue: Issue::Stolen { times } });
        }
    }

    /// Notes that no answer came for an item's password.
    pub fn unanswered(&mut self, items: usize) {
        self.unknown = self.unknown.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
    }

    /// All digests that are remembered.
    #[cfg(test)]
    pub(super) fn digests(&self) -> Vec<[u8; 16]> {
        let seen = self.passwords.iter().flat_map(|seen| [seen.password, seen.account]);
        seen.chain(self.contents.iter().map(|(digest, _)| *digest)).collect()
    }

    /// Ends the run. Digests and key are gone with it.
    #[must_use]
    pub fn finish(self) -> Report {
        let Self {
            settings, examined, unreadable, mut findings, passwords, contents, prefixes, unknown, ..
        } = self;
        findings.extend(reused(passwords));
        findings.extend(duplicates(contents));
        let left = prefixes.values().map(Vec::len).sum::<usize>();
        let unknown = unknown.saturating_add(u32::try_from(left).unwrap_or(u32::MAX));
        let stolen = match (settings.stolen, unknown) {
            (false, _) => Stolen::Off,
            (true, 0) => Stolen::Checked,
            (true, unknown) => Stolen::Incomplete { unknown },
        };
        Report::new(examined, unreadable, stolen, findings)
    }
}

/// The passwords of an item that are filled in.
fn passwords(item: &Item) -> impl Iterator<Item = &Field> {
    item.fields.iter().filter(|field| field.role == Some(Role::Password) && !field.value.is_empty())
}

/// The same password for different accounts; two items of one account are duplicates instead.
fn reused(mut passwords: Vec<Seen>) -> Vec<Finding> {
    passwords.sort_by_key(|seen| (seen.password, seen.account, seen.item));
    let groups = passwords.chunk_by(|one, other| one.password == other.password);
    let different = |group: &&[Seen]| {
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
