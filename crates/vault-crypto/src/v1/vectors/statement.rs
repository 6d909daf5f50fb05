//! Vectors of what an account and its devices state: recovery codes on a server, devices, successors.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::account::{
    Predecessor, SignedCertificate, SignedCodeStatement, SignedDeviceKeys, SignedRevocation, SignedSuccessor,
    Successors,
};
use vault_wire::cbor::Canonical;
use vault_wire::{AccountId, DeviceId};

use super::account::keyset;
use super::{fixed, hex, keys, named, predecessor, text, to_hex, uint};
use crate::secret::Secret;
use crate::v1::account::{CodeAccount, CodeKey, DeviceSigner, RootSigner, seal_for_device};
use crate::{RecoveryCode, SecretKey, UnlockSeed};

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &["code-box", "code-withdrawn", "device", "successors"];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "code-box" => code_box(inputs, rng),
        "code-withdrawn" => {
            let (root, _) = keys(inputs);
            let (issuer, number) = (inputs["issuer"].as_str().unwrap(), uint(inputs, "number").into());
            let statement = root.withdraw_code(issuer, number);
            assert!(statement.verify(&root.account_id(), issuer, number - 1, None).is_ok());
            json!({ "statement": to_hex(&statement.encode()) })
        }
        "device" => device(inputs, rng),
        "successors" => successors(inputs),
        _ => return None,
    })
}

fn code_box(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (root, identity) = keys(inputs);
    let account = root.account_id();
    let certificate = root.certify(&identity, Predecessor::Sound, uint(inputs, "made_at").into());
    let keyset = keyset(inputs, identity);
    let code = RecoveryCode::from_bytes(&fixed(inputs, "recovery_code"));
    let (issuer, number) = (inputs["issuer"].as_str().unwrap(), uint(inputs, "number").into());
    let unlock_seed = UnlockSeed::from_bytes(&fixed(inputs, "unlock_seed"));
    let secret_key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
    let made = root.make_code_box(&code, &keyset, &unlock_seed, &secret_key, issuer, number, rng);
    let verified = made.statement.verify(&account, issuer, number - 1, Some(&made.sealed)).unwrap();
    let opened = CodeAccount::open(&made.sealed, &code, &account, &certificate).ok().unwrap();
    assert!(opened.unlock_seed.is_same_as(&unlock_seed) && opened.secret_key.is_same_as(&secret_key));
    assert_eq!(opened.root.public(), root.public());
    let key = CodeKey::derive(&code, &account);
    assert_eq!(verified.code.map(|(key, _)| key), Some(*key.public()));
    let proof = key.prove(&account, issuer, &fixed(inputs, "challenge"), &fixed(inputs, "device_id").into());
    json!({
        "account_id": account.to_string(),
        "signed_certificate": to_hex(&certificate.encode()),
        "box": to_hex(&made.sealed),
        "statement": to_hex(&made.statement.encode()),
        "code_key": key.public().to_string(),
        "proof": proof.to_string(),
    })
}

fn device(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (root, identity) = keys(inputs);
    let account = root.account_id();
    let predecessor = predecessor(inputs).unwrap_or(Predecessor::Sound);
    let certificate = root.certify(&identity, predecessor, uint(inputs, "made_at").into());
    let signer = device_signer(inputs);
    let signed = signer.state_keys(account, uint(inputs, "stated_at").into());
    let stated = signed.verify(&account, &signer.id()).unwrap();
    let unlock_seed = UnlockSeed::from_bytes(&fixed(inputs, "unlock_seed"));
    let name = text(inputs, "name");
    let label = unlock_seed.seal_device_label(&account, &signer.id(), &name, rng).ok().unwrap();
    let again = unlock_seed.open_device_label(&account, &signer.id(), &label).ok().unwrap();
    assert_eq!(again.expose(), name.expose());
    let (purpose, secret) = (inputs["purpose"].as_str().unwrap(), fixed(inputs, "secret"));
    let (encapsulated, sealed) = seal_for_device(&stated, purpose, &secret, rng).ok().unwrap();
    let opened = signer.open_box(&account, purpose, &(*encapsulated, sealed)).ok().unwrap();
    assert_eq!(*opened, secret);
    let revoked_at = uint(inputs, "revoked_at").into();
    let revoked = inputs["device_compromised"].as_bool().unwrap();
    let revocation = identity.revoke(account, signer.id(), revoked, revoked_at);
    assert!(revocation.verify(&certificate.verify().unwrap(), &signer.id()).is_ok());
    json!({
        "account_id": account.to_string(),
        "signed_certificate": to_hex(&certificate.encode()),
        "device_id": signer.id().to_string(),
        "signed": to_hex(&signed.encode()),
        "label": to_hex(&label),
        "encapsulated": to_hex(encapsulated.as_slice()),
        "sealed": to_hex(&sealed),
        "revocation": to_hex(&revocation.encode()),
    })
}

