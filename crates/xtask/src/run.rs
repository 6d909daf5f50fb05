//! `cargo xtask run`: from a fresh checkout to the application on the screen, or to a server on the loopback interface.

use crate::{
    prerequisites,
    process::{self, Context as _, Error, Output, Result, note},
    project, ui,
};
use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// Installs missing requirements, builds the interface and the application and starts it.
pub fn run(arguments: &[&str]) -> Result {
    if !is_built() {
        build_application()?;
    }
    let program = project::target()?.join("debug/coffer-desktop");
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    process::run(Command::new(program).args(arguments))
}

/// Whether to start what was built before: a journey tries these commands beside others that use the same programs.
fn is_built() -> bool {
    env::var_os("XTASK_BUILT").is_some()
}

fn build_application() -> Result {
    prerequisites::prepare_build()?;
    note("building the application; the first time takes some minutes");
    let log = project::scratch("logs")?.join("interface-build.txt");
    thread::scope(|scope| {
        let interface = scope.spawn(|| build_interface(&log));
        // The second program has the same dependencies and embeds no page, so it need not wait for the interface.
        let dependencies = build(&["coffer-preview"]);
        let interface = interface.join().map_err(|_| Error::new("interface: the thread ended"))?;
        if interface.is_err() {
            eprintln!("{}", fs::read_to_string(&log).context(&log)?);
        }
        interface.and(dependencies)
    })?;
    build(&["coffer-desktop", "coffer-preview"])
}

/// Builds the server and starts it with a folder of its own below the target folder, which is set up the first time. Its own
/// variables `COFFER_DATA` and `COFFER_LISTEN` name another folder and address.
pub fn server(arguments: &[&str]) -> Result {
    if !is_built() {
        note("building the server; the first time takes some minutes");
        build(&["coffer-server"])?;
    }
    let data = env::var_os("COFFER_DATA")
        .map_or_else(|| project::scratch("server"), |data| Ok(PathBuf::from(data)))?;
    let listen = env::var("COFFER_LISTEN").unwrap_or_else(|_| LISTEN.to_owned());
    let server = || {
        let mut command = Command::new(project::target()?.join("debug/coffer-server"));
        command.arg("--data").arg(&data);
        Ok::<_, Error>(command)
    };
    if !data.join("server.toml").exists() {
        fs::create_dir_all(&data).context(&data)?;
        fs::set_permissions(&data, Permissions::from_mode(0o700)).context(&data)?;
        process::run(server()?.args([
            "init",
            "--address",
            &format!("https://{listen}"),
            "--listen",
            &listen,
        ]))?;
    }
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    process::run(server()?.arg("serve").args(arguments))
}

/// Where the server for trying listens and is reached.
const LISTEN: &str = "127.0.0.1:8443";

/// Builds these programs with the features that the tests have, so that nothing is compiled twice.
fn build(programs: &[&str]) -> Result {
    let mut cargo = project::cargo(["build", "--workspace"]);
    for program in programs {
        cargo.args(["--bin", program]);
    }
    process::run(cargo.args(project::WITH_TEST_FEATURES))
}

/// Builds the pages with the output in a file.
fn build_interface(log: &Path) -> Result {
    fs::write(log, "").context(log)?;
    let output = Output::File(log);
    ui::install(output)?;
    ui::build(output)
}
