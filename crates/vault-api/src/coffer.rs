//! The program without its window: one handle, one method for each command.

use std::sync::Arc;
use std::time::Duration;

use vault_engine::clock::{Clock, Rng};
use vault_engine::health::RangeSource;
use vault_engine::profile::Profiles;
use vault_engine::session::{KeysError, Opened, Session};
use vault_engine::{ItemId, KdfParams};
use vault_preview::Renderer;
use zeroize::Zeroizing;

use crate::backups::{LookedInto, PendingRestore};
use crate::code_pictures::DroppedCodes;
use crate::error::Outcome;
use crate::events::{Event, EventSink};
use crate::gate::Gate;
use crate::health::Checked;
use crate::imports::PendingImport;
use crate::jobs::Jobs;
use crate::keys::RecoveryInHand;
use crate::kit::KitProgress;
use crate::pictures::Pictures;
use crate::repair::NearBackups;
use crate::thread::Owner;
use crate::typing::Typing;
use crate::views::ErrorCode;

/// What the program is started with.
pub struct Setup {
    /// The profiles of this computer.
    pub profiles: Profiles,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes a source of randomness.
    pub make_rng: fn() -> Rng,
    /// The cost of trying a password, for new profiles.
    pub kdf: Costs,
    /// The name of this computer, written into each revision.
    pub device: String,
    /// Two-letter language of the system.
    pub system_language: String,
    /// Where hints go.
    pub events: EventSink,
    /// Who knows stolen passwords; none: nobody is ever asked.
    pub ranges: Option<Arc<dyn RangeSource>>,
}

/// The cost of trying a password, for new profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Costs {
    /// Found by trying on this computer.
    Calibrated,
    /// Always these.
    Fixed(KdfParams),
}

/// The program without its window. Clones share one state; calls may come from any thread and any task.
#[derive(Clone)]
pub struct Coffer {
    pub(crate) owner: Owner<State>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) typing: Typing,
    pub(crate) events: EventSink,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) make_rng: fn() -> Rng,
    pub(crate) ranges: Option<Arc<dyn RangeSource>>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) pictures: Arc<Pictures>,
}

/// What the owner thread keeps.
pub(crate) struct State {
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) kdf: Costs,
    pub(crate) device: String,
    pub(crate) system_language: String,
    pub(crate) crashed: Option<String>,
    pub(crate) open: Option<Open>,
    /// A backup that is to become a profile.
    pub(crate) restore: Option<PendingRestore>,
    /// The backups that were found beside a damaged profile.
    pub(crate) near: Option<NearBackups>,
    pub(crate) gate: Arc<Gate>,
}

/// An open profile and what belongs to it until it is locked.
pub(crate) struct Open {
    pub(crate) session: Session,
    pub(crate) kit: KitProgress,
    /// A recovery code that was made and not yet confirmed.
    pub(crate) recovery: Option<RecoveryInHand>,
    /// Whether the computer had too little memory to guard the password as new profiles are.
    pub(crate) short_of_memory: bool,
    pub(crate) import: Option<PendingImport>,
    pub(crate) health: Option<Checked>,
    /// A key file that could not be opened without its passphrase.
    pub(crate) key_file: Option<Zeroizing<Vec<u8>>>,
    /// A backup that is looked into.
    pub(crate) backup: Option<LookedInto>,
    /// One-time codes in pictures that were dropped on the window.
    pub(crate) dropped: Option<DroppedCodes>,
    /// Until when items that ask for the master password again do not ask, by the clock that never goes back.
    pub(crate) confirmed_until: Option<Duration>,
}

impl Open {
    /// A profile that was just opened. Nothing but a password given for it lets its guarded items open.
    pub(crate) fn new(session: Session, rng: &mut Rng) -> Self {
        let kit = KitProgress::new(rng);
        Self {
            session,
            kit,
            recovery: None,
            short_of_memory: false,
            import: None,
            health: None,
            key_file: None,
            backup: None,
            dropped: None,
            confirmed_until: None,
        }
    }

