//! The program without its window, on a computer of a test.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use vault_api::start::{AppDirs, Clock, KdfParams, NoKeychain, Profiles};
use vault_api::views::{
    AccountRequest, ItemDraft, ItemQuery, ItemRow, ItemScope, ItemSort, ItemTypeView, JobState, JoinRequest,
    RecoveryCodeView, ServerChoice, SignInView, SyncState, SyncView, UnlockRequest,
};
use vault_api::{Coffer, Costs, ErrorCode, Event, EventSink, ItemId, SecretText, Setup};
use vault_engine::clock::Timestamp;
use vault_wire::VaultId;
use vault_wire::message::Credential;

use super::{HostileServer, NOW, PASSWORD, Reached, Sent, TestServer, rng};

/// The login of the account of a test.
pub const LOGIN: &str = "somebody@example.test";

/// A clock that a test sets.
#[derive(Default)]
struct SetClock(Mutex<u64>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp(NOW + *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn steady(&self) -> Duration {
        Duration::from_millis(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A running program.
pub struct Program {
    pub coffer: Coffer,
    clock: Arc<SetClock>,
    changed: Arc<Notify>,
    folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Program {
    /// A program without profiles.
    pub fn start() -> Self {
        Self::start_at(KdfParams::TEST)
    }

    /// One with these costs of passwords.
    pub fn start_at(costs: KdfParams) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        Self::in_folder(&folder, Some(temporary), costs)
    }

    /// A program whose profile, if it has one, is in a folder that outlives it.
    pub fn at(folder: &Path) -> Self {
        Self::in_folder(folder, None, KdfParams::TEST)
    }

    fn in_folder(folder: &Path, temporary: Option<TempDir>, costs: KdfParams) -> Self {
        let clock = Arc::new(SetClock::default());
        let changed = Arc::new(Notify::new());
        let coffer = Self::begin(folder, &clock, &changed, costs);
        Self { coffer, clock, changed, folder: folder.to_owned(), _temporary: temporary }
    }

    /// Goes on after the process was killed: nothing of its memory is left.
    pub fn kill(&mut self) {
        self.coffer = Self::begin(&self.folder, &self.clock, &self.changed, KdfParams::TEST);
    }

    fn begin(folder: &Path, clock: &Arc<SetClock>, changed: &Arc<Notify>, costs: KdfParams) -> Coffer {
        let seen = changed.clone();
        let events = EventSink::new(move |event| {
            if matches!(event, Event::SyncChanged | Event::ItemsChanged | Event::Job(_)) {
                seen.notify_waiters();
            }
        });
        let setup = Setup {
            profiles: Profiles::new(AppDirs::portable(folder), Box::new(NoKeychain), clock.clone()),
            clock: clock.clone(),
            make_rng: || Box::new(rng()),
            kdf: Costs::Fixed(costs),
            device: "computer".to_owned(),
            system_language: "en".to_owned(),
            events,
            ranges: None,
        };
        Coffer::start(setup).unwrap()
    }

    /// A program with an open profile.
    pub async fn with_profile() -> Self {
        let program = Self::start();
        program.coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
        program
    }

    /// Waits until the program has read the account's audit and shared what it knows of the server: nothing more is written
    /// without a reason.
    pub async fn settled(&self, hostile: &HostileServer) {
        self.coffer.sync_now().await.unwrap();
        let is_again = |sent: &Sent| sent.query.as_deref() != Some("after=0");
        let audit = |sent: &&Sent| sent.route == "GET /v1/audit";
        hostile.until(|seen| seen.iter().filter(audit).any(is_again)).await;
    }

    /// Lets time pass on this computer.
    pub fn pass(&self, milliseconds: u64) {
        *self.clock.0.lock().unwrap_or_else(PoisonError::into_inner) += milliseconds;
    }

    /// Opens an account for the profile.
    pub async fn connect(&self, server: &TestServer, hostile: &HostileServer) -> SyncView {
        self.connect_as(server, hostile, LOGIN).await
    }

    /// The same with another login.
    pub async fn connect_as(&self, server: &TestServer, hostile: &HostileServer, login: &str) -> SyncView {
        self.connect_with(server, choice(hostile), login).await
    }

    /// Opens an account at a server that is named in a way of its own.
    pub async fn connect_to(&self, server: &TestServer, choice: ServerChoice) -> SyncView {
        self.connect_with(server, choice, LOGIN).await
    }

    async fn connect_with(&self, server: &TestServer, choice: ServerChoice, login: &str) -> SyncView {
        self.open_account(server, choice, login).await;
        self.coffer.upload_begin().await.unwrap()
    }

    /// Opens an account, and does not say yet that anything may be sent.
    pub async fn open_account(&self, server: &TestServer, choice: ServerChoice, login: &str) {
        self.open_account_with(&server.sign_up_code().await, choice, login).await;
    }

    /// The same with a sign-up code.
    pub async fn open_account_with(&self, code: &Credential<64>, choice: ServerChoice, login: &str) {
        let request = AccountRequest {
            server: choice,
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            code: Some(code.expose().to_owned()),
        };
        self.coffer.account_create(request).await.unwrap();
    }

    /// Unlocks the only profile.
    pub async fn unlock(&self) {
        self.coffer.session_unlock(unlock_request(profile_id(self).await, PASSWORD)).await.map(drop).unwrap();
    }

    /// Waits for what happens next: items or the state of synchronization change.
    pub fn next(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Adds a note with this title.
    pub async fn add(&self, title: &str) {
        self.try_add(title).await.unwrap();
    }

    pub async fn try_add(&self, title: &str) -> vault_api::Result<()> {
        self.try_add_to(None, title).await
    }

    /// Adds a note to a vault; the home vault for none.
    pub async fn try_add_to(&self, vault: Option<VaultId>, title: &str) -> vault_api::Result<()> {
        self.coffer.item_save_in(vault, Self::draft(title), None).await.map(drop)
    }

    /// The form of a new note.
    pub fn draft(title: &str) -> ItemDraft {
        ItemDraft {
            id: None,
            base_revision: None,
            item_type: ItemTypeView::Note,
            title: title.to_owned(),
            fields: Vec::new(),
            urls: Vec::new(),
            notes: String::new(),
            tags: Vec::new(),
            folder: None,
            favourite: false,
            url_rules: Vec::new(),
            removed_passkeys: Vec::new(),
            expires: None,
            reprompt: false,
            template: false,
        }
    }

    /// The titles of all items, in order.
    pub async fn titles(&self) -> Vec<String> {
        self.rows().await.into_iter().map(|row| row.title).collect()
    }

    async fn rows(&self) -> Vec<ItemRow> {
        let query = ItemQuery {
            scope: ItemScope::All,
            sort: ItemSort::Title,
            text: String::new(),
            offset: 0,
            limit: 100,
        };
        self.coffer.item_list(query).await.unwrap().rows
    }

    /// Waits until the state of synchronization is as wanted.
    pub async fn until(&self, holds: impl Fn(&SyncView) -> bool) -> SyncView {
        loop {
            let changed = self.changed.notified();
            let view = self.coffer.sync_status().await.unwrap();
            if holds(&view) {
                return view;
            }
            changed.await;
        }
    }

    /// Waits until a job has ended.
    pub async fn ended(&self, job: u32) -> JobState {
        loop {
            let changed = self.changed.notified();
            let found = self.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
            if found.state.is_over() {
                return found.state;
            }
            changed.await;
        }
    }

    /// The only item with this title.
    pub async fn id_of(&self, title: &str) -> ItemId {
        self.rows().await.into_iter().find(|row| row.title == title).unwrap().id.parse().unwrap()
    }

    /// A path in the folder of this computer.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Waits until a job has failed.
    pub async fn failed(&self, job: u32) -> ErrorCode {
        assert_eq!(self.ended(job).await, JobState::Failed);
        let view = self.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
        view.outcome.unwrap().error.unwrap().code
    }

    /// Adds a document of these bytes, and waits until it is in the profile.
    pub async fn add_document(&self, name: &str, content: &[u8]) {
        let path = self.folder.join(name);
        std::fs::write(&path, content).unwrap();
        for job in self.coffer.document_import(vec![path]).await.unwrap() {
            assert_eq!(self.ended(job).await, JobState::Done);
        }
    }

    /// Writes the document of the only item with this title, and returns its bytes.
    pub async fn document(&self, title: &str) -> vault_api::Result<Vec<u8>> {
        let row = self.rows().await.into_iter().find(|row| row.title == title).unwrap();
        let id = row.id.parse().unwrap();
        let file = self.coffer.item_get(id).await?.attachments.remove(0);
        let target = self.folder.join(format!("out-{title}"));
        let job = self.coffer.document_export(id, file.blob_id.parse().unwrap(), target.clone()).await?;
        let state = self.ended(job).await;
        let view = self.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
        match (state, view.outcome.and_then(|outcome| outcome.error)) {
            (JobState::Done, _) => Ok(std::fs::read(target).unwrap()),
            (_, Some(error)) => Err(error),
            (state, None) => panic!("{state:?}"),
        }
    }

    /// Waits until something holds that synchronization changes.
    pub async fn until_holds(&self, holds: impl AsyncFn(&Coffer) -> bool) {
        loop {
            let changed = self.changed.notified();
            if holds(&self.coffer).await {
                return;
            }
            changed.await;
        }
    }

    /// Waits until the program has these items.
    pub async fn until_titles(&self, titles: &[&str]) {
        loop {
            let changed = self.changed.notified();
            if self.titles().await == titles {
                return;
            }
            changed.await;
        }
    }

    /// Checks the logs of all vaults from their beginnings, in the locked profile, and opens it again.
    pub async fn check_log(&self) {
        let id = profile_id(self).await;
        self.coffer.session_lock().await.unwrap();
        let clock = self.clock.clone();
        let profiles = Profiles::new(AppDirs::portable(&self.folder), Box::new(NoKeychain), clock);
        let session = profiles.unlock(id.parse().unwrap(), &PASSWORD.into(), None, Box::new(rng())).unwrap();
        session.check_log().unwrap();
        drop(session);
        self.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    }

    /// Whether the log of the home vault was found to contain what another device had verified.
    pub async fn is_verified_up_to_date(&self) -> bool {
        let id = profile_id(self).await;
        self.coffer.session_lock().await.unwrap();
        let profiles =
            Profiles::new(AppDirs::portable(&self.folder), Box::new(NoKeychain), self.clock.clone());
        let session = profiles.unlock(id.parse().unwrap(), &PASSWORD.into(), None, Box::new(rng())).unwrap();
        let verified = session.freshness().unwrap() == vault_engine::session::Freshness::Verified;
        drop(session);
        self.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
        verified
    }

    /// Waits until everything is sent and verified.
    pub async fn up_to_date(&self) -> SyncView {
        self.until(|view| view.state == SyncState::UpToDate && view.unsent == 0).await
    }
}

impl Drop for Program {
    /// Closes the profile before the process may end: SQLCipher must not be used while the libraries are unloaded.
    fn drop(&mut self) {
        let coffer = self.coffer.clone();
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            drop(runtime.block_on(coffer.session_lock()));
        });
        drop(closing.join());
    }
}

/// A recovery code of the open profile.
pub async fn recovery_code(program: &Program) -> String {
    let RecoveryCodeView { code, ask_group, .. } =
        program.coffer.recovery_begin(PASSWORD.into()).await.unwrap();
    let group = code.split('-').nth(usize::from(ask_group) + 1).unwrap();
    program.coffer.recovery_confirm(ask_group, group.into(), None).await.unwrap();
    code
}

/// The server as the user names it, with its key confirmed.
pub fn choice(way: &impl Reached) -> ServerChoice {
    let vault_sync::Trust::Key(key) = way.trust() else { panic!("no key") };
    ServerChoice { server: way.origin().as_str().to_owned(), key: Some(key.to_string()), network: None }
}

/// A server, one in front of it that can lie, and a program whose profile has an account there and an item.
pub async fn connected() -> (TestServer, HostileServer, Program) {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let program = Program::with_profile().await;
    program.add("First").await;
    program.connect(&server, &hostile).await;
    program.up_to_date().await;
    program.settled(&hostile).await;
    (server, hostile, program)
}

/// What sets up another computer.
pub async fn join_request(hostile: &HostileServer, one: &Program, password: &str) -> JoinRequest {
    JoinRequest {
        server: choice(hostile),
        login: format!(" {} ", LOGIN.to_uppercase()),
        password: password.to_owned(),
        secret_key: secret_key_by(one, password).await,
        name: "Laptop".to_owned(),
    }
}

/// The Secret Key of a profile as on the Emergency Kit.
pub async fn secret_key(program: &Program) -> String {
    secret_key_by(program, PASSWORD).await
}

async fn secret_key_by(program: &Program, password: &str) -> String {
    program.coffer.session_confirm(password.into()).await.unwrap();
    program.coffer.kit_reveal().await.unwrap().expose().to_owned()
}

/// What opens a profile.
pub fn unlock_request(program_id: String, password: &str) -> UnlockRequest {
    UnlockRequest { profile_id: program_id, password: password.to_owned(), secret_key: None }
}

/// The profile of a program that has one.
pub async fn profile_id(program: &Program) -> String {
    program.coffer.app_status().await.unwrap().profiles.remove(0).id
}

/// A second program with the account of the first, up to date.
pub async fn joined(hostile: &HostileServer, one: &Program) -> Program {
    let two = Program::start();
    assert_eq!(
        two.coffer.account_join(join_request(hostile, one, PASSWORD).await).await,
        Ok(SignInView::Done)
    );
    two.up_to_date().await;
    two
}
