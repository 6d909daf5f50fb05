//! Exhaustive model check with three accounts: visits every state that any sequence of records reaches, and
//! tries every possible record in each state.
//!
//! The model is finite (two generations of each identity, one invitation key, a removed member's distance
//! from the current epoch capped at 1), so no search depth is needed. Records are not signed: the author is
//! taken as stated. The rules return whether the root must sign; the test asserts that.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::LazyLock;

use ed25519_dalek::SigningKey;

use crate::account::{Certificate, Predecessor};
use crate::history::{CurrentRevision, LogHistory, RejectReason};
use crate::invitation::Accept;
use crate::roster::change::{Change, VerifiedIdentity};
use crate::roster::op::{BACK_LEN, EpochOp};
use crate::roster::rules::{RecordContext, RootSignature};
use crate::roster::state::Roster;
use crate::roster::{Genesis, MemberRole};
use crate::{
    AccountId, CertificateHash, EntryHash, ItemId, KemPublicKey, KeyCommitment, Root, SignPublicKey, VaultId,
};

const ROLES: [MemberRole; 4] = MemberRole::ALL;
const INVITE: SignPublicKey = SignPublicKey::from_bytes([9; 32]);

/// A log of 3 entries whose only item has its current revision at 2.
pub(super) struct FixedHistory;

impl LogHistory for FixedHistory {
    fn seq(&self) -> u64 {
        3
    }

    fn root_at(&self, seq: u64) -> Option<Root> {
        (seq <= 3).then(|| Root::from_bytes([u8::try_from(seq).unwrap(); 32]))
    }

    fn current(&self, _: &ItemId) -> Option<CurrentRevision> {
        Some(CurrentRevision { hash: [0; 32].into(), seq: 2 })
    }
}

/// The accounts with their identities, one per element of [`GENERATIONS`]; made once, since key generation is
/// slow.
static ACCOUNTS: LazyLock<Vec<(AccountId, Vec<VerifiedIdentity>)>> = LazyLock::new(|| {
    let public =
        |name| SignPublicKey::from_bytes(SigningKey::from_bytes(&[name; 32]).verifying_key().to_bytes());
    let person = |number: u8| {
        let identity = |(generation, predecessor)| {
            let certificate = Certificate {
                root: public(number),
                generation,
                sign: public(100 + number),
                kem: Box::new(KemPublicKey::from_bytes([0; 1216])),
                predecessor,
                made_at: 0,
            };
            let pinned = [
                number,
                u8::try_from(generation).unwrap(),
                u8::from(predecessor == Predecessor::Compromised),
            ];
            let mut hash = [0; 32];
            hash[..3].copy_from_slice(&pinned);
            VerifiedIdentity::from_verified(certificate, CertificateHash::from_bytes(hash)).unwrap()
        };
        (AccountId::of_root(&public(number)), GENERATIONS.map(identity).into())
    };
    (1..=3).map(person).collect()
});

const GENERATIONS: [(u32, Predecessor); 3] =
    [(1, Predecessor::Sound), (2, Predecessor::Sound), (2, Predecessor::Compromised)];

pub(super) fn account(number: usize) -> AccountId {
    ACCOUNTS[number - 1].0
}

pub(super) fn identity(number: usize, which: usize) -> VerifiedIdentity {
    ACCOUNTS[number - 1].1[which].clone()
}

/// Returns the roster of a new vault of account 1.
pub(super) fn new_roster() -> Roster {
    let founder = identity(1, 0);
    let genesis = Genesis {
        vault_id: VaultId::from_bytes([0; 16]),
        certificate: (*founder.certificate).clone(),
        certificate_hash: founder.hash,
        commitment: KeyCommitment::from_bytes([0; 32]),
        genesis_hash: EntryHash::from_bytes([1; 32]),
    };
    Roster::from_genesis(&genesis).unwrap()
}

/// A vault and the keys that each account knows.
#[derive(Clone)]
struct World {
    roster: Roster,
    /// The latest epoch whose key an account ever received.
    keys: BTreeMap<AccountId, u32>,
}

/// The identity of a world: epochs count only by whether an account is behind.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape {
    members: Vec<(AccountId, MemberRole, u32)>,
    seen: Vec<(AccountId, u32)>,
    invites: Vec<(MemberRole, AccountId)>,
    due: bool,
    behind: Vec<(AccountId, bool)>,
}

impl World {
    fn from_genesis() -> Self {
        Self { roster: new_roster(), keys: BTreeMap::from([(account(1), 1)]) }
    }

