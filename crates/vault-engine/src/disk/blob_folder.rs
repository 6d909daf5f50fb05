//! The folder with the sealed documents of a profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_wire::BlobId;

use super::files;
use crate::clock::Timestamp;

/// Files younger than this may belong to a document that is just being taken in.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder with the sealed documents of a profile, `blobs/ab/<blob_id>`. It knows no key, so any thread may have it.
#[derive(Clone, Debug)]
pub struct BlobFolder(PathBuf);

impl BlobFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a sealed document lies.
    #[must_use]
    pub fn path_of(&self, blob_id: &BlobId) -> PathBuf {
        let name = blob_id.to_string();
        self.0.join(name.get(..2).unwrap_or_default()).join(name)
    }

    /// Makes the folder a sealed document goes into, and answers with the place of its file.
    ///
    /// # Errors
    /// If the disk does not allow it.
    pub fn prepare(&self, blob_id: &BlobId) -> std::io::Result<PathBuf> {
        let path = self.path_of(blob_id);
        if let Some(folder) = path.parent()
            && !folder.is_dir()
        {
            files::make_private_folder(folder)?;
            // Else a file that was synced could be gone with its folder after a power cut.
            files::sync_folder(&self.0)?;
        }
        Ok(path)
    }

    /// Makes the names of all files last.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        entries(&self.0)
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| files::sync_folder(&folder))?;
        files::sync_folder(&self.0)
    }

    /// Removes files that are not `named` and older than a day: what a crash left. The first error of `named` ends it.
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

/// A file from the future, by a clock that was set back, is not old.
fn is_old(file: &Path, now: SystemTime) -> bool {
    let modified = fs::symlink_metadata(file).and_then(|data| data.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > ORPHAN_AGE))
}
