//! Looking at a profile as a person would.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vault_engine::backup::BackupError;
use vault_engine::clock::Timestamp;
use vault_engine::disk::ProfileInfo;
use vault_engine::profile::UnlockError;
use vault_engine::session::Session;

use super::ANOTHER;
use crate::kept;
use crate::support::{World, add, login};

/// The setting that is kept after work that may have failed.
pub const GONE_ON: &str = "gone on";

/// Backups that were found to be good, and when they were made.
static CHECKED: Mutex<BTreeMap<Vec<u8>, Timestamp>> = Mutex::new(BTreeMap::new());

/// Everything that a person could find in a folder that was furnished, after opening it as they would. It must open: what
/// is damaged anywhere fails the test. Only a profile that was damaged to begin with may be; it is told to the last byte,
/// so that more damage is seen.
pub fn describe(root: &Path) -> Vec<String> {
    let world = World::at(root);
    let mut told = vec![json!({ "theme": world.profiles.setting("theme") })];
    let mut profiles = world.profiles.list();
    profiles.sort_by_key(|info| info.id);
    for info in profiles {
        describe_profile(&world, &info, &mut told);
    }
    // What was set aside: damaged profiles, and backups of those that were deleted.
    for folder in fs::read_dir(world.places().profiles()).into_iter().flatten().map(Result::unwrap) {
        let name = folder.file_name().into_string().unwrap();
        let listed = |info: &ProfileInfo| folder.path() == set_aside(&world.profiles.folder_of(info.id));
        if name.contains(".damaged-")
            || name.contains("-backups") && !world.profiles.list().iter().any(listed)
        {
            told.push(json!({ name: to_the_byte(&folder.path()) }));
        }
    }
    for name in ["kit.pdf", "scan.txt"] {
        told.push(json!({ name: fs::read_to_string(root.join(name)).ok() }));
    }
    told.iter().map(Value::to_string).collect()
}

fn describe_profile(world: &World, info: &ProfileInfo, told: &mut Vec<Value>) {
    let root = world.root();
    let folder = world.profiles.folder_of(info.id);
    let kept = fs::read_to_string(root.join("password")).unwrap_or_default();
    let opened = [kept.as_str(), ANOTHER].into_iter().find_map(|password| {
        match world.unlock_with(info.id, password) {
            Ok(session) => Some((password.to_owned(), session)),
            // The second: a password that was changed, of a copy of the key file from before.
            Err(UnlockError::WrongPassword | UnlockError::HeaderOutdated | UnlockError::HeaderDamaged) => {
                None
            }
            Err(error) => panic!("the profile does not open: {error}"),
        }
    });
    let Some((opens, mut session)) = opened else {
        let keys = fs::read(folder.join("profile.keys")).unwrap();
        assert_eq!(keys, b"gone", "one of the passwords opens the profile");
        return told.push(json!({ "damaged": to_the_byte(&folder) }));
    };
    assert_eq!(session.read_only(), None);
    let name = if session.profile().name == "Renamed" { "Renamed" } else { "" };
    let place = folder.strip_prefix(root).unwrap().to_str().unwrap();
    told.push(json!({ "profile": kept::contents(&mut session), "vaults": vaults(&session), "place": place, "name": name }));
    let secret_key = Sha256::digest(session.secret_key().unwrap().to_text().expose());
    told.push(json!({ "password": opens, "keys": Sha256::digest(fs::read(folder.join("profile.keys")).unwrap()).to_vec(), "secret key": secret_key.to_vec() }));
    let made: Vec<_> =
        session.generated().unwrap().entries().iter().map(|made| made.text.expose().to_owned()).collect();
    told.push(json!({ "setting": session.setting("x").unwrap(), "kit": session.kit_confirmed().unwrap(),
        "rules": format!("{:?}", session.rules()), "generated": made, "lists": lists(&mut session) }));
    if let Some(gone_on) = session.setting(GONE_ON).unwrap() {
        told.push(json!({ GONE_ON: gone_on }));
    }
    told.push(json!({ "documents": kept::open_documents(&mut session) }));
    // Those that were already set aside for a profile that was to be deleted are still its own.
    let mut backups = backups_in(&folder.join("backups"));
    backups.extend(backups_in(&set_aside(&folder)));
    let newest = backups.split_off(backups.len().saturating_sub(7));
    backups = backups_in(root);
    backups.extend(newest);
    for backup in backups {
        // One whose bytes were checked before is only begun with.
        let bytes = fs::read(&backup).unwrap();
        let known = CHECKED.lock().unwrap().get(&bytes).copied();
        let begin = &mut |_| if known.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let made = match (session.open_backup(&backup, begin), known) {
            (Ok(open), _) => open.info().made_at,
            (Err(BackupError::Cancelled), Some(made)) => made,
            // Of another profile in this folder, or of the root key before.
            (Err(BackupError::OtherProfile), _) => continue,
            (Err(error), _) => panic!("{}: {error}", backup.display()),
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

/// Where the backups of a profile go that is deleted.
fn set_aside(profile: &Path) -> PathBuf {
    let mut name = profile.file_name().unwrap().to_owned();
    name.push("-backups");
    profile.with_file_name(name)
}

/// The hash of each file below a folder, but for the lock.
fn to_the_byte(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(
                to_the_byte(&path).into_iter().map(|(below, hash)| (format!("{name}/{below}"), hash)),
            );
        } else if name != "lock" {
            files.insert(name, Sha256::digest(fs::read(path).unwrap()).to_vec());
        }
    }
    files
}

/// A copy of a folder is at home where it lies now: paths in it lead into it.
pub fn at_home(copy: &Path, original: &Path) {
    let places = World::at(copy).places();
    if let Ok(text) = fs::read_to_string(places.ui_file()) {
        fs::write(places.ui_file(), text.replace(original.to_str().unwrap(), copy.to_str().unwrap()))
            .unwrap();
    }
}

/// Of which documents the hashes of the pieces are kept.
fn lists(session: &mut Session) -> Vec<bool> {
    let rows = session.list(&crate::support::query(vault_engine::search::Scope::All)).unwrap().rows;
    let files = rows.iter().flat_map(|row| session.get(row.id).unwrap().item.attachments);
    let kept = |id: &vault_wire::BlobId| session.chunk_list(&session.blob(id).unwrap()).unwrap().is_some();
    files.map(|file| kept(&file.blob_id)).collect()
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
