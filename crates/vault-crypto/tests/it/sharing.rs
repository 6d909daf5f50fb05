//! Attacks on the membership, keys and invitations of shared vaults.

use vault_crypto::{
    GrantError, Identity, InviteLink, InviteSecret, JoinError, LinkError, OpenError, VaultKey, make_epoch,
    make_grant, make_revision, open_grant, open_history, sign_record,
};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::DecodeError;
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::{Equivocation, LogVerifier, RejectReason};
use vault_wire::revision::RevisionKind;
use vault_wire::roster::{EpochOp, GenesisError, MemberRole, Op};

use crate::team::{ACCEPTED, Person, SharedVault, StoredEntry, Team, rejected};

fn add(answer: Answer, role: MemberRole) -> Op {
    Op::Add { certificate: Box::new(answer.certificate), role, accept: Some(Box::new(answer.accept)) }
}

#[test]
fn t17_grant_of_another_key_is_rejected() {
    let mut team = Team::new();
    let roster = team.vault.log.roster();
    let (ben, key) = (&team.ben, &team.vault.keys[&1]);
    let rng = &mut team.vault.rng;
    let grant = make_grant(roster, 1, &ben.id(), key, rng).unwrap();
    assert!(open_grant(roster, &grant, &ben.id(), &ben.identity).ok().unwrap().is_same_as(key));

    // To wrap its own key, a server needs its own vault, whose roster allows it.
    let evil = Person::new(66);
    let mut own = SharedVault::create(&evil, 67);
    assert_eq!(own.change(&evil, vec![ben.add(MemberRole::Viewer)]), ACCEPTED);
    let mut forged = make_grant(own.log.roster(), 1, &ben.id(), &own.keys[&1], rng).unwrap();
    assert!(open_grant(roster, &forged, &ben.id(), &ben.identity).is_err(), "of another vault");
    forged.context.vault_id = *roster.vault_id();
    assert!(open_grant(roster, &forged, &ben.id(), &ben.identity).is_err(), "under this vault's name");
    assert_eq!(
        make_grant(roster, 1, &ben.id(), &own.keys[&1], rng).err(),
        Some(GrantError::OtherKey),
        "a member cannot be made to grant a foreign key"
    );
    // A grant for another member, epoch or generation.
    let cleos = make_grant(roster, 1, &team.cleo.id(), key, rng).unwrap();
    let mut redirected = cleos;
    redirected.context.recipient = ben.id();
    assert!(open_grant(roster, &redirected, &ben.id(), &ben.identity).is_err());
    let relabelled: [fn(&mut Grant); 2] =
        [|grant| grant.context.epoch = 2, |grant| grant.context.generation = 2];
    for change in relabelled {
        let mut other = grant.clone();
        change(&mut other);
        assert!(open_grant(roster, &other, &ben.id(), &ben.identity).is_err());
    }
}

#[test]
fn member_with_a_new_identity_grants_itself_every_epoch() {
    let mut team = Team::new();
    let epoch = team.vault.epoch();
    assert_eq!(team.vault.change(&team.anna, vec![epoch]), ACCEPTED);
    let second = team.cleo.next_identity(43);
    let renewed = team.cleo.root.certify(&second, Predecessor::Sound, 2);
    let op = Op::Certificate { certificate: Box::new(renewed) };
    let mut record = team.vault.record(&team.cleo, vec![op]);
    record.generation = 2;
    assert_eq!(team.vault.push(StoredEntry::Record(sign_record(&record, &second, None))), ACCEPTED);
    let roster = team.vault.log.roster();
    for (epoch, key) in &team.vault.keys {
        let made = make_grant(roster, *epoch, &team.cleo.id(), key, &mut team.vault.rng).unwrap();
        assert_eq!(made.context.generation, 2, "for the identity in the roster");
        let opened = open_grant(roster, &made, &team.cleo.id(), &second).ok().unwrap();
        assert!(opened.is_same_as(key));
        // Without the earlier keys too: a device that begins with the new keyset needs no other grant.
        assert!(open_grant(roster, &made, &team.cleo.id(), &team.cleo.identity).is_err());
    }
    assert_eq!(team.vault.keys.len(), 2);
    // Nobody makes a grant of a key that the log does not commit to, not even for themselves.
    let own = VaultKey::make(&mut FixedRng::new(66));
    let refused = make_grant(roster, 2, &team.cleo.id(), &own, &mut team.vault.rng);
    assert_eq!(refused.err(), Some(GrantError::OtherKey));
}