    fn shape(&self) -> Shape {
        let roster = &self.roster;
        let epoch = roster.epoch();
        Shape {
            members: roster.members().map(|(id, m)| (*id, m.role, m.certificate().generation)).collect(),
            seen: roster.seen.iter().map(|(id, seen)| (*id, seen.generation)).collect(),
            invites: roster.invites().map(|(_, invite)| (invite.role, invite.author)).collect(),
            due: roster.is_epoch_due(),
            behind: self.keys.iter().map(|(id, known)| (*id, *known < epoch)).collect(),
        }
    }

    fn role(&self, account: &AccountId) -> Option<MemberRole> {
        self.roster.member(account).map(|member| member.role)
    }

    fn write(&self, author: AccountId, changes: &[Change]) -> Result<(Self, RootSignature), RejectReason> {
        // In production the caller has checked the membership; here the rules must detect it.
        let record = EntryHash::from_bytes([self.roster.last_record().as_bytes()[0].wrapping_add(1); 32]);
        let context = RecordContext { author, record, made_at: 10 };
        let (delta, root) = self.roster.validate(context, changes, &FixedHistory)?;
        let mut after = self.clone();
        after.roster.apply_delta(delta);
        // Every remaining member receives the current key, and with it the earlier ones.
        let epoch = after.roster.epoch();
        for (id, _) in after.roster.members() {
            after.keys.insert(*id, epoch);
        }
        Ok((after, root))
    }

    /// Returns every change that this author could write, and some invalid ones.
    fn changes(&self, author: usize) -> Vec<Vec<Change>> {
        let epoch = self.roster.epoch();
        let begin = |epoch, back_to| {
            let commitment = KeyCommitment::from_bytes([0; 32]);
            Change::Epoch(EpochOp { epoch, commitment, back_to, back: vec![0; BACK_LEN] })
        };
        let next = || begin(epoch + 1, epoch);
        let mut all = vec![
            vec![],
            vec![next()],
            vec![begin(epoch + 1, 1)],
            vec![begin(epoch, epoch)],
            vec![begin(epoch + 2, epoch)],
            vec![Change::Leave],
            vec![Change::Leave, next()],
            vec![Change::Revoke { key: INVITE }],
            vec![Change::Policy { keep_days: 90 }],
            vec![Change::Purge { item_id: [0; 16].into(), before_seq: 2 }],
            vec![Change::Adopt { seq: 1, root: [1; 32].into() }],
            vec![Change::Format { format: 1 }],
            vec![Change::Format { format: 2 }],
            vec![Change::Close],
            vec![Change::Close, next()],
            vec![Change::Require { second_factor: true }],
            vec![Change::Require { second_factor: false }],
        ];
        for role in ROLES {
            all.push(vec![Change::Invite { key: INVITE, role, expires_at: 10 }]);
        }
        for which in 0..GENERATIONS.len() {
            for of in 1..=3 {
                all.push(vec![Change::Certificate { identity: identity(of, which) }]);
            }
        }
        for other in 1..=3 {
            let account = account(other);
            all.push(vec![Change::Remove { account }]);
            all.push(vec![Change::Remove { account }, next()]);
            all.push(vec![next(), Change::Remove { account }]);
            for role in ROLES {
                all.push(vec![Change::Role { account, role }]);
                // In one record: promote, then remove.
                all.push(vec![Change::Role { account, role }, Change::Remove { account }, next()]);
                all.push(vec![
                    Change::Role { account, role },
                    Change::Role { account: self::account(author), role },
                ]);
                for which in [0, 1] {
                    let identity = identity(other, which);
                    all.push(vec![Change::Add { identity: identity.clone(), role, accept: None }]);
                    for accept in self.accepts(&identity) {
                        all.push(vec![Change::Add {
                            identity: identity.clone(),
                            role,
                            accept: Some(accept),
                        }]);
                    }
                }
            }
        }
        all
    }

    /// Returns acceptances of the open invitation: a valid one, one of an earlier invitation with the same
    /// key, and one with another role.
    fn accepts(&self, identity: &VerifiedIdentity) -> Vec<Accept> {
        let open = self.roster.invite(&INVITE);
        let (record, role) =
            open.map_or(([7; 32].into(), MemberRole::Editor), |open| (open.record, open.role));
        let accept = Accept {
            genesis_hash: *self.roster.genesis_hash(),
            invite: INVITE,
            invite_record: record,
            role,
            certificate: identity.hash,
        };
        let earlier = Accept { invite_record: [7; 32].into(), ..accept };
        vec![accept, earlier, Accept { role: MemberRole::Owner, ..accept }]
    }
}

