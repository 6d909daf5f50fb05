//! `coffer`, the command line: a program over the socket of the one that has the profile open.
//!
//! Data goes to the standard output, everything else to the standard error. No secret is taken from an argument.
//!
//! - `arguments`: what can be written; `failure`: exit codes
//! - `connection`: the socket; `find`: vaults, items and fields by their names
//! - `reading`, `changing`, `opening`, `generating`: the commands
//! - `credentials`: passwords for Git and Docker
//! - `documents`: documents through pipes
//! - `sharing`: vaults, teams, and the server
//! - `transferring`: imports, exports and backups
//! - `running`: secrets for other programs; `environment`, `child`, `masking`: how these are started and what they write
//! - `agent`: the program that has the profile open while there is no desktop
//! - `output`, `password`: terminal and standard streams

#[cfg(target_os = "linux")]
mod agent;
mod arguments;
#[cfg(target_os = "linux")]
mod changing;
#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod connection;
#[cfg(target_os = "linux")]
mod credentials;
#[cfg(target_os = "linux")]
mod documents;
#[cfg(target_os = "linux")]
mod environment;
#[cfg(target_os = "linux")]
mod failure;
#[cfg(target_os = "linux")]
mod find;
#[cfg(target_os = "linux")]
mod generating;
#[cfg(target_os = "linux")]
mod masking;
#[cfg(target_os = "linux")]
mod opening;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod password;
#[cfg(target_os = "linux")]
mod reading;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod running;
#[cfg(target_os = "linux")]
mod sharing;
#[cfg(target_os = "linux")]
mod transferring;

use std::process::ExitCode;

/// Zeroizes all freed memory, including the buffers of dependencies.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    run::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("coffer: the command line works on Linux only: programs cannot be told apart on this system");
    ExitCode::FAILURE
}
