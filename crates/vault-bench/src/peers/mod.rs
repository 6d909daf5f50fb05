//! Alternatives that the engine is compared with.

pub mod bare;
pub mod blob;
mod database;
pub mod fts;
pub mod keepassxc;
