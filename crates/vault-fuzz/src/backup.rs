//! Backup archives: mutations of a valid archive.
//!
//! Random bytes fail at the first header of an archive, so the input is a list of mutations of a valid one:
//! bytes changed, removed, inserted, repeated or exchanged. The invariant: a changed backup is rejected, and
//! without a panic.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use vault_engine::backup::BackupReader;
use vault_engine::backup::{BackupError, Documents, look_at};
use vault_engine::clock::SystemClock;
use vault_engine::clock::Timestamp;
use vault_engine::disk::AppDirs;
use vault_engine::document::{Existing, NewBlob, seal};
use vault_engine::item::{Item, ItemType};
use vault_engine::profile::{NewProfile, NoKeychain, Profiles};
use vault_engine::session::{Put, Session};
use vault_engine::{KdfParams, SecretText};
use vault_testkit::FixedRng;

use crate::target::Outcome;

/// Bytes per mutation: its kind, offset, length and argument.
const CHANGE: usize = 8;
/// Maximum number of mutations.
const CHANGES: usize = 16;
/// Block size of archives.
const BLOCK: usize = 512;

struct Fixture {
    archive: Vec<u8>,
    reader: BackupReader,
}

/// Returns the backup of a profile with two items, one of which has a document; made once.
fn fixture() -> &'static Fixture {
    static MADE: OnceLock<Fixture> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let dirs = AppDirs::portable(&folder.path().join("data"));
        let profiles = Profiles::new(dirs, Box::new(NoKeychain), Arc::new(SystemClock::new()));
        let new = NewProfile {
            name: "Home".to_owned(),
            password: SecretText::from("correct horse battery staple"),
            device: "desk".to_owned(),
            kdf: KdfParams::FLOOR,
        };
        let mut session = profiles.create(new, Box::new(FixedRng::new(1))).expect("a profile");
        fill(&mut session);
        let path = folder.path().join("home.tar");
        let mut go_on = |_| ControlFlow::Continue(());
        let snapshot = session.snapshot(&path, Documents::All, &mut go_on).expect("a snapshot");
        snapshot.write(Existing::Keep, &mut go_on).expect("a backup");
        let archive = std::fs::read(&path).expect("the backup");
        Fixture { archive, reader: session.backup_reader() }
    })
}

fn fill(session: &mut Session) {
    let mut item = Item::new(ItemType::Note, Timestamp(1));
    item.title = "Mail".to_owned();
    session.put(Put::new(item)).expect("an item");
    let mut item = Item::new(ItemType::Document, Timestamp(1));
    item.title = "Scan".to_owned();
    let content = "scan".repeat(2_000);
    let (new, size) = (NewBlob::make(session.rng()), content.len() as u64);
    let mut go_on = |_| ControlFlow::Continue(());
    let sealed = seal(content.as_bytes(), size, new, session.blobs(), &mut go_on).expect("a document");
    let blobs = vec![sealed.blob];
    item.attachments.push(sealed.into_attachment("scan.txt".to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) }).expect("an item with a document");
}

/// Applies the mutations of the input to a valid archive.
fn mutate(archive: &[u8], input: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    for change in input.chunks_exact(CHANGE).take(CHANGES) {
        let number =
            |from: usize, to: usize| change[from..to].iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
        let (at, much, with) = (number(1, 4) % (bytes.len() + 1), number(4, 6), number(6, 8));
        let end = (at + much).min(bytes.len());
        let block = |number: usize| number * BLOCK % (bytes.len() / BLOCK + 1).saturating_mul(BLOCK).max(1);
        match change[0] % 8 {
            0 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= change[7]),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => bytes.splice(at..at, vec![change[7]; much]).for_each(drop),
            // Replaces or inserts a copied block.
            4 | 5 => {
                let (from, to) = (block(much), block(with).min(bytes.len()));
                let copied = bytes[from.min(bytes.len())..(from + BLOCK).min(bytes.len())].to_vec();
                let replaced = if change[0] % 8 == 4 { (to + copied.len()).min(bytes.len()) } else { to };
                bytes.splice(to..replaced, copied).for_each(drop);
            }
            // Replaces the end by the end of the valid archive from another offset.
            6 => {
                let rest = archive[block(with).min(archive.len())..].to_vec();
                bytes.splice(at.., rest).for_each(drop);
            }
            _ => bytes.splice(at..end, change[6..].iter().copied()).for_each(drop),
        }
    }
    bytes
}

/// Opens a mutated archive; only an unchanged one is accepted.
pub(crate) fn archive(input: &[u8]) -> Outcome {
    let Fixture { archive, reader } = fixture();
    let bytes = mutate(archive, input);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&bytes).expect("room for a file");
    let opened = open(reader, file.path());
    assert_eq!(opened == Outcome::Accepted, bytes == *archive, "only the unchanged backup is accepted");
    opened
}

fn open(reader: &BackupReader, path: &Path) -> Outcome {
    let looked = look_at(path);
    match reader.open(path, &mut |_| ControlFlow::Continue(())) {
        Ok(_) => {
            assert!(looked.is_ok(), "a backup that opens can be inspected");
            Outcome::Accepted
        }
        Err(
            BackupError::NotABackup
            | BackupError::OtherFormat
            | BackupError::OtherProfile
            | BackupError::Damaged,
        ) => Outcome::Rejected,
        Err(error) => panic!("{error}"),
    }
}
