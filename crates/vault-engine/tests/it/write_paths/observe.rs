//! Describing a profile as a user finds it.

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

use super::NEW_PASSWORD;
use crate::compat;
use crate::support::{World, add, login};

/// The setting written after work that may have failed.
pub const WRITTEN_AFTER: &str = "write after a failure";

/// Backups already verified, with the time of their creation.
static CHECKED: Mutex<BTreeMap<Vec<u8>, Timestamp>> = Mutex::new(BTreeMap::new());

/// Opens every profile in a folder and returns everything that a user could find there, one line each. Panics if
/// anything is damaged, except a profile that the setup damaged: that one is described by the hashes of its files, so
/// that further damage shows.
pub fn describe(root: &Path) -> Vec<String> {
    let world = World::at(root);
    let mut lines = vec![json!({ "theme": world.profiles.setting("theme") })];
    let mut profiles = world.profiles.list();
    profiles.sort_by_key(|info| info.id);
    for info in profiles {
        describe_profile(&world, &info, &mut lines);
    }
    // Replaced damaged profiles, and kept backups of deleted ones.
    for folder in fs::read_dir(world.dirs().profiles()).into_iter().flatten().map(Result::unwrap) {
        let name = folder.file_name().into_string().unwrap();
        let listed = |info: &ProfileInfo| folder.path() == kept_backups(&world.profiles.folder_of(info.id));
        if name.contains(".damaged-")
            || name.contains("-backups") && !world.profiles.list().iter().any(listed)
        {
            lines.push(json!({ name: file_hashes(&folder.path()) }));
        }
    }
    for name in ["kit.pdf", "scan.txt"] {
        lines.push(json!({ name: fs::read_to_string(root.join(name)).ok() }));
    }
    lines.iter().map(Value::to_string).collect()
}

fn describe_profile(world: &World, info: &ProfileInfo, lines: &mut Vec<Value>) {
    let root = world.root();
    let folder = world.profiles.folder_of(info.id);
    let kept = fs::read_to_string(root.join("password")).unwrap_or_default();
    let opened = [kept.as_str(), NEW_PASSWORD].into_iter().find_map(|password| {
        match world.unlock_with(info.id, password) {
            Ok(session) => Some((password.to_owned(), session)),
            // Tried next: the changed password.
            Err(UnlockError::WrongPassword | UnlockError::HeaderOutdated | UnlockError::HeaderDamaged) => {
                None
            }
            Err(error) => panic!("the profile does not open: {error}"),
        }
    });
    let Some((opens, mut session)) = opened else {
        let keys = fs::read(folder.join("profile.keys")).unwrap();
        assert_eq!(keys, b"gone", "none of the passwords opens the profile");
        return lines.push(json!({ "damaged": file_hashes(&folder) }));
    };
    assert_eq!(session.read_only(), None);
    let name = if session.profile().name == "Renamed" { "Renamed" } else { "" };
    let place = folder.strip_prefix(root).unwrap().to_str().unwrap();
    lines.push(json!({ "profile": compat::contents(&mut session), "vaults": vaults(&session), "place": place, "name": name }));
    let secret_key = Sha256::digest(session.secret_key().unwrap().to_text().expose());
    lines.push(json!({ "password": opens, "keys": Sha256::digest(fs::read(folder.join("profile.keys")).unwrap()).to_vec(), "secret key": secret_key.to_vec() }));
    let issuer = session.connection().unwrap().map(|server| server.issuer.as_str().to_owned());
    let confirmed: Vec<u64> =
        session.sync_status().unwrap().into_iter().map(|vault| vault.confirmed).collect();
    let reset = session.reenrolment().unwrap().map(|reset| format!("{:?}", reset.step));
    let device = session.device_login().unwrap().is_some();
    let (held, limit) = (session.holds_upload().unwrap(), session.network().unwrap().upload);
    let left = session.left_server().unwrap().map(|left| left.connection.issuer.as_str().to_owned());
    lines.push(json!({
        "server": issuer, "device": device, "confirmed": confirmed, "reset": reset, "held": held, "limit": limit, "left": left,
    }));
    let made: Vec<_> =
        session.generated().unwrap().entries().iter().map(|made| made.text.expose().to_owned()).collect();
    lines.push(json!({ "setting": session.setting("x").unwrap(), "kit": session.kit_confirmed().unwrap(),
        "rules": format!("{:?}", session.retention_rules()), "generated": made, "lists": lists(&mut session) }));
    if let Some(written) = session.setting(WRITTEN_AFTER).unwrap() {
        lines.push(json!({ WRITTEN_AFTER: written }));
    }
    lines.push(json!({ "documents": compat::open_documents(&mut session) }));
    // Backups already moved aside by an unfinished deletion still count.
    let mut backups = backups_in(&folder.join("backups"));
    backups.extend(backups_in(&kept_backups(&folder)));
    let newest = backups.split_off(backups.len().saturating_sub(7));
    backups = backups_in(root);
    backups.extend(newest);
    for backup in backups {
        // A backup with known bytes is cancelled after its header.
        let bytes = fs::read(&backup).unwrap();
        let known = CHECKED.lock().unwrap().get(&bytes).copied();
        let begin = &mut |_| if known.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let made = match (session.open_backup(&backup, begin), known) {
            (Ok(open), _) => open.info().made_at,
            (Err(BackupError::Cancelled), Some(made)) => made,
            // Of another profile in this folder, or under an earlier root key.
            (Err(BackupError::OtherProfile), _) => continue,
            (Err(error), _) => panic!("{}: {error}", backup.display()),
        };
        CHECKED.lock().unwrap().insert(bytes, made);
        lines.push(json!({ "backup": backup.file_name().unwrap().to_str(), "made": made.0 }));
    }
    let entries = session.check_log().unwrap();
    add(&mut session, login("Written afterwards", "", ""));
    drop(session);
    let session = world.unlock_with(info.id, &opens).unwrap();
    assert_eq!(session.check_log(), Ok(entries + 1), "the log must continue with the next write");
}

/// The folder for the backups of a deleted profile.
fn kept_backups(profile: &Path) -> PathBuf {
    let mut name = profile.file_name().unwrap().to_owned();
    name.push("-backups");
    profile.with_file_name(name)
}

/// The hash of each file below a folder except the lock.
fn file_hashes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(
                file_hashes(&path).into_iter().map(|(below, hash)| (format!("{name}/{below}"), hash)),
            );
        } else if name != "lock" {
            files.insert(name, Sha256::digest(fs::read(path).unwrap()).to_vec());
        }
    }
    files
}

/// Changes the paths in the registry of a copied folder so that they point into the copy.
pub fn rebase_paths(copy: &Path, original: &Path) {
    let dirs = World::at(copy).dirs();
    if let Ok(text) = fs::read_to_string(dirs.registry()) {
        fs::write(dirs.registry(), text.replace(original.to_str().unwrap(), copy.to_str().unwrap())).unwrap();
    }
}

/// Whether each document has a stored chunk list.
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
