//! Connecting a profile with a server: from what the user typed to what the profile stores.
//!
//! [`ServerAddress`] is what the user typed; [`ServerAddress::find`] contacts it. With the [`Server`] an account is opened or
//! signed in to, which returns the [`Connected`] account, maybe after a [`FactorStep`]. Or another device shows a code, a
//! [`DeviceOffer`], and this one makes an [`ApprovalRequest`] of it. Nothing is stored here.

mod account;
mod address;
mod approval;
mod join_code;
mod reenrolment;
mod tokens;

pub use account::{
    ConnectError, Connected, FactorStep, Known, NewAccount, PasswordChange, Renewed, SignInAs, Step,
};
pub use address::{Found, NotAnAddress, Server, ServerAddress, UnknownServer, connect_text};
pub use approval::{ApprovalError, ApprovalRequest, Approved, DeviceOffer, OfferState};
pub use join_code::JoinCode;
pub use reenrolment::{NewRegistration, Reenrolled};
pub(crate) use tokens::ProfileTokens;
