//! Every route of a vault against those who are invited to it, were removed from it, and came back.

use axum::http::{Method, StatusCode};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_crypto::{InviteLink, InviteSecret, make_grant};
use vault_server::http::ROUTES;
use vault_wire::BlobId;
use vault_wire::cbor::Canonical as _;
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::Head;
use vault_wire::message::{
    AnswerList, DeclareBlob, GrantList, HealBatch, LogEntry, LogPage, PushReply, PushResult, VaultList,
};
use vault_wire::roster::{MemberRole, Op};

use super::vaults::{client, found, path, push};
use crate::log::{Account, Peer};
use crate::support::{Client, TestServer};

/// What somebody sends to each route.
struct Requests {
    entry: LogEntry,
    grant: Grant,
    for_owner: Grant,
    answer: Answer,
}

/// The status of every route under a vault, with what is sent to it. A revision that is refused counts as 422.
async fn statuses(peer: &mut Peer<'_>, client: &mut Client, requests: &Requests) -> Vec<(String, u16)> {
    let Requests { entry, grant, for_owner, answer } = requests;
    let (epoch, document) = (grant.context.epoch, BlobId::from_bytes([7; 16]));
    let own = format!("grants/{epoch}/{}", grant.context.recipient);
    let others = format!("grants/{epoch}/{}", for_owner.context.recipient);
    let heal = HealBatch { first_seq: peer.log.head().seq + 1, entries: vec![entry.clone()] };
    let declare = DeclareBlob::new(document, 4096 + 16).unwrap();
    let list = |grant: &Grant| GrantList { grants: vec![grant.clone()] };
    let chunk = format!("blobs/{document}/0");
    let octets = Some("application/octet-stream");
    let mut all = Vec::new();
    let mut note = |route: &str, status: StatusCode| all.push((route.to_owned(), status.as_u16()));
    for route in ["head", "log", "log?bodies=none", "log/ranges/0", "accepts", "grants"] {
        note(&format!("GET {route}"), client.get(&path(peer, route)).await.status);
    }
    note("GET grants/own", client.get(&path(peer, &own)).await.status);
    note("GET grants/others", client.get(&path(peer, &others)).await.status);
    note("GET blobs", client.get(&path(peer, &format!("blobs/{document}"))).await.status);
    note("GET blobs/0", client.get(&path(peer, &chunk)).await.status);
    note("PUT grants/own", client.put_cbor(&path(peer, &own), grant).await.status);
    note("PUT grants/others", client.put_cbor(&path(peer, &others), for_owner).await.status);
    note("POST grants/own", client.post_cbor(&path(peer, "grants"), &list(grant)).await.status);
    note("POST grants/others", client.post_cbor(&path(peer, "grants"), &list(for_owner)).await.status);
    note("POST blobs", client.post_cbor(&path(peer, "blobs"), &declare).await.status);
    let put = client.call(Method::PUT, &path(peer, &chunk), octets, vec![7; 4096 + 16]).await;
    note("PUT blobs/0", put.status);
    note("POST log/heal", client.post_cbor(&path(peer, "log/heal"), &heal).await.status);
    let batch = peer.batch(false, vec![entry.clone()]);
    let pushed = client.post_cbor(&path(peer, "log"), &batch).await;
    let refused =
        pushed.status == 200 && !matches!(pushed.cbor::<PushReply>().results[0], PushResult::Accepted { .. });
    note("POST log", if refused { StatusCode::UNPROCESSABLE_ENTITY } else { pushed.status });
    note("POST accepts", client.post_cbor(&path(peer, "accepts"), answer).await.status);
    all
}

/// The routes that answered with something else than 403, 404 or a refusal.
async fn open_to(peer: &mut Peer<'_>, client: &mut Client, requests: &Requests) -> Vec<(String, u16)> {
    let statuses = statuses(peer, client, requests).await;
    statuses.into_iter().filter(|(_, status)| !matches!(status, 403 | 404 | 422)).collect()
}

fn requests(peer: &Peer<'_>, account: &Account, owner: &Account, answer: &Answer) -> Requests {
    let mut own = peer.of(account);
    let grant = |epoch, recipient: &Account, peer: &mut Peer<'_>| Grant {
        context: vault_wire::grant::GrantContext {
            vault_id: peer.vault,
            epoch,
            recipient: recipient.id(),
            generation: 1,
        },
        ..make_grant(peer.log.roster(), epoch, &owner.id(), &peer.key, &mut peer.rng).unwrap()
    };
    let epoch = peer.log.roster().epoch();
    Requests {
        entry: own.put(account.id().as_bytes()[0]),
        grant: grant(epoch, account, &mut own),
        for_owner: grant(epoch, owner, &mut own),
        answer: answer.clone(),
    }
}

fn named(routes: &[(&str, u16)]) -> Vec<(String, u16)> {
    routes.iter().map(|(route, status)| ((*route).to_owned(), *status)).collect()
}

