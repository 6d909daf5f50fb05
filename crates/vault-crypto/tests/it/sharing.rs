//! Attacks on shared vaults: on membership, keys and invitations.

use vault_crypto::{
    GrantError, Identity, InviteLink, InviteSecret, JoinError, OpenError, VaultKey, make_epoch, make_grant,
    make_revision, open_grant, open_history, sign_record,
};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::{Equivocation, LogVerifier, RejectReason};
use vault_wire::revision::RevisionKind;
use vault_wire::roster::{EpochOp, GenesisError, MemberRole, Op};

use crate::team::{OK, Person, Shared, Stored, Team, void};

fn add(answer: Answer, role: MemberRole) -> Op {
    Op::Add { certificate: Box::new(answer.certificate), role, accept: Some(Box::new(answer.accept)) }
}

#[test]
fn t17_a_grant_of_another_key_is_refused() {
    let mut team = Team::new();
    let roster = team.vault.log.roster();
    let (ben, key) = (&team.ben, &team.vault.keys[&1]);
    let rng = &mut team.vault.rng;
    let grant = make_grant(roster, 1, &ben.id(), key, rng).unwrap();
    assert!(open_grant(roster, &grant, &ben.id(), &ben.identity).ok().unwrap().is_same_as(key));

    // A server that wraps a key of its own makes a vault of its own to have a roster that allows it.
    let evil = Person::new(66);
    let mut own = Shared::found(&evil, 67);
    assert_eq!(own.change(&evil, vec![ben.add(MemberRole::Viewer)]), OK);
    let mut forged = make_grant(own.log.roster(), 1, &ben.id(), &own.keys[&1], rng).unwrap();
    assert!(open_grant(roster, &forged, &ben.id(), &ben.identity).is_err(), "of another vault");
    forged.context.vault_id = *roster.vault_id();
    assert!(open_grant(roster, &forged, &ben.id(), &ben.identity).is_err(), "under this vault's name");
    assert_eq!(
        make_grant(roster, 1, &ben.id(), &own.keys[&1], rng).err(),
        Some(GrantError::OtherKey),
        "nor can a member be made to hand out a foreign key"
    );
    // Another's grant, or one for another epoch or generation.
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
fn t19_a_wrapped_key_without_its_post_quantum_half_does_not_open() {
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
fn t23_a_key_substituted_at_first_sharing_gets_nothing() {
    let mut team = Team::new();
    let (erik, evil) = (Person::new(8), Person::new(66));
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let answer = link.accept(&team.vault.log, &erik.identity, &erik.certificate, team.vault.now).unwrap();
    // The server answers the manager with its own certificate in the place of Erik's.
    let mut swapped = answer.clone();
    swapped.certificate = evil.certificate.clone();
    assert_eq!(
        team.vault.change(&team.ben, vec![add(swapped, MemberRole::Editor)]),
        void(RejectReason::Invitation)
    );
    // Or signs what it can sign itself, without the secret.
    let guessed = InviteLink { secret: InviteSecret::from_bytes(&[0; 16]), ..link };
    let refused = guessed.accept(&team.vault.log, &evil.identity, &evil.certificate, team.vault.now);
    assert_eq!(refused.err(), Some(JoinError::NotOpen));
    let roster = team.vault.log.roster();
    let grant = make_grant(roster, 1, &evil.id(), &team.vault.keys[&1], &mut team.vault.rng);
    assert_eq!(grant.err(), Some(GrantError::NotAMember), "nothing is wrapped");
    assert_eq!(team.vault.change(&team.ben, vec![add(answer, MemberRole::Editor)]), OK);
}

#[test]
fn t24_an_identity_that_a_vault_has_seen_is_not_replaced_by_an_older_or_other_one() {
    let mut team = Team::new();
    let second = Identity::make_next(&team.cleo.identity, &mut FixedRng::new(40)).unwrap();
    let renewed = team.cleo.root.certify(&second, Predecessor::Sound, 2);
    let op = Op::Certificate { certificate: Box::new(renewed.clone()) };
    let mut record = team.vault.record(&team.cleo, vec![op]);
    record.generation = 2;
    let by_old_key = sign_record(&record, &team.cleo.identity, None);
    assert_eq!(team.vault.push(Stored::Record(by_old_key)), void(RejectReason::Signature));
    let mut record = team.vault.record(&team.cleo, record.ops);
    record.generation = 2;
    assert_eq!(team.vault.push(Stored::Record(sign_record(&record, &second, None))), OK);
    assert_eq!(team.vault.put(&team.cleo, 1), void(RejectReason::Author), "the old key is done");

    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), OK);
    let again =
        |certificate| Op::Add { certificate: Box::new(certificate), role: MemberRole::Editor, accept: None };
    let older = team.cleo.certificate.clone();
    assert_eq!(team.vault.change(&team.anna, vec![again(older)]), void(RejectReason::Certificate));
    let other = Identity::make_next(&team.cleo.identity, &mut FixedRng::new(41)).unwrap();
    let other = team.cleo.root.certify(&other, Predecessor::Sound, 2);
    assert_eq!(team.vault.change(&team.anna, vec![again(other)]), void(RejectReason::Certificate));
    assert_eq!(team.vault.change(&team.anna, vec![again(renewed)]), OK);
}

