//! The sync server, `coffer-server`: it stores accounts and logs, checks who may do what, and can read none of it.

pub mod log;
pub mod store;
