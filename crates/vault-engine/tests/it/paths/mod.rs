//! Every way in which this program writes to a profile, for the tests that break it: by a power cut, a full disk, a disk that
//! fails. Another way is one more line in [`ITEMS`], [`KEYS`] or [`PROFILES`].
//!
//! Not in the lists, for they write nothing that is not in them: the PIN, which lives in memory; when an item was used, which
//! goes with the next write; the cost of trying a password, which is changed as the password is.

mod items;
mod keys;
mod look;
mod profiles;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::backup::{BackupError, Documents};
use vault_engine::clock::Timestamp;
use vault_engine::disk::DiskError;
use vault_engine::document::{DocumentError, Existing, NewBlob};
use vault_engine::item::Attachment;
use vault_engine::profile::RestoreError;
use vault_engine::profile::{
    CreateError, PlaceError, RecoverError, RenameError, RotateError, SalvageError, UnlockError,
};
use vault_engine::search::Scope;
use vault_engine::session::{KeysError, Put, Session, SessionError};
use vault_wire::revision::BlobRef;
use vault_wire::{ItemId, ProfileId};

use crate::support::{PASSWORD, World, add, login, query, rng};

pub use items::ITEMS;
pub use keys::KEYS;
pub use look::{GONE_ON, at_home, describe};
pub use profiles::PROFILES;

/// What the password is changed to.
const ANOTHER: &str = "another password";

/// A way in which something is written.
pub struct WritePath {
    pub name: &'static str,
    /// What must be there besides what [`furnish`] lays down.
    before: fn(&World),
    /// The work, done in a profile that was just unlocked; when it is through, what it wrote must last. If it is more than
    /// one transaction, it says after each that a step is done.
    work: fn(&mut At<'_>) -> Result<(), Trouble>,
    /// Whether one sees afterwards that it was done.
    pub shows: Shows,
}

/// Whether what was done can be seen in what [`describe`] gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Yes,
    /// It changes how something is stored, not what.
    No,
}

const fn path(name: &'static str, work: fn(&mut At<'_>) -> Result<(), Trouble>) -> WritePath {
    WritePath { name, before: |_| {}, work, shows: Shows::Yes }
}

impl WritePath {
    const fn after(self, before: fn(&World)) -> Self {
        Self { before, ..self }
    }

    const fn unseen(self) -> Self {
        Self { shows: Shows::No, ..self }
    }
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static WritePath> {
    ITEMS.iter().chain(KEYS).chain(PROFILES)
}

/// What was made is looked at later.
fn done<R>(_: R) -> Result<(), Trouble> {
    Ok(())
}

/// Why work was not done.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    Disk(DiskError),
    Other(String),
}

fn other(error: impl std::fmt::Debug) -> Trouble {
    Trouble::Other(format!("{error:?}"))
}

impl From<DiskError> for Trouble {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

macro_rules! troubles {
    ($($error:ty: $($disk:pat => $told:expr),*;)*) => {
        $(impl From<$error> for Trouble {
            fn from(error: $error) -> Self {
                match error {
                    $($disk => Self::Disk($told),)*
                    error => other(error),
                }
            }
        })*
    };
}

troubles! {
    SessionError: SessionError::Disk(disk) => disk;
    DocumentError: DocumentError::Io(error) => error.into(),
        DocumentError::NoRoom { .. } => DiskError::Full;
    BackupError: BackupError::Disk(disk) => disk;
    CreateError: CreateError::Disk(disk) => disk;
    UnlockError: UnlockError::Disk(disk) => disk;
    RenameError: RenameError::Disk(disk) => disk;
    KeysError: KeysError::Session(SessionError::Disk(disk)) => disk;
    RestoreError: RestoreError::Backup(BackupError::Disk(disk)) => disk,
        RestoreError::Unlock(UnlockError::Disk(disk)) => disk;
    PlaceError: PlaceError::Disk(disk) => disk;
    RecoverError: RecoverError::Unlock(UnlockError::Disk(disk)) => disk,
        RecoverError::Keys(KeysError::Session(SessionError::Disk(disk))) => disk;
    SalvageError: SalvageError::Disk(disk) => disk,
        SalvageError::Unlock(UnlockError::Disk(disk)) => disk;
}

impl From<RotateError> for Trouble {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::Unchanged(_, error) => error.into(),
            RotateError::Locked(error) => error.into(),
        }
    }
}

/// The profile that is worked in.
pub struct At<'w> {
    world: &'w World,
    id: ProfileId,
    session: Option<Session>,
    step: &'w mut dyn FnMut(),
}

