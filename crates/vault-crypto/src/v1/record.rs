//! Signing roster records.

use vault_wire::cbor::Canonical;
use vault_wire::roster::{Record, SignedRecord};

use crate::v1::account::{Identity, RootSigner};

/// Signs a record with the author's identity, and with the root where a change requires it.
#[must_use]
pub fn sign_record(record: &Record, author: &Identity, root: Option<&RootSigner>) -> SignedRecord {
    let bytes = record.encode();
    let signature = author.sign(&Record::message(&bytes));
    let mut signed = SignedRecord { bytes, signature, root_signature: None };
    signed.root_signature = root.map(|root| root.sign(&Record::root_message(&signed.entry_hash())));
    signed
}
