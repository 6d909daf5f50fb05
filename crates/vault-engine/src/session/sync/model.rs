//! Models of a server that is restored, healed, and of histories between which an owner chooses. Every order of what two devices,
//! a server and its operator may do, within bounds, is tried.
//!
//! What a device concludes is decided by the code of [`judge`](super::judge), on real entries and the real rules of the log; the
//! database and the network are left out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use stateright::{Checker, Model, Property};
use vault_crypto::{Identity, NewVault, RootSigner, SealedRevision, make_revision, make_vault, sign_record};
use vault_testkit::FixedRng;
use vault_wire::ItemId;
use vault_wire::account::Predecessor;
use vault_wire::log::{LogVerifier, Recovery, Verdict};
use vault_wire::message::LogEntry;
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{Op, Record};

use super::judge::{self, Accepted, Contradiction, Expected, ReadBack};
use super::status::node;

/// The number of an entry in [`Entries`]; the first is the genesis record.
type Id = u16;
/// A log.
type Log = Vec<Id>;
/// What was typed, as an item of its own.
type Value = u8;

/// What an entry is: a value, or an owner's choice, signed on a log.
type Made = (Option<Value>, Log);

/// All entries that were ever signed, and the logs that were verified.
struct Entries {
    root: RootSigner,
    identity: Identity,
    vault: NewVault,
    known: Mutex<Known>,
}

struct Known {
    entries: Vec<(LogEntry, Option<Value>)>,
    ids: HashMap<Made, Id>,
    /// Logs with what became of their last entries.
    logs: HashMap<Log, (LogVerifier, Verdict)>,
}

impl Entries {
    fn new() -> Self {
        let rng = &mut FixedRng::new(1);
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        let vault = make_vault(&root.account_id(), &identity, &certificate, 1, rng);
        let first = LogVerifier::from_genesis(&vault.record, Some(&vault.genesis_hash)).unwrap();
        let known = Known {
            entries: vec![(LogEntry::Record(vault.record.clone()), None)],
            ids: HashMap::new(),
            logs: HashMap::from([(vec![0], (first, Verdict::Accepted))]),
        };
        Self { root, identity, vault, known: Mutex::new(known) }
    }

    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn entry(&self, id: Id) -> (LogEntry, Option<Value>) {
        self.known(|known| known.entries[usize::from(id)].clone())
    }

    fn value(&self, id: Id) -> Option<Value> {
        self.known(|known| known.entries[usize::from(id)].1)
    }

    /// Verifies a log.
    fn verified(&self, log: &[Id]) -> LogVerifier {
        self.judged(log).0
    }

    fn judged(&self, log: &[Id]) -> (LogVerifier, Verdict) {
        if let Some(found) = self.known(|known| known.logs.get(log).cloned()) {
            return found;
        }
        let (last, before) = log.split_last().unwrap();
        let mut verified = self.verified(before);
        let verdict = verified.push(self.entry(*last).0.as_entry());
        self.known(|known| known.logs.insert(log.to_vec(), (verified.clone(), verdict)));
        (verified, verdict)
    }

    /// Returns whether an entry has an effect at the end of a log.
    fn has_effect(&self, log: &[Id], id: Id) -> bool {
        let with = [log, &[id]].concat();
        if let Some(verdict) = self.known(|known| known.logs.get(&with).map(|(_, verdict)| *verdict)) {
            return verdict == Verdict::Accepted;
        }
        self.judged(&with).1 == Verdict::Accepted
    }

    /// Signs an entry on a log.
    fn sign(&self, value: Option<Value>, base: &[Id]) -> Id {
        let made = (value, base.to_vec());
        if let Some(id) = self.known(|known| known.ids.get(&made).copied()) {
            return id;
        }
        let log = self.verified(base);
        let head = log.head();
        let author = self.root.account_id();
        let entry = if let Some(value) = value {
            let header = RevisionHeader {
                vault_id: self.vault.vault_id,
                item_id: ItemId::from_bytes([value; 16]),
                kind: RevisionKind::Put,
                parent: None,
                author,
                generation: 1,
                epoch: 1,
                base_seq: head.seq,
                base_root: head.root,
                blobs: Vec::new(),
            };
            let rng = &mut FixedRng::new(2);
            let SealedRevision { signed, body } =
                make_revision(&header, &[value], &self.vault.key, &self.identity, rng).unwrap();
            LogEntry::Revision { revision: signed, body: Some(body) }
        } else {
            let record = Record {
                vault_id: self.vault.vault_id,
                prev: *log.roster().last_record(),
                base_seq: head.seq,
                base_root: head.root,
                author,
                generation: 1,
                made_at: 1,
                ops: vec![Op::Adopt { seq: head.seq, root: head.root }],
            };
            LogEntry::Record(sign_record(&record, &self.identity, Some(&self.root)))
        };
        self.known(|known| {
            let id = Id::try_from(known.entries.len()).unwrap();
            known.entries.push((entry, value));
            known.ids.insert(made, id);
            id
        })
    }

