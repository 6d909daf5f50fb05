//! Checks of what is stored: log replay, salvage from a damaged database, health of secrets.

pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod salvage;
