//! Comparing the items of a file with the existing ones.

use std::collections::{HashMap, HashSet};

use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, decode, encode};
use vault_engine::session::{Opened, Session, SessionError};
use vault_engine::{ItemId, VaultId};
use vault_interchange::{Identity, fingerprint, updated};

use crate::jobs::Job;
use crate::views::JobUnit;

/// Existing items that look alike and are opened to tell them apart; of more, none is taken.
const ALIKE: usize = 8;

/// The existing items, under a key for one comparison only.
pub(super) struct Known {
    key: [u8; 32],
    digests: HashSet<[u8; 32]>,
    same: HashMap<[u8; 32], Vec<(ItemId, Identity)>>,
    taken: HashSet<ItemId>,
    /// The vault that items are imported into.
    home: Option<VaultId>,
    now: Timestamp,
}

/// An existing item with the values of one from a file.
pub(super) struct Update {
    pub(super) item: Item,
    /// Whether anything but its times is different.
    pub(super) changed: bool,
}

impl Known {
    /// Reads all items outside the trash.
    pub(super) fn read(
        session: &mut Session,
        key: &[u8; 32],
        now: Timestamp,
        job: &Job,
    ) -> Result<Self, SessionError> {
        let home = session.vaults()?.into_iter().find(|vault| vault.home).map(|vault| vault.id);
        let mut known = Self {
            key: *key,
            digests: HashSet::new(),
            same: HashMap::new(),
            taken: HashSet::new(),
            home,
            now,
        };
        each_compared(session, job, &mut |id, item| {
            known.digests.insert(fingerprint(item, key));
            if let Some(identity) = Identity::of(item, key) {
                known.same.entry(identity.digest).or_default().push((id, identity));
            }
        })?;
        Ok(known)
    }

    /// Whether there is an item of this digest.
    pub(super) fn has(&self, digest: &[u8; 32]) -> bool {
        self.digests.contains(digest)
    }

    /// Adds the digest of an item that is imported.
    pub(super) fn add(&mut self, digest: [u8; 32]) {
        self.digests.insert(digest);
    }

    /// Finds the existing item that one of a file is the same as, if there is exactly one in the vault that is imported into.
    /// It is taken: no second item of the file is the same.
    pub(super) fn take(&mut self, session: &Session, item: &Item) -> Option<(ItemId, Opened)> {
        let identity = Identity::of(item, &self.key)?;
        let alike = self.same.get(&identity.digest)?;
        let mut alike =
            alike.iter().filter(|(id, known)| !self.taken.contains(id) && known.is_same(&identity));
        let opened = alike.by_ref().take(ALIKE).filter_map(|(id, _)| {
            let opened = session.get(*id).ok()?;
            (Some(opened.vault) == self.home).then_some((*id, opened))
        });
        let mut opened: Vec<_> = opened.take(2).collect();
        if opened.len() == 2 || alike.next().is_some() {
            return None;
        }
        let found = opened.pop()?;
        self.taken.insert(found.0);
        Some(found)
    }

    /// Returns an existing item with the values of one from a file; `None` if an item cannot hold both.
    pub(super) fn update(&self, old: Item, new: &Item) -> Option<Update> {
        let copy = encode(new).ok().and_then(|bytes| decode(&bytes).ok())?;
        let before = fingerprint(&old, &self.key);
        let item = Item { modified_at: self.now, ..updated(old, copy, self.now) };
        encode(&item).ok()?;
        let changed = fingerprint(&item, &self.key) != before;
        Some(Update { item, changed })
    }
}

/// Digests of all items outside the trash, under a key for this comparison only.
pub(super) fn fingerprints(
    session: &mut Session,
    key: &[u8; 32],
    job: &Job,
) -> Result<HashSet<[u8; 32]>, SessionError> {
    let mut known = HashSet::new();
    each_compared(session, job, &mut |_, item| {
        known.insert(fingerprint(item, key));
    })?;
    Ok(known)
}

/// Visits all items outside the trash, with the progress of a job, which may be cancelled.
fn each_compared(
    session: &mut Session,
    job: &Job,
    visit: &mut dyn FnMut(ItemId, &Item),
) -> Result<(), SessionError> {
    let counted = session.sidebar()?;
    let total = u64::from(counted.all) + u64::from(counted.archived);
    let mut done = 0;
    session.each_item(&mut |id, item| {
        visit(id, item);
        done += 1;
        job.progress_in(JobUnit::Items, done, total)
    })?;
    if job.cancelled() { Err(SessionError::Cancelled) } else { Ok(()) }
}
