//! A device of a simulation, and the state from which all begin.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;
use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::document::{ChunkList, DocumentReader, NewBlob, seal};
use vault_engine::item::{Item, encode};
use vault_engine::search::Scope;
use vault_engine::session::{Bodies, Opened, Put, Session};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::log::Recovery;
use vault_wire::message::{LogPage, PushBatch, PushReply};
use vault_wire::{BlobId, ItemId, ProfileId, VaultId};

use crate::support::{PASSWORD, World, new_profile, query};

/// A profile and its server, from which all schedules begin.
pub struct Start {
    pub id: ProfileId,
    /// The files of the profile's folder, by their paths.
    files: Vec<(PathBuf, Vec<u8>)>,
    pub server: LogServer,
}

impl Start {
    pub fn get() -> &'static Self {
        static START: OnceLock<Start> = OnceLock::new();
        START.get_or_init(|| {
            let world = World::new();
            let mut session = world.profiles.create(new_profile("Home"), Box::new(FixedRng::new(1))).unwrap();
            let id = session.profile().id;
            let home = session.vaults().unwrap()[0].id;
            let mut server = LogServer::default();
            server.requires_documents();
            server.create(home, &session.founding(home).unwrap().entry);
            let page = server.page(home, 0, 10, PageBodies::Live).unwrap();
            session.receive(home, &page, Bodies::Live, Recovery::None).unwrap();
            drop(session);
            let mut files = Vec::new();
            read_folder(world.root(), Path::new(""), &mut files);
            Self { id, files, server }
        })
    }
}

fn read_folder(root: &Path, at: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(root.join(at)).unwrap() {
        let entry = entry.unwrap();
        let path = at.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            read_folder(root, &path, files);
        } else {
            files.push((path, std::fs::read(entry.path()).unwrap()));
        }
    }
}

/// A folder in memory, where there is one: a disk's time is not what is tested here.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// An answer on its way to a device.
pub enum Answer {
    Page(VaultId, LogPage, Bodies),
    Push(VaultId, PushBatch, PushReply),
    /// To records.
    Records(VaultId, PushBatch, PushReply),
}

pub struct Device {
    pub number: u32,
    /// `None` while it is restarted.
    session: Option<Session>,
    pub answer: Option<Answer>,
    /// Whether the network does not reach it.
    pub apart: bool,
    world: World,
    _folder: TempDir,
}

