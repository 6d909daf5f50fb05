//! One open profile: everything that needs its keys.
//!
//! # Modules
//!
//! [`Session`] is the state; most modules add operations to it in `impl Session` blocks. Files use only files of their
//! own or a higher line of this list, and never each other in a circle (`crates/xtask/src/tidy/circles.rs`):
//!
//! 1. Types without a database: `error`, `notice`, `lists::query`, `items::{change, diff, progress, undo_record}`.
//! 2. `vaults::{vault, vault_metadata, log, replay, load}`: keys, members and logs of the vaults
//!    (`docs/decisions/0018-several-vaults.md`); and `rows`: single tables, without a session.
//! 3. What a session consists of: `lists::{list, search_index}`, `activity::event`, `keys::backup_keys`.
//! 4. `state`: [`Session`] itself.
//! 5. `transaction`: the only place where revisions are written
//!    (`docs/decisions/0008-how-a-profile-is-stored.md`, `docs/decisions/0020-what-a-write-and-a-page-cost.md`).
//! 6. The operations:
//!    - `items`: reading and writing items, history, files, transfer, copies of other profiles, undo
//!      (`docs/decisions/0019-undo-and-history-rules.md`, `docs/decisions/0021-documents-and-their-pictures.md`)
//!    - `lists`: pages of lists, and search (`docs/decisions/0001-search-index-in-memory.md`)
//!    - `vaults::edit`: creating, changing and deleting vaults
//!    - `keys`: password, recovery code and root key
//!      (`docs/decisions/0011-slots-codes-and-guardians.md`, `docs/decisions/0028-disks-that-fail.md`)
//!    - `retention`: rules for history and trash (`docs/decisions/0019-undo-and-history-rules.md`)
//!    - `sharing`: members of vaults, invitations, keys of epochs (`docs/decisions/0035-members.md`)
//!    - `sync`: the outbox, and what a server returns (`docs/decisions/0032-synchronization.md`)
//!    - `directory`: teams, whose groups the members of vaults follow (`docs/decisions/0036-teams.md`)
//!    - `integrity`: log replay, health check (`docs/decisions/0017-health.md`), salvage
//!      (`docs/decisions/0023-faults-and-memory.md`)
//!    - `activity`: the activity log, and the check of the clock (`docs/decisions/0027-codes-in-and-out.md`)
//!    - `settings`, and `checkpoint`, which keeps the database file unchanged for a backup
//!
//! Settings, drafts, chunk lists, boxes of keys and the generator's history are written without a `transaction`: they
//! are local to this computer and not in a log.

pub(crate) mod activity;
mod audit;
mod checkpoint;
pub(crate) mod client_state;
pub(crate) mod connection;
pub(crate) mod directory;
pub(crate) mod error;
pub(crate) mod integrity;
pub(crate) mod items;
pub(crate) mod keys;
pub(crate) mod lists;
mod network;
pub(crate) mod notice;
mod reenrolment;
pub(crate) mod retention;
pub(crate) mod rows;
pub(crate) mod settings;
pub(crate) mod sharing;
pub(crate) mod state;
pub(crate) mod sync;
pub(crate) mod transaction;
pub(crate) mod vaults;

pub use activity::clock_warning::ClockWarning;
pub use activity::event::{Event, EventKind};
pub use activity::kinds::{Activity, ActivityFilter, ActivityGroup, ActivityKind};
pub use activity::walk::ActivityWalk;
pub use audit::{Audit, AuditRead, AuditTrouble, AuditTroubleKind, AuditedReset};
pub use client_state::{OtherServerKey, OtherServerKeyChoice};
pub use connection::{DeviceLogin, ServerConnection};
pub use directory::{ConsentMade, ConsentState, GuardianError, GuardianGroup, OpenRequest, TeamRecovery};
pub use directory::{
    Deviation, DeviationKind, GroupChange, MemberState, MissingFactor, Team, TeamError, TeamGroup,
    TeamPerson, TeamPolicy, TeamVaultChange, TeamVaultInfo,
};
pub use error::{ReadOnly, SessionError, VaultReadOnly};
pub use integrity::check::CheckError;
pub use integrity::health::HealthWalk;
pub use integrity::salvage::{Losses, Salvaged};
pub use items::bulk::Bulk;
pub use items::change::{Draft, DraftId, HistoryEntry, Opened, Put, Stored, Target};
pub use items::compare::{Difference, Secrets, Side};
pub use items::diff::Change;
pub use items::files::{EarlierFile, SealedFileKey};
pub use items::profile_copy::{CopyPlan, ProfileCopied, ProfileCopy};
pub use items::progress::ItemProgress;
pub use items::redirects::LinkTarget;
pub use items::transfer::{TransferMode, TransferPlan, Transferred, TransferredItem};
pub use items::undo::{UndoProgress, UndoResult, UndoStage};
pub use items::undo_record::{Changed, UndoId};
pub use keys::{
    AccountParts, KeysError, PendingRecovery, RecoveryAfter, RootOpening, Rotation, SecretKeyAfter,
    UnlockMethod,
};
pub use lists::Selection;
pub use lists::query::{Page, Query, Row, Sidebar};
pub use network::{AuthorityFile, NetworkSettings, ProxySetting};
pub use notice::Notice;
pub use reenrolment::{ReenrolStep, Reenrolment};
pub use retention::{HistoryRetention, RemovedHistory, RetentionRules, RetentionRun};
pub use rows::freshness::Handover;
pub use rows::restoring::Restoring;
pub use sharing::{
    AnswerWaiting, ChangeProblem, ExposedItem, ExposedItems, FormerMember, Invited, InvitedVault,
    JoinFailure, Joining, LackingAnswered, MemberChange, MemberInfo, MembersError, NewInvitation,
    OpenInvitation, PendingChange, SecretKind, SharedBy, VaultMembers, VaultSharing,
};
pub(crate) use state::Parts;
pub use state::Session;
pub use sync::{
    Acknowledged, Alarm, AlarmKind, Answer, Bodies, Evidence, Founding, Freshness, LeftServer, NamedDocument,
    OtherHistory, Place, PushLimits, Received, SyncError, Unjoined, VaultSync,
};
pub use vaults::edit::{Contents, VaultAppearance, VaultInfo};
pub use vaults::only_here::VaultSize;

#[cfg(test)]
mod tests;
