//! Attacks by those who seal shares or boxes themselves: the base mode of HPKE has no sender, and guardians
//! who once opened the account know its recovery key.

use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::{EntryHash, VaultId};

use super::*;

struct Guarded {
    root: RootSigner,
    keyset: Keyset,
    certificate: SignedCertificate,
    guardians: Vec<(Identity, Certificate)>,
    made: NewRecovery,
    rng: FixedRng,
}

impl Guarded {
    fn make() -> Self {
        let mut rng = FixedRng::new(129);
        let mut account = || {
            let (root, identity) = (RootSigner::make(&mut rng), Identity::make_first(&mut rng));
            let certificate = root.certify(&identity, Predecessor::Sound, 1);
            (root, identity, certificate)
        };
        let guardian = |(_, identity, certificate): (_, _, SignedCertificate)| {
            let certificate = certificate.verify().unwrap();
            (identity, certificate)
        };
        let guardians: Vec<_> = (0..3).map(|_| guardian(account())).collect();
        let (root, identity, certificate) = account();
        let (home_vault, home_genesis) = (VaultId::from_bytes([1; 16]), EntryHash::from_bytes([2; 32]));
        let keyset = Keyset { identity, home_vault, home_genesis };
        let certificates: Vec<_> = guardians.iter().map(|(_, certificate)| certificate.clone()).collect();
        let (kind, number, threshold, wait_days) = (RecoveryKind::Recovery, 1, 2, 0);
        let plan = RecoveryPlan { kind, number, threshold, wait_days, guardians: &certificates, made_at: 3 };
        let made = root.make_recovery(&keyset, &plan, &mut rng).ok().unwrap();
        Self { root, keyset, certificate, guardians, made, rng }
    }

    fn id(&self) -> AccountId {
        self.root.account_id()
    }

    fn open_share(
        &self,
        sealed: &SealedShare,
        (identity, certificate): (&Identity, &Certificate),
    ) -> Result<RecoveryShare, OpenError> {
        RecoveryShare::open(sealed, &self.made.consent, &self.id(), identity, certificate)
    }

    fn guardian(&self, at: usize) -> (&Identity, &Certificate) {
        let (identity, certificate) = &self.guardians[at];
        (identity, certificate)
    }

    /// Returns the shares of the first two guardians.
    fn shares(&self) -> Vec<RecoveryShare> {
        let share = |at: usize| self.open_share(&self.made.shares[at], self.guardian(at)).ok().unwrap();
        (0..2).map(share).collect()
    }

    /// Returns the key that the guardians know together.
    fn key(&self) -> RecoveryKey {
        let shares = self.shares();
        let numbered: Vec<_> = shares.iter().map(|share| (share.index, &share.value)).collect();
        RecoveryKey(shamir::combine(&numbered).ok().unwrap())
    }

    fn open(
        &self,
        shares: &[RecoveryShare],
        consent: &SignedConsent,
        sealed: &[u8],
    ) -> Result<(), OpenError> {
        open_recovered(shares, consent, sealed, &self.id(), &self.certificate).map(|_| ())
    }
}

fn relabelled(shares: Vec<RecoveryShare>, consent: ContentHash) -> Vec<RecoveryShare> {
    shares.into_iter().map(|share| RecoveryShare { consent, ..share }).collect()
}

