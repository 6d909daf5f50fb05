//! Lines that a user types into a shell in this checkout.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::daemon::{Daemon, free_port};

/// The lines of a page in its block of commands that contains `with`.
pub fn lines(page: &str, with: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let mut blocks = text.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let block = blocks.find(|block| block.contains(with)).unwrap_or_else(|| panic!("{page} lacks {with}"));
    block.lines().map(str::to_owned).collect()
}

/// Makes a shell execute a line, with the programs that were built before.
pub fn execute<'a>(shell: &'a mut Command, line: &str) -> &'a mut Command {
    // The tools of the one who tests, in the home of somebody else.
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        shell.env(name, std::env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from));
    }
    shell.args(["-c", line]).current_dir(root()).env("XTASK_BUILT", "yes")
}

/// Starts a server by a line, with a folder and a port of its own; returns the connect code that it prints.
pub fn serve(line: &str, folder: &Path) -> (Daemon, String) {
    let mut shell = Command::new("sh");
    // The server takes every such variable for its configuration.
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| name.as_encoded_bytes().starts_with(b"COFFER_")).for_each(|name| {
        shell.env_remove(name);
    });
    execute(&mut shell, line)
        .env("COFFER_DATA", folder)
        .env("COFFER_LISTEN", format!("127.0.0.1:{}", free_port()))
        .stdin(Stdio::null());
    Daemon::start_and_read(&mut shell, |line| line.starts_with("coffer://connect#"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
