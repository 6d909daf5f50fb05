//! Attacks on a vault's entries and their order.

use vault_crypto::{VaultKey, make_revision, open_body, sign_record};
use vault_wire::cbor::Canonical;
use vault_wire::log::{
    Entry, Equivocation, Head, HeadRelation, Named, Recovery, RecoveryRatchet, RecoveryState, RejectReason,
};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{EntryHash, ItemId};

use crate::team::{ACCEPTED, Person, SharedVault, StoredEntry, Team, rejected};

#[test]
fn t04_omitted_item_changes_every_later_root() {
    let mut team = Team::new();
    for item in 1..=3 {
        assert_eq!(team.vault.put(&team.cleo, item), ACCEPTED);
    }
    let mut shown = team.vault.entries.clone();
    shown.remove(2);
    let other = team.vault.replay(&shown);
    assert_eq!(other.equivocation(), Some(Equivocation::Contradiction { seq: 4, author: team.cleo.id() }));
    // A device that knows the vault detects it by the head alone.
    let mut known = team.vault.log.clone();
    assert_eq!(known.check_server_head(&other.head(), Recovery::None), Err(Equivocation::Fork { seq: 4 }));
}

#[test]
fn t05_deleted_item_returns_only_by_a_put_on_its_tombstone() {
    let mut team = Team::new();
    let first = team.vault.header(&team.cleo, 1);
    let (before, verdict) = team.vault.write(&team.cleo, &first);
    assert_eq!(verdict, ACCEPTED);
    let mut delete = team.vault.header(&team.cleo, 1);
    delete.kind = RevisionKind::Tombstone;
    let (tombstone, verdict) = team.vault.write(&team.cleo, &delete);
    assert_eq!(verdict, ACCEPTED);

    let repeated = team.vault.entries[1].clone();
    assert_eq!(team.vault.push(repeated), rejected(RejectReason::Parent), "the old revision shown again");
    let mut stale = team.vault.header(&team.cleo, 1);
    stale.parent = Some(before);
    assert_eq!(team.vault.write(&team.cleo, &stale).1, rejected(RejectReason::Parent));
    assert_eq!(team.vault.log.current(&first.item_id).unwrap().hash, tombstone);
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);

    let mut shown = team.vault.entries.clone();
    shown.remove(2);
    let without_deletion = team.vault.replay(&shown);
    assert!(matches!(without_deletion.equivocation(), Some(Equivocation::Contradiction { .. })));
}

#[test]
fn t08_rollback_of_a_vault_is_detected() {
    let mut team = Team::new();
    let earlier = team.vault.log.head();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    assert_eq!(team.vault.log.compare(&earlier), HeadRelation::Behind);
    let rollback = Equivocation::Rollback { seq: earlier.seq };
    assert_eq!(team.vault.log.check_server_head(&earlier, Recovery::None), Err(rollback));
    let now = team.vault.log.head();
    assert_eq!(team.vault.log.check_server_head(&now, Recovery::None), Ok(HeadRelation::Same));
    assert_eq!(team.vault.log.equivocation(), Some(rollback), "evidence is kept");
}

