//! What people do to one vault without knowing of each other, keys that change, and programs that are older than a log.

use vault_crypto::{Identity, RootSigner, SecretText, open_grant, sign_record};
use vault_engine::session::{Bodies, ChangeProblem, MemberChange, SessionError, VaultReadOnly};
use vault_testkit::{FixedRng, PageBodies};
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::log::{Head, Recovery, next_root};
use vault_wire::message::{LogEntry, LogPage, PushBatch, PushResult};
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, BatchId, VaultId};

use super::device::Device;
use super::sharing::{Server, founder, member};
use super::titles;
use crate::support::PASSWORD;
use crate::vaults::add_to;

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

fn remove(account: AccountId) -> MemberChange {
    MemberChange::Remove { account }
}

/// A record on the whole log, in a version of the format.
fn record(
    server: &Server,
    vault: VaultId,
    author: (AccountId, &Identity, Option<&RootSigner>),
    ops: Vec<Op>,
    version: u8,
) -> LogEntry {
    let head = server.logs.head(vault);
    let (author, identity, root) = author;
    let record = Record {
        vault_id: vault,
        prev: server.logs.last_record(vault),
        base_seq: head.seq,
        base_root: head.root,
        author,
        generation: identity.generation(),
        made_at: 1,
        ops,
    };
    let mut signed = sign_record(&record, identity, root);
    // The version is the first item of the array.
    signed.bytes[1] = version;
    LogEntry::Record(signed)
}

/// Sends a record as its author may.
fn push(server: &mut Server, vault: VaultId, record: LogEntry) -> PushResult {
    let number = server.logs.head(vault).seq.to_be_bytes();
    let mut id = [9; 16];
    id[..8].copy_from_slice(&number);
    let batch = PushBatch { batch_id: BatchId::from_bytes(id), atomic: false, entries: vec![record] };
    server.logs.push(vault, 99, &batch).unwrap().results.remove(0)
}

#[test]
fn crossing_invitations_of_two_managers_add_one_member() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut dave = member(&mut server, &mut alice, vault, 4, MemberRole::Manager);
    dave.follow(&server, vault);
    // Each invites the same person, offline, with another role.
    let of_alice = alice.invite(vault, MemberRole::Viewer);
    let of_dave = dave.invite(vault, MemberRole::Editor);
    alice.change(&mut server, vault);
    dave.change(&mut server, vault);
    let mut carol = Device::numbered(3);
    carol.join(&server, &mut alice, &of_alice, "Carol");
    carol.join(&server, &mut dave, &of_dave, "Carol");
    // Both programs let her in; the first in the log counts, and the other one has nothing left to do.
    dave.change(&mut server, vault);
    alice.change(&mut server, vault);
    dave.follow(&server, vault);
    for device in [&alice, &dave] {
        assert_eq!(device.role_of(vault, carol.account()), Some(MemberRole::Editor));
        assert_eq!(device.session.members(vault).unwrap().members.len(), 3);
        assert!(device.session.pending_changes(vault).unwrap().is_empty());
    }
    carol.enter(&server, vault);
    assert_eq!(titles(&mut carol), ["First".to_owned()].into());
    // The other invitation is still open, is seen, and can be withdrawn.
    let open = dave.session.members(vault).unwrap().invitations;
    assert_eq!(open.iter().map(|open| open.role).collect::<Vec<_>>(), [MemberRole::Viewer]);
    dave.session.change_members(vault, &MemberChange::Revoke { invitation: open[0].key }, None).unwrap();
    dave.change(&mut server, vault);
    assert!(dave.session.members(vault).unwrap().invitations.is_empty());
    for device in [alice, dave, carol] {
        device.restart().session.check_log().unwrap();
    }
}

#[test]
fn owners_who_remove_each_other_end_in_one_state() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Manager);
    let promote = MemberChange::Role { account: bob.account(), role: MemberRole::Owner };
    alice.session.change_members(vault, &promote, Some(&password())).unwrap();
    alice.change(&mut server, vault);
    bob.follow(&server, vault);
    // Both sign offline; the log has an order.
    alice.session.change_members(vault, &remove(bob.account()), Some(&password())).unwrap();
    bob.session.change_members(vault, &remove(alice.account()), Some(&password())).unwrap();
    add_to(&mut bob.session, vault, "Of Bob");
    bob.change(&mut server, vault);
    let page = server.logs.page(vault, alice.confirmed(vault), 100, PageBodies::None).unwrap();
    assert!(alice.session.receive_removal(vault, &[page]).unwrap());
    assert_eq!(alice.read_only(vault), Some(VaultReadOnly::NotPermitted));
    assert_eq!(bob.role_of(vault, alice.account()), None);
    let epoch = server.logs.roster(vault).unwrap().epoch();
    assert_eq!(epoch, 2, "one removal, one new key");
    // What the loser wanted ends with the membership.
    assert!(alice.session.pending_changes(vault).unwrap().is_empty());
    assert!(alice.session.next_record(vault).unwrap().is_none());
    bob.send(&mut server, vault);
    assert_eq!(titles(&mut bob), ["First".to_owned(), "Of Bob".to_owned()].into());
    for device in [alice, bob] {
        device.restart().session.check_log().unwrap();
    }
}

