//! All vaults that three accounts can make of one: every state that any sequence of records reaches is visited, and
//! every record that anybody could write is tried in it.
//!
//! The world is small (two generations of each identity, one invitation's key, a removed member's lag behind the
//! current epoch counted up to 1), so it is finite and gone through whole, not to some depth. Signatures are left out:
//! a record here is by whoever it says. What the root signs is returned by the rules and checked here.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::LazyLock;

use ed25519_dalek::SigningKey;

use super::change::{Change, VerifiedIdentity};
use super::op::{BACK_LEN, EpochOp};
use super::rules::{Of, RootSignature};
use super::state::Roster;
use super::{Founding, MemberRole};
use crate::account::{Certificate, Predecessor};
use crate::invitation::Accept;
use crate::log::{CurrentRevision, Past, VoidReason};
use crate::{
    AccountId, CertificateHash, EntryHash, ItemId, KemPublicKey, KeyCommitment, Root, SignPublicKey, VaultId,
};

const ROLES: [MemberRole; 4] = MemberRole::ALL;
const INVITE: SignPublicKey = SignPublicKey::from_bytes([9; 32]);

/// A log with one item, at place 2 of 3.
struct Entries;

impl Past for Entries {
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

/// The accounts, and their identities by generation and what became of the one before; made once, as keys take time.
static CAST: LazyLock<Vec<(AccountId, Vec<VerifiedIdentity>)>> = LazyLock::new(|| {
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
            VerifiedIdentity::of_verified(certificate, CertificateHash::from_bytes(hash)).unwrap()
        };
        (AccountId::of_root(&public(number)), GENERATIONS.map(identity).into())
    };
    (1..=3).map(person).collect()
});

const GENERATIONS: [(u32, Predecessor); 3] =
    [(1, Predecessor::Sound), (2, Predecessor::Sound), (2, Predecessor::Compromised)];

fn account(number: usize) -> AccountId {
    CAST[number - 1].0
}

fn identity(number: usize, which: usize) -> VerifiedIdentity {
    CAST[number - 1].1[which].clone()
}

/// A vault, and what each account can read of it.
#[derive(Clone)]
struct World {
    roster: Roster,
    /// The latest epoch whose key an account was ever given.
    keys: BTreeMap<AccountId, u32>,
}

/// What tells worlds apart: epochs count only by how far somebody is behind.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape {
    members: Vec<(AccountId, MemberRole, u32)>,
    seen: Vec<(AccountId, u32)>,
    invites: Vec<(MemberRole, AccountId)>,
    due: bool,
    behind: Vec<(AccountId, bool)>,
}