#[test]
fn t19_wrapped_key_without_its_post_quantum_part_does_not_open() {
    let mut team = Team::new();
    let roster = team.vault.log.roster();
    let grant = make_grant(roster, 1, &team.ben.id(), &team.vault.keys[&1], &mut team.vault.rng).unwrap();
    // ML-KEM-768's ciphertext is the first 1088 bytes, X25519's key the last 32.
    for part in [0..1088, 1088..1120, 0..1, 1119..1120] {
        let mut stripped = grant.clone();
        stripped.encapsulated[part.clone()].iter_mut().for_each(|byte| *byte = !*byte);
        assert!(open_grant(roster, &stripped, &team.ben.id(), &team.ben.identity).is_err(), "{part:?}");
        let mut zeroed = grant.clone();
        zeroed.encapsulated[part.clone()].fill(0);
        assert!(open_grant(roster, &zeroed, &team.ben.id(), &team.ben.identity).is_err(), "{part:?}");
    }
}

#[test]
fn t23_key_substituted_at_first_sharing_receives_no_grant() {
    let mut team = Team::new();
    let (erik, evil) = (Person::new(8), Person::new(66));
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let answer = erik.accept(&link, &team.vault.log, team.vault.now).unwrap();
    // The server replaces Erik's certificate by its own.
    let mut swapped = answer.clone();
    swapped.certificate = evil.certificate.clone();
    assert_eq!(
        team.vault.change(&team.ben, vec![add(swapped, MemberRole::Editor)]),
        rejected(RejectReason::Invitation)
    );
    // Or it accepts without the invitation's secret.
    let guessed = InviteLink { secret: InviteSecret::from_bytes(&[0; 16]), ..link };
    let refused = evil.accept(&guessed, &team.vault.log, team.vault.now);
    assert_eq!(refused.err(), Some(JoinError::NotOpen));
    let roster = team.vault.log.roster();
    let grant = make_grant(roster, 1, &evil.id(), &team.vault.keys[&1], &mut team.vault.rng);
    assert_eq!(grant.err(), Some(GrantError::NotAMember), "nothing is wrapped");
    assert_eq!(team.vault.change(&team.ben, vec![add(answer, MemberRole::Editor)]), ACCEPTED);
}

#[test]
fn invitation_ends_on_time_and_is_for_its_vault() {
    let mut team = Team::new();
    let erik = Person::new(8);
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let last = team.vault.now + 1000;
    assert!(erik.accept(&link, &team.vault.log, last).is_ok());
    assert_eq!(erik.accept(&link, &team.vault.log, last + 1).err(), Some(JoinError::Expired));
    let InviteLink { vault_id, genesis_hash, seq, root, inviter, .. } = link;
    let of = |vault_id, genesis_hash| InviteLink {
        server: String::new(),
        vault_id,
        genesis_hash,
        inviter,
        seq,
        root,
        secret: InviteSecret::from_bytes(link.secret.expose_bytes()),
    };
    for other in [of([7; 16].into(), genesis_hash), of(vault_id, [7; 32].into())] {
        let refused = erik.accept(&other, &team.vault.log, team.vault.now);
        assert_eq!(refused.err(), Some(JoinError::OtherLog));
    }
}

