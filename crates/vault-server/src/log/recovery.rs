//! Recovery: the time after a restore in which lost entries may be sent again.

use super::{LogError, Logs};
use crate::store::{Row, ServerKey, Sql, StoreError, Tx, View};
use crate::values;

/// The longest recovery, in milliseconds: 30 days.
pub(super) const LONGEST: u64 = 30 * 24 * 60 * 60 * 1000;

/// The name of the row.
pub(super) const NAME: &str = "recovery";

const READ: Sql<ServerKey> = Sql::new("SELECT epoch, until FROM recovery WHERE name = $1");
const WRITE: Sql<ServerKey> = Sql::new(
    "INSERT INTO recovery (name, epoch, until) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, until = excluded.until",
);

/// The state of the server's recovery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Counts recoveries.
    pub epoch: u64,
    /// When the last one ends or ended, in milliseconds since 1970.
    pub until: u64,
}

impl Recovery {
    /// Whether recovery lasts at this time.
    #[must_use]
    pub const fn lasts_at(&self, at: u64) -> bool {
        at < self.until
    }
}

impl Logs {
    /// Reads the state of recovery.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn recovery(&self) -> Result<Recovery, StoreError> {
        of_row(self.store.server(NAME).first(&READ, &[]).await?)
    }

    /// Begins a recovery with the next epoch. It ends at `until`, in 30 days at most.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn begin_recovery(&self, at: u64, until: u64) -> Result<Recovery, StoreError> {
        self.begin(at, until, 0).await
    }

    /// Begins the longest recovery after a restore.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn begin_recovery_of_a_copy(&self, at: u64) -> Result<Recovery, StoreError> {
        self.begin(at, u64::MAX, least_after_loss(at)).await
    }

    async fn begin(&self, at: u64, until: u64, least: u64) -> Result<Recovery, StoreError> {
        let until = until.min(at.saturating_add(LONGEST));
        self.store.server(NAME).run(|tx| async move { begin(&tx, until, least).await }).await
    }

    /// Ends recovery.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn end_recovery(&self, at: u64) -> Result<Recovery, StoreError> {
        let end = self.store.server(NAME).run(|tx| async move {
            let before = read(&tx).await?;
            write(&tx, Recovery { until: before.until.min(at), ..before }).await
        });
        end.await
    }

    /// Lets changes through unless recovery lasts.
    ///
    /// # Errors
    /// [`LogError::ReadOnly`].
    pub(super) async fn refuse_in_recovery(&self, at: u64) -> Result<(), LogError> {
        let recovery = self.recovery().await?;
        if !recovery.lasts_at(at) {
            return Ok(());
        }
        let seconds = (recovery.until - at).div_ceil(1000);
        Err(LogError::ReadOnly(u32::try_from(seconds).unwrap_or(u32::MAX)))
    }
}

/// An epoch above those of recoveries that began before and are lost with the last writes: the seconds since 1970, since no
/// server begins more than one a second.
pub(super) const fn least_after_loss(at: u64) -> u64 {
    at / 1000
}

/// Begins a recovery with the next epoch, at least this one.
///
/// # Errors
/// See [`StoreError`].
pub(super) async fn begin(tx: &Tx<ServerKey>, until: u64, least: u64) -> Result<Recovery, StoreError> {
    let epoch = (read(tx).await?.epoch + 1).max(least);
    write(tx, Recovery { epoch, until }).await
}

async fn read(view: &View<ServerKey>) -> Result<Recovery, StoreError> {
    of_row(view.first(&READ, &[]).await?)
}

fn of_row(row: Option<Row>) -> Result<Recovery, StoreError> {
    row.map_or(Ok(Recovery::default()), |row| Ok(Recovery { epoch: row.get(0)?, until: row.get(1)? }))
}

async fn write(tx: &Tx<ServerKey>, recovery: Recovery) -> Result<Recovery, StoreError> {
    tx.execute(&WRITE, values![recovery.epoch, recovery.until]).await?;
    Ok(recovery)
}
