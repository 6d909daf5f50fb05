//! The re-enrolment of an account whose password was reset: sent until the server has stored it, also while nobody is signed in.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use vault_engine::clock::{Clock, Rng, Timestamp};
use vault_engine::session::{ReenrolStep, ServerConnection};
use vault_wire::message::ProblemCode;

use crate::connect::{Found, Reenrolled, ServerAddress};
use crate::cycle::Profile;
use crate::error::{Error, Untrusted};
use crate::retry::retry;
use crate::transport::Network;

/// How long a server lets a re-enrolment wait, in milliseconds: what the protocol says.
pub const REENROL_WAIT: u64 = 7 * 24 * 60 * 60 * 1000;
/// For how much longer a server may answer that it waits, for clocks of different speed. After that it was deleted meanwhile.
const GRACE: u64 = 24 * 60 * 60 * 1000;
/// The longest time without a look at the clock, which the user may set and which a sleeping computer does not notice.
const LOOK: Duration = Duration::from_mins(10);

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
            let Some(step) = step_after(&answer, message, *since, now) else {
                if let Next::Again(asked) = next(&answer) {
                    failures += 1;
                    sleep(retry(failures, asked)).await;
                } else {
                    sleep(LOOK).await;
                }
                continue;
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

/// Returns the next step of a registration that was just sent; none if it must be sent again later. `since` is when the server first
/// answered that it waits.
#[must_use]
pub fn step_after(
    answer: &Result<Reenrolled, Error>,
    message: &[u8],
    since: Option<Timestamp>,
    now: Timestamp,
) -> Option<ReenrolStep> {
    match (next(answer), since) {
        (Next::Step(step), _) => Some(step),
        (Next::Waits, None) => Some(ReenrolStep::Made { message: message.to_vec(), since: Some(now) }),
        (Next::Waits, Some(since)) if now.0 > since.0.saturating_add(REENROL_WAIT + GRACE) => {
            Some(ReenrolStep::Cancelled)
        }
        (Next::Waits, Some(_)) | (Next::Again(_), _) => None,
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
