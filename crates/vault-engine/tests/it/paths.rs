//! Every way in which this program writes to a profile, for the tests that break it: by a power cut, a full disk, a disk that
//! fails. Another way is one more line in [`ITEMS`] or [`PROFILES`].

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use vault_crypto::SecretText;
use vault_engine::backup::{BackupError, Documents, Plan, RestoreError};
use vault_engine::document::{DocumentError, Existing, NewBlob, open_to_file, seal_file, write_new_file};
use vault_engine::item::Timestamp;
use vault_engine::profile::{CreateError, DiskError, RenameError, UnlockError};
use vault_engine::session::{
    Carry, Contents, KeysError, Put, RestoreAs, Scope, Session, SessionError, VaultLook,
};
use vault_wire::{ItemId, ProfileId};

use crate::kept;
use crate::support::{PASSWORD, World, add, login, new_profile, query, rng};

/// What the password is changed to.
const ANOTHER: &str = "another password";

/// A way in which something is written.
pub struct WritePath {
    pub name: &'static str,
    /// What must be there besides what [`furnish`] lays down.
    before: fn(&World),
    /// The work, done in a profile that was just unlocked; when it is through, what it wrote must last.
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
    ITEMS.iter().chain(PROFILES)
}

/// Those that change what is in a profile.
pub const ITEMS: &[WritePath] = &[
    path("add an item", |at| done(at.session()?.put(Put::new(login("Post", "ada", "z")))?)),
    path("change an item", change_item),
    path("add many items", add_many),
    path("trash items", |at| at.each("Mail", Session::trash)),
    path("archive items", |at| at.each("Mail", |session, ids| session.set_archived(ids, true))),
    path("restore from the trash", |at| at.each("Old", Session::restore)),
    path("delete for good", |at| at.each("Old scan", Session::purge)),
    path("empty the trash", |at| done(at.session()?.empty_trash()?)),
    path("restore a revision", restore_revision),
    path("take in a document", take_in_document),
    path("write a document out", write_document_out),
    path("make a vault", |at| done(at.session()?.create_vault(&look())?)),
    path("move an item with its document to another vault", |at| {
        let scan = at.item("Scan, later")?;
        carry(at.session()?, scan)
    })
    .after(make_vault),
    path("delete a vault with an item", |at| {
        let session = at.session()?;
        let vault = session.vaults()?[1].id;
        Ok(session.delete_vault(vault, Contents::Delete { items: 1 }, &mut |_| ControlFlow::Continue(()))?)
    })
    .after(vault_with_an_item),
    path("keep a draft", |at| done(at.session()?.draft_save(None, b"half")?)),
    path("make a draft an item", draft_to_item),
    path("discard a draft", |at| {
        let draft = at.session()?.draft_list()?.remove(0).id;
        Ok(at.session()?.draft_discard(draft)?)
    }),
    path("keep a setting", |at| Ok(at.session()?.set_setting("x", "new")?)),
];

/// Those that change a profile as a whole, or write beside it.
pub const PROFILES: &[WritePath] = &[
    path("keep a setting of the program", |at| Ok(at.world.profiles.set_setting("theme", "dark")?)),
    path("rename a profile", |at| Ok(at.world.profiles.rename(at.id, "Renamed")?)),
    path("change the password", change_password),
    path("make a profile", make_profile),
    path("write a file", |at| {
        Ok(write_new_file(&at.world.root().join("kit.pdf"), b"the kit", Existing::Replace)?)
    }),
    path("write a backup", |at| back_up(at, "second.tar")),
    path("replace a backup", |at| back_up(at, BACKUP)),
    path("write a daily backup", daily).after(week_of_backups),
    path("restore a backup", restore_profile).after(forget_profile),
    path("restore an item of a backup", restore_item),
    path("change the form of the database", |at| at.session()?.check_log().map(drop).map_err(other))
        .after(of_the_first_form)
        .unseen(),
    path("mend the key file", |at| Ok(at.session()?.set_setting("x", "new")?)).after(damage_key_file),
    path("sweep up what a crash left", |at| Ok(at.session()?.set_setting("x", "new")?)).after(leave_orphans),
];

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
}

/// The profile that is worked in.
pub struct At<'w> {
    world: &'w World,
    id: ProfileId,
    session: Option<Session>,
}

impl At<'_> {
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

/// Does the work of a path in a folder that was furnished for it. The profile is still open when `through` is told.
pub fn work(path: &WritePath, root: &Path, through: impl FnOnce()) -> Result<(), Trouble> {
    let world = World::at(root);
    world.clock.advance(Duration::from_secs(40 * DAY));
    let profiles = world.profiles.list();
    let id = profiles.first().map_or(ProfileId::from_bytes([0; 16]), |info| info.id);
    let mut at = At { world: &world, id, session: None };
    (path.work)(&mut at)?;
    through();
    Ok(())
}

const DAY: u64 = 24 * 60 * 60;
const BACKUP: &str = "home.tar";
const SOURCE: &str = "source.txt";

