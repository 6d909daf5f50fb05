//! Names and sizes of files that the user chose.

use std::path::Path;

/// The name of a file without its folder.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The size of a file in bytes; 0 if it cannot be read.
pub(crate) fn size_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |file| file.len())
}
