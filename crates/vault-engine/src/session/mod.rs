//! One open profile: everything that needs its keys.
//!
//! [`Session`] is the state (`state`); the folders add its operations. `rows` reads and writes single tables, `transaction`
//! is the one way in which anything is written.

pub(crate) mod activity;
mod checkpoint;
pub(crate) mod error;
pub(crate) mod integrity;
pub(crate) mod items;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod notice;
pub(crate) mod retention;
pub(crate) mod rows;
pub(crate) mod settings;
pub(crate) mod state;
pub(crate) mod transaction;
pub(crate) mod vaults;

pub use activity::clock_doubt::ClockDoubt;
pub use activity::event::{Event, EventKind};
pub use error::{ReadOnly, SessionError};
pub use integrity::check::CheckError;
pub use integrity::health::HealthWalk;
pub use integrity::salvage::{Losses, Saved};
pub use items::bulk::{Bulk, Changed, ItemProgress};
pub use items::change::{Draft, DraftId, HistoryEntry, Opened, Put, Stored, Target};
pub use items::compare::{Difference, Secrets, Side};
pub use items::diff::Change;
pub use items::files::{EarlierFile, SealedFileKey};
pub use items::redirects::Linked;
pub use items::transfer::{Carried, Carry, Plan, Transferred};
pub use items::undo::{UndoId, UndoProgress, Undoing, Undone};
pub use keys::{KeysError, PendingRecovery, Rotation, SecretKeyAfter, WayIn};
pub use lists::query::{Page, Query, Row, Sidebar};
pub use notice::Notice;
pub use retention::{Keep, Removed, Rules, RulesWalk};
pub(crate) use state::Parts;
pub use state::Session;
pub use vaults::edit::{Contents, VaultInfo, VaultLook};
