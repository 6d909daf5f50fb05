//! Attacks of a server on the logs and keys of an account, by their numbers in the threat model.

mod adopt;
mod directory;
mod entries;
mod histories;
mod invitations;
mod keys;
mod lacking;
mod members;
mod names;
mod peer;
mod pins;
mod program;
mod scene;
pub mod team;
