//! Whether a disk has room, before anything is written to it.

use std::path::Path;

use super::error::DiskError;

/// The disk has less room than is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is not enough room on the disk")]
pub struct NoRoom {
    /// Bytes needed.
    pub needed: u64,
    /// Bytes free.
    pub free: u64,
}

impl From<NoRoom> for DiskError {
    fn from(_: NoRoom) -> Self {
        Self::Full
    }
}

/// Fails if the disk of a folder has less room than is needed. Where the system does not tell, writing itself finds out.
pub(crate) fn expect_room(folder: &Path, needed: u64) -> Result<(), NoRoom> {
    match fs4::available_space(folder) {
        Ok(free) if free < needed => Err(NoRoom { needed, free }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_any_disk_has_does_not_fit_and_little_does() {
        let folder = std::env::temp_dir();
        assert!(expect_room(&folder, 1).is_ok());
        let refused = expect_room(&folder, 1 << 60);
        assert!(matches!(refused, Err(NoRoom { needed, free }) if free < needed));
        assert!(expect_room(Path::new("/nowhere/at/all"), 1 << 60).is_ok(), "nobody knows");
    }
}
