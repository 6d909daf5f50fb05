//! Simulation of devices that edit offline and synchronise at random with one log, which accepts a revision only if its
//! parent is the current one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use vault_wire::RevHash;

use super::random_editor::{RandomEditor, Rng};
use super::texts;
use crate::item::{Item, encode};
use crate::merge::chain::{Body, Current, LocalEdits, NewRevision, Rebased, Revision};
use crate::merge::{State, copy};

/// Seeds that once failed or that cover rare paths.
const CASES: [u64; 4] = [0, 1, 510_568, u64::MAX];
/// Number of seeds in a normal run; `cargo xtask soak` tries more and other seeds.
const ROUNDS: u64 = 200;

#[derive(Clone)]
enum StoredBody {
    Put(Rc<Item>),
    Tombstone,
    Dropped,
}

#[derive(Clone)]
struct Stored {
    hash: RevHash,
    parent: Option<RevHash>,
    body: StoredBody,
}

impl Stored {
    fn state(&self) -> Option<State<'_>> {
        match &self.body {
            StoredBody::Put(item) => Some(State::Put(item)),
            StoredBody::Tombstone => Some(State::Deleted),
            StoredBody::Dropped => None,
        }
    }

    fn revision(&self) -> Revision<'_> {
        let body = self.state().map_or(Body::Dropped, Body::Open);
        Revision { hash: self.hash, parent: self.parent, body }
    }
}

/// A device's copy of one item.
#[derive(Default)]
struct Held {
    confirmed: Option<Stored>,
    edits: Vec<Stored>,
}

impl Held {
    fn current(&self) -> Option<&Stored> {
        self.edits.last().or(self.confirmed.as_ref())
    }

    fn local(&self) -> LocalEdits<'_> {
        let mut local = LocalEdits::since(self.confirmed.as_ref().map(Stored::revision));
        for edit in &self.edits {
            local.push(edit.revision()).unwrap();
        }
        local
    }
}

struct Device {
    random_editor: RandomEditor,
    read: usize,
    items: BTreeMap<u64, Held>,
}

