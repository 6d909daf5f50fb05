//! The protection of the open profile: its Emergency Kit, its PIN, and the cost of checking its password.

use vault_engine::{ProfileId, SecretText};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::state::State;
use crate::views::{AppStatus, KitView, SecurityView};

impl State {
    fn security_view(&mut self) -> Result<SecurityView> {
        let session = self.session()?;
        let (id, costs) = (session.profile().id, session.password_costs()?);
        Ok(SecurityView {
            recovery_code: session.has_recovery_code()?,
            kit_confirmed: session.kit_confirmed()?,
            memory_mib: costs.memory_kib() / 1024,
            passes: costs.passes(),
            lanes: costs.lanes(),
            stronger_due: session.costs_are_low()?,
            pin: self.profiles.has_pin(id),
        })
    }
}

impl Coffer {
    /// Returns how the open profile is protected.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn security_get(&self) -> Result<SecurityView> {
        self.actor.call(State::security_view).await
    }

    /// Raises the cost of checking the password to what fits this computer; it never falls.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn session_strengthen(&self, password: SecretText) -> Result<SecurityView> {
        let make_rng = self.make_rng;
        self.actor
            .call(move |state| {
                let (costs, _) = state.costs(make_rng);
                state.ask(|session| session.strengthen(&password, costs))?;
                state.security_view()
            })
            .await
    }

    /// Compares a Secret Key, typed or scanned from the Emergency Kit, with that of the open profile. The right one confirms
    /// the Kit.
    ///
    /// # Errors
    /// `secret_key_mistyped`, `kit_of_another`, or the disk.
    pub async fn kit_check(&self, text: SecretText) -> Result<KitView> {
        self.actor.call(move |state| state.open()?.check_kit(&text)).await
    }

    /// Sets a PIN that opens the profile until the program ends.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `pin_too_short`.
    pub async fn pin_set(&self, password: SecretText, pin: SecretText) -> Result<SecurityView> {
        self.actor
            .call(move |state| {
                let open = state.open.as_mut().ok_or(ErrorCode::Locked)?;
                state.profiles.set_pin(&mut open.session, &password, &pin)?;
                state.security_view()
            })
            .await
    }

    /// Removes the PIN of the open profile.
    ///
    /// # Errors
    /// `locked`.
    pub async fn pin_forget(&self) -> Result<SecurityView> {
        self.actor
            .call(|state| {
                let id = state.session()?.profile().id;
                state.profiles.forget_pin(id);
                state.security_view()
            })
            .await
    }

    /// Opens a profile with its PIN.
    ///
    /// # Errors
    /// `wrong_pin`, `no_pin`, or what is wrong with the profile.
    pub async fn session_unlock_pin(&self, id: ProfileId, pin: SecretText) -> Result<AppStatus> {
        let make_rng = self.make_rng;
        self.open_with(move |state| Ok(state.profiles.unlock_by_pin(id, &pin, make_rng())?)).await
    }
}
