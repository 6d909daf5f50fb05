//! Paths of this checkout, and cargo commands in it.

use crate::process::{Error, Result, read, run};
use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The platform whose dependencies are listed; those of others are not downloaded.
const HOST: &str = "x86_64-unknown-linux-gnu";

/// The folder of the root manifest.
pub fn root() -> PathBuf {
    // Set by `cargo run`; the fallback serves an xtask started by its path.
    let own = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&own).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Returns whether this is a continuous-integration run, where no step may be skipped.
pub fn on_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// A command of the same cargo that started this program, at the root.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    if on_ci() {
        // Every crate is compiled once: incremental files would only cost time and space.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Names an example to `cargo build --workspace`, so that cargo adds the features that tests ask for. With these every
/// command uses the same compilation of every dependency: see docs/decisions/0005-one-build-for-tests-and-application.md.
pub const WITH_TEST_FEATURES: [&str; 2] = ["--example", "samples"];

/// Builds the example program of the workspace and returns the command that starts it.
pub fn samples() -> Result<Command> {
    run(cargo(["build", "--workspace"]).args(WITH_TEST_FEATURES))?;
    Ok(Command::new(target()?.join("debug/examples/samples")))
}

/// The output of `cargo metadata` for the workspace and, unless `Depth::Members`, all dependencies.
pub fn metadata(depth: Depth) -> Result<Value> {
    let mut command = cargo(["metadata", "--format-version=1", "--filter-platform", HOST]);
    match depth {
        Depth::Members => command.arg("--no-deps"),
        // Finds a lock file that does not match the manifests before anything is built.
        Depth::Everything if on_ci() => command.arg("--locked"),
        Depth::Everything => &mut command,
    };
    let text = read(&mut command)?;
    serde_json::from_str(&text).map_err(|error| Error::new(format!("cargo metadata: {error}")))
}

/// The extent of `metadata`.
#[derive(Clone, Copy)]
pub enum Depth {
    /// The crates of this workspace.
    Members,
    /// Everything in the lock file.
    Everything,
}

/// The folder that cargo builds into.
pub fn target() -> Result<PathBuf> {
    let metadata = metadata(Depth::Members)?;
    metadata
        .get("target_directory")
        .and_then(Value::as_str)
        .map(PathBuf::from)
        .ok_or_else(|| Error::new("cargo metadata names no target folder"))
}

/// A folder for temporary files below the target folder, created if missing.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let folder = target()?.join("xtask").join(name);
    std::fs::create_dir_all(&folder).map_err(|error| Error::new(format!("{}: {error}", folder.display())))?;
    Ok(folder)
}
