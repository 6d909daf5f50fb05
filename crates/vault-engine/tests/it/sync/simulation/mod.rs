//! Random work on several devices over a simulated network, without sockets: edits at any moment, messages that are lost,
//! late or repeated, partitions, and crashes between any two steps. All devices end with the same items and vaults, and every
//! value that was ever typed is in an item or its history.
//!
//! The engine, its database and the rules of the log are the real ones; the server's logs are in memory. A device has one
//! request at a time, as in the program. Everything follows from the seed.

mod device;
mod documents;
mod known;
mod purges;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use rand_core::Rng as _;
use vault_crypto::SecretText;
use vault_engine::clock::Rng;
use vault_engine::item::Item;
use vault_engine::search::Scope;
use vault_engine::session::{
    Bodies, Contents, Opened, PushLimits, Put, SyncError, TransferMode, VaultAppearance,
};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::grant::Grant;
use vault_wire::log::Recovery;
use vault_wire::message::{PushBatch, PushReply};
use vault_wire::{BlobId, ItemId, VaultId};

use self::device::{Answer, Device, Start};
use crate::support::login;

/// Schedules in an ordinary test run.
const SCHEDULES: u64 = 2_000;

/// Tests among which the schedules are divided.
const PARTS: u64 = 8;

/// The length of a body that the server takes while there is disturbance. Some notes are longer.
const SHORT: usize = 4_096;

/// What a device shows of an item, or of a vault.
type Shown<'a> = (&'a (VaultId, Option<ItemId>), &'a Vec<u8>);

struct Simulation {
    rng: FixedRng,
    seed: u64,
    /// Whether devices let the server drop what was deleted.
    purges: bool,
    /// Generators that were made for devices.
    generators: u64,
    devices: Vec<Device>,
    server: LogServer,
    /// The account's grants that the server has.
    grants: BTreeMap<VaultId, Grant>,
    /// Pushes that the network delivers later, or a second time.
    late: Vec<(u32, VaultId, PushBatch)>,
    /// What was typed, with the item in which it was, or the one that was moved there.
    typed: BTreeMap<String, ItemId>,
    /// Where items came from that were moved.
    moved: BTreeMap<ItemId, ItemId>,
    /// Items that were deleted permanently somewhere: what was typed into them may be gone.
    deleted: BTreeSet<ItemId>,
    /// What was in second items, which merging made, when they were deleted permanently.
    deleted_values: BTreeSet<String>,
    /// The items that were made by the user.
    made: BTreeSet<ItemId>,
    /// What the server has of documents.
    documents: BTreeMap<BlobId, Vec<u8>>,
    /// The names of documents that were attached.
    attached: BTreeSet<String>,
}

impl Simulation {
    fn new(seed: u64, purges: bool) -> Self {
        let mut rng = FixedRng::new(seed);
        let count = 2 + rng.next_u32() % 2;
        let mut new = Self {
            rng,
            seed,
            purges,
            generators: 0,
            devices: Vec::new(),
            server: Start::get().server.clone(),
            grants: BTreeMap::new(),
            late: Vec::new(),
            typed: BTreeMap::new(),
            moved: BTreeMap::new(),
            deleted: BTreeSet::new(),
            deleted_values: BTreeSet::new(),
            made: BTreeSet::new(),
            documents: BTreeMap::new(),
            attached: BTreeSet::new(),
        };
        for number in 1..=count {
            let generator = new.generator();
            new.devices.push(Device::new(number, generator));
        }
        new
    }

