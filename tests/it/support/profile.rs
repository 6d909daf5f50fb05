//! A profile of the engine on a computer of a test.

use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use vault_crypto::{KdfParams, SecretText};
use vault_engine::clock::{Clock, Timestamp};
use vault_engine::disk::AppDirs;
use vault_engine::document::{ChunkList, DocumentError, DocumentReader, NewBlob, seal};
use vault_engine::item::{Item, ItemType};
use vault_engine::profile::{ExistingAccount, NewProfile, NoKeychain, Profiles};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{AccountParts, Opened, Put, Query, Session};
use vault_sync::cycle::{Locked, Profile};
use vault_testkit::FixedRng;
use vault_wire::{BlobId, ItemId, ProfileId};

use super::{NOW, rng};

/// The password of all of them.
pub const PASSWORD: &str = "correct horse battery staple";

/// A clock that shows what a test wants.
struct WrongClock(u64);

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0)
    }

    fn steady(&self) -> Duration {
        Duration::ZERO
    }
}

/// A computer with one profile, which may be locked.
pub struct Computer {
    profiles: Profiles,
    id: ProfileId,
    open: Mutex<Option<Session>>,
    root: PathBuf,
    _folder: Option<TempDir>,
}

impl Computer {
    /// Creates a profile on a computer whose clock is right.
    pub fn new() -> Self {
        Self::with_clock(NOW, None)
    }

    /// Creates the profile of an account that exists.
    pub fn of(account: ExistingAccount) -> Self {
        Self::with_clock(NOW, Some(account))
    }

    pub fn with_clock(now: u64, account: Option<ExistingAccount>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profiles = profiles_in(folder.path(), now);
        let new = NewProfile {
            name: "Home".to_owned(),
            password: PASSWORD.into(),
            device: "computer".to_owned(),
            kdf: KdfParams::TEST,
        };
        let session = match account {
            Some(account) => profiles.create_for(new, account, generator()).unwrap(),
            None => profiles.create(new, generator()).unwrap(),
        };
        let id = session.profile().id;
        Self {
            profiles,
            id,
            open: Mutex::new(Some(session)),
            root: folder.path().to_owned(),
            _folder: Some(folder),
        }
    }

    /// Opens the profile in a folder, with what it has there.
    pub fn at(folder: &Path) -> Self {
        let profiles = profiles_in(folder, NOW);
        let id = profiles.list().remove(0).id;
        let computer = Self { profiles, id, open: Mutex::new(None), root: folder.to_owned(), _folder: None };
        computer.unlock();
        computer
    }

    /// The same profile on another computer.
    pub fn copied(&self) -> Self {
        self.lock();
        let folder = tempfile::tempdir().unwrap();
        copy_folder(&self.root, folder.path());
        self.unlock();
        let other = Self::at(folder.path());
        Self { _folder: Some(folder), ..other }
    }

    /// The folder with everything that it stores.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Works with the open profile.
    pub fn work<T>(&self, work: impl FnOnce(&mut Session) -> T) -> T {
        work(self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut().unwrap())
    }

    pub fn lock(&self) {
        *self.open.lock().unwrap() = None;
    }

    pub fn unlock(&self) {
        let opened = self.profiles.unlock(self.id, &PASSWORD.into(), None, generator());
        *self.open.lock().unwrap() = Some(opened.unwrap());
    }

    pub fn account_parts(&self) -> AccountParts {
        self.work(|session| session.account_parts(&SecretText::from(PASSWORD)).ok().unwrap())
    }

    /// Adds a note with this title.
    pub fn add(&self, title: &str) -> ItemId {
        let mut item = Item::new(ItemType::Note, self.work(|session| session.clock().now()));
        item.title = title.to_owned();
        self.work(|session| session.put(Put::new(item)).unwrap().id)
    }

    /// Adds an item with documents of this content.
    pub fn add_documents(&self, title: &str, contents: &[&[u8]]) -> (ItemId, Vec<BlobId>) {
        self.work(|session| {
            let mut item = Item::new(ItemType::Document, session.clock().now());
            item.title = title.to_owned();
            let mut blobs = Vec::new();
            for content in contents {
                let new = NewBlob::make(session.rng());
                let size = u64::try_from(content.len()).unwrap();
                let sealed = seal(*content, size, new, session.blobs(), &mut go_on).unwrap();
                blobs.push(sealed.blob);
                item.attachments.push(sealed.into_attachment(title.to_owned(), Timestamp(NOW)));
            }
            let documents = blobs.iter().map(|blob| blob.blob_id).collect();
            (session.put(Put { blobs, ..Put::new(item) }).unwrap().id, documents)
        })
    }

    /// Opens a document of an item.
    pub fn read(&self, id: ItemId, document: &BlobId) -> Result<Vec<u8>, DocumentError> {
        self.work(|session| {
            let (attachment, signed) = session.file(id, document).unwrap();
            let list = ChunkList::make(&attachment, &signed, session.blobs(), &mut go_on)?;
            let mut content = Vec::new();
            let mut reader = DocumentReader::new(&attachment, list, session.blobs())?;
            reader.read_to_end(&mut content).map_err(DocumentError::from_read)?;
            Ok(content)
        })
    }

    pub fn set_title(&self, id: ItemId, title: &str) {
        self.work(|session| {
            let Opened { mut item, revision, .. } = session.get(id).unwrap();
            item.title = title.to_owned();
            session.put(Put::change(id, revision, item)).unwrap();
        });
    }

    /// The titles of all items, in order.
    pub fn titles(&self) -> Vec<String> {
        let query =
            Query { text: String::new(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: 1_000 };
        self.work(|session| session.list(&query).unwrap().rows.into_iter().map(|row| row.title).collect())
    }
}

impl Profile for Computer {
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> Result<T, Locked> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(work).ok_or(Locked)
    }
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn profiles_in(folder: &Path, now: u64) -> Profiles {
    Profiles::new(AppDirs::portable(folder), Box::new(NoKeychain), Arc::new(WrongClock(now)))
}

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn generator() -> Box<FixedRng> {
    Box::new(rng())
}
