//! Vectors of profiles: Secret Key, password, header, local boxes.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::cbor::Array;
use vault_wire::{AccountId, Label};

use super::{fixed, hex, named, params, root_key, stretched, text, to_hex, uint, vault_key};
use crate::v1::derive::derive;
use crate::v1::header::{Header, HeaderFile};
use crate::v1::local::LocalKey;
use crate::v1::slot::{KeySlot, PasswordSlot, Slot, SlotKey};
use crate::{QuickKey, RecoveryCode, SecretKey, UnlockSeed};

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &[
    "argon2id",
    "backup",
    "header",
    "keys",
    "local-draft",
    "local-secret-key",
    "local-vault-key",
    "recovery-code",
    "secret-key",
];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "secret-key" => {
            let key = SecretKey::from_bytes(&fixed(inputs, "key"));
            let text = key.to_text();
            assert!(SecretKey::from_text(text.expose()).ok().unwrap().is_same_as(&key));
            json!({ "text": text.expose() })
        }
        "recovery-code" => {
            let code = RecoveryCode::from_bytes(&fixed(inputs, "code"));
            let text = code.to_text();
            assert!(RecoveryCode::from_text(text.expose()).ok().unwrap().is_same_as(&code));
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
        "backup" => {
            let (key, body) = (root_key(inputs).derive_backup_key(), hex(inputs, "body"));
            let mac = key.authenticate(&body);
            assert!(key.is_authentic(&body, &mac));
            json!({ "key": to_hex(key.expose_bytes()), "mac": to_hex(&mac) })
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
    let mut header = Header::new(profile_id, slot.clone());
    let keys = SlotKeys::of(inputs);
    let others =
        keys.each().into_iter().map(|key| Slot::Key(KeySlot::make(&profile_id, &root_key, key, rng)));
    let slots: Vec<_> = [Slot::Password(slot.clone())].into_iter().chain(others).collect();
    while header.version() < uint(inputs, "version").into() {
        header = header.next(slots.clone()).unwrap();
    }
    let file = header.to_file(&root_key);

    let parsed = HeaderFile::parse(&file).unwrap();
    assert_eq!(*parsed.unverified(), header);
    assert!(parsed.is_authentic(&root_key));
    assert_eq!(parsed.pin().to_bytes(), header.pin(&root_key).to_bytes());
    let (opened, _) = slot.open(&profile_id, &password, &secret_key).ok().unwrap();
    assert!(opened.is_same_as(&root_key));
    // Each key opens only the slots of its own kind.
    for (slot, kind) in header.slots().iter().filter_map(|slot| match slot {
        Slot::Key(key_slot) => Some((key_slot, slot.kind())),
        Slot::Password(_) => None,
    }) {
        for key in keys.each() {
            let opened = slot.open(&profile_id, key).ok();
            assert_eq!(opened.is_some_and(|opened| opened.is_same_as(&root_key)), key.kind() == kind);
        }
    }
    json!({ "file": to_hex(&file) })
}

/// The keys of a header's other slots.
struct SlotKeys {
    quick: Option<QuickKey>,
    recovery: Option<RecoveryCode>,
    account: Option<(AccountId, UnlockSeed)>,
}

impl SlotKeys {
    fn of(inputs: &Value) -> Self {
        let has = |name: &str| inputs.get(name).is_some();
        Self {
            quick: has("quick_key").then(|| QuickKey::from_bytes(&fixed(inputs, "quick_key"))),
            recovery: has("recovery_code").then(|| RecoveryCode::from_bytes(&fixed(inputs, "recovery_code"))),
            account: has("unlock_seed").then(|| {
                (fixed(inputs, "account_id").into(), UnlockSeed::from_bytes(&fixed(inputs, "unlock_seed")))
            }),
        }
    }

    /// Returns one key for each slot, and two for the recovery code, in the reverse of the file's order.
    fn each(&self) -> Vec<SlotKey<'_>> {
        let Self { quick, recovery, account } = self;
        let account = account.iter().map(|(account, seed)| SlotKey::Account(account, seed));
        let recovery = recovery.iter().flat_map(|code| [SlotKey::Recovery(code), SlotKey::Recovery(code)]);
        account.chain(recovery).chain(quick.iter().map(SlotKey::Quick)).collect()
    }
}

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "secret-key" => named(SecretKey::from_text(inputs["text"].as_str().unwrap())),
        "recovery-code" => named(RecoveryCode::from_text(inputs["text"].as_str().unwrap())),
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