fn go_on(_: u64) -> ControlFlow<()> {
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
    let mail = add(&mut session, login("Mail", "ada", "x"));
    session.put(Put::change(mail.id, mail.revision, login("Mail", "ada", "y"))).unwrap();
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
    let content = title.repeat(700);
    let new = NewBlob::make(session.rng());
    let folder = session.blobs().clone();
    let size = content.len() as u64;
    let sealed = vault_engine::document::seal(content.as_bytes(), size, new, &folder, &mut go_on).unwrap();
    let blobs = vec![sealed.blob];
    let mut item = login(title, "", "");
    item.attachments.push(sealed.into_attachment("scan.txt".to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) }).unwrap().id
}

fn change_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Mail")?;
    let session = at.session()?;
    let opened = session.get(id)?;
    let mut item = opened.item;
    item.notes = SecretText::from("changed");
    session.put(Put::change(id, opened.revision, item))?;
    Ok(())
}

fn add_many(at: &mut At<'_>) -> Result<(), Trouble> {
    let puts = (0..60).map(|number| Put::new(login(&format!("Many {number}"), "ada", "z"))).collect();
    at.session()?.put_many(puts, &mut |_| ControlFlow::Continue(()))?;
    Ok(())
}

fn restore_revision(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Mail")?;
    let session = at.session()?;
    let oldest = session.history(id)?.last().unwrap().revision;
    session.restore_revision(id, oldest)?;
    Ok(())
}

fn take_in_document(at: &mut At<'_>) -> Result<(), Trouble> {
    let source = at.world.root().join(SOURCE);
    let session = at.session()?;
    let new = NewBlob::make(session.rng());
    let sealed = seal_file(&source, new, session.blobs(), &mut go_on)?;
    let blobs = vec![sealed.blob];
    let mut item = login("Deed", "", "");
    item.attachments.push(sealed.into_attachment(SOURCE.to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) })?;
    Ok(())
}

fn write_document_out(at: &mut At<'_>) -> Result<(), Trouble> {
    let (id, target) = (at.item("Scan, later")?, at.world.root().join("scan.txt"));
    let session = at.session()?;
    let blob = session.get(id)?.item.attachments[0].blob_id;
    let (attachment, blob) = session.attached(id, &blob)?;
    Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Replace, &mut go_on)?)
}

fn look() -> VaultLook {
    VaultLook { name: "Work".to_owned(), ..VaultLook::default() }
}

fn carry(session: &mut Session, item: ItemId) -> Result<(), Trouble> {
    let to = session.vaults()?[1].id;
    let mut plan = session.plan_transfer(&[item], to, Carry::Move)?;
    plan.seal(session.rng(), &mut go_on)?;
    let carried = session.carry_out(plan, &mut |_| ControlFlow::Continue(()))?;
    assert_eq!(carried.carried.len(), 1);
    Ok(())
}

fn make_vault(world: &World) {
    unlock(world, world.profiles.list()[0].id).unwrap().create_vault(&look()).unwrap();
}

fn vault_with_an_item(world: &World) {
    make_vault(world);
    let mut session = unlock(world, world.profiles.list()[0].id).unwrap();
    let scan =
        session.list(&query(Scope::All)).unwrap().rows.into_iter().find(|row| row.title == "Scan, later");
    carry(&mut session, scan.unwrap().id).unwrap();
}

fn draft_to_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let session = at.session()?;
    let draft = Some(session.draft_list()?.remove(0).id);
    let item = login("From a draft", "", "");
    session.put(Put { draft, ..Put::new(item) })?;
    Ok(())
}

fn change_password(at: &mut At<'_>) -> Result<(), Trouble> {
    Ok(at.session()?.change_password(&SecretText::from(PASSWORD), &SecretText::from(ANOTHER))?)
}

fn make_profile(at: &mut At<'_>) -> Result<(), Trouble> {
    at.session = Some(at.world.profiles.create(new_profile("Second"), rng(78))?);
    Ok(())
}

fn back_up(at: &mut At<'_>, name: &str) -> Result<(), Trouble> {
    let target = at.world.root().join(name);
    let snapshot = at.session()?.snapshot(&target, Documents::All, &mut go_on)?;
    snapshot.write(Existing::Replace, &mut go_on)?;
    Ok(())
}

/// Nine days with a backup each: two more than are kept.
fn week_of_backups(world: &World) {
    let session = unlock(world, world.profiles.list()[0].id).unwrap();
    for _ in 0..9 {
        world.clock.advance(Duration::from_secs(DAY));
        session.daily_snapshot(&Plan::default(), &mut go_on).unwrap().unwrap().write(&mut go_on).unwrap();
    }
}

fn daily(at: &mut At<'_>) -> Result<(), Trouble> {
    let daily = at.session()?.daily_snapshot(&Plan::default(), &mut go_on)?;
    daily.unwrap().write(&mut go_on)?;
    Ok(())
}

/// A computer that has the backup only; the Secret Key is in the Kit.
fn forget_profile(world: &World) {
    let id = world.profiles.list()[0].id;
    fs::rename(world.file(id, "secret-key"), world.root().join("secret-key")).unwrap();
    fs::remove_dir_all(world.places().profile(id)).unwrap();
}

