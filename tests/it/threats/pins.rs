//! What one device of an account knows of others counts on all of them.

use vault_crypto::{Identity, InviteLink};
use vault_engine::session::MembersError;
use vault_sync::cycle::VaultProblem;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{AnswerList, VaultList};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, VaultId};

use super::scene::log;
use super::team::{Person, Team, verified};
use crate::cycle::Connected;
use crate::support::{HostileServer, NOW, Reply, rng};

/// A second computer of the founder, from which the server hides the vault with the member.
async fn second_computer(team: &Team) -> Person {
    let lying = HostileServer::before(&team.server).await;
    let hidden = team.vault;
    lying.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.retain(|head| head.vault_id != hidden));
    });
    let connected = Connected::another(&lying, &team.alice.connected).await;
    let person = Person { lying, connected };
    let synced = person.try_all().await;
    assert_eq!(synced.get(&hidden), Some(&Err(VaultProblem::Missing)));
    person
}

/// The server shows a computer an answer to its invitation by another certificate of the account.
async fn shows_answer(
    person: &Person,
    vault: VaultId,
    (identity, certificate): (&Identity, &SignedCertificate),
) {
    let link = person.try_invite(vault, MemberRole::Editor, NOW + 1_000_000);
    let _ = person.try_all().await;
    let link = InviteLink::from_text(&link).unwrap();
    let log = verified(&log(&person.connected, vault).await);
    let answer = link.accept(&log, identity, certificate, &"Bob".into(), NOW, &mut rng()).unwrap();
    let list = AnswerList { answers: vec![answer] }.encode();
    person.lying.answers(&format!("GET /v1/vaults/{vault}/accepts"), move |_| {
        Reply::new(200, "application/cbor", list.clone())
    });
}

/// The account waits, is not let in by hand either, and gets no key.
async fn expect_refused(person: &Person, vault: VaultId, account: AccountId) {
    person.lying.forget();
    let _ = person.try_all().await;
    let members = person.members(vault);
    assert_eq!((members.members.len(), members.answers.len(), members.pending.len()), (1, 1, 0));
    let refused = person.work(|session| session.confirm_answer(vault, &account)).unwrap_err();
    assert!(matches!(refused, MembersError::OtherIdentity), "{refused:?}");
    let _ = person.try_all().await;
    assert!(!person.lying.routes().iter().any(|route| route.ends_with("/grants")), "nothing is wrapped");
}

#[tokio::test]
async fn t24_other_identity_is_refused_by_a_shared_pin() {
    let team = Team::new().await;
    let second = team.alice.team("Second");
    let bob = team.member("bob", MemberRole::Editor).await;
    // The first computer shares what it has pinned.
    team.alice.connected.sync().await;
    let other = second_computer(&team).await;
    let identity = Identity::make_first(&mut rng());
    let root = bob.connected.computer.account_parts().root;
    let certificate = root.certify(&identity, Predecessor::Sound, NOW);
    shows_answer(&other, second, (&identity, &certificate)).await;
    expect_refused(&other, second, bob.account()).await;
}

#[tokio::test]
async fn t24_older_identity_is_refused_by_a_shared_pin() {
    let team = Team::new().await;
    let second = team.alice.team("Second");
    let bob = team.other("bob").await;
    team.alice.connected.sync().await;
    // The account has a later identity by now, which the first computer has seen.
    let parts = bob.connected.computer.account_parts();
    let (first, old) = (parts.keyset.identity, parts.certificate);
    let next = first.make_next(old.hash(), &mut rng()).unwrap();
    let certificate = parts.root.certify(&next, Predecessor::Sound, NOW);
    shows_answer(&team.alice, team.vault, (&next, &certificate)).await;
    team.alice.connected.sync().await;
    assert_eq!(team.alice.members(team.vault).members.len(), 2);
    team.alice.connected.sync().await;
    let other = second_computer(&team).await;
    shows_answer(&other, second, (&first, &old)).await;
    expect_refused(&other, second, bob.account()).await;
}
