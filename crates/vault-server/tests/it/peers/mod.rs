//! The server in the eyes of other programs.

mod schema;
mod tls;
mod tokens;

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::cli::{Running, init_with, opened, serve_with};
use crate::support::ISSUER;
use crate::support::s3::environment;

/// A server that runs, with an account that is signed in, in a folder.
struct Seen {
    folder: TempDir,
    running: Running,
    token: String,
}

impl Seen {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        init_with(&data, ISSUER);
        let running = serve_with(&data, &[("COFFER_SIGN_IN_PER_MINUTE", "60000")]);
        let (_, client) = opened(&data, &running, 1).await;
        let token = client.access.unwrap();
        Self { folder, running, token }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program of the environment with the peers, as the device of the account.
    fn command(&self, program: &str) -> Command {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let mut command = Command::new(environment().join("bin").join(program));
        command.current_dir(self.folder()).env("PYTHONPATH", &scripts).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("PEER_ADDRESS", format!("https://{}", self.running.address));
        command.env("PEER_ISSUER", ISSUER).env("PEER_TOKEN", &self.token);
        command.env("PEER_CA", self.folder().join("data/tls.pem")).env("PEER_SEED", "01".repeat(32));
        command
    }

    /// Runs a script of ours.
    fn script(&self, name: &str, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name);
        succeed(self.command("python").arg(script).args(arguments))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).unwrap();
    }
}

/// Runs a program that succeeds, and returns what it printed.
fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{text}");
    text
}