#[test]
fn t08_announced_recovery_excuses_nothing_but_a_shorter_prefix() {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let mut team = Team::new();
    let earlier = team.vault.log.head();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let forked = Head { seq: earlier.seq, root: [7; 32].into() };
    let rollback = Equivocation::Rollback { seq: earlier.seq };
    let fork = Equivocation::Fork { seq: earlier.seq };
    let check = |ratchet: &mut RecoveryRatchet, epoch, until, now, head: &Head| {
        let recovery = ratchet.observe(RecoveryState { epoch, until }, now);
        team.vault.log.clone().check_server_head(head, recovery)
    };
    let mut ratchet = RecoveryRatchet::default();
    assert_eq!(check(&mut ratchet, 1, Some(3 * DAY), DAY, &earlier), Ok(HeadRelation::Behind));
    assert_eq!(check(&mut ratchet, 1, Some(3 * DAY), DAY, &forked), Err(fork), "another root is no restore");
    // A later end for the same recovery extends nothing.
    assert_eq!(check(&mut ratchet, 1, Some(30 * DAY), 4 * DAY, &earlier), Err(rollback));
    assert_eq!(check(&mut ratchet, 1, Some(30 * DAY), 5 * DAY, &earlier), Err(rollback), "it had ended");
    assert_eq!(check(&mut ratchet, 1, Some(30 * DAY), DAY, &earlier), Err(rollback), "a clock set back");
    // The next one counts, for 30 days at most, and not once it was stated as ended.
    assert_eq!(check(&mut ratchet, 2, Some(u64::MAX), 5 * DAY, &earlier), Ok(HeadRelation::Behind));
    assert_eq!(check(&mut ratchet, 2, Some(u64::MAX), 35 * DAY, &earlier), Ok(HeadRelation::Behind));
    assert_eq!(check(&mut ratchet, 2, Some(u64::MAX), 35 * DAY + 1, &earlier), Err(rollback));
    assert_eq!(check(&mut ratchet, 3, None, 36 * DAY, &earlier), Err(rollback), "nothing is announced");
    assert_eq!(check(&mut ratchet, 3, Some(40 * DAY), 36 * DAY, &earlier), Err(rollback), "resumed");
    // One that was not seen to end has an end all the same, and an end in the past is none.
    let mut late = RecoveryRatchet::default();
    assert_eq!(check(&mut late, 1, Some(2 * DAY), 2 * DAY + 1, &earlier), Err(rollback));
    assert_eq!(
        check(&mut late, 1, Some(9 * DAY), 3 * DAY, &earlier),
        Err(rollback),
        "prolonged after its end"
    );
    assert_eq!(check(&mut late, 0, Some(9 * DAY), 3 * DAY, &earlier), Err(rollback), "before the first");
    // A number skipped ahead cannot be used up to go back to an earlier one.
    assert_eq!(check(&mut ratchet, 9, Some(40 * DAY), 36 * DAY, &earlier), Ok(HeadRelation::Behind));
    assert_eq!(
        check(&mut ratchet, 4, Some(40 * DAY), 36 * DAY, &earlier),
        Err(rollback),
        "of an earlier one"
    );
}

#[test]
fn t27_closed_vault_takes_nothing() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let close = || vec![Op::Close];
    assert_eq!(team.vault.change(&team.ben, close()), rejected(RejectReason::Role));
    assert_eq!(team.vault.change(&team.anna, close()), rejected(RejectReason::RootSignature));
    let with_more = vec![Op::Close, team.vault.epoch()];
    assert_eq!(team.vault.change_rooted(&team.anna, with_more), rejected(RejectReason::Combination));
    assert_eq!(team.vault.change_rooted(&team.anna, close()), ACCEPTED);
    assert!(team.vault.log.roster().is_closed());
    assert_eq!(team.vault.put(&team.cleo, 1), rejected(RejectReason::Closed));
    assert_eq!(team.vault.change(&team.cleo, vec![Op::Leave]), rejected(RejectReason::Closed));
    assert_eq!(team.vault.change_rooted(&team.anna, close()), rejected(RejectReason::Closed));
}

#[test]
fn t26_second_factor_is_required_by_owners_only() {
    let mut team = Team::new();
    let require = |second_factor| vec![Op::Require { second_factor }];
    assert_eq!(team.vault.change(&team.ben, require(true)), rejected(RejectReason::Role));
    assert_eq!(team.vault.change(&team.anna, require(true)), rejected(RejectReason::RootSignature));
    assert_eq!(team.vault.change_rooted(&team.anna, require(false)), rejected(RejectReason::Policy));
    assert_eq!(team.vault.change_rooted(&team.anna, require(true)), ACCEPTED);
    assert!(team.vault.log.roster().requires_second_factor());
    assert_eq!(team.vault.change_rooted(&team.anna, require(true)), rejected(RejectReason::Policy));
    assert_eq!(team.vault.change_rooted(&team.anna, require(false)), ACCEPTED);
    assert!(!team.vault.log.roster().requires_second_factor());
}

#[test]
fn t09_new_device_detects_a_rollback_by_any_known_head() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    let seen_elsewhere = team.vault.log.head();
    let mut fresh = team.vault.replay(&team.vault.entries[..1]);
    assert_eq!(fresh.compare(&seen_elsewhere), HeadRelation::Ahead, "not yet fetched");
    assert_eq!(team.vault.put(&team.anna, 2), ACCEPTED);
    // The server continues with another entry instead of Cleo's.
    let StoredEntry::Revision(last) = team.vault.entries[2].clone() else { panic!("another kind of entry") };
    assert_eq!(fresh.push(Entry::Revision(&last)), rejected(RejectReason::Base));
    assert_eq!(fresh.compare(&seen_elsewhere), HeadRelation::Forked);
    assert!(fresh.equivocation().is_some(), "Anna had seen Cleo's");
}

