//! The registry, the data needed before unlocking: names and colours of profiles, theme, language. No item data.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use vault_wire::ProfileId;

use super::app_dirs::AppDirs;
use super::error::DiskError;
use super::files;
use crate::clock::Timestamp;

/// Maximum size of the file in bytes; a longer one is not ours.
const LIMIT: u64 = 1 << 20;

/// A profile as the unlock screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileInfo {
    /// Its id.
    pub id: ProfileId,
    /// The name chosen by the user.
    pub name: String,
    /// Hue of its badge, 0 to 359.
    pub hue: u16,
    /// When it was last opened.
    pub last_opened: Option<Timestamp>,
}

/// Maximum length of a profile name, in characters.
pub(crate) const NAME_LIMIT: usize = 100;

/// Trims a name entered by the user. Returns `None` if it is empty, too long or contains control characters.
pub(crate) fn acceptable_name(name: &str) -> Option<&str> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME_LIMIT && !name.chars().any(char::is_control);
    fits.then_some(name)
}

/// Returns the default hue of a profile, derived from its random id so that profiles differ.
pub(crate) fn hue_of(id: ProfileId) -> u16 {
    let [first, second, ..] = *id.as_bytes();
    u16::from_be_bytes([first, second]) % 360
}

/// The content of `ui.json`. Invalid parts count as absent: anyone may edit the file, and nothing in it is relevant to
/// security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    profiles: Vec<ProfileInfo>,
    /// Profiles whose folder is not at the default path.
    elsewhere: BTreeMap<ProfileId, PathBuf>,
    /// Folders to be removed: of moved or deleted profiles, and targets of moves in progress.
    leftovers: Vec<Leftover>,
    settings: BTreeMap<String, String>,
    /// The error if the file could not be read: it must then not be replaced, or its content would be lost.
    unread: Option<DiskError>,
}

/// A folder that no longer, or not yet, belongs to a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leftover {
    pub(crate) id: ProfileId,
    pub(crate) path: PathBuf,
    /// The time from which backups that were set aside are removed; `None` for the folder of a profile.
    pub(crate) until: Option<Timestamp>,
}

