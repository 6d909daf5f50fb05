//! Unlocking and locking a profile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vault_engine::profile::Moment;
use vault_engine::session::Session;
use vault_engine::{ProfileId, SecretText};

use crate::actor::Actor;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::events::Event;
use crate::jobs::Job;
use crate::state::{Open, State};
use crate::views::{AppStatus, JobKind, UnlockRequest};
use crate::worker::spawn;

/// The longest time for which locking waits until work outside the profile thread has dropped its keys.
const MAX_WAIT: Duration = Duration::from_secs(3);
/// The time for which a confirmed password opens re-prompt items.
const CONFIRMED_FOR: Duration = Duration::from_secs(5 * 60);

impl Coffer {
    /// Opens a profile.
    ///
    /// # Errors
    /// `wrong_password`, `wrong_password_here` if the profile has a server, `retry_later`, `secret_key_missing`, `secret_key_mistyped`, or what is wrong with the profile.
    pub async fn session_unlock(&self, request: UnlockRequest) -> Result<AppStatus> {
        let UnlockRequest { profile_id, password, secret_key } = request;
        let password = SecretText::new(password);
        let secret_key = secret_key.map(SecretText::new);
        let id: ProfileId = profile_id.parse().map_err(|_| ErrorCode::ProfileNotFound)?;
        let make_rng = self.make_rng;
        let typed = SecretText::from(password.expose());
        let for_purges = SecretText::from(password.expose());
        let status = self
            .open_with(move |state| {
                Ok(state.profiles.unlock(id, &password, secret_key.as_ref(), make_rng())?)
            })
            .await
            .map_err(|error| match error.code {
                ErrorCode::WrongPassword if self.profiles.has_account(id) => {
                    ErrorCode::WrongPasswordHere.into()
                }
                _ => error,
            })?;
        self.register_when_wanted(id, typed).await;
        self.sign_purges(id, for_purges);
        Ok(status)
    }

    /// Signs that the server may drop what was deleted permanently, if there is something and an account: only now the
    /// password is at hand.
    fn sign_purges(&self, id: ProfileId, password: SecretText) {
        let actor = self.actor.clone();
        let gate = Arc::clone(&self.gate);
        let sign = move || {
            // A profile that was locked meanwhile does it after the next unlock. Locking waits for the guard.
            if let Some(keys) = gate.try_enter(id) {
                let _ = sign_purges(&actor, id, &password);
                drop((password, keys));
            }
        };
        // Without a thread they are signed after the next unlock.
        let _ = spawn("coffer-purges", sign);
    }

    /// Locks the open profile and opens another by `open`.
    pub(crate) async fn open_with(
        &self,
        open: impl FnOnce(&mut State) -> Result<Session> + Send + 'static,
    ) -> Result<AppStatus> {
        let make_rng = self.make_rng;
        self.lock_without_event().await?;
        let status = self
            .actor
            .call(move |state| {
                let session = open(state)?;
                state.begin(Open::new(session, &mut make_rng()));
                state.status()
            })
            .await?;
        self.prepare_search();
        self.start_backup_when_due();
        self.run_retention();
        self.start_sync().await?;
        Ok(status)
    }