struct Simulation {
    rng: Rng,
    log: Vec<(u64, Stored)>,
    devices: Vec<Device>,
    /// The last number used for a hash or item.
    drawn: u64,
    typed: BTreeSet<String>,
    /// Texts that were typed and permanently deleted before another device saw them.
    purged: BTreeSet<String>,
    splits: usize,
    refused: usize,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed);
        let device = |number| {
            let mut random_editor = RandomEditor::new(&format!("device {number}"), seed);
            random_editor.is_newer = number < 2;
            Device { random_editor, read: 0, items: BTreeMap::new() }
        };
        let devices = (0..2 + rng.below(3)).map(device).collect();
        let [typed, purged] = Default::default();
        Self { rng, log: Vec::new(), devices, drawn: 0, typed, purged, splits: 0, refused: 0 }
    }

    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }

    fn store(&mut self, parent: Option<RevHash>, body: StoredBody) -> Stored {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.draw().to_be_bytes());
        Stored { hash: RevHash::from_bytes(hash), parent, body }
    }

    fn head(&self, id: u64) -> Option<&Stored> {
        self.log.iter().rev().find(|(of, _)| *of == id).map(|(_, stored)| stored)
    }

    fn step(&mut self) {
        let device = self.rng.below(self.devices.len());
        match self.rng.below(20) {
            0..=11 => self.edit(device),
            12 => self.delete(device),
            13..=14 => self.pull(device),
            // Push without pulling first: refused edits are merged and pushed again.
            15..=16 => self.push(device, usize::MAX),
            // The connection is interrupted.
            17 => self.push(device, 1),
            _ => self.synchronise(device),
        }
    }

    fn edit(&mut self, device: usize) {
        let Device { random_editor, items, .. } = &mut self.devices[device];
        let put = |(id, held): (&u64, &Held)| match held.current()? {
            Stored { hash, body: StoredBody::Put(item), .. } => Some((*id, *hash, Rc::clone(item))),
            _ => None,
        };
        let there: Vec<_> = items.iter().filter_map(put).collect();
        let one_more = there.len() < 2 || random_editor.rng.one_in(20);
        let chosen = there.get(random_editor.rng.below(there.len())).filter(|_| !one_more);
        let (id, parent, before, mut item) = match chosen {
            None => (None, None, BTreeSet::new(), random_editor.item()),
            Some((id, hash, item)) => (Some(*id), Some(*hash), texts(item), copy::item(item)),
        };
        let times = 1 + random_editor.rng.below(3);
        random_editor.edit(&mut item, times);
        self.typed.extend(texts(&item).difference(&before).cloned());
        let id = id.unwrap_or_else(|| self.draw());
        let stored = self.store(parent, StoredBody::Put(Rc::new(item)));
        self.devices[device].items.entry(id).or_default().edits.push(stored);
    }

    /// Deletes an item permanently, which drops all earlier bodies.
    fn delete(&mut self, device: usize) {
        let Device { random_editor, items, .. } = &mut self.devices[device];
        let at = random_editor.rng.below(items.len());
        let Some((id, held)) = items.iter_mut().nth(at) else { return };
        let (id, Some(parent)) = (*id, held.current().map(|current| current.hash)) else { return };
        if random_editor.rng.one_in(2) {
            for edit in &mut held.edits {
                if let StoredBody::Put(item) = std::mem::replace(&mut edit.body, StoredBody::Dropped) {
                    self.purged.extend(texts(&item));
                }
            }
            held.confirmed.iter_mut().for_each(|confirmed| confirmed.body = StoredBody::Dropped);
        }
        let stored = self.store(Some(parent), StoredBody::Tombstone);
        self.devices[device].items.entry(id).or_default().edits.push(stored);
    }

    /// Reads the rest of the log and rebases the local edits on it.
    fn pull(&mut self, device: usize) {
        let reader = &mut self.devices[device];
        let mut seen = BTreeSet::new();
        for (id, stored) in self.log.iter().skip(reader.read) {
            let held = reader.items.entry(*id).or_default();
            if let Some(at) = held.edits.iter().position(|edit| edit.hash == stored.hash) {
                assert!(held.local().confirm(&stored.hash));
                held.edits.drain(..=at);
                held.confirmed = Some(stored.clone());
            }
            seen.insert(*id);
        }
        reader.read = self.log.len();
        for id in seen {
            self.rebase(device, id);
        }
    }

    fn rebase(&mut self, device: usize, id: u64) {
        let head = self.head(id).cloned();
        let held = &self.devices[device].items[&id];
        let current = head.as_ref().map(|head| Current { hash: head.hash, state: head.state().unwrap() });
        let (item, second) = match held.local().rebase(current) {
            Rebased::UpToDate(in_log) => {
                assert_eq!(in_log, 0, "confirmed edits were not removed");
                return;
            }
            Rebased::Rewritten { item, second } => (item, second),
        };
        let edits = self.sign(head.as_ref().map(|head| head.hash), item);
        self.devices[device].items.insert(id, Held { confirmed: head, edits });
        if !second.is_empty() {
            let id = self.draw();
            self.splits += 1;
            let edits = self.sign(None, second);
            self.devices[device].items.insert(id, Held { confirmed: None, edits });
        }
    }

    fn sign(&mut self, mut parent: Option<RevHash>, contents: Vec<NewRevision>) -> Vec<Stored> {
        let mut signed = Vec::new();
        for content in contents {
            let body = match content {
                NewRevision::Put(item) => {
                    assert!(encode(&item).is_ok(), "a merge cannot be encoded");
                    StoredBody::Put(Rc::new(*item))
                }
                NewRevision::Tombstone => StoredBody::Tombstone,
            };
            let stored = self.store(parent, body);
            parent = Some(stored.hash);
            signed.push(stored);
        }
        signed
    }

    /// Sends at most `most` revisions. If one is refused because its parent is not the current one, the device pulls
    /// and sends the rebased revisions.
    fn push(&mut self, device: usize, most: usize) {
        let ids: Vec<u64> = self.devices[device].items.keys().copied().collect();
        let mut left = most;
        for id in ids {
            if self.devices[device].items[&id].edits.iter().any(|edit| edit.state().is_none()) {
                // Revisions without a body cannot be sent.
                self.pull(device);
                self.rebase(device, id);
            }
            while self.is_refused(device, id, &mut left) {
                self.refused += 1;
                self.pull(device);
            }
        }
    }

    fn is_refused(&mut self, device: usize, id: u64, left: &mut usize) -> bool {
        for edit in self.devices[device].items[&id].edits.clone() {
            if *left == 0 {
                return false;
            }
            if edit.parent != self.head(id).map(|head| head.hash) {
                return true;
            }
            self.log.push((id, edit));
            *left -= 1;
        }
        false
    }

    fn synchronise(&mut self, device: usize) {
        self.pull(device);
        self.push(device, usize::MAX);
        self.pull(device);
    }
}

