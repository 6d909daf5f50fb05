//! Recovery by guardians, in the programs of members and guardians.

use std::collections::BTreeSet;

use vault_engine::session::{GuardianError, GuardianGroup, Session};
use vault_engine::{AccountId, SecretText, VaultId};

use super::members::id;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::Event;
use crate::views::{ConsentView, GuardiansRequest, RecoveryRequestView, TeamRecoveryView};

/// The longest text of a recovery.
const TEXT: usize = 128 * 1024;

fn recovery(session: &Session, team: VaultId) -> Result<TeamRecoveryView> {
    Ok(session.team_recovery(team)?.into())
}

impl Coffer {
    /// Returns what a team says about recovery.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn team_recovery(&self, team: VaultId) -> Result<TeamRecoveryView> {
        self.read(move |session| recovery(session, team)).await
    }

    /// Chooses the guardians of a team, as an owner. Who has consented is asked again.
    ///
    /// # Errors
    /// `invalid_input`, `not_found`, `member_not_permitted`, or the disk.
    pub async fn guardians_set(&self, request: GuardiansRequest) -> Result<TeamRecoveryView> {
        let GuardiansRequest { team, accounts, threshold } = request;
        let team: VaultId = id(&team)?;
        let accounts = accounts.iter().map(|account| id(account)).collect::<Result<BTreeSet<AccountId>>>()?;
        self.change(move |session| {
            session.set_guardians(team, GuardianGroup { accounts, threshold }).map_err(ErrorView::from)?;
            recovery(session, team)
        })
        .await
    }

    /// Consents to recovery by the guardians of a team.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `guardians_lack`, `member_identity_changed`, `not_found`, or the disk.
    pub async fn recovery_consent(&self, team: VaultId, password: SecretText) -> Result<ConsentView> {
        let made = self.with_password(move |session| session.consent_to_recovery(team, &password)).await?;
        Ok(made.into())
    }

    /// Withdraws the consent of this account.
    ///
    /// # Errors
    /// `recovery_not_consented`, `wrong_password`, `retry_later`, `not_found`, or the disk.
    pub async fn recovery_withdraw(&self, team: VaultId, password: SecretText) -> Result<ConsentView> {
        let made = self.with_password(move |session| session.withdraw_consent(team, &password)).await?;
        Ok(made.into())
    }

    /// Adds the consent or withdrawal of a member who handed its text over.
    ///
    /// # Errors
    /// `recovery_text_invalid`, `recovery_not_consented` for one that was replaced, `recovery_outdated`, `not_found`,
    /// `member_not_permitted`, or the disk.
    pub async fn recovery_card_add(&self, team: VaultId, text: String) -> Result<TeamRecoveryView> {
        self.change(move |session| {
            session.add_recovery_card(team, &text).map_err(ErrorView::from)?;
            recovery(session, team)
        })
        .await
    }

    /// Returns the text with which a member begins a recovery on a new computer. It opens nothing.
    ///
    /// # Errors
    /// `recovery_not_consented`, `recovery_outdated`, `member_not_permitted`, `not_connected`, `not_found`, or the disk.
    pub async fn recovery_offer(&self, team: VaultId, account: String) -> Result<String> {
        let account: AccountId = id(&account)?;
        self.read(move |session| session.recovery_offer(team, account).map_err(ErrorView::from)).await
    }

    /// Returns whose request a text is, if this account may answer it.
    ///
    /// # Errors
    /// `recovery_text_invalid`, `recovery_not_consented`, `recovery_outdated`, `member_not_permitted`, or the disk.
    pub async fn recovery_request_read(&self, text: String) -> Result<RecoveryRequestView> {
        self.read(move |session| {
            session.read_recovery_request(&text).map(Into::into).map_err(ErrorView::from)
        })
        .await
    }

    /// Releases this guardian's share for a request, and returns the text of the answer. `words` are those that the member has
    /// read out; all members of the team see that it was released.
    ///
    /// # Errors
    /// `recovery_words_differ`, `wrong_password`, `retry_later`, and those of [`Coffer::recovery_request_read`].
    pub async fn recovery_release(
        &self,
        text: String,
        words: String,
        password: SecretText,
    ) -> Result<String> {
        self.with_password(move |session| session.release_share(&text, &words, &password)).await
    }

    /// Returns a text of a recovery for the clipboard.
    ///
    /// # Errors
    /// `recovery_text_invalid` if it is none.
    pub fn recovery_text(text: String) -> Result<SecretText> {
        let code = text.strip_prefix("coffer://recovery-").and_then(|rest| rest.split_once('#'));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        match code {
            Some((kind, code)) if text.len() <= TEXT && kind.chars().chain(code.chars()).all(plain) => {
                Ok(SecretText::new(text))
            }
            _ => Err(ErrorCode::RecoveryTextInvalid.into()),
        }
    }

    /// Runs what checks the master password: a wrong one delays the next attempt.
    async fn with_password<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, GuardianError> + Send + 'static,
    ) -> Result<T> {
        let done = self
            .actor
            .call(move |actor| {
                let done = actor.ask(|session| match work(session) {
                    Err(GuardianError::Keys(keys)) => Err(keys),
                    other => Ok(other),
                })?;
                done.map_err(ErrorView::from)
            })
            .await?;
        self.events.send(Event::ItemsChanged);
        Ok(done)
    }
}
