//! Vectors of accounts: certificates, boxes, and the KEM.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::Label;
use vault_wire::account::{Predecessor, SignedCertificate, SignedReenrolment};
use vault_wire::cbor::{Array, Canonical};

use super::{fixed, hex, keys, named, params, predecessor, root_key, stretched, text, to_hex, uint};
use crate::secret::Secret;
use crate::v1::account::{AccountBoxes, Identity, Keyset, ReenrolmentParts, RootSigner};
use crate::v1::derive::derive;
use crate::v1::password::StretchedAccountPassword;
use crate::{AccountUnlockKey, RecoveryCode, SecretKey, UnlockSeed};

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] =
    &["account", "account-boxes", "account-password", "reenrolment", "x-wing"];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "account-password" => {
            let secret_key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
            let stretched =
                StretchedAccountPassword::derive(&text(inputs, "password"), &secret_key, params(inputs))
                    .ok()
                    .unwrap();
            let account_id = fixed(inputs, "account_id").into();
            let export_key = fixed(inputs, "opaque_export_key");
            let salt = derive::<16>(&[], secret_key.expose_bytes(), &Array::labelled(Label::ACCOUNT_SALT));
            json!({
                "salt": to_hex(salt.expose()),
                "opaque_password": to_hex(stretched.derive_opaque_password().expose_bytes()),
                "account_unlock_key":
                    to_hex(stretched.derive_account_unlock_key(&account_id, &export_key).expose_bytes()),
            })
        }
        "account-boxes" => account_boxes(inputs, rng),
        "reenrolment" => {
            let (root, _) = keys(inputs);
            let (record, keyset, root_box) =
                (hex(inputs, "record"), hex(inputs, "keyset"), hex(inputs, "root_box"));
            let (issuer, version) = (inputs["issuer"].as_str().unwrap(), uint(inputs, "version").into());
            let parts =
                ReenrolmentParts { issuer, version, record: &record, keyset: &keyset, root_box: &root_box };
            let signed = root.sign_reenrolment(&parts);
            let read = signed.verify(&root.account_id(), issuer, version - 1).unwrap();
            assert!(read.covers(&record, &keyset, &root_box));
            json!({ "statement": to_hex(&signed.bytes), "by_root": signed.by_root.to_string(), "signed": to_hex(&signed.encode()) })
        }
        "account" => account(inputs, rng),
        "x-wing" => x_wing(inputs, rng),
        _ => return None,
    })
}

fn account(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (root, identity) = keys(inputs);
    let certificate = root.certify(&identity, Predecessor::Sound, uint(inputs, "made_at").into());
    assert!(identity.is_certified_by(&certificate.verify().unwrap()));
    let (root_key, profile_id) = (root_key(inputs), fixed(inputs, "profile_id").into());
    let account_id = root.account_id();
    let keyset = Keyset {
        identity,
        home_vault: fixed(inputs, "home_vault").into(),
        home_genesis: fixed(inputs, "home_genesis").into(),
    };
    let keyset_box = keyset.seal_local(&root_key, &account_id, rng);
    let again = Keyset::open_local(&keyset_box, &root_key, &account_id).ok().unwrap();
    assert_eq!(
        (again.identity.public(), again.home_vault, again.home_genesis),
        (keyset.identity.public(), keyset.home_vault, keyset.home_genesis)
    );
    let stretched = stretched(inputs);
    let root_box = root.seal_local(&stretched, &profile_id, rng);
    let again = RootSigner::open_local(&root_box, &stretched, &profile_id, &account_id).ok().unwrap();
    assert_eq!(again.public(), root.public());
    json!({
        "account_id": account_id.to_string(),
        "certificate": to_hex(&certificate.bytes),
        "by_root": certificate.by_root.to_string(),
        "by_key": certificate.by_key.to_string(),
        "certificate_hash": certificate.hash().to_string(),
        "signed_certificate": to_hex(&certificate.encode()),
        "keyset_box": to_hex(&keyset_box),
        "root_box": to_hex(&root_box),
    })
}

