//! Storage of the Secret Key on this computer: in the keychain or, without one, in a file of the profile.

use vault_crypto::{SecretKey, SecretText};
use vault_wire::ProfileId;
use zeroize::Zeroizing;

use super::keychain::{Keychain, KeychainEntry};
use crate::disk::{DiskError, Folder, files};

/// The largest file, in bytes. The text of a Secret Key has 37 characters.
const LIMIT: u64 = 256;

/// Where a Secret Key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Keychain,
    File,
    /// The user typed it.
    Typed,
}

/// A Secret Key, and where it was found. While it is being replaced there are two, of which one opens the profile.
pub(crate) struct Found {
    pub(crate) keys: Vec<SecretKey>,
    pub(crate) origin: Origin,
    /// Whether the keychain answered.
    pub(crate) keychain_works: bool,
}

/// Looks in the keychain, then in the file. A text that is not a Secret Key is ignored.
pub(crate) fn look_up(keychain: &dyn Keychain, folder: &Folder, id: ProfileId) -> Option<Found> {
    let answer = keychain.get(id, KeychainEntry::SecretKey);
    let keychain_works = answer.is_ok();
    if let Some(keys) = answer.ok().flatten().and_then(|text| read(text.expose())) {
        return Some(Found { keys, origin: Origin::Keychain, keychain_works });
    }
    let text = Zeroizing::new(files::read_bounded(&folder.secret_key(), LIMIT).ok()?);
    let keys = read(std::str::from_utf8(&text).ok()?)?;
    Some(Found { keys, origin: Origin::File, keychain_works })
}

/// Parses a stored text: one Secret Key, or two while it is being replaced.
fn read(text: &str) -> Option<Vec<SecretKey>> {
    let keys: Vec<_> = text.split_whitespace().map(SecretKey::from_text).collect::<Result<_, _>>().ok()?;
    (1..=2).contains(&keys.len()).then_some(keys)
}

/// Where a Secret Key was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    InKeychain,
    InFile,
}

/// Stores the Secret Key in the keychain if it reads back from there, else in the file.
pub(crate) fn keep(
    keychain: &dyn Keychain,
    folder: &Folder,
    id: ProfileId,
    key: &SecretKey,
) -> Result<Kept, DiskError> {
    keep_text(keychain, folder, id, &key.to_text())
}

/// Stores both Secret Keys while one replaces the other: after a crash in between, either may be the right one.
pub(crate) fn store_both(
    keychain: &dyn Keychain,
    folder: &Folder,
    id: ProfileId,
    [new, old]: [&SecretKey; 2],
) -> Result<Kept, DiskError> {
    let (new, old) = (new.to_text(), old.to_text());
    let mut both = String::with_capacity(new.expose().len() + 1 + old.expose().len());
    both.push_str(new.expose());
    both.push(' ');
    both.push_str(old.expose());
    keep_text(keychain, folder, id, &SecretText::new(both))
}

fn keep_text(
    keychain: &dyn Keychain,
    folder: &Folder,
    id: ProfileId,
    text: &SecretText,
) -> Result<Kept, DiskError> {
    if keychain.set(id, KeychainEntry::SecretKey, text).is_ok() && reads_back(keychain, id, text) {
        // The file is a fallback, and is removed as soon as it is not needed.
        forget_file(folder);
        return Ok(Kept::InKeychain);
    }
    keep_in_file(folder, text)?;
    Ok(Kept::InFile)
}

pub(crate) fn keep_in_file(folder: &Folder, text: &SecretText) -> Result<(), DiskError> {
    Ok(files::replace(&folder.secret_key(), text.expose().as_bytes())?)
}

/// Deletes everything that the keychain has of a profile.
pub(crate) fn forget_profile(keychain: &dyn Keychain, id: ProfileId) {
    for entry in [KeychainEntry::SecretKey, KeychainEntry::WriteState] {
        let _ = keychain.delete(id, entry);
    }
}

pub(crate) fn forget_file(folder: &Folder) {
    let _ = std::fs::remove_file(folder.secret_key());
}

fn reads_back(keychain: &dyn Keychain, id: ProfileId, text: &SecretText) -> bool {
    matches!(keychain.get(id, KeychainEntry::SecretKey), Ok(Some(found)) if found.expose() == text.expose())
}