impl Registry {
    /// Reads the file, or the valid parts of it.
    #[must_use]
    pub fn load(dirs: &AppDirs) -> Self {
        use io::ErrorKind::{FileTooLarge, NotFound};
        match files::read_bounded(dirs.registry(), LIMIT) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(|value| Self::parse(&value)).unwrap_or_default(),
            Err(error) if matches!(error.kind(), NotFound | FileTooLarge) => Self::default(),
            Err(error) => Self { unread: Some(error.into()), ..Self::default() },
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Fails if the file cannot be written, or could not be read by [`Self::load`]; the old file is then unchanged.
    pub fn save(&self, dirs: &AppDirs) -> Result<(), DiskError> {
        self.expect_read()?;
        let path = dirs.registry();
        if let Some(folder) = path.parent() {
            files::make_private_folder(folder)?;
        }
        let mut text = serde_json::to_vec_pretty(&self.to_json()).map_err(|_| DiskError::Unreadable)?;
        text.push(b'\n');
        Ok(files::replace(path, &text)?)
    }

    /// Fails if the file exists and could not be read: what it says of a profile is then unknown.
    pub(crate) fn expect_read(&self) -> Result<(), DiskError> {
        self.unread.map_or(Ok(()), Err)
    }

    /// Returns the value of a setting that is available before unlocking.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// Stores a setting.
    pub fn set_setting(&mut self, key: &str, value: &str) {
        self.settings.insert(key.to_owned(), value.to_owned());
    }

    pub(crate) fn profile(&self, id: ProfileId) -> Option<&ProfileInfo> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    pub(crate) fn put_profile(&mut self, info: ProfileInfo) {
        self.profiles.retain(|profile| profile.id != info.id);
        self.profiles.push(info);
    }

    /// Returns the folder of a profile.
    pub(crate) fn folder(&self, dirs: &AppDirs, id: ProfileId) -> PathBuf {
        self.elsewhere.get(&id).cloned().unwrap_or_else(|| dirs.profile(id))
    }

    /// Records the folder of a profile.
    pub(crate) fn set_folder(&mut self, dirs: &AppDirs, id: ProfileId, folder: &Path) {
        if folder == dirs.profile(id) {
            self.elsewhere.remove(&id);
        } else {
            self.elsewhere.insert(id, folder.to_owned());
        }
    }

    /// Removes a profile from the registry.
    pub(crate) fn remove_profile(&mut self, id: ProfileId) {
        self.profiles.retain(|profile| profile.id != id);
        self.elsewhere.remove(&id);
    }

    pub(crate) fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    pub(crate) fn add_leftover(&mut self, id: ProfileId, path: &Path, until: Option<Timestamp>) {
        self.remove_leftover(path);
        self.leftovers.push(Leftover { id, path: path.to_owned(), until });
    }

    pub(crate) fn remove_leftover(&mut self, path: &Path) {
        self.leftovers.retain(|left| left.path != path);
    }

    /// Returns all profiles: those with a folder at the default path, and those elsewhere.
    pub(crate) fn ids(&self, dirs: &AppDirs) -> Vec<ProfileId> {
        let left = |id: &ProfileId| {
            let path = self.folder(dirs, *id);
            self.leftovers.iter().any(|left| left.id == *id && left.path == path)
        };
        let mut ids: Vec<_> = folders(dirs).into_iter().chain(self.elsewhere.keys().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !left(id));
        ids
    }

    fn parse(value: &Value) -> Self {
        let profiles = value.get("profiles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let settings = value.get("settings").and_then(Value::as_object);
        let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        let leftovers =
            value.get("leftovers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let left = |value: &Value| {
            let (id, path) = parse_folder(value)?;
            let until = match value.get("until") {
                None => None,
                // An entry with another value must not be treated as the folder of a profile.
                Some(until) => Some(Timestamp(until.as_u64()?)),
            };
            Some(Leftover { id, path, until })
        };
        Self {
            profiles: profiles.iter().filter_map(parse_profile).collect(),
            elsewhere: profiles.iter().filter_map(parse_folder).collect(),
            leftovers: leftovers.iter().filter_map(left).collect(),
            settings: settings.into_iter().flatten().filter_map(text).collect(),
            unread: None,
        }
    }

    fn to_json(&self) -> Value {
        let Self { profiles, elsewhere, leftovers, settings, unread: _ } = self;
        let profiles = profiles.iter().map(|ProfileInfo { id, name, hue, last_opened }| {
            let mut entry = Map::new();
            entry.insert("id".into(), id.to_string().into());
            entry.insert("name".into(), name.as_str().into());
            entry.insert("hue".into(), (*hue).into());
            if let Some(Timestamp(at)) = last_opened {
                entry.insert("last_opened".into(), (*at).into());
            }
            if let Some(folder) = elsewhere.get(id).and_then(|folder| folder.to_str()) {
                entry.insert("folder".into(), folder.into());
            }
            Value::Object(entry)
        });
        let leftovers = leftovers.iter().filter_map(|Leftover { id, path, until }| {
            let mut entry = Map::new();
            entry.insert("id".into(), id.to_string().into());
            entry.insert("folder".into(), path.to_str()?.into());
            if let Some(Timestamp(until)) = until {
                entry.insert("until".into(), (*until).into());
            }
            Some(Value::Object(entry))
        });
        let settings = settings.iter().map(|(key, value)| (key.clone(), value.as_str().into()));
        let mut file = Map::new();
        file.insert("profiles".into(), profiles.collect());
        if !self.leftovers.is_empty() {
            file.insert("leftovers".into(), leftovers.collect());
        }
        file.insert("settings".into(), Value::Object(settings.collect()));
        Value::Object(file)
    }
}

fn parse_profile(value: &Value) -> Option<ProfileInfo> {
    let id: ProfileId = value.get("id")?.as_str()?.parse().ok()?;
    let hue = value.get("hue").and_then(Value::as_u64).and_then(|hue| u16::try_from(hue).ok());
    Some(ProfileInfo {
        id,
        name: acceptable_name(value.get("name")?.as_str()?)?.to_owned(),
        hue: hue.filter(|hue| *hue < 360).unwrap_or_else(|| hue_of(id)),
        last_opened: value.get("last_opened").and_then(Value::as_u64).map(Timestamp),
    })
}

/// Parses a profile's id and folder. Returns `None` unless the path is absolute.
fn parse_folder(value: &Value) -> Option<(ProfileId, PathBuf)> {
    let id = value.get("id")?.as_str()?.parse().ok()?;
    let folder = PathBuf::from(value.get("folder")?.as_str()?);
    folder.is_absolute().then_some((id, folder))
}

/// Returns the profiles that have a folder at the default path. Folders of unfinished profiles have other names.
pub(crate) fn folders(dirs: &AppDirs) -> Vec<ProfileId> {
    let entries = std::fs::read_dir(dirs.profiles()).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Registry {
        Registry::parse(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_registry_round_trips() {
        let temporary = tempfile::tempdir().unwrap();
        let dirs = AppDirs::portable(temporary.path());
        let mut file = Registry::default();
        let id = ProfileId::from_bytes([7; 16]);
        file.put_profile(ProfileInfo { id, name: "Ünal".into(), hue: 12, last_opened: Some(Timestamp(3)) });
        file.set_setting("theme", "dark");
        file.set_folder(&dirs, id, Path::new("/elsewhere/ü"));
        file.add_leftover(ProfileId::from_bytes([8; 16]), Path::new("/gone"), None);
        file.add_leftover(ProfileId::from_bytes([8; 16]), Path::new("/later"), Some(Timestamp(9)));
        file.save(&dirs).unwrap();
        assert_eq!(Registry::load(&dirs), file);
        assert_eq!((file.folder(&dirs, id), file.ids(&dirs)), (PathBuf::from("/elsewhere/ü"), vec![id]));
        file.set_folder(&dirs, id, &dirs.profile(id));
        assert_eq!(file.ids(&dirs), []);
    }

    #[test]
    fn a_relative_profile_folder_is_ignored() {
        let id = "00".repeat(16);
        let file = parse(&format!(r#"{{"leftovers":[{{"id":"{id}","folder":"../x"}},{{"id":"{id}"}},3]}}"#));
        assert_eq!(file, Registry::default());
    }

    #[test]
    fn invalid_parts_count_as_absent() {
        for text in [
            "null",
            "[]",
            "{\"profiles\":3,\"settings\":[]}",
            "{\"profiles\":[{\"id\":\"../x\",\"name\":\"a\"}]}",
        ] {
            assert_eq!(parse(text), Registry::default(), "{text}");
        }
        let id = "00".repeat(16);
        let file = parse(&format!(
            r#"{{"profiles":[{{"id":"{id}","name":"a","hue":9999}}],"settings":{{"a":1,"b":"c"}}}}"#
        ));
        assert_eq!(file.profiles.len(), 1);
        assert!(file.profiles[0].hue < 360);
        assert_eq!((file.setting("a"), file.setting("b")), (None, Some("c")));
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(acceptable_name(" Home "), Some("Home"));
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(acceptable_name(name), None);
        }
    }
}