#[test]
fn t24_seen_identity_cannot_be_replaced_by_an_older_or_other_one() {
    let mut team = Team::new();
    // Another identity of the same generation, even if the root certified it.
    let twin = Identity::make_first(&mut FixedRng::new(39));
    let certificate = Box::new(team.cleo.root.certify(&twin, Predecessor::Sound, 2));
    let record = team.vault.record(&team.cleo, vec![Op::Certificate { certificate }]);
    let by_twin = sign_record(&record, &twin, None);
    assert_eq!(team.vault.push(StoredEntry::Record(by_twin)), rejected(RejectReason::Certificate));
    let second = team.cleo.next_identity(40);
    let renewed = team.cleo.root.certify(&second, Predecessor::Sound, 2);
    let op = Op::Certificate { certificate: Box::new(renewed.clone()) };
    let mut record = team.vault.record(&team.cleo, vec![op]);
    record.generation = 2;
    let by_old_key = sign_record(&record, &team.cleo.identity, None);
    assert_eq!(team.vault.push(StoredEntry::Record(by_old_key)), rejected(RejectReason::Signature));
    let mut record = team.vault.record(&team.cleo, record.ops);
    record.generation = 2;
    assert_eq!(team.vault.push(StoredEntry::Record(sign_record(&record, &second, None))), ACCEPTED);
    assert_eq!(team.vault.put(&team.cleo, 1), rejected(RejectReason::Author), "the old key is replaced");

    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), ACCEPTED);
    let again =
        |certificate| Op::Add { certificate: Box::new(certificate), role: MemberRole::Editor, accept: None };
    let older = team.cleo.certificate.clone();
    assert_eq!(team.vault.change(&team.anna, vec![again(older)]), rejected(RejectReason::Certificate));
    let other = team.cleo.next_identity(41);
    let other = team.cleo.root.certify(&other, Predecessor::Sound, 2);
    assert_eq!(team.vault.change(&team.anna, vec![again(other)]), rejected(RejectReason::Certificate));
    assert_eq!(team.vault.change(&team.anna, vec![again(renewed)]), ACCEPTED);
}

#[test]
fn t25_server_cannot_add_itself() {
    let mut team = Team::new();
    let evil = Person::new(66);
    let join = vec![evil.add(MemberRole::Owner)];
    assert_eq!(team.vault.change(&evil, join.clone()), rejected(RejectReason::Author));
    let mut as_anna = team.vault.record(&team.anna, join.clone());
    let forged = sign_record(&as_anna, &evil.identity, Some(&evil.root));
    assert_eq!(team.vault.push(StoredEntry::Record(forged)), rejected(RejectReason::Signature));
    // With an identity for Anna that her root never certified.
    as_anna.generation = 2;
    let mut certificate = evil.certificate.clone();
    certificate.by_root = team.anna.certificate.by_root;
    as_anna.ops = vec![Op::Certificate { certificate: Box::new(certificate) }];
    let forged = sign_record(&as_anna, &evil.identity, None);
    assert_eq!(team.vault.push(StoredEntry::Record(forged)), rejected(RejectReason::Certificate));
    // With the help of a corrupt manager: not above the manager's permissions.
    assert_eq!(team.vault.change(&team.ben, join), rejected(RejectReason::Role));
    assert_eq!(team.vault.log.roster().members().count(), 4);
}

#[test]
fn t26_owner_changes_require_an_owner_and_the_root() {
    let mut team = Team::new();
    let make = |person: &Person, role| vec![Op::Role { account: person.id(), role }];
    for person in [&team.ben, &team.cleo, &team.dora] {
        for role in [MemberRole::Owner, MemberRole::Manager] {
            let refused = [rejected(RejectReason::Role), rejected(RejectReason::Member)];
            assert!(refused.contains(&team.vault.change(person, make(person, role))));
            assert_eq!(team.vault.change_rooted(person, make(person, role)), rejected(RejectReason::Role));
        }
        let demotion = make(&team.anna, MemberRole::Viewer);
        assert_eq!(team.vault.change_rooted(person, demotion), rejected(RejectReason::Role));
        let removal = vec![Op::Remove { account: team.anna.id() }, team.vault.epoch()];
        assert_eq!(team.vault.change_rooted(person, removal), rejected(RejectReason::Role));
    }
    // An owner's unlocked session is not enough: the root requires the password.
    let promotion = make(&team.ben, MemberRole::Owner);
    assert_eq!(team.vault.change(&team.anna, promotion.clone()), rejected(RejectReason::RootSignature));
    assert_eq!(team.vault.change_rooted(&team.anna, promotion), ACCEPTED);
    let demotion = make(&team.anna, MemberRole::Viewer);
    assert_eq!(team.vault.change(&team.ben, demotion.clone()), rejected(RejectReason::RootSignature));
    assert_eq!(team.vault.change_rooted(&team.ben, demotion), ACCEPTED);
}

