//! Pages of the log.

use vault_server::log::LogError;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{Bodies, Limits, LogEntry, LogQuery, LogRange, MAX_PAGE_BYTES};

use super::{Account, Peer, Server};

fn bodies(entries: &[LogEntry]) -> Vec<Option<usize>> {
    entries
        .iter()
        .map(|entry| match entry {
            LogEntry::Revision { body, .. } => body.as_ref().map(Vec::len),
            LogEntry::Record(_) => None,
        })
        .collect()
}

#[tokio::test]
async fn a_page_has_the_bodies_that_were_asked_for() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    for item in [1, 1, 2] {
        let entry = peer.put(item);
        peer.commit(&server.logs, entry).await;
    }
    let read = async |bodies, after, limit| {
        let query = LogQuery { after, limit, bodies };
        server.logs.page(&account.caller(), None, peer.vault, &query).await.unwrap()
    };
    let body = Some(1024 + 73);
    assert_eq!(bodies(&read(Bodies::None, 0, 1000).await.entries), [None; 4]);
    assert_eq!(bodies(&read(Bodies::Live, 0, 1000).await.entries), [None, None, body, body]);
    assert_eq!(bodies(&read(Bodies::All, 0, 1000).await.entries), [None, body, body, body]);
    let part = read(Bodies::All, 1, 2).await;
    assert_eq!((part.after, part.entries.len(), part.head_seq), (1, 2, 4));
    for after in [4, 5, u64::MAX] {
        assert_eq!(read(Bodies::All, after, 1000).await.entries.len(), 0);
    }
}

#[tokio::test]
async fn a_page_ends_before_it_is_too_long_for_a_message() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let largest = vec![0; vault_crypto::MAX_PAYLOAD];
    for item in 1..4 {
        let header = peer.header(item);
        let entry = peer.seal(&header, &largest);
        assert_eq!(peer.push(&server.logs, vec![entry]).await.len(), 1);
    }
    let query = LogQuery::default();
    let page = server.logs.page(&account.caller(), None, peer.vault, &query).await.unwrap();
    let encoded = page.encode();
    assert!(encoded.len() <= MAX_PAGE_BYTES);
    assert_eq!((page.entries.len(), page.next()), (2, Some(2)));
    assert_eq!(peer.pull(&server.logs).await.len(), 3);
}

#[tokio::test]
async fn a_page_has_no_more_entries_than_the_server_allows() {
    let server = Server::with_limits(Limits { page_entries: 3, ..Limits::MAX });
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entries = (1..8).map(|item| peer.put(item)).collect();
    peer.push(&server.logs, entries).await;
    let query = LogQuery::default();
    let page = server.logs.page(&account.caller(), None, peer.vault, &query).await.unwrap();
    assert_eq!((page.entries.len(), page.next()), (3, Some(3)));
    assert_eq!(peer.pull(&server.logs).await.len(), 7);
}

#[tokio::test]
async fn a_range_exists_once_it_is_full_and_equals_the_page() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entries = (0..98).map(|item| peer.put(item)).collect();
    peer.push(&server.logs, entries).await;
    let caller = account.caller();
    let vault = peer.vault;
    let range = async |index| server.logs.range(&caller, None, vault, index).await;
    assert_eq!(range(0).await, Err(LogError::NotFound));
    peer.pull(&server.logs).await;
    let entries = (98..200).map(|item| peer.put(item)).collect();
    peer.push(&server.logs, entries).await;
    for index in [0, 1] {
        let query = LogQuery { after: index * 100, limit: 100, bodies: Bodies::None };
        let page = server.logs.page(&caller, None, peer.vault, &query).await.unwrap();
        let range = range(index).await.unwrap();
        assert_eq!(range.entries, page.entries);
        assert_eq!(LogRange::decode(&range.encode()), Ok(range));
    }
    for index in [2, u64::MAX / 100, u64::MAX] {
        assert_eq!(range(index).await, Err(LogError::NotFound));
    }
}
