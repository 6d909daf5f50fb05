//! The running program: its parts, and the events between them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tauri::{AppHandle, DragDropEvent, Emitter as _, Manager as _, WebviewWindow, WindowEvent};
use vault_api::views::{CopyReceipt, NetworkChoice, ServerChoice};
use vault_api::{Coffer, Event, EventSink, Result, SecretText};
use zeroize::Zeroizing;

use crate::platform::clipboard::{Clipboard, Kind};
use crate::platform::crash::CrashMarker;
use crate::platform::idle::{self, IdleWatch};
use crate::platform::question::{Question, ask};
use crate::platform::screen::{self, SuspendEvent};
use crate::platform::strings::Strings;
use crate::platform::tray::{Tray, TrayAction};
use crate::platform::window::{self, MAIN};

/// The interval at which the idle time is checked.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// The longest time for which the end of the program waits until the profile is closed.
const MAX_END: Duration = Duration::from_secs(5);

/// The running program.
pub struct Shell {
    /// The core with its profiles.
    pub coffer: Coffer,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// The time of the last input.
    pub idle: IdleWatch,
    /// The code of the crash that ended the last run.
    pub crashed: Option<String>,
    tray: Option<Tray>,
    marker: CrashMarker,
    ending: AtomicBool,
    /// The servers that the user has agreed to contact since the program started.
    servers: Mutex<BTreeSet<String>>,
}

impl Shell {
    /// Starts all parts and opens the window. `start` makes the core with a receiver of its events.
    ///
    /// # Errors
    /// If the system cannot start a thread or open a window.
    pub fn start(
        app: &AppHandle,
        marker: CrashMarker,
        start: impl FnOnce(EventSink) -> std::io::Result<Coffer>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let crashed = marker.take();
        let events = app.clone();
        let coffer = start(EventSink::new(move |event| forward(&events, event)))?;
        let countdown = app.clone();
        let on_change = move |left: u32| emit(&countdown, "clipboard", json!({ "clears_in_seconds": left }));
        let clipboard = Clipboard::start(Box::new(on_change))?;
        let idle = IdleWatch::new(idle::system_clock());
        let status = tauri::async_runtime::block_on(coffer.app_status()).map_err(|error| error.message)?;
        // The icon is optional.
        let tray = Tray::show(app, Strings::of(&status), choose).unwrap_or(None);
        if let Some(code) = crashed.clone() {
            tauri::async_runtime::block_on(coffer.note_crash(code)).map_err(|error| error.message)?;
        }
        app.manage(Self {
            coffer,
            clipboard,
            idle,
            crashed,
            tray,
            marker,
            ending: AtomicBool::new(false),
            servers: Mutex::default(),
        });
        tauri::async_runtime::spawn(lock_when_idle(app.clone()));
        tauri::async_runtime::spawn(back_up_when_due(app.clone()));
        let suspended = app.clone();
        screen::watch(&(Arc::new(move |event| lock_on_suspend(&suspended, event)) as screen::Callback))?;
        window::open(app)?;
        Ok(())
    }

    /// Copies a secret; it is cleared after the time in the settings.
    ///
    /// # Errors
    /// `clipboard_unavailable`.
    pub async fn copy_secret(&self, text: &SecretText) -> Result<CopyReceipt> {
        let seconds = self.coffer.settings_get().await?.clear_clipboard_seconds;
        self.copy(Zeroizing::new(text.expose().to_owned()), Kind::Secret { seconds }).await?;
        Ok(CopyReceipt { clears_in_seconds: seconds })
    }

    /// Copies a text.
    ///
    /// # Errors
    /// `clipboard_unavailable`.
    pub async fn copy(&self, text: Zeroizing<String>, kind: Kind) -> Result<()> {
        Ok(self.clipboard.put(text, kind).await?)
    }

    /// Returns the texts of the program itself in the current language.
    ///
    /// # Errors
    /// If the settings cannot be read.
    pub async fn strings(&self) -> Result<&'static Strings> {
        Ok(Strings::of(&self.coffer.app_status().await?))
    }

    /// Asks the user a question that the web view can neither answer nor imitate.
    ///
    /// # Errors
    /// `cancelled` if the user declines.
    pub async fn ask(
        &self,
        window: &WebviewWindow,
        question: impl FnOnce(&Strings) -> Question,
    ) -> Result<()> {
        ask(window, question(self.strings().await?)).await
    }

    /// Asks before a server is contacted for the first time: its name could carry what a page wants to send.
    ///
    /// # Errors
    /// `server_address_invalid`, or `cancelled` if the user declines.
    pub async fn expect_server(&self, window: &WebviewWindow, choice: &ServerChoice) -> Result<()> {
        self.expect_address(window, Coffer::server_address(choice)?).await?;
        self.expect_proxy(window, choice.network.as_ref()).await
    }

    /// Asks before a proxy is contacted for the first time.
    ///
    /// # Errors
    /// `cancelled` if the user declines.
    pub async fn expect_proxy(&self, window: &WebviewWindow, choice: Option<&NetworkChoice>) -> Result<()> {
        match choice.map(Coffer::proxy_address).transpose()?.flatten() {
            Some(address) => self.expect_known(window, address, Question::proxy).await,
            None => Ok(()),
        }
    }

    /// The same for an address.
    ///
    /// # Errors
    /// `cancelled` if the user declines.
    pub async fn expect_address(&self, window: &WebviewWindow, address: String) -> Result<()> {
        self.expect_known(window, address, Question::contact).await
    }

    async fn expect_known(
        &self,
        window: &WebviewWindow,
        address: String,
        question: fn(&Strings, &str) -> Question,
    ) -> Result<()> {
        let known = || self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if !known().contains(&address) {
            self.ask(window, |strings| question(strings, &address)).await?;
            known().insert(address);
        }
        Ok(())
    }

    /// Updates tray and idle time after the profile was opened.
    pub fn opened(&self) {
        self.idle.touch();
        if let Some(tray) = &self.tray {
            tray.set_unlocked(true);
        }
    }

    /// Ends regularly: closes the profile, clears the clipboard and removes the crash marker.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        tauri::async_runtime::block_on(async {
            // A disk that does not answer must not prevent the end of the program.
            let _ = tokio::time::timeout(MAX_END, self.coffer.session_end()).await;
        });
        let _ = self.clipboard.clear_now();
        self.marker.remove();
    }
}

