//! Vaults, logs, grants and documents by their routes.

use std::sync::Arc;

use vault_crypto::{make_grant, make_revision, open_grant};
use vault_sync::{Error, Session};
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, chunk_hash};
use vault_wire::log::{LogVerifier, Verdict};
use vault_wire::message::{
    Bodies, ChunkRange, DeclareBlob, GrantList, LogEntry, LogPage, LogQuery, ProblemCode, PushBatch,
    PushReply, PushResult, VaultHead, VaultList,
};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{BatchId, BlobId, ItemId, VaultId};

use crate::support::{HostileServer, Owner, TestServer, device, done, rng};

/// A session at a lying server, with the account's home vault.
async fn founder() -> (TestServer, HostileServer, Owner, Session) {
    let server = TestServer::start().await;
    let owner = Owner::opened(&server, 1).await;
    let hostile = HostileServer::before(&server).await;
    let client = device(hostile.origin(), &hostile.trust());
    let session = done(owner.sign_in(&client, &Arc::default()).await).session;
    session.create_vault(&LogEntry::Record(owner.home.record.clone())).await.unwrap();
    (server, hostile, owner, session)
}

/// A batch with the first revision of an item.
fn batch(owner: &Owner, number: u8) -> PushBatch {
    let log = verifier(owner);
    let header = RevisionHeader {
        vault_id: owner.home.vault_id,
        item_id: ItemId::from_bytes([number; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author: owner.root.account_id(),
        generation: 1,
        epoch: 1,
        base_seq: log.head().seq,
        base_root: log.head().root,
        blobs: Vec::new(),
    };
    let sealed =
        make_revision(&header, b"payload", &owner.home.key, &owner.keyset.identity, &mut rng()).unwrap();
    let entries = vec![LogEntry::Revision { revision: sealed.signed, body: Some(sealed.body) }];
    PushBatch { batch_id: BatchId::from_bytes([number; 16]), atomic: false, entries }
}

/// The log as the founder has made it.
fn verifier(owner: &Owner) -> LogVerifier {
    LogVerifier::from_genesis(&owner.home.record, Some(&owner.home.genesis_hash)).unwrap()
}

#[tokio::test]
async fn a_pushed_revision_is_read_back_in_the_verified_log() {
    let (_server, hostile, owner, session) = founder().await;
    let vault = owner.home.vault_id;
    let batch = batch(&owner, 1);
    let reply = session.push(&vault, &batch).await.unwrap();
    assert_eq!(reply.results, [PushResult::Accepted { seq: 2 }]);
    assert_eq!(session.push(&vault, &batch).await.unwrap(), reply, "a repeated batch has the first answer");

    let query = LogQuery { after: 1, limit: 10, bodies: Bodies::Live };
    let page = session.log_page(&vault, &query).await.unwrap();
    let asked = hostile.seen().pop().unwrap().query;
    assert_eq!(asked.as_deref(), Some("after=1&limit=10&bodies=live"));
    assert_eq!(page.entries, batch.entries);
    let mut log = verifier(&owner);
    let verdicts: Vec<_> = page.entries.iter().map(|entry| log.push(entry.as_entry())).collect();
    assert!(matches!(verdicts[..], [Verdict::Accepted]), "{verdicts:?}");
    assert_eq!(log.head().root, page.head_root);
    let head = session.head(&vault).await.unwrap();
    assert_eq!((head.seq, head.root), (2, page.head_root));
    assert_eq!(session.vaults(None).await.unwrap().vaults, [head]);
    assert!(session.vaults(Some(&vault)).await.unwrap().vaults.is_empty());
    let missing = session.log_range(&vault, 0).await.unwrap_err();
    assert_eq!(missing.code(), Some(ProblemCode::NotFound), "the first hundred entries do not exist");
    assert_eq!(session.usage().await.unwrap().vaults.len(), 1);
}

#[tokio::test]
async fn grants_are_stored_and_open() {
    let (_server, _hostile, owner, session) = founder().await;
    let (vault, account) = (owner.home.vault_id, owner.root.account_id());
    let log = verifier(&owner);
    let grant = make_grant(log.roster(), 1, &account, &owner.home.key, &mut rng()).unwrap();
    session.put_grant(&vault, &grant).await.unwrap();
    assert_eq!(session.grant(&vault, 1, &account).await.unwrap(), grant);
    let other = make_grant(log.roster(), 1, &account, &owner.home.key, &mut rng()).unwrap();
    session.put_grants(&vault, &GrantList { grants: vec![other.clone()] }).await.unwrap();
    let stored = session.grant(&vault, 1, &account).await.unwrap();
    assert_eq!(stored, other);
    let opened = open_grant(log.roster(), &stored, &account, &owner.keyset.identity);
    assert!(opened.unwrap().is_same_as(&owner.home.key));
    assert_eq!(session.certificate(&account).await.unwrap(), owner.certificate);
}

#[tokio::test]
async fn documents_are_sent_and_read_in_chunks() {
    let (_server, _hostile, owner, session) = founder().await;
    let vault = owner.home.vault_id;
    // Two chunks; what they say is sealed elsewhere.
    let (blob, layout) = (BlobId::from_bytes([5; 16]), BlobLayout::new(5 << 20).unwrap());
    let document = DeclareBlob::new(blob, layout.sealed()).unwrap();
    let missing = |first, count| vec![ChunkRange { first, count }];
    assert_eq!(session.declare(&vault, &document).await.unwrap().ranges, missing(0, 2));
    let length = |number| (layout.chunk_len(number) + CHUNK_OVERHEAD) as usize;
    let chunk = |number| vec![7; length(number)];
    session.put_chunk(&vault, &blob, 0, chunk(0)).await.unwrap();
    assert_eq!(session.declare(&vault, &document).await.unwrap().ranges, missing(1, 1));
    session.put_chunk(&vault, &blob, 1, chunk(1)).await.unwrap();
    assert!(session.declare(&vault, &document).await.unwrap().ranges.is_empty());
    assert_eq!(session.chunk(&vault, &blob, 0).await.unwrap(), chunk(0));
    let hashes = session.chunk_list(&vault, &blob).await.unwrap().hashes;
    assert_eq!(hashes, [chunk_hash(&chunk(0)), chunk_hash(&chunk(1))]);
    let changed = vec![8; length(1)];
    let error = session.put_chunk(&vault, &blob, 1, changed).await.unwrap_err();
    assert_eq!(error.code(), Some(ProblemCode::Exists));
}

#[tokio::test]
async fn t02_answers_for_another_request_are_refused() {
    let (_server, hostile, owner, session) = founder().await;
    let vault = owner.home.vault_id;
    let other = VaultId::from_bytes([0xEE; 16]);
    let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
    hostile.changes("GET /v1/vaults/*", move |sent, reply| match sent.route.ends_with("/head") {
        true => reply.change_cbor(|head: &mut VaultHead| head.vault_id = other),
        false => reply.change_cbor(|page: &mut LogPage| page.vault_id = other),
    });
    assert!(matches!(session.head(&vault).await, Err(Error::Malformed)));
    assert!(matches!(session.log_page(&vault, &query).await, Err(Error::Malformed)));
    hostile.reforms();
    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| (page.after, page.head_seq) = (1, 2));
    });
    assert!(matches!(session.log_page(&vault, &query).await, Err(Error::Malformed)), "of another place");
    hostile.reforms();
    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries.push(page.entries[0].clone());
            page.head_seq = 2;
        });
    });
    assert!(matches!(session.log_page(&vault, &query).await, Err(Error::Malformed)), "of more entries");
    hostile.reforms();
    // The same page of vaults for ever.
    hostile.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            let head = VaultHead {
                vault_id: vault,
                seq: 1,
                root: [1; 32].into(),
                epoch: 1,
                last_record: [1; 32].into(),
            };
            (list.vaults, list.next) = (vec![head], Some(vault));
        });
    });
    assert_eq!(session.vaults(None).await.unwrap().next, Some(vault));
    assert!(matches!(session.vaults(Some(&vault)).await, Err(Error::Malformed)));
    hostile.reforms();
    hostile.changes("POST /v1/vaults/*", |_, reply| {
        reply.change_cbor(|reply: &mut PushReply| reply.results.push(PushResult::Accepted { seq: 1 }));
    });
    assert!(matches!(session.push(&vault, &batch(&owner, 1)).await, Err(Error::Malformed)));
}
