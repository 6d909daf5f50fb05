//! The account of the open profile at its server: devices, the second factor, the password.

use std::sync::Arc;

use vault_engine::MemberRole;
use vault_engine::SecretText;
use vault_sync::connect::{Connected, PasswordChange, Renewed};
use vault_sync::message::{Credential, Device, DeviceId, LogoutScope, TotpConfirm};
use vault_sync::{ProblemCode, SecretKey, Session};

use super::otp_export::drawn;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::state::Open;
use crate::views::{
    DeviceView, FactorCodesView, FactorOfferView, FactorsView, LeavingView, LostDeviceRequest, SyncView,
    count,
};

impl Coffer {
    /// Lists the account's devices.
    ///
    /// # Errors
    /// `not_connected`, or why the server cannot be used.
    pub async fn device_list(&self) -> Result<Vec<DeviceView>> {
        let session = self.online()?;
        self.devices(&session).await
    }

    /// Revokes a device: it can no longer sign in or synchronize. `code` is that of a second factor.
    ///
    /// # Errors
    /// `not_found`, `sign_in_refused`, `second_factor_needed`, or why the server cannot be used.
    pub async fn device_revoke(
        &self,
        device: String,
        password: SecretText,
        code: Option<SecretText>,
    ) -> Result<Vec<DeviceView>> {
        let device: DeviceId = device.parse().map_err(|_| ErrorCode::NotFound)?;
        let done = self.just_signed_in(&password, code.as_ref()).await?;
        let statement = self.read(move |session| Ok(session.revoke_device(device, false))).await?;
        let revoked = done.session().revoke_device(&device, &statement).await;
        let listed = match revoked {
            Ok(()) => self.devices(done.session()).await,
            Err(error) => Err(error.into()),
        };
        leave(done.session()).await;
        listed
    }

    /// Returns whether the account has a second factor.
    ///
    /// # Errors
    /// `not_connected`, or why the server cannot be used.
    pub async fn factor_status(&self) -> Result<FactorsView> {
        factors(&*self.online()?).await
    }

    /// Asks for a secret for one-time codes. It takes effect with [`Coffer::factor_confirm`], within five minutes.
    ///
    /// # Errors
    /// `sign_in_refused`, `second_factor_needed`, or why the server cannot be used.
    pub async fn factor_begin(
        &self,
        password: SecretText,
        code: Option<SecretText>,
    ) -> Result<FactorOfferView> {
        let done = self.just_signed_in(&password, code.as_ref()).await?;
        let login = done.connection.login.as_str().to_owned();
        let offered = done.session().offer_totp().await?;
        let secret = offered.secret.expose().to_owned();
        let address = SecretText::new(format!(
            "otpauth://totp/Coffer:{}?secret={secret}&issuer=Coffer",
            escaped(&login)
        ));
        let qr = drawn(&address)?;
        *self.offer.lock().await = Some(done.into_session());
        Ok(FactorOfferView { secret, qr })
    }

    /// Puts the secret into force by a code of it, and returns recovery codes, which are shown once.
    ///
    /// # Errors
    /// `not_found` without such a secret; `sign_in_refused` for a wrong code, another may follow.
    pub async fn factor_confirm(&self, code: SecretText) -> Result<FactorCodesView> {
        let code = code.expose().chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let code = Credential::new(&code).map_err(|_| ErrorCode::SignInRefused)?;
        let mut offer = self.offer.lock().await;
        let session = offer.as_ref().ok_or(ErrorCode::NotFound)?;
        let codes = session.confirm_totp(&TotpConfirm { code }).await?;
        leave(session).await;
        *offer = None;
        Ok(FactorCodesView { codes: codes.codes.iter().map(|code| code.expose().to_owned()).collect() })
    }

