//! Accounts: what they have on this server, and how they sign in.

pub mod session;
pub mod sign_up;
