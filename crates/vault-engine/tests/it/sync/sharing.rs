//! Vaults with several members: accounts with the real engine and database, and a server's logs in memory. Grants and
//! answers are passed on as a server does that stores them unchanged.

use std::collections::BTreeMap;

use vault_crypto::{Identity, InviteLink, RootSigner, SecretText, sign_record};
use vault_engine::clock::Timestamp;
use vault_engine::search::Scope;
use vault_engine::session::{
    ChangeProblem, Invited, JoinFailure, MemberChange, MembersError, NewInvitation, SessionError,
    VaultAppearance, VaultReadOnly,
};
use vault_testkit::{FixedRng, LogServer, PageBodies};
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::{LogVerifier, RejectReason};
use vault_wire::message::LogEntry;
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, VaultId};

use super::device::Device;
use super::titles;
use crate::keys::{plain, rotate};
use crate::support::PASSWORD;
use crate::vaults::{add_to, look};

/// Far after the clock of the tests.
pub(super) const LATER: Timestamp = Timestamp(4_000_000_000_000);

/// A server's logs and grants.
#[derive(Default)]
pub(super) struct Server {
    pub(super) logs: LogServer,
    pub(super) grants: BTreeMap<(VaultId, u32, AccountId), Grant>,
}

impl Device {
    pub(super) fn account(&self) -> AccountId {
        self.session.account()
    }

    /// Sends changes of the roster and grants, until there are none.
    pub(super) fn change(&mut self, server: &mut Server, vault: VaultId) {
        for _ in 0..20 {
            self.pull(&server.logs, vault);
            self.grant(server, vault);
            let Some(batch) = self.session.next_record(vault).unwrap() else { return };
            let reply = server.logs.push(vault, self.number, &batch).unwrap();
            assert!(self.session.acknowledge_record(vault, &batch, &reply).unwrap());
        }
        panic!("the roster is changed without end");
    }

    pub(super) fn grant(&mut self, server: &mut Server, vault: VaultId) {
        let grants = self.session.grants_due(vault, 256).unwrap();
        for grant in &grants {
            let context = grant.context;
            server.grants.insert((vault, context.epoch, context.recipient), grant.clone());
        }
        self.session.grants_sent(vault, &grants).unwrap();
    }

    /// Receives the log, and the key if it is missing.
    pub(super) fn follow(&mut self, server: &Server, vault: VaultId) {
        self.pull(&server.logs, vault);
        if let Some(epoch) = self.session.missing_key(vault).unwrap()
            && let Some(grant) = server.grants.get(&(vault, epoch, self.account()))
        {
            assert!(self.session.receive_grant(vault, grant).unwrap());
        }
    }

    /// Sends everything in one vault.
    pub(super) fn send(&mut self, server: &mut Server, vault: VaultId) {
        for _ in 0..100 {
            self.follow(server, vault);
            if self.push(&mut server.logs, vault).is_none() {
                return;
            }
        }
        panic!("the outbox is sent without end");
    }

    pub(super) fn invite(&mut self, vault: VaultId, role: MemberRole) -> SecretText {
        let new = NewInvitation {
            role,
            expires_at: LATER,
            name: "Somebody".to_owned(),
            own_name: "Alice".to_owned(),
        };
        self.session.invite(vault, &new).unwrap()
    }

    pub(super) fn read_invitation(&self, server: &Server, link: &SecretText) -> Invited {
        let mut invited = Invited::new(InviteLink::from_text(link).unwrap());
        let vault = invited.link().vault_id;
        loop {
            let page = server.logs.page(vault, invited.read(), 3, PageBodies::None).unwrap();
            if invited.receive(&page).unwrap() {
                return invited;
            }
        }
    }

    /// Accepts an invitation, up to the vault's log.
    pub(super) fn join(&mut self, server: &Server, inviter: &mut Device, link: &SecretText, name: &str) {
        let invited = self.read_invitation(server, link);
        let vault = invited.link().vault_id;
        self.session.accept_invitation(&invited, name).unwrap();
        let answer = self.session.joining_answer(vault).unwrap();
        inviter.session.take_answers(vault, &[answer]).unwrap();
    }

