//! What programs send for a vault: entries, members, grants, documents, and after a restore. All randomness is fixed, so
//! every message is the same each time.

use axum::http::Method;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_crypto::{InviteLink, InviteSecret, SecretText, make_grant};
use vault_wire::BlobId;
use vault_wire::blob::BlobLayout;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{ChunkList, DeclareBlob, GrantList, HealBatch, LogEntry, LogPage};
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::roster::{MemberRole, Op};

use crate::http::vaults::{client, found, path, push};
use crate::log::{Account, Peer};
use crate::support::{Client, TestServer};

/// A vault from its first entry to a restore.
pub async fn life(server: &TestServer) {
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(server, &owner).await;
    entries(&mut peer, &mut client_1).await;
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    push(&mut peer, &mut client_1, vec![record]).await;
    let mut client_2 = client(server, &member, 2).await;
    grants(&mut peer, &mut client_1, &mut client_2, &member).await;
    invitation(server, &mut peer, &mut client_1).await;
    document(&mut peer, &mut client_1).await;
    restore(server, &mut peer, &mut client_1).await;
    for path in ["/v1/vaults".to_owned(), format!("/v1/vaults?after={}", peer.vault)] {
        client_2.get(&path).await;
    }
    client_1.get("/v1/account/usage").await;
    for client in [&mut client_1, &mut client_2] {
        client.get(&path(&peer, "grants")).await;
    }
}

/// Pushes in all ways, and reads.
async fn entries(peer: &mut Peer<'_>, client: &mut Client) {
    let (first, second) = (peer.put(1), peer.put(2));
    push(peer, client, vec![first.clone(), second]).await;
    // A conflict, one that is refused, and a batch of which nothing is stored.
    let forged = match peer.put(3) {
        LogEntry::Revision { mut revision, body } => {
            revision.signature = vault_wire::Signature::from_bytes([1; 64]);
            LogEntry::Revision { revision, body }
        }
        record => record,
    };
    let valid = peer.put(4);
    let batch = peer.batch(true, vec![valid.clone(), first.clone(), forged]);
    client.post_cbor(&path(peer, "log"), &batch).await;
    let (tombstone, policy) = (peer.tombstone(2), vec![Op::Policy { keep_days: 90 }]);
    push(peer, client, vec![tombstone, valid, first]).await;
    let policy = peer.record(policy, Some(&peer.account.root));
    push(peer, client, vec![policy]).await;
    for rest in ["head", "log?after=1&limit=3&bodies=all", "log?bodies=none", "log/ranges/0"] {
        client.get(&path(peer, rest)).await;
    }
}

/// Puts grants in both ways, and reads one.
async fn grants(peer: &mut Peer<'_>, one: &mut Client, two: &mut Client, member: &Account) {
    let grant = make_grant(peer.log.roster(), 1, &member.id(), &peer.key, &mut peer.rng).unwrap();
    one.post_cbor(&path(peer, "grants"), &GrantList { grants: vec![grant.clone()] }).await;
    let place = path(peer, &format!("grants/1/{}", member.id()));
    one.put_cbor(&place, &grant).await;
    two.get(&place).await;
    one.get(&place).await;
    one.get(&format!("/v1/accounts/{}", member.id())).await;
}

/// Invites an account, which answers.
async fn invitation(server: &TestServer, peer: &mut Peer<'_>, one: &mut Client) {
    let joiner = Account::new(3);
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Viewer, u64::MAX)], None);
    push(peer, one, vec![record]).await;
    let mut client_3 = client(server, &joiner, 3).await;
    let reading = secret.reading(&peer.vault, joiner.id()).encode();
    client_3.invitation = Some(Base64UrlUnpadded::encode_string(&reading));
    client_3.get(&path(peer, "log?bodies=none&after=5")).await;
    let head = peer.log.head();
    let link = InviteLink {
        server: String::new(),
        vault_id: peer.vault,
        genesis_hash: *peer.log.roster().genesis_hash(),
        inviter: peer.account.id(),
        seq: head.seq,
        root: head.root,
        secret,
    };
    let name = SecretText::new("Ada".to_owned());
    let (identity, certificate) = (&joiner.identity, &joiner.certificate);
    let answer = link.accept(&peer.log, identity, certificate, &name, 1, &mut peer.rng).unwrap();
    client_3.post_cbor(&path(peer, "accepts"), &answer).await;
    one.get(&path(peer, "accepts")).await;
}

/// Uploads a document, names it, and reads it.
async fn document(peer: &mut Peer<'_>, client: &mut Client) {
    let (layout, id) = (BlobLayout::new(1).unwrap(), BlobId::from_bytes([7; 16]));
    let declare = DeclareBlob::new(id, layout.sealed()).unwrap();
    client.post_cbor(&path(peer, "blobs"), &declare).await;
    let place = path(peer, &format!("blobs/{id}/0"));
    client.call(Method::PUT, &place, Some("application/octet-stream"), vec![7; 4096 + 16]).await;
    client.post_cbor(&path(peer, "blobs"), &declare).await;
    let list: ChunkList = client.get(&path(peer, &format!("blobs/{id}"))).await.cbor();
    let named = BlobRef { blob_id: id, ct_size: layout.sealed(), ct_root: list.root() };
    let header = RevisionHeader { blobs: vec![named], ..peer.header(1) };
    let entry = peer.seal(&header, b"");
    push(peer, client, vec![entry]).await;
    client.get(&place).await;
}

/// Sends entries again that a restored server has lost.
async fn restore(server: &TestServer, peer: &mut Peer<'_>, client: &mut Client) {
    let now = server.now();
    server.app.logs.begin_recovery(now, now + 5000).await.unwrap();
    client.get("/.well-known/coffer").await;
    let lost = peer.put(5);
    let batch = peer.batch(false, vec![lost.clone()]);
    client.post_cbor(&path(peer, "log"), &batch).await;
    let heal = HealBatch { first_seq: peer.log.head().seq + 1, entries: vec![lost] };
    client.post_cbor(&path(peer, "log/heal"), &heal).await;
    server.app.logs.end_recovery(now).await.unwrap();
    let after = format!("log?after={}", peer.log.head().seq);
    let page: LogPage = client.get(&path(peer, &after)).await.cbor();
    peer.take(&page);
}
