//! Everything that ends a session ends its streams.

use vault_server::account::reenrol::WAIT;
use vault_server::hints::Change;
use vault_wire::message::{Refresh, RegisterReply, Tokens};

use super::events::ends_after;
use super::vaults::found;
use crate::cli::{command, init_with, opened, serve};
use crate::log::Account as Member;
use crate::support::{Account, Client, ISSUER, TestServer};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// An account with two devices, and the tokens of the second one.
async fn two_devices(server: &TestServer) -> (Account, Client, Client, Tokens) {
    let account = Account::opened(server, 1).await;
    let (mut one, mut two) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    let tokens = account.sign_in(&mut two).await;
    (account, one, two, tokens)
}

#[tokio::test]
async fn t40_a_refresh_token_that_is_used_by_another_device_ends_the_stream() {
    let server = TestServer::start().await;
    let (_account, mut one, mut two, tokens) = two_devices(&server).await;
    let mut events = two.events().await;
    let refused = one.post("/v1/auth/token", &Refresh { refresh: tokens.refresh }).await;
    assert_eq!(refused.problem().1, "session-ended");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_deleted_account_and_a_reenrolment_end_streams_at_once() {
    let server = TestServer::start().await;
    let (_account, mut one, mut two, _) = two_devices(&server).await;
    let mut events = two.events().await;
    assert_eq!(one.delete("/v1/account").await.status, 204);
    assert_eq!(events.next().await, None);

    let server = TestServer::start().await;
    let (account, mut one, mut two, _) = two_devices(&server).await;
    let message = account.registration(&mut one, 7, None).await;
    assert_eq!(one.anonymous("/v1/account/reenrol", &message).await.status, 202);
    server.pass(WAIT);
    account.sign_in(&mut two).await;
    let mut events = two.events().await;
    let reply: RegisterReply = one.anonymous("/v1/account/reenrol", &message).await.json();
    assert_eq!(reply.version, 7);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_session_that_expires_ends_its_stream_at_the_next_look() {
    let server = TestServer::start().await;
    let owner = Member::new(1);
    let (peer, mut client) = found(&server, &owner).await;
    let mut events = client.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    server.pass((1 << 40) + DAY);
    let hub = server.app.hints.hub();
    loop {
        // The time between two comments. What a look finds may come some comments later.
        (0..30).for_each(|_| hub.tick());
        match events.line().await {
            Some(line) => assert_eq!(line, ":"),
            None => break,
        }
    }
}

#[tokio::test]
async fn a_look_at_an_account_ends_the_stream_of_a_lost_vault() {
    let server = TestServer::start().await;
    let owner = Member::new(1);
    let (peer, mut client) = found(&server, &owner).await;
    let mut events = client.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    // As if nothing had been heard of the record that removed the account.
    let vault = server.database().bytes(peer.vault.as_bytes());
    for table in ["member", "vault_list"] {
        server.database().execute(&format!("DELETE FROM {table} WHERE vault_id = {vault}"));
    }
    server.app.hints.announce(Change::Account(owner.id()));
    ends_after(&mut events, (peer.vault, 1)).await;
}

#[tokio::test]
async fn an_operator_who_locks_an_account_or_ends_its_sessions_ends_its_streams() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    for (number, arguments) in [(1, ["user", "lock"].as_slice()), (2, &["user", "sessions", "--end"])] {
        let (account, mut client) = opened(&data, &running, number).await;
        let mut events = client.events().await;
        command(&data, &[arguments, &[account.login.as_str()]].concat());
        assert_eq!(events.next().await, None, "{arguments:?}");
    }
}