    pub(super) fn enter(&mut self, server: &Server, vault: VaultId) {
        let first = &server.logs.entries(vault)[0];
        assert!(self.session.join_invited(vault, first).unwrap());
        self.follow(server, vault);
    }

    pub(super) fn role_of(&self, vault: VaultId, account: AccountId) -> Option<MemberRole> {
        let members = self.session.members(vault).unwrap().members;
        members.into_iter().find(|member| member.account == account).map(|member| member.role)
    }

    pub(super) fn read_only(&self, vault: VaultId) -> Option<VaultReadOnly> {
        self.session.vaults().unwrap().into_iter().find(|found| found.id == vault).unwrap().read_only
    }
}

/// An account with a vault that the server has, with one item.
pub(super) fn founder(server: &mut Server) -> (Device, VaultId) {
    let mut alice = Device::numbered(1);
    let team = VaultAppearance { name: "Team".to_owned(), hue: Some(40), icon: "briefcase".to_owned() };
    let vault = alice.session.create_vault(&team).unwrap();
    add_to(&mut alice.session, vault, "First");
    alice.found(&mut server.logs);
    alice.sync(&mut server.logs);
    (alice, vault)
}

/// Makes another account a member.
pub(super) fn member(
    server: &mut Server,
    alice: &mut Device,
    vault: VaultId,
    number: u32,
    role: MemberRole,
) -> Device {
    let mut other = Device::numbered(number);
    let link = alice.invite(vault, role);
    alice.change(server, vault);
    alice.send(server, vault);
    other.join(server, alice, &link, &format!("Member {number}"));
    let account = other.account();
    if role == MemberRole::Manager {
        alice.session.confirm_answer(vault, &account).unwrap();
    }
    alice.change(server, vault);
    alice.send(server, vault);
    other.enter(server, vault);
    assert_eq!(other.role_of(vault, account), Some(role));
    other
}

#[test]
fn invited_account_reads_and_writes_the_vault() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    assert_eq!(titles(&mut bob), ["First".to_owned()].into());

    let found = bob.session.vaults().unwrap();
    let shared = found.iter().find(|found| found.id == vault).unwrap();
    assert_eq!(shared.appearance.name, "Team");
    assert_eq!(shared.appearance.hue, Some(40));
    assert_eq!((shared.sharing.members, shared.sharing.role), (2, Some(MemberRole::Editor)));
    let by = shared.sharing.shared_by.as_ref().unwrap();
    assert_eq!((by.account, by.name.as_deref()), (alice.account(), Some("Alice")));
    let names = |device: &Device| -> Vec<Option<String>> {
        device.session.members(vault).unwrap().members.into_iter().map(|member| member.name).collect()
    };
    assert_eq!(names(&alice), [Some("Alice".to_owned()), Some("Member 2".to_owned())]);
    assert_eq!(names(&bob), [Some("Member 2".to_owned()), Some("Alice".to_owned())]);

    add_to(&mut bob.session, vault, "Of Bob");
    bob.send(&mut server, vault);
    alice.send(&mut server, vault);
    let both = ["First", "Of Bob"].map(str::to_owned);
    assert_eq!(titles(&mut alice), both.clone().into());
    for device in [alice, bob] {
        let mut device = device.restart();
        assert_eq!(titles(&mut device), both.clone().into());
        device.session.check_log().unwrap();
        assert!(device.session.joining().unwrap().is_empty());
        assert!(device.session.members(vault).unwrap().invitations.is_empty());
    }
}

