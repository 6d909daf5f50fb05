//! What programs say to a server, and what it answers.

pub mod account;
pub mod vault;
