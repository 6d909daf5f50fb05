//! Keys, vaults and devices that a server exchanges or adds.

use std::sync::Arc;

use vault_api::ErrorCode;
use vault_api::views::SignInView;
use vault_crypto::make_grant;
use vault_engine::session::VaultAppearance;
use vault_sync::account::SignInError;
use vault_sync::cycle::VaultProblem;
use vault_sync::{Error, Session};
use vault_wire::VaultId;
use vault_wire::cbor::{Array, Canonical as _};
use vault_wire::grant::Grant;
use vault_wire::log::LogVerifier;
use vault_wire::message::{Bodies, LogEntry, LogPage, LogQuery, VaultHead, VaultList};

use super::scene::{Scene, head, log, show};
use crate::cycle::Connected;
use crate::support::{
    HostileServer, Owner, PASSWORD, Program, TestServer, connected, device, done, join_request, rng,
};

/// The first computer makes a vault, which the second one does not know yet.
async fn with_new_vault(scene: &Scene) -> VaultId {
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = scene.one.computer.work(|session| session.create_vault(&work).unwrap());
    scene.one.sync().await;
    vault
}

fn vaults(connected: &Connected) -> usize {
    connected.computer.work(|session| session.vaults().unwrap().len())
}

/// The new vault is not joined while a lie lasts, and the rest goes on.
async fn expect_not_joined(scene: &Scene, vault: VaultId) {
    scene.two.computer.add("Of two");
    let mut synced = scene.two.try_sync().await.unwrap();
    assert_eq!(synced.remove(&vault), Some(Err(VaultProblem::Other)));
    assert_eq!(synced.remove(&scene.home).unwrap().unwrap().sent, 1);
    assert_eq!(vaults(&scene.two), 1);
    scene.lying.reforms();
    scene.two.sync().await;
    assert_eq!(vaults(&scene.two), 2);
}

/// Changes the grants that the second computer gets.
fn change_grants(scene: &Scene, change: impl Fn(&mut Grant) + Send + Sync + 'static) {
    scene.lying.changes("GET /v1/vaults/*", move |sent, reply| {
        if sent.route.contains("/grants/") {
            reply.change_cbor(|grant: &mut Grant| change(grant));
        }
    });
}

/// A grant of another account's vault: of a key that the server has.
async fn own_grant(scene: &Scene) -> Grant {
    let owner = Owner::opened(&scene.server, 2).await;
    let log = LogVerifier::from_genesis(&owner.home.record, None).unwrap();
    make_grant(log.roster(), 1, &owner.root.account_id(), &owner.home.key, &mut rng()).unwrap()
}

#[tokio::test]
async fn t17_grant_of_the_servers_own_key_is_refused_and_the_rest_goes_on() {
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    let own = own_grant(&scene).await;
    change_grants(&scene, move |grant| *grant = Grant { context: grant.context, ..own.clone() });
    expect_not_joined(&scene, vault).await;
}

#[tokio::test]
async fn t17_grant_of_another_vault_is_refused() {
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    let account = scene.two.computer.work(|session| session.account());
    let home = scene.one.session.grant(&scene.home, 1, &account).await.unwrap();
    change_grants(&scene, move |grant| *grant = home.clone());
    expect_not_joined(&scene, vault).await;
}

#[tokio::test]
async fn t19_grant_without_its_post_quantum_part_is_refused() {
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    // X-Wing's ciphertext is that of ML-KEM, 1,088 bytes, and then that of X25519.
    change_grants(&scene, |grant| grant.encapsulated[..1088].fill(0));
    expect_not_joined(&scene, vault).await;
    // Cut off, it is no grant.
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    scene.lying.changes("GET /v1/vaults/*", |sent, reply| {
        if sent.route.contains("/grants/") {
            let grant = Grant::decode(&reply.body).unwrap();
            let message = Array::new()
                .uint(Grant::VERSION)
                .bytes(grant.context.vault_id.as_bytes())
                .uint(grant.context.epoch.into())
                .bytes(grant.context.recipient.as_bytes())
                .uint(grant.context.generation.into())
                .bytes(&grant.encapsulated[1088..])
                .bytes(&grant.sealed);
            reply.body = message.encode().into();
        }
    });
    expect_not_joined(&scene, vault).await;
}

