//! Nodes that tell each other over a real NATS server what changed.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rcgen::{CertificateParams, KeyPair, SanType};
use tempfile::TempDir;
use vault_server::setup::SecretText;

use crate::http::events::change;
use crate::http::vaults::{client, found};
use crate::log::Account;
use crate::support::TestServer;
use crate::support::cluster::free_port;
use crate::support::s3::environment;

/// So rarely that it does not happen.
const NEVER: u64 = u64::MAX >> 16;

/// A NATS server with TLS, a user and a password. It ends with the handle.
struct NatsServer {
    port: u16,
    child: Child,
    folder: TempDir,
}

impl NatsServer {
    fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("certificate.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        let child = run(folder.path(), port);
        Self { port, child, folder }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn restart(&mut self) {
        self.child = run(self.folder.path(), self.port);
    }

    fn address(&self, password: &str) -> String {
        format!("tls://node:{password}@127.0.0.1:{}", self.port)
    }

    /// Another program that knows the password and hears everything.
    async fn stranger(&self) -> (async_nats::Client, async_nats::Subscriber) {
        let options = async_nats::ConnectOptions::new()
            .add_root_certificates(self.folder.path().join("certificate.pem"))
            .user_and_password("node".to_owned(), "secret".to_owned());
        let client = options.connect(format!("tls://127.0.0.1:{}", self.port)).await.unwrap();
        let messages = client.subscribe("coffer.>").await.unwrap();
        client.flush().await.unwrap();
        (client, messages)
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts the program and waits until it accepts connections.
fn run(folder: &Path, port: u16) -> Child {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(environment().join("bin/nats-server")).current_dir(folder);
    command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "--user", "node", "--pass", "secret"]);
    command.args(["--tls", "--tlscert", "certificate.pem", "--tlskey", "key.pem"]);
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    child
}

/// Two nodes that meet there.
async fn two_nodes(nats: &NatsServer, password: &str, poll_nodes_ms: u64) -> (TestServer, TestServer) {
    let first = TestServer::start_with(|config| {
        config.nats = Some(SecretText::new(&nats.address(password)));
        config.nats_ca = Some(nats.folder.path().join("certificate.pem"));
        config.poll_nodes_ms = poll_nodes_ms;
    });
    let first = first.await;
    let second = first.other_node(|_| ()).await;
    (first, second)
}

/// The next message that is about something.
async fn next(messages: &mut async_nats::Subscriber) -> async_nats::Message {
    loop {
        let mut stream = std::pin::Pin::new(&mut *messages);
        let message =
            std::future::poll_fn(|cx| futures_core::Stream::poll_next(stream.as_mut(), cx)).await.unwrap();
        if message.payload.contains(&b'v') {
            return message;
        }
    }
}

#[tokio::test]
async fn nodes_tell_each_other_and_what_strangers_send_changes_nothing() {
    let nats = NatsServer::start();
    let (one, two) = two_nodes(&nats, "secret", NEVER).await;
    let (stranger, mut heard) = nats.stranger().await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    change(&mut peer, &mut client_1).await;
    assert_eq!(events.next().await, Some((peer.vault, 2)));
    // All that is said of it are ids.
    let message = next(&mut heard).await;
    let text = str::from_utf8(&message.payload).unwrap();
    let ids: Vec<_> = text.split(' ').skip(2).collect();
    assert!(!ids.is_empty() && ids.iter().all(|word| word.len() == 33), "{text}");
    let twice = message.payload.clone();
    for payload in [twice, vec![0xff; 900_000].into(), "1".into(), [text, " v"].concat().into()] {
        stranger.publish(message.subject.clone(), payload).await.unwrap();
    }
    stranger.flush().await.unwrap();
    change(&mut peer, &mut client_1).await;
    assert_eq!(events.next().await, Some((peer.vault, 3)));
}

#[tokio::test]
async fn nodes_poll_while_the_server_is_gone_and_meet_there_again() {
    let mut nats = NatsServer::start();
    let (one, two) = two_nodes(&nats, "secret", 10).await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    nats.kill();
    for head in 2..4 {
        change(&mut peer, &mut client_1).await;
        assert_eq!(events.next().await, Some((peer.vault, head)));
    }
    nats.restart();
    let (_stranger, mut heard) = nats.stranger().await;
    change(&mut peer, &mut client_1).await;
    let text = next(&mut heard).await.payload;
    assert!(str::from_utf8(&text).unwrap().contains(&format!(" v{}", peer.vault)));
    assert_eq!(events.next().await, Some((peer.vault, 4)));
}

#[tokio::test]
async fn nodes_that_the_server_does_not_accept_or_cannot_trust_poll() {
    let nats = NatsServer::start();
    let other = NatsServer::start();
    let (one, two) = two_nodes(&nats, "wrong", 10).await;
    let ca = other.folder.path().join("certificate.pem");
    let third = one.other_node(|config| {
        config.nats = Some(SecretText::new(&nats.address("secret")));
        config.nats_ca = Some(ca);
    });
    let third = third.await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    for (number, node) in [(2, &two), (3, &third)] {
        let mut events = client(node, &owner, number).await.events().await;
        let head = peer.log.head().seq;
        assert_eq!(events.next().await, Some((peer.vault, head)));
        change(&mut peer, &mut client_1).await;
        assert_eq!(events.next().await, Some((peer.vault, head + 1)));
    }
}