    /// Removes the second factor.
    ///
    /// # Errors
    /// `sign_in_refused`, `second_factor_needed`, or why the server cannot be used.
    pub async fn factor_remove(&self, password: SecretText, code: Option<SecretText>) -> Result<FactorsView> {
        let done = self.just_signed_in(&password, code.as_ref()).await?;
        done.session().remove_totp().await?;
        let view = factors(done.session()).await;
        leave(done.session()).await;
        view
    }

    /// Returns what is only at the server, and would be lost here without it; and which vaults have other members.
    ///
    /// # Errors
    /// `not_connected`, or the disk.
    pub async fn account_leaving(&self) -> Result<LeavingView> {
        self.read(leaving).await
    }

    /// Makes the open profile local again. The account stays at its server, and the login session there ends if it can be reached.
    ///
    /// # Errors
    /// `not_connected`, or the disk.
    pub async fn account_leave(&self) -> Result<SyncView> {
        self.read(|session| Ok(session.connection()?.map(drop).ok_or(ErrorCode::NotConnected)?)).await?;
        let session = self.sync.session();
        self.sync.stop();
        if let Some(session) = session {
            leave(&session).await;
        }
        self.make_local().await
    }

    /// Deletes the account of the open profile at its server, with everything there. The profile stays and becomes local. `login` is
    /// the account's, typed to confirm it, `code` that of a second factor.
    ///
    /// # Errors
    /// `login_invalid` if another one was typed; `sign_in_refused`, `second_factor_needed`, or why the server cannot be used. If its
    /// answer was lost, it may be deleted nevertheless: then signing in is refused, and [`Coffer::account_leave`] remains.
    pub async fn account_delete(
        &self,
        login: String,
        password: SecretText,
        code: Option<SecretText>,
    ) -> Result<SyncView> {
        let typed = login.trim().to_lowercase();
        self.read(move |session| {
            let connection = session.connection()?.ok_or(ErrorCode::NotConnected)?;
            if connection.login.as_str() != typed {
                return Err(ErrorCode::LoginInvalid.into());
            }
            // What others share would have nobody left who may change its managers or close it.
            if session.solely_owned()?.is_empty() { Ok(()) } else { Err(ErrorCode::LastOwner.into()) }
        })
        .await?;
        let done = self.just_signed_in(&password, code.as_ref()).await?;
        // Nothing is sent meanwhile.
        self.sync.stop();
        if let Err(error) = done.session().delete_account().await {
            leave(done.session()).await;
            self.start_sync().await?;
            return Err(error.into());
        }
        self.make_local().await
    }

    async fn make_local(&self) -> Result<SyncView> {
        self.read(|session| Ok(session.leave_server()?)).await?;
        self.sync.stop();
        self.sync_status().await
    }

    /// Changes the password of the account and of the open profile.
    pub(super) async fn change_account_password(
        &self,
        current: SecretText,
        new: SecretText,
        code: Option<SecretText>,
    ) -> Result<()> {
        let done = self.just_signed_in(&current, code.as_ref()).await?;
        self.replace_password(done, current, new).await
    }

    /// What to do when a device was lost while it was unlocked: revokes it as one whose keys somebody may have, and gives account and
    /// open profile another password, identity and unlock seed, which ends all other sessions. The vaults get the identity with the
    /// next synchronization, and then keys that the earlier one does not open. `code` is that of a second factor.
    ///
    /// If it ends in between, the device is revoked and all else is as before, or the account alone has what is new: then signing in
    /// gives it to the profile.
    ///
    /// # Errors
    /// `not_found`, `password_too_weak`, `sign_in_refused`, `second_factor_needed`, or why the server cannot be used.
    pub async fn device_lost(&self, request: LostDeviceRequest) -> Result<Vec<DeviceView>> {
        let LostDeviceRequest { device, password, new_password, code } = request;
        let (current, new) = (SecretText::new(password), SecretText::new(new_password));
        let code = code.map(SecretText::new);
        let device: DeviceId = device.parse().map_err(|_| ErrorCode::NotFound)?;
        self.refuse_weak(&new, Vec::new()).await?;
        let done = self.just_signed_in(&current, code.as_ref()).await?;
        let statement = self.read(move |session| Ok(session.revoke_device(device, true))).await?;
        match done.session().revoke_device(&device, &statement).await {
            // After an interruption it is revoked already.
            Err(error) if error.code() == Some(ProblemCode::NotFound) => {}
            revoked => revoked?,
        }
        let listed = self.devices(done.session()).await?;
        self.renew_account(done, current, new).await?;
        Ok(listed)
    }

