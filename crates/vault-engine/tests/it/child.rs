//! Runs part of a test in a child process: to kill it, or to give it another disk or session bus.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const FOLDER: &str = "COFFER_TEST_CHILD_FOLDER";

/// Returns the folder passed to this process, if it is a child.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Builds a command that runs one test of this binary as a child. `script` is run by `sh`, with the test as `"$@"`.
pub fn command(test: &str, folder: &Path, wrapper: &[&str], script: &str) -> Command {
    let mut words: Vec<OsString> = wrapper.iter().map(OsString::from).collect();
    words.extend(["sh", "-ec", script, "sh"].map(OsString::from));
    words.push(std::env::current_exe().unwrap().into());
    words.extend(["--exact", test, "--nocapture", "--test-threads=1"].map(OsString::from));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env(FOLDER, folder).stdin(Stdio::null());
    command
}

/// Runs the child to its end and panics if it failed.
pub fn run(command: &mut Command) {
    drop(output(command));
}

/// Does the same and returns its output.
pub fn output(command: &mut Command) -> Output {
    let output = command.output().expect("the tools that this test needs are installed");
    assert!(
        output.status.success(),
        "the child ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs the child as root of its own user and mount namespaces.
pub const OWN_MOUNTS: &[&str] = &["unshare", "--map-root-user", "--mount", "--"];
