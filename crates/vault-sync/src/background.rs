//! Synchronization in the background, while a profile is open: after each change, after each hint of the server, and from time
//! to time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand_core::Rng as _;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;
use vault_engine::clock::{Clock, Rng};
use vault_engine::session::{DeviceLogin, ServerConnection, SessionError};
use vault_wire::VaultId;
use vault_wire::log::{Recovery, RecoveryState};
use vault_wire::message::Limits;

use crate::audit;
use crate::client::Client;
use crate::connect::{Found, ProfileTokens, ServerAddress};
use crate::cycle::refuse_other_key;
use crate::cycle::{Cycle, CycleError, Downloaded, Pace, Profile, Synced, VaultProblem, VaultSynced};
use crate::discovery::{Discovered, ServerPins};
use crate::error::{Error, Untrusted};
use crate::retry::retry;
use crate::session::Session;
use crate::transport::Network;

/// Between two synchronizations while the server sends hints.
const WITH_HINTS: Duration = Duration::from_mins(5);
/// Between two synchronizations while it does not.
const WITHOUT_HINTS: Duration = Duration::from_secs(60);
/// How often the server is asked again for its limits and recoveries.
const DISCOVERY: Duration = Duration::from_mins(10);

/// What wakes a synchronization.
#[derive(Debug, Default)]
pub struct Signals {
    /// Something was written into the profile.
    changed: Notify,
    /// The user wants it now.
    now: Notify,
}

impl Signals {
    /// Something was written into the profile. After a failure the next attempt is not made sooner by it.
    pub fn changed(&self) {
        self.changed.notify_one();
    }

    /// Synchronizes at once.
    pub fn now(&self) {
        self.now.notify_one();
    }
}

/// What learns of a synchronization in the background. The methods return at once.
pub trait Observer: Send + Sync {
    /// The server was reached, with this login session. Its token changes: there must be no second one of it.
    fn linked(&self, session: &Arc<Session>);
    /// A synchronization begins.
    fn began(&self);
    /// Entries of a vault were received or read back.
    fn progressed(&self, vault: VaultId, step: VaultSynced);
    /// Documents were downloaded.
    fn downloaded(&self, outcome: Result<Downloaded, CycleError>);
    /// A re-enrolment of the account waits at the server since this time by its clock, which is unverified; none if there is none.
    fn reenrolment(&self, waits_since: Option<u64>);
    /// A synchronization ended; `all` is whether it was one of all vaults.
    fn ended(&self, all: bool, outcome: Result<Synced, CycleError>);
}

/// Why synchronization in the background ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The profile was locked, or cannot be read.
    Locked,
    /// The profile has no server.
    NotConnected,
    /// The user must sign in again.
    SignedOut,
}

/// Synchronization in the background.
pub struct Background<P> {
    /// The profile.
    pub profile: P,
    /// How connections are made.
    pub network: Network,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness of its own, for proofs and for the times of attempts.
    pub rng: Rng,
    /// How fast documents are transferred.
    pub pace: Arc<Pace>,
    /// What wakes it.
    pub signals: Arc<Signals>,
    /// What learns of it.
    pub observer: Arc<dyn Observer>,
}

/// The login session while it is used. There is one for as long as the synchronization runs, also across failures: a second one
/// would use the same token, and the server ends sessions whose token is used twice.
struct Link {
    session: Arc<Session>,
    hints: Hints,
    stated: Option<Stated>,
    /// Whether the audit was read since the server was asked what it states.
    audited: bool,
}

impl Link {
    /// Reads the audit. What fails is tried again from time to time.
    async fn look(&mut self, profile: &impl Profile, observer: &dyn Observer) {
        if !self.audited
            && let Ok(waits_since) = audit::read(&self.session, profile).await
        {
            self.audited = true;
            observer.reenrolment(waits_since);
        }
    }
}

/// What the server states. It is asked for again after a failure, and from time to time.
#[derive(Clone, Copy)]
struct Stated {
    limits: Limits,
    recovery: Recovery,
    at: Instant,
}

/// The server's hints that logs have grown. They are listened to beside the synchronization.
struct Hints {
    state: Arc<HintState>,
    /// Ends with this value.
    _listener: JoinSet<()>,
}

#[derive(Default)]
struct HintState {
    arrived: Notify,
    open: AtomicBool,
}

impl Hints {
    fn of(session: Arc<Session>) -> Self {
        let state = Arc::new(HintState::default());
        let mut listener = JoinSet::new();
        listener.spawn(listen(session, state.clone()));
        Self { state, _listener: listener }
    }

    /// Whether the server sends hints at the moment.
    fn are_sent(&self) -> bool {
        self.state.open.load(Ordering::Relaxed)
    }

    /// Waits for a hint; one that came before counts.
    async fn next(&self) {
        self.state.arrived.notified().await;
    }
}

