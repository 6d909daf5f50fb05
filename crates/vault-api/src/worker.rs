//! Worker threads.

use std::thread::Builder;

use crate::error::{ErrorCode, Result};

/// Runs `work` on a thread of its own.
///
/// # Errors
/// `computer_busy` if the system cannot start a thread.
pub(crate) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    spawn_on(Builder::new().name(name.to_owned()), work)
}

fn spawn_on(thread: Builder, work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread.spawn(work).map(|_| ()).map_err(|_| ErrorCode::ComputerBusy.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_the_system_refuses_is_reported() {
        // No computer has this much memory for a stack.
        let refused = spawn_on(Builder::new().stack_size(1 << 60), || ());
        assert_eq!(refused.unwrap_err().code, ErrorCode::ComputerBusy);
        spawn("enough", || ()).unwrap();
    }
}