/// Statistics of a simulation, to check that it covered the interesting cases.
#[derive(Default, PartialEq, Eq)]
struct Stats {
    digest: Vec<u8>,
    splits: usize,
    refused: usize,
    set_aside: usize,
}

/// Runs random steps, synchronises every device, and checks that all have the same content and nothing is lost.
fn run(seed: u64) -> Stats {
    let mut world = Simulation::new(seed);
    for _ in 0..20 + world.rng.below(60) {
        world.step();
    }
    let all = 0..world.devices.len();
    all.clone().for_each(|device| world.synchronise(device));
    let settled = world.log.len();
    all.for_each(|device| world.synchronise(device));
    assert_eq!(world.log.len(), settled, "merging does not terminate");

    let ids: BTreeSet<u64> = world.log.iter().map(|(id, _)| *id).collect();
    let mut ran = Stats { splits: world.splits, refused: world.refused, ..Stats::default() };
    for id in ids {
        let head = world.head(id).unwrap();
        let bytes = |stored: &Stored| match &stored.body {
            StoredBody::Put(item) => encode(item).unwrap().to_vec(),
            StoredBody::Tombstone => Vec::new(),
            StoredBody::Dropped => panic!("the current revision has no body"),
        };
        for Device { items, .. } in &world.devices {
            let held = &items[&id];
            let confirmed = held.confirmed.as_ref().unwrap();
            assert!(held.edits.is_empty() && confirmed.hash == head.hash);
            assert!(bytes(confirmed) == bytes(head), "devices differ");
        }
        ran.digest.extend(bytes(head));
        if let StoredBody::Put(item) = &head.body {
            ran.set_aside += item.superseded.len();
        }
    }
    let in_history = |stored: &Stored| match &stored.body {
        StoredBody::Put(item) => texts(item),
        StoredBody::Tombstone | StoredBody::Dropped => BTreeSet::new(),
    };
    let kept: BTreeSet<String> = world.log.iter().flat_map(|(_, stored)| in_history(stored)).collect();
    // The title of a second item has a suffix.
    let is_in =
        |set: &BTreeSet<String>, text: &String| set.contains(text) || set.contains(&format!("{text} (2)"));
    let gone = world.typed.iter().filter(|text| !is_in(&kept, text) && !is_in(&world.purged, text));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&String>::new(), "values were lost");
    ran
}

/// Prints the seed if a simulation panics.
struct PrintSeedOnPanic(u64);

impl Drop for PrintSeedOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed with seed {}: add it to CASES in {}", self.0, file!());
        }
    }
}

/// Reads a number from an environment variable, which only `cargo xtask soak` sets.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

#[test]
fn soak_devices_converge_and_nothing_typed_is_lost() {
    let (first, rounds) = (asked("COFFER_SOAK_SEED"), asked("COFFER_SOAK_ROUNDS").unwrap_or(ROUNDS));
    let fresh = (0..rounds).map(|round| first.unwrap_or(1_000).wrapping_add(round));
    let mut happened = Stats::default();
    for seed in CASES.into_iter().chain(fresh) {
        let names = PrintSeedOnPanic(seed);
        let Stats { digest: _, splits, refused, set_aside } = run(seed);
        happened.splits += splits;
        happened.refused += refused;
        happened.set_aside += set_aside;
        drop(names);
    }
    println!("{} splits, {} refused, {} superseded", happened.splits, happened.refused, happened.set_aside);
    if first.is_none() {
        assert!(
            happened.splits > 0 && happened.refused > 0 && happened.set_aside > 0,
            "rare cases did not occur"
        );
    }
}

#[test]
fn a_simulation_is_deterministic() {
    for seed in CASES {
        assert!(run(seed) == run(seed));
    }
}
