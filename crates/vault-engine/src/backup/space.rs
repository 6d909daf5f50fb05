use std::path::Path;

use crate::profile::DiskError;

/// Fails if a disk has less room than is needed, where the system tells; else writing itself finds out.
pub(crate) fn expect_room(folder: &Path, needed: u64) -> Result<(), DiskError> {
    match room(folder) {
        Some(room) if room < needed => Err(DiskError::Full),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}