impl At<'_> {
    /// One of several transactions is through.
    fn step(&mut self) {
        (self.step)();
    }

    fn session(&mut self) -> Result<&mut Session, Trouble> {
        if self.session.is_none() {
            self.session = Some(unlock(self.world, self.id).map_err(Trouble::from)?);
        }
        Ok(self.session.as_mut().unwrap())
    }

    fn item(&mut self, title: &str) -> Result<ItemId, Trouble> {
        let session = self.session()?;
        for scope in [Scope::All, Scope::Trash] {
            if let Some(row) = session.list(&query(scope))?.rows.iter().find(|row| row.title == title) {
                return Ok(row.id);
            }
        }
        Err(Trouble::Other(format!("there is no {title}")))
    }

    fn each<R>(
        &mut self,
        title: &str,
        work: impl FnOnce(&mut Session, &[ItemId]) -> Result<R, SessionError>,
    ) -> Result<(), Trouble> {
        let id = self.item(title)?;
        Ok(work(self.session()?, &[id]).map(drop)?)
    }
}

/// Does the work of a path in a folder that was furnished for it. Each step that is through is told, while the profile is
/// still open.
pub fn work(path: &WritePath, root: &Path, through: &mut dyn FnMut()) -> Result<(), Trouble> {
    with(root, through, |at| work_at(path, at))
}

/// The same; what comes after it is one more setting, whether the work was done or not. Tells whether it was kept.
pub fn work_and_go_on(
    path: &WritePath,
    root: &Path,
    through: &mut dyn FnMut(),
) -> (Result<(), Trouble>, bool) {
    with(root, through, |at| {
        let done = work_at(path, at);
        // A profile that there is not, before or after.
        let kept = at.session().map(|session| session.set_setting(GONE_ON, "yes"));
        (done, kept == Ok(Ok(())))
    })
}

fn with<R>(root: &Path, step: &mut dyn FnMut(), work: impl FnOnce(&mut At<'_>) -> R) -> R {
    let world = World::at(root);
    world.clock.advance(Duration::from_secs(40 * DAY));
    let profiles = world.profiles.list();
    let id = profiles.first().map_or(ProfileId::from_bytes([0; 16]), |info| info.id);
    work(&mut At { world: &world, id, session: None, step })
}

fn work_at(path: &WritePath, at: &mut At<'_>) -> Result<(), Trouble> {
    (path.work)(at)?;
    at.step();
    Ok(())
}

const DAY: u64 = 24 * 60 * 60;
const BACKUP: &str = "home.tar";
const SOURCE: &str = "source.txt";
const ELSEWHERE: &str = "elsewhere";
const CODE: &str = "code";

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Randomness that no other part of a test draws.
fn unlock(world: &World, id: ProfileId) -> Result<Session, UnlockError> {
    let password = fs::read_to_string(world.root().join("password")).unwrap();
    world.profiles.unlock(id, &SecretText::from(password.as_str()), None, rng(77))
}

/// Lays down a profile with something of everything, and what the work of the path needs besides.
pub fn furnish(path: &WritePath, root: &Path) {
    let world = World::at(root);
    fs::write(root.join("password"), PASSWORD).unwrap();
    fs::write(root.join(SOURCE), "of a house".repeat(500)).unwrap();
    let mut session = world.create();
    fs::create_dir(root.join(ELSEWHERE)).unwrap();
    let mail = add(&mut session, login("Mail", "ada", "x"));
    let mut item = login("Mail", "ada", "y");
    item.folder = Some("home/post".to_owned());
    item.tags.insert("red".to_owned());
    session.put(Put::change(mail.id, mail.revision, item)).unwrap();
    session.keep_generated(SecretText::from("made before")).unwrap();
    let old = add(&mut session, login("Old", "ada", "x"));
    let (scan, old_scan) = (add_document(&mut session, "Scan"), add_document(&mut session, "Old scan"));
    session.trash(&[old.id, old_scan]).unwrap();
    session.draft_save(None, b"half a form").unwrap();
    session.set_setting("x", "old").unwrap();
    let snapshot = session.snapshot(&root.join(BACKUP), Documents::All, &mut go_on).unwrap();
    snapshot.write(Existing::Keep, &mut go_on).unwrap();
    // Since the backup.
    let changed = session.get(scan).unwrap();
    let mut item = changed.item;
    item.title = "Scan, later".to_owned();
    session.put(Put::change(scan, changed.revision, item)).unwrap();
    drop(session);
    (path.before)(&world);
}

fn add_document(session: &mut Session, title: &str) -> ItemId {
    let (attachment, blob) = seal(session, &title.repeat(700)).unwrap();
    let mut item = login(title, "", "");
    item.attachments.push(attachment);
    session.put(Put { blobs: vec![blob], ..Put::new(item) }).unwrap().id
}

fn seal(session: &mut Session, content: &str) -> Result<(Attachment, BlobRef), DocumentError> {
    let new = NewBlob::make(session.rng());
    let size = content.len() as u64;
    let sealed = vault_engine::document::seal(content.as_bytes(), size, new, session.blobs(), &mut go_on)?;
    let blob = sealed.blob;
    Ok((sealed.into_attachment("scan.txt".to_owned(), Timestamp(1)), blob))
}

/// The profile of a world that has one.
fn only(world: &World) -> ProfileId {
    world.profiles.list()[0].id
}

/// A copy of everything below a folder.
pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