#[test]
fn t25_a_server_cannot_add_itself() {
    let mut team = Team::new();
    let evil = Person::new(66);
    let join = vec![evil.add(MemberRole::Owner)];
    assert_eq!(team.vault.change(&evil, join.clone()), void(RejectReason::Author));
    let mut as_anna = team.vault.record(&team.anna, join.clone());
    let forged = sign_record(&as_anna, &evil.identity, Some(&evil.root));
    assert_eq!(team.vault.push(Stored::Record(forged)), void(RejectReason::Signature));
    // With an identity for Anna that Anna's root never certified.
    as_anna.generation = 2;
    let mut certificate = evil.certificate.clone();
    certificate.by_root = team.anna.certificate.by_root;
    as_anna.ops = vec![Op::Certificate { certificate: Box::new(certificate) }];
    let forged = sign_record(&as_anna, &evil.identity, None);
    assert_eq!(team.vault.push(Stored::Record(forged)), void(RejectReason::Certificate));
    // By the word of a manager it has taken in: not above that manager's reach.
    assert_eq!(team.vault.change(&team.ben, join), void(RejectReason::Role));
    assert_eq!(team.vault.log.roster().members().count(), 4);
}

#[test]
fn t26_nobody_rises_by_their_own_word_and_owners_fall_by_an_owners_root_only() {
    let mut team = Team::new();
    let make = |person: &Person, role| vec![Op::Role { account: person.id(), role }];
    for person in [&team.ben, &team.cleo, &team.dora] {
        for role in [MemberRole::Owner, MemberRole::Manager] {
            let refused = [void(RejectReason::Role), void(RejectReason::Member)];
            assert!(refused.contains(&team.vault.change(person, make(person, role))));
            assert_eq!(team.vault.change_rooted(person, make(person, role)), void(RejectReason::Role));
        }
        let demotion = make(&team.anna, MemberRole::Viewer);
        assert_eq!(team.vault.change_rooted(person, demotion), void(RejectReason::Role));
        let removal = vec![Op::Remove { account: team.anna.id() }, team.vault.epoch()];
        assert_eq!(team.vault.change_rooted(person, removal), void(RejectReason::Role));
    }
    // An unlocked session of an owner is not enough: it takes the password, which opens the root.
    let promotion = make(&team.ben, MemberRole::Owner);
    assert_eq!(team.vault.change(&team.anna, promotion.clone()), void(RejectReason::RootSignature));
    assert_eq!(team.vault.change_rooted(&team.anna, promotion), OK);
    let demotion = make(&team.anna, MemberRole::Viewer);
    assert_eq!(team.vault.change(&team.ben, demotion.clone()), void(RejectReason::RootSignature));
    assert_eq!(team.vault.change_rooted(&team.ben, demotion), OK);
}

#[test]
fn t27_a_removal_or_rotation_hidden_from_somebody_is_noticed() {
    let mut team = Team::new();
    let removal = vec![Op::Remove { account: team.dora.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), OK);
    assert_eq!(team.vault.put(&team.cleo, 1), OK);
    let mut hidden = team.vault.entries.clone();
    hidden.remove(1);
    let fooled = team.vault.replay(&hidden);
    assert!(matches!(fooled.equivocation(), Some(Equivocation::Contradiction { .. })));
    let mut late = team.vault.entries.clone();
    late.swap(1, 2);
    assert!(matches!(team.vault.replay(&late).equivocation(), Some(Equivocation::Contradiction { .. })));
}