/// Asserts the invariants of a record that took effect.
fn check_step(before: &World, author: AccountId, changes: &[Change], after: &World, root: RootSignature) {
    let step = || format!("{author} by {changes:?}");
    let role = before.role(&author);
    assert!(role.is_some(), "{} is no member", step());
    let mut owner_touched = false;
    for number in 1..=3 {
        let account = account(number);
        let (was, is) = (before.role(&account), after.role(&account));
        if was == is {
            continue;
        }
        let left = account == author && matches!(changes, [Change::Leave]);
        let allowed = match role {
            Some(MemberRole::Owner) => true,
            Some(MemberRole::Manager) => {
                let below =
                    |role: Option<MemberRole>| !matches!(role, Some(MemberRole::Owner | MemberRole::Manager));
                left || (below(was) && below(is))
            }
            _ => left,
        };
        assert!(allowed, "{} made {was:?} {is:?}", step());
        owner_touched |= [was, is].contains(&Some(MemberRole::Owner));
        if was.is_some() && is.is_none() && !left {
            assert!(after.roster.epoch() > before.roster.epoch(), "{} removed without an epoch", step());
        }
    }
    let ends = after.roster.is_closed() || !after.roster.is_format_known();
    let states = after.roster.requires_second_factor() != before.roster.requires_second_factor();
    if ends || states {
        assert_eq!(role, Some(MemberRole::Owner), "{} is no owner", step());
        owner_touched = true;
    }
    if owner_touched {
        assert_eq!(root, RootSignature::Needed, "{}", step());
    }
    let writes_roster = matches!(role, Some(MemberRole::Owner | MemberRole::Manager));
    let own_membership = matches!(changes, [Change::Leave] | [Change::Certificate { .. }]);
    assert!(writes_roster || own_membership, "{} changed the roster", step());
    for (id, seen) in &before.roster.seen {
        assert!(after.roster.seen[id].generation >= seen.generation, "{} restored an old identity", step());
    }
    if let [Change::Add { accept: Some(accept), role, .. }] = changes {
        let invite = before.roster.invite(&accept.invite).unwrap();
        let as_agreed = accept.role == invite.role && *role >= invite.role;
        assert!(as_agreed, "{}: not what was offered", step());
        assert!(after.roster.invite(&accept.invite).is_none(), "{}: used up", step());
    }
}

/// Asserts that nothing takes effect in a vault that is closed or of an unknown format.
fn check_end(world: &World) {
    for author in 1..=3 {
        for changes in world.changes(author) {
            let result = world.write(account(author), &changes).map(|_| ());
            let reason = world.roster.check_open().unwrap_err();
            assert_eq!(result, Err(reason), "{author} by {changes:?}");
        }
    }
}

/// Asserts the invariants of every reachable state.
fn check_state(world: &World) {
    let roster = &world.roster;
    let owners: Vec<_> = roster.members().filter(|(_, member)| member.role == MemberRole::Owner).collect();
    assert!(!owners.is_empty(), "no owner");
    for (id, known) in &world.keys {
        let reads = roster.member(id).is_some() || *known < roster.epoch() || roster.is_epoch_due();
        assert!(reads, "{id} can still read without being a member");
    }
    for (_, invite) in roster.invites() {
        let author = roster.member(&invite.author).map(|member| member.role);
        assert!(
            author.is_some_and(|role| role.may_administer(invite.role)),
            "an invitation by a member without permission"
        );
    }
    // No member can freeze the vault: every owner can begin an epoch and remove any other member.
    for (owner, _) in owners {
        let begin = || {
            let (epoch, commitment) = (roster.epoch() + 1, KeyCommitment::from_bytes([0; 32]));
            Change::Epoch(EpochOp { epoch, commitment, back_to: 1, back: vec![0; BACK_LEN] })
        };
        assert!(world.write(*owner, &[begin()]).is_ok());
        for (account, _) in roster.members().filter(|(account, _)| *account != owner) {
            assert!(world.write(*owner, &[Change::Remove { account: *account }, begin()]).is_ok());
        }
    }
}

#[test]
fn t26_no_sequence_of_records_violates_the_roster_invariants() {
    let mut seen = HashSet::new();
    let mut next = VecDeque::from([World::from_genesis()]);
    seen.insert(next[0].shape());
    let (mut tried, mut accepted) = (0_u64, 0_u64);
    while let Some(world) = next.pop_front() {
        check_state(&world);
        for author in 1..=3 {
            for changes in world.changes(author) {
                tried += 1;
                let Ok((after, root)) = world.write(account(author), &changes) else { continue };
                accepted += 1;
                check_step(&world, account(author), &changes, &after, root);
                if after.roster.check_open().is_err() {
                    check_end(&after);
                } else if seen.insert(after.shape()) {
                    next.push_back(after);
                }
            }
        }
    }
    // A change of the rules shows in these counts first.
    println!("{} vaults, {tried} records tried, {accepted} accepted", seen.len());
    assert!(seen.len() > 1000 && accepted > 10_000, "the model is too small");
}
