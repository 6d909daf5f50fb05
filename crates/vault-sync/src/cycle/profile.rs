//! The open profile, wherever it is.

use std::sync::Arc;

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

impl<P: Profile + Send> Profile for Arc<P> {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, Locked>> + Send {
        P::with(self, work)
    }
}
