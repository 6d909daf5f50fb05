//! From a connect code to two profiles that follow each other in the background.

use std::sync::Arc;

use tokio::task::JoinHandle;
use vault_crypto::{KdfParams, SecretKey};
use vault_engine::clock::Clock;
use vault_engine::session::{Session, VaultAppearance};
use vault_sync::account::SignInError;
use vault_sync::connect::{
    ConnectError, Connected, Found, Known, NewAccount, NotAnAddress, Server, ServerAddress, SignInAs, Step,
};
use vault_sync::cycle::Pace;
use vault_sync::{Background, Network, Signals, Stopped, Trust};
use vault_wire::message::{Credential, LoginName, VaultList};

use crate::support::{Computer, HostileServer, NOW, PASSWORD, Reached, TestServer, Watcher, rng};

const LOGIN: &str = "somebody@example.test";

fn login() -> LoginName {
    LoginName::new(LOGIN).unwrap()
}

async fn server(way: &impl Reached) -> Server {
    let Trust::Key(key) = way.trust() else { panic!("no key") };
    match ServerAddress::parse(way.origin().as_str(), Some(key)).unwrap().find(&Network::default()).await {
        Ok(Found::Server(server)) => *server,
        Ok(Found::Unknown(_)) => panic!("the key was confirmed"),
        Err(error) => panic!("{error}"),
    }
}

fn connected(step: Step) -> Connected {
    match step {
        Step::Done(connected) => *connected,
        Step::Factor(_) => panic!("a second factor is asked for"),
    }
}

fn new_account(computer: &Computer, code: Option<Credential<64>>) -> NewAccount {
    NewAccount {
        login: login(),
        password: PASSWORD.into(),
        parts: computer.account_parts(),
        code,
        costs: KdfParams::TEST,
        now: NOW,
    }
}

/// Stores what connects a profile.
fn keep(session: &mut Session, done: &Connected) {
    session.set_connection(&done.connection).unwrap();
    session.add_account_slot(&PASSWORD.into(), &done.connection.unlock_seed).unwrap();
    session.set_device_login(&done.login).unwrap();
}

/// Opens an account for a profile that was only local.
pub async fn open(code: Credential<64>, way: &impl Reached, computer: &Computer) {
    let new = new_account(computer, Some(code));
    let done = connected(server(way).await.create_account(new, &mut rng()).await.unwrap());
    computer.work(|session| keep(session, &done));
}

async fn sign_in(way: &impl Reached, secret_key: SecretKey, known: Known) -> Result<Step, SignInError> {
    let typed = SignInAs { login: login(), password: PASSWORD.into(), secret_key, known, now: NOW };
    server(way).await.sign_in(typed, &mut rng()).await
}

/// Makes the profile of an account on another computer.
pub async fn join(way: &impl Reached, first: &Computer) -> Computer {
    let secret_key = || first.account_parts().secret_key;
    let done = connected(sign_in(way, secret_key(), Known::default()).await.unwrap());
    let (account, connection, device) = done.into_account(secret_key()).await.unwrap();
    let computer = Computer::of(account);
    computer.work(|session| {
        session.set_connection(&connection).unwrap();
        session.set_device_login(&device).unwrap();
    });
    computer
}

/// A computer that synchronizes in the background.
pub struct Running {
    computer: Arc<Computer>,
    pub signals: Arc<Signals>,
    pub watcher: Arc<Watcher>,
    pub task: JoinHandle<Stopped>,
}

impl Running {
    pub fn start(computer: Arc<Computer>) -> Self {
        let (signals, watcher) = (Arc::new(Signals::default()), Arc::new(Watcher::default()));
        let background = Background {
            profile: computer.clone(),
            network: Network::default(),
            clock: computer.work(|session| Arc::clone(session.clock())) as Arc<dyn Clock>,
            rng: Box::new(rng()),
            pace: Arc::new(Pace::unlimited()),
            signals: signals.clone(),
            observer: watcher.clone(),
        };
        let task = tokio::spawn(background.run());
        Self { computer, signals, watcher, task }
    }

    /// Synchronizes a computer once.
    pub async fn once(computer: Arc<Computer>) {
        let Self { task, watcher, .. } = Self::start(computer);
        watcher.until(|seen| seen.complete > 0).await;
        task.abort();
    }

    /// Waits until the computer has these items.
    pub async fn until<T: AsRef<str>>(&self, titles: &[T]) {
        self.watcher.until(|_| same(&self.computer.titles(), titles)).await;
    }

    pub fn add(&self, title: &str) {
        self.computer.add(title);
        self.signals.changed();
    }
}

fn same<T: AsRef<str>>(have: &[String], want: &[T]) -> bool {
    have.iter().map(String::as_str).eq(want.iter().map(AsRef::as_ref))
}

async fn two() -> (TestServer, HostileServer, Running, Running) {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Arc::new(Computer::new());
    one.add("First");
    open(server.sign_up_code().await, &hostile, &one).await;
    let one = Running::start(one);
    one.watcher.until(|seen| seen.complete > 0).await;
    let two = Running::start(Arc::new(join(&hostile, &one.computer).await));
    two.watcher.until(|seen| seen.complete > 0).await;
    (server, hostile, one, two)
}