#[test]
fn t29_share_sealed_for_another_place_guardian_or_consent_is_rejected() {
    let mut guarded = Guarded::make();
    let (account_id, consent) = (guarded.id(), guarded.made.consent.hash());
    let other = RootSigner::make(&mut guarded.rng).account_id();
    let value = Secret::copy_of(guarded.shares()[0].value.expose());
    let (guardian, second) = (guarded.guardian(0).1.clone(), guarded.guardian(1).1.clone());
    let stranger = Identity::make_first(&mut guarded.rng);
    let strangers = RootSigner::make(&mut guarded.rng).certify(&stranger, Predecessor::Sound, 1);
    let strangers = strangers.verify().unwrap();
    let rng = &mut guarded.rng.clone();
    let good = ShareContext { account_id: &account_id, kind: RecoveryKind::Recovery, consent };
    let mut seal = |context: &ShareContext<'_>, index, kem: &KemPublicKey, certificate: &Certificate| {
        context.seal(index, &value, kem, &certificate.hash(), rng).ok().unwrap()
    };

    let sealed = seal(&good, 1, &guardian.kem, &guardian);
    assert!(guarded.open_share(&sealed, guarded.guardian(0)).is_ok());
    let other_value = Secret::copy_of(&[7; 32]);
    let false_share =
        good.seal(1, &other_value, &guardian.kem, &guardian.hash(), &mut guarded.rng.clone()).ok().unwrap();
    assert!(guarded.open_share(&false_share, guarded.guardian(0)).is_err(), "only its hash is wrong");
    // What the guardian would open, but the consent does not contain.
    for (name, index) in [("place of another guardian", 2), ("place of nobody", 4), ("place 0", 0)] {
        let sealed = seal(&good, index, &guardian.kem, &guardian);
        assert_eq!(guarded.open_share(&sealed, guarded.guardian(0)).err(), Some(OpenError), "{name}");
    }
    let sealed = seal(&good, 1, &strangers.kem, &strangers);
    assert!(guarded.open_share(&sealed, (&stranger, &strangers)).is_err(), "no guardian");
    let sealed = seal(&good, 1, &strangers.kem, &guardian);
    assert!(guarded.open_share(&sealed, (&stranger, &guardian)).is_err(), "another's certificate");
    let another = ShareContext { consent: ContentHash::of(b"another"), ..good };
    let sealed = seal(&another, 1, &guardian.kem, &guardian);
    assert!(guarded.open_share(&sealed, guarded.guardian(0)).is_err(), "another consent");
    // What the fields allow, but was sealed under another context.
    for (name, context, index, certificate) in [
        ("account", ShareContext { account_id: &other, ..good }, 1, &guardian),
        ("kind", ShareContext { kind: RecoveryKind::Emergency, ..good }, 1, &guardian),
        ("consent", another, 1, &guardian),
        ("index", good, 2, &guardian),
        ("certificate", good, 1, &second),
    ] {
        let sealed = seal(&context, index, &guardian.kem, certificate);
        let sealed = SealedShare { index: 1, consent, ..sealed };
        assert_eq!(guarded.open_share(&sealed, guarded.guardian(0)).err(), Some(OpenError), "{name}");
    }
}

#[test]
fn t29_box_resealed_by_guardians_is_rejected() {
    let mut guarded = Guarded::make();
    let key = guarded.key();
    // The account's own root and identity, in another home vault.
    let rng = &mut guarded.rng.clone();
    guarded.keyset.home_genesis = EntryHash::from_bytes([66; 32]);
    let swapped = seal_account(&guarded.root, &guarded.keyset, &key, RecoveryKind::Recovery, rng);
    let consent = &guarded.made.consent;
    assert_eq!(guarded.open(&guarded.shares(), consent, &swapped), Err(OpenError));
    assert_eq!(guarded.open(&guarded.shares(), consent, &guarded.made.sealed), Ok(()));
    // Only the hash in the consent rejects it: a consent to this box opens it.
    let mut named = consent.verify(&guarded.id()).unwrap();
    named.terms.as_mut().unwrap().sealed = ContentHash::of(&swapped);
    let named = guarded.root.sign_consent(&named);
    let shares = relabelled(guarded.shares(), named.hash());
    assert_eq!(guarded.open(&shares, &named, &swapped), Ok(()));
}

#[test]
fn t29_account_opens_only_with_enough_shares_of_this_consent() {
    let guarded = Guarded::make();
    let (consent, sealed) = (&guarded.made.consent, guarded.made.sealed.as_slice());
    // A guardian whose share was resealed to contain the key itself.
    let whole = |consent| {
        vec![RecoveryShare { consent, index: 1, value: Secret::copy_of(guarded.key().expose_bytes()) }]
    };
    assert_eq!(guarded.open(&whole(consent.hash()), consent, sealed), Err(OpenError), "below the threshold");
    // The same values under the name of another consent, all of them or one.
    let other = ContentHash::of(b"another");
    assert_eq!(guarded.open(&relabelled(guarded.shares(), other), consent, sealed), Err(OpenError));
    let mut mixed = guarded.shares();
    mixed[1].consent = other;
    assert_eq!(guarded.open(&mixed, consent, sealed), Err(OpenError));
    assert_eq!(guarded.open(&guarded.shares(), consent, sealed), Ok(()));
}

impl Guarded {
    /// Returns a share of the first guardian released for a request of a device without an account.
    fn released(&self, key: &RequestKey) -> (RecoveryRequest, SignedRelease) {
        let request = key.request(&self.made.consent, &self.id(), 5).unwrap();
        let share = self.open_share(&self.made.shares[0], self.guardian(0)).ok().unwrap();
        let released = share.release(&request, self.guardian(0).0, &mut self.rng.clone()).unwrap();
        (request, released)
    }