#[test]
fn t10_two_histories_are_detected_by_the_first_shared_entry() {
    let mut team = Team::new();
    let mut other = team.vault.fork(&team.vault.entries);
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    assert_eq!(other.put(&team.anna, 2), ACCEPTED);
    assert_eq!(other.put(&team.anna, 3), ACCEPTED);
    // Cleo receives Anna's next entry, which is based on the other history.
    let next = other.entries.last().unwrap().clone();
    assert_eq!(team.vault.push(next), rejected(RejectReason::Base));
    assert_eq!(
        team.vault.log.equivocation(),
        Some(Equivocation::Contradiction { seq: 4, author: team.anna.id() })
    );
}

#[test]
fn t11_reordered_or_dropped_entries_are_detected() {
    let mut team = Team::new();
    for item in 1..=4 {
        assert_eq!(team.vault.put(&team.cleo, item), ACCEPTED);
    }
    let honest = team.vault.log.head();
    for (a, b) in [(1, 2), (2, 4), (3, 4)] {
        let mut shown = team.vault.entries.clone();
        shown.swap(a, b);
        let other = team.vault.replay(&shown);
        assert!(other.equivocation().is_some(), "{a} and {b} swapped");
        assert_eq!(other.compare(&honest), HeadRelation::Forked);
    }
    for at in 1..4 {
        let mut shown = team.vault.entries.clone();
        shown.remove(at);
        assert!(team.vault.replay(&shown).equivocation().is_some(), "{at} dropped");
    }
}

#[test]
fn t11_acknowledged_entry_must_be_read_back_at_its_number() {
    let mut team = Team::new();
    for item in 1..=3 {
        assert_eq!(team.vault.put(&team.cleo, item), ACCEPTED);
    }
    // Genesis is entry 1, so the entry at index 2 of the others is entry 4.
    let entries = &team.vault.entries;
    let (own, other) = (entries[2].as_entry(), entries[3].as_entry());
    let missing = |seq| Equivocation::MissingOwn { seq };

    // The acknowledgement arrives before the entry, or twice.
    let mut log = team.vault.replay(&entries[..2]);
    assert_eq!((log.expect_own(4, own), log.expect_own(4, own)), (Ok(()), Ok(())));
    log.extend(&[own, other]);
    assert_eq!(log.equivocation(), None);
    // The entry was read before its acknowledgement arrived.
    assert_eq!((log.expect_own(4, own), log.expect_own(5, other)), (Ok(()), Ok(())));
    assert_eq!(log.equivocation(), None, "the server is honest");

    // Another entry is read there, before or after the acknowledgement.
    for (seq, entry) in [(3, own), (5, own), (4, other), (0, own), (1, own)] {
        let mut late = log.clone();
        assert_eq!(late.expect_own(seq, entry), Err(missing(seq)));
        assert_eq!(late.equivocation(), Some(missing(seq)), "evidence is kept");
    }
    let mut early = team.vault.replay(&entries[..2]);
    early.expect_own(4, other).unwrap();
    early.extend(&[own]);
    assert_eq!(early.equivocation(), Some(missing(4)));
    // Two own entries cannot have the same number.
    let mut twice = team.vault.replay(&entries[..2]);
    twice.expect_own(4, own).unwrap();
    assert_eq!(twice.expect_own(4, other), Err(missing(4)));
    // The entry is shown with another signature, which makes it void for everybody.
    let StoredEntry::Revision(mut spoilt) = entries[2].clone() else { panic!("another kind of entry") };
    spoilt.signature = [0; 64].into();
    let mut log = team.vault.replay(&entries[..2]);
    log.expect_own(4, own).unwrap();
    log.extend(&[Entry::Revision(&spoilt)]);
    assert_eq!(log.equivocation(), Some(missing(4)));
}