fn account_boxes(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (root, identity) = keys(inputs);
    let (account_id, profile_id) = (root.account_id(), fixed(inputs, "profile_id").into());
    let predecessor = predecessor(inputs).unwrap_or(Predecessor::Compromised);
    let certificate = root.certify(&identity, predecessor, uint(inputs, "made_at").into());
    let keyset = keyset(inputs, identity);
    let key = AccountUnlockKey::from_bytes(&fixed(inputs, "account_unlock_key"));
    let unlock_seed = UnlockSeed::from_bytes(&fixed(inputs, "unlock_seed"));
    let code = RecoveryCode::from_bytes(&fixed(inputs, "recovery_code"));
    let keyset_box = keyset.seal_account(&unlock_seed, &key, &account_id, rng);
    let root_box = root.seal_account(&key, rng);
    let recovery_box = root.seal_recovery(&code, &profile_id, rng);

    let boxes = AccountBoxes { certificate: &certificate, keyset: &keyset_box, root: &root_box };
    let opened = boxes.open(&key, &account_id).ok().unwrap();
    assert!(opened.unlock_seed.is_same_as(&unlock_seed));
    assert_eq!(opened.root.public(), root.public());
    assert_eq!(opened.keyset.identity.public(), keyset.identity.public());
    assert_eq!(opened.certificate.generation, keyset.identity.generation());
    assert!(RootSigner::open_recovery(&recovery_box, &code, &profile_id, &account_id).is_ok());
    json!({
        "account_id": account_id.to_string(),
        "signed_certificate": to_hex(&certificate.encode()),
        "keyset_box": to_hex(&keyset_box),
        "root_box": to_hex(&root_box),
        "recovery_root_box": to_hex(&recovery_box),
    })
}

pub(super) fn keyset(inputs: &Value, identity: Identity) -> Keyset {
    let (home_vault, home_genesis) =
        (fixed(inputs, "home_vault").into(), fixed(inputs, "home_genesis").into());
    Keyset { identity, home_vault, home_genesis }
}

/// X-Wing is still a draft; this detects a changed encoding in a new version of the library.
fn x_wing(inputs: &Value, rng: &mut ByteRng) -> Value {
    use hpke::kem::XWing;
    use hpke::{Deserializable, Kem, Serializable};

    let identity =
        Identity::from_seeds(1, Secret::copy_of(&[0; 32]), Secret::copy_of(&fixed(inputs, "seed")));
    let public = <XWing as Kem>::PublicKey::from_bytes(identity.kem_public().as_bytes()).unwrap();
    let (shared, encapsulated) = XWing::encap_with_rng(&public, None, rng).unwrap();
    let secret = <XWing as Kem>::PrivateKey::from_bytes(&fixed::<32>(inputs, "seed")).unwrap();
    assert_eq!(XWing::decap(&secret, None, &encapsulated).unwrap().0, shared.0);
    json!({
        "public": identity.kem_public().to_string(),
        "encapsulated": to_hex(&encapsulated.to_bytes()),
        "shared": to_hex(&shared.0),
    })
}

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "keyset" => {
            let account = fixed(inputs, "account_id").into();
            named(Keyset::open_local(&hex(inputs, "keyset_box"), &root_key(inputs), &account))
        }
        "account-boxes" => {
            let certificate = SignedCertificate::decode(&hex(inputs, "signed_certificate")).unwrap();
            let (keyset, root) = (hex(inputs, "keyset_box"), hex(inputs, "root_box"));
            let key = AccountUnlockKey::from_bytes(&fixed(inputs, "account_unlock_key"));
            let boxes = AccountBoxes { certificate: &certificate, keyset: &keyset, root: &root };
            named(boxes.open(&key, &fixed(inputs, "account_id").into()))
        }
        "reenrolment" => {
            let (account_id, known) = (fixed(inputs, "account_id").into(), uint(inputs, "known").into());
            match SignedReenrolment::decode(&hex(inputs, "signed")) {
                Ok(signed) => named(signed.verify(&account_id, inputs["issuer"].as_str().unwrap(), known)),
                refused => named(refused),
            }
        }
        "certificate" => named(SignedCertificate::decode(&hex(inputs, "signed")).unwrap().verify()),
        _ => return None,
    })
}
