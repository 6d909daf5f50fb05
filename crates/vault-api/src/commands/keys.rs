//! The recovery code, and the change of the root key.

use std::path::PathBuf;

use vault_engine::document::{Existing, write_new_file};
use vault_engine::kit::RecoveryPage;
use vault_engine::profile::RotateError;
use vault_engine::session::{Rotation, SecretKeyAfter};
use vault_engine::{ProfileId, SecretText};

use super::kit::matches_group;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::state::{CODE_GROUPS, KitProgress, Open, UnconfirmedRecovery};
use crate::views::{
    AppStatus, JobKind, PaperSize, RecoverRequest, RecoveryCodeView, RecoveryView, RotateRequest,
};

impl Coffer {
    /// Returns whether the open profile has a recovery code.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn recovery_status(&self) -> Result<RecoveryView> {
        self.actor.call(|state| state.open()?.recovery_view()).await
    }

    /// Makes a recovery code, to be shown once. It takes effect when it is confirmed.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn recovery_begin(&self, password: SecretText) -> Result<RecoveryCodeView> {
        let make_rng = self.make_rng;
        self.actor
            .call(move |state| {
                let pending = state.ask(|session| session.begin_recovery(&password))?;
                let ask_group = KitProgress::new(&mut make_rng()).ask_group;
                let code = pending.text().expose().to_owned();
                state.open()?.recovery = Some(UnconfirmedRecovery { pending, ask_group });
                Ok(RecoveryCodeView { code, groups: CODE_GROUPS, ask_group })
            })
            .await
    }

    /// Writes the page with the unconfirmed code as a PDF file, readable only by the current user.
    ///
    /// # Errors
    /// `not_found` without such a code, or the disk.
    pub async fn recovery_save_to(&self, path: PathBuf, paper: PaperSize) -> Result<()> {
        let now = self.clock.now();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let unconfirmed = open.recovery.as_ref().ok_or(ErrorCode::NotFound)?;
                let (code, profile_name) = (unconfirmed.pending.text(), &open.session.profile().name);
                let page = RecoveryPage { profile_name, code: &code, made_at: now };
                let pdf = page.to_pdf(paper.into()).map_err(|_| ErrorCode::Internal)?;
                write_new_file(&path, &pdf, Existing::Replace).map_err(Into::into)
            })
            .await
    }

    /// Compares a typed group with the unconfirmed code; the right one activates the code.
    ///
    /// # Errors
    /// `code_group_wrong`; `not_found` without such a code; `keys_changed`, or the disk.
    pub async fn recovery_confirm(&self, group: u8, text: SecretText) -> Result<RecoveryView> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let unconfirmed = open.recovery.take().ok_or(ErrorCode::NotFound)?;
                let code = unconfirmed.pending.text();
                if group != unconfirmed.ask_group || !matches_group(&code, group, &text) {
                    open.recovery = Some(unconfirmed);
                    return Err(ErrorCode::CodeGroupWrong.into());
                }
                open.session.confirm_recovery(unconfirmed.pending)?;
                open.recovery_view()
            })
            .await
    }

    /// Drops the unconfirmed code; an earlier active code stays active.
    ///
    /// # Errors
    /// `locked`.
    pub async fn recovery_cancel(&self) -> Result<()> {
        self.actor
            .call(|state| {
                state.open()?.recovery = None;
                Ok(())
            })
            .await
    }

    /// Removes the recovery code.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn recovery_remove(&self, password: SecretText) -> Result<RecoveryView> {
        self.actor
            .call(move |state| {
                state.ask(|session| session.remove_recovery(&password))?;
                state.open()?.recovery_view()
            })
            .await
    }

    /// Opens a profile with its recovery code and changes its password.
    ///
    /// # Errors
    /// `recovery_code_mistyped`, `recovery_code_wrong`, `no_recovery_code`, `password_too_weak`, or what is wrong with the
    /// profile.
    pub async fn session_recover(&self, request: RecoverRequest) -> Result<AppStatus> {
        let RecoverRequest { profile_id, code, new_password } = request;
        let (code, new) = (SecretText::new(code), SecretText::new(new_password));
        let id: ProfileId = profile_id.parse().map_err(|_| ErrorCode::ProfileNotFound)?;
        let name = self.profiles.list().into_iter().find(|info| info.id == id).map(|info| info.name);
        self.refuse_weak(&new, name.into_iter().collect()).await?;
        let make_rng = self.make_rng;
        self.open_with(move |state| Ok(state.profiles.recover(id, &code, &new, make_rng())?)).await
    }

    /// Changes the root key of the open profile and all keys that depend on it, as a job.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `password_too_weak`, `recovery_code_mistyped`, `recovery_code_wrong`, `cancelled`, or
    /// the disk: then nothing was changed.
    pub async fn session_rotate(&self, request: RotateRequest) -> Result<AppStatus> {
        let RotateRequest { password, new_password, recovery_code, new_secret_key } = request;
        let password = SecretText::new(password);
        let (new_password, code) = (new_password.map(SecretText::new), recovery_code.map(SecretText::new));
        if let Some(new) = &new_password {
            self.refuse_weak(new, Vec::new()).await?;
        }
        let secret_key = if new_secret_key { SecretKeyAfter::New } else { SecretKeyAfter::Same };
        let name = self.read(|session| Ok(session.profile().name.clone())).await?;
        let job = self.jobs.start(JobKind::KeyChange, name, 100);
        let rotated = self
            .actor
            .call(move |state| {
                let Some(open) = state.open.take() else {
                    job.end(Err(ErrorCode::Locked.into()));
                    return Err(ErrorCode::Locked.into());
                };
                // An open backup was opened with the old keys, so it is closed.
                let Open {
                    session,
                    kit,
                    import,
                    health,
                    short_of_memory,
                    recovery: _,
                    backup: _,
                    key_file,
                    dropped,
                    confirmed_until,
                } = open;
                let rotation = Rotation {
                    password: &password,
                    new_password: new_password.as_ref(),
                    recovery_code: code.as_ref(),
                    secret_key,
                };
                let (session, result) = match state.profiles.rotate(session, &rotation, &mut job.report()) {
                    Ok(session) => (Some(session), Ok(())),
                    Err(RotateError::Unchanged(session, error)) => (Some(*session), Err(error.into())),
                    Err(RotateError::Locked(error)) => (None, Err(ErrorView::from(error))),
                };
                state.open = session.map(|session| Open {
                    session,
                    kit,
                    import,
                    health,
                    recovery: None,
                    backup: None,
                    key_file,
                    dropped,
                    confirmed_until,
                    short_of_memory,
                });
                if state.open.is_none() {
                    state.gate.close();
                }
                job.end(result.clone().map(|()| None));
                result.and_then(|()| state.status())
            })
            .await;
        if rotated.is_ok() {
            self.prepare_search();
        }
        rotated
    }
}

impl Open {
    fn recovery_view(&self) -> Result<RecoveryView> {
        Ok(RecoveryView { active: self.session.has_recovery_code()? })
    }
}