#[test]
fn log_with_other_signatures_has_another_root() {
    let mut team = Team::new();
    let removal = vec![Op::Remove { account: team.dora.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change(&team.ben, removal), ACCEPTED);
    let mut shown = team.vault.entries.clone();
    let Some(StoredEntry::Record(record)) = shown.last_mut() else { panic!("another kind of entry") };
    record.signature = [0; 64].into();
    let other = team.vault.replay(&shown);
    assert!(other.roster().member(&team.dora.id()).is_some(), "rejected by this reader");
    // The roots differ, so the server cannot continue both.
    assert_eq!(team.vault.log.compare(&other.head()), HeadRelation::Forked);
}

#[test]
fn only_a_current_owner_can_choose_between_histories() {
    let mut team = Team::new();
    assert_eq!(
        team.vault
            .change_rooted(&team.anna, vec![Op::Role { account: team.ben.id(), role: MemberRole::Owner }]),
        ACCEPTED
    );
    let shared = team.vault.entries.clone();
    let at = team.vault.log.head();
    // Ben is removed; then the server is restored to a state before that and continues from there.
    let removal = vec![Op::Remove { account: team.ben.id() }, team.vault.epoch()];
    assert_eq!(team.vault.change_rooted(&team.anna, removal), ACCEPTED);
    let adopt = Op::Adopt { seq: at.seq, root: at.root };
    let branch = |author: &Person| {
        let mut other = team.vault.fork(&shared);
        assert_eq!(other.put(&team.cleo, 9), ACCEPTED);
        assert_eq!(team.vault.log.is_superseded_by(&other.log), None, "no choice was made");
        assert_eq!(other.change_rooted(author, vec![adopt.clone()]), ACCEPTED);
        other.log
    };
    let chosen = branch(&team.anna);
    let Head { seq, .. } = chosen.head();
    assert_eq!(team.vault.log.is_superseded_by(&chosen).map(|adoption| adoption.entry), Some(seq));
    assert_eq!(team.vault.log.is_superseded_by(&branch(&team.ben)), None);
}

#[test]
fn t08_history_is_superseded_only_by_a_choice_made_after_the_fork() {
    let mut team = Team::new();
    let adopt = |Head { seq, root }| vec![Op::Adopt { seq, root }];
    let early = team.vault.log.head();
    // A choice that both histories share chooses neither of them.
    assert_eq!(team.vault.change_rooted(&team.anna, adopt(early)), ACCEPTED);
    let mut other = team.vault.fork(&team.vault.entries);
    let shared = team.vault.log.clone();
    assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    assert_eq!(other.put(&team.cleo, 2), ACCEPTED);
    assert_eq!(team.vault.log.is_superseded_by(&other.log), None);
    // Nor does one by an author who had not seen all that is shared.
    assert_eq!(other.change_rooted(&team.anna, adopt(early)), ACCEPTED);
    assert_eq!(team.vault.log.is_superseded_by(&other.log), None);
    let last_shared = shared.head();
    assert_eq!(other.change_rooted(&team.anna, adopt(last_shared)), ACCEPTED);
    let chosen = team.vault.log.is_superseded_by(&other.log).unwrap();
    assert_eq!((chosen.author, chosen.seq, chosen.entry), (team.anna.id(), last_shared.seq, 6));
    // A history that was only continued is no other history.
    assert_eq!(shared.is_superseded_by(&other.log), None);
    assert_eq!(other.log.is_superseded_by(&shared), None);
    assert_eq!(other.log.is_superseded_by(&other.log), None);
    // Nor is another vault one.
    let foreign = SharedVault::create(&team.anna, 60);
    assert_eq!(foreign.log.is_superseded_by(&other.log), None);
}

#[test]
fn t01_swapped_bodies_of_two_items_do_not_open() {
    let mut team = Team::new();
    let key = VaultKey::from_bytes(team.vault.keys[&1].expose_bytes());
    let [one, two] = [1, 2].map(|item| {
        let header = team.vault.header(&team.cleo, item);
        make_revision(&header, &[item; 9], &key, &team.cleo.identity, &mut team.vault.rng).unwrap()
    });
    assert!(open_body(&one.signed, &two.body, &key).is_err());
    // Not even if the body hash is swapped too, which the signature prevents.
    let mut forged = one.signed.clone();
    forged.body_hash = two.signed.body_hash;
    assert!(open_body(&forged, &two.body, &key).is_err(), "the header is bound to the body");
    assert_eq!(team.vault.push(StoredEntry::Revision(forged)), rejected(RejectReason::Signature));
    assert_eq!(open_body(&one.signed, &one.body, &key).ok().unwrap().expose(), [1; 9]);
    // Nor does another body that was sealed for the same header, without the signature's consent.
    let header = RevisionHeader::decode(&one.signed.header).unwrap();
    let again = make_revision(&header, &[3; 9], &key, &team.cleo.identity, &mut team.vault.rng).unwrap();
    assert_eq!(again.signed.header, one.signed.header);
    assert!(open_body(&one.signed, &again.body, &key).is_err());
    assert!(open_body(&again.signed, &again.body, &key).is_ok());
}

#[test]
fn t02_t06_entry_is_rejected_for_another_vault_item_or_kind() {
    let mut team = Team::new();
    let (anna, cleo) = (&team.anna, &team.cleo);
    let mut other = SharedVault::create(anna, 50);
    assert_eq!(other.change(anna, vec![cleo.add(MemberRole::Editor)]), ACCEPTED);
    assert_eq!(team.vault.put(cleo, 1), ACCEPTED);
    let Some(StoredEntry::Revision(taken)) = team.vault.entries.last().cloned() else { panic!("a revision") };
    assert_eq!(other.push(StoredEntry::Revision(taken.clone())), rejected(RejectReason::OtherVault));
    let record = team.vault.entries[0].clone();
    assert_eq!(other.push(record), rejected(RejectReason::OtherVault));

    let header = RevisionHeader::decode(&taken.header).unwrap();
    let relabelled = [
        RevisionHeader { item_id: [9; 16].into(), ..header.clone() },
        RevisionHeader { kind: RevisionKind::Tombstone, ..header.clone() },
        RevisionHeader { author: anna.id(), ..header },
    ];
    for header in relabelled {
        let forged = SignedRevision { header: header.encode(), ..taken.clone() };
        assert_eq!(team.vault.push(StoredEntry::Revision(forged)), rejected(RejectReason::Signature));
    }
}

#[test]
fn t03_older_revision_cannot_become_current_again() {
    let mut team = Team::new();
    for _ in 0..3 {
        assert_eq!(team.vault.put(&team.cleo, 1), ACCEPTED);
    }
    let current = team.vault.log.current(&[1; 16].into());
    for at in 1..=3 {
        let older = team.vault.entries[at].clone();
        assert_eq!(team.vault.push(older), rejected(RejectReason::Parent));
    }
    assert_eq!(team.vault.log.current(&[1; 16].into()), current);
}

#[test]
fn t07_item_by_a_non_member_is_rejected() {
    let mut team = Team::new();
    let evil = Person::new(66);
    assert_eq!(team.vault.put(&evil, 1), rejected(RejectReason::Author));
    let mut header = team.vault.header(&evil, 1);
    header.author = team.cleo.id();
    assert_eq!(team.vault.write(&evil, &header).1, rejected(RejectReason::Signature));
    assert_eq!(team.vault.log.current(&header.item_id), None);
}

#[test]
fn what_entries_name_is_collected() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 3), ACCEPTED);
    let purged = ItemId::from_bytes([9; 16]);
    let Some(last) = team.vault.entries.last() else { panic!("an entry") };
    let mut named = Named::default();
    named.add(last.as_entry());
    let StoredEntry::Revision(revision) = last else { panic!("a revision") };
    let header = RevisionHeader::decode(&revision.header).unwrap();
    assert_eq!(named.items, [header.item_id].into());
    assert_eq!(named.roots, [header.base_seq].into());
    let ops = vec![
        Op::Purge { item_id: purged, before_seq: 2 },
        Op::Adopt { seq: 1, root: *team.vault.log.root_at(1).unwrap() },
    ];
    let record = team.vault.record(&team.anna, ops);
    let mut named = Named::default();
    named.add_record(&record);
    assert_eq!(named.items, [purged].into());
    assert_eq!(named.roots, [1, record.base_seq].into());
    assert_ne!(record.base_seq, 1);
    let signed = sign_record(&record, &team.anna.identity, None);
    let mut again = Named::default();
    again.add(Entry::Record(&signed));
    assert_eq!((again.items, again.roots), (named.items, named.roots));
}

#[test]
fn t04_acknowledged_entry_that_is_not_at_its_number_is_evidence() {
    let mut team = Team::new();
    assert_eq!(team.vault.put(&team.cleo, 3), ACCEPTED);
    let other = team.vault.log.expect_acknowledged(1, EntryHash::from_bytes([7; 32]), Vec::new());
    assert_eq!(other, Err(Equivocation::MissingOwn { seq: 1 }));
}
