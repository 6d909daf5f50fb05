//! The program itself.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rustls::crypto::aws_lc_rs::default_provider;
use serde_json::Value;
use vault_server::setup::{Certificate, Config, Folder, Overrides};
use vault_wire::message::ConnectCode;

use crate::support::{Account, Client, client_tls};

pub fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffer-server"));
    command.env_clear().arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Whether it succeeded, what it printed, and its errors.
pub fn output(command: &mut Command) -> (bool, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

pub fn init(data: &Path) -> String {
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

/// Sets a member of the configuration, or removes it.
pub fn configure(data: &Path, name: &str, value: Option<&str>) {
    let path = data.join("server.toml");
    let mut table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    table.remove(name);
    let line = value.map(|value| format!("{name} = {value}\n")).unwrap_or_default();
    fs::write(path, line + &table.to_string()).unwrap();
}

/// A server that runs. It is killed with the handle.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it listens without TLS.
    pub redirecting: Option<SocketAddr>,
    child: Child,
    log: Receiver<String>,
}

impl Running {
    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for a line of the log with this text.
    pub fn wait_for(&self, text: &str) {
        assert!(self.log.iter().any(|line| line.contains(text)), "{text}");
    }

    /// Ends the server with SIGTERM, waits for it, and returns the whole log after the first lines.
    pub fn terminate(mut self) -> String {
        self.signal(rustix::process::Signal::TERM);
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
    serve_with(data, &[])
}

/// Starts the server with these environment variables.
pub fn serve_with(data: &Path, environment: &[(&str, &str)]) -> Running {
    let mut command = program(data);
    let mut child =
        command.envs(environment.iter().copied()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut lines = log.lines();
    let mut redirecting = None;
    let of = |line: &str| line.split("address=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let address = loop {
        let line = lines.next().unwrap().unwrap();
        if line.contains("redirecting") {
            redirecting = Some(of(&line));
        }
        if line.contains("listening") {
            break of(&line);
        }
    };
    let (sender, log) = channel();
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    Running { address, redirecting, child, log }
}

/// Runs a command to the end and returns what it printed.
pub fn command(data: &Path, arguments: &[&str]) -> String {
    command_with(data, &[], arguments)
}

/// The same, with these environment variables.
pub fn command_with(data: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let (success, text, error) = output(program(data).envs(environment.iter().copied()).args(arguments));
    assert!(success, "{arguments:?}: {error}");
    text
}

/// The error of a command that fails.
pub fn refusal(data: &Path, arguments: &[&str]) -> String {
    refusal_with(data, &[], arguments)
}

/// The same, with these environment variables.
pub fn refusal_with(data: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let (success, text, error) = output(program(data).envs(environment.iter().copied()).args(arguments));
    assert!(!success, "{arguments:?}: {text}");
    error
}

/// The lines of JSON that a command prints.
pub fn rows(data: &Path, arguments: &[&str]) -> Vec<Value> {
    let text = command(data, &[arguments, &["--json"]].concat());
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A client of the program, which runs with this folder, that trusts its self-signed certificate.
pub fn client(data: &Path, running: &Running, number: u8) -> Client {
    let folder = Folder::open(data).unwrap();
    let config = Config::parse(&folder.read(Folder::CONFIG).unwrap(), &Overrides::default()).unwrap();
    let certificate = Certificate::load(&folder, &config).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.chain()[0].clone()).unwrap();
    let tls = client_tls(&roots, default_provider(), rustls::ALL_VERSIONS);
    Client::new(running.address, Arc::new(tls), number)
}

/// Opens an account, and signs in with a client.
pub async fn opened(data: &Path, running: &Running, number: u8) -> (Account, Client) {
    let account = Account::new(number);
    let mut client = client(data, running, number);
    let message = account.registration(&mut client, 1, invite(data).code).await;
    let answer = client.anonymous("/v1/auth/register/finish", &message).await;
    assert!(answer.status.is_success(), "{answer:?}");
    account.sign_in(&mut client).await;
    (account, client)
}

/// The connect code in an output.
pub fn parse(text: &str) -> ConnectCode {
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
    let printed = init(&data);
    let first = parse(&printed);
    let words = vault_wire::server_words(&first.key.unwrap()).join(" ");
    assert!(printed.contains(&words), "{printed}");
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
    let mode = |name: &str| fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    let running = serve(&data);
    let files: Vec<_> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        assert_eq!(mode(file.to_str().unwrap()) & 0o077, 0, "{file:?}");
    }
    assert_eq!((mode(""), mode("secrets.toml"), mode("server.db-wal")), (0o700, 0o600, 0o600));
    drop(running);
    let (success, _, error) = output(program(&data).args(["init", "--address", "https://a.test"]));
    assert!(!success && error.contains("exists already"), "{error}");
    fs::set_permissions(data.join("secrets.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    let (success, _, error) = output(program(&data).arg("check"));
    assert!(!success && error.contains("open to other users"), "{error}");
}

#[test]
fn a_folder_without_a_server_is_named_and_an_unknown_login_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for arguments in [&["serve"][..], &["check"], &["user", "list"], &["backup", "copy"]] {
        let error = refusal(&data, arguments);
        assert!(error.contains("there is no server in") && error.contains(" init"), "{error}");
    }
    let mut unknown = program(&data);
    unknown.env("COFFER_CONECTIONS", "7").args(["init", "--address", "https://a.test"]);
    let (success, _, error) = output(&mut unknown);
    assert!(!success && error.contains("conections"), "{error}");
    init(&data);
    let _running = serve(&data);
    let error = refusal(&data, &["user", "lock", "nobody@a.test"]);
    assert!(error.contains("There is no such thing") && error.contains("(not-found)"), "{error}");
}

#[test]
fn a_server_listens_at_the_port_of_its_address_and_a_terminal_shows_the_code_as_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let line = format!(
        "{} --data {} init --address https://a.test:7443",
        env!("CARGO_BIN_EXE_coffer-server"),
        data.display()
    );
    let mut command = Command::new("script");
    command.env_clear();
    // Nobody answers: what is asked for at a terminal takes the default.
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    // At its end the terminal would be closed, whatever is still to be shown.
    let mut answers = child.stdin.take().unwrap();
    answers.write_all(b"\n\n").unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    drop(answers);
    let configuration = fs::read_to_string(data.join("server.toml")).unwrap();
    assert!(configuration.contains("listen = \"[::]:7443\""), "{configuration}");
    assert_eq!(pictured(&text), text.lines().find(|line| line.contains("://connect#")).unwrap().trim());
}

/// What the QR code says that a terminal shows, two rows of it in each line.
fn pictured(text: &str) -> String {
    let begin = "\x1b[30;107m";
    let shown = text.lines().filter_map(|line| line.trim().strip_prefix(begin)?.strip_suffix("\x1b[0m"));
    let mut rows = Vec::new();
    for line in shown {
        let dark = |dark: &str| line.chars().map(|shown| dark.contains(shown)).collect::<Vec<_>>();
        rows.extend([dark("█▀"), dark("█▄")]);
    }
    const MODULE: usize = 4;
    let (width, height) = (rows[0].len() * MODULE, rows.len() * MODULE);
    let light = |at: usize| if rows[at / width / MODULE][at % width / MODULE] { 0 } else { 255 };
    let luma = (0..width * height).map(light).collect();
    let [width, height] = [width, height].map(|side| u32::try_from(side).unwrap());
    rxing::helpers::detect_in_luma(luma, width, height, Some(rxing::BarcodeFormat::QR_CODE))
        .unwrap()
        .getText()
        .to_owned()
}

#[test]
fn check_prints_the_configuration_that_counts_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let (success, text, error) = output(program(&data).env("COFFER_CONNECTIONS", "7").arg("check"));
    assert!(success, "{error}");
    assert!(text.contains("connections = 7") && text.contains("issuer = \"https://a.test\""), "{text}");
    let secrets = fs::read_to_string(data.join("secrets.toml")).unwrap();
    for secret in secrets.split('"').filter(|text| text.len() > 30) {
        assert!(!text.contains(secret) && !error.contains(secret));
    }
    let (success, _, error) = output(program(&data).env("COFFER_CONECTIONS", "7").arg("check"));
    assert!(!success && error.contains("conections"), "{error}");
}