    /// Takes an entry into a log, as a server does. Returns whether it is in there then.
    fn take(&self, log: &mut Log, id: Id) -> bool {
        let accepted = self.has_effect(log, id);
        if accepted {
            log.push(id);
        }
        accepted
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Device {
    confirmed: Log,
    /// Entries that the server accepted, by their numbers, until they are read back.
    accepted: Vec<(u8, Id)>,
    outbox: Vec<Id>,
    /// The entries that showed the contradiction.
    alarm: Option<Log>,
    /// How many entries a restored server has, as far as they were read back.
    restoring: Option<u8>,
}

impl Device {
    fn reads_only(&self) -> bool {
        self.alarm.is_some() || self.restoring.is_some()
    }

    /// Whether a log has everything that the server was known to have, as far as it goes, and how far that is known.
    fn agrees(&self, log: &[Id]) -> (bool, usize) {
        let confirmed = (1..).zip(self.confirmed.iter().copied());
        let accepted = self.accepted.iter().map(|(seq, id)| (usize::from(*seq), *id));
        let known: Vec<(usize, Id)> = confirmed.chain(accepted).collect();
        let agrees = known.iter().all(|(seq, id)| log.get(seq - 1).is_none_or(|at| at == id));
        (agrees, known.iter().map(|(seq, _)| *seq).max().unwrap_or_default())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    server: Log,
    backup: Option<u8>,
    recovery: bool,
    restored: bool,
    /// What it had before.
    lost: Log,
    written: u8,
    devices: [Device; 2],
    /// A device took in a log that contradicts what it knew, or raised an alarm though the log does not.
    wrong: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Action {
    Write(usize),
    /// Sends the first entry of the outbox; the answer may be lost.
    Push(usize, bool),
    Pull(usize),
    Heal(usize),
    Backup,
    Restore,
    /// An owner chooses the server's history.
    Choose(usize),
    Follow(usize),
}

struct Synchronization {
    entries: Entries,
    /// What is typed at most.
    values: u8,
    /// Whether the server says that it was restored.
    announced: bool,
    /// Whether somebody writes before a restored server has everything again.
    goes_on: bool,
    chooses: bool,
}

impl Synchronization {
    /// What a device makes of the rest of the server's log.
    fn pull(&self, state: &mut State, at: usize) {
        let device = &mut state.devices[at];
        let recovery = if state.recovery { Recovery::Announced } else { Recovery::None };
        let page = state.server.get(device.confirmed.len()..).unwrap_or_default().to_vec();
        let mut log = self.entries.verified(&[device.confirmed.as_slice(), &page].concat());
        let end = log.head().seq;
        for (seq, id) in device.accepted.iter().filter(|(seq, _)| u64::from(*seq) <= end) {
            let (hash, signatures) = node(&self.entries.entry(*id).0);
            // An error is recorded.
            let _ = log.expect_acknowledged(u64::from(*seq), hash, signatures);
        }
        let accepted = device.accepted.iter().map(|(seq, _)| u64::from(*seq)).find(|seq| *seq > end);
        let stated = self.entries.verified(&state.server).head();
        let (agrees, known) = device.agrees(&state.server);
        let shorter = state.server.len() < known;
        match judge::judge(&mut log, stated, recovery, &Expected { accepted, ..Expected::default() }) {
            Ok(_) => {
                let is_answered = device.alarm.as_ref().is_none_or(|shown| {
                    shown.iter().all(|id| device.confirmed.contains(id) || page.contains(id))
                });
                if !is_answered {
                    return;
                }
                state.wrong |= !agrees || shorter;
                device.alarm = None;
                device.confirmed.extend(&page);
                device.accepted.retain(|(seq, _)| usize::from(*seq) > device.confirmed.len());
                self.base_outbox(device);
                self.read_back(&state.server, device);
            }
            // As when a page is received: what an alarm of lost entries is about may be restored.
            Err(Contradiction::BeingRestored { seq }) if device.alarm.as_ref().is_none_or(Vec::is_empty) => {
                let seq = u8::try_from(seq).unwrap();
                device.restoring = Some(device.restoring.map_or(seq, |before| before.min(seq)));
            }
            Err(_) if device.alarm.is_some() => {}
            Err(_) => {
                state.wrong |= agrees && (!shorter || state.recovery);
                device.alarm = Some(page);
            }
        }
    }

    /// Compares what a restored server has again.
    fn read_back(&self, server: &[Id], device: &mut Device) {
        let Some(before) = device.restoring else { return };
        let from = usize::from(before).min(device.confirmed.len());
        let same = server.iter().zip(&device.confirmed).skip(from);
        let same = same.map(|(one, other)| Ok::<_, std::convert::Infallible>(one == other));
        let end = device.confirmed.len() as u64;
        match judge::read_back(from as u64, end, same).unwrap() {
            ReadBack::Upto { complete: true, .. } => device.restoring = None,
            ReadBack::Upto { seq, .. } | ReadBack::Lacks { seq } => {
                device.restoring = Some(u8::try_from(seq).unwrap());
            }
            ReadBack::Differs { .. } => device.alarm = Some(server.get(from..).unwrap_or_default().to_vec()),
        }
    }

    /// Leaves out of the outbox what the log has, and signs again what was signed on another one.
    fn base_outbox(&self, device: &mut Device) {
        let has: Vec<_> = device.confirmed.iter().filter_map(|id| self.entries.value(*id)).collect();
        let waiting = std::mem::take(&mut device.outbox);
        for id in waiting {
            let value = self.entries.value(id);
            if value.is_some_and(|value| has.contains(&value)) {
                continue;
            }
            let is_valid = self.entries.has_effect(&device.confirmed, id);
            let id = if is_valid { id } else { self.entries.sign(value, &device.confirmed) };
            device.outbox.push(id);
        }
    }

    /// Sends again what the server lacks: what was read from it, and what it had accepted.
    fn heal(&self, state: &mut State, at: usize) {
        let device = &state.devices[at];
        if device.restoring.is_none() {
            return;
        }
        loop {
            let next = state.server.len();
            let accepted = device.accepted.iter().find(|(seq, _)| usize::from(*seq) == next + 1);
            let id = device.confirmed.get(next).copied().or(accepted.map(|(_, id)| *id));
            if !id.is_some_and(|id| self.entries.take(&mut state.server, id)) {
                return;
            }
        }
    }

    /// Whether the server has everything that the devices know of it.
    fn is_complete(state: &State) -> bool {
        state
            .devices
            .iter()
            .map(|one| one.agrees(&state.server))
            .all(|(agrees, known)| agrees && known <= state.server.len())
    }

    /// The number of choices in the server's log.
    fn choices(&self, state: &State) -> usize {
        state.server.iter().skip(1).filter(|id| self.entries.value(**id).is_none()).count()
    }

    /// Whether all have the same, and everything that was written.
    fn is_settled(&self, state: &State) -> bool {
        let has = |value| state.server.iter().any(|id| self.entries.value(*id) == Some(value));
        let settled =
            |one: &Device| one.confirmed == state.server && one.outbox.is_empty() && !one.reads_only();
        (1..=state.written).all(has) && state.devices.iter().all(settled)
    }

    fn accepted(&self, device: &Device) -> Vec<Accepted> {
        let all = device.accepted.iter();
        all.map(|(seq, id)| {
            let (hash, signatures) = node(&self.entries.entry(*id).0);
            Accepted { seq: u64::from(*seq), hash, signatures, is_item: true }
        })
        .collect()
    }

    /// Returns the number of entries that a chosen history has in common with a device.
    fn chosen(&self, state: &State, device: &Device) -> Option<usize> {
        let (own, other) = (self.entries.verified(&device.confirmed), self.entries.verified(&state.server));
        let root_at = |seq| Ok::<_, std::convert::Infallible>(own.root_at(seq).copied());
        let accepted = self.accepted(device);
        let common = judge::common(own.head().seq, root_at, &accepted, None, &other).unwrap();
        let account = self.entries.root.account_id();
        judge::chosen(&common, &other, own.roster(), &account)?;
        Some(usize::try_from(common.entries).unwrap())
    }

    fn follow(&self, state: &mut State, at: usize) {
        let device = &state.devices[at];
        let Some(common) = device.alarm.as_ref().and_then(|_| self.chosen(state, device)) else { return };
        let device = &mut state.devices[at];
        let lost = device.confirmed.split_off(common);
        let is_value = |id: &Id| self.entries.value(*id).is_some();
        device.outbox = lost.into_iter().chain(std::mem::take(&mut device.outbox)).filter(is_value).collect();
        device.accepted.clear();
        (device.alarm, device.restoring) = (None, None);
    }
}

impl Model for Synchronization {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let device = Device { confirmed: vec![0], ..Device::default() };
        let (backup, devices) = (None, [device.clone(), device]);
        let server = vec![0];
        let (recovery, restored, lost, wrong) = (false, false, Log::new(), false);
        vec![State { server, backup, recovery, restored, lost, written: 0, devices, wrong }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for at in 0..2 {
            let all = [Action::Write(at), Action::Push(at, false), Action::Push(at, true), Action::Pull(at)];
            actions.extend(all);
            actions.extend([Action::Heal(at), Action::Choose(at), Action::Follow(at)]);
        }
        if !state.restored {
            actions.extend([Action::Backup, Action::Restore]);
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut next = before.clone();
        let state = &mut next;
        match action {
            Action::Write(at) => {
                let may = state.written < self.values && (self.goes_on || !state.restored);
                if may && !state.devices[at].reads_only() {
                    state.written += 1;
                    let value = Some(state.written);
                    let id = self.entries.sign(value, &state.devices[at].confirmed);
                    state.devices[at].outbox.push(id);
                }
            }
            Action::Push(at, is_lost) => {
                let may = self.goes_on || !state.restored || Self::is_complete(state);
                let as_before = state.lost.get(state.server.len()).copied();
                let device = &mut state.devices[at];
                // Nothing is sent twice, as the server gives the answer again that it gave to a batch.
                let sent =
                    device.outbox.iter().find(|id| !device.accepted.iter().any(|(_, sent)| sent == *id));
                if let Some(id) = sent.copied().filter(|id| may || as_before == Some(*id))
                    && !device.reads_only()
                    && self.entries.take(&mut state.server, id)
                    && !is_lost
                {
                    device.accepted.push((u8::try_from(state.server.len()).unwrap(), id));
                }
            }
            Action::Pull(at) => self.pull(state, at),
            Action::Heal(at) => self.heal(state, at),
            Action::Backup => state.backup = state.backup.or(u8::try_from(state.server.len()).ok()),
            Action::Restore => {
                if let Some(backup) = state.backup {
                    state.lost = state.server.clone();
                    state.server.truncate(usize::from(backup));
                    (state.restored, state.recovery) = (true, self.announced);
                }
            }
            Action::Choose(at) if self.chooses => {
                let device = &state.devices[at];
                if device.alarm.is_some() && self.chosen(state, device).is_none() {
                    let record = self.entries.sign(None, &state.server);
                    self.entries.take(&mut state.server, record);
                }
            }
            Action::Choose(_) => {}
            Action::Follow(at) => self.follow(state, at),
        }
        (next != *before).then_some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        self.choices(state) <= state.devices.len() + 1
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always("nothing written is lost", |model: &Self, state: &State| {
                (1..=state.written).all(|value| {
                    let is = |id: &Id| model.entries.value(*id) == Some(value);
                    state.devices.iter().any(|one| one.confirmed.iter().chain(&one.outbox).any(is))
                })
            }),
            Property::always("alarm if a root differs and only then", |_: &Self, state: &State| !state.wrong),
            Property::sometimes("restored server lacks something", |_: &Self, state: &State| {
                state.restored && state.devices.iter().any(|one| one.confirmed.len() > state.server.len())
            }),
        ];
        all.push(Property::always("a choice is followed and not repeated", |model: &Self, state: &State| {
            model.choices(state) <= state.devices.len()
        }));
        if self.announced && !self.goes_on {
            all.push(Property::always("no alarm", |_: &Self, state: &State| {
                state.devices.iter().all(|one| one.alarm.is_none())
            }));
        } else {
            all.push(Property::sometimes("alarm", |_: &Self, state: &State| {
                state.devices.iter().any(|one| one.alarm.is_some())
            }));
        }
        if self.chooses || (self.announced && !self.goes_on) {
            all.push(Property::always(
                "ends in one history with everything",
                |model: &Self, state: &State| {
                    let mut actions = Vec::new();
                    model.actions(state, &mut actions);
                    model.is_settled(state)
                        || actions.into_iter().any(|action| model.next_state(state, action).is_some())
                },
            ));
        }
        all
    }
}

/// Tries everything.
fn check(model: Synchronization) {
    let checked = model.checker().threads(1).spawn_bfs().join();
    assert!(checked.unique_state_count() > 3_000, "the model has become smaller");
    checked.assert_properties();
}

#[test]
fn model_of_healing_ends_complete_without_alarm() {
    let entries = Entries::new();
    let (values, announced) = (2, true);
    check(Synchronization { entries, values, announced, goes_on: false, chooses: false });
}

#[test]
fn model_of_restoring_alarms_where_roots_differ() {
    for announced in [true, false] {
        let entries = Entries::new();
        let model = Synchronization { entries, values: 2, announced, goes_on: true, chooses: false };
        check(model);
    }
}

#[test]
fn model_of_adopting_ends_in_one_history() {
    for announced in [true, false] {
        let entries = Entries::new();
        let model = Synchronization { entries, values: 2, announced, goes_on: true, chooses: true };
        check(model);
    }
}
