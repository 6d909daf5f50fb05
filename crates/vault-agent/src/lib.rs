//! The socket by which other programs of the user reach the profile that one program has open.
//!
//! One program at a time has a profile open: the desktop, or an agent that `coffer unlock` starts. It serves a Unix socket
//! at the [`Location`] of its data folder, and answers [`Request`](protocol::Request)s of the same user's programs over the handle of
//! `vault-api`; there is no second way into the engine.
//!
//! - `reference`: addresses of values, `coffer://vault/item/field`
//! - `protocol`: what is said over the socket; `frame`: how it is written
//! - `location`: where the socket is; `claim`: the right to listen there
//! - `suspend`: the computer goes to sleep, or its screen is locked
//! - `peer`: which program is at the other end
//! - `host`, `server`, `answers`, `documents`, `transfers`, `timed`: the listening program; `client`: the asking one

pub mod frame;
pub mod protocol;
mod reference;
#[cfg(target_os = "linux")]
pub mod suspend;

#[cfg(target_os = "linux")]
mod answers;
#[cfg(target_os = "linux")]
mod claim;
#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod documents;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod location;
#[cfg(target_os = "linux")]
mod peer;
#[cfg(target_os = "linux")]
mod server;
#[cfg(target_os = "linux")]
mod timed;
#[cfg(target_os = "linux")]
mod transfers;

pub use reference::{Reference, ReferenceError};

#[cfg(target_os = "linux")]
pub use claim::{Claim, ClaimError, Others};
#[cfg(target_os = "linux")]
pub use client::{Client, ClientError};
#[cfg(target_os = "linux")]
pub use host::{Host, Permission};
#[cfg(target_os = "linux")]
pub use location::Location;
#[cfg(target_os = "linux")]
pub use peer::{PeerError, Program};
#[cfg(target_os = "linux")]
pub use server::{Serving, serve};
