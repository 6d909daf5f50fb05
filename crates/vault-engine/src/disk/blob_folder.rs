//! The folder that contains the sealed documents of a profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_wire::BlobId;

use super::files;
use crate::clock::Timestamp;

/// Younger files may be part of an import in progress and are kept.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder with the sealed documents of a profile, `blobs/ab/<blob_id>`. It contains no key, so any thread may use
/// it.
#[derive(Clone, Debug)]
pub struct BlobFolder(PathBuf);

impl BlobFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path of a sealed document.
    #[must_use]
    pub fn path_of(&self, blob_id: &BlobId) -> PathBuf {
        let name = blob_id.to_string();
        self.0.join(name.get(..2).unwrap_or_default()).join(name)
    }

    /// Creates the parent folder of a sealed document and returns the document's path.
    ///
    /// # Errors
    /// Fails if the folder cannot be created or synced.
    pub fn prepare(&self, blob_id: &BlobId) -> std::io::Result<PathBuf> {
        let path = self.path_of(blob_id);
        if let Some(folder) = path.parent()
            && !folder.is_dir()
        {
            files::make_private_folder(folder)?;
            // Otherwise a synced file could be lost together with its folder after a power cut.
            files::sync_folder(&self.0)?;
        }
        Ok(path)
    }

    /// Syncs the folder and its subfolders, so that the names of all files are durable.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        entries(&self.0)
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| files::sync_folder(&folder))?;
        files::sync_folder(&self.0)
    }

    /// Removes files that are not `named` and older than a day: leftovers of a crash. Stops at the first error of
    /// `named`.
    pub(crate) fn sweep<E>(
        &self,
        now: Timestamp,
        named: &mut dyn FnMut(&BlobId) -> Result<bool, E>,
    ) -> Result<(), E> {
        let now = UNIX_EPOCH.checked_add(Duration::from_millis(now.0)).unwrap_or_else(SystemTime::now);
        for folder in entries(&self.0) {
            for file in entries(&folder) {
                let id = file.file_name().and_then(|name| name.to_str()?.parse::<BlobId>().ok());
                let kept = match id {
                    Some(id) => named(&id)?,
                    None => false,
                };
                if !kept && is_old(&file, now) {
                    let _ = fs::remove_file(&file);
                }
            }
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

/// Returns whether a file is older than [`ORPHAN_AGE`]. A modification time in the future counts as not old.
fn is_old(file: &Path, now: SystemTime) -> bool {
    let modified = fs::symlink_metadata(file).and_then(|data| data.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > ORPHAN_AGE))
}
