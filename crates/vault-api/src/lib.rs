//! What Coffer can do, as use-cases that the desktop application and other front ends call.
//!
//! [`Coffer`] is the program without its window: a handle with one method for each command. One thread owns the open
//! profile; everything that takes long runs beside it and tells its progress as a job. Types in [`views`] are what
//! crosses into the interface; they hold no secret except where a use-case was asked to reveal one.

mod app;
mod backups;
mod bulk;
mod code_pictures;
mod codes_out;
mod coffer;
mod document_rules;
mod documents;
mod drafts;
mod error;
mod events;
mod failure;
mod gate;
mod health;
mod imports;
mod item_draft;
mod item_view;
mod items;
mod jobs;
mod keys;
mod kit;
mod list_view;
mod pictures;
mod places;
mod repair;
mod secrets;
mod security;
mod session;
mod ssh_keys;
mod thread;
mod tools;
mod typing;
mod vaults;
pub mod views;

pub use code_pictures::{Dropped, codes_in_text};
pub use coffer::{Coffer, Costs, Setup};
pub use error::{ErrorText, Outcome, error_text};
pub use events::{Event, EventSink};
pub use secrets::CopyRole;
pub use ssh_keys::KeySource;
pub use tools::strength_measure;

pub use vault_engine::backup::RestoreAs;
pub use vault_engine::health::{Prefix, RangeSource, RangeUnavailable};
pub use vault_engine::item::FieldId;
pub use vault_engine::session::{DraftId, UndoId};
pub use vault_engine::{BlobId, IdError, ItemId, ProfileId, RevHash, SecretText, VaultId};

/// What a front end needs to make a [`Setup`].
pub mod start {
    pub use vault_engine::KdfParams;
    pub use vault_engine::clock::{Clock, SystemClock, system_rng};
    pub use vault_engine::disk::Places;
    pub use vault_engine::profile::{Keychain, NoKeychain, Profiles, SystemKeychain};
    pub use vault_preview::Renderer;
}
