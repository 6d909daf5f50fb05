//! The folder that contains the sealed documents of a profile.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_wire::BlobId;

use super::files;
use crate::clock::Timestamp;

/// Younger files may be part of an import in progress and are kept.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The ending of a document that is being downloaded.
const PART: &str = ".part";

/// The folder with the sealed documents of a profile, `blobs/ab/<blob_id>`. It contains no key, so any thread may use
/// it.
#[derive(Clone, Debug)]
pub struct BlobFolder {
    path: PathBuf,
    /// Documents that were not downloaded yet: without them a missing file would be damage.
    not_here: Arc<Mutex<BTreeSet<BlobId>>>,
}

impl BlobFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, not_here: Arc::default() }
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds documents that were not downloaded yet.
    pub(crate) fn expect(&self, documents: impl IntoIterator<Item = BlobId>) {
        self.not_here().extend(documents);
    }

    /// Notes that a document was downloaded.
    pub(crate) fn arrived(&self, blob_id: &BlobId) {
        self.not_here().remove(blob_id);
    }

    /// Returns whether a document was not downloaded yet.
    pub(crate) fn expects(&self, blob_id: &BlobId) -> bool {
        self.not_here().contains(blob_id)
    }

    fn not_here(&self) -> MutexGuard<'_, BTreeSet<BlobId>> {
        self.not_here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the path of a sealed document.
    #[must_use]
    pub fn path_of(&self, blob_id: &BlobId) -> PathBuf {
        let name = blob_id.to_string();
        self.path.join(name.get(..2).unwrap_or_default()).join(name)
    }

    /// Returns the path of a sealed document while it is being downloaded.
    pub(crate) fn part_of(&self, blob_id: &BlobId) -> PathBuf {
        self.path_of(blob_id).with_extension(PART.trim_start_matches('.'))
    }

    /// Removes the file of a document, and what was downloaded of it. Files that cannot be removed are left to
    /// [`Self::sweep`].
    pub(crate) fn remove(&self, blob_id: &BlobId) {
        let _ = fs::remove_file(self.path_of(blob_id));
        let _ = fs::remove_file(self.part_of(blob_id));
        self.arrived(blob_id);
    }

    /// Removes the file of a document that can be downloaded again, and what was downloaded of it. One that cannot be removed stays
    /// until the next attempt.
    pub(crate) fn remove_copy(&self, blob_id: &BlobId) {
        self.expect([*blob_id]);
        let _ = fs::remove_file(self.path_of(blob_id));
        let _ = fs::remove_file(self.part_of(blob_id));
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
            files::sync_folder(&self.path)?;
        }
        Ok(path)
    }

    /// Syncs the folder and its subfolders, so that the names of all files are durable.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        entries(&self.path)
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| files::sync_folder(&folder))?;
        files::sync_folder(&self.path)
    }

    /// Removes files that are not `named` and older than a day: leftovers of a crash. Of a named document that is being
    /// downloaded both files are kept. Stops at the first error of `named`.
    pub(crate) fn sweep<E>(
        &self,
        now: Timestamp,
        named: &mut dyn FnMut(&BlobId) -> Result<bool, E>,
    ) -> Result<(), E> {
        let now = UNIX_EPOCH.checked_add(Duration::from_millis(now.0)).unwrap_or_else(SystemTime::now);
        for folder in entries(&self.path) {
            for file in entries(&folder) {
                let id = file.file_name().and_then(|name| {
                    let name = name.to_str()?;
                    name.strip_suffix(PART).unwrap_or(name).parse::<BlobId>().ok()
                });
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
