//! The vaults of a profile: their keys and logs, and their names.

pub(crate) mod authority;
pub(crate) mod edit;
mod ending;
mod load;
pub(crate) mod log;
pub(crate) mod only_here;
pub(crate) mod past;
pub(crate) mod replay;
pub(crate) mod stored_roster;
pub(crate) mod update;
pub(crate) mod vault;
pub(crate) mod vault_metadata;
