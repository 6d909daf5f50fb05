//! Vectors of recovery: consents, shares, requests and what guardians release.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::AccountId;
use vault_wire::account::{Certificate, Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::recovery::{
    ConsentPin, RecoveryKind, RecoveryRequest, SealedShare, SignedConsent, SignedRelease,
};

use super::account::keyset;
use super::{fixed, hex, identity, keys, named, to_hex, uint};
use crate::v1::account::{Identity, Keyset, RootSigner};
use crate::v1::recovery::{NewRecovery, RecoveryPlan, RecoveryShare, RequestKey, open_recovered};

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &["consent", "consent-withdrawn", "recovery-release"];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "consent" => consent(inputs, rng),
        "consent-withdrawn" => {
            let (root, _) = keys(inputs);
            let number = uint(inputs, "number").into();
            let consent = root.withdraw_recovery(kind(inputs), number, uint(inputs, "made_at").into());
            assert_eq!(consent.verify(&root.account_id()).unwrap().terms, None);
            json!({
                "consent": to_hex(&consent.bytes),
                "by_root": consent.by_root.to_string(),
                "signed": to_hex(&consent.encode()),
            })
        }
        "recovery-release" => release(inputs, rng),
        _ => return None,
    })
}

fn kind(inputs: &Value) -> RecoveryKind {
    match inputs["kind"].as_str().unwrap() {
        "recovery" => RecoveryKind::Recovery,
        "emergency" => RecoveryKind::Emergency,
        other => panic!("unknown kind {other}"),
    }
}

/// An account and its guardians.
struct Guarded {
    root: RootSigner,
    account_id: AccountId,
    certificate: SignedCertificate,
    keyset: Keyset,
    guardians: Vec<Guardian>,
    made: NewRecovery,
}

/// A guardian with the certificate that the consent names.
struct Guardian {
    root: RootSigner,
    identity: Identity,
    certificate: SignedCertificate,
    verified: Certificate,
}

impl Guarded {
    fn make(inputs: &Value, rng: &mut ByteRng) -> Self {
        let (root, identity) = keys(inputs);
        let account_id = root.account_id();
        let certificate = root.certify(&identity, Predecessor::Sound, uint(inputs, "made_at").into());
        let keyset = keyset(inputs, identity);
        let guardian = |guardian: &Value| {
            let (root, identity) = keys(guardian);
            let certificate = root.certify(&identity, Predecessor::Sound, uint(guardian, "made_at").into());
            let verified = certificate.verify().unwrap();
            Guardian { root, identity, certificate, verified }
        };
        let guardians: Vec<_> = inputs["guardians"].as_array().unwrap().iter().map(guardian).collect();
        let certificates: Vec<_> = guardians.iter().map(|guardian| guardian.verified.clone()).collect();
        let plan = RecoveryPlan {
            kind: kind(inputs),
            number: uint(inputs, "number").into(),
            threshold: uint(inputs, "threshold").try_into().unwrap(),
            wait_days: uint(inputs, "wait_days").try_into().unwrap(),
            guardians: &certificates,
            made_at: uint(inputs, "made_at").into(),
        };
        let made = root.make_recovery(&keyset, &plan, rng).ok().unwrap();
        Self { root, account_id, certificate, keyset, guardians, made }
    }

    fn check_opens(&self, shares: &[RecoveryShare]) {
        let NewRecovery { consent, sealed, .. } = &self.made;
        let opened = open_recovered(shares, consent, sealed, &self.account_id, &self.certificate);
        let opened = opened.ok().unwrap();
        assert_eq!(opened.root.public(), self.root.public());
        assert_eq!(opened.keyset.identity.public(), self.keyset.identity.public());
    }
}