#[test]
fn invitation_may_be_made_and_withdrawn_offline() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let link = alice.invite(vault, MemberRole::Viewer);
    assert_eq!(alice.session.pending_changes(vault).unwrap().len(), 1);
    let mut alice = alice.restart();
    let [pending] = alice.session.pending_changes(vault).unwrap().try_into().unwrap();
    alice.session.withdraw_change(vault, pending.id).unwrap();
    alice.change(&mut server, vault);
    let bob = Device::numbered(2);
    let offer = bob.read_invitation(&server, &link).offer();
    assert!(matches!(offer, Err(JoinFailure::Join(vault_crypto::JoinError::NotOpen))));

    // One that is in force already is withdrawn by a change of its own.
    let link = alice.invite(vault, MemberRole::Viewer);
    alice.change(&mut server, vault);
    let key = alice.session.members(vault).unwrap().invitations[0].key;
    let again = alice.session.invitation_link(vault, &key).unwrap();
    assert_eq!(InviteLink::from_text(&again).unwrap().secret.public(), key);
    assert_eq!(bob.read_invitation(&server, &link).offer().unwrap().role, MemberRole::Viewer);
    alice.session.change_members(vault, &MemberChange::Revoke { invitation: key }, None).unwrap();
    alice.change(&mut server, vault);
    assert!(bob.read_invitation(&server, &link).offer().is_err());
    assert_eq!(alice.session.invitation_link(vault, &key).err(), Some(SessionError::NotFound));
}

#[test]
fn removed_member_cannot_read_what_follows() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let unsent = add_to(&mut alice.session, vault, "Unsent");
    let change = MemberChange::Remove { account: bob.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    assert_eq!(alice.role_of(vault, bob.account()), None);
    // What was sealed under the former key is sealed again.
    alice.send(&mut server, vault);
    assert_eq!(alice.item(unsent.id).title, "Unsent");
    assert!(server.grants.contains_key(&(vault, 2, alice.account())));
    assert!(!server.grants.contains_key(&(vault, 2, bob.account())));

    // Even with the whole log he does not have the key.
    bob.follow(&server, vault);
    assert_eq!(titles(&mut bob), ["First".to_owned()].into());
    assert_eq!(bob.read_only(vault), Some(VaultReadOnly::NotPermitted));
    assert_eq!(bob.session.missing_key(vault).unwrap(), None);
    assert!(bob.session.can_forget_vault(vault).unwrap());
    bob.session.forget_vault(vault).unwrap();
    let mut bob = bob.restart();
    assert!(titles(&mut bob).is_empty());
    assert_eq!(bob.session.vaults().unwrap().len(), 1);
    bob.session.check_log().unwrap();
    let alice = alice.restart();
    alice.session.check_log().unwrap();
}

#[test]
fn key_of_an_epoch_survives_a_crash_before_it_is_read_back() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    alice.session.change_members(vault, &MemberChange::Remove { account: bob.account() }, None).unwrap();
    let batch = alice.session.next_record(vault).unwrap().unwrap();
    server.logs.push(vault, 1, &batch).unwrap();
    // The answer is lost, and the program ends.
    let mut alice = alice.restart();
    alice.change(&mut server, vault);
    assert!(alice.session.pending_changes(vault).unwrap().is_empty());
    assert_eq!(alice.session.missing_key(vault).unwrap(), None);
    let mut alice = alice.restart();
    add_to(&mut alice.session, vault, "After");
    alice.send(&mut server, vault);
    assert!(server.grants.contains_key(&(vault, 2, alice.account())));
}

