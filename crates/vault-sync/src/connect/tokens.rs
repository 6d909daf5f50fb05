//! Where refresh tokens are kept.

use std::sync::{Arc, Mutex, PoisonError};

use vault_crypto::DeviceSigner;
use vault_engine::session::DeviceLogin;
use vault_wire::message::Credential;

use crate::cycle::Profile;
use crate::session::{NotSaved, Saving, TokenStore};

/// Keeps the token of a session for which there is no profile yet.
#[derive(Default)]
pub(super) struct MemoryTokens(Mutex<Option<Credential<64>>>);

impl MemoryTokens {
    pub(super) fn take(&self) -> Option<Credential<64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl TokenStore for MemoryTokens {
    fn save<'a>(&'a self, refresh: &'a Credential<64>) -> Saving<'a> {
        let copied = Credential::new(refresh.expose()).map_err(|_| NotSaved);
        let saved = copied.map(|token| {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        });
        Box::pin(std::future::ready(saved))
    }
}

/// Keeps the token of a device's session in its profile.
pub(crate) struct ProfileTokens<P> {
    pub(crate) profile: P,
    pub(crate) device: Arc<DeviceSigner>,
}

impl<P: Profile + Send> TokenStore for ProfileTokens<P> {
    fn save<'a>(&'a self, refresh: &'a Credential<64>) -> Saving<'a> {
        Box::pin(async move {
            let token = Credential::new(refresh.expose()).map_err(|_| NotSaved)?;
            let login = DeviceLogin { device: self.device.clone(), refresh: Some(token) };
            let stored = self.profile.with(move |session| session.set_device_login(&login)).await;
            stored.map_err(|_| NotSaved)?.map_err(|_| NotSaved)
        })
    }
}
