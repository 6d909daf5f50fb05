//! Repair of a damaged profile. The damaged files are always kept as they are.

use vault_engine::profile::{FoundBackup, Inspected, NewProfile};
use vault_engine::{ProfileId, SecretText};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::files::size_of;
use crate::state::{FoundBackups, Open};
use crate::views::{FoundBackupView, JobKind, ProfileDiagnosis, RestoredView, SalvageReport, SalvagedView};

/// The total of work that is reported in percent.
const PERCENT: u64 = 100;

impl Coffer {
    /// Inspects the files of a profile without its keys, and finds the backups beside it. Nothing is changed.
    ///
    /// # Errors
    /// `profile_not_found`.
    pub async fn repair_inspect(&self, id: ProfileId) -> Result<ProfileDiagnosis> {
        self.actor
            .call(move |state| {
                let Inspected { folder, keys, keys_copy, database } =
                    state.profiles.inspect(id).ok_or(ErrorCode::ProfileNotFound)?;
                let found = state.profiles.find_backups(id);
                let view = |FoundBackup { path: _, made_at, size }: &FoundBackup| FoundBackupView {
                    made_at: made_at.0,
                    size: *size,
                };
                let backups = found.iter().map(view).collect();
                let paths = found.into_iter().map(|backup| backup.path).collect();
                state.found_backups = Some(FoundBackups { profile: id, paths });
                Ok(ProfileDiagnosis {
                    folder: folder.to_string_lossy().into_owned(),
                    keys: keys.into(),
                    keys_copy: keys_copy.into(),
                    database: database.into(),
                    backups,
                })
            })
            .await
    }

    /// Examines what can still be read in a damaged profile. An open profile is locked first. A job reports the progress and
    /// can be cancelled. Nothing is changed.
    ///
    /// # Errors
    /// `nothing_readable`, `cancelled`, or the errors of `session_unlock`.
    pub async fn repair_examine(
        &self,
        id: ProfileId,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Result<SalvageReport> {
        self.run_locked(JobKind::ProfileExamine, String::new(), PERCENT, move |state, job| {
            let examined = state.profiles.examine(id, &password, secret_key.as_ref(), &mut job.report());
            Ok(examined?.into())
        })
        .await
    }

    /// Replaces a damaged profile by one of the backups found beside it, and opens it. The damaged profile is moved aside as a
    /// whole; an intact one is not replaced. A job reports the progress and can be cancelled.
    ///
    /// # Errors
    /// `not_found` unless `repair_inspect` found the backup, `profile_exists` if the profile is intact, `wrong_password`,
    /// `secret_key_missing`, what is wrong with the backup, `cancelled`, or the disk: then nothing was changed.
    pub async fn repair_restore(
        &self,
        id: ProfileId,
        backup: usize,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Result<RestoredView> {
        let make_rng = self.make_rng;
        let path = self.actor.call(move |state| {
            let found = state.found_backups.as_ref().filter(|found| found.profile == id);
            Ok(found.and_then(|found| found.paths.get(backup).cloned()).ok_or(ErrorCode::NotFound)?)
        });
        let path = path.await?;
        self.run_locked(JobKind::ProfileRestore, String::new(), size_of(&path), move |state, job| {
            let of = (id, &password, secret_key.as_ref());
            let replaced = state.profiles.replace_damaged(of, &path, &make_rng, &mut job.report_passes())?;
            state.found_backups = None;
            state.begin(Open::new(replaced.session, &mut make_rng()));
            let replaced_folder = replaced.replaced_folder.to_string_lossy().into_owned();
            Ok(RestoredView { replaced_folder, status: state.status()? })
        })
        .await
        .inspect(|_| self.prepare_search())
    }

    /// Makes a new profile of what can still be read in a damaged one, with the same password and a Secret Key of its own,
    /// and opens it. The damaged one stays as it is. A job reports the progress and can be cancelled.
    ///
    /// # Errors
    /// `nothing_readable`, `invalid_input` for the name, `cancelled`, the errors of `session_unlock`, or the disk: then
    /// nothing is left behind.
    pub async fn repair_salvage(
        &self,
        id: ProfileId,
        name: String,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Result<SalvagedView> {
        let make_rng = self.make_rng;
        self.run_locked(JobKind::ProfileSalvage, String::new(), PERCENT, move |state, job| {
            let (kdf, short_of_memory) = state.costs(make_rng);
            let new = SecretText::from(password.expose());
            let new = NewProfile { name, password: new, device: state.device.clone(), kdf };
            let of = (id, &password, secret_key.as_ref());
            let (session, saved) = state.profiles.salvage(of, new, &make_rng, &mut job.report())?;
            state.found_backups = None;
            state.begin(Open { short_of_memory, ..Open::new(session, &mut make_rng()) });
            Ok(SalvagedView { saved: saved.into(), status: state.status()? })
        })
        .await
        .inspect(|_| self.prepare_search())
    }
}
