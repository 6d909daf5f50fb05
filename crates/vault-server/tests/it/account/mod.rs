//! Registration, sign-in and what an account has.

mod addresses;
mod changes;
mod crash;
mod enumeration;
mod factors;
mod guessing;
mod messages;
mod recovery_code;
mod registration;
mod routes;
mod sessions;
mod tokens;
