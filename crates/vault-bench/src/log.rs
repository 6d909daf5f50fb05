//! Sealing and opening items and verifying a log, beside the bare primitives.

use crate::{result::Result, table::Table};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use ed25519_dalek::VerifyingKey;
use std::{
    thread,
    time::{Duration, Instant},
};
use vault_crypto::{Identity, NewVault, RootSigner, make_revision, make_vault, open_body};
use vault_engine::clock::system_rng;
use vault_wire::{
    ItemId,
    account::Predecessor,
    log::{Entry, Head, LogVerifier, Verdict},
    revision::{RevisionHeader, RevisionKind, SignedRevision},
};

/// The entries of a vault with 100,000 items.
const ENTRIES: u32 = 100_000;

/// The size of an item before padding to 1 KiB, in bytes.
const PAYLOAD: usize = 1000;

/// Measures sealing and opening items and verifying their log.
pub fn measure(table: &mut Table) -> Result {
    let mut rng = system_rng();
    let (root, identity) = (RootSigner::make(&mut rng), Identity::make_first(&mut rng));
    let certificate = root.certify(&identity, Predecessor::Sound, 0);
    let NewVault { vault_id, key, record, .. } =
        make_vault(&root.account_id(), &identity, &certificate, 0, &mut rng);
    let founded = LogVerifier::from_genesis(&record, None)?;
    let Head { seq, root: base_root } = founded.head();
    let header = |number: u32| {
        let mut item = [0; 16];
        item.iter_mut().zip(number.to_be_bytes()).for_each(|(to, byte)| *to = byte);
        RevisionHeader {
            vault_id,
            item_id: ItemId::from_bytes(item),
            kind: RevisionKind::Put,
            parent: None,
            author: root.account_id(),
            generation: 1,
            epoch: 1,
            base_seq: seq,
            base_root,
            blobs: Vec::new(),
        }
    };

    let payload = vec![7; PAYLOAD];
    let begin = Instant::now();
    let mut made = Vec::new();
    for number in 0..ENTRIES {
        made.push(make_revision(&header(number), &payload, &key, &identity, &mut rng)?);
    }
    let sealing = begin.elapsed();
    let begin = Instant::now();
    for revision in &made {
        open_body(&revision.signed, &revision.body, &key)?;
    }
    let opening = begin.elapsed();
    let cipher = cipher_alone(made.len());
    let beside = |timing: Duration| {
        Some(("XChaCha20-Poly1305 alone", per_second(cipher), timing.div_duration_f64(cipher)))
    };
    table.add("seal and sign an item of 1 KiB, one core", per_second(sealing), beside(sealing));
    table.add("open an item of 1 KiB, one core", per_second(opening), beside(opening));

    let revisions: Vec<SignedRevision> = made.into_iter().map(|made| made.signed).collect();
    let entries: Vec<_> = revisions.iter().map(Entry::Revision).collect();
    let mut log = founded;
    let begin = Instant::now();
    let verdicts = log.extend(&entries);
    let verifying = begin.elapsed();
    if verdicts.iter().any(|verdict| *verdict != Verdict::Accepted) {
        return Err("an entry was refused".into());
    }
    let bare = signatures_alone(&revisions, &identity)?;
    table.add(
        format!("verify a log of {ENTRIES} entries, {} threads", threads()),
        per_second(verifying),
        Some((
            "its signatures alone, on as many threads",
            per_second(bare),
            verifying.div_duration_f64(bare),
        )),
    );
    Ok(())
}

/// Encrypts as many items with the cipher alone.
fn cipher_alone(items: usize) -> Duration {
    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
    let mut buffer = vec![7; 1024];
    let begin = Instant::now();
    for _ in 0..items {
        // 1 KiB is never too long.
        let _ = cipher.encrypt_inout_detached(&XNonce::from([7; 24]), &[], buffer.as_mut_slice().into());
    }
    begin.elapsed()
}

/// Verifies the signatures of encoded messages, on all threads.
fn signatures_alone(revisions: &[SignedRevision], identity: &Identity) -> Result<Duration> {
    let message = |revision: &SignedRevision| {
        let signature = ed25519_dalek::Signature::from_bytes(revision.signature.as_bytes());
        (RevisionHeader::message(&revision.header, &revision.body_hash).encode(), signature)
    };
    let messages: Vec<_> = revisions.iter().map(message).collect();
    verified(&messages, identity)
}

/// Verifies signatures of messages, on all threads.
pub fn verified(messages: &[(Vec<u8>, ed25519_dalek::Signature)], identity: &Identity) -> Result<Duration> {
    let key = VerifyingKey::from_bytes(identity.public().as_bytes())?;
    let begin = Instant::now();
    let valid = thread::scope(|scope| {
        let parts: Vec<_> = messages
            .chunks(messages.len().div_ceil(threads()))
            .map(|part| {
                scope.spawn(move || {
                    part.iter().all(|(text, signature)| key.verify_strict(text, signature).is_ok())
                })
            })
            .collect();
        parts.into_iter().all(|part| part.join().is_ok_and(|valid| valid))
    });
    if valid { Ok(begin.elapsed()) } else { Err("a signature is not valid".into()) }
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn per_second(timing: Duration) -> String {
    format!("{:.0}/s", f64::from(ENTRIES) / timing.as_secs_f64())
}
