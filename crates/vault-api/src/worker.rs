//! Worker threads.

use crate::error::{ErrorCode, Result};

/// Runs `work` on a thread of its own.
///
/// # Errors
/// `internal` if the system cannot start a thread.
pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map(|_| ()).map_err(|_| ErrorCode::Internal.into())
}
