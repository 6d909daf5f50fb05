//! Making, unlocking and locking a profile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vault_engine::ProfileId;
use vault_engine::SecretText;
use vault_engine::profile::NewProfile;
use vault_engine::session::Session;
use vault_engine::strength;

use crate::coffer::{Coffer, Open, State};
use crate::error::Outcome;
use crate::events::Event;
use crate::views::{AppStatus, ErrorCode, JobKind, UnlockRequest};

/// How long locking waits for work beside the profile to drop its keys.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// How long items that ask for the master password again do not ask once it was given.
const CONFIRMED_FOR: Duration = Duration::from_secs(5 * 60);

impl Coffer {
    /// Makes a profile and opens it; the Emergency Kit is yet to be confirmed.
    ///
    /// # Errors
    /// `password_too_weak`, `invalid_input` for the name, or the disk.
    pub async fn profile_create(&self, name: String, password: SecretText) -> Outcome<AppStatus> {
        refuse_weak(&password, &[&name])?;
        let make_rng = self.make_rng;
        self.lock_quietly().await?;
        self.owner
            .call(move |state| {
                let (kdf, short_of_memory) = state.costs(make_rng);
                let new = NewProfile { name, password, device: state.device.clone(), kdf };
                let session = state.profiles.create(new, make_rng())?;
                state.gate.open(session.profile().id);
                state.open = Some(Open { short_of_memory, ..Open::new(session, &mut make_rng()) });
                state.status()
            })
            .await
    }

    /// Gives a profile another name.
    ///
    /// # Errors
    /// `profile_not_found`, `invalid_input`, or the disk.
    pub async fn profile_rename(&self, id: ProfileId, name: String) -> Outcome<AppStatus> {
        self.owner
            .call(move |state| {
                state.profiles.rename(id, &name)?;
                state.status()
            })
            .await
    }

    /// Opens a profile.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `secret_key_missing`, `secret_key_mistyped`, or what is wrong with the profile.
    pub async fn session_unlock(&self, request: UnlockRequest) -> Outcome<AppStatus> {
        let UnlockRequest { profile_id, password, secret_key } = request;
        let password = SecretText::new(password);
        let secret_key = secret_key.map(SecretText::new);
        let id: ProfileId = profile_id.parse().map_err(|_| ErrorCode::ProfileNotFound)?;
        let make_rng = self.make_rng;
        self.open_with(move |state| {
            Ok(state.profiles.unlock(id, &password, secret_key.as_ref(), make_rng())?)
        })
        .await
    }

    /// Opens a profile in some way, after locking the one that is open.
    pub(crate) async fn open_with(
        &self,
        open: impl FnOnce(&mut State) -> Outcome<Session> + Send + 'static,
    ) -> Outcome<AppStatus> {
        let make_rng = self.make_rng;
        self.lock_quietly().await?;
        let status = self
            .owner
            .call(move |state| {
                let session = open(state)?;
                state.gate.open(session.profile().id);
                state.open = Some(Open::new(session, &mut make_rng()));
                state.status()
            })
            .await?;
        self.prepare_search();
        self.start_backup_when_due();
        self.run_rules();
        Ok(status)
    }

    /// Locks: documents on their way in or out pause until the profile is unlocked again, other jobs are stopped, the
    /// database is closed, keys and everything opened are wiped.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn session_lock(&self) -> Outcome<()> {
        self.lock_quietly().await?;
        self.events.send(Event::SessionLocked);
        Ok(())
    }

    /// Locks for the last time: nothing goes on later, so no half-written file stays behind.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn session_end(&self) -> Outcome<()> {
        self.jobs.cancel_all(|_| true);
        self.session_lock().await?;
        // What was paused as well removes what it had begun to write.
        let until = Instant::now() + LONGEST_WAIT;
        while !self.jobs.all_over() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Whether a profile is open.
    pub async fn is_unlocked(&self) -> bool {
        self.owner.call(|state| Ok(state.open.is_some())).await.unwrap_or(false)
    }

    /// Whether a visible transfer is going on, which holds off the idle lock.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.jobs.any_running()
    }

    /// Takes the master password for items that ask for it again; they do not ask for the next five minutes.
    ///
    /// # Errors
    /// `locked`, `wrong_password`, or `retry_later` after too many wrong ones.
    pub async fn session_confirm(&self, password: SecretText) -> Outcome<()> {
        let clock = self.clock.clone();
        self.owner
            .call(move |state| {
                state.ask(|session| session.check_password(&password))?;
                state.open()?.confirmed_until = Some(clock.steady() + CONFIRMED_FOR);
                Ok(())
            })
            .await
    }

    /// Changes the master password of the open profile.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `password_too_weak`, or the disk; the old password then still opens the profile.
    pub async fn session_change_password(&self, current: SecretText, new: SecretText) -> Outcome<()> {
        refuse_weak(&new, &[])?;
        self.owner.call(move |state| state.ask(|session| session.change_password(&current, &new))).await
    }

    /// Carries out, in small steps between other calls, what the person's rules for history and trash have for today.
    fn run_rules(&self) {
        let owner = self.owner.clone();
        let events = self.events.clone();
        let run = move || {
            let mut walk = None;
            loop {
                let step = owner.call_blocking(move |state| Ok(state.session()?.run_rules(walk)?));
                // What cannot be done today is tried again another day.
                let Ok(Some(next)) = step else { break };
                walk = Some(next);
            }
            if walk.is_some() {
                events.send(Event::ItemsChanged);
            }
        };
        let _ = std::thread::Builder::new().name("coffer-rules".to_owned()).spawn(run);
    }

    /// Fills the search index in small steps between other calls, before anybody types.
    pub(crate) fn prepare_search(&self) {
        let owner = self.owner.clone();
        let fill = move || {
            while owner.call_blocking(|state| Ok(state.session()?.prepare_search()?)).unwrap_or(false) {}
        };
        // Without a thread, or when something fails, the first search fills the index and reports what is wrong.
        let _ = std::thread::Builder::new().name("coffer-search".to_owned()).spawn(fill);
    }

    pub(crate) async fn lock_quietly(&self) -> Outcome<()> {
        self.jobs.cancel_all(cannot_pause);
        self.typing.forget();
        self.gate.close();
        let gate = Arc::clone(&self.gate);
        // Fails only if the program is ending.
        let _ = tokio::task::spawn_blocking(move || gate.wait_until_empty(LONGEST_WAIT)).await;
        self.owner
            .call(|state: &mut State| {
                state.open = None;
                Ok(())
            })
            .await?;
        // Whatever got its keys just before the profile was closed.
        self.jobs.cancel_all(cannot_pause);
        let jobs = Arc::clone(&self.jobs);
        let gone = move || jobs.wait_for_keys(LONGEST_WAIT);
        // A disk that does not answer must not hold the lock up; its job ends when it does.
        let _ = tokio::task::spawn_blocking(gone).await;
        Ok(())
    }
}

/// Work that a lock ends. Documents on their way wait for the next unlocking instead, without their keys.
fn cannot_pause(kind: JobKind) -> bool {
    !matches!(kind, JobKind::DocumentImport | JobKind::DocumentExport)
}

pub(crate) fn refuse_weak(password: &SecretText, own_words: &[&str]) -> Outcome<()> {
    let strength = strength::measure(password.expose(), own_words);
    if strength.acceptable { Ok(()) } else { Err(ErrorCode::PasswordTooWeak.into()) }
}
