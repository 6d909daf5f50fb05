//! The program itself.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use vault_wire::message::ConnectCode;

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffer-server"));
    command.env_clear().arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn output(command: &mut Command) -> (bool, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn init(data: &Path) -> String {
    init_with(data, "https://a.test")
}

/// Sets up a server with this issuer.
pub fn init_with(data: &Path, issuer: &str) -> String {
    let arguments =
        ["init", "--address", "https://127.0.0.1:8443", "--issuer", issuer, "--listen", "127.0.0.1:0"];
    let (success, text, error) = output(program(data).args(arguments));
    assert!(success, "{error}");
    text
}

/// A server that runs. It is killed with the handle.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    log: Receiver<String>,
}

impl Running {
    /// Ends the server with SIGTERM, waits for it, and returns the whole log after the first lines.
    pub fn terminate(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        self.log.iter().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the server and waits until it listens.
pub fn serve(data: &Path) -> Running {
    let mut child = program(data).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut lines = log.lines();
    let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains("listening")).unwrap();
    let address = line.split("address=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let (sender, log) = channel();
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    Running { address, child, log }
}

/// The connect code in an output.
fn parse(text: &str) -> ConnectCode {
    text.lines().find_map(|line| line.parse().ok().filter(|_| line.starts_with("coffer:"))).unwrap()
}

/// Has the running server issue a connect code.
pub fn invite(data: &Path) -> ConnectCode {
    let (success, text, error) = output(program(data).args(["user", "invite"]));
    assert!(success, "{error}");
    parse(&text)
}

#[test]
fn a_server_is_set_up_runs_and_invites() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = parse(&init(&data));
    assert_eq!((first.address.as_str(), first.issuer.as_str()), ("https://127.0.0.1:8443", "https://a.test"));
    let code = first.code.unwrap();
    assert!(first.key.is_some() && code.expose().len() >= 22);
    // Without a server there is nobody to ask.
    assert!(!output(program(&data).args(["user", "invite"])).0);
    let running = serve(&data);
    let (success, text, error) = output(program(&data).args(["user", "invite", "--login", "a@b.test"]));
    assert!(success, "{error}");
    let second = parse(&text);
    assert_eq!(second.key, first.key);
    assert_ne!(second.code.unwrap().expose(), code.expose());
    // One server in a folder.
    assert!(!output(program(&data).arg("serve")).0);
    drop(running);
    // The socket of a server that was killed is no obstacle.
    drop(serve(&data));
}

#[test]
fn a_folder_has_one_server_and_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(""), mode("secrets.toml"), mode("tls.key"), mode("server.toml")),
        (0o700, 0o600, 0o600, 0o600)
    );
    let (success, _, error) = output(program(&data).args(["init", "--address", "https://a.test"]));
    assert!(!success && error.contains("exists already"), "{error}");
    std::fs::set_permissions(data.join("secrets.toml"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let (success, _, error) = output(program(&data).arg("check"));
    assert!(!success && error.contains("open to other users"), "{error}");
}

#[test]
fn check_prints_the_configuration_that_counts_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let (success, text, error) = output(program(&data).env("COFFER_CONNECTIONS", "7").arg("check"));
    assert!(success, "{error}");
    assert!(text.contains("connections = 7") && text.contains("issuer = \"https://a.test\""), "{text}");
    let secrets = std::fs::read_to_string(data.join("secrets.toml")).unwrap();
    for secret in secrets.split('"').filter(|text| text.len() > 30) {
        assert!(!text.contains(secret) && !error.contains(secret));
    }
    let (success, _, error) = output(program(&data).env("COFFER_CONECTIONS", "7").arg("check"));
    assert!(!success && error.contains("conections"), "{error}");
}