/// Handles a tray menu entry.
fn choose(app: &AppHandle, action: TrayAction) {
    match action {
        TrayAction::Show => window::show(app),
        TrayAction::Lock => {
            let coffer = app.state::<Shell>().coffer.clone();
            tauri::async_runtime::spawn(async move { coffer.session_lock().await });
        }
        TrayAction::Quit => app.exit(0),
    }
}

/// Forwards an event of the core to the interface.
fn forward(app: &AppHandle, event: Event) {
    match event {
        Event::SessionLocked => after_lock(app),
        Event::ItemsChanged => emit(app, "items-changed", json!(null)),
        Event::SyncChanged => emit(app, "sync-changed", json!(null)),
        Event::InvitationOpened => emit(app, "invitation-opened", json!(null)),
        Event::Job(job) => emit(app, "job", json!(job)),
        Event::BackupFailed(error) => emit(app, "backup-failed", json!(error)),
    }
}

/// Removes what the profile has shown: clears the clipboard and ends the web process.
fn after_lock(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    if shell.ending.load(Ordering::Relaxed) {
        return;
    }
    if let Some(tray) = &shell.tray {
        tray.set_unlocked(false);
    }
    #[cfg(target_os = "linux")]
    if let Some(listening) = app.try_state::<crate::platform::programs::Listening>() {
        listening.forget();
    }
    let clipboard = shell.clipboard.clone();
    tauri::async_runtime::spawn(async move { clipboard.clear().await });
    emit(app, "session-locked", json!(null));
    if let Some(main) = window::main(app) {
        // Fails only if the window no longer exists.
        let _ = window::end_web_process(&main);
    }
}

/// Sends an event to the interface. A failure is ignored: the interface requests what it shows.
fn emit(app: &AppHandle, name: &str, payload: serde_json::Value) {
    let _ = app.emit_to(MAIN, name, payload);
}

/// Locks after the idle time in the settings; checked every second.
async fn lock_when_idle(app: AppHandle) {
    let mut ticks = tokio::time::interval(CHECK_EVERY);
    loop {
        ticks.tick().await;
        let shell = app.state::<Shell>();
        if !shell.coffer.is_unlocked().await {
            continue;
        }
        let Ok(settings) = shell.coffer.settings_get().await else { continue };
        let minutes = settings.lock_after_minutes;
        let limit = (minutes > 0).then(|| Duration::from_mins(u64::from(minutes)));
        if shell.idle.is_due(limit, shell.coffer.is_working()) {
            // An error means that the profile thread has ended, and the profile is closed.
            let _ = shell.coffer.session_lock().await;
        }
    }
}

/// Starts the daily backup when it is due while a profile stays open; unlocking does so too.
async fn back_up_when_due(app: AppHandle) {
    let mut ticks = tokio::time::interval(Coffer::BACKUP_CHECK_EVERY);
    loop {
        ticks.tick().await;
        let shell = app.state::<Shell>();
        if shell.coffer.is_unlocked().await {
            // A failure is reported by an event.
            let _ = shell.coffer.backup_when_due().await;
        }
    }
}

/// Locks before the computer sleeps or when its screen is locked, if the settings say so.
fn lock_on_suspend(app: &AppHandle, _event: SuspendEvent) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    tauri::async_runtime::block_on(async {
        let wanted = shell.coffer.settings_get().await.is_ok_and(|settings| settings.lock_on_sleep);
        if wanted && shell.coffer.is_unlocked().await {
            let _ = shell.coffer.session_lock().await;
            let _ = shell.clipboard.clear().await;
        }
    });
}

/// The longest link that is accepted; see `docs/formats/v1.md`, *Invitations*.
const LINK: usize = 640;

/// Accepts the link with which the system started the program, or a second one of it: the only argument that is one.
pub fn accept_link(app: &AppHandle, arguments: impl IntoIterator<Item = String>) {
    let is_link = |text: &String| text.len() <= LINK && text.starts_with("coffer://join#");
    let Some(link) = arguments.into_iter().find(is_link).map(SecretText::new) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // An error means that the program ends.
        let _ = app.state::<Shell>().coffer.invitation_opened(link).await;
    });
}

/// Accepts files that were dropped on the window. The interface gets the jobs and the number of one-time codes, never the
/// paths.
pub fn accept_dropped(app: &AppHandle, event: &WindowEvent) {
    let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event else { return };
    let (app, paths) = (app.clone(), paths.clone());
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let files = paths.into_iter().filter(|path| path.is_file()).collect();
        let Ok(dropped) = shell.coffer.accept_dropped(files).await else { return };
        if !dropped.jobs.is_empty() {
            emit(&app, "files-dropped", json!(dropped.jobs));
        }
        if dropped.codes > 0 {
            emit(&app, "codes-dropped", json!(dropped.codes));
        }
    });
}
