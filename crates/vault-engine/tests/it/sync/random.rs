//! Random work on several devices with crashes, lost answers and small pages: all devices end with the same items, and
//! nothing that was typed is lost.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::Rng as _;
use vault_engine::clock::Timestamp;
use vault_engine::search::Scope;
use vault_engine::session::{Bodies, Opened, Put, SyncError};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::log::Recovery;
use vault_wire::{ItemId, VaultId};

use super::device::{Device, LIMITS, two};
use crate::support::{add, login, query};

/// Steps of a schedule.
const STEPS: u32 = 40;

struct Schedule {
    seed: u64,
    rng: FixedRng,
    server: LogServer,
    devices: Vec<Option<Device>>,
    home: VaultId,
    /// What was typed as an item's title.
    typed: BTreeMap<ItemId, BTreeSet<String>>,
    /// Items that somebody deleted.
    deleted: BTreeSet<ItemId>,
    count: u32,
}

impl Schedule {
    fn new(seed: u64) -> Self {
        let mut server = LogServer::default();
        let (one, two) = two(&mut server);
        let (two, three) = two.copy(3);
        let home = one.home();
        let devices = vec![Some(one), Some(two), Some(three)];
        let (typed, deleted) = (BTreeMap::new(), BTreeSet::new());
        Self { seed, rng: FixedRng::new(seed), server, devices, home, typed, deleted, count: 0 }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.rng.next_u32() % bound
    }

    fn device(&mut self, at: usize) -> &mut Device {
        self.devices[at].as_mut().unwrap()
    }

    fn step(&mut self) {
        let at = self.below(3) as usize;
        match self.below(12) {
            0..=1 => self.create(at),
            2..=5 => self.edit(at),
            6 => self.delete(at),
            7 => self.restart(at),
            8..=9 => self.receive_one(at),
            10 => self.push_without_answer(at),
            _ => {
                let Self { server, devices, .. } = self;
                devices[at].as_mut().unwrap().sync(server);
            }
        }
    }

    fn new_title(&mut self) -> String {
        self.count += 1;
        format!("Title {}", self.count)
    }

    fn create(&mut self, at: usize) {
        let title = self.new_title();
        let stored = add(&mut self.device(at).session, login(&title, "u", "p"));
        self.typed.entry(stored.id).or_default().insert(title);
    }

    fn any_item(&mut self, at: usize) -> Option<ItemId> {
        let rows = self.device(at).session.list(&query(Scope::All)).unwrap().rows;
        let count = u32::try_from(rows.len()).unwrap();
        (count > 0).then(|| rows[self.below(count) as usize].id)
    }

    fn edit(&mut self, at: usize) {
        let Some(id) = self.any_item(at) else { return };
        let title = self.new_title();
        self.device(at).set_title(id, &title);
        self.typed.entry(id).or_default().insert(title);
    }

    fn delete(&mut self, at: usize) {
        let Some(id) = self.any_item(at) else { return };
        let device = self.device(at);
        let Opened { mut item, revision, .. } = device.session.get(id).unwrap();
        item.trashed_at = Some(Timestamp(1));
        device.session.put(Put::change(id, revision, item)).unwrap();
        device.session.purge(&[id]).unwrap();
        self.deleted.insert(id);
    }

    fn restart(&mut self, at: usize) {
        let device = self.devices[at].take().unwrap().restart();
        device.session.check_log().unwrap();
        self.devices[at] = Some(device);
    }

    /// Receives one entry, as if the connection was lost then.
    fn receive_one(&mut self, at: usize) {
        let (home, after) = (self.home, self.devices[at].as_ref().unwrap().confirmed(self.home));
        let page = self.server.page(home, after, 1, PageBodies::Live).unwrap();
        self.device(at).session.receive(home, &page, Bodies::Live, Recovery::None).unwrap();
    }

    /// Sends entries to the server, whose answer is lost.
    fn push_without_answer(&mut self, at: usize) {
        let home = self.home;
        let device = self.devices[at].as_mut().unwrap();
        match device.session.next_push(home, &LIMITS) {
            Ok(Some(batch)) => drop(self.server.push(home, device.number, &batch)),
            Ok(None) => {}
            Err(error @ SyncError::Alarm(_)) => panic!("{error:?}"),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Synchronizes all devices, and checks what they have.
    fn finish(&mut self) {
        for _ in 0..3 {
            for device in self.devices.iter_mut().flatten() {
                device.sync(&mut self.server);
            }
        }
        let entries = self.server.head(self.home).seq;
        let mut all = Vec::new();
        for device in self.devices.iter_mut().flatten() {
            assert_eq!(device.session.check_log().unwrap(), entries);
            let rows = device.session.list(&query(Scope::All)).unwrap().rows;
            let items = rows.iter().map(|row| (row.id, device.item(row.id)));
            let content =
                |item: vault_engine::item::Item| vault_engine::item::encode(&item).unwrap().to_vec();
            all.push(items.map(|(id, item)| (id, content(item))).collect::<BTreeMap<_, _>>());
        }
        assert!(
            all.iter().all(|items| *items == all[0]),
            "seed {}: the devices differ: {}",
            self.seed,
            differences(&all)
        );
        for (id, typed) in &self.typed {
            if !self.deleted.contains(id) {
                let found = self.found(*id);
                assert!(typed.is_subset(&found), "seed {}: typed {typed:?}, found {found:?}", self.seed);
            }
        }
    }

    /// All titles of an item: the present one, superseded ones, and those in the history of any device.
    fn found(&self, id: ItemId) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for device in self.devices.iter().flatten() {
            let item = device.item(id);
            found.extend(item.superseded.iter().map(|old| old.value.expose().to_owned()));
            found.insert(item.title);
            for entry in device.session.history(id).unwrap() {
                found.insert(device.session.at_revision(id, entry.revision).unwrap().title);
            }
        }
        found
    }
}

/// The titles of items that are not the same everywhere, by device.
fn differences(all: &[BTreeMap<ItemId, Vec<u8>>]) -> String {
    let ids: BTreeSet<&ItemId> = all.iter().flat_map(BTreeMap::keys).collect();
    let differ = ids.into_iter().filter(|id| all.iter().any(|items| items.get(id) != all[0].get(id)));
    let shown = differ.map(|id| {
        let titles = all.iter().map(|items| {
            items.get(id).map(|payload| {
                let item = vault_engine::item::decode(payload).unwrap();
                let old: Vec<&str> = item.superseded.iter().map(|old| old.value.expose()).collect();
                format!("{} {old:?} {:?}", item.title, item.device)
            })
        });
        format!("{id}: {:?}", titles.collect::<Vec<_>>())
    });
    shown.collect::<Vec<_>>().join("; ")
}

/// The number of schedules, and the first seed: more and others with `COFFER_SOAK_ALL`.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("COFFER_SOAK_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(first) => first..first + 100,
        None => 1..7,
    }
}

#[test]
fn devices_converge_and_nothing_typed_is_lost() {
    for seed in seeds() {
        let mut schedule = Schedule::new(seed);
        for _ in 0..STEPS {
            schedule.step();
        }
        schedule.finish();
    }
}
