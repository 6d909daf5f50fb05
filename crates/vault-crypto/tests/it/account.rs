//! Attacks of a hostile server on accounts and on recovery by guardians.

use vault_crypto::{
    AccountBoxes, AccountUnlockKey, Identity, KdfParams, KdfParamsError, Keyset, OpenError, RecoveryCode,
    RecoveryPlan, RecoveryPlanError, RecoveryShare, ReenrolmentParts, RootKey, RootSigner, SecretKey,
    StretchedAccountPassword, UnlockSeed, check_account, open_recovered,
};
use vault_testkit::FixedRng;
use vault_wire::account::{
    AccountPin, Certificate, PinError, PinVerdict, Predecessor, ReenrolError, SignedCertificate,
};
use vault_wire::recovery::{ConsentError, ConsentPin, RecoveryKind, SealedShare, SignedConsent};
use vault_wire::{AccountId, ContentHash, EntryHash, ProfileId, VaultId};

const FLOOR: KdfParams = KdfParams::FLOOR;

struct Account {
    root: RootSigner,
    keyset: Keyset,
    certificate: SignedCertificate,
}

impl Account {
    fn make(rng: &mut FixedRng) -> Self {
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        let (home_vault, home_genesis) = (VaultId::from_bytes([1; 16]), EntryHash::from_bytes([2; 32]));
        Self { root, keyset: Keyset { identity, home_vault, home_genesis }, certificate }
    }

    fn id(&self) -> AccountId {
        self.root.account_id()
    }

    fn verified(&self) -> Certificate {
        self.certificate.verify().unwrap()
    }

    /// Replaces the identity by the next generation.
    fn replace_identity(&mut self, rng: &mut FixedRng) {
        self.keyset.identity = self.keyset.identity.make_next(self.certificate.hash(), rng).unwrap();
        self.certificate = self.root.certify(&self.keyset.identity, Predecessor::Compromised, 2);
    }

    /// Seals keyset and root box for a server.
    fn seal(&self, seed: &UnlockSeed, key: &AccountUnlockKey, rng: &mut FixedRng) -> (Vec<u8>, Vec<u8>) {
        (self.keyset.seal_account(seed, key, &self.id(), rng), self.root.seal_account(key, rng))
    }
}

#[test]
fn account_unlock_key_depends_on_every_input() {
    let (key, other_key) = (SecretKey::from_bytes(&[1; 16]), SecretKey::from_bytes(&[2; 16]));
    let (account, other_account) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
    let stretch = |password: &str, key: &SecretKey, params| {
        StretchedAccountPassword::derive(&password.into(), key, params).ok().unwrap()
    };
    let higher = KdfParams::new(64 * 1024, 4, 1).unwrap();
    let stretched = stretch("password", &key, FLOOR);
    let unlock = stretched.derive_account_unlock_key(&account, &[3; 64]);
    for (changed, account, export_key) in [
        (&stretch("Password", &key, FLOOR), &account, [3; 64]),
        (&stretch("password", &other_key, FLOOR), &account, [3; 64]),
        (&stretch("password", &key, higher), &account, [3; 64]),
        (&stretched, &other_account, [3; 64]),
        (&stretched, &account, [4; 64]),
    ] {
        assert!(!changed.derive_account_unlock_key(account, &export_key).is_same_as(&unlock));
    }
    let same = stretch("password", &key, FLOOR);
    assert!(same.derive_account_unlock_key(&account, &[3; 64]).is_same_as(&unlock));
    // The OPAQUE password opens no box and depends on no server input but the costs.
    let opaque = stretched.derive_opaque_password();
    assert!(same.derive_opaque_password().is_same_as(&opaque));
    assert!(!stretch("password", &other_key, FLOOR).derive_opaque_password().is_same_as(&opaque));
    assert_ne!(opaque.expose_bytes(), unlock.expose_bytes());
}

