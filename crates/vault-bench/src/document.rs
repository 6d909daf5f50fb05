//! Sealing and opening documents, beside the cipher alone, a copy and `age`.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use vault_crypto::{BlobCipher, ChunkPosition, FileKey, make_id};
use vault_engine::clock::{SystemClock, Timestamp, system_rng};
use vault_engine::disk::AppDirs;
use vault_engine::document::{Existing, NewBlob, open_to_file, seal_file};
use vault_engine::profile::{NewProfile, NoKeychain, Profiles};
use vault_engine::{KdfParams, SecretText};
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE};

use crate::{
    cost::{Best, Cost},
    result::Result,
    table::Table,
};

/// Large enough that the start of a program is negligible.
const SIZE: u64 = 1024 * 1024 * 1024;

/// A document whose peak memory is compared: memory must not grow with the size.
const SMALL: u64 = 64 * 1024 * 1024;

/// The number of rounds, each in the same order.
const ROUNDS: usize = 5;

/// The bytes that are sealed at a time.
const CHUNK: usize = CHUNK_SIZE as usize;

/// The measured costs.
#[derive(Default)]
struct Figures {
    cipher: Best,
    memory: Best,
    copy: Best,
    age: [Best; 2],
    coffer: [Best; 2],
    small: [Best; 2],
}

/// Measures one large document.
pub fn measure(table: &mut Table) -> Result {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let source = folder.join("source");
    make_source(&source, SIZE)?;
    let small = folder.join("small");
    make_source(&small, SMALL)?;
    let age = Age::find(folder)?;
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        figures.cipher.add(Cost::of(SIZE, cipher_alone)?.1);
        figures.memory.add(Cost::of(SIZE, sealed_in_memory)?.1);
        let target = folder.join("copy");
        figures.copy.add(Cost::of(SIZE, || Ok(synced_copy(&source, &target)?))?.1);
        fs::remove_file(target)?;
        if let Some(age) = &age {
            age.round_trip(&source, &mut figures.age)?;
        }
        round_trip(folder, (&source, SIZE), &mut figures.coffer)?;
        round_trip(folder, (&small, SMALL), &mut figures.small)?;
    }
    report(&figures, table);
    Ok(())
}

/// Adds the rows: Coffer in both directions beside the others.
fn report(figures: &Figures, table: &mut Table) {
    let Figures { cipher, memory, copy, age, coffer, small } = figures;
    let size = SIZE / 1024 / 1024;
    let cipher = ("XChaCha20-Poly1305 alone, in memory", cipher);
    let copy = ("copy, synced", copy);
    let [age_in, age_out] = age;
    let [seal, open] = coffer;
    let mut row = |what: &str, one: &Best, (name, other): (&str, &Best)| {
        if let (Some(one), Some(other)) = (one.get(), other.get()) {
            let what = format!("document of {size} MiB: {what}");
            table.add(what, one.to_string(), Some((name, other.to_string(), one.against(&other))));
        }
    };
    row("chunks sealed in memory", memory, cipher);
    for (what, one, age) in
        [("seal", seal, ("age, encrypt", age_in)), ("open", open, ("age, decrypt", age_out))]
    {
        row(what, one, age);
        row(what, one, cipher);
        row(what, one, copy);
    }
    for (what, large, small) in [("seal", seal, &small[0]), ("open", open, &small[1])] {
        if let (Some(large), Some(small)) = (large.get(), small.get()) {
            table.add(
                format!("document of {size} MiB: {what}, peak memory"),
                format!("{} MiB", large.memory_mib()),
                Some((
                    "the same of 64 MiB",
                    format!("{} MiB", small.memory_mib()),
                    large.memory_against(&small),
                )),
            );
        }
    }
}

/// Seals the source and opens it again.
fn round_trip(folder: &Path, (source, size): (&Path, u64), [seal, open]: &mut [Best; 2]) -> Result {
    let data = tempfile::tempdir_in(folder)?;
    let profiles = Profiles::new(
        AppDirs::portable(data.path()),
        Box::new(NoKeychain),
        std::sync::Arc::new(SystemClock::new()),
    );
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from("correct horse battery staple"),
        device: "bench".to_owned(),
        kdf: KdfParams::FLOOR,
    };
    let mut session = profiles.create(new, system_rng())?;
    let name = NewBlob::make(session.rng());
    let mut go_on = |_| ControlFlow::Continue(());
    let (sealed, cost) = Cost::of(size, || Ok(seal_file(source, name, session.blobs(), &mut go_on)?))?;
    seal.add(cost);
    let blob = sealed.blob;
    let attachment = sealed.into_attachment("source".to_owned(), Timestamp(0));
    let target = folder.join("target");
    let ((), cost) = Cost::of(size, || {
        Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on)?)
    })?;
    open.add(cost);
    check_same(source, &target, size)?;
    Ok(fs::remove_file(target)?)
}

