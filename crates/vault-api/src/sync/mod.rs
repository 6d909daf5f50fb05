//! Synchronization of the open profile in the background.

mod profile;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinHandle;
use vault_engine::clock::{Clock, Rng};
use vault_engine::{BlobId, ProfileId, SecretText, VaultId};
use vault_sync::cycle::{Pace, adopt, fetch};
use vault_sync::{Background, Network, Observer as _, Reenrolling, Session, Signals, Stopped};

use crate::actor::Actor;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::EventSink;
use crate::state::State;
use profile::OpenProfile;
pub(crate) use watch::{Watch, Watched};

/// Entries in a page of a log.
const PAGE: u64 = 500;

/// Starts and ends synchronization of the open profile. Nothing runs while no profile with a server is open.
pub(crate) struct Synchronization {
    signals: Arc<Signals>,
    watch: Arc<Watch>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// How fast documents are transferred.
    pace: Mutex<Arc<Pace>>,
    /// Sends a re-enrolment; ends at once without one.
    reenrolling: Mutex<Option<JoinHandle<()>>>,
}

/// Attempts to synchronize.
pub(crate) struct Attempts {
    ended: tokio::sync::watch::Receiver<u64>,
    /// Those that are waited for at most.
    left: u8,
}

impl Synchronization {
    pub(crate) fn new(events: EventSink, clock: Arc<dyn Clock>) -> Self {
        let watch = Arc::new(Watch::new(events, clock));
        Self {
            signals: Arc::default(),
            watch,
            task: Mutex::default(),
            pace: Mutex::default(),
            reenrolling: Mutex::default(),
        }
    }

    /// What wakes it.
    pub(crate) fn signals(&self) -> &Arc<Signals> {
        &self.signals
    }

    /// Begins in place of what ran before.
    pub(crate) fn start(
        &self,
        actor: Actor<State>,
        id: ProfileId,
        (network, pace): (Network, Pace),
        clock: Arc<dyn Clock>,
        rng: Rng,
    ) {
        let mut task = self.stop_locked();
        let pace = Arc::new(pace);
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner) = pace.clone();
        let background = Background {
            profile: OpenProfile { actor, id },
            network,
            clock,
            rng,
            pace,
            signals: self.signals.clone(),
            observer: self.watch.clone(),
        };
        let watch = self.watch.clone();
        *task = Some(tokio::spawn(async move {
            let stopped = background.run().await;
            watch.stopped(stopped == Stopped::SignedOut);
        }));
    }

    /// Sends the re-enrolment of the profile's account, if there is one, at once and until the server has stored it.
    pub(crate) fn reenrol(
        &self,
        actor: Actor<State>,
        id: ProfileId,
        network: Network,
        clock: Arc<dyn Clock>,
        rng: Rng,
    ) {
        let mut task = self.stop_reenrolling();
        let (watch, signals) = (self.watch.clone(), self.signals.clone());
        let reenrolling = Reenrolling {
            profile: OpenProfile { actor, id },
            network,
            clock,
            rng,
            changed: Box::new(move || {
                watch.changed();
                // Once it is stored, all sessions have ended.
                signals.now();
            }),
        };
        *task = Some(tokio::spawn(reenrolling.run()));
    }

    fn stop_reenrolling(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        let mut task = self.reenrolling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
        task
    }

    /// Ends it. Every step is one transaction, so it may end anywhere; what it held of keys and tokens is dropped.
    pub(crate) fn stop(&self) {
        drop(self.stop_locked());
        drop(self.stop_reenrolling());
    }

    fn stop_locked(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
        self.watch.reset();
        task
    }

    /// Downloads a document of the profile that is open.
    ///
    /// # Errors
    /// `server_unreachable` before the first contact, or why the document cannot be downloaded.
    pub(crate) async fn fetch(
        &self,
        actor: Actor<State>,
        id: ProfileId,
        document: (VaultId, BlobId),
    ) -> Result<()> {
        let session = self.session().ok_or(ErrorCode::ServerUnreachable)?;
        let pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fetched = fetch(&session, &OpenProfile { actor, id }, &pace, document).await?;
        fetched.map_err(|problem| ErrorView::from(&problem))
    }

    /// What was last seen.
    pub(crate) fn watched(&self) -> Watched {
        self.watch.watched()
    }

    /// Notes that no re-enrolment waits any more, or since when.
    pub(crate) fn seen_reenrolment(&self, waits_since: Option<u64>) {
        self.watch.reenrolment(waits_since);
    }

    /// Synchronizes at once. The attempts from then on can be waited for.
    pub(crate) fn attempts(&self) -> Attempts {
        let ended = self.watch.rounds();
        self.signals.now();
        // One may have begun before.
        Attempts { ended, left: 3 }
    }

    /// Waits for the end of an attempt. Returns whether it is worth waiting for the next one.
    pub(crate) async fn attempted(&self, attempts: &mut Attempts) -> bool {
        let runs = |task: &Option<JoinHandle<()>>| task.as_ref().is_some_and(|task| !task.is_finished());
        if attempts.left == 0 || !runs(&self.task.lock().unwrap_or_else(PoisonError::into_inner)) {
            return false;
        }
        attempts.left -= 1;
        // The sender lives as long as this.
        let _ = attempts.ended.changed().await;
        let Watched { offline, problem, .. } = self.watched();
        !offline && problem.is_none()
    }

    /// The login session, if the server was reached.
    /// Chooses the history of a vault that the server has.
    pub(crate) async fn adopt(
        &self,
        (actor, id): (Actor<State>, ProfileId),
        vault: VaultId,
        password: SecretText,
    ) -> Result<()> {
        let session = self.session().ok_or(ErrorCode::ServerUnreachable)?;
        Ok(adopt(&session, &OpenProfile { actor, id }, vault, password, PAGE).await?)
    }

    pub(crate) fn session(&self) -> Option<Arc<Session>> {
        self.watch.session()
    }
}
