//! Invitations, their answers, and grants.

use vault_crypto::{InviteLink, InviteSecret, SecretText, make_grant, open_grant};
use vault_server::log::{Caller, LogError};
use vault_testkit::FixedRng;
use vault_wire::grant::Grant;
use vault_wire::log::RejectReason;
use vault_wire::message::{Bodies, LackingGrants, LogQuery, Refusal};
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{ContentHash, VaultId};

use super::peer::NOW;
use super::{Account, Peer, Server};

fn name() -> SecretText {
    SecretText::new("Ada".to_owned())
}

fn refused(reason: RejectReason) -> LogError {
    LogError::Refused(Some(Refusal::Rejected(reason)))
}

#[tokio::test]
async fn an_answer_waits_for_a_manager_until_the_account_is_a_member() {
    let server = Server::new();
    let (owner, joiner, stranger) = (Account::new(1), Account::new(2), Account::new(3));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Editor, NOW + 1)], None);
    peer.commit(&server.logs, record).await;
    let head = peer.log.head();
    let link = InviteLink {
        server: String::new(),
        vault_id: peer.vault,
        genesis_hash: *peer.log.roster().genesis_hash(),
        inviter: owner.id(),
        seq: head.seq,
        root: head.root,
        secret,
    };
    let answer =
        link.accept(&peer.log, &joiner.identity, &joiner.certificate, &name(), NOW, &mut peer.rng).unwrap();
    // By another account than the one that answers, or changed: refused.
    let by_other = server.logs.answer(&stranger.caller(), peer.vault, &answer).await;
    assert_eq!(by_other, Err(LogError::Forbidden));
    let mut changed = answer.clone();
    changed.accept.by_key = changed.accept.by_invite;
    let changed = server.logs.answer(&joiner.caller(), peer.vault, &changed).await;
    assert_eq!(changed, Err(refused(RejectReason::Invitation)));

    server.logs.answer(&joiner.caller(), peer.vault, &answer).await.unwrap();
    server.logs.answer(&joiner.caller(), peer.vault, &answer).await.unwrap();
    let list = server.logs.answers(&owner.caller(), peer.vault).await.unwrap();
    assert_eq!(list.answers, std::slice::from_ref(&answer));

    let add = Op::Add {
        certificate: Box::new(joiner.certificate.clone()),
        role: MemberRole::Editor,
        accept: Some(Box::new(answer.accept.clone())),
    };
    let record = peer.record(vec![add], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(server.logs.answers(&owner.caller(), peer.vault).await.unwrap().answers, []);
    assert_eq!(server.logs.answers(&joiner.caller(), peer.vault).await, Err(LogError::Forbidden));
    let late = server.logs.answer(&joiner.caller(), peer.vault, &answer).await;
    assert_eq!(late, Err(refused(RejectReason::Member)));
}

