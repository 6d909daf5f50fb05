//! `coffer-server`.

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;
use vault_server::cli::{Cli, run};

/// It gives memory back to the system, such as that of many streams that have ended; the one of glibc keeps it.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coffer-server: {error}");
            ExitCode::FAILURE
        }
    }
}
