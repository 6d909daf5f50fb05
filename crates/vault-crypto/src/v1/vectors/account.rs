//! Vectors of what belongs to an account: certificates, boxes, and the key agreement below.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical;

use super::{fixed, hex, keys, named, root_key, stretched, to_hex, uint};
use crate::secret::Secret;
use crate::v1::account::{Identity, Keyset, RootSigner};

/// The formats that have valid vectors.
pub(super) const FORMATS: &[&str] = &["account", "x-wing"];

/// Makes what a valid vector expects, opening again whatever can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
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

/// X-Wing is still a draft: if a new version of the library changes its bytes, this must be noticed.
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

/// Tries what an invalid vector holds and names the check that refused it.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "keyset" => {
            let account = fixed(inputs, "account_id").into();
            named(Keyset::open_local(&hex(inputs, "keyset_box"), &root_key(inputs), &account))
        }
        "certificate" => named(SignedCertificate::decode(&hex(inputs, "signed")).unwrap().verify()),
        _ => return None,
    })
}
