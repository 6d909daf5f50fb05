//! The maximum numbers of members and invitations, and which changes a record may combine.

use super::model::{FixedHistory, account, identity, new_roster};
use crate::history::RejectReason;
use crate::roster::MemberRole;
use crate::roster::change::Change;
use crate::roster::op::{BACK_LEN, EpochOp};
use crate::roster::rules::RecordContext;
use crate::roster::state::{Invite, Member, Roster};
use crate::{AccountId, KeyCommitment, SignPublicKey};

/// Returns a number as the first bytes of an id or key.
fn numbered<const N: usize>(number: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..4].copy_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
    bytes
}

fn key(number: usize) -> SignPublicKey {
    SignPublicKey::from_bytes(numbered(number))
}

/// Returns a roster with this many members and invitations, numbered from 0; account 1 is an owner too.
fn filled(members: usize, invites: usize) -> Roster {
    let mut roster = new_roster();
    for number in 0..members - 1 {
        let member = Member { role: MemberRole::Viewer, identity: identity(3, 0) };
        roster.members.insert(AccountId::from_bytes(numbered(number)), member);
    }
    for number in 0..invites {
        let (record, author) = (*roster.last_record(), account(1));
        let invite = Invite { role: MemberRole::Viewer, expires_at: 10, record, author };
        roster.invites.insert(key(number), invite);
    }
    roster
}

fn write(roster: &Roster, changes: &[Change]) -> Result<(usize, usize), RejectReason> {
    let context = RecordContext { author: account(1), record: [9; 32].into(), made_at: 1 };
    let (delta, _) = roster.validate(context, changes, &FixedHistory)?;
    let mut after = roster.clone();
    after.apply_delta(delta);
    Ok((after.members().count(), after.invites().count()))
}

#[test]
fn full_roster_accepts_no_further_member_but_a_replacement() {
    const MAX: usize = Roster::MAX_MEMBERS;
    let full = filled(MAX, 0);
    let add = || Change::Add { identity: identity(2, 0), role: MemberRole::Viewer, accept: None };
    let remove = |account| Change::Remove { account };
    let first = AccountId::from_bytes(numbered(0));
    let begin = || {
        let commitment = KeyCommitment::from_bytes([0; 32]);
        Change::Epoch(EpochOp { epoch: 2, commitment, back_to: 1, back: vec![0; BACK_LEN] })
    };
    assert_eq!(write(&filled(MAX - 1, 0), &[add()]), Ok((MAX, 0)));
    assert_eq!(write(&full, &[add()]), Err(RejectReason::TooMany));
    assert_eq!(write(&full, &[remove(first), add(), begin()]), Ok((MAX, 0)));
    assert_eq!(write(&full, &[Change::Role { account: first, role: MemberRole::Editor }]), Ok((MAX, 0)));
    assert_eq!(write(&full, &[add(), remove(account(2)), begin()]), Ok((MAX, 0)));
}

#[test]
fn full_roster_accepts_no_further_invitation_but_a_replacement() {
    const MAX: usize = Roster::MAX_INVITES;
    let full = filled(1, MAX);
    let invite = |number| Change::Invite { key: key(number), role: MemberRole::Viewer, expires_at: 10 };
    let revoke = |number| Change::Revoke { key: key(number) };
    assert_eq!(write(&filled(1, MAX - 1), &[invite(MAX)]), Ok((1, MAX)));
    assert_eq!(write(&full, &[invite(MAX)]), Err(RejectReason::TooMany));
    assert_eq!(write(&full, &[revoke(0), invite(MAX)]), Ok((1, MAX)));
    assert_eq!(write(&full, &[revoke(0), invite(0)]), Ok((1, MAX)));
    assert_eq!(write(&full, &[invite(MAX), revoke(MAX)]), Ok((1, MAX)));
    let one_more = [invite(MAX), revoke(MAX), invite(MAX + 1)];
    assert_eq!(write(&full, &one_more), Err(RejectReason::TooMany));
}

#[test]
fn changes_that_must_stand_alone_or_last_are_not_combined() {
    let roster = filled(2, 1);
    let begin = || {
        let commitment = KeyCommitment::from_bytes([0; 32]);
        Change::Epoch(EpochOp { epoch: 2, commitment, back_to: 1, back: vec![0; BACK_LEN] })
    };
    // The author's old key signs a record with further changes, so the new identity must come alone.
    let renew = || Change::Certificate { identity: identity(1, 1) };
    let policy = || Change::Policy { keep_days: 90 };
    let remove = || Change::Remove { account: AccountId::from_bytes(numbered(0)) };
    for changes in [
        vec![],
        vec![renew(), policy()],
        vec![policy(), renew()],
        vec![renew(), begin()],
        vec![Change::Leave, begin()],
        vec![policy(), Change::Leave],
        vec![begin(), policy()],
        vec![begin(), begin()],
        vec![remove()],
        vec![begin(), remove()],
    ] {
        assert_eq!(write(&roster, &changes), Err(RejectReason::Combination), "{changes:?}");
    }
    for changes in [vec![renew()], vec![policy(), begin()], vec![remove(), begin()]] {
        assert!(write(&roster, &changes).is_ok(), "{changes:?}");
    }
}