    /// A generator that no other device of the schedule has: two with the same would make the same ids.
    fn generator(&mut self) -> FixedRng {
        self.generators += 1;
        FixedRng::new(self.seed.wrapping_mul(1_000_003).wrapping_add(self.generators))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())]) }
    }

    fn value(&mut self, item: ItemId) -> String {
        let value = format!("value {}", self.typed.len());
        self.typed.insert(value.clone(), item);
        value
    }

    /// The item that was created, for one that was moved.
    fn origin(&self, mut id: ItemId) -> ItemId {
        while let Some(from) = self.moved.get(&id) {
            id = *from;
        }
        id
    }

    fn step(&mut self) {
        let at = self.below(self.devices.len());
        match self.below(32) {
            0..=13 => self.edit(at),
            14 => {
                let generator = self.generator();
                self.devices[at].restart(generator);
                if self.purges && self.below(2) == 0 {
                    self.devices[at].sign_purges();
                }
            }
            15 => self.devices[at].apart ^= true,
            16 => self.deliver_late(),
            17 if self.below(4) == 0 => self.server.delete_unnamed(),
            _ => self.transfer(at),
        }
    }

    /// The user does something.
    fn edit(&mut self, at: usize) {
        let (vaults, items) = (self.devices[at].vaults(), self.devices[at].items(Scope::All));
        match (self.below(26), self.one_of(&items)) {
            (0..=3, _) | (_, None) => {
                let mut item = login("", "u", "p");
                item.title = format!("value {}", self.typed.len());
                let (title, vault) = (item.title.clone(), self.one_of(&vaults));
                let stored = self.devices[at].session().put(Put { vault, ..Put::new(item) }).unwrap();
                self.typed.insert(title, stored.id);
                self.made.insert(stored.id);
            }
            (4..=11, Some(id)) => {
                let kind = self.below(3);
                let value = if kind < 2 { self.value(id) } else { String::new() };
                let tag = format!("tag {}", self.below(4));
                let session = self.devices[at].session();
                let Opened { mut item, revision, .. } = session.get(id).unwrap();
                match kind {
                    0 => item.title = value,
                    1 => item.fields[1].value = SecretText::from(value.as_str()),
                    _ if item.tags.remove(&tag) => {}
                    _ => drop(item.tags.insert(tag)),
                }
                session.put(Put::change(id, revision, item)).unwrap();
            }
            (12..=13, Some(id)) => {
                self.devices[at].session().trash(&[id]).unwrap();
            }
            (14..=15, Some(_)) => {
                let trashed = self.devices[at].items(Scope::Trash);
                let Some(id) = self.one_of(&trashed) else { return };
                if self.below(2) == 0 {
                    self.devices[at].session().restore(&[id]).unwrap();
                } else {
                    self.note_deleted(at, id);
                    self.devices[at].session().purge(&[id]).unwrap();
                }
            }
            (16..=17, Some(id)) => {
                let Some(to) = self.one_of(&vaults) else { return };
                let mut rng: Rng = Box::new(self.generator());
                let session = self.devices[at].session();
                let mut plan = session.plan_transfer(&[id], to, TransferMode::Move).unwrap();
                plan.seal(&mut rng, &mut |_| ControlFlow::Continue(())).unwrap();
                let done = session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
                self.moved.extend(done.items.iter().map(|item| (item.to, item.from)));
            }
            (18, Some(_)) if vaults.len() < 3 => {
                let name = format!("Vault {}", self.generators + u64::from(self.rng.next_u32()));
                let appearance = VaultAppearance { name, ..VaultAppearance::default() };
                self.devices[at].session().create_vault(&appearance).unwrap();
            }
            (20, Some(_)) => {
                let Some(vault) = self.one_of(&vaults[1..]) else { return };
                self.delete_vault(at, vault);
            }
            (21..=22, Some(id)) => {
                let (name, replace) = (self.value(id), self.below(2) == 0);
                self.devices[at].attach(id, &name, replace);
                self.attached.insert(name);
            }
            (23, Some(id)) => {
                let session = self.devices[at].session();
                let Opened { mut item, revision, .. } = session.get(id).unwrap();
                if item.attachments.pop().is_some() {
                    session.put(Put::change(id, revision, item)).unwrap();
                }
            }
            (24..=25, Some(id)) => {
                let value = self.value(id);
                let length = if self.below(2) == 0 { 2 * SHORT } else { 0 };
                let session = self.devices[at].session();
                let Opened { mut item, revision, .. } = session.get(id).unwrap();
                item.notes = SecretText::new(format!("{value:<length$}"));
                session.put(Put::change(id, revision, item)).unwrap();
            }
            (_, Some(_)) => {
                let Some(vault) = self.one_of(&vaults) else { return };
                let name = format!("Name {}", self.rng.next_u32());
                let appearance = VaultAppearance { name, ..VaultAppearance::default() };
                self.devices[at].session().set_vault_appearance(vault, &appearance).unwrap();
            }
        }
    }

    fn delete_vault(&mut self, at: usize, vault: VaultId) {
        let session = self.devices[at].session();
        let items = session.items_of_vault(vault).unwrap();
        let count = u32::try_from(items.len()).unwrap();
        let contents = if count == 0 { Contents::None } else { Contents::Delete { items: count } };
        for id in items {
            self.note_deleted(at, id);
        }
        let session = self.devices[at].session();
        session.delete_vault(vault, contents, &mut |_| ControlFlow::Continue(())).unwrap();
    }

    /// Notes that an item is deleted permanently, with what it has of others if merging made it.
    fn note_deleted(&mut self, at: usize, id: ItemId) {
        let origin = self.origin(id);
        if !self.made.contains(&origin) {
            self.deleted_values.extend(self.devices[at].found_in(id));
        }
        self.deleted.insert(origin);
    }

    /// A push that was sent long ago arrives.
    fn deliver_late(&mut self) {
        if self.late.is_empty() {
            return;
        }
        let at = self.below(self.late.len());
        let (device, vault, batch) = self.late.swap_remove(at);
        self.server.push(vault, device, &batch);
    }

    /// The network does something for a device: an answer arrives or is lost, or the next request is sent.
    fn transfer(&mut self, at: usize) {
        if self.devices[at].apart {
            return;
        }
        match self.devices[at].answer.take() {
            Some(_) if self.below(6) == 0 => {}
            Some(answer) => self.arrive(at, answer),
            None => self.ask(at),
        }
    }

    fn ask(&mut self, at: usize) {
        self.create_vaults(at);
        self.join(at);
        let vaults = self.devices[at].vault_ids();
        let Some(vault) = self.one_of(&vaults) else { return };
        match self.below(if self.purges { 6 } else { 5 }) {
            0..=1 => {
                let limit = 1 + self.below(6);
                self.devices[at].answer = self.page(at, vault, limit);
            }
            2..=3 => {
                let limits = PushLimits { entries: 1 + self.below(6), body: SHORT };
                self.push(at, vault, &limits);
            }
            5 => purges::send(self, at, vault),
            _ => {
                let lost = self.below(4) == 0;
                self.upload(at, vault, 1, lost);
                self.download(at, vault, 1);
            }
        }
    }

    fn page(&mut self, at: usize, vault: VaultId, limit: usize) -> Option<Answer> {
        let confirmed = self.devices[at].session().confirmed(vault).unwrap();
        let (bodies, sent) = match self.below(4) {
            0 => (Bodies::None, PageBodies::None),
            _ => (Bodies::Live, PageBodies::All),
        };
        let page = self.server.page(vault, confirmed, limit, sent)?;
        Some(Answer::Page(vault, page, bodies))
    }

    fn push(&mut self, at: usize, vault: VaultId, limits: &PushLimits) {
        if self.server.head(vault).seq == 0 {
            return;
        }
        let Some(batch) = self.expect(|simulation| simulation.devices[at].session().next_push(vault, limits))
        else {
            return;
        };
        self.send(at, vault, batch, Answer::Push);
    }

    /// Passes a batch on: it may be lost, arrive late, or twice.
    fn send(
        &mut self,
        at: usize,
        vault: VaultId,
        batch: PushBatch,
        answer: impl FnOnce(VaultId, PushBatch, PushReply) -> Answer,
    ) {
        let device = self.devices[at].number;
        match self.below(8) {
            0 => {}
            1 => self.late.push((device, vault, batch)),
            way => {
                if way == 2 {
                    self.late.push((device, vault, batch.clone()));
                }
                let reply = self.server.push(vault, device, &batch);
                self.devices[at].answer = reply.map(|reply| answer(vault, batch, reply));
            }
        }
    }

    fn arrive(&mut self, at: usize, answer: Answer) {
        let device = &mut self.devices[at];
        let taken = match answer {
            Answer::Page(vault, page, bodies) => {
                let received = device.session().receive(vault, &page, bodies, Recovery::None);
                if received.as_ref().is_ok_and(|received| received.at_head) {
                    device.session().end_deleted(&[vault]).unwrap();
                }
                received.map(drop)
            }
            Answer::Push(vault, batch, reply) => {
                device.session().acknowledge(vault, &batch, &reply).map(drop)
            }
            Answer::Records(vault, batch, reply) => {
                device.session().acknowledge_record(vault, &batch, &reply).unwrap();
                Ok(())
            }
        };
        match taken {
            Ok(()) | Err(SyncError::WithoutBodies) => {}
            Err(error) => panic!("seed {}: {error:?}", self.seed),
        }
    }

    fn expect<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, SyncError>) -> T {
        let seed = self.seed;
        work(self).unwrap_or_else(|error| panic!("seed {seed}: {error:?}"))
    }

    /// Creates the vaults that the server does not have. A grant may arrive much later.
    fn create_vaults(&mut self, at: usize) {
        for vault in self.devices[at].vault_ids() {
            if self.grants.contains_key(&vault) || self.below(2) == 0 {
                continue;
            }
            let mut founding = self.devices[at].session().founding(vault).unwrap();
            self.server.create(vault, &founding.entry);
            if self.below(2) == 0 {
                self.grants.insert(vault, founding.grants.remove(0));
            }
        }
    }

    /// Joins the vaults that the home vault names, as far as the server has them and their grants.
    fn join(&mut self, at: usize) {
        for unjoined in self.devices[at].session().unjoined().unwrap() {
            let Some(first) = self.server.entries(unjoined.vault).first().cloned() else { continue };
            let Some(grant) = self.grants.get(&unjoined.vault).cloned() else { continue };
            self.expect(|simulation| {
                simulation.devices[at].session().join(unjoined.vault, &first, Some(&grant))
            });
        }
    }

    /// Synchronizes a device without disturbance. Returns whether anything was transferred.
    fn sync(&mut self, at: usize) -> bool {
        const LIMITS: PushLimits = PushLimits { entries: 200, body: 1 << 20 };
        let mut changed = false;
        let mut done = BTreeSet::new();
        loop {
            for vault in self.devices[at].vault_ids() {
                if !self.grants.contains_key(&vault) {
                    let mut founding = self.devices[at].session().founding(vault).unwrap();
                    self.server.create(vault, &founding.entry);
                    self.grants.insert(vault, founding.grants.remove(0));
                }
            }
            self.join(at);
            let vaults = self.devices[at].vault_ids();
            let Some(vault) = vaults.iter().copied().find(|vault| done.insert(*vault)) else {
                if self.devices[at].session().end_deleted(&vaults).unwrap() {
                    done.clear();
                    continue;
                }
                return changed;
            };
            loop {
                // What was received of another vault may have ended it.
                while self.devices[at].vault_ids().contains(&vault) {
                    let confirmed = self.devices[at].session().confirmed(vault).unwrap();
                    let page = self.server.page(vault, confirmed, 1_000, PageBodies::All).unwrap();
                    changed |= !page.entries.is_empty();
                    self.arrive(at, Answer::Page(vault, page, Bodies::Live));
                    if self.devices[at].vault_ids().contains(&vault)
                        && self.devices[at].session().confirmed(vault).unwrap() == self.server.head(vault).seq
                    {
                        break;
                    }
                }
                if !self.devices[at].vault_ids().contains(&vault) {
                    break;
                }
                let next =
                    self.expect(|simulation| simulation.devices[at].session().next_push(vault, &LIMITS));
                let Some(batch) = next else {
                    if self.upload(at, vault, usize::MAX, false) {
                        continue;
                    }
                    self.download(at, vault, usize::MAX);
                    break;
                };
                changed = true;
                let reply = self.server.push(vault, self.devices[at].number, &batch).unwrap();
                self.arrive(at, Answer::Push(vault, batch, reply));
            }
        }
    }

    /// Synchronizes all devices until nothing is left to do.
    fn settle(&mut self) {
        let mut rounds = 0;
        while (0..self.devices.len()).map(|at| self.sync(at)).fold(false, |any, synced| any | synced) {
            rounds += 1;
            assert!(rounds < 10, "seed {}: the devices do not settle", self.seed);
        }
    }

    /// The network is whole again: all devices synchronize until nothing is left to do. Checks what they have.
    fn finish(&mut self) {
        let seed = self.seed;
        while !self.late.is_empty() {
            self.deliver_late();
        }
        for device in &mut self.devices {
            device.answer = None;
            // The server takes more from now on.
            device.session().retry_refused().unwrap();
        }
        self.settle();
        if self.purges {
            purges::finish(self);
        }
        for device in &mut self.devices {
            device.session().check_log().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            for vault in device.vault_ids() {
                let confirmed = device.session().confirmed(vault).unwrap();
                assert_eq!(confirmed, self.server.head(vault).seq, "seed {seed}: entries");
            }
            let status = device.session().sync_status().unwrap();
            assert!(status.iter().all(|vault| vault.unsent == 0), "seed {seed}: {status:?}");
        }
        let shown: Vec<_> = self.devices.iter_mut().map(Device::shown).collect();
        for other in &shown[1..] {
            let keys = |shown: &BTreeMap<(VaultId, Option<ItemId>), Vec<u8>>| {
                shown.keys().copied().collect::<Vec<_>>()
            };
            assert_eq!(keys(&shown[0]), keys(other), "seed {seed}: other items");
            let differing = shown[0].iter().zip(other).find(|(one, other)| one != other);
            assert!(differing.is_none(), "seed {seed}: {}", describe(differing));
        }
        self.check_found();
    }

    /// Checks that nothing typed is lost. They show the same; so one device has it all, and the others are asked for the rest.
    fn check_found(&mut self) {
        let is_expected = |value: &str, item: &ItemId| {
            !self.deleted.contains(&self.origin(*item)) && !self.deleted_values.contains(value)
        };
        let typed = self.typed.iter().filter(|(value, item)| is_expected(value, item));
        let mut values: BTreeSet<String> = typed.map(|(value, _)| value.clone()).collect();
        let attached = self.attached.iter().filter(|name| is_expected(name, &self.typed[*name]));
        let mut documents: BTreeSet<String> = attached.cloned().collect();
        let first = self.below(self.devices.len());
        self.devices.rotate_left(first);
        for device in &mut self.devices {
            let found = device.found();
            values.retain(|value| !found.values.contains(value));
            documents.retain(|name| !found.documents.contains(name));
            if values.is_empty() && documents.is_empty() {
                return;
            }
        }
        panic!("seed {}: lost values {values:?}, lost documents {documents:?}", self.seed);
    }
}