#[test]
fn t15_costs_below_the_pinned_ones_are_rejected() {
    let pinned = KdfParams::new(128 * 1024, 4, 2).unwrap();
    for (memory, passes, lanes) in
        [(128 * 1024 - 1, 4, 2), (128 * 1024, 3, 2), (128 * 1024, 4, 1), (1 << 20, 16, 1)]
    {
        let offered = KdfParams::new(memory, passes, lanes).unwrap();
        assert_eq!(offered.require_at_least(&pinned), Err(KdfParamsError::BelowPinned));
    }
    for (memory, passes, lanes) in [(128 * 1024, 4, 2), (256 * 1024, 4, 4)] {
        let offered = KdfParams::new(memory, passes, lanes).unwrap();
        assert_eq!(offered.require_at_least(&pinned), Ok(offered));
    }
}

#[test]
fn keyset_drops_the_oldest_of_more_than_sixteen_earlier_identities() {
    let rng = &mut FixedRng::new(117);
    let mut account = Account::make(rng);
    let root_key = RootKey::make(rng);
    for generation in 2..=20 {
        account.replace_identity(rng);
        let sealed = account.keyset.seal_local(&root_key, &account.id(), rng);
        let opened = Keyset::open_local(&sealed, &root_key, &account.id()).ok().unwrap();
        assert_eq!(opened.identity.generation(), generation);
        assert!(opened.identity.is_certified_by(&account.verified()));
    }
}

#[test]
fn t16_swapped_boxes_certificates_and_ids_give_one_error() {
    let rng = &mut FixedRng::new(16);
    let (mut alice, bob) = (Account::make(rng), Account::make(rng));
    let (key, seed) = (AccountUnlockKey::from_bytes(&[5; 32]), UnlockSeed::make(rng));
    let old_certificate = alice.certificate.clone();
    let (old_keyset, _) = alice.seal(&seed, &key, rng);
    alice.replace_identity(rng);
    let (keyset, root) = alice.seal(&seed, &key, rng);
    // Even under the same key, parts of another account or generation are rejected.
    let (bobs_keyset, bobs_root) = bob.seal(&seed, &key, rng);
    let open = |certificate: &SignedCertificate, keyset: &[u8], root: &[u8], id: &AccountId| {
        AccountBoxes { certificate, keyset, root }.open(&key, id).map(|_| ())
    };
    let id = alice.id();
    assert_eq!(open(&alice.certificate, &keyset, &root, &id), Ok(()));
    for (certificate, keyset, root, id) in [
        (&bob.certificate, &keyset, &root, id),
        (&old_certificate, &keyset, &root, id),
        (&alice.certificate, &old_keyset, &root, id),
        (&alice.certificate, &bobs_keyset, &root, id),
        (&alice.certificate, &keyset, &bobs_root, id),
        (&alice.certificate, &keyset, &keyset, id),
        (&alice.certificate, &keyset, &root, bob.id()),
        (&bob.certificate, &bobs_keyset, &bobs_root, id),
    ] {
        assert_eq!(open(certificate, keyset, root, &id), Err(OpenError));
    }
    // The opened seed is the sealed one.
    let boxes = AccountBoxes { certificate: &alice.certificate, keyset: &keyset, root: &root };
    assert!(boxes.open(&key, &id).ok().unwrap().unlock_seed.is_same_as(&seed));
}

