//! Login sessions.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A login session of the account, as the server states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LoginView {
    /// Its id.
    pub id: String,
    /// The name of its device; empty if it has none that opens.
    pub device: String,
    /// Whether it is this program's.
    pub current: bool,
    /// When it began, in milliseconds since 1970, by the server's clock.
    #[ts(type = "number")]
    pub begun_at: u64,
    /// When it was last used, in milliseconds since 1970, by the server's clock.
    #[ts(type = "number")]
    pub used_at: u64,
}
