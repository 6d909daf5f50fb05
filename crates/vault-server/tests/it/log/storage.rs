//! Quotas and sizes.

use vault_wire::message::{Limits, PushResult, Refusal};
use vault_wire::revision::RevisionHeader;

use super::{Account, Peer, Server};

/// The length of a body with a small payload.
const BODY: u64 = 1024 + 73;

#[tokio::test]
async fn bodies_beyond_the_quota_are_refused_and_everything_that_clears_it_is_not() {
    let server = Server::with_limits(Limits { account_bytes: 2 * BODY, ..Limits::MAX });
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entries = vec![peer.put(1), peer.put(2), peer.put(3)];
    let quota = PushResult::Refused(Refusal::Quota);
    assert_eq!(
        peer.push(&server.logs, entries).await,
        [PushResult::Accepted { seq: 2 }, PushResult::Accepted { seq: 3 }, quota]
    );
    peer.pull(&server.logs).await;
    let next = peer.put(4);
    assert_eq!(peer.push(&server.logs, vec![next]).await, [quota]);
    // Tombstones and records go in. A tombstone with a body as large as that of an item does not.
    let tombstone = peer.tombstone(1);
    peer.commit(&server.logs, tombstone).await;
    let epoch = peer.epoch();
    let record = peer.record(vec![epoch], None);
    peer.commit(&server.logs, record).await;
    let disguised = {
        let header = RevisionHeader { kind: vault_wire::revision::RevisionKind::Tombstone, ..peer.header(2) };
        peer.seal(&header, &[0; 2000])
    };
    assert_eq!(peer.push(&server.logs, vec![disguised]).await, [quota]);
}

#[tokio::test]
async fn all_vaults_of_an_account_share_its_quota() {
    let server = Server::with_limits(Limits { account_bytes: 3 * BODY, ..Limits::MAX });
    let account = Account::new(1);
    let mut first = Peer::found_as(&server.logs, &account, 1).await;
    let mut second = Peer::found_as(&server.logs, &account, 2).await;
    let entries = vec![first.put(1), first.put(2)];
    first.push(&server.logs, entries).await;
    // The first vault took what was left in advance.
    let entry = second.put(1);
    let quota = PushResult::Refused(Refusal::Quota);
    assert_eq!(second.push(&server.logs, vec![entry]).await, [quota]);
    first.pull(&server.logs).await;
    let entry = first.put(3);
    first.commit(&server.logs, entry).await;
}

#[tokio::test]
async fn a_body_larger_than_the_server_accepts_is_refused() {
    let server = Server::with_limits(Limits { body_bytes: BODY, ..Limits::MAX });
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let header = peer.header(1);
    let large = peer.seal(&header, &[0; 2000]);
    assert_eq!(peer.push(&server.logs, vec![large]).await, [PushResult::Refused(Refusal::Size)]);
    let small = peer.put(1);
    peer.commit(&server.logs, small).await;
}