/// The `age` program with a key.
struct Age {
    key: PathBuf,
    recipient: String,
    sealed: PathBuf,
    opened: PathBuf,
}

impl Age {
    /// Makes a key, if `age` is installed.
    fn find(folder: &Path) -> Result<Option<Self>> {
        let key = folder.join("age.key");
        let made = Command::new("age-keygen").arg("-o").arg(&key).stderr(Stdio::null()).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("bench: age is not installed; documents are not compared with it");
            return Ok(None);
        }
        let recipient = Command::new("age-keygen").arg("-y").arg(&key).output()?;
        let recipient = String::from_utf8(recipient.stdout)?.trim().to_owned();
        Ok(Some(Self { key, recipient, sealed: folder.join("sealed.age"), opened: folder.join("opened") }))
    }

    fn round_trip(&self, source: &Path, [encrypt, decrypt]: &mut [Best; 2]) -> Result {
        let mut program = Command::new("age");
        program.args(["-r", &self.recipient, "-o"]).args([self.sealed.as_path(), source]);
        encrypt.add(Cost::of_program(SIZE, &mut program)?);
        let mut program = Command::new("age");
        program.arg("-d").arg("-i").arg(&self.key).arg("-o").args([&self.opened, &self.sealed]);
        decrypt.add(Cost::of_program(SIZE, &mut program)?);
        check_same(source, &self.opened, SIZE)?;
        fs::remove_file(&self.sealed)?;
        Ok(fs::remove_file(&self.opened)?)
    }
}

/// Fills a file with random bytes that do not repeat within a chunk.
fn make_source(path: &Path, size: u64) -> Result {
    let mut chunk = vec![0; CHUNK];
    getrandom::fill(&mut chunk)?;
    let mut file = fs::File::create_new(path)?;
    for _ in 0..size / u64::from(CHUNK_SIZE) {
        std::io::Write::write_all(&mut file, &chunk)?;
        chunk.rotate_left(1);
    }
    Ok(file.sync_all()?)
}

/// Compares two files chunk by chunk.
fn check_same(one: &Path, other: &Path, size: u64) -> Result {
    use std::io::Read as _;
    let (mut one, mut other) = (fs::File::open(one)?, fs::File::open(other)?);
    let (mut a, mut b) = (vec![0; CHUNK], vec![0; CHUNK]);
    for _ in 0..size / u64::from(CHUNK_SIZE) {
        one.read_exact(&mut a)?;
        other.read_exact(&mut b)?;
        if a != b {
            return Err("the opened document differs from the source".into());
        }
    }
    if other.read(&mut b)? == 0 {
        Ok(())
    } else {
        Err("the opened document is longer than the source".into())
    }
}

/// Copies a file as durably as a document is sealed.
fn synced_copy(source: &Path, target: &Path) -> std::io::Result<()> {
    fs::copy(source, target)?;
    fs::File::open(target)?.sync_all()
}

/// Runs the cipher alone, on one core.
fn cipher_alone() -> Result {
    let cipher = XChaCha20Poly1305::new(&[7; 32].into());
    let mut buffer = vec![0; CHUNK];
    let nonce = XNonce::from([9; 24]);
    for _ in 0..SIZE / u64::from(CHUNK_SIZE) {
        cipher
            .encrypt_inout_detached(&nonce, &[], buffer.as_mut_slice().into())
            .map_err(|_| "the cipher failed")?;
    }
    Ok(())
}

/// Runs the operations of the format alone, on one core: the cipher and the hashes of chunks.
fn sealed_in_memory() -> Result {
    let mut rng = system_rng();
    let cipher = BlobCipher::new(&FileKey::make(&mut rng), &make_id(&mut rng));
    let mut buffer = Vec::with_capacity(CHUNK + CHUNK_OVERHEAD as usize);
    for index in 0..u32::try_from(SIZE / u64::from(CHUNK_SIZE))? {
        buffer.resize(CHUNK, 0);
        cipher.seal_chunk(index, ChunkPosition::Inner, &mut buffer)?;
    }
    Ok(())
}
