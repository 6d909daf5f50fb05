use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use vault_api::start::{AppDirs, Clock, KdfParams, Keychain, NoKeychain, Profiles, SystemClock, system_rng};
use vault_api::views::{
    FieldDraft, FieldKindView, ItemDraft, ItemQuery, ItemScope, ItemSort, ItemTypeView, ItemView, JobView,
    UnlockRequest,
};
use vault_api::{Coffer, Costs, Event, EventSink, ItemId, ProfileId, RangeSource, SecretText, Setup};
use vault_engine::clock::Timestamp;
use vault_engine::profile::{KeychainEntry, KeychainUnavailable};

/// A password that the strength meter accepts.
pub const PASSWORD: &str = "correct horse battery staple";

/// A computer with the program on it.
pub struct Computer {
    pub coffer: Coffer,
    pub events: Arc<Mutex<Vec<Event>>>,
    pub folder: TempDir,
}

impl Computer {
    /// A computer without profiles.
    pub fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap(), None)
    }

    /// A computer whose events `watch` receives first, on the thread that sends them.
    pub fn watched(watch: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self::on_watched(tempfile::tempdir().unwrap(), None, watch)
    }

    /// A computer with an open profile and a steady clock that stands still.
    pub async fn with_standing_clock() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let coffer = start(&folder, EventSink::new(|_| {}), None, Arc::new(StandingClock));
        Self { coffer, events: Arc::default(), folder }.opened().await
    }

    fn on(folder: TempDir, ranges: Option<Arc<dyn RangeSource>>) -> Self {
        Self::on_watched(folder, ranges, |_| {})
    }

    fn on_watched(
        folder: TempDir,
        ranges: Option<Arc<dyn RangeSource>>,
        watch: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&events);
        let hints = EventSink::new(move |event| {
            watch(&event);
            seen.lock().unwrap().push(event);
        });
        let coffer = start(&folder, hints, ranges, Arc::new(SystemClock::new()));
        Self { coffer, events, folder }
    }

    /// Starts the same program a second time, beside the first.
    pub fn another(&self) -> Coffer {
        start(&self.folder, EventSink::new(|_| {}), None, Arc::new(SystemClock::new()))
    }

    /// The same folder and keychain after the program was ended and started again.
    pub fn on_with_keychain(folder: TempDir, keychain: &MemoryKeychain) -> Self {
        let clock = Arc::new(SystemClock::new());
        let coffer = start_with(&folder, EventSink::new(|_| {}), None, clock, Box::new(keychain.clone()));
        Self { coffer, events: Arc::default(), folder }
    }

    /// A computer with an open profile.
    pub async fn with_profile() -> Self {
        Self::new().opened().await
    }

    /// The same with a service for breached passwords.
    pub async fn with_ranges(ranges: Arc<dyn RangeSource>) -> Self {
        Self::on(tempfile::tempdir().unwrap(), Some(ranges)).opened().await
    }

    pub async fn opened(self) -> Self {
        let computer = self;
        computer.coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
        computer
    }

    /// Waits until a job has ended, and returns its view.
    pub async fn ended(&self, job: u32) -> JobView {
        loop {
            let found = self.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
            if found.state.is_over() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Unlocks a profile.
    pub async fn unlock(&self, profile_id: &str) {
        let request = UnlockRequest {
            profile_id: profile_id.to_owned(),
            password: PASSWORD.to_owned(),
            secret_key: None,
        };
        self.coffer.session_unlock(request).await.unwrap();
    }

    /// Saves a login and returns its view.
    pub async fn save_login(&self, title: &str, username: &str, password: &str) -> ItemView {
        self.coffer.item_save(login(title, username, password), None).await.unwrap()
    }

    /// The titles that a search finds.
    pub async fn titles(&self, text: &str) -> Vec<String> {
        let query = ItemQuery {
            text: text.to_owned(),
            scope: ItemScope::All,
            sort: ItemSort::Title,
            offset: 0,
            limit: 100,
        };
        let page = self.coffer.item_list(query).await.unwrap();
        page.rows.into_iter().map(|row| row.title).collect()
    }
}

impl Drop for Computer {
    /// Ends the program regularly. If the process ended while threads still work on the database, SQLCipher would be
    /// unloaded beneath them.
    fn drop(&mut self) {
        let coffer = self.coffer.clone();
        // On a thread of its own: this one may be running the tasks of a test.
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(coffer.session_end())
        });
        let ended = ending.join();
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

/// A keychain in memory, shared by its clones.
#[derive(Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<BTreeMap<(ProfileId, &'static str), String>>>);

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

/// A clock with the right time of day whose steady time stands still.
struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        SystemClock::new().now()
    }

    fn steady(&self) -> Duration {
        Duration::ZERO
    }
}

fn start(
    folder: &TempDir,
    events: EventSink,
    ranges: Option<Arc<dyn RangeSource>>,
    clock: Arc<dyn Clock>,
) -> Coffer {
    start_with(folder, events, ranges, clock, Box::new(NoKeychain))
}

fn start_with(
    folder: &TempDir,
    events: EventSink,
    ranges: Option<Arc<dyn RangeSource>>,
    clock: Arc<dyn Clock>,
    keychain: Box<dyn Keychain>,
) -> Coffer {
    let dirs = AppDirs::portable(&folder.path().join("data"));
    let setup = Setup {
        profiles: Profiles::new(dirs, keychain, Arc::clone(&clock)),
        clock,
        make_rng: system_rng,
        kdf: Costs::Fixed(KdfParams::TEST),
        device: "Test computer".to_owned(),
        system_language: "en".to_owned(),
        events,
        ranges,
    };
    Coffer::start(setup).unwrap()
}

/// The form of a new login.
pub fn login(title: &str, username: &str, password: &str) -> ItemDraft {
    ItemDraft {
        id: None,
        base_revision: None,
        item_type: ItemTypeView::Login,
        title: title.to_owned(),
        fields: vec![
            field("username", FieldKindView::Text, username),
            field("password", FieldKindView::Concealed, password),
        ],
        urls: vec![],
        notes: String::new(),
        tags: vec![],
        folder: None,
        favourite: false,
        url_rules: vec![],
        removed_passkeys: vec![],
        expires: None,
        reprompt: false,
        template: false,
    }
}

pub fn field(role: &str, kind: FieldKindView, value: &str) -> FieldDraft {
    FieldDraft {
        id: None,
        role: Some(role.to_owned()),
        label: String::new(),
        kind,
        value: Some(value.to_owned()),
        section: None,
    }
}

/// The form of an item that is edited, without concealed values.
pub fn form_of(view: &ItemView) -> ItemDraft {
    ItemDraft {
        id: Some(view.id.clone()),
        base_revision: Some(view.revision.clone()),
        item_type: view.item_type,
        title: view.title.clone(),
        fields: view
            .fields
            .iter()
            .map(|field| FieldDraft {
                id: Some(field.id.clone()),
                role: field.role.clone(),
                label: field.label.clone(),
                kind: field.kind,
                value: field.value.clone(),
                section: field.section.clone(),
            })
            .collect(),
        urls: view.urls.clone(),
        notes: view.notes.clone(),
        tags: view.tags.clone(),
        folder: view.folder.clone(),
        favourite: view.favourite,
        url_rules: view.url_rules.clone(),
        removed_passkeys: vec![],
        expires: view.expires.clone(),
        reprompt: view.reprompt,
        template: view.template,
    }
}

pub fn id(view: &ItemView) -> ItemId {
    view.id.parse().unwrap()
}
