//! The program itself, as one of several nodes.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use vault_server::Clock;
use vault_server::http::App;
use vault_server::setup::{Config, Folder, SecretText, create};
use vault_wire::message::Origin;

use super::{Client, ISSUER, client_tls};
use crate::log::Account;

/// A program that runs. It is killed, by SIGKILL, with the handle.
pub struct Program {
    child: Child,
    pub data: PathBuf,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Starts it with these variables and returns the address that it listens on.
    pub fn start(data: &Path, variables: &[(&str, &str)]) -> (Self, SocketAddr) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coffer-server"));
        let command = command.env_clear().arg("--data").arg(data).arg("serve");
        command.envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let listening = lines.find_map(|line| {
            let (_, rest) = line.split_once("address=")?;
            rest.split_whitespace().next()?.parse().ok()
        });
        std::thread::spawn(move || lines.for_each(drop));
        (Self { child, data: data.to_owned() }, listening.unwrap())
    }
}

/// Sets a server up in a folder, on a database in PostgreSQL or in the folder, with clients of an account that are signed
/// in. They are at no address yet.
pub async fn set_up(data: &Path, database: Option<&str>, account: &Account, clients: u8) -> Vec<Client> {
    let origin = |text| Origin::new(text).unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let mut config = Config::new(origin(ISSUER), vec![origin("https://127.0.0.1")], listen);
    let folder = Folder::create(data).unwrap();
    create(&folder, &config).unwrap();
    config.database = database.map(SecretText::new);
    let app = App::open(&folder, config, Clock::system()).unwrap();
    let certificate = app.certificate(&folder).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.chain()[0].clone()).unwrap();
    let tls = Arc::new(client_tls(&roots, default_provider(), rustls::ALL_VERSIONS));
    let mut made = Vec::new();
    for number in 1..=clients {
        let mut client = Client::new("127.0.0.1:1".parse().unwrap(), tls.clone(), number);
        client.get_session(&app, account.id(), &account.certificate).await;
        made.push(client);
    }
    made
}

/// A copy of a server's folder beside it, for another node.
pub fn copy(data: &Path) -> PathBuf {
    let copy = data.with_extension("copy");
    assert!(Command::new("cp").arg("-a").args([data, &copy]).status().unwrap().success());
    copy
}
