//! Registration, sign-in and what an account has.

mod addresses;
pub mod approval;
mod changes;
mod crash;
mod enumeration;
pub mod factors;
mod guessing;
mod identity;
mod messages;
pub mod recovery_code;
mod registration;
mod routes;
mod sessions;
mod tokens;
