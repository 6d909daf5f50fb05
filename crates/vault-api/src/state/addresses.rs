//! Web addresses that are opened in the browser: how often, and which hosts the user has approved.

use std::collections::BTreeSet;
use std::time::Duration;

use vault_engine::session::Session;

use crate::error::{ErrorCode, Result};

/// The setting with the approved hosts, a JSON array.
const HOSTS: &str = "opened_hosts";
/// The most hosts that are stored; beyond them each is asked for in every session.
const MOST_HOSTS: usize = 2000;
/// The most addresses in a period.
const MOST: usize = 5;
const PERIOD: Duration = Duration::from_secs(10);

/// The addresses opened since the profile was unlocked.
#[derive(Default)]
pub(crate) struct OpenedAddresses {
    /// The times of the last ones on the steady clock, oldest first.
    times: Vec<Duration>,
    /// Approved hosts that could not be stored.
    hosts: BTreeSet<String>,
}

impl OpenedAddresses {
    /// Counts an address. Fails with `too_many_addresses` if there were five in ten seconds: a user opens fewer, and a
    /// page that was taken over could send a secret bit by bit.
    pub(crate) fn count(&mut self, now: Duration) -> Result<()> {
        self.times.retain(|time| now.saturating_sub(*time) < PERIOD);
        if self.times.len() >= MOST {
            return Err(ErrorCode::TooManyAddresses.into());
        }
        self.times.push(now);
        Ok(())
    }

    /// Returns whether the user has approved a host.
    pub(crate) fn is_approved(&self, session: &Session, host: &str) -> Result<bool> {
        Ok(self.hosts.contains(host) || stored(session)?.contains(host))
    }

    /// Approves a host, for this session if it cannot be stored.
    pub(crate) fn approve(&mut self, session: &mut Session, host: String) {
        let mut hosts = stored(session).unwrap_or_default();
        hosts.insert(host.clone());
        let text = serde_json::to_string(&hosts).unwrap_or_default();
        if hosts.len() > MOST_HOSTS || session.set_setting(HOSTS, &text).is_err() {
            self.hosts.insert(host);
        }
    }
}

fn stored(session: &Session) -> Result<BTreeSet<String>> {
    let text = session.setting(HOSTS)?.unwrap_or_default();
    Ok(serde_json::from_str(&text).unwrap_or_default())
}
