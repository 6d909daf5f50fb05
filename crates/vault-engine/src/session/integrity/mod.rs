//! Whether what is stored is whole: replaying logs, reading a damaged database, checking the health of secrets.

pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod salvage;
