//! The client of a sync server: connections, requests and sign-in. What it reads of vaults is verified by others.
//!
//! From the outside in: [`connect`] goes from what the user types to what a profile stores; [`Background`] keeps an open profile
//! synchronized, by [`cycle`]; [`account`] opens accounts and signs in to them; [`Session`] has the routes of an account and its
//! vaults and renews its tokens, [`Client`] those before there is a session, and signs each request with the device's key;
//! [`Connection`] sends requests and reads bounded answers, from the server alone that its [`Trust`] names. [`Error`] says what
//! went wrong, for programs that branch on it.
//!
//! Nothing here keeps anything: pins are passed in and returned, tokens go to a [`TokenStore`].
//!
//! The protocol is described in `docs/formats/protocol.md`.

pub mod account;
mod audit;
mod background;
mod client;
pub mod connect;
pub mod cycle;
mod discovery;
mod error;
mod events;
mod proof;
mod reenrolment;
mod retry;
mod routes;
mod session;
mod transport;

pub use background::{Background, Observer, Signals, Stopped};
pub use client::Client;
pub use discovery::{Discovered, ServerPins};
pub use error::{Error, Refused, Unreachable, Untrusted};
pub use events::Events;
pub use reenrolment::{REENROL_WAIT, Reenrolling, step_after};
pub use session::{NotSaved, Saving, Session, TokenStore};
pub use transport::{
    Authorities, Authority, Connection, Network, Proxy, ProxyAddress, ProxyAddressError, ProxyParts,
    SettingsError, Timeouts, Trust, TrustError,
};
pub use vault_crypto::{Handover, SecretKey};
pub use vault_wire::message::{ProblemCode, RatchetError};

/// Types of messages that callers need.
pub mod message {
    pub use vault_wire::log::Head;
    pub use vault_wire::message::{
        Credential, Device, Factor, LoginName, LogoutScope, Origin, SignUp, TotpConfirm,
    };
    pub use vault_wire::{ContentHash, DeviceId, SessionId, device_words, log_words, server_words};
}
