//! The path of the application, and of what the tests leave behind.

use std::path::PathBuf;

/// The application: named by `COFFER_APP`, else the debug build beside the tests.
pub fn binary() -> PathBuf {
    let beside = || std::env::current_exe().unwrap().parent().unwrap().with_file_name("coffer-desktop");
    let path = std::env::var_os("COFFER_APP").map_or_else(beside, PathBuf::from);
    assert!(path.is_file(), "build the application first: {} is missing", path.display());
    path
}

/// A path among the artefacts of the run.
pub fn artefact(name: &str) -> PathBuf {
    let folder = binary().with_file_name("e2e");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}
