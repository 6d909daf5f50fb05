//! What the running program is made of, and how its parts tell each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tauri::{AppHandle, DragDropEvent, Emitter as _, Manager as _, WindowEvent};
use vault_api::views::CopyReceipt;
use vault_api::{Coffer, Event, EventSink, Outcome, SecretText};
use zeroize::Zeroizing;

use crate::platform::clipboard::{Clipboard, Kind};
use crate::platform::crash::CrashMarker;
use crate::platform::idle::{self, IdleWatch};
use crate::platform::screen::{self, Away};
use crate::platform::tray::{Chosen, Tray};
use crate::platform::window::{self, MAIN};
use crate::platform::words::Words;

/// How often the idle time is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The end of the program waits no longer than this for the vault to be closed in order.
const LONGEST_END: Duration = Duration::from_secs(5);

/// The running program.
pub struct Shell {
    /// The vault.
    pub coffer: Coffer,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// When the person last did something.
    pub idle: IdleWatch,
    /// Where the run before crashed, if it did.
    pub crashed: Option<String>,
    tray: Option<Tray>,
    marker: CrashMarker,
    ending: AtomicBool,
}

impl Shell {
    /// Starts all parts and opens the window. `start` makes the vault, given where its hints go.
    ///
    /// # Errors
    /// When the system gives no thread or no window.
    pub fn start(
        app: &AppHandle,
        marker: CrashMarker,
        start: impl FnOnce(EventSink) -> std::io::Result<Coffer>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let crashed = marker.take();
        let hints = app.clone();
        let coffer = start(EventSink::new(move |event| tell(&hints, event)))?;
        let countdown = app.clone();
        let told = move |left: u32| emit(&countdown, "clipboard", json!({ "clears_in_seconds": left }));
        let clipboard = Clipboard::start(Box::new(told))?;
        let idle = IdleWatch::new(idle::system_clock());
        let status = tauri::async_runtime::block_on(coffer.app_status()).map_err(|error| error.message)?;
        // A desktop that refuses the icon is used without it.
        let tray = Tray::show(app, Words::of(&status), choose).unwrap_or(None);
        if let Some(code) = crashed.clone() {
            tauri::async_runtime::block_on(coffer.note_crash(code)).map_err(|error| error.message)?;
        }
        app.manage(Self { coffer, clipboard, idle, crashed, tray, marker, ending: AtomicBool::new(false) });
        tauri::async_runtime::spawn(lock_when_idle(app.clone()));
        tauri::async_runtime::spawn(back_up_when_due(app.clone()));
        let away = app.clone();
        screen::watch(&(Arc::new(move |why| lock_when_away(&away, why)) as screen::Told))?;
        window::open(app)?;
        Ok(())
    }

    /// Copies a secret for as long as the settings say.
    ///
    /// # Errors
    /// `clipboard_unavailable`.
    pub async fn copy_secret(&self, text: &SecretText) -> Outcome<CopyReceipt> {
        let seconds = self.coffer.settings_get().await?.clear_clipboard_seconds;
        self.copy(Zeroizing::new(text.expose().to_owned()), Kind::Secret { seconds }).await?;
        Ok(CopyReceipt { clears_in_seconds: seconds })
    }

    /// Copies a text.
    ///
    /// # Errors
    /// `clipboard_unavailable`.
    pub async fn copy(&self, text: Zeroizing<String>, kind: Kind) -> Outcome<()> {
        Ok(self.clipboard.put(text, kind).await?)
    }

    /// The program's own words in the language in force.
    ///
    /// # Errors
    /// If the settings cannot be read.
    pub async fn words(&self) -> Outcome<&'static Words> {
        Ok(Words::of(&self.coffer.app_status().await?))
    }

    /// Notes that the vault was opened.
    pub fn opened(&self) {
        self.idle.touch();
        if let Some(tray) = &self.tray {
            tray.set_unlocked(true);
        }
    }

    /// Ends in order: the vault is closed, the clipboard cleared, and no crash is told of.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        tauri::async_runtime::block_on(async {
            // A disk that does not answer must not keep the program from ending; its memory goes with it.
            let _ = tokio::time::timeout(LONGEST_END, self.coffer.session_end()).await;
        });
        let _ = self.clipboard.clear_now();
        self.marker.remove();
    }
}

/// Does what was chosen from the tray.
fn choose(app: &AppHandle, chosen: Chosen) {
    match chosen {
        Chosen::Show => window::show(app),
        Chosen::Lock => {
            let coffer = app.state::<Shell>().coffer.clone();
            tauri::async_runtime::spawn(async move { coffer.session_lock().await });
        }
        Chosen::Quit => app.exit(0),
    }
}

/// Hands a hint of the vault on to the interface.
fn tell(app: &AppHandle, event: Event) {
    match event {
        Event::SessionLocked => after_lock(app),
        Event::ItemsChanged => emit(app, "items-changed", json!(null)),
        Event::Job(job) => emit(app, "job", json!(job)),
        Event::BackupFailed(error) => emit(app, "backup-failed", json!(error)),
    }
}

/// Takes away what the vault has shown: the clipboard and the process that drew the interface.
fn after_lock(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    if shell.ending.load(Ordering::Relaxed) {
        return;
    }
    if let Some(tray) = &shell.tray {
        tray.set_unlocked(false);
    }
    let clipboard = shell.clipboard.clone();
    tauri::async_runtime::spawn(async move { clipboard.clear().await });
    emit(app, "session-locked", json!(null));
    if let Some(main) = window::main(app) {
        // Fails only when the window is gone, and with it what it has shown.
        let _ = window::end_web_process(&main);
    }
}

/// A hint that cannot be told is none: the interface asks for what it shows.
fn emit(app: &AppHandle, name: &str, payload: serde_json::Value) {
    let _ = app.emit_to(MAIN, name, payload);
}

/// Looks every second whether the person has been away too long.
async fn lock_when_idle(app: AppHandle) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
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
            // An error here means that the owner of the vault is gone, and the vault with it.
            let _ = shell.coffer.session_lock().await;
        }
    }
}

/// Asks now and then, while a profile stays open, whether its backup of the day is due; unlocking asks as well.
async fn back_up_when_due(app: AppHandle) {
    let mut ticks = tokio::time::interval(Coffer::BACKUP_ASK_EVERY);
    loop {
        ticks.tick().await;
        let shell = app.state::<Shell>();
        if shell.coffer.is_unlocked().await {
            // What fails is told by an event.
            let _ = shell.coffer.backup_when_due().await;
        }
    }
}

/// Locks before the computer sleeps or when its screen was locked, if the settings say so.
fn lock_when_away(app: &AppHandle, _why: Away) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    tauri::async_runtime::block_on(async {
        let wanted = shell.coffer.settings_get().await.is_ok_and(|settings| settings.lock_on_sleep);
        if wanted && shell.coffer.is_unlocked().await {
            let _ = shell.coffer.session_lock().await;
            let _ = shell.clipboard.clear().await;
        }
    });
}

/// Takes in files that were dropped on the window; the interface learns of the jobs and how many one-time codes there
/// are, never of the paths.
pub fn take_dropped(app: &AppHandle, event: &WindowEvent) {
    let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event else { return };
    let (app, paths) = (app.clone(), paths.clone());
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let files = paths.into_iter().filter(|path| path.is_file()).collect();
        let Ok(dropped) = shell.coffer.take_dropped(files).await else { return };
        if !dropped.jobs.is_empty() {
            emit(&app, "files-dropped", json!(dropped.jobs));
        }
        if dropped.codes > 0 {
            emit(&app, "codes-dropped", json!(dropped.codes));
        }
    });
}
