//! Proofs, tokens and limits: what shows who a request is from.

mod limiter;
mod mac;
mod method;
mod nonce;
mod proof;
mod replay;
mod state;
mod token;

pub use crate::setup::Sealer;
pub use limiter::Limiter;
pub use mac::mac;
pub use method::Method;
pub use nonce::Nonces;
pub use proof::{Proof, ProofError, Request};
pub use replay::{Replays, Seen};
pub use state::{State, Step};
pub use token::{AccessToken, LIFETIME, Tokens};
