//! The open streams of a node, and what changed for them.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use vault_wire::{AccountId, DeviceId, SessionId, VaultId};

use super::change::Change;
use super::mailbox::Mailbox;

/// The most streams of an account. A further one ends the oldest.
const OF_AN_ACCOUNT: usize = 64;
/// The most vaults of a stream. Changes of others show when the client polls.
pub const VAULTS: usize = 1000;
/// How many ticks pass between two comments of a stream.
const COMMENT: u64 = 30;
/// How many comments pass between two looks at the session of a stream.
const LOOK: u64 = 10;
/// How long readers wait before they open another stream: at least, and up to so much more, in milliseconds.
const RETRY: (u32, u32) = (2000, 13_000);

/// The number of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(u64);

/// Whose stream it is.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The account.
    pub account: AccountId,
    /// The login session.
    pub session: SessionId,
    /// The device.
    pub device: DeviceId,
    /// Whether the session has a second factor.
    pub factor: bool,
}

/// A stream with its reader.
#[derive(Clone, Copy, Debug)]
pub struct Subscriber {
    /// The stream.
    pub id: StreamId,
    /// Its reader.
    pub reader: Reader,
}

/// How far a log is: its number of entries, and that of its last roster record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Number of entries.
    pub seq: u64,
    /// Number of the last roster record.
    pub record_seq: u64,
}

/// A stream cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// There are too many, or the server stops.
    Full,
    /// The system has no randomness.
    Randomness,
}

/// The streams of a node. A clone is another handle to them.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Notify,
    most: usize,
}

#[derive(Default)]
struct State {
    streams: HashMap<StreamId, Open>,
    accounts: HashMap<AccountId, VecDeque<StreamId>>,
    vaults: HashMap<VaultId, Watched>,
    /// Changes that were not looked at yet, each once. Only of vaults and accounts that have streams.
    changes: VecDeque<Change>,
    waiting: HashSet<Change>,
    last: u64,
    ticks: u64,
    closed: bool,
}

struct Open {
    reader: Reader,
    mailbox: Arc<Mailbox>,
    vaults: Vec<VaultId>,
}

struct Watched {
    position: Position,
    streams: Vec<StreamId>,
}

