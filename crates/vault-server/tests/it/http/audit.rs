//! Events of vaults in the audits of accounts.

use vault_server::log::OUTBOX_AGE;
use vault_server::store::{AccountKey, Sql};
use vault_wire::VaultId;
use vault_wire::message::{AuditEvent, AuditPage, HealBatch};
use vault_wire::roster::{MemberRole, Op};

use super::events::accept;
use super::vaults::{client, found, path};
use crate::log::{Account, Peer};
use crate::support::{Client, TestServer};

/// The whole audit, whose chain is unbroken.
async fn audit(client: &mut Client) -> Vec<AuditEvent> {
    let page: AuditPage = client.get("/v1/audit").await.json();
    assert!(page.follows(0, &[0; 32]) && !page.more);
    page.events.iter().cloned().collect()
}

/// The kinds of the events, each of which is of this vault and by this account.
async fn kinds(client: &mut Client, vault: VaultId, actor: &Account) -> Vec<String> {
    let events = audit(client).await;
    assert!(events.iter().all(|event| (event.vault, event.actor) == (Some(vault), Some(actor.id()))));
    events.iter().map(|event| event.kind.as_str().to_owned()).collect()
}

/// A vault with a member.
async fn shared<'a>(server: &TestServer, owner: &'a Account, member: &Account) -> (Peer<'a>, Client, Client) {
    let (mut peer, mut client_1) = found(server, owner).await;
    let client_2 = client(server, member, 2).await;
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    accept(&mut peer, &mut client_1, record).await;
    (peer, client_1, client_2)
}

#[tokio::test]
async fn changes_of_members_are_in_the_audits_of_those_concerned() {
    let server = TestServer::start().await;
    let (owner, member, third) = (Account::new(1), Account::new(2), Account::new(3));
    let (mut peer, mut client_1, mut client_2) = shared(&server, &owner, &member).await;
    let mut client_3 = client(&server, &third, 3).await;
    let vault = peer.vault;
    let record = peer.record(vec![third.add(MemberRole::Viewer)], None);
    accept(&mut peer, &mut client_1, record).await;
    let entry = peer.put(1);
    accept(&mut peer, &mut client_1, entry).await;
    let ops = vec![Op::Role { account: third.id(), role: MemberRole::Editor }];
    let record = peer.record(ops, None);
    accept(&mut peer, &mut client_1, record).await;
    // It concerns its author alone.
    let record = peer.record(vec![Op::Policy { keep_days: 90 }], Some(&owner.root));
    accept(&mut peer, &mut client_1, record).await;
    let ops = vec![Op::Remove { account: member.id() }, peer.epoch()];
    let record = peer.record(ops, None);
    accept(&mut peer, &mut client_1, record).await;
    let changed = "roster-changed";
    assert_eq!(kinds(&mut client_2, vault, &owner).await, [changed; 2]);
    assert_eq!(kinds(&mut client_3, vault, &owner).await, [changed; 2]);
    let record = peer.record(vec![Op::Close], Some(&owner.root));
    accept(&mut peer, &mut client_1, record).await;
    assert_eq!(kinds(&mut client_1, vault, &owner).await, [&["vault-created"][..], &[changed; 6]].concat());
    assert_eq!(kinds(&mut client_2, vault, &owner).await, [changed; 2]);
    assert_eq!(kinds(&mut client_3, vault, &owner).await, [changed; 3]);
    // The device is shown to its own account alone.
    let device = client_1.device.id();
    assert!(audit(&mut client_1).await.iter().all(|event| event.device == Some(device)));
    assert!(audit(&mut client_3).await.iter().all(|event| event.device.is_none()));
}

#[tokio::test]
async fn a_batch_that_is_sent_again_and_news_that_are_applied_again_are_one_event() {
    let server = TestServer::start().await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (peer, mut client_1, mut client_2) = shared(&server, &owner, &member).await;
    let before = (audit(&mut client_1).await.len(), audit(&mut client_2).await.len());
    assert_eq!(before, (2, 1));
    // As a node leaves it that is killed after it has appended an event: the news are there, once more.
    let (vault, account) = (peer.vault, member.id());
    let database = server.database();
    let id = |bytes: &[u8]| database.bytes(bytes);
    let (vault_id, account_id) = (id(vault.as_bytes()), id(account.as_bytes()));
    for number in [2, 4] {
        database.execute(&format!(
            "INSERT INTO audit_news VALUES ({vault_id}, {account_id}, {number}, 'roster-changed', {account_id}, NULL, 0)"
        ));
    }
    let logs = &server.app.logs;
    let (one, two) = tokio::join!(logs.apply_waiting_news(OUTBOX_AGE), logs.apply_waiting_news(OUTBOX_AGE));
    assert_eq!((one.is_ok(), two.is_ok()), (true, true));
    assert_eq!(audit(&mut client_2).await.len(), 1);
    assert_eq!(database.number("SELECT count(*) FROM audit_news"), 0);
    // One that was left behind before it was appended.
    database.execute(&format!(
        "INSERT INTO audit_news VALUES ({vault_id}, {account_id}, 6, 'roster-changed', {account_id}, NULL, 0)"
    ));
    assert_eq!(logs.apply_waiting_news(OUTBOX_AGE).await, Ok(1));
    assert_eq!(audit(&mut client_2).await.len(), 2);
}

#[tokio::test]
async fn events_for_an_account_that_is_deleted_meanwhile_are_dropped() {
    const ERASE: Sql<AccountKey> = Sql::new("DELETE FROM vault_list WHERE account_id = $1");
    let server = TestServer::start().await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1, mut client_2) = shared(&server, &owner, &member).await;
    let shard = server.app.store.account(member.id());
    shard.run(|tx| async move { tx.execute(&ERASE, &[]).await }).await.unwrap();
    let record = peer.record(vec![Op::Close], Some(&owner.root));
    accept(&mut peer, &mut client_1, record).await;
    assert_eq!(audit(&mut client_2).await.len(), 1);
    assert_eq!(server.database().number("SELECT count(*) FROM audit_news"), 0);
}

#[tokio::test]
async fn entries_that_are_sent_again_are_in_the_audit_of_who_sent_them() {
    let server = TestServer::start().await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (peer, mut client_1, mut client_2) = shared(&server, &owner, &member).await;
    server.app.logs.begin_recovery(server.now(), server.now() + 1000).await.unwrap();
    let mut other = peer.of(&member);
    let entry = other.put(1);
    let heal = HealBatch { first_seq: 3, entries: vec![entry] };
    assert_eq!(client_2.post_cbor(&path(&peer, "log/heal"), &heal).await.status, 200);
    let events = audit(&mut client_2).await;
    let healed = events.last().unwrap();
    assert_eq!((healed.kind.as_str(), healed.actor), ("vault-healed", Some(member.id())));
    assert_eq!((healed.vault, healed.device), (Some(peer.vault), Some(client_2.device.id())));
    assert_eq!(audit(&mut client_1).await.len(), 2);
}
