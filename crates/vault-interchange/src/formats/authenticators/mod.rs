//! Authenticators: programs that keep nothing but one-time codes.

mod entry;
mod groups;
pub(super) mod json;
pub(super) mod lines;
pub(super) mod picture;
mod plain;
pub(super) mod sealed;
mod sealed_json;
pub(super) mod winauth;
pub(super) mod xml;

use crate::format::Program;

const PROGRAM: Program = Program {
    id: "authenticators",
    name: "Aegis, 2FAS, andOTP, Ente Auth, FreeOTP, Google Authenticator, LastPass Authenticator, Proton Authenticator, Raivo, Steam, Stratum, WinAuth",
};
