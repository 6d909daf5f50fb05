//! How well the open profile is guarded: its Kit, its PIN, and what trying its password costs.

use vault_engine::KdfParams;
use vault_engine::{ProfileId, SecretText};

use crate::coffer::{Coffer, Costs, State};
use crate::error::Outcome;
use crate::views::{AppStatus, KitView, SecurityView};

impl State {
    /// What trying the password of a new profile is to cost here, and whether memory is short for it.
    pub(crate) fn costs(&self, make_rng: fn() -> vault_engine::clock::Rng) -> (KdfParams, bool) {
        match self.kdf {
            Costs::Fixed(costs) => (costs, false),
            Costs::Calibrated => {
                let found = self.profiles.calibrate(make_rng());
                (found.costs, found.short_of_memory)
            }
        }
    }

    fn security_view(&mut self) -> Outcome<SecurityView> {
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
    /// How well the open profile is guarded.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn security_get(&self) -> Outcome<SecurityView> {
        self.owner.call(State::security_view).await
    }

    /// Makes trying the password cost what fits this computer now; never less than before.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, or the disk.
    pub async fn session_strengthen(&self, password: SecretText) -> Outcome<SecurityView> {
        let make_rng = self.make_rng;
        self.owner
            .call(move |state| {
                let (costs, _) = state.costs(make_rng);
                state.ask(|session| session.strengthen(&password, costs))?;
                state.security_view()
            })
            .await
    }

    /// Compares a Secret Key, typed or scanned from the Emergency Kit, with that of the open profile; the right one confirms
    /// the Kit.
    ///
    /// # Errors
    /// `secret_key_mistyped`, `kit_of_another`, or the disk.
    pub async fn kit_check(&self, text: SecretText) -> Outcome<KitView> {
        self.owner.call(move |state| state.open()?.check_kit(&text)).await
    }

    /// Takes a PIN that opens the profile until the program ends.
    ///
    /// # Errors
    /// `wrong_password`, `retry_later`, `pin_too_short`.
    pub async fn pin_set(&self, password: SecretText, pin: SecretText) -> Outcome<SecurityView> {
        self.owner
            .call(move |state| {
                let open = state.open.as_mut().ok_or(crate::views::ErrorCode::Locked)?;
                state.profiles.set_pin(&mut open.session, &password, &pin)?;
                state.security_view()
            })
            .await
    }

    /// Forgets the PIN of the open profile.
    ///
    /// # Errors
    /// `locked`.
    pub async fn pin_forget(&self) -> Outcome<SecurityView> {
        self.owner
            .call(|state| {
                let id = state.session()?.profile().id;
                state.profiles.forget_pin(id);
                state.security_view()
            })
            .await
    }

    /// Opens a profile by its PIN.
    ///
    /// # Errors
    /// `wrong_pin`, `no_pin`, or what is wrong with the profile.
    pub async fn session_unlock_pin(&self, id: ProfileId, pin: SecretText) -> Outcome<AppStatus> {
        let make_rng = self.make_rng;
        self.open_with(move |state| Ok(state.profiles.unlock_by_pin(id, &pin, make_rng())?)).await
    }
}
