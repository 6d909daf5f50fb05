//! Profiles of one account, synchronized through a real server.

use std::ops::ControlFlow;
use std::sync::Arc;

use vault_crypto::{KdfParams, UnlockSeed};
use vault_engine::profile::ExistingAccount;
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{AccountParts, Contents, Opened, Put, Query, VaultAppearance, VaultReadOnly};
use vault_sync::account::{AccountPins, Credentials, Enrolment, EnrolmentParts, SignIn, SignedIn};
use vault_sync::cycle::{Cycle, CycleError, DocumentProblem, Pace, Synced, VaultProblem, VaultSynced, fetch};
use vault_sync::{Client, Session};
use vault_wire::log::Recovery;
use vault_wire::message::{Bodies, Limits, LogEntry, LogPage, LogQuery, LoginName};
use vault_wire::{BlobId, VaultId};

use crate::support::{Computer, HostileServer, NOW, PASSWORD, Reached, TestServer, device, done, rng};

/// The login of the account.
pub const LOGIN: &str = "somebody@example.test";

/// A computer that is signed in.
pub struct Connected {
    pub computer: Computer,
    pub session: Session,
    pub pace: Pace,
}

impl Connected {
    /// Opens an account for a profile that was only local.
    pub async fn first(server: &TestServer, hostile: &HostileServer, computer: Computer) -> Self {
        Self::first_at_cost(server, hostile, computer, KdfParams::TEST).await
    }

    /// The same, with these costs of the password.
    pub async fn first_at_cost(
        server: &TestServer,
        hostile: &HostileServer,
        computer: Computer,
        costs: KdfParams,
    ) -> Self {
        Self::first_as(server, hostile, computer, costs, LOGIN).await
    }

    /// The same with another login.
    pub async fn first_as(
        server: &TestServer,
        hostile: &HostileServer,
        computer: Computer,
        costs: KdfParams,
        login: &str,
    ) -> Self {
        let client = device(hostile.origin(), &hostile.trust());
        let parts = computer.account_parts();
        let enrolment = EnrolmentParts {
            login: LoginName::new(login).unwrap(),
            root: &parts.root,
            keyset: &parts.keyset,
            unlock_seed: &UnlockSeed::make(&mut rng()),
            certificate: &parts.certificate,
            version: 1,
            code: Some(server.sign_up_code().await),
        };
        let credentials =
            Credentials { password: PASSWORD.into(), secret_key: computer.account_parts().secret_key };
        let made = Enrolment::make(&client, enrolment, credentials, costs, &mut rng()).await.unwrap();
        made.register(&client).await.unwrap();
        let SignedIn { session, .. } = sign_in_as(&client, computer.account_parts(), login).await;
        Self { computer, session, pace: Pace::unlimited() }
    }

    /// Signs in on a computer that has nothing but what the user types.
    pub async fn another(hostile: &HostileServer, first: &Self) -> Self {
        Self::another_at(hostile, first, NOW).await
    }

    /// The same on a computer with another clock.
    pub async fn another_at(hostile: &HostileServer, first: &Self, now: u64) -> Self {
        let client = device(hostile.origin(), &hostile.trust());
        let typed = first.computer.account_parts();
        let SignedIn { session, account, certificate, .. } = sign_in(&client, typed).await;
        let home = account.keyset.home_vault;
        let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
        let page = session.log_page(&home, &query).await.unwrap();
        let Some(LogEntry::Record(record)) = page.entries.into_iter().next() else {
            panic!("no genesis record")
        };
        let grant = session.grant(&home, 1, &account.root.account_id()).await.unwrap();
        let secret_key = first.computer.account_parts().secret_key;
        let parts = AccountParts { root: account.root, keyset: account.keyset, certificate, secret_key };
        let account = ExistingAccount { parts, home: record, grant };
        let computer = Computer::with_clock(now, Some(account));
        Self { computer, session, pace: Pace::unlimited() }
    }

    /// Signs in once more for the profile of a computer, as a new device.
    pub async fn signed_in(way: &impl Reached, computer: Computer, login: &str) -> Self {
        let client = device(way.origin(), &way.trust());
        let SignedIn { session, .. } = sign_in_as(&client, computer.account_parts(), login).await;
        Self { computer, session, pace: Pace::unlimited() }
    }

    /// Copies the profile to another computer. To the server it is the same device.
    pub async fn copy_of(one: &Self) -> Self {
        let computer = one.computer.copied();
        let SignedIn { session, .. } = sign_in(one.session.client(), computer.account_parts()).await;
        Self { computer, session, pace: Pace::unlimited() }
    }