#[test]
fn t27_hidden_removal_or_rotation_is_detected() {
    let mut team = Team::new();
    let removal = vec![Op::Remove { account: team.dora.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), ACCEPTED);
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let mut hidden = team.vault.entries.clone();
    hidden.remove(1);
    let fooled = team.vault.replay(&hidden);
    assert!(matches!(fooled.equivocation(), Some(Equivocation::Contradiction { .. })));
    let mut late = team.vault.entries.clone();
    late.swap(1, 2);
    assert!(matches!(team.vault.replay(&late).equivocation(), Some(Equivocation::Contradiction { .. })));
}

#[test]
fn t27_push_on_a_stale_parent_or_record_is_rejected() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let stale = team.vault.header(&team.cleo, 1);
    assert_eq!(team.vault.put(&team.anna, 1), ACCEPTED);
    assert_eq!(team.vault.write(&team.cleo, &stale).1, rejected(RejectReason::Parent));
    let record =
        team.vault.record(&team.ben, vec![Op::Role { account: team.dora.id(), role: MemberRole::Editor }]);
    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), ACCEPTED);
    let stale = sign_record(&record, &team.ben.identity, None);
    assert_eq!(team.vault.push(StoredEntry::Record(stale)), rejected(RejectReason::Parent));
    assert_eq!(team.vault.log.equivocation(), None, "not the server's fault");
}

#[test]
fn t27_entry_on_a_false_base_is_rejected_as_evidence() {
    let mut team = Team::new();
    for (seq, root) in [(1, [7; 32]), (99, [7; 32])] {
        let mut header = team.vault.header(&team.cleo, 1);
        (header.base_seq, header.base_root) = (seq, root.into());
        assert_eq!(team.vault.write(&team.cleo, &header).1, rejected(RejectReason::Base));
    }
    // An honest server applies the same rules and never accepts such an entry.
    assert!(
        matches!(team.vault.log.equivocation(), Some(Equivocation::Contradiction { author, .. }) if author == team.cleo.id())
    );
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED, "later entries are accepted");
}

#[test]
fn t27_unopenable_body_and_deletion_are_undone_by_the_next_revision() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.anna, 1), ACCEPTED);
    let header = team.vault.header(&team.cleo, 1);
    let wrong_key = VaultKey::make(&mut team.vault.rng);
    let made = make_revision(&header, b"x", &wrong_key, &team.cleo.identity, &mut team.vault.rng).unwrap();
    assert_eq!(
        team.vault.push(StoredEntry::Revision(made.signed)),
        ACCEPTED,
        "the verifier cannot open bodies"
    );
    assert_eq!(team.vault.put(&team.anna, 1), ACCEPTED, "the next revision follows it");
    let mut delete = team.vault.header(&team.cleo, 1);
    delete.kind = RevisionKind::Tombstone;
    assert_eq!(team.vault.write(&team.cleo, &delete).1, ACCEPTED);
    assert_eq!(team.vault.put(&team.anna, 1), ACCEPTED);
    assert_eq!(team.vault.log.equivocation(), None);
}

