//! Keys that members give each other, and those that are not given.

use vault_crypto::{Identity, SecretText};
use vault_engine::session::{ConsentMade, GuardianError, GuardianGroup, MemberChange};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::guardians::{AsText, RecoveryCard};
use vault_wire::message::LackingGrants;
use vault_wire::recovery::{RecoveryKind, RecoveryRequest};
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, VaultId};

use super::device::Device;
use super::directory::{World, new_vault};
use super::sharing::{Server, answer_of, founder, member};
use crate::support::PASSWORD;

/// Shows Alice another identity of an account, of the same generation, in an answer to an invitation into another vault.
fn contradict(server: &mut Server, alice: &mut Device, other: &Device) {
    let root = other.session.account_parts(&SecretText::from(PASSWORD)).ok().unwrap().root;
    let identity = Identity::make_first(&mut FixedRng::new(77));
    let certificate = root.certify(&identity, Predecessor::Sound, 1);
    let vault = new_vault(alice, "Another");
    alice.found(&mut server.logs);
    let link = alice.invite(vault, MemberRole::Viewer);
    alice.change(server, vault);
    alice.send(server, vault);
    let answer = answer_of(server, &alice.read_invitation(server, &link), &identity, &certificate);
    alice.session.take_answers(vault, &[answer]).unwrap();
}

/// Sends the records of a vault, and no grant.
fn send_records(device: &mut Device, server: &mut Server, vault: VaultId) {
    while let Some(batch) = device.session.next_record(vault).unwrap() {
        let reply = server.logs.push(vault, device.number, &batch).unwrap();
        assert!(device.session.acknowledge_record(vault, &batch, &reply).unwrap());
        device.pull(&server.logs, vault);
    }
}

/// A manager who has let somebody in, and has not sent the grant yet.
fn owing(server: &mut Server, alice: &mut Device, vault: VaultId) -> (Device, AccountId) {
    let mut mia = member(server, alice, vault, 2, MemberRole::Manager);
    let link = mia.invite(vault, MemberRole::Viewer);
    mia.change(server, vault);
    let mut bob = Device::numbered(3);
    bob.join(server, &mut mia, &link, "Bob");
    let account = bob.account();
    send_records(&mut mia, server, vault);
    assert_eq!(mia.session.grants_due(vault, 256).unwrap().len(), 1);
    (mia, account)
}

#[test]
fn manager_who_was_demoted_makes_no_grant() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let (mut mia, bob) = owing(&mut server, &mut alice, vault);
    let lacking = LackingGrants { epoch: 1, accounts: vec![bob] };
    assert!(mia.session.asks_for_lacking(vault).unwrap());
    let change = MemberChange::Role { account: mia.account(), role: MemberRole::Editor };
    alice.pull(&server.logs, vault);
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    mia.pull(&server.logs, vault);
    assert!(mia.session.grants_due(vault, 256).unwrap().is_empty());
    assert!(!mia.session.asks_for_lacking(vault).unwrap());
    for _ in 0..3 {
        assert!(mia.session.answer_lacking(vault, &lacking).unwrap().grants.is_empty());
    }
}

#[test]
fn grant_of_an_earlier_epoch_is_not_the_missing_key() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let carol = member(&mut server, &mut alice, vault, 3, MemberRole::Viewer);
    let first = server.grants[&(vault, 1, bob.account())].clone();
    let change = MemberChange::Remove { account: carol.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    bob.pull(&server.logs, vault);
    assert_eq!(bob.session.missing_key(vault).unwrap(), Some(2));
    // The server answers with what the account had before: the key stays missing, and the program goes on asking.
    assert!(!bob.session.receive_grant(vault, &first).unwrap());
    assert_eq!(bob.session.missing_key(vault).unwrap(), Some(2));
    let second = server.grants[&(vault, 2, bob.account())].clone();
    assert!(bob.session.receive_grant(vault, &second).unwrap());
}

