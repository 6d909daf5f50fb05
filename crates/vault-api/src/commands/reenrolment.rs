//! A password that was reset with the recovery code: registered at the account's server.

use vault_engine::session::{ReenrolStep, Reenrolment, Session};
use vault_engine::{ProfileId, SecretText};
use vault_sync::connect::{Found, NewRegistration, ServerAddress};
use vault_sync::{ProblemCode, REENROL_WAIT};

use super::network::network;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::sync::Watched;
use crate::views::{ReenrolState, ReenrolmentView, SyncView};

impl Coffer {
    /// Registers the password of the open profile, which was reset, at its server. It takes effect there after the server's waiting
    /// time, and is sent until the server has stored it.
    ///
    /// # Errors
    /// `not_connected`; `not_found` if the password was not reset; `wrong_password`, or why the server cannot be used.
    pub async fn account_reenrol(&self, password: SecretText) -> Result<SyncView> {
        let id = self.read(|session| Ok(session.profile().id)).await?;
        self.register_reset(id, password).await?;
        self.sync_status().await
    }

    /// Deletes a re-enrolment of the account that waits, whichever device asked for it.
    ///
    /// # Errors
    /// `not_found` if none waits, or why the server cannot be used. One of this profile is then still sent.
    pub async fn account_reenrol_cancel(&self) -> Result<SyncView> {
        let own = self.read(|session| Ok(session.reenrolment()?)).await?;
        let sent = matches!(own, Some(Reenrolment { step: ReenrolStep::Made { .. }, .. }));
        match self.online() {
            Ok(session) => match session.cancel_reenrolment().await {
                Err(error) if error.code() == Some(ProblemCode::NotFound) => {
                    if !sent {
                        return Err(ErrorCode::NotFound.into());
                    }
                }
                done => done?,
            },
            // What is not sent again never takes effect.
            Err(_) if sent => {}
            Err(error) => return Err(error),
        }
        self.read(move |session| match own {
            Some(own) if sent => Ok(session.continue_reenrolment(&own, ReenrolStep::Cancelled).map(drop)?),
            _ => Ok(()),
        })
        .await?;
        self.sync.seen_reenrolment(None);
        self.sync_status().await
    }

    /// Begins to register a reset password while it is at hand, if that is still to be done. What fails is shown, and the
    /// password asked for.
    pub(super) async fn register_when_wanted(&self, id: ProfileId, password: SecretText) {
        let wanted = self.read(|session| {
            let found = session.reenrolment()?.is_some_and(|found| found.step == ReenrolStep::Wanted);
            Ok(found && session.read_only().is_none())
        });
        if matches!(wanted.await, Ok(true)) {
            let coffer = self.clone();
            tokio::spawn(async move { drop(coffer.register_reset(id, password).await) });
        }
    }

    /// The root key is open only while the registration is made, after the server was reached.
    async fn register_reset(&self, id: ProfileId, password: SecretText) -> Result<()> {
        let (connection, settings, before) = self
            .read(|session| {
                let connection = session.connection()?.ok_or(ErrorCode::NotConnected)?;
                Ok((connection, session.network()?, session.reenrolment()?.ok_or(ErrorCode::NotFound)?))
            })
            .await?;
        let found = ServerAddress::of(&connection).find(&network(&settings)?).await?;
        let Found::Server(server) = found else { return Err(ErrorCode::ServerUntrusted.into()) };
        let typed = SecretText::from(password.expose());
        let (parts, costs) = self
            .actor
            .call(move |state| {
                same(state.session()?, id)?;
                let parts = state.ask(|session| session.account_parts(&typed))?;
                Ok((parts, state.session()?.password_costs()?))
            })
            .await?;
        let version = connection.registration.max(before.version) + 1;
        let (login, unlock_seed) = (connection.login, connection.unlock_seed);
        let new = NewRegistration { login, password, parts, unlock_seed, version, costs };
        let message = server.make_reenrolment(new, &mut (self.make_rng)()).await?;
        self.read(move |session| {
            same(session, id)?;
            if session.reenrolment()?.as_ref() != Some(&before) {
                return Err(ErrorCode::KeysChanged.into());
            }
            let step = ReenrolStep::Made { message, since: None };
            Ok(session.set_reenrolment(Some(&Reenrolment { version, step }))?)
        })
        .await?;
        self.start_reenrolling(id, &settings)
    }
}

/// Fails if another profile is open by now.
fn same(session: &Session, id: ProfileId) -> Result<()> {
    if session.profile().id == id { Ok(()) } else { Err(ErrorCode::Locked.into()) }
}

/// What is shown of re-enrolments: that of this profile, or one that another device asked for.
pub(super) fn view(own: Option<&Reenrolment>, watched: &Watched) -> Option<ReenrolmentView> {
    let from = |since: u64| Some(since.saturating_add(REENROL_WAIT));
    let (state, from) = match (own.map(|own| &own.step), watched.reenrolment) {
        (Some(ReenrolStep::Made { since: Some(since), .. }), _) => (ReenrolState::Waiting, from(since.0)),
        (Some(ReenrolStep::Made { since: None, .. }), _) => (ReenrolState::Sending, None),
        (_, Some(since)) => (ReenrolState::Elsewhere, from(since)),
        (Some(ReenrolStep::Wanted), None) => (ReenrolState::Wanted, None),
        (Some(ReenrolStep::Effective), None) => (ReenrolState::Effective, None),
        (Some(ReenrolStep::Cancelled), None) => (ReenrolState::Cancelled, None),
        (Some(ReenrolStep::Superseded), None) => (ReenrolState::Superseded, None),
        (Some(ReenrolStep::Refused), None) => (ReenrolState::Refused, None),
        (None, None) => return None,
    };
    Some(ReenrolmentView { state, from })
}
