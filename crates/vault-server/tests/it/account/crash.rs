//! A registration that ends between the transactions of its shards.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::task::JoinHandle;
use vault_server::account::{name, sign_up};
use vault_server::setup::Folder;
use vault_wire::message::{ConnectCode, Credential};

use crate::cli::{client, init_with, serve};
use crate::support::{Account, ISSUER, TestServer};

fn copy(code: &Credential<64>) -> Option<Credential<64>> {
    Some(Credential::new(code.expose()).unwrap())
}

#[tokio::test]
async fn a_registration_that_stopped_after_any_step_is_completed_by_the_same_request() {
    for steps in 0..=2 {
        let server = TestServer::start().await;
        let store = &server.app.store;
        let code = sign_up::issue(store, None, server.now()).await.unwrap();
        let account = Account::new(1);
        let mut client = server.client(1);
        let message = account.registration(&mut client, 1, copy(&code)).await;
        // The reservations of another attempt of the same account, which was never completed.
        let attempt = [5; 16];
        if steps > 0 {
            let login = &account.login;
            sign_up::reserve(store, &code, login, account.id(), attempt, server.now()).await.unwrap();
        }
        if steps > 1 {
            name::reserve(store, &account.login, account.id(), attempt, server.now()).await.unwrap();
        }
        let finish = || client.anonymous("/v1/auth/register/finish", &message);
        if steps > 0 {
            assert_eq!(finish().await.problem().1, "sign-up-refused");
        }
        server.pass(name::RESERVED);
        assert!(finish().await.status.is_success());
        account.sign_in(&mut client).await;
        let other = Account::new(2).registration(&mut server.client(2), 1, copy(&code)).await;
        let refused = client.anonymous("/v1/auth/register/finish", &other).await;
        assert_eq!(refused.problem().1, "sign-up-refused");
    }
}

/// Whether there is a reserved login whose account does not exist, and a reserved code.
const LOGIN: &str = "SELECT count(*) FROM login WHERE account_id NOT IN (SELECT account_id FROM account)";
const CODE: &str = "SELECT count(*) FROM sign_up_code WHERE attempt IS NOT NULL";

#[tokio::test]
async fn a_server_killed_during_a_registration_has_it_whole_or_not_at_all() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let folder = Folder::open(&data).unwrap();
    for number in 1..=4 {
        let running = serve(&data);
        let invited: ConnectCode = crate::cli::invite(&data);
        let code = invited.code.unwrap();
        let account = Account::new(number);
        let mut one = client(&data, &running, number);
        let message = Arc::new(account.registration(&mut one, 1, copy(&code)).await);
        let sent = message.clone();
        let request: JoinHandle<_> =
            tokio::spawn(async move { one.try_anonymous("/v1/auth/register/finish", &*sent).await });
        // Ends the server with SIGKILL as soon as the login is reserved, or the code.
        let reserved = if number % 2 == 0 { LOGIN } else { CODE };
        let watched = Connection::open(folder.path(Folder::DATABASE)).unwrap();
        let count = |sql| watched.query_row::<u8, _, _>(sql, [], |row| row.get(0)).unwrap();
        while count(reserved) == 0 && !request.is_finished() {
            tokio::task::yield_now().await;
        }
        drop(running);
        let _ = request.await.unwrap();

        let running = serve(&data);
        let mut again = client(&data, &running, number);
        let answer = again.anonymous("/v1/auth/register/finish", &*message).await;
        assert!(answer.status.is_success(), "{answer:?}");
        account.sign_in(&mut again).await;
        let other = Account::new(number + 100).registration(&mut again, 1, copy(&code)).await;
        let refused = again.anonymous("/v1/auth/register/finish", &other).await;
        assert_eq!(refused.problem().1, "sign-up-refused");
    }
}

#[tokio::test]
async fn nothing_of_a_user_reaches_the_log() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let code = crate::cli::invite(&data).code.unwrap();
    let account = Account::new(1);
    let mut one = client(&data, &running, 1);
    let message = account.registration(&mut one, 1, copy(&code)).await;
    assert!(one.anonymous("/v1/auth/register/finish", &message).await.status.is_success());
    let tokens = account.sign_in(&mut one).await;
    let wrong = Account { password: [9; 32], ..Account::new(1) };
    assert_eq!(wrong.log_in(&mut one).await.status, 401);
    one.access = Some("canary-token".into());
    assert_eq!(one.get("/v1/sessions?canary-query").await.status, 401);
    let log = running.terminate();
    assert!(log.contains("stopped"), "{log}");
    let account_id = account.id().to_string();
    let secrets =
        [code.expose(), tokens.access.expose(), tokens.refresh.expose(), "canary", account.login.as_str()];
    for text in secrets.into_iter().chain([account_id.as_str(), "127.0.0.1:"]) {
        assert!(!log.contains(text), "{log}");
    }
}
