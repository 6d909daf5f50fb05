//! The re-enrolment of an account whose password was reset: sent until the server has stored it, also while nobody is signed in.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use vault_engine::clock::{Clock, Rng};
use vault_engine::session::{ReenrolStep, Reenrolment, ServerConnection};
use vault_wire::message::{AuditKind, ProblemCode};

use crate::connect::{Found, Reenrolled, ServerAddress};
use crate::cycle::Profile;
use crate::error::{Error, Untrusted};
use crate::retry::retry;
use crate::session::Session;
use crate::transport::Network;

/// How long a server lets a re-enrolment wait, in milliseconds: what the protocol says.
pub const REENROL_WAIT: u64 = 7 * 24 * 60 * 60 * 1000;
/// For how much longer a server may answer that it waits, for clocks of different speed. After that it was deleted meanwhile.
const GRACE: u64 = 24 * 60 * 60 * 1000;
/// The longest time without a look at the clock, which the user may set and which a sleeping computer does not notice.
const LOOK: Duration = Duration::from_mins(10);
/// Pages of the audit that are read at once.
const AUDIT_PAGES: usize = 64;

/// Sends a re-enrolment.
pub struct Reenrolling<P> {
    /// The profile.
    pub profile: P,
    /// How connections are made.
    pub network: Network,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness of its own.
    pub rng: Rng,
    /// Learns that another step was reached.
    pub changed: Box<dyn Fn() + Send + Sync>,
}

impl<P: Profile> Reenrolling<P> {
    /// Sends the profile's re-enrolment until the server has stored or refused it, or the profile is locked. Without one it ends at
    /// once. May be dropped at any time.
    pub async fn run(mut self) {
        let mut failures = 0;
        loop {
            let read = self.profile.with(|session| Ok((session.connection()?, session.reenrolment()?)));
            let read: Result<_, vault_engine::session::SessionError> = match read.await {
                Ok(read) => read,
                Err(_) => return,
            };
            let Ok((Some(connection), Some(before))) = read else { return };
            let ReenrolStep::Made { message, since } = &before.step else { return };
            let now = self.clock.now();
            if let Some(left) =
                since.and_then(|since| since.0.saturating_add(REENROL_WAIT).checked_sub(now.0))
                && left > 0
            {
                sleep(LOOK.min(Duration::from_millis(left))).await;
                continue;
            }
            let answer = self.send(connection, message, before.version).await;
            let step = match next(&answer) {
                Next::Step(step) => step,
                Next::Waits => match since {
                    None => ReenrolStep::Made { message: message.clone(), since: Some(now) },
                    Some(since) if now.0 > since.0.saturating_add(REENROL_WAIT + GRACE) => {
                        ReenrolStep::Cancelled
                    }
                    Some(_) => {
                        sleep(LOOK).await;
                        continue;
                    }
                },
                Next::Again(asked) => {
                    failures += 1;
                    sleep(retry(failures, asked)).await;
                    continue;
                }
            };
            failures = 0;
            let stored = self.profile.with(move |session| session.continue_reenrolment(&before, step)).await;
            if !matches!(stored, Ok(Ok(_))) {
                return;
            }
            (self.changed)();
        }
    }

    async fn send(
        &mut self,
        connection: ServerConnection,
        message: &[u8],
        version: u64,
    ) -> Result<Reenrolled, Error> {
        match ServerAddress::of(&connection).find(&self.network).await? {
            Found::Server(server) => server.reenrol(message, version, &mut self.rng).await,
            Found::Unknown(_) => Err(Untrusted::Authority.into()),
        }
    }
}

/// What follows from an answer.
enum Next {
    Step(ReenrolStep),
    Waits,
    Again(Duration),
}

fn next(answer: &Result<Reenrolled, Error>) -> Next {
    match answer {
        Ok(Reenrolled::Stored) => Next::Step(ReenrolStep::Effective),
        Ok(Reenrolled::Waits) => Next::Waits,
        Err(Error::Refused(refused)) => match refused.code {
            ProblemCode::VersionConflict => Next::Step(ReenrolStep::Superseded),
            ProblemCode::Malformed | ProblemCode::SignUpRefused | ProblemCode::Forbidden => {
                Next::Step(ReenrolStep::Refused)
            }
            _ => Next::Again(refused.retry_after.unwrap_or_default()),
        },
        Err(_) => Next::Again(Duration::ZERO),
    }
}

/// What the audit of an account says of re-enrolments. It is unverified: a server may hide one, or invent one.
#[derive(Default)]
pub(crate) struct Watch {
    /// The number of the last event that was read.
    read: u64,
    last: Option<Seen>,
}

#[derive(Clone, Copy)]
enum Seen {
    Waits { at: u64 },
    Cancelled,
    Stored,
}

impl Watch {
    /// Reads what is new. Returns since when one waits, by the server's clock. One of this profile that another device has
    /// deleted ends here.
    pub(crate) async fn look(
        &mut self,
        session: &Session,
        profile: &impl Profile,
    ) -> Result<Option<u64>, Error> {
        let own = profile.with(|session| session.reenrolment()).await.ok().and_then(Result::ok).flatten();
        for _ in 0..AUDIT_PAGES {
            let page = session.audit(self.read).await?;
            for event in page.events.iter() {
                if event.seq <= self.read {
                    return Err(Error::Malformed);
                }
                self.read = event.seq;
                self.last = match event.kind.as_str() {
                    kind if kind == AuditKind::ReenrolWaiting.as_str() => Some(Seen::Waits { at: event.at }),
                    kind if kind == AuditKind::ReenrolCancelled.as_str() => Some(Seen::Cancelled),
                    kind if kind == AuditKind::Reenrolled.as_str() => Some(Seen::Stored),
                    _ => continue,
                };
            }
            if !page.more || page.events.is_empty() {
                break;
            }
        }
        if let Some(Seen::Cancelled) = self.last
            && let Some(own @ Reenrolment { step: ReenrolStep::Made { since: Some(_), .. }, .. }) = own
        {
            let _ =
                profile.with(move |session| session.continue_reenrolment(&own, ReenrolStep::Cancelled)).await;
        }
        Ok(match self.last {
            Some(Seen::Waits { at }) => Some(at),
            Some(Seen::Cancelled | Seen::Stored) | None => None,
        })
    }
}
