//! The routes of vaults, over TLS.

use axum::http::Method;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_crypto::{InviteSecret, make_grant};
use vault_wire::BlobId;
use vault_wire::account::SignedCertificate;
use vault_wire::blob::BlobLayout;
use vault_wire::cbor::Canonical as _;
use vault_wire::grant::Grant;
use vault_wire::message::{
    AccountUsage, AnswerList, ChunkList, ChunkRange, DeclareBlob, GrantList, LogEntry, LogPage, LogRange,
    MissingChunks, PushBatch, PushReply, PushResult, VaultHead, VaultList,
};
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::roster::{MemberRole, Op};

use crate::log::{Account, Peer};
use crate::support::{Began, Client, TestServer};

const PASSWORD: Began = Began { method: 1, factor: false };

pub async fn client(server: &TestServer, account: &Account, number: u8) -> Client {
    client_as(server, account, number, PASSWORD).await
}

pub async fn client_as(server: &TestServer, account: &Account, number: u8, began: Began) -> Client {
    let mut client = server.client(number);
    client.get_session_as(&server.app, account.id(), &account.certificate, began).await;
    client
}

/// A vault on the server, with the client of its owner.
pub async fn found<'a>(server: &TestServer, owner: &'a Account) -> (Peer<'a>, Client) {
    let mut client = client(server, owner, 1).await;
    let (peer, genesis) = Peer::make(owner, 1);
    let answer = client.post_cbor("/v1/vaults", &genesis).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.cbor::<VaultHead>().vault_id, peer.vault);
    (peer, client)
}

pub fn path(peer: &Peer<'_>, rest: &str) -> String {
    format!("/v1/vaults/{}/{rest}", peer.vault)
}

pub async fn push(peer: &mut Peer<'_>, client: &mut Client, entries: Vec<LogEntry>) -> Vec<PushResult> {
    let batch = peer.batch(false, entries);
    let reply: PushReply = client.post_cbor(&path(peer, "log"), &batch).await.cbor();
    let after = format!("log?after={}", peer.log.head().seq);
    let page: LogPage = client.get(&path(peer, &after)).await.cbor();
    peer.take(&page);
    reply.results
}

#[tokio::test]
async fn a_vault_is_created_written_and_read() {
    let server = TestServer::start().await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let entries = (0..99).map(|item| peer.put(item)).collect();
    assert_eq!(push(&mut peer, &mut client_1, entries).await.len(), 99);
    let head: VaultHead = client_1.get(&path(&peer, "head")).await.cbor();
    assert_eq!((head.seq, head.root), (100, peer.log.head().root));
    let page: LogPage = client_1.get(&path(&peer, "log?bodies=none&limit=5&after=7")).await.cbor();
    assert_eq!((page.after, page.entries.len()), (7, 5));
    let range = client_1.get(&path(&peer, "log/ranges/0")).await;
    assert_eq!(range.headers["cache-control"], "private, max-age=31536000, immutable");
    assert_eq!(range.headers["etag"], "\"0\"");
    assert_eq!(range.cbor::<LogRange>().entries.len(), 100);

    // A member is added, gets the key, and is seen by the owner.
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    push(&mut peer, &mut client_1, vec![record]).await;
    let grant = make_grant(peer.log.roster(), 1, &member.id(), &peer.key, &mut peer.rng).unwrap();
    let list = GrantList { grants: vec![grant.clone()] };
    assert_eq!(client_1.post_cbor(&path(&peer, "grants"), &list).await.status, 204);
    let place = path(&peer, &format!("grants/1/{}", member.id()));
    assert_eq!(client_1.put_cbor(&place, &grant).await.status, 204);
    let other = path(&peer, &format!("grants/2/{}", member.id()));
    assert_eq!(client_1.put_cbor(&other, &grant).await.problem(), (400, "malformed".to_owned()));
    let mut client_2 = client(&server, &member, 2).await;
    assert_eq!(client_2.get(&place).await.cbor::<Grant>(), grant);
    let list: VaultList = client_2.get("/v1/vaults").await.cbor();
    assert_eq!(list.vaults.len(), 1);
    let list: VaultList = client_2.get(&format!("/v1/vaults?after={}", peer.vault)).await.cbor();
    assert_eq!(list.vaults.len(), 0);
    let certificate = client_1.get(&format!("/v1/accounts/{}", member.id())).await;
    assert_eq!(certificate.cbor::<SignedCertificate>(), member.certificate);
    let answers: AnswerList = client_1.get(&path(&peer, "accepts")).await.cbor();
    assert_eq!(answers.answers.len(), 0);
    assert_eq!(client_2.get(&path(&peer, "accepts")).await.problem(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn those_invited_read_with_their_header() {
    let server = TestServer::start().await;
    let (owner, joiner) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Viewer, u64::MAX)], None);
    push(&mut peer, &mut client_1, vec![record]).await;
    let mut client_2 = client(&server, &joiner, 2).await;
    let (head, log) = (path(&peer, "head"), path(&peer, "log?bodies=none"));
    assert_eq!(client_2.get(&head).await.problem(), (404, "not-found".to_owned()));
    let proof = secret.reading(&peer.vault, joiner.id()).encode();
    client_2.invitation = Some(Base64UrlUnpadded::encode_string(&proof));
    assert_eq!(client_2.get(&head).await.cbor::<VaultHead>().seq, 2);
    assert_eq!(client_2.get(&log).await.cbor::<LogPage>().entries.len(), 2);
    assert_eq!(client_2.get(&path(&peer, "log")).await.problem(), (403, "forbidden".to_owned()));
    let certificate = client_2.get(&format!("/v1/accounts/{}", owner.id())).await;
    assert_eq!(certificate.cbor::<SignedCertificate>(), owner.certificate);
    for wrong in ["", "x", &"A".repeat(10_000)] {
        client_2.invitation = Some(wrong.to_owned());
        assert_eq!(client_2.get(&head).await.problem(), (404, "not-found".to_owned()));
    }
}

