//! What opens a profile: the recovery code, and another root key.

use std::ops::ControlFlow;
use std::path::PathBuf;

use vault_engine::document::{Existing, write_new_file};
use vault_engine::kit::RecoveryPage;
use vault_engine::profile::RotateError;
use vault_engine::session::{PendingRecovery, Rotation, SecretKeyAfter};
use vault_engine::{ProfileId, SecretText};

use crate::coffer::{Coffer, Open};
use crate::documents::document_error;
use crate::error::Outcome;
use crate::jobs::Job;
use crate::kit::{GROUPS, KitProgress, group_of};
use crate::session::refuse_weak;
use crate::views::{
    AppStatus, ErrorCode, ErrorView, JobKind, PaperSize, RecoverRequest, RecoveryCodeView, RecoveryView,
    RotateRequest,
};

/// A recovery code that was made and not yet confirmed.
pub(crate) struct RecoveryInHand {
    pending: PendingRecovery,
    ask_group: u8,
}

impl Coffer {
    /// Whether the open profile has a recovery code.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn recovery_status(&self) -> Outcome<RecoveryView> {
        self.owner.call(|state| state.open()?.recovery_view()).await
    }

    /// Makes a recovery code, to be shown once. It counts from its confirmation on.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn recovery_begin(&self, password: SecretText) -> Outcome<RecoveryCodeView> {
        let make_rng = self.make_rng;
        self.owner
            .call(move |state| {
                let pending = state.ask(|session| session.begin_recovery(&password))?;
                let ask_group = KitProgress::new(&mut make_rng()).ask_group();
                let code = pending.text().expose().to_owned();
                state.open()?.recovery = Some(RecoveryInHand { pending, ask_group });
                Ok(RecoveryCodeView { code, groups: GROUPS, ask_group })
            })
            .await
    }

    /// Writes the page with the code that is in hand, as a PDF that only this person can read.
    ///
    /// # Errors
    /// `not_found` without such a code, or the disk.
    pub async fn recovery_save_to(&self, path: PathBuf, paper: PaperSize) -> Outcome<()> {
        let now = self.clock.now();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let in_hand = open.recovery.as_ref().ok_or(ErrorCode::NotFound)?;
                let (code, profile_name) = (in_hand.pending.text(), &open.session.profile().name);
                let page = RecoveryPage { profile_name, code: &code, made_at: now };
                let pdf = page.to_pdf(paper.into()).map_err(|_| ErrorCode::Internal)?;
                write_new_file(&path, &pdf, Existing::Replace).map_err(document_error)
            })
            .await
    }

    /// Compares the group typed back with the code in hand; the right one puts the code into force.
    ///
    /// # Errors
    /// `code_group_wrong`; `not_found` without such a code; `keys_changed`, or the disk.
    pub async fn recovery_confirm(&self, group: u8, text: SecretText) -> Outcome<RecoveryView> {
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let in_hand = open.recovery.take().ok_or(ErrorCode::NotFound)?;
                let code = in_hand.pending.text();
                if group != in_hand.ask_group || !group_of(&code, group, &text) {
                    open.recovery = Some(in_hand);
                    return Err(ErrorCode::CodeGroupWrong.into());
                }
                open.session.confirm_recovery(in_hand.pending)?;
                open.recovery_view()
            })
            .await
    }

    /// Throws the code in hand away; one that was in force before still is.
    ///
    /// # Errors
    /// `locked`.
    pub async fn recovery_cancel(&self) -> Outcome<()> {
        self.owner
            .call(|state| {
                state.open()?.recovery = None;
                Ok(())
            })
            .await
    }

    /// Takes the recovery code out of force.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn recovery_remove(&self, password: SecretText) -> Outcome<RecoveryView> {
        self.owner
            .call(move |state| {
                state.ask(|session| session.remove_recovery(&password))?;
                state.open()?.recovery_view()
            })
            .await
    }

    /// Opens a profile by its recovery code and gives it another password.
    ///
    /// # Errors
    /// `recovery_code_mistyped`, `recovery_code_wrong`, `no_recovery_code`, `password_too_weak`, or what is wrong with the
    /// profile.
    pub async fn session_recover(&self, request: RecoverRequest) -> Outcome<AppStatus> {
        let RecoverRequest { profile_id, code, new_password } = request;
        let (code, new) = (SecretText::new(code), SecretText::new(new_password));
        refuse_weak(&new, &[])?;
        let id: ProfileId = profile_id.parse().map_err(|_| ErrorCode::ProfileNotFound)?;
        let make_rng = self.make_rng;
        self.open_with(move |state| Ok(state.profiles.recover(id, &code, &new, make_rng())?)).await
    }

    /// Changes the root key of the open profile, and with it whatever hangs from it; told as a job.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `password_too_weak`, `recovery_code_mistyped`, `recovery_code_wrong`, `cancelled`, or the disk: then
    /// nothing was changed.
    pub async fn session_rotate(&self, request: RotateRequest) -> Outcome<AppStatus> {
        let RotateRequest { password, new_password, recovery_code, new_secret_key } = request;
        let password = SecretText::new(password);
        let (new_password, code) = (new_password.map(SecretText::new), recovery_code.map(SecretText::new));
        if let Some(new) = &new_password {
            refuse_weak(new, &[])?;
        }
        let secret_key = if new_secret_key { SecretKeyAfter::New } else { SecretKeyAfter::Same };
        let name = self.read(|session| Ok(session.profile().name.clone())).await?;
        let job = self.jobs.start(JobKind::KeyChange, name, 100);
        let rotated = self
            .owner
            .call(move |state| {
                let Some(open) = state.open.take() else {
                    job.end(Err(ErrorCode::Locked.into()));
                    return Err(ErrorCode::Locked.into());
                };
                // A backup that is looked into was opened under the keys that go.
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
                let mut progress = |done| tell(&job, done);
                let (session, outcome) = match state.profiles.rotate(session, &rotation, &mut progress) {
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
                job.end(outcome.clone().map(|()| None));
                outcome.and_then(|()| state.status())
            })
            .await;
        if rotated.is_ok() {
            self.prepare_search();
        }
        rotated
    }
}

fn tell(job: &Job, done: u64) -> ControlFlow<()> {
    job.progress(done);
    job.go_on()
}

impl Open {
    fn recovery_view(&self) -> Outcome<RecoveryView> {
        Ok(RecoveryView { active: self.session.has_recovery_code()? })
    }
}
