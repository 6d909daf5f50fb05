//! The write paths: every way in which this program writes to a profile, each with a name. The tests that break disks
//! run all of them: on disks that lose power or fail (`power_loss`) and on full disks (`disk`).
//!
//! - [`set_up`] creates the standard profile and applies the setup of a [`WritePath`]. [`run`] does its work in that
//!   profile, through a [`Context`], and reports each *step*: a transaction, after which its result must survive
//!   anything.
//! - [`describe`] opens the profile and lists everything that a user could find in it, one line each. Tests compare
//!   these lists, so the work must change them; a path that does not is marked `without_visible_effect`.
//! - A new case is a line in [`ITEMS`], [`KEYS`] or [`PROFILES`], `.with_setup(…)` if the standard profile is not
//!   enough.
//! - A failure starts with the name of the path; `COFFER_TEST_PATH='add an item'` runs it alone in the tests of
//!   `power_loss`.
//! - Full disks are never sampled: each path runs with 0, 16 and 256 KiB left until it succeeds, at last with enough
//!   room. Power loss and failing disks are: `cargo xtask soak` tries them in full.
//!
//! Not listed, because they add no write of their own: the PIN, which is only in memory; the time of use of an item,
//! which the next write stores; the cost of a password, which is changed like the password.

mod items;
mod keys;
mod observe;
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
    CreateError, FolderError, RecoverError, RenameError, RotateError, SalvageError, UnlockError,
};
use vault_engine::search::Scope;
use vault_engine::session::{KeysError, Put, Session, SessionError};
use vault_wire::revision::BlobRef;
use vault_wire::{ItemId, ProfileId};

use crate::support::{PASSWORD, World, add, login, query, rng};

pub use items::ITEMS;
pub use keys::KEYS;
pub use observe::{WRITTEN_AFTER, describe, rebase_paths};
pub use profiles::PROFILES;

/// The new password of paths that change it.
const NEW_PASSWORD: &str = "another password";

/// A way in which the program writes to a profile.
pub struct WritePath {
    pub name: &'static str,
    /// Prepares what the work needs besides the standard profile.
    setup: fn(&World),
    /// The work; once it returns, its result must be durable. Work of several transactions calls [`Context::step`]
    /// after each one but the last.
    work: fn(&mut Context<'_>) -> Result<(), WriteError>,
    /// Whether the work changes the description of the profile.
    pub effect: Effect,
}

/// Whether the work of a path changes the lines of [`describe`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Visible,
    /// Only the storage changes, not the content.
    Hidden,
}

const fn path(name: &'static str, work: fn(&mut Context<'_>) -> Result<(), WriteError>) -> WritePath {
    WritePath { name, setup: |_| {}, work, effect: Effect::Visible }
}

impl WritePath {
    const fn with_setup(self, setup: fn(&World)) -> Self {
        Self { setup, ..self }
    }

    const fn without_visible_effect(self) -> Self {
        Self { effect: Effect::Hidden, ..self }
    }
}

/// All write paths.
pub fn all() -> impl Iterator<Item = &'static WritePath> {
    ITEMS.iter().chain(KEYS).chain(PROFILES)
}

/// Drops the result of an operation; its effect is described later.
fn done<R>(_: R) -> Result<(), WriteError> {
    Ok(())
}

/// Why the work of a path failed.
#[derive(Debug, PartialEq)]
pub enum WriteError {
    Disk(DiskError),
    Other(String),
}

fn other(error: impl std::fmt::Debug) -> WriteError {
    WriteError::Other(format!("{error:?}"))
}

impl From<DiskError> for WriteError {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

macro_rules! write_errors {
    ($($error:ty: $($disk:pat => $told:expr),*;)*) => {
        $(impl From<$error> for WriteError {
            fn from(error: $error) -> Self {
                match error {
                    $($disk => Self::Disk($told),)*
                    error => other(error),
                }
            }
        })*
    };
}

write_errors! {
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
    FolderError: FolderError::Disk(disk) => disk;
    RecoverError: RecoverError::Unlock(UnlockError::Disk(disk)) => disk,
        RecoverError::Keys(KeysError::Session(SessionError::Disk(disk))) => disk;
    SalvageError: SalvageError::Disk(disk) => disk,
        SalvageError::Unlock(UnlockError::Disk(disk)) => disk;
}

impl From<RotateError> for WriteError {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::Unchanged(_, error) => error.into(),
            RotateError::Locked(error) => error.into(),
        }
    }
}