    fn receive(
        &self,
        key: &RequestKey,
        request: &RecoveryRequest,
        released: &SignedRelease,
    ) -> Result<RecoveryShare, ReleaseError> {
        let certificate = self.guardian(0).1;
        key.open(released, request, &self.made.consent, certificate, certificate)
    }
}

#[test]
fn released_shares_open_the_account_on_a_new_device() {
    let guarded = Guarded::make();
    let key = RequestKey::make(&mut guarded.rng.clone());
    let request = key.request(&guarded.made.consent, &guarded.id(), 5).unwrap();
    let shares: Vec<_> = (0..2)
        .map(|at| {
            let (identity, certificate) = guarded.guardian(at);
            let share = guarded.open_share(&guarded.made.shares[at], (identity, certificate)).ok().unwrap();
            let released = share.release(&request, identity, &mut guarded.rng.clone()).unwrap();
            key.open(&released, &request, &guarded.made.consent, certificate, certificate).ok().unwrap()
        })
        .collect();
    assert_eq!(guarded.open(&shares, &guarded.made.consent, &guarded.made.sealed), Ok(()));
}

#[test]
fn t29_false_share_names_only_the_guardian_who_signed() {
    let guarded = Guarded::make();
    let key = RequestKey::make(&mut guarded.rng.clone());
    let (request, good) = guarded.released(&key);
    assert!(guarded.receive(&key, &request, &good).is_ok());

    // The guardian signs another value, or one that does not open.
    let share = |value| RecoveryShare { consent: guarded.made.consent.hash(), index: 1, value };
    let false_share = share(Secret::copy_of(&[7; 32]));
    let released = false_share.release(&request, guarded.guardian(0).0, &mut guarded.rng.clone()).unwrap();
    let at_fault = Some(ReleaseError::FalseShare { index: 1 });
    assert_eq!(guarded.receive(&key, &request, &released).err(), at_fault);
    let mut unopenable = Release::decode(&good.bytes).unwrap();
    unopenable.ciphertext[0] ^= 1;
    let sign = |release: &Release, identity: &Identity| {
        let bytes = release.encode();
        let by_guardian = identity.sign(&Release::message(&bytes));
        SignedRelease { bytes, by_guardian }
    };
    let released = sign(&unopenable, guarded.guardian(0).0);
    assert_eq!(guarded.receive(&key, &request, &released).err(), at_fault);

    // The server, or another guardian, makes the same in the guardian's name.
    let unsigned = Some(ReleaseError::NotSigned);
    let by_other = sign(&unopenable, guarded.guardian(1).0);
    assert_eq!(guarded.receive(&key, &request, &by_other).err(), unsigned);
    let mut changed = good.clone();
    changed.bytes[200] ^= 1;
    assert_eq!(guarded.receive(&key, &request, &changed).err(), unsigned);
    // A share of another place, or for another request or consent, though the guardian signed it.
    let other = Release::decode(&good.bytes).unwrap();
    for release in [
        Release { index: 2, ..other.clone() },
        Release { request: ContentHash::of(b"another"), ..other.clone() },
        Release { consent: ContentHash::of(b"another"), ..other },
    ] {
        let released = sign(&release, guarded.guardian(0).0);
        assert_eq!(guarded.receive(&key, &request, &released).err(), unsigned);
    }
    let elsewhere = RecoveryRequest { consent: ContentHash::of(b"another"), ..request.clone() };
    let refused = false_share.release(&elsewhere, guarded.guardian(0).0, &mut guarded.rng.clone());
    assert_eq!(refused, Err(RequestError::OtherConsent));
    // Another request: neither its key nor its hash fits.
    let thief = RequestKey::make(&mut FixedRng::new(7));
    let thiefs = thief.request(&guarded.made.consent, &guarded.id(), 5).unwrap();
    assert_eq!(guarded.receive(&thief, &thiefs, &good).err(), unsigned);
    assert!(guarded.receive(&thief, &request, &good).is_err(), "another key under the request's name");
}

