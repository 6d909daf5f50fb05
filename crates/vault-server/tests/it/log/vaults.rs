//! The list of vaults.

use vault_crypto::InviteSecret;
use vault_server::log::{LogError, OUTBOX_AGE};
use vault_wire::roster::{MemberRole, Op};

use super::peer::NOW;
use super::{Account, Peer, Server};

#[tokio::test]
async fn the_list_has_the_vaults_of_which_an_account_is_a_member_now() {
    let server = Server::new();
    let (owner, member) = (Account::new(1), Account::new(2));
    let mut peers = Vec::new();
    for seed in 0..3 {
        peers.push(Peer::found_as(&server.logs, &owner, seed).await);
    }
    let mut expected: Vec<_> = peers.iter().map(|peer| peer.vault).collect();
    expected.sort();
    let ids = async |account: &Account, after| {
        let list = server.logs.vaults(&account.caller(), after).await.unwrap();
        assert_eq!(list.next, None);
        list.vaults.iter().map(|head| head.vault_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&owner, None).await, expected);
    assert_eq!(ids(&owner, Some(expected[0])).await, expected[1..]);
    assert_eq!(ids(&member, None).await, []);

    let peer = &mut peers[0];
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(ids(&member, None).await, [peer.vault]);
    let epoch = peer.epoch();
    let record = peer.record(vec![Op::Remove { account: member.id() }, epoch], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(ids(&member, None).await, []);
    let head = server.logs.vaults(&owner.caller(), None).await.unwrap().vaults;
    let head = head.into_iter().find(|head| head.vault_id == peer.vault).unwrap();
    assert_eq!((head.seq, head.root, head.epoch), (3, peer.log.head().root, 2));
}

#[tokio::test]
async fn news_that_a_stopped_node_left_behind_arrive_once_and_in_any_order() {
    let server = Server::new();
    let (owner, member) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    // As a node leaves it that stops between the two transactions: told nobody.
    let db = &server.database;
    let count = |sql: &str| db.number(sql);
    assert_eq!(count("SELECT count(*) FROM outbox"), 0);
    db.execute("DELETE FROM vault_list");
    let news = |account: &Account, seq: u32, role: u32| {
        let (vault, id) = (db.bytes(peer.vault.as_bytes()), db.bytes(account.id().as_bytes()));
        db.execute(&format!(
            "INSERT INTO outbox (vault_id, account_id, seq, role, written_at)
             VALUES ({vault}, {id}, {seq}, {role}, {NOW})"
        ));
    };
    news(&owner, 1, 1);
    news(&member, 2, 3);
    assert_eq!(server.logs.vaults(&member.caller(), None).await.unwrap().vaults.len(), 0);
    // Those of a node that is just at work are left to it.
    assert_eq!(server.logs.apply_waiting_news(NOW).await, Ok(0));
    assert_eq!(server.logs.apply_waiting_news(NOW + OUTBOX_AGE).await, Ok(1));
    assert_eq!(count("SELECT count(*) FROM outbox"), 0);
    assert_eq!(server.logs.vaults(&member.caller(), None).await.unwrap().vaults.len(), 1);
    // An older removal that arrives late changes nothing, and the same news again neither.
    news(&member, 1, 0);
    server.logs.apply_waiting_news(NOW + 1).await.unwrap();
    assert_eq!(server.logs.vaults(&member.caller(), None).await.unwrap().vaults.len(), 1);
    news(&member, 2, 3);
    server.logs.apply_waiting_news(NOW + 1).await.unwrap();
    assert_eq!(server.logs.vaults(&member.caller(), None).await.unwrap().vaults.len(), 1);
    news(&member, 3, 0);
    server.logs.apply_waiting_news(NOW + 1).await.unwrap();
    assert_eq!(server.logs.vaults(&member.caller(), None).await.unwrap().vaults.len(), 0);
}

#[tokio::test]
async fn certificates_are_for_members_of_a_common_vault() {
    let server = Server::new();
    let (owner, other) = (Account::new(1), Account::new(2));
    let peer = Peer::found(&server.logs, &owner).await;
    assert_eq!(server.logs.certificate(&other.caller(), None, owner.id()).await, Err(LogError::NotFound));
    server.store_certificate(&owner);
    assert_eq!(server.logs.certificate(&other.caller(), None, owner.id()).await, Err(LogError::NotFound));
    let mut peer = peer;
    let record = peer.record(vec![other.add(MemberRole::Viewer)], None);
    peer.commit(&server.logs, record).await;
    let read = server.logs.certificate(&other.caller(), None, owner.id()).await;
    assert_eq!(read.as_ref(), Ok(&owner.certificate));
}

#[tokio::test]
async fn certificates_of_members_are_for_those_invited_too() {
    let server = Server::new();
    let (owner, joiner) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    server.store_certificate(&owner);
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Viewer, NOW)], None);
    peer.commit(&server.logs, record).await;
    let proof = secret.reading(&peer.vault, joiner.id());
    let read = async |proof| server.logs.certificate(&joiner.caller(), Some(&proof), owner.id()).await;
    assert_eq!(read(proof).await.as_ref(), Ok(&owner.certificate));
    let forged = InviteSecret::make(&mut peer.rng).reading(&peer.vault, joiner.id());
    assert_eq!(read(forged).await, Err(LogError::NotFound));
}