#[tokio::test]
async fn t53_vault_routes_by_membership() {
    let server = TestServer::start().await;
    let (owner, bob, stranger) = (Account::new(1), Account::new(2), Account::new(3));
    let (mut peer, mut of_owner) = found(&server, &owner).await;
    let entry = peer.put(1);
    push(&mut peer, &mut of_owner, vec![entry]).await;
    let grant = make_grant(peer.log.roster(), 1, &owner.id(), &peer.key, &mut peer.rng).unwrap();
    let own = path(&peer, &format!("grants/1/{}", owner.id()));
    assert_eq!(of_owner.put_cbor(&own, &grant).await.status, 204);
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Editor, u64::MAX)], None);
    push(&mut peer, &mut of_owner, vec![record]).await;
    let Head { seq, root } = peer.log.head();
    let link = InviteLink {
        server: String::new(),
        vault_id: peer.vault,
        genesis_hash: *peer.log.roster().genesis_hash(),
        inviter: owner.id(),
        seq,
        root,
        secret,
    };
    let answer =
        link.accept(&peer.log, &bob.identity, &bob.certificate, &"Bob".into(), 1, &mut peer.rng).unwrap();
    let (mut of_bob, mut of_stranger) = (client(&server, &bob, 2).await, client(&server, &stranger, 3).await);

    // Nothing is left out.
    let sent = requests(&peer, &stranger, &owner, &answer);
    let statuses = statuses(&mut peer, &mut of_stranger, &sent).await;
    let listed = ROUTES.iter().filter(|route| route.1.starts_with("/v1/vaults/{v}/"));
    for route in listed {
        let place = route.1.trim_start_matches("/v1/vaults/{v}/");
        let first = place.split("/{").next().unwrap();
        let asked = |(asked, _): &(String, u16)| asked.starts_with(&format!("{} {first}", route.0));
        assert!(statuses.iter().any(asked), "{} {}", route.0, route.1);
    }
    // A stranger, who has somebody else's answer.
    assert_eq!(open_to(&mut peer, &mut of_stranger, &sent).await, []);
    let reading = |account: &Account| {
        Some(Base64UrlUnpadded::encode_string(&link.secret.reading(&peer.vault, account.id()).encode()))
    };
    // One who shows an invitation that was made out to another reader.
    let (of_theirs, own) = (reading(&stranger), reading(&bob));
    of_bob.invitation.clone_from(&of_theirs);
    let sent = requests(&peer, &bob, &owner, &answer);
    assert_eq!(open_to(&mut peer, &mut of_bob, &sent).await, named(&[("POST accepts", 204)]));
    // One who is invited reads without bodies.
    of_bob.invitation.clone_from(&own);
    let of_invited = [("GET head", 200), ("GET log?bodies=none", 200), ("POST accepts", 204)];
    assert_eq!(open_to(&mut peer, &mut of_bob, &sent).await, named(&of_invited));

    // An editor.
    let add = Op::Add {
        certificate: Box::new(bob.certificate.clone()),
        role: MemberRole::Editor,
        accept: Some(Box::new(answer.accept.clone())),
    };
    let record = peer.record(vec![add], None);
    push(&mut peer, &mut of_owner, vec![record]).await;
    of_bob.invitation = None;
    let sent = requests(&peer, &bob, &owner, &answer);
    let of_editor = [
        ("GET head", 200),
        ("GET log", 200),
        ("GET log?bodies=none", 200),
        ("PUT grants/own", 204),
        ("POST grants/own", 204),
        ("POST blobs", 200),
        ("PUT blobs/0", 204),
        ("POST log", 200),
    ];
    assert_eq!(open_to(&mut peer, &mut of_bob, &sent).await, named(&of_editor));
    let after = format!("log?after={}", peer.log.head().seq);
    let page: LogPage = of_owner.get(&path(&peer, &after)).await.cbor();
    peer.take(&page);

    // Removed, with the session and the invitation that he had: the log up to there, without bodies.
    let epoch = peer.epoch();
    let record = peer.record(vec![Op::Remove { account: bob.id() }, epoch], None);
    push(&mut peer, &mut of_owner, vec![record]).await;
    let removed_at = peer.log.head().seq;
    let entry = peer.put(2);
    push(&mut peer, &mut of_owner, vec![entry]).await;
    let sent = requests(&peer, &bob, &owner, &answer);
    for invitation in [None, own] {
        of_bob.invitation = invitation;
        let open = open_to(&mut peer, &mut of_bob, &sent).await;
        assert_eq!(open, named(&[("GET log?bodies=none", 200)]));
    }
    for after in [0, removed_at, removed_at + 1] {
        let rest = format!("log?bodies=none&after={after}");
        let page: LogPage = of_bob.get(&path(&peer, &rest)).await.cbor();
        assert_eq!(
            (page.head_seq, page.entries.len() as u64),
            (removed_at, removed_at.saturating_sub(after))
        );
    }
    assert_eq!(of_bob.get("/v1/vaults").await.cbor::<VaultList>().vaults, []);
    let answers: AnswerList = of_owner.get(&path(&peer, "accepts")).await.cbor();
    assert_eq!(answers.answers, []);

    // Back as a viewer: he reads, and gets only his own grant.
    let record = peer.record(vec![bob.add(MemberRole::Viewer)], None);
    push(&mut peer, &mut of_owner, vec![record]).await;
    let grant = make_grant(peer.log.roster(), 2, &bob.id(), &peer.key, &mut peer.rng).unwrap();
    let list = GrantList { grants: vec![grant] };
    assert_eq!(of_owner.post_cbor(&path(&peer, "grants"), &list).await.status, 204);
    let sent = requests(&peer, &bob, &owner, &answer);
    let of_viewer = [
        ("GET head", 200),
        ("GET log", 200),
        ("GET log?bodies=none", 200),
        ("GET grants/own", 200),
        ("GET blobs/0", 200),
        ("PUT grants/own", 204),
        ("POST grants/own", 204),
    ];
    assert_eq!(open_to(&mut peer, &mut of_bob, &sent).await, named(&of_viewer));
    assert_eq!(of_bob.get("/v1/vaults").await.cbor::<VaultList>().vaults.len(), 1);
}
