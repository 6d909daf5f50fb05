//! A recovery by guardians, on a computer that has no profile of the account.

use vault_engine::SecretText;
use vault_engine::profile::{OpenedRegain, Regain};
use vault_engine::session::{NetworkSettings, ReenrolStep, Reenrolment};
use vault_sync::connect::{Found, NewRegistration, Server, ServerAddress};
use vault_sync::{REENROL_WAIT, step_after};

use super::network::network;
use super::server::{copied, login_name};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::views::{JoinRequest, RegainRequest, RegainStep, RegainView, ServerChoice, SignInView};

impl Coffer {
    /// Returns the recovery that was begun on this computer, if there is one.
    ///
    /// # Errors
    /// `recovery_damaged`, or the disk.
    pub async fn regain_status(&self) -> Result<Option<RegainView>> {
        Ok(self.regain().await?.as_ref().map(view))
    }

    /// Begins a recovery with the text of a guardian, and with a new password.
    ///
    /// # Errors
    /// `recovery_runs`, `recovery_text_invalid`, `login_invalid`, `password_too_weak`, or the disk.
    pub async fn regain_begin(&self, request: RegainRequest) -> Result<RegainView> {
        let RegainRequest { offer, login, password } = request;
        let (login, password) = (login_name(&login)?, SecretText::new(password));
        self.refuse_weak(&password, vec![login.as_str().to_owned()]).await?;
        let make_rng = self.make_rng;
        let begun = self.actor.call(move |state| {
            let (costs, _) = state.costs(make_rng);
            Ok(state.profiles.begin_regain(&offer, login, &password, costs, make_rng())?)
        });
        Ok(view(&begun.await?))
    }

    /// Adds a guardian's answer.
    ///
    /// # Errors
    /// `not_found`, `wrong_password`, `recovery_text_invalid`, `recovery_other_answer`, `recovery_false_share`, or the disk.
    pub async fn regain_answer(&self, text: String, password: SecretText) -> Result<RegainView> {
        let added = self.actor.call(move |state| {
            let mut opened = state.profiles.open_regain(&password)?;
            state.profiles.add_answer(&mut opened, &text)?;
            Ok(opened.regain)
        });
        Ok(view(&added.await?))
    }

    /// Opens the account with the answers, and registers the new password at its server.
    ///
    /// # Errors
    /// `not_found`, `wrong_password`, `guardians_lack`, `recovery_damaged`, why the server cannot be used, or the disk.
    pub async fn regain_register(&self, password: SecretText) -> Result<RegainView> {
        let make_rng = self.make_rng;
        let typed = copied(&password);
        let opened = self.actor.call(move |state| {
            let (costs, _) = state.costs(make_rng);
            Ok((state.profiles.open_regain(&typed)?, costs))
        });
        let (mut opened, costs) = opened.await?;
        if opened.regain.registration.is_none() {
            let server = server(&opened.regain).await?;
            let (parts, unlock_seed) = opened.combine(&mut make_rng())?;
            let OpenedRegain { regain, .. } = &opened;
            let (login, version) = (regain.login.clone(), regain.version());
            let new = NewRegistration { login, password, parts, unlock_seed, version, costs };
            let message = server.make_reenrolment(new, &mut make_rng()).await?;
            let step = ReenrolStep::Made { message, since: None };
            let stored = self.actor.call(move |state| {
                let made = Reenrolment { version, step };
                Ok(state.profiles.store_registration(&mut opened, made, make_rng())?)
            });
            stored.await?;
        }
        self.regain_send().await
    }