#[test]
fn t16_root_certificate_and_identity_must_belong_together() {
    let rng = &mut FixedRng::new(116);
    let (alice, bob) = (Account::make(rng), Account::make(rng));
    let check = |root: &RootSigner, certificate: &SignedCertificate, identity: &Identity| {
        check_account(&alice.id(), root, certificate, identity).map(|_| ())
    };
    let (identity, others) = (&alice.keyset.identity, &bob.keyset.identity);
    assert_eq!(check(&alice.root, &alice.certificate, identity), Ok(()));
    // Another root that certifies Alice's keys: everything agrees but the account id, or but the root.
    let by_bob = bob.root.certify(identity, Predecessor::Sound, 1);
    assert_eq!(check(&bob.root, &by_bob, identity), Err(OpenError));
    assert_eq!(check(&alice.root, &by_bob, identity), Err(OpenError));
    // Keys, or only one of them, that the certificate does not name.
    assert_eq!(check(&alice.root, &alice.certificate, others), Err(OpenError));
    let next = identity.make_next(alice.certificate.hash(), rng).unwrap();
    assert_eq!(check(&alice.root, &alice.certificate, &next), Err(OpenError));
    let forged = SignedCertificate { by_root: by_bob.by_root, ..alice.certificate.clone() };
    assert_eq!(check(&alice.root, &forged, identity), Err(OpenError));
    // Signatures of another certificate by the same keys.
    let later = alice.root.certify(identity, Predecessor::Sound, 2);
    for moved in [
        SignedCertificate { by_root: later.by_root, ..alice.certificate.clone() },
        SignedCertificate { by_key: later.by_key, ..alice.certificate.clone() },
    ] {
        assert_eq!(check(&alice.root, &moved, identity), Err(OpenError));
    }
}

#[test]
fn t24_pin_rejects_other_and_older_certificates() {
    let rng = &mut FixedRng::new(24);
    let (mut alice, mallory) = (Account::make(rng), Account::make(rng));
    let first = alice.verified();
    let pin = AccountPin::of(&first);
    assert_eq!(pin.check(&first), Ok(PinVerdict::Known));
    assert_eq!(pin.check(&mallory.verified()), Err(PinError::OtherRoot));
    // The root itself certifies other keys for the same generation.
    let other = alice.root.certify(&Identity::make_first(rng), Predecessor::Sound, 1).verify().unwrap();
    assert_eq!(pin.check(&other), Err(PinError::OtherCertificate));
    let again = alice.root.certify(&alice.keyset.identity, Predecessor::Sound, 9).verify().unwrap();
    assert_eq!(pin.check(&again), Err(PinError::OtherCertificate), "the same keys at another time");

    alice.replace_identity(rng);
    let second = alice.verified();
    assert_eq!((second.generation, second.predecessor), (2, Predecessor::Compromised));
    assert_eq!(pin.check(&second), Ok(PinVerdict::Newer));
    let pin = AccountPin::of(&second);
    assert_eq!(pin.check(&second), Ok(PinVerdict::Known));
    assert_eq!(pin.check(&first), Err(PinError::Older));
}

#[test]
fn recovery_code_opens_the_root_without_the_password() {
    let rng = &mut FixedRng::new(3);
    let (alice, code) = (Account::make(rng), RecoveryCode::make(rng));
    let profile = ProfileId::from_bytes([1; 16]);
    let sealed = alice.root.seal_recovery(&code, &profile, rng);
    let open = |code: &RecoveryCode, profile: &ProfileId, account: &AccountId| {
        RootSigner::open_recovery(&sealed, code, profile, account).map(|root| *root.public())
    };
    assert_eq!(open(&code, &profile, &alice.id()), Ok(*alice.root.public()));
    assert_eq!(open(&RecoveryCode::make(rng), &profile, &alice.id()), Err(OpenError));
    assert_eq!(open(&code, &ProfileId::from_bytes([2; 16]), &alice.id()), Err(OpenError));
    assert_eq!(open(&code, &profile, &Account::make(rng).id()), Err(OpenError));
}

