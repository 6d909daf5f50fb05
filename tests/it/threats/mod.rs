//! Attacks of a server on the logs and keys of an account, by their numbers in the threat model.

mod entries;
mod histories;
mod keys;
mod program;
mod scene;