    /// Refuses an item that asks for the master password again, unless it was given a short while ago. This is asked by
    /// every use-case that takes one item and shows a secret, a file or an earlier state of it, or changes what is in it.
    pub(crate) fn guard(&self, marked: bool, now: Duration) -> Outcome<()> {
        if marked { self.expect_confirmed(now) } else { Ok(()) }
    }

    /// Refuses what hands out many secrets at once, unless the master password was given a short while ago.
    pub(crate) fn expect_confirmed(&self, now: Duration) -> Outcome<()> {
        let confirmed = self.confirmed_until.is_some_and(|until| now < until);
        if confirmed { Ok(()) } else { Err(ErrorCode::PasswordNeeded.into()) }
    }
}

impl State {
    /// The open profile.
    pub(crate) fn open(&mut self) -> Outcome<&mut Open> {
        self.open.as_mut().ok_or_else(|| ErrorCode::Locked.into())
    }

    /// The session of the open profile.
    pub(crate) fn session(&mut self) -> Outcome<&mut Session> {
        Ok(&mut self.open()?.session)
    }

    /// Does something with the session that the master password is asked for: wrong ones make the next try wait.
    pub(crate) fn ask<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, KeysError>) -> Outcome<T> {
        let open = self.open.as_mut().ok_or(ErrorCode::Locked)?;
        Ok(self.profiles.ask(&mut open.session, work)?)
    }
}

/// Asks whether secrets of an item may leave the core now.
pub(crate) type Guard<'a> = &'a dyn Fn() -> Outcome<()>;

impl Coffer {
    /// Starts the thread that will own the open profile. Nothing is read or written yet.
    ///
    /// # Errors
    /// If the operating system gives no thread.
    pub fn start(setup: Setup) -> std::io::Result<Self> {
        let Setup { profiles, clock, make_rng, kdf, device, system_language, events, ranges } = setup;
        let profiles = Arc::new(profiles);
        let gate = Arc::new(Gate::new());
        let state = State {
            profiles: Arc::clone(&profiles),
            kdf,
            device,
            system_language,
            crashed: None,
            open: None,
            restore: None,
            near: None,
            gate: Arc::clone(&gate),
        };
        // After a fault nothing in memory is trusted any more: the profile is locked and opens again from the disk.
        let owner = Owner::start("coffer-profile", state, |state| {
            state.gate.close();
            state.open = None;
        })?;
        let jobs = Jobs::new(events.clone());
        let pictures = Arc::new(Pictures::installed());
        let typing = Typing::default();
        Ok(Self { owner, profiles, jobs, typing, events, clock, make_rng, ranges, gate, pictures })
    }

    /// Draws documents with another program than the one that is installed beside this one.
    #[must_use]
    pub fn with_renderer(self, renderer: Renderer) -> Self {
        Self { pictures: Arc::new(Pictures::with(renderer)), ..self }
    }

    /// Reads from the open profile.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        self.owner.call(move |state| work(state.session()?)).await
    }

    /// Opens an item for a secret of it; one that asks for the master password again only shortly after that was given.
    pub(crate) async fn read_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session, &Opened, Guard<'_>) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        let now = self.clock.steady();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let opened = open.session.get(id)?;
                let guard = open.guard(opened.item.flags.reprompt, now);
                let answer = work(&mut open.session, &opened, &|| guard.clone())?;
                // What was asked for is there; that it was is only good for the order of hits.
                let _ = open.session.note_use(id);
                Ok(answer)
            })
            .await
    }

    /// Changes what is in an item, and says so; one that asks for the master password again only shortly after that was
    /// given.
    pub(crate) async fn change_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
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

    /// Reads something of an item because the person uses it: search ranks by that.
    pub(crate) async fn use_item<R: Send + 'static>(
        &self,
        id: ItemId,
        work: impl FnOnce(&mut Session) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        self.read(move |session| {
            let answer = work(session)?;
            let _ = session.note_use(id);
            Ok(answer)
        })
        .await
    }

    /// Changes the open profile and says so.
    pub(crate) async fn change<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        let result = self.read(work).await;
        if result.is_ok() {
            self.events.send(Event::ItemsChanged);
        }
        result
    }
}
