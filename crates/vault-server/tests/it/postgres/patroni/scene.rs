//! Two nodes of the server before a database under Patroni, and an account with a vault.

use std::sync::Arc;
use std::time::SystemTime;

use axum::http::Method;
use tempfile::TempDir;
use tokio::task::JoinSet;
use vault_wire::log::RecoveryState;
use vault_wire::message::{Credential, Discovery, LogEntry, Refresh, RegisterReply, Tokens, VaultHead};

use super::cluster::{Patroni, Replication};
use crate::cli::{command, invite};
use crate::log::{Account, Peer};
use crate::postgres::load::{Load, Node, Pushed, judge};
use crate::support::program::{copy, set_up};
use crate::support::{Account as User, Client};

/// The number from which the vault is made.
pub const SEED: u64 = 1;

/// How long recovery lasts after a fail-over, in milliseconds, unless it is configured.
const HOUR: u64 = 60 * 60 * 1000;

pub struct Scene {
    pub patroni: Patroni,
    pub nodes: [Node; 2],
    pub load: Arc<Load>,
    pub peer: Peer<'static>,
    /// Clients that push.
    pub clients: Vec<Client>,
    /// A client that reads.
    pub reader: Client,
    /// A client with a session that began with a sign-in.
    user: Client,
    tokens: Tokens,
    _folder: TempDir,
}

impl Scene {
    pub async fn start(replication: Replication) -> Self {
        let patroni = Patroni::start(replication).await;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let account: &'static Account = Box::leak(Box::new(Account::new(1)));
        let url = patroni.url();
        let mut clients = set_up(&data, Some(&url), account, 6).await;
        let variables = vec![("COFFER_DATABASE", url.clone()), ("COFFER_LISTEN_DATABASE", url)];
        let mut nodes = [data.clone(), copy(&data)].map(|data| Node::new(data, variables.clone()));
        let addresses = nodes.each_mut().map(Node::restart);
        clients.iter_mut().for_each(|client| client.move_to(addresses[1]));
        let (mut user, mut reader) = (clients.pop().unwrap(), clients.pop().unwrap());
        let (peer, genesis) = Peer::make(account, SEED);
        assert_eq!(reader.post_cbor("/v1/vaults", &genesis).await.status, 201);
        let owner = User::new(9);
        user.access = None;
        let message = owner.registration(&mut user, 1, invite(&data).code).await;
        let reply: RegisterReply = user.anonymous("/v1/auth/register/finish", &message).await.json();
        assert_eq!(reply.version, 1);
        let tokens = owner.sign_in(&mut user).await;
        let load = Load::new(addresses);
        Self { patroni, nodes, load, peer, clients, reader, user, tokens, _folder: folder }
    }

    /// Kills both nodes of the server and starts them with another variable.
    pub fn restart_with(&mut self, name: &'static str, value: &str) {
        for (node, address) in self.nodes.iter_mut().zip(&self.load.addresses) {
            node.variables.push((name, value.to_owned()));
            *address.lock().unwrap() = node.restart();
        }
        let address = *self.load.addresses[1].lock().unwrap();
        self.reader.move_to(address);
        self.user.move_to(address);
    }

    /// Lets the clients push, to items from this number on.
    pub fn push(&mut self, first: u8) -> JoinSet<Pushed> {
        self.load.start(std::mem::take(&mut self.clients), &self.peer, first)
    }

    /// Ends that and returns what was acknowledged.
    pub async fn stop(&mut self, work: JoinSet<Pushed>) -> Vec<Acknowledged> {
        let mut entries = Vec::new();
        for pushed in self.load.stop(work).await {
            entries.extend(pushed.entries);
            self.clients.push(pushed.client);
        }
        entries
    }

    /// The session that began before goes on: with the same access token, and with the next one.
    pub async fn is_signed_in(&mut self) {
        assert_eq!(self.user.get("/v1/sessions").await.status, 200);
        let refresh = Refresh { refresh: Credential::new(self.tokens.refresh.expose()).unwrap() };
        self.tokens = self.user.post("/v1/auth/token", &refresh).await.json();
        self.user.access = Some(self.tokens.access.expose().to_owned());
        assert_eq!(self.user.get("/v1/sessions").await.status, 200);
    }

    /// What the server says about recovery.
    pub async fn recovery(&self) -> RecoveryState {
        let answer = self.reader.plain(Method::GET, "/.well-known/coffer").await;
        let recovery = answer.json::<Discovery>().recovery;
        let lasts = recovery.until.is_none_or(|until| (now() + 1..=now() + HOUR).contains(&until));
        assert!(lasts, "{recovery:?}");
        RecoveryState { epoch: recovery.epoch, until: recovery.until }
    }

    /// The operator ends recovery.
    pub fn end_recovery(&self) {
        command(&self.nodes[0].data, &["recovery", "end"]);
    }

    pub async fn head(&mut self) -> VaultHead {
        self.reader.get(&format!("/v1/vaults/{}/head", self.peer.vault)).await.cbor()
    }

    /// The log has what was acknowledged, and nothing else.
    pub async fn judge(&mut self, expected: Vec<Acknowledged>) {
        judge(&mut self.reader, self.peer.account, SEED, expected).await;
    }
}

/// An entry and its number.
pub type Acknowledged = (LogEntry, u64);

pub fn now() -> u64 {
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(time.as_millis()).unwrap()
}
