//! A sandbox for the running process.

mod limits;
#[cfg(target_os = "linux")]
mod linux;

pub use limits::{Limits, SandboxUnavailable};

/// Sandboxes this process until it ends. The process must have one thread.
///
/// Afterwards it can read standard input, write standard output and allocate memory within the limits. Any other
/// system call (a file, a connection, another process, a signal) ends it at once.
///
/// # Errors
/// [`SandboxUnavailable`] unless every layer is in force: on Linux resource limits, Landlock and seccomp. Other systems
/// have no implementation yet.
pub fn enter(limits: Limits) -> Result<(), SandboxUnavailable> {
    #[cfg(target_os = "linux")]
    let entered = linux::enter(limits);
    #[cfg(not(target_os = "linux"))]
    let entered = {
        let _ = limits;
        Err(SandboxUnavailable)
    };
    entered
}
