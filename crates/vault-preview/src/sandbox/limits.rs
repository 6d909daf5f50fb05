//! Resource limits of a sandbox.

/// The resources that a sandboxed process may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory of every kind together, in bytes.
    pub memory: u64,
    /// Processor time, in seconds.
    pub processor_seconds: u64,
}

impl Limits {
    /// The limits for rendering one document.
    pub const DRAWING: Self = Self { memory: 512 << 20, processor_seconds: 5 };
}

/// The operating system cannot sandbox this process; the process must then do no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this system offers no sandbox")]
pub struct SandboxUnavailable;