    /// Locks: imports and exports of documents pause until the profile is unlocked again, other jobs are cancelled, the
    /// database is closed, keys and opened items are zeroized.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn session_lock(&self) -> Result<()> {
        self.lock_without_event().await?;
        self.events.send(Event::SessionLocked);
        Ok(())
    }

    /// Locks before the program ends. Paused jobs are cancelled too, so that no half-written file stays behind.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn session_end(&self) -> Result<()> {
        self.jobs.cancel_all(|_| true);
        self.session_lock().await?;
        // Paused jobs remove the files that they had begun.
        let until = Instant::now() + MAX_WAIT;
        while !self.jobs.all_over() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let profiles = Arc::clone(&self.profiles);
        let stored = tokio::task::spawn_blocking(move || profiles.store_write_states());
        // A keychain that does not answer must not keep the program from ending.
        let _ = tokio::time::timeout(MAX_WAIT, stored).await;
        Ok(())
    }

    /// Makes a profile writable whose database is older than the last known one: the user wants to use it.
    ///
    /// # Errors
    /// `locked`, or the disk; the profile is then still read-only.
    pub async fn session_accept_rollback(&self) -> Result<AppStatus> {
        self.actor
            .call(|state| {
                let open = state.open.as_mut().ok_or(ErrorCode::Locked)?;
                state.profiles.accept_rollback(&mut open.session)?;
                state.store_write_state(Moment::Closing);
                state.status()
            })
            .await
    }

    /// Returns whether a profile is open.
    pub async fn is_unlocked(&self) -> bool {
        self.actor.call(|state| Ok(state.open.is_some())).await.unwrap_or(false)
    }

    /// Returns whether a visible transfer is running, which delays the idle lock.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.jobs.any_running()
    }

    /// Confirms the master password; re-prompt items do not ask for it for the next five minutes.
    ///
    /// # Errors
    /// `locked`, `wrong_password`, or `retry_later` after too many wrong ones.
    pub async fn session_confirm(&self, password: SecretText) -> Result<()> {
        let clock = self.clock.clone();
        self.actor
            .call(move |state| {
                state.ask(|session| session.check_password(&password))?;
                state.open()?.confirmed_until = Some(clock.steady() + CONFIRMED_FOR);
                Ok(())
            })
            .await
    }

    /// Changes the master password of the open profile, and of its account if it has a server. `code` is that of a second
    /// factor.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `password_too_weak`, `sign_in_refused`, `second_factor_needed`, why the server cannot
    /// be used, or the disk; the old password then still opens the profile.
    pub async fn session_change_password(
        &self,
        current: SecretText,
        new: SecretText,
        code: Option<SecretText>,
    ) -> Result<()> {
        self.refuse_weak(&new, Vec::new()).await?;
        if self.read(|session| Ok(session.connection()?.is_some())).await? {
            return self.change_account_password(current, new, code).await;
        }
        self.actor.call(move |state| state.ask(|session| session.change_password(&current, &new))).await
    }

    /// Applies the retention rules of history and trash, in small steps between other calls.
    fn run_retention(&self) {
        let actor = self.actor.clone();
        let events = self.events.clone();
        let run = move || {
            let mut walk = None;
            loop {
                let step = actor.call_blocking(move |state| Ok(state.session()?.apply_retention(walk)?));
                // A failed step is tried again another day.
                let Ok(Some(next)) = step else { break };
                walk = Some(next);
            }
            if walk.is_some() {
                events.send(Event::ItemsChanged);
            }
        };
        // Without a thread they are applied another day.
        let _ = spawn("coffer-retention", run);
    }

    /// Fills the search index in small steps between other calls, before the first search.
    pub(crate) fn prepare_search(&self) {
        let actor = self.actor.clone();
        let fill = move || {
            while actor.call_blocking(|state| Ok(state.session()?.prepare_search()?)).unwrap_or(false) {}
        };
        // Without a thread, or after a failure, the first search fills the index and reports the error.
        let _ = spawn("coffer-search", fill);
    }

    /// Locks the open profile and runs long work on the profile thread, as a job.
    pub(super) async fn run_locked<T: Send + 'static>(
        &self,
        kind: JobKind,
        name: String,
        total: u64,
        work: impl FnOnce(&mut State, &Job) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.lock_without_event().await?;
        let jobs = Arc::clone(&self.jobs);
        self.actor
            .call(move |state| {
                let job = jobs.start_with_keys(kind, name, total);
                let done = work(state, &job);
                job.end_with(done)
            })
            .await
    }

    /// Locks the profile, without sending the event. The order is that of "How a profile is locked" in
    /// `docs/architecture.md`.
    pub(crate) async fn lock_without_event(&self) -> Result<()> {
        self.sync.stop();
        self.account_cancel().await;
        self.approvals.drop_all().await;
        self.jobs.cancel_all(cannot_pause);
        self.search.forget();
        self.gate.close();
        let gate = Arc::clone(&self.gate);
        // Fails only if the program is ending.
        let _ = tokio::task::spawn_blocking(move || gate.wait_until_released(MAX_WAIT)).await;
        self.actor
            .call(|state: &mut State| {
                state.store_write_state(Moment::Closing);
                state.open = None;
                Ok(())
            })
            .await?;
        // Jobs that got their keys just before the profile was closed.
        self.jobs.cancel_all(cannot_pause);
        let jobs = Arc::clone(&self.jobs);
        let gone = move || jobs.wait_for_keys(MAX_WAIT);
        // A disk that does not answer must not prevent locking; its job ends when the disk answers.
        let _ = tokio::task::spawn_blocking(gone).await;
        Ok(())
    }
}

/// Whether locking cancels jobs of a kind. Imports and exports of documents pause instead, without their keys.
fn cannot_pause(kind: JobKind) -> bool {
    !matches!(kind, JobKind::DocumentImport | JobKind::DocumentExport)
}

/// Signs what is due, while the profile works on: the password is stretched here, and each vault is a step of its own.
fn sign_purges(actor: &Actor<State>, id: ProfileId, password: &SecretText) -> Result<()> {
    let due = actor.call_blocking(move |state| {
        let session = own(state, id)?;
        let vaults = if session.connection()?.is_some() { session.vaults_to_purge()? } else { Vec::new() };
        if vaults.is_empty() { Ok(None) } else { Ok(Some((session.root_opening()?, vaults))) }
    })?;
    let Some((opening, vaults)) = due else { return Ok(()) };
    let root = Arc::new(opening.open(password)?);
    for vault in vaults {
        let root = root.clone();
        actor.call_blocking(move |state| Ok(own(state, id)?.sign_purges_of(vault, &root).map(drop)?))?;
    }
    Ok(())
}

fn own(state: &mut State, id: ProfileId) -> Result<&mut Session> {
    let session = state.session()?;
    if session.profile().id == id { Ok(session) } else { Err(ErrorCode::Locked.into()) }
}