#[test]
fn managers_who_remove_each_other_end_in_one_state() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut carol = member(&mut server, &mut alice, vault, 3, MemberRole::Editor);
    let mut dave = member(&mut server, &mut alice, vault, 4, MemberRole::Editor);
    for device in [&carol, &dave] {
        let change = MemberChange::Role { account: device.account(), role: MemberRole::Manager };
        alice.session.change_members(vault, &change, None).unwrap();
    }
    let pair = alice.session.next_record(vault).unwrap().unwrap();
    assert_eq!(pair.entries.len(), 1, "both changes are in one record");
    alice.change(&mut server, vault);
    carol.follow(&server, vault);
    dave.follow(&server, vault);
    // A manager cannot remove another manager; an owner can.
    let remove = |device: &Device| MemberChange::Remove { account: device.account() };
    let refused = carol.session.change_members(vault, &remove(&dave), None);
    assert!(matches!(refused, Err(MembersError::Rejected(RejectReason::Role))));

    // Both give an editor another role, without knowing of each other.
    let erin = member(&mut server, &mut alice, vault, 5, MemberRole::Editor);
    carol.follow(&server, vault);
    dave.follow(&server, vault);
    carol.session.change_members(vault, &remove(&erin), None).unwrap();
    let demote = MemberChange::Role { account: erin.account(), role: MemberRole::Viewer };
    dave.session.change_members(vault, &demote, None).unwrap();
    carol.change(&mut server, vault);
    dave.change(&mut server, vault);
    assert_eq!(dave.role_of(vault, erin.account()), None);
    let [lost] = dave.session.pending_changes(vault).unwrap().try_into().unwrap();
    assert_eq!(lost.problem, Some(ChangeProblem::Rejected(RejectReason::Member)));
    dave.session.withdraw_change(vault, lost.id).unwrap();
    assert!(dave.session.next_record(vault).unwrap().is_none());
}

#[test]
fn viewer_reads_and_writes_nothing_and_leaving_renews_the_key() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    assert_eq!(titles(&mut bob), ["First".to_owned()].into());
    assert_eq!(bob.read_only(vault), Some(VaultReadOnly::NotPermitted));
    bob.session.change_members(vault, &MemberChange::Leave, None).unwrap();
    bob.change(&mut server, vault);
    assert!(bob.session.can_forget_vault(vault).unwrap());

    alice.pull(&server.logs, vault);
    assert!(alice.session.members(vault).unwrap().is_epoch_due);
    alice.change(&mut server, vault);
    assert!(!alice.session.members(vault).unwrap().is_epoch_due);
    assert!(server.grants.contains_key(&(vault, 2, alice.account())));
    assert!(!server.grants.contains_key(&(vault, 2, bob.account())));
}

#[test]
fn changes_of_owners_need_the_password_and_are_lost_by_others() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Manager);
    let promote = MemberChange::Role { account: bob.account(), role: MemberRole::Owner };
    let without = alice.session.change_members(vault, &promote, None);
    assert!(matches!(without, Err(MembersError::PasswordNeeded)));
    let password = SecretText::from(PASSWORD);
    alice.session.change_members(vault, &promote, Some(&password)).unwrap();
    // Bob changes the roster first: the root signed for another one.
    let new = NewInvitation {
        role: MemberRole::Viewer,
        expires_at: LATER,
        name: String::new(),
        own_name: "Bob".to_owned(),
    };
    bob.session.invite(vault, &new).unwrap();
    bob.change(&mut server, vault);
    alice.change(&mut server, vault);
    let [late] = alice.session.pending_changes(vault).unwrap().try_into().unwrap();
    assert_eq!(late.problem, Some(ChangeProblem::PasswordAgain));
    alice.session.withdraw_change(vault, late.id).unwrap();
    alice.session.change_members(vault, &promote, Some(&password)).unwrap();
    alice.change(&mut server, vault);
    assert_eq!(alice.role_of(vault, bob.account()), Some(MemberRole::Owner));

    // The last owner cannot leave; with two, one can.
    alice.session.change_members(vault, &MemberChange::Leave, Some(&password)).unwrap();
    alice.change(&mut server, vault);
    bob.change(&mut server, vault);
    let last = bob.session.change_members(vault, &MemberChange::Leave, Some(&password));
    assert!(matches!(last, Err(MembersError::Rejected(RejectReason::LastOwner))));
    assert_eq!(bob.role_of(vault, alice.account()), None);
}

#[test]
fn shared_vault_is_not_deleted_and_the_own_vault_not_shared() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let contents = vault_engine::session::Contents::Delete { items: 1 };
    let deleted = alice.session.delete_vault(vault, contents, &mut |_| std::ops::ControlFlow::Continue(()));
    assert_eq!(deleted, Err(SessionError::VaultShared));
    assert_eq!(alice.session.forget_vault(vault), Err(SessionError::VaultShared));
    let home = alice.home();
    let new = NewInvitation {
        role: MemberRole::Viewer,
        expires_at: LATER,
        name: String::new(),
        own_name: "Alice".to_owned(),
    };
    assert!(matches!(alice.session.invite(home, &new), Err(MembersError::Home)));
    assert_eq!(alice.session.list(&crate::support::query(Scope::All)).unwrap().total, 1);
}

