//! The open profile, wherever it is.

use vault_engine::session::Session;

/// The profile was locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile is locked")]
pub struct Locked;

/// An open profile. Only one thread at a time works with it, and it may be locked at any time.
pub trait Profile: Sync {
    /// Runs work with the profile. Fails if it is locked.
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, Locked>> + Send;
}
