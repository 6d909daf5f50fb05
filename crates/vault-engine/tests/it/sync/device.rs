//! A computer with the engine's profile, beside a server's logs in memory.

use std::path::Path;

use vault_engine::item::Item;
use vault_engine::session::{Acknowledged, Bodies, Opened, PushLimits, Put, Received, Session, VaultSync};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::log::Recovery;
use vault_wire::{ItemId, ProfileId, VaultId};

use crate::support::{World, add, login};

pub const LIMITS: PushLimits = PushLimits { entries: 200, body: 1 << 20 };

/// A computer with the profile.
pub struct Device {
    pub number: u32,
    pub world: World,
    pub session: Session,
}

impl Device {
    pub fn new() -> Self {
        Self::numbered(1)
    }

    /// The device of an account of its own.
    pub fn numbered(number: u32) -> Self {
        let world = World::new();
        let session = world.create();
        Self { number, world, session }
    }

    pub fn id(&self) -> ProfileId {
        self.session.profile().id
    }

    pub fn home(&self) -> VaultId {
        self.session.vaults().unwrap().iter().find(|vault| vault.home).unwrap().id
    }

    /// Locks and unlocks, as a restart of the program does.
    pub fn restart(self) -> Self {
        let Self { number, world, session } = self;
        let id = session.profile().id;
        drop(session);
        let session = world.unlock(id).unwrap();
        Self { number, world, session }
    }

    /// Copies the whole profile to another computer.
    pub fn copy(self, number: u32) -> (Self, Self) {
        let Self { number: own, world, session } = self;
        let id = session.profile().id;
        drop(session);
        let other = World::new();
        copy_folder(world.root(), other.root());
        let copy = Self { number, session: other.unlock(id).unwrap(), world: other };
        (Self { number: own, session: world.unlock(id).unwrap(), world }, copy)
    }

    pub fn found(&mut self, server: &mut LogServer) {
        for vault in self.session.vaults().unwrap() {
            let founding = self.session.founding(vault.id).unwrap();
            server.create(vault.id, &founding.entry);
        }
    }

    pub fn pull(&mut self, server: &LogServer, vault: VaultId) -> Received {
        self.pull_by(server, vault, 1_000)
    }

    /// Receives pages of at most `limit` entries up to the head.
    pub fn pull_by(&mut self, server: &LogServer, vault: VaultId, limit: usize) -> Received {
        let mut all = Received::default();
        loop {
            let page = server.page(vault, self.confirmed(vault), limit, PageBodies::Live).unwrap();
            let received = self.session.receive(vault, &page, Bodies::Live, Recovery::None).unwrap();
            all.own += received.own;
            all.foreign += received.foreign;
            all.void += received.void;
            all.unjoined |= received.unjoined;
            if received.at_head {
                return all;
            }
        }
    }

    pub fn confirmed(&self, vault: VaultId) -> u64 {
        self.status(vault).confirmed
    }

    pub fn status(&self, vault: VaultId) -> VaultSync {
        let all = self.session.sync_status().unwrap();
        all.into_iter().find(|status| status.vault == vault).unwrap()
    }

    pub fn push(&mut self, server: &mut LogServer, vault: VaultId) -> Option<Acknowledged> {
        let batch = self.session.next_push(vault, &LIMITS).unwrap()?;
        let reply = server.push(vault, self.number, &batch).unwrap();
        Some(self.session.acknowledge(vault, &batch, &reply).unwrap())
    }

    /// Pulls and pushes until nothing is left to send.
    pub fn sync(&mut self, server: &mut LogServer) {
        loop {
            let vaults = self.session.vault_ids();
            for vault in &vaults {
                for _ in 0..100 {
                    // It may have been deleted by what was received.
                    if !self.session.vault_ids().contains(vault) {
                        break;
                    }
                    self.pull(server, *vault);
                    if self.push(server, *vault).is_none() {
                        break;
                    }
                }
            }
            if !self.session.end_deleted(&vaults).unwrap() {
                break;
            }
        }
        assert!(self.session.sync_status().unwrap().iter().all(|vault| vault.unsent == 0));
    }

    pub fn item(&self, id: ItemId) -> Item {
        self.session.get(id).unwrap().item
    }

    pub fn set_title(&mut self, id: ItemId, title: &str) {
        let Opened { mut item, revision, .. } = self.session.get(id).unwrap();
        item.title = title.to_owned();
        self.session.put(Put::change(id, revision, item)).unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Two computers with the same profile, whose home vault the server has.
pub fn two(server: &mut LogServer) -> (Device, Device) {
    let mut one = Device::new();
    add(&mut one.session, login("First", "u", "p"));
    one.found(server);
    one.sync(server);
    one.copy(2)
}