#[test]
fn secrets_of_invitations_and_epochs_survive_a_new_root_key() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Viewer);
    let link = alice.invite(vault, MemberRole::Editor);
    alice.change(&mut server, vault);
    let mut carol = Device::numbered(3);
    carol.join(&server, &mut alice, &link, "Carol");
    let open = alice.invite(vault, MemberRole::Editor);
    alice.session.change_members(vault, &MemberChange::Remove { account: bob.account() }, None).unwrap();
    // The record is sent, with a key that is only here.
    while let Some(batch) = alice.session.next_record(vault).unwrap() {
        let reply = server.logs.push(vault, 1, &batch).unwrap();
        alice.session.acknowledge_record(vault, &batch, &reply).unwrap();
        if alice.session.pending_changes(vault).unwrap().len() == 3 {
            break;
        }
    }
    let password = SecretText::from(PASSWORD);
    let rotated = |device: Device| {
        let Device { number, world, session } = device;
        let session = rotate(&world, session, &plain(&password));
        Device { number, world, session }.restart()
    };
    let (mut alice, mut carol) = (rotated(alice), rotated(carol));
    alice.change(&mut server, vault);
    assert_eq!(alice.session.missing_key(vault).unwrap(), None);
    let key = InviteLink::from_text(&open).unwrap().secret.public();
    assert!(alice.session.invitation_link(vault, &key).is_ok());
    carol.enter(&server, vault);
    assert_eq!(titles(&mut carol), ["First".to_owned()].into());
}

#[test]
fn t24_account_with_two_identities_gets_no_key() {
    let mut server = Server::default();
    let (mut alice, first) = founder(&mut server);
    let second = alice.session.create_vault(&look("Second")).unwrap();
    alice.found(&mut server.logs);
    alice.sync(&mut server.logs);
    // The account has one root and two certificates of the same generation.
    let rng = &mut FixedRng::new(77);
    let root = RootSigner::make(rng);
    let account = root.account_id();
    let identities = [Identity::make_first(rng), Identity::make_first(rng)];
    for (vault, identity) in [first, second].into_iter().zip(&identities) {
        let certificate = root.certify(identity, Predecessor::Sound, 1);
        let link = alice.invite(vault, MemberRole::Editor);
        alice.change(&mut server, vault);
        alice.send(&mut server, vault);
        let invited = alice.read_invitation(&server, &link);
        let answer = answer_of(&server, &invited, identity, &certificate);
        alice.session.take_answers(vault, &[answer]).unwrap();
        alice.change(&mut server, vault);
    }
    // The second one waits for the user, and is not let in by the program.
    assert!(server.grants.contains_key(&(first, 1, account)));
    assert!(!server.grants.contains_key(&(second, 1, account)));
    let refused = alice.session.confirm_answer(second, &account);
    assert!(matches!(refused, Err(MembersError::OtherIdentity)));
    let shown = alice.session.members(first).unwrap().members;
    assert!(shown.iter().any(|member| member.account == account && member.is_contradicted));
    // Once people have compared the words of the first one, it is shared with again; the other stays out.
    let certificate = shown.iter().find(|member| member.account == account).unwrap().certificate;
    alice.session.verify_member(first, &account, &certificate).unwrap();
    let shown = alice.session.members(first).unwrap().members;
    assert!(shown.iter().any(|member| member.account == account && member.is_verified));
}

