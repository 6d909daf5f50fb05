//! Documents in and out, beside the cipher alone and beside a copy.

use crate::{
    Outcome,
    table::{Table, rate},
};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
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

    let copying = timed(|| Ok(synced_copy(&source, &folder.path().join("copy"))?))?.1;
    let cipher = cipher_alone()?;
    let name = NewBlob::make(session.rng());
    let mut go_on = |_| ControlFlow::Continue(());
    let (sealed, sealing) = timed(|| Ok(seal_file(&source, name, session.blobs(), &mut go_on)?))?;
    let blob = sealed.blob;
    let attachment = sealed.into_attachment("source".to_owned(), Timestamp(0));
    let target = folder.path().join("target");
    let opening = timed(|| {
        Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on)?)
    })?
    .1;
    if fs::read(&source)? != fs::read(&target)? {
        return Err("the document did not come out as it went in".into());
    }

    let threads = threads();
    for (what, duration) in [("seal", sealing), ("open", opening)] {
        let figure = rate(SIZE, duration);
        let what = format!("document of {} MiB: {what}", SIZE / 1024 / 1024);
        let alone = format!("{cipher:.2} GB/s");
        let cipher_name = format!("XChaCha20-Poly1305 alone in memory, {threads} threads");
        table.add(what.clone(), format!("{figure:.2} GB/s"), Some((&cipher_name, alone, figure / cipher)));
        let copied = rate(SIZE, copying);
        let beside = ("copy, synced", format!("{copied:.2} GB/s"), figure / copied);
        table.add(what, format!("{figure:.2} GB/s"), Some(beside));
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

fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Duration)> {
    let start = Instant::now();
    let made = work()?;
    Ok((made, start.elapsed()))
}

/// A copy that is as safe from a power cut as a sealed document is.
fn synced_copy(source: &Path, target: &Path) -> std::io::Result<()> {
    fs::copy(source, target)?;
    fs::File::open(target)?.sync_all()
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// GB/s of the cipher with nothing around it, on every core.
fn cipher_alone() -> Outcome<f64> {
    let threads = threads();
    let rounds = SIZE / u64::try_from(CHUNK * threads)?;
    let start = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(move || {
                    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
                    let mut buffer = vec![0; CHUNK];
                    (0..rounds).all(|_| {
                        cipher
                            .encrypt_inout_detached(&XNonce::from([9; 24]), &[], buffer.as_mut_slice().into())
                            .is_ok()
                    })
                })
            })
            .collect();
        workers.into_iter().all(|worker| worker.join().unwrap_or(false))
    })
    .then(|| rate(rounds * CHUNK as u64 * threads as u64, start.elapsed()))
    .ok_or_else(|| "the cipher failed".into())
}
