//! A whole backup becomes a profile again.

use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::SecretText;
use vault_engine::item::safe_to_show;

use super::told;
use crate::coffer::{Coffer, Open, State};
use crate::documents::name_of;
use crate::error::Outcome;
use crate::views::{AppStatus, ErrorCode, ErrorView, JobKind, RestoreFileView};

/// A file that was chosen and waits for its password and Secret Key.
pub(crate) struct PendingRestore {
    token: String,
    path: PathBuf,
}

impl Coffer {
    /// Takes note of a file that is to be made a profile again. The one chosen before is forgotten.
    ///
    /// # Errors
    /// `backup_unreadable` if it is no backup, or the disk.
    pub async fn restore_look(&self, path: PathBuf) -> Outcome<RestoreFileView> {
        let mut token = [0; 8];
        (self.make_rng)().fill_bytes(&mut token);
        let token = token.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.owner
            .call(move |state| {
                let size = vault_engine::backup::look_at(&path)?;
                let file_name = safe_to_show(&name_of(&path));
                state.restore = Some(PendingRestore { token: token.clone(), path });
                Ok(RestoreFileView { token, file_name, size })
            })
            .await
    }

    /// Makes a profile of the file that was chosen and opens it. If the same profile is there and damaged, that one is set
    /// aside, whole; a sound one stays. A profile that was open is locked. While it goes on, a job
    /// tells how far it is and can be cancelled.
    ///
    /// # Errors
    /// `not_found` if the choice is gone, `profile_exists`, `wrong_password`, `secret_key_mistyped`, what is wrong with the
    /// backup, `cancelled`, or the disk.
    pub async fn restore_start(
        &self,
        token: String,
        password: SecretText,
        secret_key: SecretText,
    ) -> Outcome<AppStatus> {
        let make_rng = self.make_rng;
        self.lock_quietly().await?;
        let jobs = std::sync::Arc::clone(&self.jobs);
        self.owner
            .call(move |state: &mut State| {
                let pending = state.restore.as_ref().filter(|pending| pending.token == token);
                let path = pending.ok_or(ErrorCode::NotFound)?.path.clone();
                let size = path.metadata().map_or(0, |file| file.len());
                let job = jobs.start_with_keys(JobKind::ProfileRestore, safe_to_show(&name_of(&path)), size);
                let restored = state.profiles.restore_or_replace(
                    &path,
                    &password,
                    &secret_key,
                    make_rng(),
                    &mut told(&job),
                );
                match restored {
                    Ok(session) => {
                        state.restore = None;
                        state.gate.open(session.profile().id);
                        state.open = Some(Open::new(session, &mut make_rng()));
                        job.end(Ok(None));
                        state.status()
                    }
                    Err(error) => {
                        let error = ErrorView::from(error);
                        job.end(Err(error.clone()));
                        Err(error)
                    }
                }
            })
            .await
    }

    /// Forgets the file that was chosen.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn restore_discard(&self) -> Outcome<()> {
        self.owner
            .call(|state| {
                state.restore = None;
                Ok(())
            })
            .await
    }
}
