//! The program without its window: one handle, one method for each command.

use std::ops::ControlFlow;
use std::sync::Arc;

use vault_engine::ItemId;
use vault_engine::clock::{Clock, Rng};
use vault_engine::health::RangeSource;
use vault_engine::profile::{Moment, Profiles};
use vault_engine::session::{ItemProgress, Opened, Session};
use vault_preview::Renderer;

use crate::actor::Actor;
use crate::error::Result;
use crate::events::{Event, EventSink};
use crate::jobs::{Job, Jobs};
use crate::key_guard::UnlockGate;
use crate::previews::Previews;
use crate::search_generation::SearchGeneration;
use crate::state::{Costs, GeneratedBits, PendingApprovals, PendingSignIn, PickedAuthority, State};
use crate::sync::Synchronization;
use crate::views::JobKind;

/// A change of more items than this runs as a visible job that can be cancelled.
const ITEMS_WITHOUT_JOB: usize = 200;

/// The environment in which the program is started.
pub struct Setup {
    /// The profiles of this computer.
    pub profiles: Profiles,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Makes a source of randomness.
    pub make_rng: fn() -> Rng,
    /// The cost of checking a password, for new profiles.
    pub kdf: Costs,
    /// The name of this computer, written into each revision.
    pub device: String,
    /// Two-letter language of the system.
    pub system_language: String,
    /// The receiver of events.
    pub events: EventSink,
    /// The service that knows breached passwords; without one none is ever asked.
    pub ranges: Option<Arc<dyn RangeSource>>,
}

/// The program without its window. Clones share one state; calls may come from any thread and any task.
#[derive(Clone)]
pub struct Coffer {
    pub(crate) actor: Actor<State>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) search: SearchGeneration,
    pub(crate) events: EventSink,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) make_rng: fn() -> Rng,
    pub(crate) ranges: Option<Arc<dyn RangeSource>>,
    pub(crate) gate: Arc<UnlockGate>,
    pub(crate) previews: Arc<Previews>,
    pub(crate) generated: Arc<GeneratedBits>,
    pub(crate) sync: Arc<Synchronization>,
    pub(crate) sign_in: Arc<PendingSignIn>,
    pub(crate) approvals: Arc<PendingApprovals>,
    pub(crate) picked_authority: Arc<PickedAuthority>,
    /// The session in which a second factor was offered.
    pub(crate) offer: Arc<tokio::sync::Mutex<Option<vault_sync::Session>>>,
}

/// Checks that secrets of an item may be returned now.
pub(crate) type SecretsGuard<'a> = &'a dyn Fn() -> Result<()>;

impl Coffer {
    /// Starts the thread that will own the open profile. Nothing is read or written yet.
    ///
    /// # Errors
    /// If the operating system cannot start a thread.
    pub fn start(setup: Setup) -> std::io::Result<Self> {
        let Setup { profiles, clock, make_rng, kdf, device, system_language, events, ranges } = setup;
        let profiles = Arc::new(profiles);
        let gate = Arc::new(UnlockGate::new());
        let sync = Arc::new(Synchronization::new(events.clone(), clock.clone()));
        let state = State {
            profiles: Arc::clone(&profiles),
            kdf,
            device,
            system_language,
            crashed: None,
            invitation: None,
            open: None,
            restore: None,
            found_backups: None,
            gate: Arc::clone(&gate),
            signals: Arc::clone(sync.signals()),
            written: 0,
        };
        let after = |state: &mut State| {
            state.store_write_state(Moment::Open);
            state.signal_changes();
        };
        // After a panic nothing in memory is trusted any more: the profile is locked and opens again from the disk.
        let recover = |state: &mut State| {
            state.gate.close();
            state.open = None;
        };
        let actor = Actor::start("coffer-profile", state, after, recover)?;
        let jobs = Jobs::new(events.clone());
        let previews = Arc::new(Previews::installed());
        let search = SearchGeneration::default();
        let (generated, sign_in, approvals, picked_authority, offer) =
            (Arc::default(), Arc::default(), Arc::default(), Arc::default(), Arc::default());
        Ok(Self {
            actor,
            profiles,
            jobs,
            search,
            events,
            clock,
            make_rng,
            ranges,
            gate,
            previews,
            generated,
            sync,
            sign_in,
            approvals,
            picked_authority,
            offer,
        })
    }

    /// Draws documents with another program than the one that is installed beside this one.
    #[must_use]
    pub fn with_renderer(self, renderer: Renderer) -> Self {
        Self { previews: Arc::new(Previews::with(renderer)), ..self }
    }

    /// Reads from the open profile.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.actor.call(move |state| work(state.session()?)).await
    }

    /// Opens an item for a secret of it. The guard fails for a re-prompt item unless the password was confirmed shortly
    /// before.
    pub(crate) async fn read_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session, &Opened, SecretsGuard<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let now = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let opened = open.session.get(id)?;
                let guard = open.guard(opened.item.flags.reprompt, now);
                let answer = work(&mut open.session, &opened, &|| guard.clone())?;
                // The use only improves the order of search results, so a failure to note it is ignored.
                let _ = open.session.note_use(id);
                Ok(answer)
            })
            .await
    }

    /// Changes the content of an item and sends an event; a re-prompt item only if the password was confirmed shortly
    /// before.
    pub(crate) async fn change_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let result = self
            .read_guarded(id, move |session, _, guard| {
                guard()?;
                work(session)
            })
            .await;
        if result.is_ok() {
            self.events.send(Event::ItemsChanged);
        }
        result
    }

    /// Reads something of an item that the user uses; search ranks by use.
    pub(crate) async fn use_item<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.read(move |session| {
            let answer = work(session)?;
            let _ = session.note_use(id);
            Ok(answer)
        })
        .await
    }

    /// Changes the open profile and sends an event.
    pub(crate) async fn change<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let result = self.read(work).await;
        if result.is_ok() {
            self.events.send(Event::ItemsChanged);
        }
        result
    }

    /// Starts a job for a change of so many items; returns `None` for few.
    pub(crate) fn job_for_many(&self, kind: JobKind, items: usize) -> Option<Job> {
        (items > ITEMS_WITHOUT_JOB).then(|| self.jobs.start(kind, String::new(), items as u64))
    }

    /// Changes items one after the other, all or none, and ends the job with the result.
    pub(crate) async fn change_many<T: Send + 'static>(
        &self,
        job: Option<Job>,
        work: impl FnOnce(&mut Session, ItemProgress<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.change(move |session| match job {
            Some(job) => {
                let changed = work(session, &mut job.count_items());
                job.end_with(changed)
            }
            None => work(session, &mut |_| ControlFlow::Continue(())),
        })
        .await
    }
}