#[test]
fn managers_give_one_member_two_roles_and_one_is_told() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut dave = member(&mut server, &mut alice, vault, 4, MemberRole::Manager);
    let erin = member(&mut server, &mut alice, vault, 5, MemberRole::Editor);
    dave.follow(&server, vault);
    let role = |role| MemberChange::Role { account: erin.account(), role };
    alice.session.change_members(vault, &role(MemberRole::Manager), None).unwrap();
    dave.session.change_members(vault, &role(MemberRole::Viewer), None).unwrap();
    alice.change(&mut server, vault);
    dave.change(&mut server, vault);
    for device in [&alice, &dave] {
        assert_eq!(device.role_of(vault, erin.account()), Some(MemberRole::Manager));
    }
    let [lost] = dave.session.pending_changes(vault).unwrap().try_into().unwrap();
    assert!(
        matches!(lost.problem, Some(ChangeProblem::Rejected(_))),
        "a manager's role is not his to change"
    );
}

#[test]
fn member_with_a_new_identity_is_compared_again_and_goes_on() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let account = bob.account();
    let parts = bob.session.account_parts(&password()).ok().unwrap();
    let first: SignedCertificate = parts.certificate.clone();
    alice.session.verify_member(vault, &account, &first.hash()).unwrap();
    let shown = |device: &Device| {
        let members = device.session.members(vault).unwrap().members;
        members.into_iter().find(|member| member.account == account).unwrap()
    };
    assert!(shown(&alice).is_verified);

    // Bob's keys may be known to others: his root certifies the next ones.
    let next = parts.keyset.identity.make_next(first.hash(), &mut FixedRng::new(9)).unwrap();
    let renewed = parts.root.certify(&next, Predecessor::Compromised, 1);
    let certificate = Op::Certificate { certificate: Box::new(renewed.clone()) };
    let entry = record(&server, vault, (account, &next, None), vec![certificate], 1);
    assert!(matches!(push(&mut server, vault, entry), PushResult::Accepted { .. }));
    alice.follow(&server, vault);
    let member = shown(&alice);
    assert_eq!((member.certificate, member.role), (renewed.hash(), MemberRole::Editor));
    assert!(!member.is_verified, "the words of before were others");
    assert!(!member.is_contradicted, "his own root says so");
    // The vault gets a new key by itself, which only the new identity opens.
    assert!(alice.session.has_roster_work(vault).unwrap());
    alice.change(&mut server, vault);
    let grant = &server.grants[&(vault, 2, account)];
    let roster = server.logs.roster(vault).unwrap();
    assert!(open_grant(roster, grant, &account, &parts.keyset.identity).is_err());
    assert!(open_grant(roster, grant, &account, &next).is_ok());
    // What the earlier keys sign has no effect any more.
    let earlier = (account, &parts.keyset.identity, None);
    let entry = record(&server, vault, earlier, vec![Op::Leave], 1);
    server.logs.force(vault, entry);
    assert_eq!(alice.pull(&server.logs, vault).void, 1);
    assert_eq!(shown(&alice).role, MemberRole::Editor);
    alice.session.verify_member(vault, &account, &renewed.hash()).unwrap();
    assert!(shown(&alice).is_verified);

    // A stranger's identity under his name is not taken for his.
    let stranger = Identity::make_first(&mut FixedRng::new(10));
    let forged = alice.session.account_parts(&password()).ok().unwrap().root;
    let forged = forged.certify(&stranger, Predecessor::Sound, 1);
    let certificate = Op::Certificate { certificate: Box::new(forged) };
    let entry = record(&server, vault, (account, &stranger, None), vec![certificate], 1);
    server.logs.force(vault, entry);
    assert_eq!(alice.pull(&server.logs, vault).void, 1);
    assert_eq!(shown(&alice).certificate, renewed.hash());
    // His own program with the earlier keys gets no new one, and says so.
    bob.pull(&server.logs, vault);
    assert_eq!(bob.session.missing_key(vault).unwrap(), Some(2));
    assert!(!bob.session.receive_grant(vault, &server.grants[&(vault, 2, account)]).unwrap());
    for device in [alice, bob] {
        device.restart().session.check_log().unwrap();
    }
}

#[test]
fn program_older_than_the_log_reads_and_loses_nothing() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    add_to(&mut bob.session, vault, "Not sent");
    let founder = alice.session.account_parts(&password()).ok().unwrap();
    let author = (alice.account(), &founder.keyset.identity, Some(&founder.root));
    // An owner's newer program states its format, and writes in it.
    let format = record(&server, vault, author, vec![Op::Format { format: 2 }], 1);
    let result = push(&mut server, vault, format);
    assert!(matches!(result, PushResult::Accepted { .. }), "{result:?}");
    let entry = record(&server, vault, author, vec![Op::Policy { keep_days: 30 }], 2);
    let LogEntry::Record(signed) = &entry else { panic!("a record") };
    let (Head { seq, root }, signatures) = (server.logs.head(vault), signed.signatures());
    let end = Head { seq: seq + 1, root: next_root(&root, seq + 1, &entry.entry_hash(), &signatures) };
    bob.pull(&server.logs, vault);
    let page =
        LogPage { vault_id: vault, after: seq, entries: vec![entry], head_seq: end.seq, head_root: end.root };
    bob.session.receive(vault, &page, Bodies::Live, Recovery::None).unwrap();
    for _ in 0..2 {
        assert_eq!(bob.read_only(vault), Some(VaultReadOnly::Newer));
        assert_eq!(titles(&mut bob), ["First".to_owned(), "Not sent".to_owned()].into());
        assert_eq!(bob.status(vault).unsent, 1, "it waits for the update");
        let item = bob.session.change_members(vault, &MemberChange::Leave, None).unwrap_err();
        let newer = SessionError::VaultReadOnly(VaultReadOnly::Newer);
        assert_eq!(item.to_string(), vault_engine::session::MembersError::from(newer).to_string());
        bob = bob.restart();
    }
    bob.session.check_log().unwrap();
}
