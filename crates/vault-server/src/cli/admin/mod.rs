//! The operator's commands to a running server, over a Unix socket in its folder: a line with the command, then lines with
//! answers, in JSON.

mod answers;
mod client;
mod execute;
mod socket;

pub use client::{Output, ask, invite};
pub use socket::Socket;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use vault_wire::VaultId;
use vault_wire::message::{Credential, LoginName, ProblemCode};

use crate::account::operator::Named;
use crate::setup::Source;

/// The longest line of a command, and of an answer.
const LINE: usize = 4096;
const ANSWER: u64 = 64 * 1024;

/// Time for reading a command, and for writing each answer.
const TIME: Duration = Duration::from_secs(10);

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// What runs.
    Status,
    /// Issues a sign-up code.
    Invite {
        /// The only login that it is for.
        login: Option<LoginName>,
    },
    /// Lists accounts.
    List,
    /// Locks an account.
    Lock(Named),
    /// Unlocks it.
    Unlock(Named),
    /// Sets its quota in bytes, or the server's limit.
    Quota(Named, Option<u64>),
    /// Lists its login sessions.
    Sessions(Named),
    /// Ends them.
    EndSessions(Named),
    /// Deletes it.
    Delete(Named),
    /// Gives it another login.
    ChangeLogin(Named, LoginName),
    /// Removes its second factor.
    ResetFactor(Named),
    /// Replaces the keys of tokens, nonces and states; with `drop` at once.
    RotateKeys {
        /// Whether what was made with those before becomes invalid now.
        drop: bool,
    },
    /// Seals the server's secrets again, perhaps for the next key, too.
    SealKeys {
        /// The next key-encryption key.
        next: Option<Source>,
    },
    /// Announces a recovery that lasts so many hours.
    AnnounceRecovery {
        /// At most 720.
        hours: u64,
    },
    /// Ends it.
    EndRecovery,
}

/// A line of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Answer {
    /// A sign-up code.
    Code(Credential<64>),
    /// An object.
    Row(Value),
    /// There is no more.
    Done,
    /// It failed, with this code of a problem, and perhaps with ids of vaults.
    Failed {
        /// Why.
        code: ProblemCode,
        /// The vaults that stand in the way.
        vaults: Vec<VaultId>,
    },
}
