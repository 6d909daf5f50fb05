//! Shutting the running process in.

#[cfg(target_os = "linux")]
mod linux;

/// How much a process may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory of every kind together, in bytes.
    pub memory: u64,
    /// Processor time, in seconds.
    pub processor_seconds: u64,
}

impl Limits {
    /// What drawing one picture may take.
    pub const DRAWING: Self = Self { memory: 512 << 20, processor_seconds: 5 };
}

/// The operating system cannot shut this process in. It must do no work then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this system cannot shut a process in")]
pub struct NotShutIn;

/// Shuts this process in for the rest of its life. It must have one thread.
///
/// From then on it can read its standard input, write its standard output, and take memory within the limits; asking
/// for anything else, a file, a connection, another process, a signal to one, ends it at once.
///
/// # Errors
/// [`NotShutIn`] unless every wall stands: on Linux the limits, Landlock and seccomp. There is none elsewhere yet.
pub fn enter(limits: Limits) -> Result<(), NotShutIn> {
    #[cfg(target_os = "linux")]
    let entered = linux::enter(limits);
    #[cfg(not(target_os = "linux"))]
    let entered = {
        let _ = limits;
        Err(NotShutIn)
    };
    entered
}