impl Hub {
    /// A hub for so many streams.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changed: Notify::new(), most }))
    }

    /// Opens a stream that waits for nothing yet, and notes that its account is to be looked at.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(super) fn open(&self, reader: Reader) -> Result<(StreamId, Arc<Mailbox>), OpenError> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(|_| OpenError::Randomness)?;
        let mailbox = Arc::new(Mailbox::new(RETRY.0 + u32::from_be_bytes(random) % RETRY.1));
        let mut state = self.lock();
        let own = state.accounts.get(&reader.account);
        let oldest = own.filter(|own| own.len() >= OF_AN_ACCOUNT).and_then(|own| own.front()).copied();
        if state.closed || (state.streams.len() >= self.0.most && oldest.is_none()) {
            return Err(OpenError::Full);
        }
        if let Some(oldest) = oldest {
            state.end(oldest);
        }
        state.last += 1;
        let id = StreamId(state.last);
        state.streams.insert(id, Open { reader, mailbox: mailbox.clone(), vaults: Vec::new() });
        state.accounts.entry(reader.account).or_default().push_back(id);
        self.note_in(&mut state, Change::Account(reader.account));
        Ok((id, mailbox))
    }

    /// Notes that something changed, if a stream waits for it.
    pub fn note(&self, change: Change) {
        self.note_in(&mut self.lock(), change);
    }

    /// Notes that everything may have changed that streams wait for.
    pub fn note_all(&self) {
        let mut state = self.lock();
        let accounts: Vec<_> = state.accounts.keys().copied().map(Change::Account).collect();
        let vaults: Vec<_> = state.vaults.keys().copied().map(Change::Vault).collect();
        for change in accounts.into_iter().chain(vaults) {
            self.note_in(&mut state, change);
        }
    }

    /// Waits for the next change to look at.
    pub async fn next(&self) -> Change {
        loop {
            let changed = self.0.changed.notified();
            {
                let mut state = self.lock();
                if let Some(change) = state.changes.pop_front() {
                    state.waiting.remove(&change);
                    if !state.changes.is_empty() {
                        self.0.changed.notify_one();
                    }
                    return change;
                }
            }
            changed.await;
        }
    }

    /// The streams of an account.
    #[must_use]
    pub fn of_account(&self, account: AccountId) -> Vec<Subscriber> {
        let state = self.lock();
        state.accounts.get(&account).map_or(Vec::new(), |ids| state.subscribers(ids))
    }

    /// How far a vault was when it was last looked at, and the streams that wait for it.
    #[must_use]
    pub fn of_vault(&self, vault: VaultId) -> Option<(Position, Vec<Subscriber>)> {
        let state = self.lock();
        state.vaults.get(&vault).map(|watched| (watched.position, state.subscribers(&watched.streams)))
    }

    /// The vaults for which a stream waits.
    #[must_use]
    pub fn vaults_of(&self, stream: StreamId) -> Vec<VaultId> {
        self.lock().streams.get(&stream).map_or(Vec::new(), |open| open.vaults.clone())
    }

    /// Lets a stream wait for a vault that its reader may read, and tells it how far the vault is.
    pub fn subscribe(&self, stream: StreamId, vault: VaultId, position: Position) {
        let mut state = self.lock();
        let state = &mut *state;
        let Some(open) = state.streams.get_mut(&stream) else { return };
        if open.vaults.contains(&vault) || open.vaults.len() >= VAULTS {
            return;
        }
        open.vaults.push(vault);
        // What changed while nobody waited, or after the reader's membership was read, is looked at again.
        let (seq, again) = match state.vaults.entry(vault) {
            Entry::Vacant(vacant) => {
                vacant.insert(Watched { position, streams: vec![stream] });
                (position.seq, true)
            }
            Entry::Occupied(mut occupied) => {
                let watched = occupied.get_mut();
                watched.streams.push(stream);
                let again = watched.position != position;
                watched.position.record_seq = watched.position.record_seq.min(position.record_seq);
                (watched.position.seq.max(position.seq), again)
            }
        };
        open.mailbox.put(vault, seq);
        if again {
            self.note_in(state, Change::Vault(vault));
        }
    }

    /// Lets a stream not wait for a vault any more.
    pub fn unsubscribe(&self, stream: StreamId, vault: VaultId) {
        let mut state = self.lock();
        if let Some(open) = state.streams.get_mut(&stream) {
            open.vaults.retain(|other| *other != vault);
            open.mailbox.forget(vault);
        }
        state.unwatch(stream, vault);
    }

    /// Tells all streams that wait for a vault how far it is, if it is further than before.
    pub fn deliver(&self, vault: VaultId, position: Position) {
        let mut state = self.lock();
        let state = &mut *state;
        let Some(watched) = state.vaults.get_mut(&vault) else { return };
        watched.position.record_seq = watched.position.record_seq.max(position.record_seq);
        if position.seq <= watched.position.seq {
            return;
        }
        watched.position.seq = position.seq;
        for stream in &watched.streams {
            if let Some(open) = state.streams.get(stream) {
                open.mailbox.put(vault, position.seq);
            }
        }
    }

    /// Tells all streams that wait for a vault again how far it is, so that their readers look at it.
    pub fn repeat(&self, vault: VaultId) {
        let mut state = self.lock();
        let state = &mut *state;
        let Some(watched) = state.vaults.get(&vault) else { return };
        for stream in &watched.streams {
            if let Some(open) = state.streams.get(stream) {
                open.mailbox.put(vault, watched.position.seq);
            }
        }
    }

    /// Ends a stream whose reader has lost a vault, after the last head that it got: a reason to ask for the log, whose
    /// last record for this reader is that of the removal.
    pub fn dismiss(&self, stream: StreamId, vault: VaultId) {
        let mut state = self.lock();
        if let (Some(open), Some(watched)) = (state.streams.get(&stream), state.vaults.get(&vault)) {
            open.mailbox.end_with(Some((vault, watched.position.seq)));
        }
        state.end(stream);
    }

    /// Ends a stream.
    pub fn end(&self, stream: StreamId) {
        self.lock().end(stream);
    }

    /// Ends all streams, and opens no more.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let ids: Vec<_> = state.streams.keys().copied().collect();
        ids.into_iter().for_each(|id| state.end(id));
    }

    /// Keeps streams open, ends those of slow readers, and sometimes looks at sessions again. To be called every second.
    pub fn tick(&self) {
        let mut state = self.lock();
        state.ticks += 1;
        let (second, round) = (state.ticks % COMMENT, state.ticks / COMMENT % LOOK);
        let due = |id: &StreamId| id.0 % COMMENT == second;
        let open = state.streams.iter().filter(|(id, _)| due(id));
        let slow: Vec<_> = open.filter(|(_, open)| !open.mailbox.comment()).map(|(id, _)| *id).collect();
        slow.into_iter().for_each(|id| state.end(id));
        let look = |id: &StreamId| due(id) && id.0 / COMMENT % LOOK == round;
        let open = state.streams.iter().filter(|(id, _)| look(id));
        let accounts: Vec<_> = open.map(|(_, open)| Change::Account(open.reader.account)).collect();
        accounts.into_iter().for_each(|change| self.note_in(&mut state, change));
    }

    /// How many streams are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().streams.len()
    }

    fn note_in(&self, state: &mut State, change: Change) {
        let waited_for = match change {
            Change::Vault(vault) | Change::Beside(vault) => state.vaults.contains_key(&vault),
            Change::Account(account) => state.accounts.contains_key(&account),
        };
        if waited_for && state.waiting.insert(change) {
            state.changes.push_back(change);
            self.0.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn subscribers<'a>(&self, ids: impl IntoIterator<Item = &'a StreamId>) -> Vec<Subscriber> {
        let known =
            |id: &StreamId| self.streams.get(id).map(|open| Subscriber { id: *id, reader: open.reader });
        ids.into_iter().filter_map(known).collect()
    }

    fn end(&mut self, stream: StreamId) {
        let Some(open) = self.streams.remove(&stream) else { return };
        open.mailbox.end();
        for vault in &open.vaults {
            self.unwatch(stream, *vault);
        }
        let account = open.reader.account;
        if let Some(own) = self.accounts.get_mut(&account) {
            own.retain(|other| *other != stream);
            if own.is_empty() {
                self.accounts.remove(&account);
            }
        }
        if self.streams.is_empty() {
            // Gives the memory of many streams back.
            *self = Self { last: self.last, ticks: self.ticks, closed: self.closed, ..Self::default() };
        }
    }

    fn unwatch(&mut self, stream: StreamId, vault: VaultId) {
        let Some(watched) = self.vaults.get_mut(&vault) else { return };
        watched.streams.retain(|other| *other != stream);
        if watched.streams.is_empty() {
            self.vaults.remove(&vault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([9; 16]);

    fn reader(account: u8) -> Reader {
        Reader {
            account: AccountId::from_bytes([account; 16]),
            session: SessionId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([1; 32]),
            factor: false,
        }
    }

    fn at(seq: u64, record_seq: u64) -> Position {
        Position { seq, record_seq }
    }

    #[test]
    fn streams_are_bounded_in_total_and_a_further_one_of_an_account_ends_its_oldest() {
        let hub = Hub::new(OF_AN_ACCOUNT + 1);
        let mut own: Vec<_> = (0..OF_AN_ACCOUNT).map(|_| hub.open(reader(1)).unwrap()).collect();
        let _other = hub.open(reader(2)).unwrap();
        assert_eq!(hub.open(reader(3)).map(drop), Err(OpenError::Full));
        let first = hub.of_account(reader(1).account)[0].id;
        own.push(hub.open(reader(1)).unwrap());
        let left = hub.of_account(reader(1).account);
        assert_eq!((left.len(), left.iter().any(|stream| stream.id == first)), (OF_AN_ACCOUNT, false));
        own.into_iter().for_each(|(id, _)| hub.end(id));
        assert_eq!(hub.count(), 1);
    }

    #[tokio::test]
    async fn a_hot_vault_waits_once_and_what_nobody_waits_for_is_forgotten() {
        let hub = Hub::new(1);
        let (stream, _) = hub.open(reader(1)).unwrap();
        assert_eq!(hub.next().await, Change::Account(reader(1).account));
        hub.note(Change::Vault(VAULT));
        hub.note(Change::Account(reader(2).account));
        assert!(hub.lock().changes.is_empty());
        hub.subscribe(stream, VAULT, at(1, 1));
        (0..1000).for_each(|_| hub.note(Change::Vault(VAULT)));
        assert_eq!(hub.lock().changes.len(), 1);
        assert_eq!(hub.next().await, Change::Vault(VAULT));
        hub.end(stream);
        assert!(hub.of_vault(VAULT).is_none() && hub.lock().streams.capacity() == 0);
    }

    #[test]
    fn what_happens_between_reading_a_vault_and_waiting_for_it_is_looked_at() {
        let hub = Hub::new(2);
        let [one, two] = [1, 2].map(|account| hub.open(reader(account)).unwrap().0);
        hub.subscribe(one, VAULT, at(5, 1));
        hub.lock().changes.clear();
        hub.lock().waiting.clear();
        hub.deliver(VAULT, at(6, 6));
        // The second one read the vault before its last record.
        hub.subscribe(two, VAULT, at(5, 1));
        assert_eq!(hub.lock().changes, [Change::Vault(VAULT)]);
        assert_eq!(hub.of_vault(VAULT).unwrap().0, at(6, 1));
    }

    #[test]
    fn a_reader_that_takes_nothing_between_two_comments_is_dropped() {
        let hub = Hub::new(1);
        hub.open(reader(1)).unwrap();
        (0..COMMENT).for_each(|_| hub.tick());
        assert_eq!(hub.count(), 1);
        (0..COMMENT).for_each(|_| hub.tick());
        assert_eq!(hub.count(), 0);
    }

    #[test]
    fn a_closed_hub_has_no_streams_and_opens_none() {
        let hub = Hub::new(2);
        hub.open(reader(1)).unwrap();
        hub.close();
        assert_eq!((hub.count(), hub.open(reader(1)).map(drop)), (0, Err(OpenError::Full)));
    }
}