#[test]
fn t29_share_opens_for_a_kept_earlier_identity_only() {
    let mut guarded = Guarded::make();
    let rng = &mut guarded.rng.clone();
    let root = RootSigner::make(rng);
    let first = Identity::make_first(rng);
    let certificate = root.certify(&first, Predecessor::Sound, 1).verify().unwrap();
    guarded.guardians[0] = (first, certificate);
    let certificates: Vec<_> = guarded.guardians.iter().map(|(_, certificate)| certificate.clone()).collect();
    let (kind, number, threshold, wait_days) = (RecoveryKind::Recovery, 2, 2, 0);
    let plan = RecoveryPlan { kind, number, threshold, wait_days, guardians: &certificates, made_at: 3 };
    guarded.made = guarded.root.make_recovery(&guarded.keyset, &plan, rng).ok().unwrap();
    let (first, certificate) = &guarded.guardians[0];
    let next = first.make_next(certificate.hash(), rng).unwrap();
    let next_certificate = root.certify(&next, Predecessor::Sound, 2).verify().unwrap();
    let share = &guarded.made.shares[0];
    let opened = guarded.open_share(share, (&next, &next_certificate)).ok().unwrap();
    // The new identity signs the release, and only a certificate of the guardian's root vouches for it.
    let consent = &guarded.made.consent;
    let key = RequestKey::make(rng);
    let request = key.request(consent, &guarded.id(), 5).unwrap();
    let released = opened.release(&request, &next, rng).unwrap();
    let receive = |signer: &Certificate| key.open(&released, &request, consent, certificate, signer).err();
    assert_eq!(receive(&next_certificate), None);
    assert_eq!(receive(certificate), Some(ReleaseError::NotSigned), "signed by the next one");
    let others = RootSigner::make(rng).certify(&next, Predecessor::Sound, 2).verify().unwrap();
    assert_eq!(receive(&others), Some(ReleaseError::NotSigned), "the same key under another root");
    let named = key.open(&released, &request, consent, &next_certificate, &next_certificate).err();
    assert_eq!(named, Some(ReleaseError::NotSigned), "not the certificate in the consent");
    // The same generation without the earlier key.
    let forgotten = Identity::from_seeds(2, Secret::random(rng), Secret::random(rng));
    let renewed = root.certify(&forgotten, Predecessor::Sound, 2).verify().unwrap();
    assert!(guarded.open_share(share, (&forgotten, &renewed)).is_err());
}

#[test]
fn t29_release_by_an_outdated_identity_is_rejected() {
    let mut guarded = Guarded::make();
    let rng = &mut guarded.rng.clone();
    let root = RootSigner::make(rng);
    let first = Identity::make_first(rng);
    let before = root.certify(&first, Predecessor::Sound, 1).verify().unwrap();
    // The first key was lost, and the consent names the next one.
    let next = first.make_next(before.hash(), rng).unwrap();
    let present = root.certify(&next, Predecessor::Compromised, 2).verify().unwrap();
    guarded.guardians[0] = (next, present);
    let certificates: Vec<_> = guarded.guardians.iter().map(|(_, certificate)| certificate.clone()).collect();
    let (kind, number, threshold, wait_days) = (RecoveryKind::Recovery, 2, 2, 0);
    let plan = RecoveryPlan { kind, number, threshold, wait_days, guardians: &certificates, made_at: 3 };
    guarded.made = guarded.root.make_recovery(&guarded.keyset, &plan, rng).ok().unwrap();
    let key = RequestKey::make(rng);
    let (request, good) = guarded.released(&key);
    let consent = &guarded.made.consent;
    let receive = |released: &SignedRelease, signer: &Certificate| {
        key.open(released, &request, consent, guarded.guardian(0).1, signer).err()
    };
    assert_eq!(receive(&good, guarded.guardian(0).1), None);
    // A thief with the lost key accuses the guardian by a false share.
    let (consent, value) = (guarded.made.consent.hash(), Secret::copy_of(&[7; 32]));
    let false_share = RecoveryShare { consent, index: 1, value };
    let by_thief = false_share.release(&request, &first, rng).unwrap();
    assert_eq!(receive(&by_thief, &before), Some(ReleaseError::NotSigned));
}

#[test]
fn one_guardian_suffices_for_emergency_access_only() {
    let guarded = Guarded::make();
    let certificates = [guarded.guardian(0).1.clone()];
    let make = |kind, wait_days| {
        let plan =
            RecoveryPlan { kind, number: 1, threshold: 1, wait_days, guardians: &certificates, made_at: 3 };
        guarded.root.make_recovery(&guarded.keyset, &plan, &mut guarded.rng.clone()).err()
    };
    assert_eq!(make(RecoveryKind::Recovery, 0), Some(RecoveryPlanError::Terms));
    assert_eq!(make(RecoveryKind::Emergency, 0), Some(RecoveryPlanError::Terms), "without waiting");
    assert_eq!(make(RecoveryKind::Emergency, 1), None);
    assert_eq!(make(RecoveryKind::EmergencyViewing, 1), Some(RecoveryPlanError::Terms), "not built yet");
}
