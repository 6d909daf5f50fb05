//! One-time codes: TOTP (RFC 6238), HOTP (RFC 4226), and the five-character codes of Steam.

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
pub use counter::UsedCode;
pub use draw::{QrSvg, draw};
pub use scheme::{Algorithm, CodeError, Scheme};
pub use uri::name as name_in_uri;

#[cfg(test)]
mod tests;
