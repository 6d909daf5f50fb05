//! Whether a disk has room, before anything is written to it.

use std::path::Path;

use super::DocumentError;

/// Fails if the disk of a folder has less room than is needed. Where the system does not tell, writing itself finds out.
pub(crate) fn expect_room(folder: &Path, needed: u64) -> Result<(), DocumentError> {
    match fs4::available_space(folder) {
        Ok(free) if free < needed => Err(DocumentError::NoRoom { needed, free }),
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
        assert!(matches!(refused, Err(DocumentError::NoRoom { needed, free }) if free < needed));
        assert!(expect_room(Path::new("/nowhere/at/all"), 1 << 60).is_ok(), "nobody knows");
    }
}
