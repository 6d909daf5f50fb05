//! Documents in and out, beside the cipher alone and beside a copy.

use crate::{
    Outcome,
    table::{Cost, Table},
};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use std::{fs, ops::ControlFlow, path::Path, sync::Arc, thread};
use vault_engine::{
    KdfParams, SecretText,
    clock::{SystemClock, system_rng},
    document::{Existing, NewBlob, open_to_file, seal_file},
    item::Timestamp,
    profile::{NewProfile, NoKeychain, Places, Profiles},
};

/// Large enough that starting costs nothing.
const SIZE: u64 = 512 * 1024 * 1024;

/// As much as the program seals at a time.
const CHUNK: usize = 4 * 1024 * 1024;

/// Measures one large document.
pub fn measure(table: &mut Table) -> Outcome {
    let folder = tempfile::tempdir()?;
    let source = folder.path().join("source");
    make_source(&source)?;
    let profiles = Profiles::new(
        Places::portable(&folder.path().join("data")),
        Box::new(NoKeychain),
        Arc::new(SystemClock::new()),
    );
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from("correct horse battery staple"),
        device: "bench".to_owned(),
        kdf: KdfParams::FLOOR,
    };
    let mut session = profiles.create(new, system_rng())?;

    let copying = Cost::of(SIZE, || Ok(synced_copy(&source, &folder.path().join("copy"))?))?.1;
    let cipher = Cost::of(SIZE, cipher_alone)?.1;
    let name = NewBlob::make(session.rng());
    let mut go_on = |_| ControlFlow::Continue(());
    let (sealed, sealing) = Cost::of(SIZE, || Ok(seal_file(&source, name, session.blobs(), &mut go_on)?))?;
    let blob = sealed.blob;
    let attachment = sealed.into_attachment("source".to_owned(), Timestamp(0));
    let target = folder.path().join("target");
    let opening = Cost::of(SIZE, || {
        Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on)?)
    })?
    .1;
    if fs::read(&source)? != fs::read(&target)? {
        return Err("the document did not come out as it went in".into());
    }

    for (what, cost) in [("seal", sealing), ("open", opening)] {
        let what = format!("document of {} MiB: {what}", SIZE / 1024 / 1024);
        let name = format!("XChaCha20-Poly1305 alone in memory, {} threads", threads());
        table.add(what.clone(), cost.to_string(), Some((&name, cipher.to_string(), cost.against(&cipher))));
        table.add(
            what,
            cost.to_string(),
            Some(("copy, synced", copying.to_string(), cost.against(&copying))),
        );
    }
    Ok(())
}

/// Fills a file with bytes that do not repeat within a chunk.
fn make_source(path: &Path) -> Outcome {
    let mut chunk = vec![0; CHUNK];
    getrandom::fill(&mut chunk)?;
    let mut bytes = Vec::new();
    while u64::try_from(bytes.len())? < SIZE {
        bytes.extend_from_slice(&chunk);
        chunk.rotate_left(1);
    }
    Ok(fs::write(path, bytes)?)
}

/// A copy that is as safe from a power cut as a sealed document is.
fn synced_copy(source: &Path, target: &Path) -> std::io::Result<()> {
    fs::copy(source, target)?;
    fs::File::open(target)?.sync_all()
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The cipher with nothing around it, on every core.
fn cipher_alone() -> Outcome {
    let threads = threads();
    let rounds = SIZE / u64::try_from(CHUNK * threads)?;
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(move || encrypt(rounds))).collect();
        workers.into_iter().all(|worker| worker.join().unwrap_or(false))
    });
    if done { Ok(()) } else { Err("the cipher failed".into()) }
}

/// Encrypts one chunk again and again.
fn encrypt(rounds: u64) -> bool {
    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
    let mut buffer = vec![0; CHUNK];
    let nonce = XNonce::from([9; 24]);
    (0..rounds).all(|_| cipher.encrypt_inout_detached(&nonce, &[], buffer.as_mut_slice().into()).is_ok())
}
