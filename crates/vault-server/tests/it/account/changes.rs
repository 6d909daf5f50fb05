use axum::http::Method;
use vault_server::account::reenrol::WAIT;
use vault_server::upkeep::delete_some;
use vault_wire::message::{
    AccountExport, AuditPage, ChangeLogin, LoginParams, LoginParamsReply, RegisterReply,
};

use crate::support::{Account, Client, TestServer};

const REENROL: &str = "/v1/account/reenrol";

async fn account_of(client: &mut Client, account: &Account) -> vault_wire::AccountId {
    let params = LoginParams { login: account.login.clone() };
    client.post("/v1/auth/login/params", &params).await.json::<LoginParamsReply>().account_id
}

#[tokio::test]
async fn a_login_is_changed_and_the_old_one_is_free() {
    let server = TestServer::start().await;
    let (mut one, two) = (Account::opened(&server, 1).await, Account::opened(&server, 2).await);
    let mut client = server.client(1);
    one.sign_in(&mut client).await;
    let to = |login: &Account| ChangeLogin { login: login.login.clone(), code: None };
    assert_eq!(client.post("/v1/account/login", &to(&two)).await.problem(), (409, "exists".into()));
    assert_eq!(client.post("/v1/account/login", &to(&one)).await.status, 204);
    let new = Account::new(3);
    assert_eq!(client.post("/v1/account/login", &to(&new)).await.status, 204);
    assert_eq!(account_of(&mut client, &new).await, one.id());
    assert_ne!(account_of(&mut client, &one).await, one.id());
    // Others get the old one.
    let mut other = server.client(2);
    two.sign_in(&mut other).await;
    assert_eq!(other.post("/v1/account/login", &to(&one)).await.status, 204);
    assert_eq!(account_of(&mut client, &one).await, two.id());
    one.login = new.login;
    one.sign_in(&mut client).await;
    server.pass(5 * 60 * 1000 + 1);
    assert_eq!(client.post("/v1/account/login", &to(&one)).await.problem().1, "sign-in-again");
}

#[tokio::test]
async fn a_reenrolment_waits_a_week_and_ends_all_sessions() {
    let server = TestServer::start().await;
    let mut account = Account::opened(&server, 1).await;
    let mut own = server.client(1);
    account.sign_in(&mut own).await;
    account.password = [55; 32];
    let stranger = server.client(2);
    let message = account.registration(&mut server.client(2), 7, None).await;
    assert_eq!(stranger.anonymous(REENROL, &message).await.status, 202);
    let audit: AuditPage = own.get("/v1/audit").await.json();
    assert_eq!(audit.events.last().unwrap().kind.as_str(), "reenrol-waiting");
    // The old password counts as long as it waits.
    assert_eq!(account.log_in(&mut own).await.problem().1, "sign-in-refused");
    server.pass(WAIT - 1);
    assert_eq!(stranger.anonymous(REENROL, &message).await.status, 202);
    server.pass(1);
    assert_eq!(stranger.anonymous(REENROL, &message).await.json::<RegisterReply>().version, 7);
    assert_eq!(stranger.anonymous(REENROL, &message).await.status, 200);
    account.sign_in(&mut own).await;
    let audit: AuditPage = own.get("/v1/audit").await.json();
    assert!(audit.events.iter().any(|event| event.kind.as_str() == "reenrolled"));
    let older = account.registration(&mut server.client(2), 7, None).await;
    assert_eq!(stranger.anonymous(REENROL, &older).await.problem().1, "version-conflict");
}

#[tokio::test]
async fn a_session_deletes_a_reenrolment_that_waits() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut own = server.client(1);
    account.sign_in(&mut own).await;
    let stranger = server.client(2);
    let message = account.registration(&mut server.client(2), 2, None).await;
    assert_eq!(own.delete(REENROL).await.status, 404);
    assert_eq!(stranger.anonymous(REENROL, &message).await.status, 202);
    assert_eq!(own.delete(REENROL).await.status, 204);
    server.pass(WAIT);
    assert_eq!(stranger.anonymous(REENROL, &message).await.status, 202);
    // An account that was never here needs a code.
    let unknown = Account::new(9).registration(&mut server.client(2), 1, None).await;
    assert_eq!(stranger.anonymous(REENROL, &unknown).await.problem().1, "sign-up-refused");
    assert_eq!(stranger.plain(Method::DELETE, REENROL).await.problem().1, "token-invalid");
}

#[tokio::test]
async fn during_recovery_a_reenrolment_is_stored_at_once_also_for_a_lost_account() {
    let server = TestServer::start().await;
    let (mut known, lost) = (Account::opened(&server, 1).await, Account::new(9));
    let stranger = server.client(2);
    server.app.logs.begin_recovery(server.now(), server.now() + 1000).await.unwrap();
    known.password = [55; 32];
    for (account, version) in [(&known, 2), (&lost, 4)] {
        let message = account.registration(&mut server.client(2), version, None).await;
        let reply = stranger.anonymous(REENROL, &message).await;
        assert_eq!(reply.json::<RegisterReply>().version, version);
        assert_eq!(stranger.anonymous(REENROL, &message).await.status, 200, "again");
    }
    known.sign_in(&mut server.client(3)).await;
    lost.sign_in(&mut server.client(4)).await;
    server.pass(1000);
    let other = Account::new(10).registration(&mut server.client(2), 4, None).await;
    assert_eq!(stranger.anonymous(REENROL, &other).await.problem().1, "sign-up-refused", "it is over");
}

#[tokio::test]
async fn an_account_is_exported_and_deleted_and_its_login_is_free() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let export: AccountExport = client.get("/v1/account/export").await.json();
    assert_eq!((export.account_id, export.login.as_str()), (account.id(), account.login.as_str()));
    assert_eq!((export.version, export.devices.len(), export.sessions.len()), (1, 1, 1));
    server.pass(5 * 60 * 1000 + 1);
    assert_eq!(client.delete("/v1/account").await.problem().1, "sign-in-again");
    account.sign_in(&mut client).await;
    assert_eq!(client.delete("/v1/account").await.status, 204);
    let left = server.database().tables_with("account_id", account.id().as_bytes());
    assert_eq!(left, ["audit"], "with ids and texts of addresses whose salt is gone");
    assert_eq!(client.get("/v1/sessions").await.problem().1, "session-ended");
    assert_ne!(account_of(&mut server.client(2), &account).await, account.id());
    let message = account.registration(&mut server.client(2), 2, None).await;
    assert_eq!(server.client(2).anonymous(REENROL, &message).await.problem().1, "sign-up-refused");
    // Somebody else gets the login.
    let mut other = Account::new(2);
    other.login = account.login.clone();
    other.open(&server, 2).await;
    other.sign_in(&mut server.client(3)).await;
}

#[tokio::test]
async fn what_has_expired_is_deleted_and_nothing_else() {
    let server = TestServer::start().await;
    let account = Account::opened(&server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    let sweep = || delete_some(&server.app.store, server.now());
    assert_eq!(sweep().await, Ok(0));
    server.pass(61_000);
    // The states of two steps.
    assert_eq!(sweep().await, Ok(2));
    assert!(client.get("/v1/sessions").await.status.is_success());
    server.pass(90 * 24 * 60 * 60 * 1000);
    // The session, the delay that began again, and the salt of addresses.
    assert_eq!(sweep().await, Ok(3));
    account.sign_in(&mut client).await;
}
