//! Network addresses in the audit.

use vault_server::store::{AccountKey, Sql};
use vault_server::upkeep::delete_some;
use vault_wire::message::{AuditEvent, AuditPage};

use crate::support::{Account, Client, TestServer};

const DAY: u64 = 24 * 60 * 60 * 1000;
const SALTS: Sql<AccountKey> = Sql::new("SELECT count(*) FROM audit_salt WHERE account_id = $1");

/// The whole audit, whose chain is unbroken.
async fn audit(client: &mut Client) -> Vec<AuditEvent> {
    let page: AuditPage = client.get("/v1/audit").await.json();
    assert!(page.follows(0, &[0; 32]));
    page.events.to_vec()
}

/// The texts that stand for addresses of sign-ins.
async fn addresses(client: &mut Client) -> Vec<String> {
    let events = audit(client).await;
    let signed_in = events.iter().filter(|event| event.kind.as_str() == "signed-in");
    signed_in.map(|event| event.address.as_ref().unwrap().as_str().to_owned()).collect()
}

async fn salts(server: &TestServer, account: &Account) -> u64 {
    let read = server.app.store.account(account.id());
    read.read(|view| async move { view.first(&SALTS, &[]).await?.unwrap().get(0) }).await.unwrap()
}

#[tokio::test]
async fn an_address_is_the_same_text_within_a_period_and_another_one_for_other_accounts() {
    let server = TestServer::start().await;
    let (one, two) = (Account::opened(&server, 1).await, Account::opened(&server, 2).await);
    let (mut client_1, mut client_2) = (server.client(1), server.client(2));
    one.sign_in(&mut client_1).await;
    one.sign_in(&mut client_1).await;
    two.sign_in(&mut client_2).await;
    let (mine, other) = (addresses(&mut client_1).await, addresses(&mut client_2).await);
    assert_eq!((mine.len(), mine[0].len()), (2, 22));
    assert!(mine[0] == mine[1] && mine[0] != other[0] && !mine[0].contains("127"));
    let refused = Account { password: [9; 32], ..Account::new(1) };
    refused.log_in(&mut client_2).await.problem();
    let events = audit(&mut client_1).await;
    let last = events.last().unwrap();
    assert_eq!(last.kind.as_str(), "sign-in-refused");
    assert_eq!(last.address.as_ref().unwrap().as_str(), mine[0]);
}

#[tokio::test]
async fn salts_are_erased_and_the_chain_stays_whole() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let before = addresses(&mut client).await;
    assert_eq!(salts(&server, &account).await, 1);
    server.pass(90 * DAY);
    while delete_some(&server.app.store, server.now()).await.unwrap() > 0 {}
    assert_eq!(salts(&server, &account).await, 0);
    account.sign_in(&mut client).await;
    let after = addresses(&mut client).await;
    assert_eq!((after.len(), &after[0]), (2, &before[0]));
    assert_ne!(after[1], before[0]);
}

#[tokio::test]
async fn each_period_has_a_salt_of_its_own() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    server.pass(31 * DAY);
    account.sign_in(&mut client).await;
    let found = addresses(&mut client).await;
    assert_eq!((found.len(), salts(&server, &account).await), (2, 2));
    assert_ne!(found[0], found[1]);
}

#[tokio::test]
async fn without_days_no_address_is_kept() {
    let server = TestServer::start_with(|config| config.audit_address_days = 0).await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    assert!(audit(&mut client).await.iter().all(|event| event.address.is_none()));
    assert_eq!(salts(&server, &account).await, 0);
}