#[test]
fn t27_a_push_on_a_stale_parent_or_record_has_no_effect() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), OK);
    let stale = team.vault.header(&team.cleo, 1);
    assert_eq!(team.vault.put(&team.anna, 1), OK);
    assert_eq!(team.vault.write(&team.cleo, &stale).1, void(RejectReason::Parent));
    let record =
        team.vault.record(&team.ben, vec![Op::Role { account: team.dora.id(), role: MemberRole::Editor }]);
    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), OK);
    let stale = sign_record(&record, &team.ben.identity, None);
    assert_eq!(team.vault.push(Stored::Record(stale)), void(RejectReason::Parent));
    assert_eq!(team.vault.log.equivocation(), None, "nothing of that is the server's doing");
}

#[test]
fn t27_a_member_who_signs_a_false_base_changes_nothing() {
    let mut team = Team::new();
    for (seq, root) in [(1, [7; 32]), (99, [7; 32])] {
        let mut header = team.vault.header(&team.cleo, 1);
        (header.base_seq, header.base_root) = (seq, root.into());
        assert_eq!(team.vault.write(&team.cleo, &header).1, void(RejectReason::Base));
    }
    // An honest server judges by the same rules and never lets such an entry in; one that does is caught by it.
    assert!(
        matches!(team.vault.log.equivocation(), Some(Equivocation::Contradiction { author, .. }) if author == team.cleo.id())
    );
    assert_eq!(team.vault.put(&team.cleo, 1), OK, "and everybody can go on once it is looked into");
}

#[test]
fn t27_a_body_that_does_not_open_and_deleting_everything_are_undone_by_the_next_editor() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.anna, 1), OK);
    let header = team.vault.header(&team.cleo, 1);
    let wrong_key = VaultKey::make(&mut team.vault.rng);
    let made = make_revision(&header, b"x", &wrong_key, &team.cleo.identity, &mut team.vault.rng).unwrap();
    assert_eq!(team.vault.push(Stored::Revision(made.signed)), OK, "nobody can see that from outside");
    assert_eq!(team.vault.put(&team.anna, 1), OK, "the next revision follows it");
    let mut delete = team.vault.header(&team.cleo, 1);
    delete.kind = RevisionKind::Tombstone;
    assert_eq!(team.vault.write(&team.cleo, &delete).1, OK);
    assert_eq!(team.vault.put(&team.anna, 1), OK);
    assert_eq!(team.vault.log.equivocation(), None);
}

#[test]
fn t27_an_epoch_whose_key_nobody_gets_does_not_freeze_the_vault() {
    let mut team = Team::new();
    let current = team.vault.log.roster().epoch();
    let earlier = &team.vault.keys[&current];
    let hoarded = make_epoch(team.vault.log.roster(), current, earlier, &mut team.vault.rng).unwrap();
    let broken = EpochOp { back: vec![0; 105], ..hoarded.op };
    assert_eq!(team.vault.change(&team.ben, vec![Op::Epoch(broken)]), OK);
    // Anna has no grant for it; she begins another, linked to the last key she has, and puts Ben out.
    let earlier = &team.vault.keys[&1];
    let next = make_epoch(team.vault.log.roster(), 1, earlier, &mut team.vault.rng).unwrap();
    let ops = vec![Op::Remove { account: team.ben.id() }, Op::Epoch(next.op)];
    assert_eq!(team.vault.change(&team.anna, ops), OK);
    let roster = team.vault.log.roster();
    let key = VaultKey::from_bytes(next.key.expose_bytes());
    let history = open_history(roster, 3, key).ok().unwrap();
    assert_eq!(history.keys().copied().collect::<Vec<_>>(), [1, 3]);
    assert!(history[&1].is_same_as(&team.vault.keys[&1]));
    // From the hoarded key nothing earlier can be had: its link is broken, which is its author's loss.
    let lone = open_history(roster, 2, hoarded.key).ok().unwrap();
    assert_eq!(lone.len(), 1);
}

#[test]
fn t28_another_vault_or_history_is_not_joined() {
    let mut team = Team::new();
    let erik = Person::new(8);
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let evil = Person::new(66);
    let mut own = Shared::found(&evil, 67);
    // A server that does know the invitation's public key opens it in a vault of its own.
    let key = link.secret.public();
    let op = Op::Invite { key, role: MemberRole::Editor, expires_at: 2000 };
    assert_eq!(own.change(&evil, vec![op]), OK);
    let accept = |log: &LogVerifier| link.accept(log, &erik.identity, &erik.certificate, 1000).err();
    assert_eq!(accept(&own.log), Some(JoinError::OtherLog));
    let shown_short = team.vault.replay(&[]);
    assert_eq!(accept(&shown_short), Some(JoinError::OtherLog), "rolled back before the invitation");
    assert_eq!(accept(&team.vault.log), None);
    let known = *team.vault.log.roster().genesis_hash();
    let replaced = LogVerifier::from_genesis(&own.founding, Some(&known)).err();
    assert_eq!(replaced, Some(GenesisError::OtherRecord));
}