    /// Sends the registration if it is time, and returns how far it is.
    ///
    /// # Errors
    /// `not_found`, why the server cannot be used, or the disk.
    pub async fn regain_send(&self) -> Result<RegainView> {
        let before = self.regain().await?.ok_or(ErrorCode::NotFound)?;
        let Some(Reenrolment { version, step: ReenrolStep::Made { message, since } }) = &before.registration
        else {
            return Ok(view(&before));
        };
        let now = self.clock.now();
        // Sent earlier, it would begin to wait again where it was deleted.
        if since.is_some_and(|since| now.0 < since.0.saturating_add(REENROL_WAIT)) {
            return Ok(view(&before));
        }
        let sent = server(&before).await?.reenrol(message, *version, &mut (self.make_rng)()).await;
        let Some(step) = step_after(&sent, message, *since, now) else {
            sent?;
            return Ok(view(&before));
        };
        let stored = self.actor.call(move |state| Ok(state.profiles.continue_regain(&before, step)?));
        Ok(view(&stored.await?))
    }

    /// Returns the new Secret Key, so that the user can write it down.
    ///
    /// # Errors
    /// `not_found`, `wrong_password`, or the disk.
    pub async fn regain_secret_key(&self, password: SecretText) -> Result<String> {
        let opened = self.actor.call(move |state| Ok(state.profiles.open_regain(&password)?)).await?;
        Ok(opened.secret_key().to_text().expose().to_owned())
    }

    /// Makes the profile of the recovered account and opens it.
    ///
    /// # Errors
    /// `not_found`, `wrong_password`, and those of [`Coffer::account_join`].
    pub async fn regain_join(&self, password: SecretText, name: String) -> Result<SignInView> {
        let typed = copied(&password);
        let opened = self.actor.call(move |state| Ok(state.profiles.open_regain(&typed)?)).await?;
        let OpenedRegain { regain, .. } = &opened;
        let server = ServerChoice { server: connect_text(regain), key: None, network: None };
        let (login, password) = (regain.login.as_str().to_owned(), password.expose().to_owned());
        let secret_key = opened.secret_key().to_text().expose().to_owned();
        self.account_join(JoinRequest { server, login, password, secret_key, name }).await
    }

    /// Ends the recovery on this computer. What waits at the server is deleted by the account's devices only.
    ///
    /// # Errors
    /// The disk.
    pub async fn regain_end(&self) -> Result<()> {
        self.actor.call(|state| Ok(state.profiles.forget_regain()?)).await
    }

    async fn regain(&self) -> Result<Option<Regain>> {
        self.actor.call(|state| Ok(state.profiles.regain()?)).await
    }
}

fn connect_text(regain: &Regain) -> String {
    vault_sync::connect::connect_text(regain.address(), regain.issuer(), regain.key())
}

async fn server(regain: &Regain) -> Result<Server> {
    let address = ServerAddress::parse(&connect_text(regain), None)?;
    match address.find(&network(&NetworkSettings::default())?).await? {
        Found::Server(server) => Ok(*server),
        Found::Unknown(_) => Err(ErrorCode::ServerUntrusted.into()),
    }
}

fn view(regain: &Regain) -> RegainView {
    let (step, from) = match regain.registration.as_ref().map(|made| &made.step) {
        None | Some(ReenrolStep::Wanted) if regain.answered() < regain.threshold() => {
            (RegainStep::Asked, None)
        }
        None | Some(ReenrolStep::Wanted) => (RegainStep::Answered, None),
        Some(ReenrolStep::Made { since: None, .. }) => (RegainStep::Sending, None),
        Some(ReenrolStep::Made { since: Some(since), .. }) => {
            (RegainStep::Waiting, Some(since.0.saturating_add(REENROL_WAIT)))
        }
        Some(ReenrolStep::Effective) => (RegainStep::Effective, None),
        Some(ReenrolStep::Cancelled) => (RegainStep::Cancelled, None),
        Some(ReenrolStep::Superseded) => (RegainStep::Superseded, None),
        Some(ReenrolStep::Refused) => (RegainStep::Refused, None),
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    RegainView {
        address: regain.address().as_str().to_owned(),
        login: regain.login.as_str().to_owned(),
        request: regain.request_text(),
        words: regain.words().map(str::to_owned).to_vec(),
        answered: count(regain.answered()),
        threshold: count(regain.threshold()),
        step,
        from,
    }
}