fn consent(inputs: &Value, rng: &mut ByteRng) -> Value {
    let guarded = Guarded::make(inputs, rng);
    let Guarded { account_id, guardians, made, .. } = &guarded;
    // Shares of the last guardians, as many as the threshold.
    let threshold = uint(inputs, "threshold") as usize;
    let opened: Vec<_> = made
        .shares
        .iter()
        .zip(guardians)
        .skip(guardians.len() - threshold)
        .map(|(share, Guardian { identity, verified, .. })| {
            RecoveryShare::open(share, &made.consent, account_id, identity, verified).ok().unwrap()
        })
        .collect();
    guarded.check_opens(&opened);
    let hash = |guardian: &Guardian| guardian.certificate.hash().to_string();
    json!({
        "guardian_hashes": guardians.iter().map(hash).collect::<Vec<_>>(),
        "consent": to_hex(&made.consent.bytes),
        "by_root": made.consent.by_root.to_string(),
        "signed": to_hex(&made.consent.encode()),
        "consent_hash": made.consent.hash().to_string(),
        "box": to_hex(&made.sealed),
        "shares": made.shares.iter().map(|share| to_hex(&share.encode())).collect::<Vec<_>>(),
    })
}

fn release(inputs: &Value, rng: &mut ByteRng) -> Value {
    let guarded = Guarded::make(inputs, rng);
    let Guarded { account_id, guardians, made, .. } = &guarded;
    let key = request_key(inputs);
    let request = key.request(&made.consent, account_id, uint(inputs, "requested_at").into()).unwrap();
    let mut signers = Vec::new();
    let mut releases = Vec::new();
    let mut received = Vec::new();
    for ((guardian, inputs), share) in
        guardians.iter().zip(inputs["guardians"].as_array().unwrap()).zip(&made.shares)
    {
        // A guardian who has another identity by now opens the share by the earlier key, and signs with the new one.
        let next = inputs.get("next").map(|next| {
            let earlier = [(1, fixed(inputs, "kem_seed"), *guardian.certificate.hash().as_bytes())];
            identity(2, &fixed(next, "sign_seed"), &fixed(next, "kem_seed"), earlier)
        });
        let present = next.as_ref().unwrap_or(&guardian.identity);
        let made_at = uint(inputs, "made_at").into();
        let signed = guardian.root.certify(present, Predecessor::Sound, made_at);
        let signer = signed.verify().unwrap();
        let share = RecoveryShare::open(share, &made.consent, account_id, present, &signer).ok().unwrap();
        let released = share.release(&request, present, rng).unwrap();
        let opened = key.open(&released, &request, &made.consent, &guardian.verified, &signer);
        received.push(opened.ok().unwrap());
        releases.push(to_hex(&released.encode()));
        signers.push(to_hex(&signed.encode()));
    }
    guarded.check_opens(&received);
    json!({
        "consent": to_hex(&made.consent.encode()),
        "box": to_hex(&made.sealed),
        "certificates": guardians.iter().map(|one| to_hex(&one.certificate.encode())).collect::<Vec<_>>(),
        "signers": signers,
        "request": to_hex(&request.encode()),
        "request_hash": request.hash().to_string(),
        "releases": releases,
    })
}

fn request_key(inputs: &Value) -> RequestKey {
    RequestKey::make(&mut ByteRng::new(hex(inputs, "request_seed")))
}

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "consent" => {
            let (number, hash) = (uint(inputs, "known").into(), fixed(inputs, "known_hash").into());
            match SignedConsent::decode(&hex(inputs, "signed")) {
                Ok(signed) => named(
                    signed.verify_after(&fixed(inputs, "account_id").into(), &ConsentPin { number, hash }),
                ),
                refused => named(refused),
            }
        }
        "share" => named(SealedShare::decode(&hex(inputs, "share"))),
        "recovery-request" => named(RecoveryRequest::decode(&hex(inputs, "request"))),
        "release" => {
            let request = RecoveryRequest::decode(&hex(inputs, "request")).unwrap();
            let consent = SignedConsent::decode(&hex(inputs, "consent")).unwrap();
            let certificate = |name| SignedCertificate::decode(&hex(inputs, name)).unwrap().verify().unwrap();
            let (stated, signer) = (certificate("certificate"), certificate("signer"));
            match SignedRelease::decode(&hex(inputs, "release")) {
                Ok(released) => {
                    named(request_key(inputs).open(&released, &request, &consent, &stated, &signer))
                }
                refused => named(refused),
            }
        }
        _ => return None,
    })
}