    pub fn cycle(&self) -> Cycle<'_, Computer> {
        let limits = Limits { page_entries: 50, push_entries: 20, ..Limits::MAX };
        let Self { session, computer: profile, pace } = self;
        Cycle { session, profile, limits, recovery: Recovery::None, pace, progress: &|_, _| () }
    }

    /// Downloads a document of the home vault.
    pub async fn fetch(&self, document: BlobId) -> Result<Result<(), DocumentProblem>, CycleError> {
        fetch(&self.session, &self.computer, &self.pace, (self.home(), document)).await
    }

    pub async fn try_sync(&self) -> Result<Synced, CycleError> {
        self.cycle().run().await
    }

    /// Synchronizes all vaults without a problem, and returns what was done in them together.
    pub async fn sync(&self) -> VaultSynced {
        let mut all = VaultSynced::default();
        for (vault, synced) in self.try_sync().await.unwrap() {
            let synced = synced.unwrap_or_else(|problem| panic!("{vault}: {problem}"));
            all.received += synced.received;
            all.sent += synced.sent;
            assert_eq!((synced.refused, synced.void, synced.later), (0, 0, 0));
            assert_eq!(synced.documents, []);
        }
        self.computer.work(|session| session.check_log().unwrap());
        all
    }

    pub fn home(&self) -> VaultId {
        self.computer
            .work(|session| session.vaults().unwrap().into_iter().find(|vault| vault.home).unwrap().id)
    }
}

async fn sign_in(client: &Arc<Client>, parts: AccountParts) -> SignedIn {
    sign_in_as(client, parts, LOGIN).await
}

async fn sign_in_as(client: &Arc<Client>, parts: AccountParts, login: &str) -> SignedIn {
    let credentials = Credentials { password: PASSWORD.into(), secret_key: parts.secret_key };
    let pins = AccountPins::default();
    let sign_in =
        SignIn { client: client.clone(), store: Arc::<crate::support::Kept>::default(), pins, made_at: NOW };
    done(sign_in.start(LoginName::new(login).unwrap(), credentials, &mut rng()).await)
}

/// A real server, one in front of it that can lie, and a first computer with an item.
pub async fn first() -> (TestServer, HostileServer, Connected) {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let computer = Computer::new();
    computer.add("First");
    let first = Connected::first(&server, &hostile, computer).await;
    (server, hostile, first)
}

#[tokio::test]
async fn a_second_computer_gets_everything_and_both_go_on() {
    let (_server, hostile, one) = first().await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    one.computer.work(|session| session.create_vault(&work).unwrap());
    for number in 0..60 {
        one.computer.add(&format!("Item {number}"));
    }
    // Two genesis records, 61 items, and the metadata of the other vault.
    assert_eq!(one.sync().await.sent, 64);
    assert_eq!(one.sync().await, VaultSynced::default(), "nothing is left to do");

    let two = Connected::another(&hostile, &one).await;
    assert!(two.computer.titles().is_empty());
    two.sync().await;
    assert_eq!(two.computer.titles(), one.computer.titles());
    let names = |one: &Connected| {
        let vaults = one.computer.work(|session| session.vaults().unwrap());
        vaults.into_iter().map(|vault| (vault.id, vault.appearance.name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&two), names(&one));

    two.computer.add("Of the second");
    assert_eq!(two.sync().await, VaultSynced { sent: 1, ..VaultSynced::default() });
    assert_eq!(one.sync().await, VaultSynced { received: 1, ..VaultSynced::default() });
    assert_eq!(two.computer.titles(), one.computer.titles());

    one.computer.lock();
    assert!(matches!(one.try_sync().await, Err(CycleError::Locked(_))));
    one.computer.unlock();
    one.sync().await;
}

#[tokio::test]
async fn one_change_takes_two_requests_and_brings_what_others_wrote() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    one.computer.add("Second");
    let before = hostile.seen().len();
    let sent = one.cycle().send(one.home()).await.unwrap();
    assert_eq!(sent, Ok(VaultSynced { sent: 1, ..VaultSynced::default() }));
    assert_eq!(hostile.seen().len() - before, 2, "{:?}", hostile.routes());

    two.computer.add("Third");
    let sent = two.cycle().send(two.home()).await.unwrap();
    assert_eq!(sent, Ok(VaultSynced { sent: 1, received: 1, ..VaultSynced::default() }));
    assert_eq!(two.computer.titles(), ["First", "Second", "Third"]);
    let nothing = two.cycle().send(two.home()).await.unwrap();
    assert_eq!(nothing, Ok(VaultSynced::default()));
}

#[tokio::test]
async fn an_item_edited_on_both_computers_keeps_both_values() {
    let (_server, hostile, one) = first().await;
    let id = one.computer.add("Shared");
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    one.computer.set_title(id, "Of the first");
    two.computer.set_title(id, "Of the second");
    one.sync().await;
    two.sync().await;
    one.sync().await;
    for connected in [&one, &two] {
        let item = connected.computer.work(|session| session.get(id).unwrap().item);
        assert_eq!(item.title, "Of the first");
        assert_eq!(item.superseded.len(), 1);
        assert_eq!(item.superseded[0].value.expose(), "Of the second");
    }
}