#[tokio::test]
async fn a_repeated_batch_gets_the_first_reply_and_a_reused_id_none() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let entry = peer.put(1);
    let batch = peer.batch(false, vec![entry]);
    let log = path(&peer, "log");
    let first = client.post_cbor(&log, &batch).await.body;
    assert_eq!(client.post_cbor(&log, &batch).await.body, first);
    let other = PushBatch { atomic: true, ..batch };
    assert_eq!(client.post_cbor(&log, &other).await.problem(), (409, "batch-reused".to_owned()));
}

#[tokio::test]
async fn requests_of_another_form_are_problems() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    for rest in [
        "head/x",
        "log/ranges/00",
        "log/ranges/+1",
        "log/ranges/1",
        "log/ranges/99999999999999999999",
        "grants/1/xyz",
    ] {
        assert_eq!(client.get(&path(&peer, rest)).await.problem().1, "not-found", "{rest}");
    }
    let upper = peer.vault.to_string().to_uppercase();
    assert_eq!(client.get(&format!("/v1/vaults/{upper}/head")).await.problem().1, "not-found");
    for query in ["after=-1", "after=1&after=1", "limit=0", "limit=1001", "bodies=some", "x=1"] {
        let answer = client.get(&path(&peer, &format!("log?{query}"))).await;
        assert_eq!(answer.problem(), (400, "malformed".to_owned()), "{query}");
    }
    assert_eq!(client.get("/v1/vaults?after=x").await.problem().0, 400);

    let entry = peer.put(1);
    let bytes = peer.batch(false, vec![entry]).encode();
    let log = path(&peer, "log");
    let mut send = async |media_type, body| client.call(Method::POST, &log, media_type, body).await.problem();
    let cbor = Some("application/cbor");
    for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(send(cbor, bytes[..end].to_vec()).await, (400, "malformed".to_owned()));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(send(cbor, longer).await, (400, "malformed".to_owned()));
    let mut version = bytes.clone();
    version[1] = 2;
    assert_eq!(send(cbor, version).await, (400, "version-unknown".to_owned()));
    for media_type in [None, Some("application/json"), Some("text/plain")] {
        assert_eq!(send(media_type, bytes.clone()).await, (415, "media-type".to_owned()));
    }
    assert_eq!(send(cbor, vec![0; PushBatch::MAX_LEN + 1]).await, (413, "too-large".to_owned()));
    let page: LogPage = client.get(&path(&peer, "log?after=1")).await.cbor();
    assert_eq!(page.head_seq, 1);
}

