//! Creation of vaults, and commitments to their keys.

use rand_core::CryptoRng;
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::{Array, Canonical};
use vault_wire::roster::{EpochOp, MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, EntryHash, KeyCommitment, Label, VaultId, log};

use crate::keys::VaultKey;
use crate::v1::account::Identity;

impl VaultKey {
    /// Returns the public commitment to this key for a vault and an epoch.
    #[must_use]
    pub fn commitment(&self, vault_id: &VaultId, epoch: u32) -> KeyCommitment {
        let parts = Array::labelled(Label::VAULT_KEY)
            .bytes(vault_id.as_bytes())
            .uint(epoch.into())
            .bytes(self.expose_bytes());
        KeyCommitment::from_bytes(parts.sha256())
    }
}

/// A newly created vault.
pub struct NewVault {
    /// Its id.
    pub vault_id: VaultId,
    /// Its key of epoch 1.
    pub key: VaultKey,
    /// Its genesis record: entry 1 of its log.
    pub record: SignedRecord,
    /// Hash of the genesis record.
    pub genesis_hash: EntryHash,
}

/// Creates a vault whose only member is the founder. `made_at` is in milliseconds since 1970.
#[must_use]
pub fn make_vault(
    account_id: &AccountId,
    identity: &Identity,
    certificate: &SignedCertificate,
    made_at: u64,
    rng: &mut impl CryptoRng,
) -> NewVault {
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    let key = VaultKey::make(rng);
    let vault_id = VaultId::of_founder(account_id, &nonce);
    let bytes = Record {
        vault_id,
        prev: EntryHash::from_bytes([0; 32]),
        base_seq: 0,
        base_root: log::empty_root(&vault_id),
        author: *account_id,
        generation: identity.generation(),
        made_at,
        ops: vec![
            Op::Genesis { nonce },
            Op::Add { certificate: Box::new(certificate.clone()), role: MemberRole::Owner, accept: None },
            Op::Epoch(EpochOp {
                epoch: 1,
                commitment: key.commitment(&vault_id, 1),
                back_to: 0,
                back: Vec::new(),
            }),
        ],
    }
    .encode();
    let signature = identity.sign(&Record::message(&bytes));
    let record = SignedRecord { bytes, signature, root_signature: None };
    let genesis_hash = record.entry_hash();
    NewVault { vault_id, key, record, genesis_hash }
}