    /// Gives account and profile another password, identity and unlock seed.
    async fn renew_account(&self, done: Connected, current: SecretText, new: SecretText) -> Result<()> {
        let change = self.password_change(&current, &new).await?;
        let mut rng = (self.make_rng)();
        let Renewed { connection, keyset, certificate } =
            done.renew(change, self.clock.now().0, &mut rng).await?;
        if let Ok(device) = self.actor.call(|state| Ok(state.device.clone())).await {
            // Without a name it is listed by its times.
            let _ = done.name_device_for(&connection.unlock_seed, &SecretText::new(device), &mut rng).await;
        }
        self.sync.stop();
        let Connected { login, account, .. } = done;
        self.actor
            .call(move |state| {
                let Open { session, .. } = state.open.as_mut().ok_or(ErrorCode::Locked)?;
                let known = session.connection()?.ok_or(ErrorCode::NotConnected)?.unlock_seed;
                let secret_key = session.secret_key()?;
                let seeds = (&known, &connection.unlock_seed);
                state.profiles.adopt_account(session, &new, &account.root, seeds, &secret_key)?;
                session.adopt_identity(&new, keyset, certificate)?;
                session.set_connection(&connection)?;
                Ok(session.set_device_login(&login)?)
            })
            .await?;
        self.start_sync().await?;
        // The home vault can be written again once its log has the identity. If the server cannot be reached, that comes later.
        let mut attempts = self.sync.attempts();
        while !self.is_home_writable().await? && self.sync.attempted(&mut attempts).await {}
        Ok(())
    }

    async fn is_home_writable(&self) -> Result<bool> {
        self.read(|session| {
            let home = session.vaults()?.into_iter().find(|vault| vault.home);
            Ok(home.is_none_or(|home| home.read_only.is_none()))
        })
        .await
    }

    /// A change of the account's password alone, made of that of the profile, which is checked first.
    async fn password_change(&self, current: &SecretText, new: &SecretText) -> Result<PasswordChange> {
        let (typed, new) = (SecretText::from(current.expose()), SecretText::from(new.expose()));
        self.actor
            .call(move |state| {
                state.ask(|session| session.check_password(&typed))?;
                let session = state.session()?;
                Ok(PasswordChange {
                    new,
                    secret_key: session.secret_key()?,
                    costs: session.password_costs()?,
                })
            })
            .await
    }

    async fn replace_password(&self, done: Connected, current: SecretText, new: SecretText) -> Result<()> {
        let change = self.password_change(&current, &new).await?;
        let mut rng = (self.make_rng)();
        let connection = done.change_password(change, &mut rng).await?;
        self.actor
            .call(move |state| {
                state.ask(|session| session.change_password(&current, &new))?;
                Ok(state.session()?.set_connection(&connection)?)
            })
            .await?;
        // The change has ended all other sessions, that of this profile too: it continues with the new one.
        self.continue_with(done).await
    }