/// The answer of an account without a program.
pub(super) fn answer_of(
    server: &Server,
    invited: &Invited,
    identity: &Identity,
    certificate: &SignedCertificate,
) -> Answer {
    let entries = server.logs.entries(invited.link().vault_id);
    let LogEntry::Record(genesis) = &entries[0] else { panic!("no record") };
    let mut log = LogVerifier::from_genesis(genesis, None).unwrap();
    let _ = log.extend(&entries[1..].iter().map(LogEntry::as_entry).collect::<Vec<_>>());
    let name = SecretText::from("Eve");
    invited.link().accept(&log, identity, certificate, &name, 1, &mut FixedRng::new(5)).unwrap()
}

#[test]
fn t25_t26_records_by_strangers_and_under_false_names_have_no_effect() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let rng = &mut FixedRng::new(78);
    let (root, stranger) = (RootSigner::make(rng), Identity::make_first(rng));
    let certificate = root.certify(&stranger, Predecessor::Sound, 1);
    alice.pull(&server.logs, vault);
    let before = alice.session.members(vault).unwrap().members;
    let add = |role| Op::Add { certificate: Box::new(certificate.clone()), role, accept: None };
    // The server adds itself, gives a member another role, demotes and removes, in its own name and in others'.
    for author in [root.account_id(), alice.account(), bob.account()] {
        for op in [
            add(MemberRole::Viewer),
            Op::Role { account: bob.account(), role: MemberRole::Manager },
            Op::Role { account: alice.account(), role: MemberRole::Viewer },
            Op::Remove { account: bob.account() },
            Op::Leave,
        ] {
            let head = server.logs.head(vault);
            let record = Record {
                vault_id: vault,
                prev: server.logs.last_record(vault),
                base_seq: head.seq,
                base_root: head.root,
                author,
                generation: 1,
                made_at: 1,
                ops: vec![op],
            };
            server.logs.force(vault, LogEntry::Record(sign_record(&record, &stranger, None)));
            let received = alice.pull(&server.logs, vault);
            assert_eq!((received.void, received.foreign), (1, 1));
        }
    }
    assert_eq!(alice.session.members(vault).unwrap().members, before);
    assert_eq!(alice.read_only(vault), None);
    assert!(!alice.session.members(vault).unwrap().is_epoch_due);
    alice.restart().session.check_log().unwrap();
}

#[test]
fn answer_that_two_devices_take_in_adds_one_member_without_a_notice() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let link = alice.invite(vault, MemberRole::Editor);
    alice.change(&mut server, vault);
    alice.send(&mut server, vault);
    let (mut alice, mut other) = alice.copy(7);
    let mut bob = Device::numbered(2);
    bob.join(&server, &mut alice, &link, "Bob");
    let answer = bob.session.joining_answer(vault).unwrap();
    assert_eq!(other.session.take_answers(vault, std::slice::from_ref(&answer)).unwrap(), 1);
    alice.change(&mut server, vault);
    other.change(&mut server, vault);
    assert!(other.session.pending_changes(vault).unwrap().is_empty());
    assert_eq!(other.session.members(vault).unwrap().members.len(), 2);
    assert_eq!(other.session.take_answers(vault, &[answer]).unwrap(), 0);
}

#[test]
fn vault_that_was_left_ends_on_the_other_device() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    bob.found(&mut server.logs);
    bob.sync(&mut server.logs);
    let home = bob.home();
    let (mut bob, mut two) = bob.copy(6);
    bob.session.change_members(vault, &MemberChange::Leave, None).unwrap();
    bob.change(&mut server, vault);
    bob.session.forget_vault(vault).unwrap();
    bob.send(&mut server, home);
    // The other one learns of the end before it learns why.
    two.pull(&server.logs, home);
    two.pull(&server.logs, vault);
    two.session.end_deleted(&[home, vault]).unwrap();
    assert!(titles(&mut two).is_empty());
    assert_eq!(two.push(&mut server.logs, home), None, "nothing is brought back");
    for device in [bob, two] {
        let mut device = device.restart();
        assert_eq!(device.session.vaults().unwrap().len(), 1);
        assert!(titles(&mut device).is_empty());
        device.session.check_log().unwrap();
    }
    alice.pull(&server.logs, vault);
    assert_eq!(titles(&mut alice), ["First".to_owned()].into());
}
