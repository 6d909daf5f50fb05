//! Archives: items with their whole history and documents in one encrypted file with a password of its own.
//!
//! An archive is the backup of a profile that was made for it, in a temporary folder. It has no Secret Key, so its password
//! alone opens it, on any computer (`docs/formats/archive.md`). What is in the temporary folder is sealed as in any profile.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use vault_crypto::{KdfParams, SecretText};
use vault_wire::ItemId;

use super::create::{NewProfile, no_secret_key};
use super::error::CreateError;
use super::keychain::NoKeychain;
use super::profiles::Profiles;
use super::restore_error::RestoreError;
use crate::backup::{BackupError, Documents};
use crate::clock::{Clock, Rng};
use crate::disk::{AppDirs, files};
use crate::document::{Existing, Progress};
use crate::session::{CopyPlan, Session, SessionError};

/// The name of the profile in an archive, and of the device that wrote its entries.
const NAME: &str = "Archive";

/// An archive that is being made. Dropped before it is written, nothing is left of it.
pub struct NewArchive {
    session: Session,
    folder: TempDir,
}

/// What became of items that were to be copied into an archive.
pub struct Archived {
    /// The number of items in it.
    pub items: usize,
    /// The titles of the items that are not: one of their revisions or documents is damaged, or a document was not downloaded yet.
    pub left: Vec<String>,
}

impl NewArchive {
    /// Begins one that the password alone opens, with temporary files in a new folder in `within`.
    ///
    /// # Errors
    /// See [`CreateError`]; nothing is left behind.
    pub fn create(
        within: &Path,
        password: SecretText,
        kdf: KdfParams,
        clock: Arc<dyn Clock>,
        rng: Rng,
    ) -> Result<Self, CreateError> {
        let folder = files::private_temp_folder(within)?;
        let new = NewProfile { name: NAME.to_owned(), password, device: NAME.to_owned(), kdf };
        let session = temporary_profiles(&folder, clock).create_without_secret_key(new, rng)?;
        Ok(Self { session, folder })
    }

    /// Plans to copy items of an open profile into it; those that no longer exist are passed over. The documents of the plan
    /// are sealed before it is carried out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn plan(&self, source: &Session, ids: &[ItemId]) -> Result<CopyPlan, SessionError> {
        self.session.plan_item_copy(source, ids)
    }

    /// Copies the items of a plan, whose documents are sealed.
    ///
    /// # Errors
    /// Fails with the disk, or if the database cannot be read.
    pub fn copy(&mut self, source: &Session, plan: CopyPlan) -> Result<Archived, SessionError> {
        let (items, left) = self.session.copy_items(source, plan)?;
        Ok(Archived { items, left })
    }

    /// Writes it to its file, reads that back, and only then gives it its name; an existing file is replaced. `progress` receives
    /// the bytes written, then the bytes checked.
    ///
    /// # Errors
    /// See [`BackupError`]; an existing file is then unchanged.
    pub fn write(self, target: &Path, progress: Progress<'_>) -> Result<(), BackupError> {
        let Self { session, folder } = self;
        session.snapshot(target, Documents::All, progress)?.write(Existing::Replace, progress)?;
        drop(session);
        // It is in a temporary folder; a later sweep removes what cannot be removed now.
        let _ = folder.close();
        Ok(())
    }
}

/// An open archive, to be copied from by [`Session::plan_profile_copy`].
pub struct OpenArchive {
    /// The profile in it.
    pub session: Session,
    /// Its temporary folder, which exists as long as the session is open.
    pub folder: TempDir,
}

impl OpenArchive {
    /// Checks all of an archive and opens it, in a new folder in `within`. `progress` receives the bytes done.
    ///
    /// # Errors
    /// As [`Profiles::restore`]; nothing is left behind.
    pub fn open(
        path: &Path,
        password: &SecretText,
        within: &Path,
        clock: Arc<dyn Clock>,
        rng: Rng,
        progress: Progress<'_>,
    ) -> Result<Self, RestoreError> {
        let folder = files::private_temp_folder(within).map_err(BackupError::from)?;
        let profiles = temporary_profiles(&folder, clock);
        let session = profiles.restore(path, password, &no_secret_key().to_text(), rng, progress)?;
        Ok(Self { session, folder })
    }
}

fn temporary_profiles(folder: &TempDir, clock: Arc<dyn Clock>) -> Profiles {
    Profiles::new(AppDirs::portable(folder.path()), Box::new(NoKeychain), clock)
}