/// Opens one stream after the other, each of which begins with the present heads, until the session ends.
async fn listen(session: Arc<Session>, state: Arc<HintState>) {
    let mut failures = 0;
    loop {
        let mut after = Duration::ZERO;
        let opened = session.events().await;
        if matches!(opened, Err(Error::SessionEnded)) {
            // The next synchronization finds it, too.
            state.arrived.notify_one();
            return;
        }
        if let Ok(mut events) = opened {
            state.open.store(true, Ordering::Relaxed);
            while let Ok(Some(_)) = events.next().await {
                failures = 0;
                state.arrived.notify_one();
            }
            state.open.store(false, Ordering::Relaxed);
            after = events.retry();
        }
        failures += 1;
        sleep(retry(failures, after)).await;
    }
}

/// What begins the next synchronization.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wake {
    /// A change of the profile: only what waits is sent.
    Changed,
    /// The user, or the begin: all vaults, what the server had no room for, and what else is read from time to time.
    Asked,
    /// Anything else: all vaults.
    All,
}

impl<P: Profile + Clone + Send + 'static> Background<P> {
    /// Synchronizes until the profile is locked or the user must sign in. May be dropped at any time.
    pub async fn run(mut self) -> Stopped {
        let mut link: Option<Link> = None;
        let (mut failures, mut unsettled) = (0, 0);
        // Ends with this function.
        let mut downloads = JoinSet::new();
        let mut wake = Wake::Asked;
        loop {
            self.observer.began();
            let mut all = wake != Wake::Changed || failures > 0;
            if wake == Wake::Asked {
                // A disk that fails does so below, too.
                if self.profile.with(|session| session.retry_refused()).await.is_err() {
                    return Stopped::Locked;
                }
                if let Some(link) = &mut link {
                    link.audited = false;
                }
            }
            let outcome = match self.prepare(&mut link).await {
                Ok((session, stated)) => self.synchronize(&session, stated, &mut all).await,
                Err(NotReady::Stopped(stopped)) => return stopped,
                Err(NotReady::Cycle(error)) => Err(error),
            };
            let failure = outcome.as_ref().err().map(Failure::of);
            // A vault's grant may arrive after its first hint, for example.
            // One that only sends says nothing of the other vaults.
            let settled = outcome.as_ref().is_ok_and(|synced| synced.values().all(is_settled));
            unsettled = match settled {
                true if all => 0,
                true => unsettled,
                false => unsettled + 1,
            };
            self.observer.ended(all, outcome);
            let wait = match failure {
                None => {
                    failures = 0;
                    if let Some(link) = &mut link {
                        link.look(&self.profile, &*self.observer).await;
                    }
                    while downloads.try_join_next().is_some() {}
                    if downloads.is_empty()
                        && let Some(download) = link.as_ref().and_then(|link| self.download(link))
                    {
                        downloads.spawn(download);
                    }
                    let hints = link.as_ref().is_some_and(|link| link.hints.are_sent());
                    let regular = if hints { WITH_HINTS } else { WITHOUT_HINTS };
                    if unsettled == 0 { regular } else { regular.min(retry(unsettled, Duration::ZERO)) }
                }
                Some(Failure::Locked) => return Stopped::Locked,
                Some(Failure::SessionEnded) => {
                    // Fails only if the profile was locked or cannot be written: then it is found out again.
                    let _ = self.profile.with(|session| session.sign_out()).await;
                    return Stopped::SignedOut;
                }
                Some(Failure::Other { asked }) => {
                    failures += 1;
                    if let Some(link) = &mut link {
                        link.stated = None;
                    }
                    retry(failures, asked)
                }
            };
            let wait = self.jittered(wait);
            wake = self.wait(wait, link.as_ref(), failures == 0).await;
        }
    }

    /// Synchronizes, unless the user has to say first that it may begin: then it is none of all vaults.
    async fn synchronize(
        &mut self,
        session: &Session,
        stated: Stated,
        all: &mut bool,
    ) -> Result<Synced, CycleError> {
        if self.profile.with(|session| session.holds_upload()).await?? {
            *all = false;
            return Ok(Synced::new());
        }
        let observer = &self.observer;
        let progress = |vault, step| observer.progressed(vault, step);
        let Stated { limits, recovery, at: _ } = stated;
        let (profile, pace) = (&self.profile, &*self.pace);
        let cycle = Cycle { session, profile, limits, recovery, pace, progress: &progress };
        if *all { cycle.run().await } else { cycle.send_all().await }
    }

    /// Downloads the documents that are not here, beside the synchronization.
    fn download(&self, link: &Link) -> Option<impl Future<Output = ()> + Send + 'static + use<P>> {
        let Stated { limits, recovery, at: _ } = link.stated?;
        let session = link.session.clone();
        let (profile, pace, observer) = (self.profile.clone(), self.pace.clone(), self.observer.clone());
        Some(async move {
            let (session, profile, pace) = (&*session, &profile, &*pace);
            let cycle = Cycle { session, profile, limits, recovery, pace, progress: &|_, _| () };
            let downloaded = cycle.download().await;
            observer.downloaded(downloaded);
        })
    }

    /// Waits for the next reason to synchronize. After a failure changes are no reason.
    async fn wait(&mut self, wait: Duration, link: Option<&Link>, changes: bool) -> Wake {
        let hint = async {
            match link {
                Some(link) => link.hints.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.signals.now.notified() => Wake::Asked,
            () = self.signals.changed.notified(), if changes => Wake::Changed,
            () = sleep(wait) => Wake::All,
            () = hint => Wake::All,
        }
    }

    /// Makes the login session at the first time, and returns what the server states.
    async fn prepare(&mut self, link: &mut Option<Link>) -> Result<(Arc<Session>, Stated), NotReady> {
        refuse_other_key(&self.profile).await?;
        if let Some(Link { session, stated: Some(stated), .. }) = link
            && stated.at.elapsed() <= DISCOVERY
        {
            return Ok((session.clone(), *stated));
        }
        let read = self.profile.with(|session| Ok((session.connection()?, session.device_login()?)));
        let read: Result<_, SessionError> = read.await.map_err(CycleError::from)?;
        let (connection, login) = read.map_err(CycleError::from)?;
        let connection = connection.ok_or(NotReady::Stopped(Stopped::NotConnected))?;
        if let Some(link) = link {
            let pins = ServerPins { issuer: Some(connection.issuer.clone()), api: connection.api };
            let found = link.session.client().connection().discover(&pins).await;
            let stated = self.remember(connection, found.map_err(CycleError::from)?).await?;
            (link.stated, link.audited) = (Some(stated), false);
            return Ok((link.session.clone(), stated));
        }
        let Some(DeviceLogin { device, refresh: Some(refresh) }) = login else {
            return Err(NotReady::Stopped(Stopped::SignedOut));
        };
        let found = ServerAddress::of(&connection).find(&self.network).await;
        let Found::Server(server) = found.map_err(CycleError::from)? else {
            return Err(CycleError::from(Error::from(Untrusted::Authority)).into());
        };
        let (to_server, discovered) = server.into_parts();
        let issuer = discovered.discovery.issuer.clone();
        let stated = self.remember(connection, discovered).await?;
        let client = Arc::new(Client::new(to_server, issuer, device.clone(), &mut self.rng));
        let tokens = ProfileTokens { profile: self.profile.clone(), device };
        let session = Arc::new(Session::resume(client, refresh, Arc::new(tokens)));
        self.observer.linked(&session);
        let hints = Hints::of(session.clone());
        *link = Some(Link { session: session.clone(), hints, stated: Some(stated), audited: false });
        Ok((session, stated))
    }

    /// Stores what must be remembered of what a server states.
    async fn remember(
        &mut self,
        mut connection: ServerConnection,
        discovered: Discovered,
    ) -> Result<Stated, CycleError> {
        let Discovered { discovery, api } = discovered;
        let stated = RecoveryState { epoch: discovery.recovery.epoch, until: discovery.recovery.until };
        let recovery = self.profile.with(move |session| {
            if connection.api != api {
                connection.api = api;
                session.set_connection(&connection)?;
            }
            session.observe_recovery(stated)
        });
        let recovery = recovery.await??;
        Ok(Stated { limits: discovery.limits, recovery, at: Instant::now() })
    }

    /// A time between three quarters and five quarters of this one, so that not all devices ask at the same time.
    fn jittered(&mut self, wait: Duration) -> Duration {
        wait * (768 + self.rng.next_u32() % 512) / 1024
    }
}

/// Why there is no server to work with.
enum NotReady {
    Stopped(Stopped),
    Cycle(CycleError),
}

impl From<CycleError> for NotReady {
    fn from(error: CycleError) -> Self {
        Self::Cycle(error)
    }
}

/// What follows from a failure.
enum Failure {
    Locked,
    SessionEnded,
    Other {
        /// The wait that the server asks for.
        asked: Duration,
    },
}

impl Failure {
    fn of(error: &CycleError) -> Self {
        match error {
            CycleError::Locked(_) => Self::Locked,
            CycleError::Server(Error::SessionEnded) => Self::SessionEnded,
            CycleError::Server(Error::Refused(refused)) => {
                Self::Other { asked: refused.retry_after.unwrap_or_default() }
            }
            _ => Self::Other { asked: Duration::ZERO },
        }
    }
}

/// Whether nothing of a vault has to be tried again soon.
fn is_settled(done: &Result<VaultSynced, VaultProblem>) -> bool {
    match done {
        Ok(synced) => {
            synced.later == 0 && !synced.waits_for_key && !synced.others_wait && synced.documents.is_empty()
        }
        // Only the user, or the server's operator, can end it.
        Err(problem) => matches!(problem, VaultProblem::Alarm(_)),
    }
}