fn device_signer(inputs: &Value) -> DeviceSigner {
    DeviceSigner::from_seeds(&fixed(inputs, "device_sign_seed"), &fixed(inputs, "device_kem_seed"))
}

fn successors(inputs: &Value) -> Value {
    let roots: Vec<_> = inputs["root_seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| RootSigner::from_seed(Secret::copy_of(&fixed(&json!({ "seed": seed }), "seed"))))
        .collect();
    let account = roots[0].account_id();
    let made_at = uint(inputs, "made_at").into();
    let statements: Vec<_> =
        roots.windows(2).map(|pair| pair[0].state_successor(account, &pair[1], made_at)).collect();
    let verified = Successors::verify(&account, &statements).unwrap();
    let last = roots.last().unwrap().public();
    for root in &roots {
        assert_eq!(verified.present_for(root.public()), Ok(last));
    }
    json!({
        "account_id": account.to_string(),
        "statements": statements.iter().map(|one| to_hex(&one.encode())).collect::<Vec<_>>(),
        "present": last.to_string(),
    })
}

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    let account = || AccountId::from_bytes(fixed(inputs, "account_id"));
    let device = || DeviceId::from_bytes(fixed(inputs, "device_id"));
    let certificate = || SignedCertificate::decode(&hex(inputs, "signed_certificate")).unwrap();
    Some(match format {
        "code-statement" => {
            let sealed = inputs["box"].as_str().map(|_| hex(inputs, "box"));
            let (issuer, known) = (inputs["issuer"].as_str().unwrap(), uint(inputs, "known").into());
            match SignedCodeStatement::decode(&hex(inputs, "statement")) {
                Ok(signed) => named(signed.verify(&account(), issuer, known, sealed.as_deref())),
                refused => named(refused),
            }
        }
        "code-box" => {
            let code = RecoveryCode::from_bytes(&fixed(inputs, "recovery_code"));
            named(CodeAccount::open(&hex(inputs, "box"), &code, &account(), &certificate()))
        }
        "device" => match SignedDeviceKeys::decode(&hex(inputs, "signed")) {
            Ok(signed) => named(signed.verify(&account(), &device())),
            refused => named(refused),
        },
        "device-label" => {
            let unlock_seed = UnlockSeed::from_bytes(&fixed(inputs, "unlock_seed"));
            named(unlock_seed.open_device_label(&account(), &device(), &hex(inputs, "label")))
        }
        "device-box" => {
            let boxed = (fixed(inputs, "encapsulated"), fixed(inputs, "sealed"));
            let purpose = inputs["purpose"].as_str().unwrap();
            named(device_signer(inputs).open_box(&account(), purpose, &boxed))
        }
        "revocation" => match SignedRevocation::decode(&hex(inputs, "revocation")) {
            Ok(signed) => named(signed.verify(&certificate().verify().unwrap(), &device())),
            refused => named(refused),
        },
        "successors" => {
            let statements = inputs["statements"].as_array().unwrap().iter();
            let decoded: Result<Vec<_>, _> =
                statements.map(|one| SignedSuccessor::decode(&hex(&json!({ "one": one }), "one"))).collect();
            let pinned = fixed(inputs, "pinned").into();
            match decoded.map(|statements| Successors::verify(&account(), &statements)) {
                Ok(Ok(roots)) => named(roots.present_for(&pinned)),
                Ok(refused) => named(refused),
                refused => named(refused),
            }
        }
        _ => return None,
    })
}