#[test]
fn t24_identity_contradicted_before_its_grant_gets_no_key() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let link = alice.invite(vault, MemberRole::Viewer);
    alice.change(&mut server, vault);
    let mut bob = Device::numbered(2);
    bob.join(&server, &mut alice, &link, "Bob");
    send_records(&mut alice, &mut server, vault);
    assert_eq!(alice.session.grants_due(vault, 256).unwrap().len(), 1);
    contradict(&mut server, &mut alice, &bob);
    assert!(alice.session.grants_due(vault, 256).unwrap().is_empty());
    // Once people have compared his words, he gets it.
    let members = alice.session.members(vault).unwrap().members;
    let shown = members.iter().find(|one| one.account == bob.account()).unwrap();
    assert!(shown.is_contradicted);
    alice.session.verify_member(vault, &bob.account(), &shown.certificate).unwrap();
    assert_eq!(alice.session.grants_due(vault, 256).unwrap().len(), 1);
}

/// A team whose guardians are Alice and Carol, and two consents of Bob, which have the same number.
fn with_guardians() -> (World, [String; 2]) {
    let mut world = World::new(2);
    let (team, carol) = (world.team, world.account(1));
    let manager = MemberChange::Role { account: carol, role: MemberRole::Manager };
    world.alice.session.change_members(team, &manager, None).unwrap();
    world.alice.change(&mut world.server, team);
    let accounts = [world.alice.account(), carol].into();
    world.alice.session.set_guardians(team, GuardianGroup { accounts, threshold: 2 }).unwrap();
    world.alice.send(&mut world.server, team);
    world.receive(0);
    world.receive(1);
    let consents = [(); 2].map(|()| {
        let made = world.others[0].session.consent_to_recovery(team, &SecretText::from(PASSWORD));
        let Ok(ConsentMade::ToBeHanded(text)) = made else { panic!("Bob writes nothing there") };
        text
    });
    (world, consents)
}

/// What a new computer of Bob asks guardians on a consent.
fn request(consent: &str) -> String {
    let card = RecoveryCard::from_text(consent).unwrap();
    let certificate = card.certificate.verify().unwrap();
    let (account, consent) = (certificate.account_id(), card.consent.hash());
    let kind = RecoveryKind::Recovery;
    RecoveryRequest { account, kind, consent, kem: certificate.kem, made_at: 1 }.to_text()
}

#[test]
fn t24_guardian_opens_nothing_for_a_contradicted_identity() {
    let (mut world, [consent, _]) = with_guardians();
    let (team, bob) = (world.team, world.account(0));
    let World { server, alice, others, .. } = &mut world;
    assert_eq!(alice.session.add_recovery_card(team, &consent).unwrap(), bob);
    alice.send(server, team);
    assert_eq!(alice.session.read_recovery_request(&request(&consent)).unwrap().account, bob);
    contradict(server, alice, &others[0]);
    let refused = alice.session.read_recovery_request(&request(&consent));
    assert!(matches!(refused, Err(GuardianError::OtherIdentity)));
}

#[test]
fn t29_other_consent_of_a_known_number_opens_nothing() {
    let (mut world, consents) = with_guardians();
    let team = world.team;
    let World { server, alice, others, .. } = &mut world;
    let carol = &mut others[1];
    // Each guardian has seen another one first. The directory has both, and one of them counts for all.
    for (device, consent) in [&mut *alice, &mut *carol].into_iter().zip(&consents) {
        device.session.add_recovery_card(team, consent).unwrap();
    }
    alice.send(server, team);
    carol.send(server, team);
    alice.send(server, team);
    let opens = |device: &Device| {
        consents.iter().filter(|one| device.session.read_recovery_request(&request(one)).is_ok()).count()
    };
    assert_eq!(opens(alice) + opens(carol), 1, "only the guardian who has seen this one first");
}

#[test]
fn editor_is_shown_nothing_that_former_members_know() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let carol = member(&mut server, &mut alice, vault, 3, MemberRole::Viewer);
    let change = MemberChange::Remove { account: carol.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    bob.follow(&server, vault);
    let shown = |device: &mut Device| device.session.rotation(vault, usize::MAX).unwrap().unwrap();
    assert_eq!(shown(&mut alice).former.len(), 1);
    let of_bob = shown(&mut bob);
    assert_eq!((of_bob.former.len(), of_bob.items.len(), of_bob.due), (0, 0, 0));
}