impl World {
    fn founded() -> Self {
        let founder = identity(1, 0);
        let founding = Founding {
            vault_id: VaultId::from_bytes([0; 16]),
            certificate: (*founder.certificate).clone(),
            certificate_hash: founder.hash,
            commitment: KeyCommitment::from_bytes([0; 32]),
            genesis_hash: EntryHash::from_bytes([1; 32]),
        };
        let roster = Roster::founded(&founding).unwrap();
        Self { roster, keys: BTreeMap::from([(account(1), 1)]) }
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

    fn judge(&self, author: AccountId, changes: &[Change]) -> Result<(Self, RootSignature), VoidReason> {
        // The caller of the rules has checked that the author is a member; here that is for the rules to find.
        let record = EntryHash::from_bytes([self.roster.last_record().as_bytes()[0].wrapping_add(1); 32]);
        let (delta, root) = self.roster.judge(Of { author, record, made_at: 10 }, changes, &Entries)?;
        let mut after = self.clone();
        after.roster.apply(delta);
        // Whoever is a member then is given the current key, and with it those before.
        let epoch = after.roster.epoch();
        for (id, _) in after.roster.members() {
            after.keys.insert(*id, epoch);
        }
        Ok((after, root))
    }

    /// Every change that this author could write, and some that nobody could.
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
                // In one record: first give, then take.
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

    /// Acceptances of the open invitation: as it is, of an earlier one with the same key, and in another role.
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

/// What must hold of a record that took effect, whoever wrote it.
fn check_step(before: &World, author: AccountId, changes: &[Change], after: &World, root: RootSignature) {
    let told = || format!("{author} by {changes:?}");
    let role = before.role(&author);
    assert!(role.is_some(), "{} is no member", told());
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
        assert!(allowed, "{} made {was:?} {is:?}", told());
        owner_touched |= [was, is].contains(&Some(MemberRole::Owner));
        if was.is_some() && is.is_none() && !left {
            assert!(after.roster.epoch() > before.roster.epoch(), "{} removed without an epoch", told());
        }
    }
    if owner_touched {
        assert_eq!(root, RootSignature::Needed, "{}", told());
    }
    let writes_roster = matches!(role, Some(MemberRole::Owner | MemberRole::Manager));
    let own_affair = matches!(changes, [Change::Leave] | [Change::Certificate { .. }]);
    assert!(writes_roster || own_affair, "{} changed the roster", told());
    for (id, seen) in &before.roster.seen {
        assert!(
            after.roster.seen[id].generation >= seen.generation,
            "{} brought an old identity back",
            told()
        );
    }
    if let [Change::Add { accept: Some(accept), role, .. }] = changes {
        let invite = before.roster.invite(&accept.invite).unwrap();
        let as_agreed = accept.role == invite.role && *role >= invite.role;
        assert!(as_agreed, "{}: not what was offered", told());
        assert!(after.roster.invite(&accept.invite).is_none(), "{}: used up", told());
    }
}

/// What must hold of every vault there can be.
fn check_state(world: &World) {
    let roster = &world.roster;
    let owners: Vec<_> = roster.members().filter(|(_, member)| member.role == MemberRole::Owner).collect();
    assert!(!owners.is_empty(), "nobody owns it");
    for (id, known) in &world.keys {
        let reads = roster.member(id).is_some() || *known < roster.epoch() || roster.is_epoch_due();
        assert!(reads, "{id} reads on without being a member");
    }
    for (_, invite) in roster.invites() {
        let author = roster.member(&invite.author).map(|member| member.role);
        assert!(
            author.is_some_and(|role| role.may_administer(invite.role)),
            "a link of somebody who may not"
        );
    }
    // No member can freeze it: every owner can begin an epoch, and put out whoever is in the way.
    for (owner, _) in owners {
        let begin = || {
            let (epoch, commitment) = (roster.epoch() + 1, KeyCommitment::from_bytes([0; 32]));
            Change::Epoch(EpochOp { epoch, commitment, back_to: 1, back: vec![0; BACK_LEN] })
        };
        assert!(world.judge(*owner, &[begin()]).is_ok());
        for (account, _) in roster.members().filter(|(account, _)| *account != owner) {
            assert!(world.judge(*owner, &[Change::Remove { account: *account }, begin()]).is_ok());
        }
    }
}

#[test]
fn t26_no_sequence_of_records_breaks_a_vault_of_three() {
    let mut seen = HashSet::new();
    let mut next = VecDeque::from([World::founded()]);
    seen.insert(next[0].shape());
    let (mut tried, mut taken) = (0_u64, 0_u64);
    while let Some(world) = next.pop_front() {
        check_state(&world);
        for author in 1..=3 {
            for changes in world.changes(author) {
                tried += 1;
                let Ok((after, root)) = world.judge(account(author), &changes) else { continue };
                taken += 1;
                check_step(&world, account(author), &changes, &after, root);
                if seen.insert(after.shape()) {
                    next.push_back(after);
                }
            }
        }
    }
    // If the rules let less or more happen, this is where it shows first.
    println!("{} vaults, {tried} records tried, {taken} taken", seen.len());
    assert!(seen.len() > 1000 && taken > 10_000, "the world is too small to mean anything");
}
