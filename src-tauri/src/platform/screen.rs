//! Detects that the computer goes to sleep or its screen is locked.

#[cfg(target_os = "linux")]
pub use vault_agent::suspend::{Callback, SuspendEvent, watch};

/// An event at which the profile may lock. There is none on this system.
#[cfg(not(target_os = "linux"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspendEvent {}

/// Receives the events.
#[cfg(not(target_os = "linux"))]
pub type Callback = std::sync::Arc<dyn Fn(SuspendEvent) + Send + Sync>;

/// Starts watching, where the system has a service for it.
///
/// # Errors
/// None on this system.
#[cfg(not(target_os = "linux"))]
pub fn watch(_callback: &Callback) -> std::io::Result<()> {
    Ok(())
}
