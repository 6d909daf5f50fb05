//! `cargo xtask conversations`: what programs and servers of today say to each other, for every later version.

use crate::{process, process::Result, project};

/// Records a new version by the server's tests; those that exist are never overwritten.
pub fn record() -> Result {
    let tests = ["test", "--workspace", "--test", "it", "conversation::replay::a_version_is_recorded"];
    process::run(project::cargo(tests).env("COFFER_WRITE_CONVERSATIONS", "1"))
}
