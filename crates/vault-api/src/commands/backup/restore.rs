//! Restoring a whole backup to a profile.

use std::path::PathBuf;

use vault_engine::SecretText;
use vault_engine::item::safe_to_show;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::files::{name_of, size_of};
use crate::state::{Open, PendingRestore};
use crate::tokens::make_token;
use crate::views::{AppStatus, JobKind, RestoreFileView};

impl Coffer {
    /// Chooses a backup file to restore, in place of the one chosen before.
    ///
    /// # Errors
    /// `backup_unreadable` if it is not a backup, or the disk.
    pub async fn restore_look(&self, path: PathBuf) -> Result<RestoreFileView> {
        let token = make_token(&mut (self.make_rng)());
        self.actor
            .call(move |state| {
                let size = vault_engine::backup::look_at(&path)?;
                let file_name = safe_to_show(&name_of(&path));
                state.restore = Some(PendingRestore { token: token.clone(), path });
                Ok(RestoreFileView { token, file_name, size })
            })
            .await
    }

    /// Restores the chosen file to a profile and opens it. If the profile exists and is damaged, the damaged one is moved
    /// aside as a whole; an intact one stays. An open profile is locked first. A job reports the progress and can be
    /// cancelled.
    ///
    /// # Errors
    /// `not_found` if no such file is chosen, `profile_exists`, `wrong_password`, `secret_key_mistyped`, what is wrong with the
    /// backup, `cancelled`, or the disk.
    pub async fn restore_start(
        &self,
        token: String,
        password: SecretText,
        secret_key: SecretText,
    ) -> Result<AppStatus> {
        let make_rng = self.make_rng;
        let path = self.actor.call(move |state| {
            let pending = state.restore.as_ref().filter(|pending| pending.token == token);
            Ok(pending.ok_or(ErrorCode::NotFound)?.path.clone())
        });
        let path = path.await?;
        let (name, size) = (safe_to_show(&name_of(&path)), size_of(&path));
        self.run_locked(JobKind::ProfileRestore, name, size, move |state, job| {
            let progress = &mut job.report_passes();
            let session =
                state.profiles.restore_or_replace(&path, &password, &secret_key, make_rng(), progress)?;
            state.restore = None;
            state.begin(Open::new(session, &mut make_rng()));
            state.status()
        })
        .await
    }

    /// Drops the chosen file.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn restore_discard(&self) -> Result<()> {
        self.actor
            .call(|state| {
                state.restore = None;
                Ok(())
            })
            .await
    }
}