impl Device {
    pub fn new(number: u32, rng: FixedRng) -> Self {
        let start = Start::get();
        let folder = folder();
        for (path, content) in &start.files {
            let target = folder.path().join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, content).unwrap();
        }
        let world = World::at(folder.path());
        let mut device = Self { number, session: None, answer: None, apart: false, world, _folder: folder };
        device.restart(rng);
        device
    }

    /// Ends without warning, and begins again with what was stored.
    pub fn restart(&mut self, rng: FixedRng) {
        self.session = None;
        self.answer = None;
        let password = SecretText::from(PASSWORD);
        let opened = self.world.profiles.unlock(Start::get().id, &password, None, Box::new(rng));
        self.session = Some(opened.unwrap());
    }

    /// Signs what the server may drop, as after an unlock by password.
    pub fn sign_purges(&mut self) {
        self.session().sign_purges(&SecretText::from(PASSWORD)).unwrap();
    }

    pub fn session(&mut self) -> &mut Session {
        self.session.as_mut().unwrap()
    }

    /// The vaults that it shows, the home vault first.
    pub fn vaults(&self) -> Vec<VaultId> {
        let session = self.session.as_ref().unwrap();
        session.vaults().unwrap().into_iter().map(|vault| vault.id).collect()
    }

    /// The vaults that it synchronizes.
    pub fn vault_ids(&self) -> Vec<VaultId> {
        self.session.as_ref().unwrap().vault_ids()
    }

    /// Adds a document to an item, perhaps in place of those that it has.
    pub fn attach(&mut self, id: ItemId, name: &str, replace: bool) {
        let session = self.session();
        let new = NewBlob::make(session.rng());
        let size = u64::try_from(name.len()).unwrap();
        let sealed =
            seal(name.as_bytes(), size, new, session.blobs(), &mut |_| ControlFlow::Continue(())).unwrap();
        let blobs = vec![sealed.blob];
        let attachment = sealed.into_attachment(name.to_owned(), Timestamp(1));
        let Opened { mut item, revision, .. } = session.get(id).unwrap();
        if replace {
            item.attachments.clear();
        }
        item.attachments.push(attachment);
        session.put(Put { blobs, ..Put::change(id, revision, item) }).unwrap();
    }

    /// Opens a document that an item has or had.
    fn read(&mut self, id: ItemId, document: &BlobId) -> Option<Vec<u8>> {
        let session = self.session();
        let (attachment, signed) = session.file(id, document).ok()?;
        let list = ChunkList::make(&attachment, &signed, session.blobs(), &mut |_| ControlFlow::Continue(()))
            .ok()?;
        let mut content = Vec::new();
        DocumentReader::new(&attachment, list, session.blobs()).ok()?.read_to_end(&mut content).ok()?;
        Some(content)
    }

    /// The items in a list.
    pub fn items(&mut self, scope: Scope) -> Vec<ItemId> {
        self.session().list(&query(scope)).unwrap().rows.into_iter().map(|row| row.id).collect()
    }

    /// Everything that it shows: items by vault and id, and the vaults.
    pub fn shown(&mut self) -> BTreeMap<(VaultId, Option<ItemId>), Vec<u8>> {
        let items = [self.items(Scope::All), self.items(Scope::Trash)].concat();
        let session = self.session();
        let vaults = session.vaults().unwrap().into_iter();
        let mut shown: BTreeMap<_, _> =
            vaults.map(|vault| ((vault.id, None), vault.appearance.name.into_bytes())).collect();
        for id in items {
            let Opened { item, vault, .. } = session.get(id).unwrap();
            shown.insert((vault, Some(id)), encode(&item).unwrap().to_vec());
        }
        shown
    }

    /// Everything that was ever typed and is in an item or its history here. Documents of present items must open; each has its
    /// name as its content.
    pub fn found(&mut self) -> Found {
        let mut found = Found::default();
        for id in [self.items(Scope::All), self.items(Scope::Trash)].concat() {
            let Opened { item, revision, .. } = self.session().get(id).unwrap();
            for attachment in &item.attachments {
                let content = self.read(id, &attachment.blob_id);
                assert_eq!(content.as_deref(), Some(attachment.name.as_bytes()), "{}", attachment.name);
                found.documents.insert(attachment.name.clone());
            }
            found.note(&item);
            for entry in self.session().history(id).unwrap() {
                if entry.revision == revision {
                    continue;
                }
                let past = self.session().at_revision(id, entry.revision).unwrap();
                found.note(&past);
                for attachment in past.attachments {
                    if found.documents.contains(&attachment.name) {
                        continue;
                    }
                    if let Some(content) = self.read(id, &attachment.blob_id) {
                        assert_eq!(content, attachment.name.as_bytes());
                        found.documents.insert(attachment.name);
                    }
                }
            }
        }
        found
    }

    /// What is in an item and its history.
    pub fn found_in(&mut self, id: ItemId) -> BTreeSet<String> {
        let mut found = Found::default();
        for entry in self.session().history(id).unwrap() {
            found.note(&self.session().at_revision(id, entry.revision).unwrap());
        }
        found.values
    }
}

/// What is in items and their histories.
#[derive(Default)]
pub struct Found {
    pub values: BTreeSet<String>,
    /// The names of documents that open.
    pub documents: BTreeSet<String>,
}

impl Found {
    fn note(&mut self, item: &Item) {
        let found = &mut self.values;
        found.insert(item.title.trim_end_matches(" (2)").to_owned());
        found.insert(item.notes.expose().trim_end().to_owned());
        found.extend(item.attachments.iter().map(|attachment| attachment.name.clone()));
        found.extend(item.superseded.iter().map(|old| old.value.expose().trim_end().to_owned()));
        for field in &item.fields {
            found.insert(field.value.expose().to_owned());
            found.extend(field.history.iter().map(|past| past.value.expose().to_owned()));
        }
    }
}