/// The profile in which a path does its work, unlocked on first use.
pub struct Context<'w> {
    world: &'w World,
    id: ProfileId,
    session: Option<Session>,
    step: &'w mut dyn FnMut(),
}

impl Context<'_> {
    /// Reports that one of several transactions is done.
    fn step(&mut self) {
        (self.step)();
    }

    fn session(&mut self) -> Result<&mut Session, WriteError> {
        if self.session.is_none() {
            self.session = Some(unlock(self.world, self.id).map_err(WriteError::from)?);
        }
        Ok(self.session.as_mut().unwrap())
    }

    fn item(&mut self, title: &str) -> Result<ItemId, WriteError> {
        let session = self.session()?;
        for scope in [Scope::All, Scope::Trash] {
            if let Some(row) = session.list(&query(scope))?.rows.iter().find(|row| row.title == title) {
                return Ok(row.id);
            }
        }
        Err(WriteError::Other(format!("there is no {title}")))
    }

    fn each<R>(
        &mut self,
        title: &str,
        work: impl FnOnce(&mut Session, &[ItemId]) -> Result<R, SessionError>,
    ) -> Result<(), WriteError> {
        let id = self.item(title)?;
        Ok(work(self.session()?, &[id]).map(drop)?)
    }
}

/// Does the work of a path in a folder prepared by [`set_up`]. Calls `on_step` after each step, while the profile is
/// still open.
pub fn run(path: &WritePath, root: &Path, on_step: &mut dyn FnMut()) -> Result<(), WriteError> {
    with(root, on_step, |ctx| run_in(path, ctx))
}

/// Does the same, then writes a setting whether the work failed or not. Also returns whether the setting was stored.
pub fn run_then_write(
    path: &WritePath,
    root: &Path,
    on_step: &mut dyn FnMut(),
) -> (Result<(), WriteError>, bool) {
    with(root, on_step, |ctx| {
        let done = run_in(path, ctx);
        // `session` fails if the profile does not exist at this point.
        let kept = ctx.session().map(|session| session.set_setting(WRITTEN_AFTER, "yes"));
        (done, kept == Ok(Ok(())))
    })
}

fn with<R>(root: &Path, step: &mut dyn FnMut(), work: impl FnOnce(&mut Context<'_>) -> R) -> R {
    let world = World::at(root);
    world.clock.advance(Duration::from_secs(40 * DAY));
    let profiles = world.profiles.list();
    let id = profiles.first().map_or(ProfileId::from_bytes([0; 16]), |info| info.id);
    work(&mut Context { world: &world, id, session: None, step })
}

fn run_in(path: &WritePath, ctx: &mut Context<'_>) -> Result<(), WriteError> {
    (path.work)(ctx)?;
    ctx.step();
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

/// Unlocks with a seed that no other part of a test uses.
fn unlock(world: &World, id: ProfileId) -> Result<Session, UnlockError> {
    let password = fs::read_to_string(world.root().join("password")).unwrap();
    world.profiles.unlock(id, &SecretText::from(password.as_str()), None, rng(77))
}

/// Creates the standard profile, which uses every feature, and applies the setup of a path.
pub fn set_up(path: &WritePath, root: &Path) {
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
    // Changes since the backup.
    let changed = session.get(scan).unwrap();
    let mut item = changed.item;
    item.title = "Scan, later".to_owned();
    session.put(Put::change(scan, changed.revision, item)).unwrap();
    drop(session);
    (path.setup)(&world);
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

/// The id of the only profile of a world.
fn only_profile(world: &World) -> ProfileId {
    world.profiles.list()[0].id
}

/// Copies everything below a folder.
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
