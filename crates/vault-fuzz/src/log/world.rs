//! A fixed set of four accounts with their keys and invitations, and a vault created by the first of them.

use vault_crypto::{Identity, InviteSecret, NewVault, RootSigner, make_vault};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::log::LogVerifier;
use vault_wire::{AccountId, ItemId};

pub(super) const PEOPLE: usize = 4;
/// The items of all programs.
pub(super) const ITEMS: [ItemId; 3] =
    [ItemId::from_bytes([1; 16]), ItemId::from_bytes([2; 16]), ItemId::from_bytes([3; 16])];

pub(super) struct World {
    pub(super) people: [Person; PEOPLE],
    pub(super) invites: [InviteSecret; 3],
    pub(super) vault: NewVault,
    log: LogVerifier,
}

pub(super) struct Person {
    pub(super) root: RootSigner,
    pub(super) id: AccountId,
    /// The identities of generations 1 to 3. The third marks the second as compromised.
    pub(super) identities: [(Identity, SignedCertificate); 3],
}

impl Person {
    fn make(rng: &mut FixedRng) -> Self {
        let root = RootSigner::make(rng);
        let certified = |identity, predecessor, made_at| {
            let certificate = root.certify(&identity, predecessor, made_at);
            (identity, certificate)
        };
        let first = certified(Identity::make_first(rng), Predecessor::Sound, 1);
        let mut next = |(identity, certificate): &(Identity, SignedCertificate)| {
            identity.make_next(certificate.hash(), rng).expect("the next generation exists")
        };
        let second = certified(next(&first), Predecessor::Sound, 2);
        let third = certified(next(&second), Predecessor::Compromised, 3);
        let identities = [first, second, third];
        Self { id: root.account_id(), root, identities }
    }

    /// Returns the identity of a generation, counted from 0.
    pub(super) fn identity(&self, generation: usize) -> &(Identity, SignedCertificate) {
        self.identities.get(generation).unwrap_or(&self.identities[0])
    }
}

impl World {
    fn make() -> Self {
        let rng = &mut FixedRng::new(4);
        let people = [Person::make(rng), Person::make(rng), Person::make(rng), Person::make(rng)];
        let (identity, certificate) = &people[0].identities[0];
        let vault = make_vault(&people[0].id, identity, certificate, 1, rng);
        let log = LogVerifier::from_genesis(&vault.record, Some(&vault.genesis_hash))
            .expect("the genesis is valid");
        let invites = [InviteSecret::make(rng), InviteSecret::make(rng), InviteSecret::make(rng)];
        Self { people, invites, vault, log }
    }

    /// Passes this thread's instance to a closure.
    pub(super) fn with<T>(use_it: impl FnOnce(&Self) -> T) -> T {
        thread_local! {
            static WORLD: World = World::make();
        }
        WORLD.with(use_it)
    }

    /// Returns the vault's log with only its genesis record.
    pub(super) fn new_log(&self) -> LogVerifier {
        self.log.clone()
    }

    pub(super) fn person(&self, number: u8) -> &Person {
        &self.people[usize::from(number) % PEOPLE]
    }

    pub(super) fn invite(&self, number: u8) -> &InviteSecret {
        &self.invites[usize::from(number) % 3]
    }
}