#[test]
fn t30_an_invitation_is_used_once_and_by_whom_it_was_given_to() {
    let mut team = Team::new();
    let (erik, fred) = (Person::new(8), Person::new(9));
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let now = team.vault.now;
    let eriks = link.accept(&team.vault.log, &erik.identity, &erik.certificate, now).unwrap();
    let freds = link.accept(&team.vault.log, &fred.identity, &fred.certificate, now).unwrap();
    let mut redirected = eriks.clone();
    redirected.accept.by_key = freds.accept.by_key;
    let refused = void(RejectReason::Invitation);
    assert_eq!(team.vault.change(&team.ben, vec![add(redirected, MemberRole::Editor)]), refused);
    assert_eq!(
        team.vault.change(&team.ben, vec![add(eriks.clone(), MemberRole::Viewer)]),
        OK,
        "less is fine"
    );
    assert_eq!(team.vault.change(&team.ben, vec![add(freds, MemberRole::Editor)]), refused, "used up");
    let removal = vec![Op::Remove { account: erik.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), OK);
    assert_eq!(team.vault.change(&team.ben, vec![add(eriks, MemberRole::Editor)]), refused, "nor again");

    // Of a manager who has gone, no link is left.
    let link = team.vault.invite(&team.ben, MemberRole::Editor);
    let late = link.accept(&team.vault.log, &fred.identity, &fred.certificate, now).unwrap();
    assert_eq!(
        link.accept(&team.vault.log, &fred.identity, &fred.certificate, now + 1001).err(),
        Some(JoinError::Expired)
    );
    let removal = vec![Op::Remove { account: team.ben.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.anna, removal), OK);
    assert_eq!(team.vault.change(&team.anna, vec![add(late, MemberRole::Editor)]), refused);
}

#[test]
fn t31_a_removed_member_neither_writes_nor_reads_what_came_later() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), OK);
    let removal = vec![Op::Remove { account: team.cleo.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), OK);
    assert_eq!(team.vault.put(&team.cleo, 1), void(RejectReason::Author));
    assert_eq!(team.vault.change(&team.cleo, vec![Op::Leave]), void(RejectReason::Author));
    let roster = team.vault.log.roster();
    // What Cleo has is the key of epoch 1, and no way forward from it.
    let had = VaultKey::from_bytes(team.vault.keys[&1].expose_bytes());
    assert_eq!(open_history(roster, 1, had).ok().unwrap().len(), 1);
    let had = VaultKey::from_bytes(team.vault.keys[&1].expose_bytes());
    assert_eq!(open_history(roster, 2, had).err(), Some(OpenError));
    let grant = make_grant(roster, 2, &team.cleo.id(), &team.vault.keys[&2], &mut team.vault.rng);
    assert_eq!(grant.err(), Some(GrantError::NotAMember));
    // Who stays has everything, from one grant.
    let grant = make_grant(roster, 2, &team.dora.id(), &team.vault.keys[&2], &mut team.vault.rng).unwrap();
    let key = open_grant(roster, &grant, &team.dora.id(), &team.dora.identity).ok().unwrap();
    assert_eq!(open_history(roster, 2, key).ok().unwrap().len(), 2);
}

#[test]
fn t32_viewers_write_nothing_and_editors_not_the_roster() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.dora, 1), void(RejectReason::Role));
    let secret = InviteSecret::make(&mut team.vault.rng);
    for person in [&team.cleo, &team.dora] {
        let attempts = [
            secret.invite(MemberRole::Viewer, 2000),
            Person::new(8).add(MemberRole::Viewer),
            Op::Role { account: team.dora.id(), role: MemberRole::Editor },
            team.vault.epoch(),
            Op::Policy { keep_days: 90 },
        ];
        for op in attempts {
            assert_eq!(team.vault.change(person, vec![op]), void(RejectReason::Role));
        }
        let removal = vec![Op::Remove { account: team.ben.id() }, team.vault.epoch()];
        assert_eq!(team.vault.change(person, removal), void(RejectReason::Role));
    }
    assert_eq!(team.vault.put(&team.cleo, 1), OK);
}

#[test]
fn a_link_survives_being_written_down_and_nothing_else_passes_for_one() {
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
    for at in 0..code.len() {
        let mut cut = code.to_owned();
        cut.truncate(at);
        assert!(InviteLink::from_text(&cut.as_str().into()).is_err(), "cut at {at}");
    }
}
