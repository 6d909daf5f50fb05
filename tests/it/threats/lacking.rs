//! Members without a grant, by the server's word: other managers send what the one who owes it does not.

use vault_crypto::{Identity, InviteLink};
use vault_wire::account::Predecessor;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{LackingGrants, ProblemCode};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, VaultId};

use super::invitations::show_answers;
use super::scene::log;
use super::team::{Person, Team, verified};
use crate::support::{HostileServer, NOW, Owner, Reply, rng};

fn route(method: &str, vault: VaultId) -> String {
    format!("{method} /v1/vaults/{vault}/grants")
}

/// A manager who was let in by the owner.
async fn manager(team: &Team) -> Person {
    let mia = team.added("mia", MemberRole::Manager).await;
    team.alice.work(|session| session.confirm_answer(team.vault, &mia.account()).unwrap());
    team.alice.connected.sync().await;
    mia.connected.sync().await;
    assert_eq!(mia.titles(), ["Shared"]);
    mia
}

/// Says that these members lack a grant.
fn claim(server: &HostileServer, vault: VaultId, accounts: impl IntoIterator<Item = AccountId>) {
    let mut accounts: Vec<AccountId> = accounts.into_iter().collect();
    accounts.sort_unstable();
    let lacking = LackingGrants { epoch: 1, accounts };
    server.answers(&route("GET", vault), move |_| Reply::new(200, "application/cbor", lacking.encode()));
}

#[tokio::test]
async fn grant_that_is_owed_and_never_sent_comes_from_another() {
    let team = Team::new().await;
    let (vault, mia) = (team.vault, manager(&team).await);
    let bob = team.invited("bob", MemberRole::Editor).await;
    // She lets him in, and is gone before his grant is sent.
    team.alice.lying.answers(&route("POST", vault), |_| Reply::problem(503, ProblemCode::Unavailable));
    assert!(team.alice.connected.try_sync().await.is_err());
    assert!(bob.try_sync(vault).await.unwrap().waits_for_key);
    assert!(mia.try_sync(vault).await.unwrap().others_wait, "the one who owes it is given time");
    assert_eq!(mia.lying.count(&route("POST", vault)), 0);
    assert!(bob.try_sync(vault).await.unwrap().waits_for_key);
    mia.connected.sync().await;
    assert_eq!(mia.lying.count(&route("POST", vault)), 1);
    bob.connected.sync().await;
    assert_eq!(bob.titles(), ["Shared"]);
    // Once nobody lacks one, she does not ask any more.
    assert!(!mia.try_sync(vault).await.unwrap().others_wait);
    mia.lying.forget();
    mia.connected.sync().await;
    assert_eq!(mia.lying.count(&route("GET", vault)), 0);
}

#[tokio::test]
async fn t25_t31_grants_go_only_to_members_by_the_log() {
    let team = Team::new().await;
    let (vault, mia) = (team.vault, manager(&team).await);
    let carol = team.member("carol", MemberRole::Viewer).await;
    let dave = team.member("dave", MemberRole::Viewer).await;
    mia.connected.sync().await;
    team.remove(carol.account()).await;
    mia.connected.sync().await;
    let (eve, carol) = (Owner::new(9).root.account_id(), carol.account());
    let mut lacking = vec![eve, carol];
    lacking.sort_unstable();
    let claimed = LackingGrants { epoch: 2, accounts: lacking };
    mia.lying.answers(&route("GET", vault), move |_| Reply::new(200, "application/cbor", claimed.encode()));
    // A change of the roster lets her ask again.
    team.alice.invite(vault, MemberRole::Viewer).await;
    mia.lying.forget();
    for _ in 0..3 {
        mia.connected.sync().await;
    }
    assert_eq!(mia.lying.count(&route("POST", vault)), 0, "nothing is wrapped");
    assert_eq!(mia.lying.count(&route("GET", vault)), 1);
    // Of another epoch it means nothing.
    mia.lying.reforms();
    claim(&mia.lying, vault, [dave.account()]);
    team.alice.invite(vault, MemberRole::Viewer).await;
    for _ in 0..3 {
        assert!(mia.try_sync(vault).await.unwrap().others_wait);
    }
    assert_eq!(mia.lying.count(&route("POST", vault)), 0);
}

#[tokio::test]
async fn t24_lacking_member_with_contradicted_identity_gets_nothing() {
    let team = Team::new().await;
    let (vault, mia) = (team.vault, manager(&team).await);
    let bob = team.member("bob", MemberRole::Editor).await;
    mia.connected.sync().await;
    let second = mia.team("Second");
    mia.connected.sync().await;
    let link = mia.invite(second, MemberRole::Editor).await;
    let identity = Identity::make_first(&mut rng());
    let root = bob.connected.computer.account_parts().root;
    let certificate = root.certify(&identity, Predecessor::Sound, NOW);
    let invited = InviteLink::from_text(&link).unwrap();
    let log = verified(&log(&mia.connected, second).await);
    let answer = invited.accept(&log, &identity, &certificate, &"Bob".into(), NOW, &mut rng()).unwrap();
    show_answers(&mia.lying, second, vec![answer]);
    claim(&mia.lying, vault, [bob.account()]);
    mia.connected.sync().await;
    team.alice.invite(vault, MemberRole::Viewer).await;
    mia.lying.forget();
    for _ in 0..3 {
        mia.connected.sync().await;
    }
    assert_eq!(mia.lying.count(&route("GET", vault)), 1);
    assert_eq!(mia.lying.count(&route("POST", vault)), 0, "nothing is wrapped");
    // Once people have compared his words, he gets it.
    let certificate =
        mia.members(vault).members.iter().find(|one| one.account == bob.account()).unwrap().certificate;
    mia.work(|session| session.verify_member(vault, &bob.account(), &certificate).unwrap());
    for _ in 0..2 {
        mia.connected.sync().await;
    }
    assert_eq!(mia.lying.count(&route("POST", vault)), 1);
}

#[tokio::test]
async fn server_that_always_lacks_grants_is_served_once() {
    let team = Team::new().await;
    let (vault, mia) = (team.vault, manager(&team).await);
    let bob = team.member("bob", MemberRole::Editor).await;
    claim(&mia.lying, vault, [bob.account(), team.alice.account()]);
    mia.lying.forget();
    for _ in 0..6 {
        mia.connected.sync().await;
    }
    assert_eq!(mia.lying.count(&route("POST", vault)), 1);
    assert_eq!(mia.lying.count(&route("GET", vault)), 3, "after the third answer she does not ask any more");
    // An answer of anything is bounded, and holds up nothing.
    mia.lying.reforms();
    mia.lying.answers(&route("GET", vault), |_| Reply::new(200, "application/cbor", vec![7; 1 << 20]));
    team.alice.add(vault, "Second");
    team.alice.connected.sync().await;
    team.alice.invite(vault, MemberRole::Viewer).await;
    assert!(mia.try_sync(vault).await.is_err());
    assert_eq!(mia.titles(), ["Second", "Shared"]);
}
