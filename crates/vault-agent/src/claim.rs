//! The right to listen: a lock of the operating system on a file beside the socket.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, Instant};

use crate::client::{Client, ClientError};
use crate::location::{Location, make_private};
use crate::protocol::{Answer, Request, Role};

/// The longest wait until an agent has ended.
const MAX_WAIT: Duration = Duration::from_secs(15);
/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What becomes of a program that listens already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It stays.
    Respected,
    /// An agent is asked to end, and waited for.
    Asked,
}

/// Why this program may not listen.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another program has the profiles and does not give way.
    #[error("another program has the profile")]
    Held,
    /// The place is not private, or the disk does not allow it.
    #[error("the socket cannot be made")]
    Place(#[from] io::Error),
}

/// The right to listen; it ends when this is dropped, also by a crash.
pub struct Claim {
    _lock: File,
    location: Location,
}

impl Location {
    /// Takes the right to listen, if no other program has it, or none any more.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn claim(&self, others: Others) -> Result<Claim, ClaimError> {
        make_private(self.folder())?;
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.lock())?;
        let until = Instant::now() + MAX_WAIT;
        let mut asked = false;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Claim { _lock: lock, location: self.clone() }),
                Err(TryLockError::Error(error)) => return Err(error.into()),
                Err(TryLockError::WouldBlock) if others == Others::Respected || Instant::now() >= until => {
                    return Err(ClaimError::Held);
                }
                // A program that was just started does not answer yet.
                Err(TryLockError::WouldBlock) if !asked => asked = self.ask_to_end()?,
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_EVERY),
            }
        }
    }

    /// Waits until no program listens any more, or some seconds.
    pub fn wait_until_free(&self) {
        let until = Instant::now() + MAX_WAIT;
        while Instant::now() < until {
            // Without a lock file no program ever listened.
            let Ok(lock) = File::open(self.lock()) else { return };
            if !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Asks the listening program to end, and returns whether one was there.
    fn ask_to_end(&self) -> Result<bool, ClaimError> {
        match Client::connect(self) {
            Ok(client) if client.role() == Role::Desktop => Err(ClaimError::Held),
            Ok(mut client) => match client.ask(&Request::End) {
                Ok(Answer::Done(_)) => Ok(true),
                Ok(_) => Err(ClaimError::Held),
                Err(_) => Ok(false),
            },
            Err(ClientError::Version) => Err(ClaimError::Held),
            Err(_) => {
                std::thread::sleep(LOOK_EVERY);
                Ok(false)
            }
        }
    }
}

impl Claim {
    /// The place.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }
}
