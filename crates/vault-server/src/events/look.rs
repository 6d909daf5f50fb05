//! Looking at changes, one after the other.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::clock::Clock;
use crate::hints::{Change, Hints};
use crate::log::{LogError, Logs};
use crate::store::Store;

/// After a failure of the database, a pause.
const PAUSE: Duration = Duration::from_secs(1);

/// What looking needs.
#[derive(Clone)]
pub struct Events {
    /// The streams.
    pub hints: Hints,
    /// The database.
    pub store: Store,
    /// The logs of vaults.
    pub logs: Logs,
    /// The time.
    pub clock: Clock,
}

impl Events {
    /// Looks at changes, keeps streams open, and listens to other nodes, until it is dropped.
    pub async fn run(self) {
        let hub = self.hints.hub();
        let ticks = async {
            let mut seconds = interval(Duration::from_secs(1));
            seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                seconds.tick().await;
                hub.tick();
            }
        };
        // Several at once, since each waits for the database.
        let look = || self.look_on();
        tokio::join!(ticks, self.hints.nodes().listen(hub.clone()), look(), look(), look(), look());
    }

    async fn look_on(&self) {
        loop {
            let change = self.hints.hub().next().await;
            if let Err(error) = self.look(change).await {
                tracing::warn!(%error, "no hints, since the database fails");
                sleep(PAUSE).await;
                self.hints.hub().note(change);
            }
        }
    }

    async fn look(&self, change: Change) -> Result<(), LogError> {
        match change {
            Change::Vault(vault) => self.look_at_vault(vault).await,
            Change::Beside(vault) => {
                self.hints.hub().repeat(vault);
                Ok(())
            }
            Change::Account(account) => self.look_at_account(account).await,
        }
    }
}
