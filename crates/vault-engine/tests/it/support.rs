//! Test fixtures: a folder with profiles, a manual clock, and items.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use vault_crypto::{KdfParams, SecretText};
use vault_engine::clock::Timestamp;
use vault_engine::clock::{Clock, Rng};
use vault_engine::disk::AppDirs;
use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType, Role};
use vault_engine::profile::{
    Keychain, KeychainEntry, KeychainUnavailable, NewProfile, NoKeychain, Profiles, UnlockError,
};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Page, Put, Query, Session, Stored};
use vault_testkit::FixedRng;
use vault_wire::ProfileId;

pub const PASSWORD: &str = "correct horse battery staple";

/// A clock that only tests advance.
pub struct ManualClock {
    now: AtomicU64,
    steady: AtomicU64,
}

impl ManualClock {
    pub fn new() -> Arc<Self> {
        // A day in 2026.
        Arc::new(Self { now: AtomicU64::new(1_790_000_000_000), steady: AtomicU64::new(0) })
    }

    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap();
        self.now.fetch_add(by, Ordering::SeqCst);
        self.steady.fetch_add(by, Ordering::SeqCst);
    }

    /// Sets the time of day but not the steady time, as a user or a time server does.
    pub fn set_now(&self, now: Timestamp) {
        self.now.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn steady(&self) -> Duration {
        Duration::from_millis(self.steady.load(Ordering::SeqCst))
    }
}

/// A keychain in memory, shared by its clones.
#[derive(Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<BTreeMap<(ProfileId, &'static str), String>>>);

impl MemoryKeychain {
    pub fn secret_key(&self, id: ProfileId) -> String {
        self.get(id, KeychainEntry::SecretKey).unwrap().unwrap().expose().to_owned()
    }
}

impl Keychain for MemoryKeychain {
    fn get(&self, id: ProfileId, entry: KeychainEntry) -> Result<Option<SecretText>, KeychainUnavailable> {
        Ok(self.0.lock().unwrap().get(&(id, entry.name())).map(|text| SecretText::from(text.as_str())))
    }

    fn set(
        &self,
        id: ProfileId,
        entry: KeychainEntry,
        value: &SecretText,
    ) -> Result<(), KeychainUnavailable> {
        self.0.lock().unwrap().insert((id, entry.name()), value.expose().to_owned());
        Ok(())
    }

    fn delete(&self, id: ProfileId, entry: KeychainEntry) -> Result<(), KeychainUnavailable> {
        self.0.lock().unwrap().remove(&(id, entry.name()));
        Ok(())
    }
}

/// A computer with a folder for profiles.
pub struct World {
    root: PathBuf,
    _folder: Option<TempDir>,
    pub clock: Arc<ManualClock>,
    pub profiles: Profiles,
}

impl World {
    /// Uses a temporary folder, which is deleted on drop.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self::at(folder.path());
        Self { _folder: Some(folder), ..world }
    }

    /// Uses an existing folder.
    pub fn at(root: &Path) -> Self {
        Self::at_with(root, Box::new(NoKeychain))
    }

    pub fn at_with(root: &Path, keychain: Box<dyn Keychain>) -> Self {
        let clock = ManualClock::new();
        let profiles = Profiles::new(AppDirs::portable(root), keychain, clock.clone());
        Self { root: root.to_owned(), _folder: None, clock, profiles }
    }

    pub fn dirs(&self) -> AppDirs {
        AppDirs::portable(&self.root)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn create(&self) -> Session {
        self.profiles.create(new_profile("Home"), rng(1)).unwrap()
    }

    pub fn file(&self, id: ProfileId, name: &str) -> PathBuf {
        self.dirs().profile(id).join(name)
    }

    pub fn unlock(&self, id: ProfileId) -> Result<Session, UnlockError> {
        self.unlock_with(id, PASSWORD)
    }

    pub fn unlock_with(&self, id: ProfileId, password: &str) -> Result<Session, UnlockError> {
        self.profiles.unlock(id, &SecretText::from(password), None, rng(2))
    }
}

pub fn new_profile(name: &str) -> NewProfile {
    NewProfile {
        name: name.to_owned(),
        password: SecretText::from(PASSWORD),
        device: "desk".to_owned(),
        kdf: KdfParams::TEST,
    }
}

/// Returns a generator that differs from all others of the process: ids must be unique even with equal seeds.
pub fn rng(seed: u64) -> Rng {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    Box::new(FixedRng::new(seed << 32 | DRAWN.fetch_add(1, Ordering::SeqCst)))
}

/// A login with a user name and a password.
pub fn login(title: &str, username: &str, password: &str) -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(1_700_000_000_000));
    item.title = title.to_owned();
    let mut field = |number: u8, role, kind, value: &str| {
        let mut field = Field::new(FieldId([number; 8]), kind, SecretText::from(value));
        field.role = Some(role);
        item.fields.push(field);
    };
    field(1, Role::Username, FieldKind::Text, username);
    field(2, Role::Password, FieldKind::Concealed, password);
    item
}

pub fn add(session: &mut Session, item: Item) -> Stored {
    session.put(Put::new(item)).unwrap()
}

pub fn query(scope: Scope) -> Query {
    Query { text: String::new(), scope, sort: Sort::Title, offset: 0, limit: 100 }
}

pub fn titles(page: &Page) -> Vec<&str> {
    page.rows.iter().map(|row| row.title.as_str()).collect()
}

pub fn titles_in(session: &mut Session, scope: Scope) -> Vec<String> {
    let page = session.list(&query(scope)).unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.title).collect()
}
