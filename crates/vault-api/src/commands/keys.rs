//! The recovery code, and the change of the root key.

use std::path::PathBuf;

use vault_engine::document::{Existing, write_new_file};
use vault_engine::kit::RecoveryPage;
use vault_engine::profile::RotateError;
use vault_engine::session::{RecoveryAfter, Rotation, SecretKeyAfter};
use vault_engine::{ProfileId, SecretText};

use super::account::AccountChange;
use super::kit::matches_group;
use super::server::copied;
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
                let (code, replaces) = (pending.text().expose().to_owned(), pending.replaces());
                state.open()?.recovery = Some(UnconfirmedRecovery { pending, ask_group });
                Ok(RecoveryCodeView { code, groups: CODE_GROUPS, ask_group, replaces })
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

    /// Compares a typed group with the unconfirmed code; the right one activates the code. One that replaces another code
    /// needs the password: the root key is changed, as a job, so that the old code opens nothing with an old key file.
    ///
    /// # Errors
    /// `code_group_wrong`; `not_found` without such a code; `password_needed` and `wrong_password` if it replaces another;
    /// `keys_changed`, `cancelled`, or the disk. The unconfirmed code is kept, except after `keys_changed` and errors of
    /// the disk.
    pub async fn recovery_confirm(
        &self,
        group: u8,
        text: SecretText,
        password: Option<SecretText>,
    ) -> Result<RecoveryView> {
        let replaces = self
            .actor
            .call(move |state| {
                let open = state.open()?;
                let unconfirmed = open.recovery.as_ref().ok_or(ErrorCode::NotFound)?;
                let code = unconfirmed.pending.text();
                if group != unconfirmed.ask_group || !matches_group(&code, group, &text) {
                    return Err(ErrorCode::CodeGroupWrong.into());
                }
                let replaces = unconfirmed.pending.replaces();
                if !replaces && let Some(unconfirmed) = open.recovery.take() {
                    open.session.confirm_recovery(unconfirmed.pending)?;
                }
                Ok(replaces)
            })
            .await?;
        if replaces {
            let password = password.ok_or(ErrorCode::PasswordNeeded)?;
            self.change_root_key(KeyChange {
                recovery: RecoveryChange::Confirmed,
                ..KeyChange::of(password)
            })
            .await?;
        }
        self.recovery_status().await
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

    /// Removes the recovery code and changes the root key, as a job, so that the code opens nothing with an old key file.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `cancelled`, or the disk.
    pub async fn recovery_remove(&self, password: SecretText) -> Result<RecoveryView> {
        self.change_root_key(KeyChange::of(password)).await?;
        self.recovery_status().await
    }

    /// Opens a profile with its recovery code and changes its password. If it has a server, the new password is registered there
    /// too, which takes effect after the server's waiting time.
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
        let password = SecretText::from(new.expose());
        let status =
            self.open_with(move |state| Ok(state.profiles.recover(id, &code, &new, make_rng())?)).await?;
        self.register_when_wanted(id, password).await;
        Ok(status)
    }

    /// Changes the root key of the open profile and all keys that depend on it, as a job. Another password or Secret Key of a profile
    /// with a server is first that of the account; `code` is that of a second factor.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `password_too_weak`, `recovery_code_mistyped`, `recovery_code_wrong`, `sign_in_refused`,
    /// `second_factor_needed`, why the server cannot be used, `cancelled`, or the disk: then the root key was not changed.
    pub async fn session_rotate(&self, request: RotateRequest) -> Result<AppStatus> {
        let RotateRequest { password, new_password, recovery_code, new_secret_key, code } = request;
        let (mut password, mut new_password) = (SecretText::new(password), new_password.map(SecretText::new));
        if let Some(new) = &new_password {
            self.refuse_weak(new, Vec::new()).await?;
        }
        let mut secret_key = if new_secret_key { SecretKeyAfter::New } else { SecretKeyAfter::Same };
        if (new_secret_key || new_password.is_some())
            && self.read(|session| Ok(session.connection()?.is_some())).await?
        {
            // Both are those of the account, too, which gets them first.
            let typed = recovery_code.as_deref().map(SecretText::from);
            let new = new_password.take().unwrap_or_else(|| copied(&password));
            let change = AccountChange { new: copied(&new), new_secret_key, recovery_code: typed };
            self.change_account_keys(password, change, code.map(SecretText::new)).await?;
            (password, secret_key) = (new, SecretKeyAfter::Same);
        }
        let recovery = match recovery_code {
            None => RecoveryChange::None,
            Some(code) => RecoveryChange::Same(SecretText::new(code)),
        };
        let change = KeyChange { password, new_password, recovery, secret_key };
        self.change_root_key(change).await
    }

    async fn change_root_key(&self, change: KeyChange) -> Result<AppStatus> {
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
                    locked_import,
                    archive,
                    table_import,
                    import_report,
                    copy,
                    invitation,
                    health,
                    activity,
                    short_of_memory,
                    recovery,
                    backup: _,
                    key_file,
                    dropped,
                    addresses,
                    confirmed_until,
                } = open;
                let rotation = Rotation {
                    password: &change.password,
                    new_password: change.new_password.as_ref(),
                    recovery: match (&change.recovery, &recovery) {
                        (RecoveryChange::Same(code), _) => RecoveryAfter::Same(code),
                        (RecoveryChange::Confirmed, Some(unconfirmed)) => {
                            RecoveryAfter::New(&unconfirmed.pending)
                        }
                        (RecoveryChange::None, _) | (RecoveryChange::Confirmed, None) => RecoveryAfter::None,
                    },
                    secret_key: change.secret_key,
                };
                let changed = state.profiles.rotate(session, &rotation, &mut job.report());
                let (session, recovery, result) = match changed {
                    Ok(session) => (Some(session), None, Ok(())),
                    Err(RotateError::Unchanged(session, error)) => {
                        (Some(*session), recovery, Err(ErrorView::from(error)))
                    }
                    Err(RotateError::Locked(error)) => (None, None, Err(ErrorView::from(error))),
                };
                state.open = session.map(|session| Open {
                    session,
                    kit,
                    import,
                    locked_import,
                    archive,
                    table_import,
                    import_report,
                    copy,
                    invitation,
                    health,
                    activity,
                    recovery,
                    backup: None,
                    key_file,
                    dropped,
                    addresses,
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

/// A change of the root key.
struct KeyChange {
    password: SecretText,
    new_password: Option<SecretText>,
    recovery: RecoveryChange,
    secret_key: SecretKeyAfter,
}

/// What happens to the recovery code.
enum RecoveryChange {
    /// There is none afterwards.
    None,
    /// It stays active.
    Same(SecretText),
    /// The unconfirmed one, which the user has just confirmed, becomes active.
    Confirmed,
}

impl KeyChange {
    /// A change after which there is no recovery code and all else is as before.
    fn of(password: SecretText) -> Self {
        Self {
            password,
            new_password: None,
            recovery: RecoveryChange::None,
            secret_key: SecretKeyAfter::Same,
        }
    }
}

impl Open {
    fn recovery_view(&self) -> Result<RecoveryView> {
        Ok(RecoveryView { active: self.session.has_recovery_code()? })
    }
}
