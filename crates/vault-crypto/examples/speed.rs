//! Compares sealing with the bare cipher: `cargo run --release -p vault-crypto --example speed`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use vault_crypto::{
    BlobCipher, ChunkPosition, FileKey, Identity, KdfParams, KdfSalt, SecretKey, StretchedPassword, VaultKey,
    make_revision, open_body,
};
use vault_testkit::FixedRng;
use vault_wire::blob::CHUNK_SIZE;
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{AccountId, BlobId, ItemId, Root, VaultId};

/// Number of chunks of 4 MiB to seal and open.
const CHUNKS: u32 = 64;
const ITEMS: u32 = 2000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    documents()?;
    items()?;
    let password = "correct horse battery staple".into();
    let (key, salt) = (SecretKey::from_bytes(&[1; 16]), KdfSalt::make(&mut FixedRng::new(1)));
    let begun = Instant::now();
    black_box(StretchedPassword::derive(&password, &key, &salt, KdfParams::DEFAULT)?);
    println!("Argon2id, default costs: {} ms", begun.elapsed().as_millis());
    Ok(())
}

fn documents() -> Result<(), Box<dyn std::error::Error>> {
    let cipher = BlobCipher::new(&FileKey::make(&mut FixedRng::new(2)), &BlobId::from_bytes([3; 16]));
    let mut buffer = vec![0; usize::try_from(CHUNK_SIZE)?];
    buffer.reserve_exact(16);
    let (mut sealing, mut opening) = (Duration::ZERO, Duration::ZERO);
    for index in 0..CHUNKS {
        let begun = Instant::now();
        cipher.seal_chunk(index, ChunkPosition::Inner, &mut buffer)?;
        sealing += begun.elapsed();
        let begun = Instant::now();
        cipher.open_chunk(index, ChunkPosition::Inner, &mut buffer)?;
        opening += begun.elapsed();
    }
    let bare = XChaCha20Poly1305::new(&[4; 32].into());
    let begun = Instant::now();
    for _ in 0..CHUNKS {
        bare.encrypt_inout_detached(&[5; 24].into(), &[], buffer.as_mut_slice().into())
            .map_err(|_| "the bare cipher failed")?;
    }
    let bare = begun.elapsed();
    let rate = |time: Duration| f64::from(CHUNKS) * f64::from(CHUNK_SIZE) / 1e9 / time.as_secs_f64();
    println!(
        "document seal and hash {:.2} GB/s, open {:.2} GB/s, bare cipher {:.2} GB/s",
        rate(sealing),
        rate(opening),
        rate(bare)
    );
    Ok(())
}

fn items() -> Result<(), Box<dyn std::error::Error>> {
    let rng = &mut FixedRng::new(6);
    let (key, identity) = (VaultKey::make(rng), Identity::make_first(rng));
    let header = RevisionHeader {
        vault_id: VaultId::from_bytes([1; 16]),
        item_id: ItemId::from_bytes([2; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author: AccountId::from_bytes([3; 16]),
        generation: 1,
        epoch: 1,
        base_seq: 1,
        base_root: Root::from_bytes([4; 32]),
        blobs: Vec::new(),
    };
    let (mut making, mut checking, mut opening) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for _ in 0..ITEMS {
        let begun = Instant::now();
        let made = make_revision(&header, &[7; 600], &key, &identity, rng)?;
        making += begun.elapsed();
        let begun = Instant::now();
        made.signed.verify(identity.public())?;
        checking += begun.elapsed();
        let begun = Instant::now();
        black_box(open_body(&made.signed, &made.body, &key)?);
        opening += begun.elapsed();
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(ITEMS);
    println!(
        "item: seal and sign {:.0} µs, verify {:.0} µs, open {:.0} µs",
        each(making),
        each(checking),
        each(opening)
    );
    Ok(())
}
