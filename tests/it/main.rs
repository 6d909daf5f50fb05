//! Tests of several crates together, with a real server in this process, on loopback.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod answers;
mod approval;
mod audit;
mod background;
mod connect;
mod cycle;
mod documents;
mod events;
mod evidence;
mod factors;
mod failures;
mod freshness;
mod interop;
mod kills;
mod leave;
mod logins;
mod members;
mod moving;
mod network;
mod only_here;
mod password;
mod pins;
mod program;
mod program_faults;
mod removal;
mod reset;
mod restored;
mod session;
mod sign_in;
mod storm;
mod support;
mod teams;
mod threats;
mod vaults;
mod wire;
