//! The stream of hints.

use std::sync::Arc;

use vault_crypto::make_grant;
use vault_sync::{Error, Session};
use vault_wire::log::LogVerifier;
use vault_wire::message::{LogEntry, VaultChanged};

use crate::support::{HostileServer, Owner, Reply, TestServer, device, done, rng};

/// Two devices of an account with a home vault, the second one at a lying server.
async fn two_devices() -> (TestServer, HostileServer, Owner, Session, Session) {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let one = device(server.origin(), &server.trust());
    let two = device(hostile.origin(), &hostile.trust());
    let one = done(owner.sign_in(&one, &Arc::default()).await).session;
    let two = done(owner.sign_in(&two, &Arc::default()).await).session;
    (server, hostile, owner, one, two)
}

#[tokio::test]
async fn a_stream_tells_of_vaults_and_ends_with_the_session() {
    let (_server, _hostile, owner, one, two) = two_devices().await;
    let genesis = LogEntry::Record(owner.home.record.clone());
    let mut events = two.events().await.unwrap();
    one.create_vault(&genesis).await.unwrap();
    let expected = VaultChanged { vault: owner.home.vault_id, head: 1 };
    assert_eq!(events.next().await.unwrap(), Some(expected));
    assert!(events.retry().as_secs() >= 1);
    one.end_sessions(None).await.unwrap();
    while let Some(hint) = events.next().await.unwrap() {
        assert_eq!(hint, expected);
    }
    assert!(matches!(two.events().await, Err(Error::SessionEnded)));
}

#[tokio::test]
async fn a_stream_tells_of_grants() {
    let (_server, _hostile, owner, one, two) = two_devices().await;
    let vault = owner.home.vault_id;
    one.create_vault(&LogEntry::Record(owner.home.record.clone())).await.unwrap();
    let mut events = two.events().await.unwrap();
    let expected = VaultChanged { vault, head: 1 };
    assert_eq!(events.next().await.unwrap(), Some(expected));
    let log = LogVerifier::from_genesis(&owner.home.record, None).unwrap();
    let account = owner.root.account_id();
    let grant = make_grant(log.roster(), 1, &account, &owner.home.key, &mut rng()).unwrap();
    one.put_grant(&vault, &grant).await.unwrap();
    assert_eq!(
        events.next().await.unwrap(),
        Some(expected),
        "who waits for a key need not ask again and again"
    );
}

#[tokio::test]
async fn a_stream_of_anything_is_bounded_and_not_believed() {
    let (_server, hostile, owner, _, two) = two_devices().await;
    let hint = format!("data: {{\"vault\":\"{}\",\"head\":7}}\n\n", owner.home.vault_id);
    let stream = format!("retry: 0\ndata: {}\n\ndata: nothing\n\n{hint}", "x".repeat(1 << 20));
    hostile.answers("GET /v1/events", move |_| Reply::new(200, "text/event-stream", stream.clone()));
    let mut events = two.events().await.unwrap();
    let expected = VaultChanged { vault: owner.home.vault_id, head: 7 };
    assert_eq!(events.next().await.unwrap(), Some(expected));
    assert_eq!(events.next().await.unwrap(), None);
    assert_eq!(events.retry().as_secs(), 1);
    hostile.reforms();
    hostile.answers("GET /v1/events", |_| Reply::html(200));
    assert!(matches!(two.events().await, Err(Error::NotCoffer { status: 200 })));
}
