//! The login sessions of the account.

use std::collections::BTreeMap;

use vault_sync::Session;
use vault_sync::message::SessionId;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::views::LoginView;

impl Coffer {
    /// Lists the account's login sessions: this one, then those that were used last.
    ///
    /// # Errors
    /// `not_connected`, or why the server cannot be used.
    pub async fn login_list(&self) -> Result<Vec<LoginView>> {
        let session = self.online()?;
        self.logins(&session).await
    }

    /// Ends another login session; all others if none is named. Its device keeps what it has, and must sign in again.
    ///
    /// # Errors
    /// `not_found` if it is the id of none, or why the server cannot be used.
    pub async fn login_end(&self, login: Option<String>) -> Result<Vec<LoginView>> {
        let login: Option<SessionId> =
            login.map(|login| login.parse()).transpose().map_err(|_| ErrorCode::NotFound)?;
        let session = self.online()?;
        session.end_sessions(login.as_ref()).await?;
        self.logins(&session).await
    }

    async fn logins(&self, session: &Session) -> Result<Vec<LoginView>> {
        let devices = self.devices(session).await?.into_iter();
        let names: BTreeMap<String, String> = devices.map(|device| (device.id, device.name)).collect();
        let sessions = session.sessions().await?.sessions.into_vec().into_iter();
        let view = sessions.map(|session| LoginView {
            id: session.session_id.to_string(),
            device: names.get(&session.device_id.to_string()).cloned().unwrap_or_default(),
            current: session.current,
            begun_at: session.begun_at,
            used_at: session.used_at,
        });
        let mut logins: Vec<_> = view.collect();
        logins.sort_by_key(|login| (!login.current, std::cmp::Reverse(login.used_at)));
        Ok(logins)
    }
}
