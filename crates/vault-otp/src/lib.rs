//! One-time codes: over time (RFC 6238), over a counter (RFC 4226), and the five-letter codes of Steam.

mod base32;
mod code;
mod counter;
mod draw;
mod hotp;
pub mod migration;
pub mod qr;
mod scheme;
mod uri;

pub use code::{Code, CodeAt};
pub use counter::Taken;
pub use draw::{Drawn, draw};
pub use scheme::{Algorithm, CodeError, Scheme};

#[cfg(test)]
mod tests;