#[tokio::test]
async fn no_session_and_that_of_a_recovery_code_get_nothing_of_a_vault() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (peer, _) = found(&server, &owner).await;
    let mut none = server.client(2);
    let mut code = client_as(&server, &owner, 3, Began { method: 2, factor: true }).await;
    let routes = ["/v1/vaults".to_owned(), path(&peer, "head"), path(&peer, "log"), path(&peer, "accepts")];
    for route in routes {
        assert_eq!(none.get(&route).await.problem(), (401, "token-invalid".to_owned()));
        assert_eq!(code.get(&route).await.problem(), (403, "forbidden".to_owned()));
    }
}

#[tokio::test]
async fn a_vault_with_a_required_factor_says_so() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let require = peer.record(vec![Op::Require { second_factor: true }], Some(&owner.root));
    let batch = peer.batch(false, vec![require]);
    client.post_cbor(&path(&peer, "log"), &batch).await.cbor::<PushReply>();
    let refused = (403, "factor-required".to_owned());
    assert_eq!(client.get(&path(&peer, "head")).await.problem(), refused);
    let mut second = client_as(&server, &owner, 2, Began { method: 1, factor: true }).await;
    assert_eq!(second.get(&path(&peer, "head")).await.cbor::<VaultHead>().seq, 2);
}

#[tokio::test]
async fn a_push_during_recovery_is_told_when_to_come_back() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let now = server.app.clock.now();
    server.app.logs.begin_recovery(now, now + 5000).await.unwrap();
    let entry = peer.put(1);
    let batch = peer.batch(false, vec![entry]);
    let answer = client.post_cbor(&path(&peer, "log"), &batch).await;
    assert_eq!(answer.problem(), (503, "read-only".to_owned()));
    assert_eq!(answer.headers["retry-after"], "5");
    let range = format!("{:?}", client.get("/.well-known/coffer").await.body);
    assert!(range.contains("recovery") && range.contains("until"), "{range}");
    server.pass(5000);
    client.post_cbor(&path(&peer, "log"), &batch).await.cbor::<PushReply>();
}

#[tokio::test]
async fn a_document_is_uploaded_named_and_read() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let layout = BlobLayout::new(1).unwrap();
    let chunk = vec![7; 4096 + 16];
    let id = BlobId::from_bytes([7; 16]);
    let declare = DeclareBlob::new(id, layout.sealed()).unwrap();
    let missing: MissingChunks = client.post_cbor(&path(&peer, "blobs"), &declare).await.cbor();
    assert_eq!(missing.ranges, [ChunkRange { first: 0, count: 1 }]);
    let place = path(&peer, &format!("blobs/{id}/0"));
    let octets = Some("application/octet-stream");
    let put = async |client: &mut Client, media_type, body| {
        client.call(Method::PUT, &place, media_type, body).await
    };
    assert_eq!(put(&mut client, None, chunk.clone()).await.problem().0, 415);
    assert_eq!(put(&mut client, octets, vec![7; 10]).await.problem().0, 400);
    assert_eq!(put(&mut client, octets, vec![7; (4 << 20) + 17]).await.problem().0, 413);
    assert_eq!(put(&mut client, octets, chunk.clone()).await.status, 204);
    assert_eq!(put(&mut client, octets, vec![8; 4096 + 16]).await.problem(), (409, "exists".to_owned()));
    let missing: MissingChunks = client.post_cbor(&path(&peer, "blobs"), &declare).await.cbor();
    assert_eq!(missing.ranges, []);
    let list: ChunkList = client.get(&path(&peer, &format!("blobs/{id}"))).await.cbor();
    let named = BlobRef { blob_id: id, ct_size: layout.sealed(), ct_root: list.root() };
    let header = RevisionHeader { blobs: vec![named], ..peer.header(1) };
    let entry = peer.seal(&header, b"");
    assert_eq!(push(&mut peer, &mut client, vec![entry]).await, [PushResult::Accepted { seq: 2 }]);
    let usage: AccountUsage = client.get("/v1/account/usage").await.json();
    // The document, and the body of the revision.
    assert_eq!((usage.bytes, usage.vaults.len()), (4096 + 16 + 1024 + 73, 1));
    let answer = client.get(&place).await;
    assert_eq!(answer.headers["content-type"], "application/octet-stream");
    assert_eq!(answer.body, chunk);
    for rest in [format!("blobs/{id}/1"), format!("blobs/{id}/00"), "blobs/07".to_owned()] {
        assert_eq!(client.get(&path(&peer, &rest)).await.problem().0, 404, "{rest}");
    }
}
