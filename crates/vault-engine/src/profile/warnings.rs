//! Risky places for a profile: folders that another program synchronises, and network file systems.
//!
//! A program that synchronises files while they change may copy partial files, restore old ones, and create second
//! copies when two computers write. That leaks nothing, since everything is encrypted, but can lose data. See
//! `docs/decisions/0022-ways-in.md`.

use std::ffi::OsStr;
use std::path::{Component, Path};

/// Why a place is risky.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderWarning {
    /// A program synchronises the folder between computers.
    Synced(Synced),
    /// The folder is on a network file system.
    Network,
}

/// A program that synchronises folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Synced {
    /// Dropbox.
    Dropbox,
    /// Microsoft OneDrive.
    OneDrive,
    /// Apple iCloud Drive.
    ICloud,
    /// Google Drive.
    GoogleDrive,
    /// Nextcloud or ownCloud.
    Nextcloud,
    /// Syncthing.
    Syncthing,
}

impl Synced {
    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dropbox => "Dropbox",
            Self::OneDrive => "OneDrive",
            Self::ICloud => "iCloud Drive",
            Self::GoogleDrive => "Google Drive",
            Self::Nextcloud => "Nextcloud",
            Self::Syncthing => "Syncthing",
        }
    }
}

/// Beginnings of the names of folders that these programs create, in lower case.
const FOLDERS: [(&str, Synced); 12] = [
    ("dropbox", Synced::Dropbox),
    ("onedrive", Synced::OneDrive),
    ("com~apple~clouddocs", Synced::ICloud),
    ("iclouddrive", Synced::ICloud),
    ("icloud drive", Synced::ICloud),
    ("google drive", Synced::GoogleDrive),
    ("googledrive", Synced::GoogleDrive),
    ("google-drive", Synced::GoogleDrive),
    ("my drive", Synced::GoogleDrive),
    ("nextcloud", Synced::Nextcloud),
    ("owncloud", Synced::Nextcloud),
    ("syncthing", Synced::Syncthing),
];

/// Files and folders that they create in the top folder that they synchronise.
const MARKS: [(&str, Synced); 7] = [
    (".dropbox", Synced::Dropbox),
    (".dropbox.cache", Synced::Dropbox),
    (".849c9593-d756-4e56-8d6e-42412f2a707b", Synced::OneDrive),
    (".tmp.drivedownload", Synced::GoogleDrive),
    (".nextcloudsync.log", Synced::Nextcloud),
    (".owncloudsync.log", Synced::Nextcloud),
    (".stfolder", Synced::Syncthing),
];

/// Finds out whether a folder is in a risky place: by the names in its path, by marks in the folders above it, and by
/// its file system.
#[must_use]
pub fn folder_warnings(folder: &Path) -> Vec<FolderWarning> {
    let folder = &nearest(folder);
    let mut found: Vec<_> = by_name(folder).into_iter().chain(by_mark(folder)).collect();
    found.extend(is_on_network(folder).then_some(FolderWarning::Network));
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns the canonical path of the folder or, if it does not exist yet, of its nearest existing parent.
fn nearest(folder: &Path) -> std::path::PathBuf {
    folder.ancestors().find_map(|one| one.canonicalize().ok()).unwrap_or_else(|| folder.to_owned())
}

fn by_name(folder: &Path) -> Vec<FolderWarning> {
    let names = folder.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().to_lowercase()),
        _ => None,
    });
    let of = |name: String| {
        let fits = |(begin, _): &&(&str, Synced)| {
            // "OneDrive - Contoso" and "Dropbox (Work)" match, "dropboxes" does not.
            name.strip_prefix(begin).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        FOLDERS.iter().find(fits).map(|(_, by)| FolderWarning::Synced(*by))
    };
    names.filter_map(of).collect()
}

