//! HTTP: connections, routes, and what every answer has in common.

mod account;
mod address;
mod app;
mod authorize;
mod body;
mod count;
mod discovery;
mod documents;
mod events;
mod headers;
mod idle;
mod invitation;
mod limits;
mod notice;
mod openapi;
mod path;
mod probe;
mod problem;
mod redirect;
mod router;
mod server;
mod sign_in;
mod streaming;
mod vaults;

pub use address::Peer;
pub use app::{App, StartError};
pub use authorize::{Anonymous, Any, Caller, Identity, Member, Need, Proven, Recent};
pub use body::{Cbor, Json};
pub use headers::COMMON;
pub use limits::LIMITS;
pub use openapi::{Content, ROUTES, Route, Shown, openapi};
pub use probe::{Arrived, CLAIMED, MOST};
pub use problem::title;
pub use redirect::redirect;
pub use router::router;
pub use server::{Server, Timeouts};