fn restore_profile(at: &mut At<'_>) -> Result<(), Trouble> {
    let root = at.world.root();
    let secret_key = SecretText::from(fs::read_to_string(root.join("secret-key")).unwrap().as_str());
    let (backup, password) = (root.join(BACKUP), SecretText::from(PASSWORD));
    at.session = Some(at.world.profiles.restore(&backup, &password, &secret_key, rng(79), &mut go_on)?);
    Ok(())
}

fn restore_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let (id, backup) = (at.item("Scan, later")?, at.world.root().join(BACKUP));
    let session = at.session()?;
    let backup = session.open_backup(&backup, &mut go_on)?;
    session.restore_item(&backup, id, RestoreAs::Copy, &mut go_on)?;
    Ok(())
}

/// A profile that was left by the program that knew the first form only.
fn of_the_first_form(world: &World) {
    let id = world.profiles.list()[0].id;
    fs::remove_dir_all(world.places().profile(id)).unwrap();
    fs::remove_file(world.places().ui_file()).unwrap();
    let (id, password, secret_key) = kept::lay_down("closed", world);
    fs::write(world.file(id, "secret-key"), secret_key.expose()).unwrap();
    fs::write(world.root().join("password"), password.expose()).unwrap();
}

fn damage_key_file(world: &World) {
    fs::write(world.file(world.profiles.list()[0].id, "profile.keys"), "cut off").unwrap();
}

fn leave_orphans(world: &World) {
    let blobs = world.file(world.profiles.list()[0].id, "blobs");
    for name in ["00/00000000000000000000000000000000", "00/.coffer-x.part"] {
        let orphan = blobs.join(name);
        fs::create_dir_all(orphan.parent().unwrap()).unwrap();
        fs::write(&orphan, "left").unwrap();
    }
}

/// Backups that were found to be good, and when they were made.
static CHECKED: Mutex<BTreeMap<Vec<u8>, Timestamp>> = Mutex::new(BTreeMap::new());

/// Everything that a person could find in a folder that was furnished, after opening it as they would. It must open: what
/// is damaged anywhere fails the test.
pub fn describe(root: &Path) -> Vec<String> {
    let world = World::at(root);
    let mut told = vec![json!({ "theme": world.profiles.setting("theme") })];
    let mut profiles = world.profiles.list();
    profiles.sort_by_key(|info| info.id);
    for info in profiles {
        let kept = fs::read_to_string(root.join("password")).unwrap_or_default();
        let (opens, mut session) = [kept.as_str(), ANOTHER]
            .into_iter()
            .find_map(|password| match world.unlock_with(info.id, password) {
                Ok(session) => Some((password.to_owned(), session)),
                // The second: a password that was changed, of a copy of the key file from before.
                Err(UnlockError::WrongPassword | UnlockError::HeaderOutdated) => None,
                Err(error) => panic!("the profile does not open: {error}"),
            })
            .expect("one of the passwords opens the profile");
        assert_eq!(session.read_only(), None);
        let name = if session.profile().name == "Renamed" { "Renamed" } else { "" };
        told.push(json!({ "profile": kept::contents(&mut session), "vaults": vaults(&session), "password": opens, "name": name }));
        told.push(json!({ "setting": session.setting("x").unwrap() }));
        kept::open_documents(&mut session);
        let mut backups = backups_in(&world.file(info.id, "backups"));
        let newest = backups.split_off(backups.len().saturating_sub(7));
        backups = backups_in(root);
        backups.extend(newest);
        for backup in backups {
            // One whose bytes were checked before is not checked again.
            let bytes = fs::read(&backup).unwrap();
            let known = CHECKED.lock().unwrap().get(&bytes).copied();
            let made = match known
                .map_or_else(|| session.open_backup(&backup, &mut go_on).map(|open| open.info().made_at), Ok)
            {
                Ok(made) => made,
                // Of another profile in this folder.
                Err(BackupError::OtherProfile) => continue,
                Err(error) => panic!("{}: {error}", backup.display()),
            };
            CHECKED.lock().unwrap().insert(bytes, made);
            told.push(json!({ "backup": backup.file_name().unwrap().to_str(), "made": made.0 }));
        }
        let entries = session.check_log().unwrap();
        add(&mut session, login("Written afterwards", "", ""));
        drop(session);
        let session = world.unlock_with(info.id, &opens).unwrap();
        assert_eq!(session.check_log(), Ok(entries + 1), "what is written now follows what was written then");
    }
    for name in ["kit.pdf", "scan.txt"] {
        told.push(json!({ name: fs::read_to_string(root.join(name)).ok() }));
    }
    told.iter().map(Value::to_string).collect()
}

fn vaults(session: &Session) -> Vec<String> {
    session.vaults().unwrap().iter().map(|vault| format!("{vault:?}")).collect()
}

fn backups_in(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut backups: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "tar")).collect();
    backups.retain(|path| !path.file_name().unwrap().to_str().unwrap().starts_with("before-form"));
    backups.sort();
    backups
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