#[test]
fn t27_epoch_without_grants_does_not_freeze_the_vault() {
    let mut team = Team::new();
    let current = team.vault.log.roster().epoch();
    let earlier = &team.vault.keys[&current];
    let hoarded = make_epoch(team.vault.log.roster(), current, earlier, &mut team.vault.rng).unwrap();
    let broken = EpochOp { back: vec![0; 105], ..hoarded.op };
    assert_eq!(team.vault.change(&team.ben, vec![Op::Epoch(broken)]), ACCEPTED);
    // Anna has no grant for it; she begins another epoch from the last key she has, and removes Ben.
    let earlier = &team.vault.keys[&1];
    let next = make_epoch(team.vault.log.roster(), 1, earlier, &mut team.vault.rng).unwrap();
    let ops = vec![Op::Remove { account: team.ben.id() }, Op::Epoch(next.op)];
    assert_eq!(team.vault.change(&team.anna, ops), ACCEPTED);
    let roster = team.vault.log.roster();
    let key = VaultKey::from_bytes(next.key.expose_bytes());
    let history = open_history(roster, 3, key).ok().unwrap();
    assert_eq!(history.keys().copied().collect::<Vec<_>>(), [1, 3]);
    assert!(history[&1].is_same_as(&team.vault.keys[&1]));
    // The hoarded key opens no earlier key, since its sealed link is broken.
    let lone = open_history(roster, 2, hoarded.key).ok().unwrap();
    assert_eq!(lone.len(), 1);
}

#[test]
fn t28_invitation_is_not_accepted_for_another_vault_or_history() {
    let mut team = Team::new();
    let erik = Person::new(8);
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let evil = Person::new(66);
    let mut own = SharedVault::create(&evil, 67);
    // A server that knows the invitation's public key opens it in its own vault.
    let key = link.secret.public();
    let op = Op::Invite { key, role: MemberRole::Editor, expires_at: 2000 };
    assert_eq!(own.change(&evil, vec![op]), ACCEPTED);
    let accept = |log: &LogVerifier| erik.accept(&link, log, 1000).err();
    assert_eq!(accept(&own.log), Some(JoinError::OtherLog));
    let shown_short = team.vault.replay(&[]);
    assert_eq!(accept(&shown_short), Some(JoinError::OtherLog), "rolled back before the invitation");
    assert_eq!(accept(&team.vault.log), None);
    let known = *team.vault.log.roster().genesis_hash();
    let replaced = LogVerifier::from_genesis(&own.genesis, Some(&known)).err();
    assert_eq!(replaced, Some(GenesisError::OtherRecord));
}

#[test]
fn t30_invitation_is_used_once_and_only_by_its_signer() {
    let mut team = Team::new();
    let (erik, fred) = (Person::new(8), Person::new(9));
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let now = team.vault.now;
    let eriks = erik.accept(&link, &team.vault.log, now).unwrap();
    let freds = fred.accept(&link, &team.vault.log, now).unwrap();
    let mut redirected = eriks.clone();
    redirected.accept.by_key = freds.accept.by_key;
    let refused = rejected(RejectReason::Invitation);
    assert_eq!(team.vault.change(&team.ben, vec![add(redirected, MemberRole::Editor)]), refused);
    assert_eq!(
        team.vault.change(&team.ben, vec![add(eriks.clone(), MemberRole::Viewer)]),
        ACCEPTED,
        "less is fine"
    );
    assert_eq!(team.vault.change(&team.ben, vec![add(freds, MemberRole::Editor)]), refused, "used up");
    let removal = vec![Op::Remove { account: erik.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), ACCEPTED);
    assert_eq!(team.vault.change(&team.ben, vec![add(eriks, MemberRole::Editor)]), refused, "nor again");

    // Removing a manager closes the manager's invitations.
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let late = fred.accept(&link, &team.vault.log, now).unwrap();
    assert_eq!(fred.accept(&link, &team.vault.log, now + 1001).err(), Some(JoinError::Expired));
    let removal = vec![Op::Remove { account: team.ben.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), ACCEPTED);
    assert_eq!(team.vault.change(&team.anna, vec![add(late, MemberRole::Editor)]), refused);
}