#[tokio::test]
async fn a_lost_answer_costs_nothing_and_doubles_nothing() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    one.computer.add("New");
    hostile.loses("POST /v1/vaults/*");
    assert!(matches!(one.try_sync().await, Err(CycleError::Server(_))));
    hostile.reforms();
    assert_eq!(one.sync().await.sent, 1);
    let entries = one.session.head(&one.home()).await.unwrap().seq;
    assert_eq!(entries, 3, "the genesis record and two items");
}

#[tokio::test]
async fn deleted_vault_ends_on_the_other_computer() {
    let (_server, hostile, one) = first().await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = one.computer.work(|session| {
        let vault = session.create_vault(&work).unwrap();
        let item = session.list(&everything()).unwrap().rows[0].id;
        let Opened { item, .. } = session.get(item).unwrap();
        session.put(Put { vault: Some(vault), ..Put::new(item) }).unwrap();
        vault
    });
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    assert_eq!(two.computer.work(|session| session.vault_ids().len()), 2);
    one.computer.work(|session| {
        session
            .delete_vault(vault, Contents::Delete { items: 1 }, &mut |_| ControlFlow::Continue(()))
            .unwrap();
    });
    one.sync().await;
    two.sync().await;
    for connected in [&one, &two] {
        connected.computer.lock();
        connected.computer.unlock();
        assert_eq!(connected.computer.work(|session| session.vault_ids()), [connected.home()]);
        assert_eq!(connected.computer.titles(), ["First"]);
    }
}

fn everything() -> Query {
    Query { text: String::new(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: 10 }
}

#[tokio::test]
async fn nothing_is_deleted_because_a_server_lacks_it() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    hostile.changes("GET /v1/vaults", |_, reply| {
        reply.change_cbor(|list: &mut vault_wire::message::VaultList| list.vaults.clear());
    });
    let synced = one.try_sync().await.unwrap();
    assert_eq!(synced.into_values().collect::<Vec<_>>(), [Err(VaultProblem::Missing)]);
    assert_eq!(one.computer.titles(), ["First"]);
    hostile.reforms();
    one.computer.add("Second");
    assert_eq!(one.sync().await.sent, 1);
}

#[tokio::test]
async fn t08_a_server_that_shows_an_earlier_log_raises_an_alarm() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    one.computer.add("Unsent");
    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries.clear();
            (page.head_seq, page.head_root) = (1, [7; 32].into());
        });
    });
    let synced = one.try_sync().await.unwrap();
    let problem = synced.into_values().next().unwrap().unwrap_err();
    assert!(matches!(problem, VaultProblem::Alarm(_)), "{problem:?}");
    let again = one.try_sync().await.unwrap().into_values().next().unwrap();
    assert!(matches!(again, Err(VaultProblem::Alarm(_))), "it lasts as long as the lie");
    let vaults = one.computer.work(|session| session.vaults().unwrap());
    assert_eq!(vaults[0].read_only, Some(VaultReadOnly::Alarm));
    assert_eq!(one.computer.titles(), ["First", "Unsent"]);
    hostile.reforms();
    assert_eq!(one.sync().await.sent, 1);
    let vaults = one.computer.work(|session| session.vaults().unwrap());
    assert_eq!(vaults[0].read_only, None);
}

#[tokio::test]
async fn clocks_that_are_ten_years_wrong_make_no_conflict() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let past = Computer::with_clock(NOW - 315_360_000_000, None);
    let id = past.add("First");
    let one = Connected::first(&server, &hostile, past).await;
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    two.computer.set_title(id, "Second");
    two.sync().await;
    one.sync().await;
    one.computer.set_title(id, "Third");
    one.sync().await;
    two.sync().await;
    for connected in [&one, &two] {
        let item = connected.computer.work(|session| session.get(id).unwrap().item);
        assert_eq!((item.title.as_str(), item.superseded.len()), ("Third", 0));
    }
}

#[tokio::test]
async fn the_server_has_nothing_readable() {
    let (server, _hostile, one) = first().await;
    one.computer.add("canary-title-of-an-item");
    one.sync().await;
    assert_eq!(one.computer.titles().len(), 2);
    let mut folders = vec![server.folder().to_owned()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if let Ok(bytes) = std::fs::read(&entry) {
                read += bytes.len();
                let found = bytes.windows(12).any(|window| window == b"canary-title");
                assert!(!found, "{}", entry.display());
            }
        }
    }
    assert!(read > 10_000);
}
