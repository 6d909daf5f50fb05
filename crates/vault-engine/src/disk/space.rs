//! Checks the free space of a disk before anything is written to it.

use std::path::Path;

use super::error::DiskError;

/// The disk has less free space than needed.
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

/// Fails if the disk of a folder has less free space than needed. Succeeds if the system does not report the free
/// space; writing then fails instead.
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
    fn a_huge_size_does_not_fit_and_a_small_one_does() {
        let folder = std::env::temp_dir();
        assert!(expect_room(&folder, 1).is_ok());
        let refused = expect_room(&folder, 1 << 60);
        assert!(matches!(refused, Err(NoRoom { needed, free }) if free < needed));
        assert!(expect_room(Path::new("/nowhere/at/all"), 1 << 60).is_ok(), "the free space is unknown");
    }
}
