//! The use-cases of Coffer, which the desktop application and other front ends call.
//!
//! [`Coffer`] is the program without its window: a handle with one method for each command. One thread owns the open
//! profile; long work runs beside it as a job with progress. The types in [`views`] cross into the interface.
//!
//! Layers, each of which uses only those below:
//!
//! - `commands`: the use-cases, one file for each domain, and the list of all commands
//! - `coffer`: the handle; `form`: applies a form to an item
//! - `sync`: synchronization in the background
//! - `state`: what the profile thread owns
//! - `jobs`, `actor`, `key_guard`, `search_generation`, `previews`, `worker`, `events`: how work runs
//! - `location`: where the profiles are
//! - `views`: types for the interface, with their conversions
//! - `error`: codes and their sentences

mod actor;
mod coffer;
mod commands;
mod error;
mod events;
mod files;
mod form;
mod jobs;
mod key_guard;
mod location;
mod otp_text;
mod previews;
mod search_generation;
mod state;
mod sync;
mod tokens;
pub mod views;
mod worker;

pub use coffer::{Coffer, Setup};
pub use commands::{
    CopyRole, DocumentInput, DocumentOutput, DocumentTarget, Dropped, KeySource, WebAddress, codes_in_text,
    join_code_in_text,
};
pub use error::{ErrorCode, ErrorText, ErrorView, HolderView, InputProblem, Result, error_text};
pub use events::{Event, EventSink};
pub use state::Costs;

pub use vault_engine::backup::RestoreAs;
pub use vault_engine::document::{Existing, PendingFile};
pub use vault_engine::health::{Prefix, RangeSource, RangeUnavailable};
pub use vault_engine::item::FieldId;
pub use vault_engine::session::{DraftId, UndoId};
pub use vault_engine::{BlobId, IdError, ItemId, ProfileId, RevHash, SecretText, VaultId};

/// The types that a front end needs to make a [`Setup`].
pub mod start {
    pub use crate::location::{DataLocation, device_name};
    pub use vault_engine::KdfParams;
    pub use vault_engine::clock::{Clock, SystemClock, system_rng};
    pub use vault_engine::disk::AppDirs;
    pub use vault_engine::profile::{Keychain, NoKeychain, Profiles, SystemKeychain};
    pub use vault_otp::qr::is_decoding;
    pub use vault_preview::Renderer;
}