#[test]
fn t31_removed_member_cannot_write_or_read_later_entries() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), ACCEPTED);
    assert_eq!(team.vault.put(&team.cleo, 1), rejected(RejectReason::Author));
    assert_eq!(team.vault.change(&team.cleo, vec![Op::Leave]), rejected(RejectReason::Author));
    let roster = team.vault.log.roster();
    // Cleo has the key of epoch 1, which opens no later key.
    let had = VaultKey::from_bytes(team.vault.keys[&1].expose_bytes());
    assert_eq!(open_history(roster, 1, had).ok().unwrap().len(), 1);
    let had = VaultKey::from_bytes(team.vault.keys[&1].expose_bytes());
    assert_eq!(open_history(roster, 2, had).err(), Some(OpenError));
    let grant = make_grant(roster, 2, &team.cleo.id(), &team.vault.keys[&2], &mut team.vault.rng);
    assert_eq!(grant.err(), Some(GrantError::NotAMember));
    // One grant gives a remaining member all keys.
    let grant = make_grant(roster, 2, &team.dora.id(), &team.vault.keys[&2], &mut team.vault.rng).unwrap();
    let key = open_grant(roster, &grant, &team.dora.id(), &team.dora.identity).ok().unwrap();
    assert_eq!(open_history(roster, 2, key).ok().unwrap().len(), 2);
}

#[test]
fn t32_viewers_cannot_write_and_editors_cannot_change_the_roster() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.dora, 1), rejected(RejectReason::Role));
    let secret = InviteSecret::make(&mut team.vault.rng);
    for person in [&team.cleo, &team.dora] {
        let attempts = [
            secret.invite_op(MemberRole::Viewer, 2000),
            Person::new(8).add(MemberRole::Viewer),
            Op::Role { account: team.dora.id(), role: MemberRole::Editor },
            team.vault.epoch(),
            Op::Policy { keep_days: 90 },
        ];
        for op in attempts {
            assert_eq!(team.vault.change(person, vec![op]), rejected(RejectReason::Role));
        }
        let removal = vec![Op::Remove { account: team.ben.id() }, team.vault.epoch()];
        assert_eq!(team.vault.change(person, removal), rejected(RejectReason::Role));
    }
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
}

#[test]
fn invite_link_round_trips_and_other_texts_are_rejected() {
    let mut team = Team::new();
    let mut link = team.vault.invite(&team.ben, MemberRole::Editor);
    link.server = "https://vault.example.org:8443".to_owned();
    let text = link.to_text();
    assert!(text.expose().starts_with("coffer://join#"));
    let again = InviteLink::from_text(&text).ok().unwrap();
    assert!(again.secret.is_same_as(&link.secret));
    assert_eq!((again.server, again.seq, again.root), (link.server.clone(), link.seq, link.root));
    let code = text.expose().split('#').nth(1).unwrap();
    assert!(InviteLink::from_text(&format!("  {code}\n").as_str().into()).is_ok());
    link.server = "x".repeat(InviteLink::MAX_SERVER);
    assert!(InviteLink::from_text(&link.to_text()).is_ok(), "the longest");
    link.server.push('x');
    let endless = "A".repeat(10_000);
    for wrong in [
        "",
        "coffer://join#",
        "https://example.org/#x",
        "AAAA",
        code.get(4..).unwrap(),
        endless.as_str(),
        link.to_text().expose(),
    ] {
        assert!(InviteLink::from_text(&wrong.into()).is_err());
    }
    // The bounds: of the text before it is decoded, and of the content before it is read.
    let failure = |length: usize| InviteLink::from_text(&"A".repeat(length).as_str().into()).err();
    assert_eq!(failure(0), Some(LinkError::NotALink));
    assert_eq!(failure(InviteLink::MAX_TEXT + 1), Some(LinkError::NotALink));
    assert_eq!(failure(InviteLink::MAX_TEXT), Some(LinkError::Damaged(DecodeError::TooLong)));
    // 416 and 415 bytes.
    assert_eq!(failure(555), Some(LinkError::Damaged(DecodeError::TooLong)));
    assert_ne!(failure(554), Some(LinkError::Damaged(DecodeError::TooLong)));
    for at in 0..code.len() {
        let mut cut = code.to_owned();
        cut.truncate(at);
        assert!(InviteLink::from_text(&cut.as_str().into()).is_err(), "cut at {at}");
    }
}