#[tokio::test]
async fn two_computers_follow_each_other() {
    let (_server, _hostile, one, two) = two().await;
    assert_eq!(two.computer.titles(), ["First"]);
    one.add("Second");
    two.until(&["First", "Second"]).await;
    two.add("Third");
    one.until(&["First", "Second", "Third"]).await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    two.computer.work(|session| session.create_vault(&work).unwrap());
    two.signals.changed();
    one.watcher.until(|_| one.computer.work(|session| session.vaults().unwrap().len()) == 2).await;
    one.computer.lock();
    one.signals.now();
    assert_eq!(one.task.await.unwrap(), Stopped::Locked);
}

#[tokio::test]
async fn failures_are_tried_again_and_lose_nothing() {
    let (_server, hostile, one, two) = two().await;
    hostile.loses("*");
    one.add("While the server is away");
    one.watcher.until(|seen| seen.failed > 0).await;
    hostile.reforms();
    one.signals.now();
    two.until(&["First", "While the server is away"]).await;
    // A second one would use the token of the first.
    assert_eq!(one.watcher.until(|seen| seen.sent > 0).await.sessions, 1);
}

/// A synchronization that only sends looks at no other vault.
#[tokio::test]
async fn hidden_vault_is_looked_for_again_after_other_changes() {
    let (_server, hostile, one, two) = two().await;
    two.task.abort();
    hostile.changes("GET /v1/vaults", |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.clear());
    });
    let before = one.watcher.now();
    one.signals.now();
    let before = one.watcher.until(|seen| seen.failed > before.failed).await;
    // Nothing is to be sent, so no hint follows.
    one.signals.changed();
    let before = one.watcher.until(|seen| seen.ended > before.ended).await;
    hostile.reforms();
    one.watcher.until(|seen| seen.complete > before.complete).await;
}

#[tokio::test]
async fn ended_session_keeps_changes_until_the_user_signs_in_again() {
    let (server_, hostile, one, two) = two().await;
    let account = one.computer.work(|session| session.account());
    let known = |computer: &Computer| {
        computer.work(|session| {
            let connection = session.connection().unwrap().unwrap();
            let pins = vault_sync::account::AccountPins {
                account: Some(account),
                costs: Some(connection.costs),
                version: connection.registration,
            };
            let device = session.device_login().unwrap().unwrap().device;
            Known { pins, device: Some(device), recovery: connection.recovery }
        })
    };
    // Another device ends all other sessions.
    let secret_key = two.computer.account_parts().secret_key;
    let done = connected(sign_in(&hostile, secret_key, known(&two.computer)).await.unwrap());
    done.session().end_sessions(None).await.unwrap();
    server_.pass(60 * 60 * 1000);
    one.add("Unsent");
    one.signals.now();
    let Running { computer, task, .. } = one;
    assert_eq!(task.await.unwrap(), Stopped::SignedOut);
    assert!(computer.work(|session| session.device_login().unwrap().unwrap().refresh.is_none()));
    let (before, unsent) = computer.work(|session| {
        (session.device_login().unwrap().unwrap().device.id(), session.sync_status().unwrap())
    });
    assert_eq!(unsent[0].unsent, 1);
    let parts = computer.account_parts();
    let done = connected(sign_in(&hostile, parts.secret_key, known(&computer)).await.unwrap());
    computer.work(|session| keep(session, &done));
    assert_eq!(done.login.device.id(), before, "it is the same device");
    let again = Running::start(computer);
    again.watcher.until(|seen| seen.sent == 1).await;
}

#[tokio::test]
async fn account_is_opened_though_the_answer_was_lost() {
    let server_ = TestServer::start().await;
    let hostile = HostileServer::before(&server_).await;
    let computer = Computer::new();
    hostile.loses("POST /v1/auth/register/finish");
    let code = || async { Some(server_.sign_up_code().await) };
    let lost = server(&hostile).await.create_account(new_account(&computer, code().await), &mut rng()).await;
    assert!(matches!(lost, Err(ConnectError::Enrolment(_))));
    hostile.reforms();
    let new = new_account(&computer, code().await);
    let done = connected(server(&hostile).await.create_account(new, &mut rng()).await.unwrap());
    assert_eq!(done.account_id(), computer.work(|session| session.account()));
    // Another account does not get its login.
    let other = Computer::new();
    let taken = server(&hostile).await.create_account(new_account(&other, code().await), &mut rng()).await;
    assert!(matches!(taken, Err(ConnectError::LoginTaken)), "{:?}", taken.err());
}

#[tokio::test]
async fn t43_unknown_server_needs_a_confirmed_key() {
    let server_ = TestServer::start().await;
    let hostile = HostileServer::before(&server_).await;
    let address = hostile.origin();
    let found =
        ServerAddress::parse(address.as_str(), None).unwrap().find(&Network::default()).await.unwrap();
    let Found::Unknown(unknown) = found else { panic!("nobody vouches for it") };
    assert!(hostile.seen().is_empty(), "nothing is sent to it");
    assert_eq!(unknown.words(), vault_wire::server_words(&unknown.key));
    let confirmed = ServerAddress::parse(address.as_str(), Some(unknown.key)).unwrap();
    assert!(matches!(confirmed.find(&Network::default()).await, Ok(Found::Server(_))));
    let code: String = server_.connect_code().await;
    let Ok(Found::Server(by_code)) =
        ServerAddress::parse(&code, None).unwrap().find(&Network::default()).await
    else {
        panic!("the code has the key")
    };
    assert!(by_code.has_code());
    assert!(matches!(ServerAddress::parse("http://server.test", None).map(drop), Err(NotAnAddress)));
}
