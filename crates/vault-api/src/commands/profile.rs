//! Profiles: creating, renaming, moving, adding, removing and deleting them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;
use vault_engine::profile::{BackupsAfter, FolderWarning, NewProfile, Profiles};
use vault_engine::{ProfileId, SecretText};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::state::Open;
use crate::views::{AppStatus, DeleteRequest, DeletedView, JobKind, ProfileLocation};
use crate::worker::spawn;

impl Coffer {
    /// Creates a profile and opens it. Its Emergency Kit is not confirmed yet.
    ///
    /// # Errors
    /// `password_too_weak`, `invalid_input` for the name, or the disk.
    pub async fn profile_create(&self, name: String, password: SecretText) -> Result<AppStatus> {
        self.refuse_weak(&password, vec![name.clone()]).await?;
        let make_rng = self.make_rng;
        self.lock_without_event().await?;
        self.actor
            .call(move |state| {
                let (kdf, short_of_memory) = state.costs(make_rng);
                let new = NewProfile { name, password, device: state.device.clone(), kdf };
                let session = state.profiles.create(new, make_rng())?;
                state.begin(Open { short_of_memory, ..Open::new(session, &mut make_rng()) });
                state.status()
            })
            .await
    }

    /// Renames a profile.
    ///
    /// # Errors
    /// `profile_not_found`, `invalid_input`, or the disk.
    pub async fn profile_rename(&self, id: ProfileId, name: String) -> Result<AppStatus> {
        self.actor
            .call(move |state| {
                state.profiles.rename(id, &name)?;
                state.status()
            })
            .await
    }

    /// Returns the location of a profile, and what is risky about it.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn profile_location(&self, id: ProfileId) -> Result<ProfileLocation> {
        self.actor.call(move |state| Ok(location(&state.profiles, id))).await
    }

    /// Moves a profile into a folder of its own in `into`, as a job. An open profile is locked first.
    ///
    /// # Errors
    /// `place_unfit`, `place_taken`, `profile_in_use`, `cancelled`, or the disk: the profile then stays where it was.
    pub async fn profile_move(&self, id: ProfileId, into: PathBuf) -> Result<ProfileLocation> {
        let profiles = self.locked(id).await?;
        let name = profiles.list().into_iter().find(|info| info.id == id).map(|info| info.name);
        let name = name.ok_or(ErrorCode::ProfileNotFound)?;
        let job = self.jobs.start(JobKind::ProfileMove, name, 2 * profiles.size_of(id));
        let (result, receiver) = oneshot::channel();
        let work = move || {
            let moved = profiles.relocate(id, &into, &mut job.report()).map_err(ErrorView::from);
            job.end(moved.as_ref().map(|_| None).map_err(ErrorView::clone));
            // Fails if the caller was dropped; the profile is moved all the same.
            let _ = result.send(moved.map(|_| location(&profiles, id)));
        };
        spawn("coffer-move", work)?;
        receiver.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
    }

    /// Adds an existing profile in another folder to the list; it stays in that folder.
    ///
    /// # Errors
    /// `profile_not_found` if there is none, `place_taken` if another folder has it, `profile_newer`, or the disk.
    pub async fn profile_add_existing(&self, folder: PathBuf) -> Result<AppStatus> {
        self.actor
            .call(move |state| {
                state.profiles.add_existing(&folder)?;
                state.status()
            })
            .await
    }

    /// Removes a profile in another folder from the list; its folder stays as it is.
    ///
    /// # Errors
    /// `place_unfit` for a profile in the default location, or the disk.
    pub async fn profile_forget(&self, id: ProfileId) -> Result<AppStatus> {
        let profiles = self.locked(id).await?;
        profiles.forget(id)?;
        self.app_status().await
    }

    /// Deletes a profile, confirmed by its password or its full name. An open profile is locked first.
    ///
    /// # Errors
    /// `wrong_password`, `name_differs`, `profile_in_use`, or the disk: the profile then still exists.
    pub async fn profile_delete(&self, id: ProfileId, request: DeleteRequest) -> Result<DeletedView> {
        let DeleteRequest { password, name, keep_backups } = request;
        let password = password.map(SecretText::new);
        let profiles = Arc::clone(&self.profiles);
        let known =
            profiles.list().into_iter().find(|info| info.id == id).ok_or(ErrorCode::ProfileNotFound)?;
        match (&password, name) {
            (None, Some(name)) if name.trim() == known.name => {}
            (None, _) => return Err(ErrorCode::NameDiffers.into()),
            (Some(_), _) => {}
        }
        self.locked(id).await?;
        let backups = if keep_backups { BackupsAfter::Kept } else { BackupsAfter::Deleted };
        self.actor
            .call(move |state| {
                if let Some(password) = &password {
                    // Releases the write lock before `delete` takes it.
                    drop(state.profiles.unseal(id, password, None)?);
                }
                let kept = state.profiles.delete(id, backups)?;
                let backups = kept.as_deref().map(Path::to_string_lossy).map(|path| path.into_owned());
                Ok(DeletedView { backups, status: state.status()? })
            })
            .await
    }

    /// Locks this profile if it is open, and returns the profiles.
    async fn locked(&self, id: ProfileId) -> Result<Arc<Profiles>> {
        let is_open =
            self.actor.call(move |state| Ok(state.open.as_ref().map(|open| open.session.profile().id == id)));
        if is_open.await? == Some(true) {
            self.session_lock().await?;
        }
        Ok(Arc::clone(&self.profiles))
    }
}

/// The location of a profile, and what is risky about it.
fn location(profiles: &Profiles, id: ProfileId) -> ProfileLocation {
    let folder = profiles.folder_of(id);
    let named = |warning: &FolderWarning| match warning {
        FolderWarning::Synced(by) => Some(by.name().to_owned()),
        FolderWarning::Network => None,
    };
    let warnings = profiles.warnings_of(id);
    ProfileLocation {
        folder: folder.to_string_lossy().into_owned(),
        synced_by: warnings.iter().find_map(named),
        on_network: warnings.contains(&FolderWarning::Network),
        elsewhere: folder != profiles.default_folder(id),
    }
}
