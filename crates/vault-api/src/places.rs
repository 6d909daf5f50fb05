//! Where profiles lie: moved, taken in from elsewhere, forgotten and deleted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;
use vault_engine::profile::{BackupsAfter, PlaceError, PlaceWarning, Profiles};
use vault_engine::{ProfileId, SecretText};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{AppStatus, DeleteRequest, DeletedView, ErrorCode, ErrorView, JobKind, PlaceView};

fn view(profiles: &Profiles, id: ProfileId) -> PlaceView {
    let folder = profiles.folder_of(id);
    let named = |warning: &PlaceWarning| match warning {
        PlaceWarning::Synced(by) => Some(by.name().to_owned()),
        PlaceWarning::Network => None,
    };
    let warnings = profiles.warnings_of(id);
    PlaceView {
        folder: folder.to_string_lossy().into_owned(),
        synced_by: warnings.iter().find_map(named),
        on_network: warnings.contains(&PlaceWarning::Network),
        elsewhere: folder != profiles.usual_folder(id),
    }
}

impl Coffer {
    /// Where a profile lies, and what is risky about it.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn profile_place(&self, id: ProfileId) -> Outcome<PlaceView> {
        self.owner.call(move |state| Ok(view(&state.profiles, id))).await
    }

    /// Moves a profile into a folder of its own in `into`. If it is open it is locked first. Told as a job.
    ///
    /// # Errors
    /// `place_unfit`, `place_taken`, `profile_in_use`, `cancelled`, or the disk: the profile is then where it was.
    pub async fn profile_move(&self, id: ProfileId, into: PathBuf) -> Outcome<PlaceView> {
        let profiles = self.locked(id).await?;
        let name = profiles.list().into_iter().find(|info| info.id == id).map(|info| info.name);
        let name = name.ok_or(ErrorCode::ProfileNotFound)?;
        let job = self.jobs.start(JobKind::ProfileMove, name, 2 * profiles.size_of(id));
        let (answer, answered) = oneshot::channel();
        let work = move || {
            let mut progress = |done| {
                job.progress(done);
                job.go_on()
            };
            let moved = profiles.relocate(id, &into, &mut progress).map_err(ErrorView::from);
            job.end(moved.as_ref().map(|_| None).map_err(ErrorView::clone));
            // Nobody listens any more when the window is gone; the profile is moved all the same.
            let _ = answer.send(moved.map(|_| view(&profiles, id)));
        };
        let started = std::thread::Builder::new().name("coffer-move".to_owned()).spawn(work);
        started.map_err(|_| ErrorCode::Internal)?;
        answered.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
    }

    /// Takes in a profile that lies in a folder elsewhere, and stays there.
    ///
    /// # Errors
    /// `profile_not_found` if there is none, `place_taken` if another folder has it, `profile_newer`, or the disk.
    pub async fn profile_take_in(&self, folder: PathBuf) -> Outcome<AppStatus> {
        self.owner
            .call(move |state| {
                state.profiles.take_in(&folder)?;
                state.status()
            })
            .await
    }

    /// Takes a profile that lies elsewhere from the list; its folder stays as it is.
    ///
    /// # Errors
    /// `place_unfit` for a profile in the usual place, or the disk.
    pub async fn profile_forget(&self, id: ProfileId) -> Outcome<AppStatus> {
        let profiles = self.locked(id).await?;
        profiles.forget(id)?;
        self.app_status().await
    }

    /// Deletes a profile, asked for by its password or by its name typed in full. If it is open it is locked first.
    ///
    /// # Errors
    /// `wrong_password`, `name_differs`, `profile_in_use`, or the disk: the profile is then still there.
    pub async fn profile_delete(&self, id: ProfileId, request: DeleteRequest) -> Outcome<DeletedView> {
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
        self.owner
            .call(move |state| {
                if let Some(password) = &password {
                    // Gives the right to write back before it is asked for again.
                    drop(state.profiles.unseal(id, password, None)?);
                }
                let kept = state.profiles.delete(id, backups)?;
                let backups = kept.as_deref().map(Path::to_string_lossy).map(|path| path.into_owned());
                Ok(DeletedView { backups, status: state.status()? })
            })
            .await
    }

    /// The profiles, with this one locked.
    async fn locked(&self, id: ProfileId) -> Outcome<Arc<Profiles>> {
        let is_open =
            self.owner.call(move |state| Ok(state.open.as_ref().map(|open| open.session.profile().id == id)));
        if is_open.await? == Some(true) {
            self.session_lock().await?;
        }
        Ok(Arc::clone(&self.profiles))
    }
}

impl From<PlaceError> for ErrorView {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::NotFound => ErrorCode::ProfileNotFound.into(),
            PlaceError::Unfit => ErrorCode::PlaceUnfit.into(),
            PlaceError::Exists => ErrorCode::PlaceTaken.into(),
            PlaceError::InUse { by } => Self::in_use(by),
            PlaceError::Newer => ErrorCode::ProfileNewer.into(),
            PlaceError::CopyDiffers => ErrorCode::CopyDiffers.into(),
            PlaceError::Cancelled => ErrorCode::Cancelled.into(),
            PlaceError::Disk(disk) => disk.into(),
        }
    }
}