#[test]
fn reenrolment_is_accepted_once_for_this_server_and_root() {
    let rng = &mut FixedRng::new(4);
    let (alice, mallory) = (Account::make(rng), Account::make(rng));
    let parts =
        ReenrolmentParts { issuer: "https://a", version: 5, record: b"r", keyset: b"k", root_box: b"b" };
    let signed = alice.root.sign_reenrolment(&parts);
    let statement = signed.verify(&alice.id(), "https://a", 4).unwrap();
    assert!(statement.covers(b"r", b"k", b"b"));
    assert!(!statement.covers(b"k", b"r", b"b") && !statement.covers(b"r", b"k", b""));
    assert_eq!(signed.verify(&alice.id(), "https://a", 5), Err(ReenrolError::NotNewer));
    assert_eq!(signed.verify(&alice.id(), "https://b", 4), Err(ReenrolError::OtherIssuer));
    assert_eq!(signed.verify(&mallory.id(), "https://a", 4), Err(ReenrolError::OtherAccount));
    let by_mallory = mallory.root.sign_reenrolment(&parts).by_root;
    let of_another = alice.root.sign_reenrolment(&ReenrolmentParts { version: 6, ..parts }).by_root;
    for by_root in [by_mallory, of_another] {
        let forged = vault_wire::account::SignedReenrolment { bytes: signed.bytes.clone(), by_root };
        assert!(matches!(forged.verify(&alice.id(), "https://a", 4), Err(ReenrolError::Signature(_))));
    }
}

/// An owner with three guardians and a threshold of two.
struct Guarded {
    owner: Account,
    guardians: Vec<Account>,
    certificates: Vec<Certificate>,
}

impl Guarded {
    fn make(rng: &mut FixedRng) -> Self {
        let guardians: Vec<_> = (0..3).map(|_| Account::make(rng)).collect();
        let certificates = guardians.iter().map(Account::verified).collect();
        Self { owner: Account::make(rng), guardians, certificates }
    }

    fn plan(&self, number: u64) -> RecoveryPlan<'_> {
        let kind = RecoveryKind::Recovery;
        RecoveryPlan { kind, number, threshold: 2, wait_days: 7, guardians: &self.certificates, made_at: 3 }
    }

    fn open_share(
        &self,
        at: usize,
        share: &SealedShare,
        consent: &SignedConsent,
    ) -> Result<RecoveryShare, OpenError> {
        let Account { keyset, .. } = &self.guardians[at];
        RecoveryShare::open(share, consent, &self.owner.id(), &keyset.identity, &self.certificates[at])
    }
}

#[test]
fn guardians_below_the_threshold_cannot_open_an_account() {
    let rng = &mut FixedRng::new(5);
    let guarded = Guarded::make(rng);
    let owner = &guarded.owner;
    let made = owner.root.make_recovery(&owner.keyset, &guarded.plan(1), rng).ok().unwrap();
    let open = |who: &[usize]| {
        let shares: Vec<_> = who
            .iter()
            .map(|at| guarded.open_share(*at, &made.shares[*at], &made.consent).ok().unwrap())
            .collect();
        open_recovered(&shares, &made.consent, &made.sealed, &owner.id(), &owner.certificate)
            .map(|opened| (*opened.root.public(), *opened.keyset.identity.public(), opened.keyset.home_vault))
    };
    let account = (*owner.root.public(), *owner.keyset.identity.public(), owner.keyset.home_vault);
    for who in [&[0, 1][..], &[0, 2], &[2, 1], &[0, 1, 2]] {
        assert_eq!(open(who), Ok(account), "{who:?}");
    }
    for who in [&[][..], &[0], &[1], &[1, 1]] {
        assert_eq!(open(who), Err(OpenError), "{who:?}");
    }
}

#[test]
fn invalid_recovery_plans_are_rejected() {
    let rng = &mut FixedRng::new(6);
    let guarded = Guarded::make(rng);
    let twice = [guarded.certificates[0].clone(), guarded.certificates[0].clone()];
    let good = guarded.plan(1);
    for plan in [
        RecoveryPlan { number: 0, ..good },
        RecoveryPlan { threshold: 1, ..good },
        RecoveryPlan { threshold: 4, ..good },
        RecoveryPlan { wait_days: 366, ..good },
        RecoveryPlan { kind: RecoveryKind::Emergency, wait_days: 0, ..good },
        RecoveryPlan { guardians: &twice, ..good },
        RecoveryPlan { guardians: &[], ..good },
    ] {
        let refused = guarded.owner.root.make_recovery(&guarded.owner.keyset, &plan, rng);
        assert_eq!(refused.err(), Some(RecoveryPlanError::Terms));
    }
}