    /// Changes password and Secret Key of the account and of the open profile, in this order. The new Secret Key is stored before it is
    /// sent: if this ends in between, signing in finds out which one the account has.
    pub(super) async fn change_account_keys(
        &self,
        current: SecretText,
        change: AccountChange,
        code: Option<SecretText>,
    ) -> Result<()> {
        let AccountChange { new, new_secret_key, recovery_code } = change;
        let typed = SecretText::from(current.expose());
        let costs = self
            .actor
            .call(move |state| {
                state.ask(|session| match &recovery_code {
                    Some(code) => session.check_recovery_code(&typed, code),
                    None => session.check_password(&typed),
                })?;
                Ok(state.session()?.password_costs()?)
            })
            .await?;
        let done = self.just_signed_in(&current, code.as_ref()).await?;
        let secret_key = self
            .read(move |session| match new_secret_key {
                true => Ok(session.offer_secret_key()?),
                false => Ok(session.secret_key()?),
            })
            .await?;
        let made_of = PasswordChange {
            new: SecretText::from(new.expose()),
            secret_key: SecretKey::from_bytes(secret_key.expose_bytes()),
            costs,
        };
        let connection = done.change_password(made_of, &mut (self.make_rng)()).await?;
        self.sync.stop();
        let Connected { login, account, .. } = done;
        self.actor
            .call(move |state| {
                let Open { session, .. } = state.open.as_mut().ok_or(ErrorCode::Locked)?;
                let known = session.connection()?.ok_or(ErrorCode::NotConnected)?.unlock_seed;
                let seeds = (&known, &connection.unlock_seed);
                state.profiles.adopt_account(session, &new, &account.root, seeds, &secret_key)?;
                if new_secret_key {
                    session.forget_kit()?;
                    session.withdraw_secret_key()?;
                }
                session.set_connection(&connection)?;
                // The change has ended all other sessions, that of this profile too: it continues with the new one.
                Ok(session.set_device_login(&login)?)
            })
            .await?;
        self.start_sync().await
    }

    /// The login session of the open profile.
    pub(super) fn online(&self) -> Result<Arc<Session>> {
        self.sync.session().ok_or_else(|| ErrorCode::ServerUnreachable.into())
    }

    pub(super) async fn devices(&self, session: &Session) -> Result<Vec<DeviceView>> {
        let listed = session.devices().await?.devices.into_vec();
        self.read(move |profile| {
            let connection = profile.connection()?.ok_or(ErrorCode::NotConnected)?;
            let account = profile.account();
            let name = |device: &Device| {
                let sealed = device.label.as_ref()?.as_slice();
                connection.unlock_seed.open_device_label(&account, &device.device_id, sealed).ok()
            };
            let view = |device: Device| DeviceView {
                name: name(&device).map(|name| name.expose().to_owned()).unwrap_or_default(),
                id: device.device_id.to_string(),
                current: device.current,
                added_at: device.added_at,
                seen_at: device.seen_at,
            };
            Ok(listed.into_iter().map(view).collect())
        })
        .await
    }
}

/// What the account and the open profile get instead.
pub(super) struct AccountChange {
    /// The password, which may be the same.
    pub(super) new: SecretText,
    /// Whether they get another Secret Key.
    pub(super) new_secret_key: bool,
    /// The recovery code of the profile, if it is to stay.
    pub(super) recovery_code: Option<SecretText>,
}

/// What is only at the server of the open profile.
pub(super) fn leaving(session: &mut vault_engine::session::Session) -> Result<LeavingView> {
    session.connection()?.ok_or(ErrorCode::NotConnected)?;
    let (mut documents, mut shared) = (0, Vec::new());
    for vault in session.vaults()? {
        documents += session.missing_documents(vault.id)?.len();
        if vault.sharing.members > 1 || vault.sharing.role != Some(MemberRole::Owner) {
            shared.push(vault.appearance.name);
        }
    }
    let vaults = session.unjoined()?.len() + session.joining()?.len();
    let owned = session.solely_owned()?;
    Ok(LeavingView { documents: count(documents), vaults: count(vaults), shared, owned })
}

async fn factors(session: &Session) -> Result<FactorsView> {
    let state = session.factors().await?;
    Ok(FactorsView { totp: state.totp, recovery_left: state.recovery_left })
}

/// Ends a session that was made for one change. Without its token nobody can use it.
pub(super) async fn leave(session: &Session) {
    let _ = session.log_out(LogoutScope::This).await;
}

/// A text in an address.
fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