#[tokio::test]
async fn answers_to_a_revoked_invitation_are_deleted_and_refused() {
    let server = Server::new();
    let (owner, joiner) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let secret = InviteSecret::make(&mut peer.rng);
    let key = secret.public();
    let record = peer.record(vec![secret.invite_op(MemberRole::Viewer, NOW + 1)], None);
    peer.commit(&server.logs, record).await;
    let head = peer.log.head();
    let link = InviteLink {
        server: String::new(),
        vault_id: peer.vault,
        genesis_hash: *peer.log.roster().genesis_hash(),
        inviter: owner.id(),
        seq: head.seq,
        root: head.root,
        secret,
    };
    let answer =
        link.accept(&peer.log, &joiner.identity, &joiner.certificate, &name(), NOW, &mut peer.rng).unwrap();
    server.logs.answer(&joiner.caller(), peer.vault, &answer).await.unwrap();
    let record = peer.record(vec![Op::Revoke { key }], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(server.logs.answers(&owner.caller(), peer.vault).await.unwrap().answers, []);
    let late = server.logs.answer(&joiner.caller(), peer.vault, &answer).await;
    assert_eq!(late, Err(refused(RejectReason::Invitation)));
    // Opened again by another record, the invitation needs another answer.
    let record = peer.record(vec![link.secret.invite_op(MemberRole::Viewer, NOW + 1)], None);
    peer.commit(&server.logs, record).await;
    let stale = server.logs.answer(&joiner.caller(), peer.vault, &answer).await;
    assert_eq!(stale, Err(refused(RejectReason::Invitation)));
    let answer =
        link.accept(&peer.log, &joiner.identity, &joiner.certificate, &name(), NOW, &mut peer.rng).unwrap();
    server.logs.answer(&joiner.caller(), peer.vault, &answer).await.unwrap();
    // Added without the answer, the account has no use for it any more.
    let record = peer.record(vec![joiner.add(MemberRole::Viewer)], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(server.logs.answers(&owner.caller(), peer.vault).await.unwrap().answers, []);
}

#[tokio::test]
async fn a_grant_is_put_by_those_who_may_and_read_by_its_recipient() {
    let server = Server::new();
    let (owner, member) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    let grant = |epoch, account: &Account, peer: &mut Peer<'_>| -> Grant {
        make_grant(peer.log.roster(), epoch, &account.id(), &peer.key, &mut peer.rng).unwrap()
    };
    let (for_member, for_owner) = (grant(1, &member, &mut peer), grant(1, &owner, &mut peer));
    let put = async |account: &Account, grants: &[Grant]| {
        server.logs.put_grants(&account.caller(), peer.vault, grants).await
    };
    let read = async |account: &Account, epoch, of: &Account| {
        server.logs.grant(&account.caller(), peer.vault, epoch, of.id()).await
    };
    // An editor for themselves only.
    assert_eq!(put(&member, std::slice::from_ref(&for_owner)).await, Err(LogError::Forbidden));
    assert_eq!(put(&member, std::slice::from_ref(&for_member)).await, Ok(()));
    // All or none: the second one is for an epoch that does not exist.
    let mut wrong = for_owner.clone();
    wrong.context.epoch = 2;
    let both = put(&owner, &[for_owner.clone(), wrong]).await;
    assert_eq!(both, Err(refused(RejectReason::Epoch)));
    assert_eq!(read(&owner, 1, &owner).await, Err(LogError::NotFound));
    assert_eq!(put(&owner, &[for_owner, for_member.clone()]).await, Ok(()));
    assert_eq!(read(&owner, 1, &member).await, Err(LogError::Forbidden));
    let received = read(&member, 1, &member).await.unwrap();
    let key = open_grant(peer.log.roster(), &received, &member.id(), &member.identity).unwrap();
    assert!(key.is_same_as(&peer.key));
    // For nobody, a later generation, or another vault.
    let mut stranger = for_member.clone();
    stranger.context.recipient = Account::new(3).id();
    assert_eq!(put(&owner, &[stranger]).await, Err(refused(RejectReason::Member)));
    let mut later = for_member.clone();
    later.context.generation = 2;
    assert_eq!(put(&owner, &[later]).await, Err(refused(RejectReason::Member)));
    let mut elsewhere = for_member;
    elsewhere.context.vault_id = VaultId::from_bytes([1; 16]);
    assert_eq!(put(&owner, &[elsewhere]).await, Err(LogError::Malformed));
}

#[tokio::test]
async fn lacking_grants_are_listed_for_owners_and_managers() {
    let server = Server::new();
    let (owner, editor, manager) = (Account::new(1), Account::new(2), Account::new(3));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let add = vec![editor.add(MemberRole::Editor), manager.add(MemberRole::Manager)];
    let record = peer.record(add, None);
    peer.commit(&server.logs, record).await;
    let lacking = async |account: &Account| server.logs.lacking_grants(&account.caller(), peer.vault).await;
    let mut all = vec![owner.id(), editor.id(), manager.id()];
    all.sort_unstable();
    assert_eq!(lacking(&owner).await, Ok(LackingGrants { epoch: 1, accounts: all.clone() }));
    assert_eq!(lacking(&manager).await, Ok(LackingGrants { epoch: 1, accounts: all }));
    assert_eq!(lacking(&editor).await, Err(LogError::Forbidden));
    assert_eq!(lacking(&Account::new(4)).await, Err(LogError::NotFound));
    let mut rng = FixedRng::new(77);
    let grants = [&owner, &editor, &manager]
        .map(|account| make_grant(peer.log.roster(), 1, &account.id(), &peer.key, &mut rng).unwrap());
    server.logs.put_grants(&owner.caller(), peer.vault, &grants).await.unwrap();
    assert_eq!(lacking(&owner).await.unwrap().accounts, []);
    // Those of an earlier epoch do not count, and former members lack nothing.
    let ops = vec![Op::Remove { account: editor.id() }, peer.epoch()];
    let record = peer.record(ops, None);
    peer.commit(&server.logs, record).await;
    let mut rest = vec![owner.id(), manager.id()];
    rest.sort_unstable();
    let lacking = server.logs.lacking_grants(&owner.caller(), peer.vault).await;
    assert_eq!(lacking, Ok(LackingGrants { epoch: 2, accounts: rest }));
}

#[tokio::test]
async fn those_invited_read_the_log_without_bodies_while_the_invitation_is_open() {
    let server = Server::new();
    let (owner, joiner) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let entry = peer.put(1);
    peer.commit(&server.logs, entry).await;
    let secret = InviteSecret::make(&mut peer.rng);
    let record = peer.record(vec![secret.invite_op(MemberRole::Viewer, NOW + 1000)], None);
    peer.commit(&server.logs, record).await;
    let proof = secret.reading(&peer.vault, joiner.id());
    let vault = peer.vault;
    let read = async |caller: &Caller, proof, bodies| {
        let query = LogQuery { bodies, ..LogQuery::default() };
        server.logs.page(caller, Some(&proof), vault, &query).await
    };
    let caller = joiner.caller();
    let page = read(&caller, proof, Bodies::None).await.unwrap();
    assert_eq!(page.entries.len(), 3);
    assert_eq!(read(&caller, proof, Bodies::Live).await, Err(LogError::Forbidden));
    assert_eq!(server.logs.head(&caller, Some(&proof), peer.vault).await.unwrap().seq, 3);
    // For another account, by another key, for another vault, or late.
    let other = Account::new(3).caller();
    assert_eq!(read(&other, proof, Bodies::None).await, Err(LogError::NotFound));
    let forged = InviteSecret::make(&mut peer.rng).reading(&peer.vault, joiner.id());
    assert_eq!(read(&caller, forged, Bodies::None).await, Err(LogError::NotFound));
    let elsewhere = secret.reading(&VaultId::from_bytes([7; 16]), joiner.id());
    assert_eq!(read(&caller, elsewhere, Bodies::None).await, Err(LogError::NotFound));
    let late = Caller { at: NOW + 1001, ..caller };
    assert_eq!(read(&late, proof, Bodies::None).await, Err(LogError::NotFound));
    // Nothing is written with it.
    let entry = peer.put(2);
    let batch = peer.batch(false, vec![entry]);
    let hash = ContentHash::from_bytes([0; 32]);
    assert_eq!(server.logs.push(&caller, peer.vault, &batch, hash).await, Err(LogError::NotFound));
    let record = peer.record(vec![Op::Revoke { key: secret.public() }], None);
    peer.commit(&server.logs, record).await;
    assert_eq!(read(&caller, proof, Bodies::None).await, Err(LogError::NotFound));
}