#[tokio::test]
async fn t17_t19_new_computer_refuses_another_home_key() {
    for stripped in [false, true] {
        let (_server, hostile, one) = connected().await;
        hostile.changes("GET /v1/vaults/*", move |sent, reply| {
            if sent.route.contains("/grants/") {
                reply.change_cbor(|grant: &mut Grant| match stripped {
                    true => grant.encapsulated[..1088].fill(0),
                    false => grant.sealed[0] ^= 1,
                });
            }
        });
        let two = Program::start();
        let refused = two.coffer.account_join(join_request(&hostile, &one, PASSWORD).await).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::AccountOther);
        assert!(two.coffer.app_status().await.unwrap().profiles.is_empty(), "nothing is left of it");
        hostile.reforms();
        let joined = two.coffer.account_join(join_request(&hostile, &one, PASSWORD).await).await;
        assert_eq!(joined, Ok(SignInView::Done));
        two.until_titles(&["First"]).await;
    }
}

#[tokio::test]
async fn t28_vault_that_the_server_adds_is_not_joined() {
    let scene = Scene::new().await;
    // A vault of somebody else, with a grant for nobody here.
    let owner = Owner::opened(&scene.server, 2).await;
    let client = device(scene.hostile.origin(), &scene.hostile.trust());
    let session = done(owner.sign_in(&client, &Arc::default()).await).session;
    let added = session.create_vault(&LogEntry::Record(owner.home.record.clone())).await.unwrap();
    let (vault, asked) = (added.vault_id, format!("/v1/vaults/{}", added.vault_id));
    scene.lying.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            list.vaults.push(added);
            list.vaults.sort_by_key(|head: &VaultHead| head.vault_id);
        });
    });
    scene.two.computer.add("Of two");
    assert!(!scene.two.try_sync().await.unwrap().contains_key(&vault));
    assert_eq!(vaults(&scene.two), 1);
    assert!(!scene.lying.routes().iter().any(|route| route.contains(&asked)), "nothing of it is asked for");
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t28_vault_that_the_server_replaces_is_not_joined() {
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    let other = Owner::new(2);
    let route = format!("GET /v1/vaults/{vault}/log");
    scene.lying.changes(&route, move |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries = vec![LogEntry::Record(other.home.record.clone())];
            let end = head(page.vault_id, &page.entries);
            (page.head_seq, page.head_root) = (end.seq, end.root);
        });
    });
    expect_not_joined(&scene, vault).await;
}

#[tokio::test]
async fn t28_history_of_a_vault_that_the_server_replaces_raises_an_alarm() {
    let scene = Scene::new().await;
    let vault = with_new_vault(&scene).await;
    scene.two.sync().await;
    let entries = log(&scene.one, scene.home).await;
    show(&scene.lying, vault, entries);
    let mut synced = scene.two.try_sync().await.unwrap();
    let problem = synced.remove(&vault).unwrap().unwrap_err();
    assert!(matches!(problem, VaultProblem::Alarm(_)), "{problem:?}");
    // Other vaults are not frozen.
    assert!(synced.remove(&scene.home).unwrap().is_ok());
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t48_revoked_device_gets_no_key_and_no_entry() {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let client = || device(hostile.origin(), &hostile.trust());
    let own = done(owner.sign_in(&client(), &Arc::default()).await).session;
    let (vault, account) = (owner.home.vault_id, owner.root.account_id());
    own.create_vault(&LogEntry::Record(owner.home.record.clone())).await.unwrap();
    let log = LogVerifier::from_genesis(&owner.home.record, None).unwrap();
    let grant = make_grant(log.roster(), 1, &account, &owner.home.key, &mut rng()).unwrap();
    own.put_grant(&vault, &grant).await.unwrap();
    // Each with a session of its own: a client asks for nothing once it knows that a session has ended.
    let lost = client();
    let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
    let ask = async |session: &Session, number: usize| match number {
        0 => session.vaults(None).await.map(drop),
        1 => session.head(&vault).await.map(drop),
        2 => session.log_page(&vault, &query).await.map(drop),
        3 => session.grant(&vault, 1, &account).await.map(drop),
        4 => session.keyset().await.map(drop),
        5 => session.put_grant(&vault, &grant).await,
        _ => session.refresh().await,
    };
    let mut sessions = Vec::new();
    for number in 0..7 {
        let session = done(owner.sign_in(&lost, &Arc::default()).await).session;
        ask(&session, number).await.unwrap();
        sessions.push(session);
    }
    let revoked = owner.keyset.identity.revoke(account, lost.device().id(), false, server.now());
    own.revoke_device(&lost.device().id(), &revoked).await.unwrap();
    for (number, session) in sessions.iter().enumerate() {
        hostile.forget();
        let refused = ask(session, number).await;
        assert!(matches!(refused, Err(Error::SessionEnded)), "{number}: {refused:?}");
        assert_eq!(hostile.seen().len(), 1, "the server was asked");
    }
    // The right password does not bring it back.
    let again = owner.sign_in(&lost, &Arc::default()).await.map(drop);
    assert!(matches!(again, Err(SignInError::Refused)), "{again:?}");
    own.head(&vault).await.unwrap();
}
