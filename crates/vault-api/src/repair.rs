//! What can be done about a damaged profile. Whatever is done, the damaged one is kept as it is.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use vault_engine::profile::{FoundBackup, Inspected, NewProfile};
use vault_engine::{ProfileId, SecretText};

use crate::backups::told;
use crate::coffer::{Coffer, Open, State};
use crate::error::Outcome;
use crate::jobs::Job;
use crate::views::{DamageView, ErrorCode, JobKind, NearBackupView, RestoredView, SalvagedView, SavedView};

/// The backups that were found beside a profile, by which their numbers are known.
pub(crate) struct NearBackups {
    profile: ProfileId,
    paths: Vec<PathBuf>,
}

/// Work told in parts of a hundred.
const WHOLE: u64 = 100;

fn told_in_parts(job: &Job) -> impl FnMut(u64) -> ControlFlow<()> {
    |part| {
        job.progress(part);
        if job.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Coffer {
    /// Looks at the files of a profile without its keys, and for backups that lie with it. Nothing is changed.
    ///
    /// # Errors
    /// `profile_not_found`.
    pub async fn repair_look(&self, id: ProfileId) -> Outcome<DamageView> {
        self.owner
            .call(move |state| {
                let Inspected { folder, keys, keys_copy, database } =
                    state.profiles.inspect(id).ok_or(ErrorCode::ProfileNotFound)?;
                let found = state.profiles.backups_beside(id);
                let view = |FoundBackup { path: _, made_at, size }: &FoundBackup| NearBackupView {
                    made_at: made_at.0,
                    size: *size,
                };
                let backups = found.iter().map(view).collect();
                let paths = found.into_iter().map(|backup| backup.path).collect();
                state.near = Some(NearBackups { profile: id, paths });
                Ok(DamageView {
                    folder: folder.to_string_lossy().into_owned(),
                    keys: keys.into(),
                    keys_copy: keys_copy.into(),
                    database: database.into(),
                    backups,
                })
            })
            .await
    }

    /// Looks through a damaged profile for what still opens. A profile that was open is locked. A job tells how far it is
    /// and can be cancelled. Nothing is changed.
    ///
    /// # Errors
    /// `nothing_readable`, `cancelled`, or what keeps the keys shut, as in `session_unlock`.
    pub async fn repair_examine(
        &self,
        id: ProfileId,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Outcome<SavedView> {
        self.long(JobKind::ProfileExamine, WHOLE, move |state, job| {
            let examined =
                state.profiles.examine(id, &password, secret_key.as_ref(), &mut told_in_parts(job));
            Ok(examined?.into())
        })
        .await
    }

    /// Puts one of the backups that lie with a damaged profile in its place, and opens it. The damaged one is set aside, whole.
    /// A sound profile stays. A job tells how far it is and can be cancelled.
    ///
    /// # Errors
    /// `not_found` if the backups were not looked for, `profile_exists` if the profile is sound, `wrong_password`,
    /// `secret_key_missing`, what is wrong with the backup, `cancelled`, or the disk: nothing was changed then.
    pub async fn repair_restore(
        &self,
        id: ProfileId,
        backup: usize,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Outcome<RestoredView> {
        let make_rng = self.make_rng;
        let path = self.owner.call(move |state| {
            let near = state.near.as_ref().filter(|near| near.profile == id);
            Ok(near.and_then(|near| near.paths.get(backup).cloned()).ok_or(ErrorCode::NotFound)?)
        });
        let path = path.await?;
        let size = path.metadata().map_or(0, |file| file.len());
        self.long(JobKind::ProfileRestore, size, move |state, job| {
            let of = (id, &password, secret_key.as_ref());
            let replaced = state.profiles.replace_damaged(of, &path, &make_rng, &mut told(job))?;
            state.begin(Open::new(replaced.session, &mut make_rng()));
            let set_aside = replaced.set_aside.to_string_lossy().into_owned();
            Ok(RestoredView { set_aside, status: state.status()? })
        })
        .await
        .inspect(|_| self.prepare_search())
    }

    /// Makes a new profile of what still opens in a damaged one, with the same password and its own Secret Key, and opens
    /// it. The damaged one stays as it is. A job tells how far it is and can be cancelled.
    ///
    /// # Errors
    /// `nothing_readable`, `invalid_input` for the name, `cancelled`, what keeps the keys shut, or the disk: nothing is left
    /// behind then.
    pub async fn repair_salvage(
        &self,
        id: ProfileId,
        name: String,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Outcome<SalvagedView> {
        let make_rng = self.make_rng;
        self.long(JobKind::ProfileSalvage, WHOLE, move |state, job| {
            let (kdf, short_of_memory) = state.costs(make_rng);
            let new = SecretText::from(password.expose());
            let new = NewProfile { name, password: new, device: state.device.clone(), kdf };
            let of = (id, &password, secret_key.as_ref());
            let (session, saved) = state.profiles.salvage(of, new, &make_rng, &mut told_in_parts(job))?;
            state.begin(Open { short_of_memory, ..Open::new(session, &mut make_rng()) });
            Ok(SalvagedView { saved: saved.into(), status: state.status()? })
        })
        .await
        .inspect(|_| self.prepare_search())
    }

    /// Locks what is open and does one long piece of work, told as a job.
    async fn long<T: Send + 'static>(
        &self,
        kind: JobKind,
        total: u64,
        work: impl FnOnce(&mut State, &Job) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.lock_quietly().await?;
        let jobs = Arc::clone(&self.jobs);
        self.owner
            .call(move |state| {
                let job = jobs.start_with_keys(kind, String::new(), total);
                let done = work(state, &job);
                job.end_with(done)
            })
            .await
    }
}

impl State {
    /// Takes over a profile that was just opened.
    fn begin(&mut self, open: Open) {
        self.near = None;
        self.gate.open(open.session.profile().id);
        self.open = Some(open);
    }
}
