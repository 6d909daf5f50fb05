//! Programs in namespaces of their own.

use std::path::Path;
use std::process::Command;

/// A command in namespaces of its own, such as `--net`, which ends with this thread. It has the capabilities for them, and
/// needs no rights here: in a namespace of users, this user is one who is not root, as whom PostgreSQL would not run.
pub fn unshared(namespaces: &[&str], program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-user=1000", "--map-group=1000", "--keep-caps"]);
    command.args(["setpriv", "--pdeathsig", "KILL", "unshare"]).args(namespaces).arg(program);
    command
}
