//! Vectors of what belongs to a profile: Secret Key, password, header, local boxes.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::Label;
use vault_wire::cbor::Array;

use super::{fixed, hex, named, params, root_key, stretched, text, to_hex, uint, vault_key};
use crate::SecretKey;
use crate::v1::derive::derive;
use crate::v1::header::{Header, HeaderFile, PasswordSlot};
use crate::v1::local::LocalKey;

/// The formats that have valid vectors.
pub(super) const FORMATS: &[&str] =
    &["argon2id", "header", "keys", "local-draft", "local-secret-key", "local-vault-key", "secret-key"];

/// Makes what a valid vector expects, opening again whatever can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "secret-key" => {
            let key = SecretKey::from_bytes(&fixed(inputs, "key"));
            let text = key.to_text();
            assert!(SecretKey::from_text(text.expose()).ok().unwrap().is_same_as(&key));
            json!({ "text": text.expose() })
        }
        "argon2id" => {
            let profile = fixed(inputs, "profile_id").into();
            let stretched = stretched(inputs);
            json!({
                "slot_key": to_hex(stretched.derive_slot_key(&profile).expose()),
                "root_box_key": to_hex(stretched.derive_root_box_key(&profile).expose()),
            })
        }
        "keys" => {
            let root = root_key(inputs);
            let of = |label| to_hex(derive::<32>(&[], root.expose_bytes(), &Array::labelled(label)).expose());
            json!({
                "database": to_hex(root.derive_database_key().expose_bytes()),
                "local": to_hex(root.derive_local_key().expose_bytes()),
                "header": of(Label::HEADER),
                "keyset_local": of(Label::KEYSET_LOCAL),
            })
        }
        "local-vault-key" => {
            let (local, vault, epoch) =
                (local_key(inputs), fixed(inputs, "vault_id").into(), uint(inputs, "epoch"));
            let key = vault_key(inputs);
            let sealed = local.seal_vault_key(&vault, epoch, &key, rng);
            assert!(local.open_vault_key(&vault, epoch, &sealed).ok().unwrap().is_same_as(&key));
            json!({ "sealed": to_hex(&sealed), "commitment": key.commitment(&vault, epoch).to_string() })
        }
        "local-secret-key" => {
            let (local, profile) = (local_key(inputs), fixed(inputs, "profile_id").into());
            let key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
            let sealed = local.seal_secret_key(&profile, &key, rng);
            assert!(local.open_secret_key(&profile, &sealed).ok().unwrap().is_same_as(&key));
            json!({ "sealed": to_hex(&sealed) })
        }
        "local-draft" => {
            let (local, profile) = (local_key(inputs), fixed(inputs, "profile_id").into());
            let (name, draft) = (hex(inputs, "name"), hex(inputs, "draft"));
            let sealed = local.seal_draft(&profile, &name, &draft, rng);
            assert_eq!(local.open_draft(&profile, &name, &sealed).ok().unwrap().expose(), draft);
            json!({ "sealed": to_hex(&sealed) })
        }
        "header" => header(inputs, rng),
        _ => return None,
    })
}

fn header(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (profile_id, root_key) = (fixed(inputs, "profile_id").into(), root_key(inputs));
    let (password, secret_key) =
        (text(inputs, "password"), SecretKey::from_bytes(&fixed(inputs, "secret_key")));
    let (slot, _) = PasswordSlot::make(&profile_id, &root_key, &password, &secret_key, params(inputs), rng)
        .unwrap_or_else(|error| panic!("{error}"));
    let header = Header { profile_id, version: uint(inputs, "version").into(), slots: vec![slot] };
    let file = header.to_file(&root_key);

    let parsed = HeaderFile::parse(&file).unwrap();
    assert_eq!(*parsed.unverified(), header);
    let (opened, _) = header.slots[0].open(&profile_id, &password, &secret_key).ok().unwrap();
    assert!(opened.is_same_as(&root_key) && parsed.is_authentic(&opened));
    json!({ "file": to_hex(&file) })
}

/// Tries what an invalid vector holds and names the check that refused it.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "secret-key" => named(SecretKey::from_text(inputs["text"].as_str().unwrap())),
        "header" => named(HeaderFile::parse(&hex(inputs, "file"))),
        "local-vault-key" => {
            let (vault, epoch) = (fixed(inputs, "vault_id").into(), uint(inputs, "epoch"));
            named(local_key(inputs).open_vault_key(&vault, epoch, &hex(inputs, "sealed")))
        }
        _ => return None,
    })
}

fn local_key(inputs: &Value) -> LocalKey {
    LocalKey::from_bytes(&fixed(inputs, "local_key"))
}