fn by_mark(folder: &Path) -> Vec<FolderWarning> {
    let marked = |above: &Path| {
        let has = |name: &&(&str, Synced)| above.join(name.0).symlink_metadata().is_ok();
        MARKS.iter().find(has).map(|(_, by)| FolderWarning::Synced(*by))
    };
    // In the home folder, a folder of that name has Dropbox's own settings and is not a mark.
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    folder.ancestors().filter(|above| Some(*above) != home.as_deref()).filter_map(marked).collect()
}

/// The types of network file systems.
const NETWORK: [&str; 15] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "ncpfs",
    "davfs",
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.davfs2",
];

#[cfg(target_os = "linux")]
fn is_on_network(folder: &Path) -> bool {
    let mounts = crate::disk::files::read_bounded(Path::new("/proc/self/mountinfo"), 1 << 20);
    mounts.is_ok_and(|mounts| NETWORK.contains(&file_system(&String::from_utf8_lossy(&mounts), folder)))
}

#[cfg(target_os = "windows")]
fn is_on_network(folder: &Path) -> bool {
    use std::path::Prefix;
    let _ = NETWORK;
    matches!(folder.components().next(), Some(Component::Prefix(prefix))
        if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)))
}

#[cfg(not(any(target_os = "linux", target_os = "windows")))]
fn is_on_network(_: &Path) -> bool {
    let _ = NETWORK;
    false
}

/// Returns the type of a folder's file system, from the format of proc_pid_mountinfo(5).
#[cfg(any(target_os = "linux", test))]
fn file_system<'a>(mounts: &'a str, folder: &Path) -> &'a str {
    let mounted = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let at = unescape(before.split(' ').nth(4)?);
        Some((at, after.split(' ').next()?))
    });
    // The innermost mount on the path counts, and of several at one mount point the last.
    let on_the_way = mounted.filter(|(at, _)| folder.starts_with(OsStr::new(at)));
    on_the_way.max_by_key(|(at, _)| at.len()).map_or("", |(_, kind)| kind)
}

/// Decodes a path, in which spaces and the like are escaped as three octal digits.
#[cfg(any(target_os = "linux", test))]
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synced_folders_are_detected_by_name() {
        for (path, by) in [
            ("/home/a/Dropbox/coffer", Some(Synced::Dropbox)),
            ("/home/a/Dropbox (Work)/x", Some(Synced::Dropbox)),
            ("/home/a/OneDrive - Contoso/x", Some(Synced::OneDrive)),
            ("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/x", Some(Synced::ICloud)),
            ("/Users/a/Library/CloudStorage/GoogleDrive-a@b.example/x", Some(Synced::GoogleDrive)),
            ("/home/a/Nextcloud/x", Some(Synced::Nextcloud)),
            ("/home/a/dropboxes/x", None),
            ("/home/a/Documents/x", None),
        ] {
            let expected: Vec<_> = by.map(FolderWarning::Synced).into_iter().collect();
            assert_eq!(by_name(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn synced_folders_are_detected_by_marks_above() {
        let temporary = tempfile::tempdir().unwrap();
        let inner = temporary.path().join("shared/a/b");
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(by_mark(&inner), []);
        std::fs::create_dir(temporary.path().join("shared/.stfolder")).unwrap();
        let not_yet_made = inner.join("new/folder");
        assert!(folder_warnings(&not_yet_made).contains(&FolderWarning::Synced(Synced::Syncthing)));
        assert_eq!(by_mark(temporary.path()), []);
    }

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
            40 22 0:40 / /mnt/my\\040server rw - nfs4 server:/x rw\n\
            41 40 8:2 / /mnt/my\\040server/local rw - xfs /dev/sdb rw\n\
            nonsense\n";
        for (path, kind) in [
            ("/home/a", "ext4"),
            ("/mnt/my server/b", "nfs4"),
            ("/mnt/my servers", "ext4"),
            ("/mnt/my server/local/c", "xfs"),
        ] {
            assert_eq!(file_system(mounts, Path::new(path)), kind, "{path}");
        }
        assert_eq!(file_system("", Path::new("/")), "");
    }
}
