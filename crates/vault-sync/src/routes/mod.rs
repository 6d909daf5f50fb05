//! The routes of a server, each with its messages.

mod account;
mod documents;
mod factors;
mod sign_in;
mod vaults;