#[test]
fn t29_server_cannot_enable_recovery_or_swap_its_contents() {
    let rng = &mut FixedRng::new(29);
    let guarded = Guarded::make(rng);
    let (owner, id) = (&guarded.owner, guarded.owner.id());
    let server = Account::make(rng);

    // Enabling: the server does not have the account's root to sign a consent.
    let own = server.root.make_recovery(&server.keyset, &guarded.plan(1), rng).ok().unwrap();
    assert_eq!(own.consent.verify(&id), Err(ConsentError::OtherAccount));
    let made = owner.root.make_recovery(&owner.keyset, &guarded.plan(1), rng).ok().unwrap();
    let forged = SignedConsent { bytes: made.consent.bytes.clone(), by_root: own.consent.by_root };
    assert!(matches!(forged.verify(&id), Err(ConsentError::Signature(_))));
    let of_another = owner.root.withdraw_recovery(RecoveryKind::Emergency, 1, 3).by_root;
    let moved = SignedConsent { bytes: made.consent.bytes.clone(), by_root: of_another };
    assert!(matches!(moved.verify(&id), Err(ConsentError::Signature(_))));
    assert!(guarded.open_share(0, &made.shares[0], &own.consent).is_err());

    // Enabling again: a replayed consent that was withdrawn.
    let withdrawn = owner.root.withdraw_recovery(RecoveryKind::Recovery, 2, 4);
    let known = ConsentPin { number: 2, hash: withdrawn.hash() };
    assert_eq!(withdrawn.verify_after(&id, &known).unwrap().terms, None);
    assert_eq!(made.consent.verify_after(&id, &known), Err(ConsentError::Older));
    let other = owner.root.withdraw_recovery(RecoveryKind::Recovery, 2, 5);
    assert_eq!(other.verify_after(&id, &known), Err(ConsentError::Older), "the same number");
    assert!(guarded.open_share(0, &made.shares[0], &withdrawn).is_err());

    // Guardians receive another consent of the owner, or shares of other guardians.
    let second = owner.root.make_recovery(&owner.keyset, &guarded.plan(3), rng).ok().unwrap();
    assert!(guarded.open_share(0, &made.shares[0], &second.consent).is_err());
    assert!(guarded.open_share(1, &made.shares[0], &made.consent).is_err());
    let renumbered = SealedShare { index: 2, ..made.shares[0].clone() };
    assert!(guarded.open_share(0, &renumbered, &made.consent).is_err());
    assert!(guarded.open_share(1, &renumbered, &made.consent).is_err());
    let relabelled = SealedShare { consent: second.consent.hash(), ..made.shares[0].clone() };
    assert!(guarded.open_share(0, &relabelled, &second.consent).is_err());

    // Swapped recovery key: box and shares are the server's own, or those of another consent.
    let shares = |of: &[SealedShare], consent: &SignedConsent| -> Vec<_> {
        (0..2).map(|at| guarded.open_share(at, &of[at], consent).ok().unwrap()).collect()
    };
    let good = shares(&made.shares, &made.consent);
    let open = |shares: &[RecoveryShare], sealed: &[u8]| {
        open_recovered(shares, &made.consent, sealed, &id, &owner.certificate).map(|_| ())
    };
    assert_eq!(open(&good, &made.sealed), Ok(()));
    assert_eq!(open(&good, &own.sealed), Err(OpenError));
    assert_eq!(open(&good, &second.sealed), Err(OpenError));
    assert_eq!(open(&shares(&second.shares, &second.consent), &made.sealed), Err(OpenError));
    assert_eq!(open(&shares(&second.shares, &second.consent), &second.sealed), Err(OpenError));
    // Swapped certificate: guardians open this account or none.
    let strangers = open_recovered(&good, &made.consent, &made.sealed, &id, &server.certificate);
    assert_eq!(strangers.err(), Some(OpenError));
    assert_ne!(ContentHash::of(&made.sealed), ContentHash::of(&second.sealed));
}
