//! What is seen of the synchronization, for the interface.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vault_engine::VaultId;
use vault_engine::clock::{Clock, Timestamp};
use vault_sync::cycle::{CycleError, Downloaded, Synced, VaultSynced};
use vault_sync::{Observer, Session};

use crate::error::ErrorView;
use crate::events::{Event, EventSink};

/// The least time between two events while something is under way.
const EVENTS_EVERY: Duration = Duration::from_millis(250);

/// What was seen since the profile was opened.
#[derive(Clone, Default)]
pub(crate) struct Watched {
    /// Whether a synchronization is under way.
    pub(crate) running: bool,
    /// Entries of others that the present one has received.
    pub(crate) received: u32,
    /// Entries that are still to be received, by vault.
    pub(crate) left: BTreeMap<VaultId, u64>,
    /// When all vaults were last verified up to their ends.
    pub(crate) verified_at: Option<Timestamp>,
    /// Whether the server could not be reached.
    pub(crate) offline: bool,
    /// Whether the user must sign in.
    pub(crate) signed_out: bool,
    /// Since when a re-enrolment of the account waits, by the server's clock.
    pub(crate) reenrolment: Option<u64>,
    /// Why the last one failed as a whole.
    pub(crate) problem: Option<ErrorView>,
    /// Why single vaults were not synchronized.
    pub(crate) vaults: BTreeMap<VaultId, ErrorView>,
    /// Why documents of vaults could not be downloaded.
    pub(crate) downloads: BTreeMap<VaultId, ErrorView>,
}

impl Watched {
    fn take_in(&mut self, all: bool, synced: &Synced, now: Timestamp) {
        if all {
            self.vaults.clear();
        }
        for (vault, done) in synced {
            let problem = match done {
                Ok(done) => done.documents.first().map(|left| ErrorView::from(&left.problem)),
                Err(problem) => Some(problem.into()),
            };
            match problem {
                None => drop(self.vaults.remove(vault)),
                Some(problem) => drop(self.vaults.insert(*vault, problem)),
            }
        }
        if all && self.vaults.is_empty() {
            self.verified_at = Some(now);
        }
    }
}

/// Collects what is seen and sends events.
pub(crate) struct Watch {
    events: EventSink,
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
    /// The number of synchronizations that have ended.
    rounds: tokio::sync::watch::Sender<u64>,
}

#[derive(Default)]
struct Seen {
    watched: Watched,
    session: Option<Arc<Session>>,
    /// Entries that changed items, not reported by an event yet.
    unreported: bool,
    /// When the last event was sent, on the steady clock.
    reported: Option<Duration>,
}

impl Watch {
    pub(super) fn new(events: EventSink, clock: Arc<dyn Clock>) -> Self {
        Self { events, clock, seen: Mutex::default(), rounds: tokio::sync::watch::Sender::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn watched(&self) -> Watched {
        self.seen().watched.clone()
    }

    pub(super) fn session(&self) -> Option<Arc<Session>> {
        self.seen().session.clone()
    }

    pub(super) fn reset(&self) {
        *self.seen() = Seen::default();
        self.count();
    }

    /// Counts the synchronizations that end from now on.
    pub(super) fn rounds(&self) -> tokio::sync::watch::Receiver<u64> {
        self.rounds.subscribe()
    }

    fn count(&self) {
        self.rounds.send_modify(|rounds| *rounds = rounds.wrapping_add(1));
    }

    pub(super) fn stopped(&self, signed_out: bool) {
        let mut seen = self.seen();
        let watched = &mut seen.watched;
        (watched.running, watched.signed_out) = (false, signed_out);
        seen.session = None;
        drop(seen);
        self.count();
        self.events.send(Event::SyncChanged);
    }

    /// Something else is to be shown.
    pub(super) fn changed(&self) {
        self.send(false);
    }

    fn send(&self, items: bool) {
        if items {
            self.events.send(Event::ItemsChanged);
        }
        self.events.send(Event::SyncChanged);
    }
}

impl Observer for Watch {
    fn linked(&self, session: &Arc<Session>) {
        self.seen().session = Some(session.clone());
    }

    fn began(&self) {
        let mut seen = self.seen();
        (seen.watched.running, seen.watched.received) = (true, 0);
    }

    fn progressed(&self, vault: VaultId, step: VaultSynced) {
        let now = self.clock.steady();
        let mut seen = self.seen();
        let received = u32::try_from(step.received).unwrap_or(u32::MAX);
        seen.watched.received = seen.watched.received.saturating_add(received);
        seen.watched.left.insert(vault, step.left);
        seen.unreported |= received > 0;
        if seen.reported.is_some_and(|last| now.saturating_sub(last) < EVENTS_EVERY) {
            return;
        }
        seen.reported = Some(now);
        let items = std::mem::take(&mut seen.unreported);
        drop(seen);
        self.send(items);
    }

    fn downloaded(&self, outcome: Result<Downloaded, CycleError>) {
        // A failure of the connection is found by the next synchronization, too.
        let Ok(Downloaded { documents, left }) = outcome else { return };
        let mut seen = self.seen();
        let before = std::mem::take(&mut seen.watched.downloads);
        seen.watched.downloads = left.iter().map(|left| (left.vault, (&left.problem).into())).collect();
        let changed = documents > 0 || before != seen.watched.downloads;
        drop(seen);
        if changed {
            self.send(documents > 0);
        }
    }

    fn reenrolment(&self, waits_since: Option<u64>) {
        self.seen().watched.reenrolment = waits_since;
        self.send(false);
    }

    fn ended(&self, all: bool, outcome: Result<Synced, CycleError>) {
        let now = self.clock.now();
        let mut seen = self.seen();
        let watched = &mut seen.watched;
        watched.running = false;
        watched.left.clear();
        watched.offline = matches!(outcome, Err(CycleError::Server(vault_sync::Error::Unreachable(_))));
        watched.problem = match outcome {
            Ok(synced) => {
                watched.take_in(all, &synced, now);
                None
            }
            Err(error) => Some(error.into()),
        };
        let items = std::mem::take(&mut seen.unreported);
        drop(seen);
        self.count();
        self.send(items);
    }
}