/// What two devices show differently.
fn describe(differing: Option<(Shown<'_>, Shown<'_>)>) -> String {
    let item = |(_, payload): Shown<'_>| match vault_engine::item::decode(payload) {
        Ok(item) => {
            let Item { title, fields, tags, superseded, trashed_at, modified_at, device, .. } = item;
            let fields: Vec<_> = fields.iter().map(|field| field.value.expose().to_owned()).collect();
            let superseded: Vec<_> = superseded.iter().map(|old| old.value.expose().to_owned()).collect();
            format!("{title} {fields:?} {tags:?} {superseded:?} {trashed_at:?} {modified_at:?} {device}")
        }
        Err(_) => String::from_utf8_lossy(payload).into_owned(),
    };
    differing.map(|(one, other)| format!("{} | {}", item(one), item(other))).unwrap_or_default()
}

/// Runs one schedule.
fn run(seed: u64) {
    run_with(Simulation::new(seed, true));
}

fn run_with(mut simulation: Simulation) {
    for _ in 0..30 + simulation.below(60) {
        simulation.step();
    }
    simulation.finish();
}

/// The number in a variable of the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one of the parts into which all schedules are divided, so that they run at the same time.
fn run_part(part: u64) {
    let first = number("COFFER_SOAK_SEED").unwrap_or(1);
    let count = number("COFFER_SOAK_ROUNDS").unwrap_or(SCHEDULES);
    (0..count).filter(|at| at % PARTS == part).for_each(|at| run(first.saturating_add(at)));
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_1() {
    run_part(0);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_2() {
    run_part(1);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_3() {
    run_part(2);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_4() {
    run_part(3);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_5() {
    run_part(4);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_6() {
    run_part(5);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_7() {
    run_part(6);
}

#[test]
fn devices_converge_and_nothing_typed_is_lost_8() {
    run_part(7);
}
