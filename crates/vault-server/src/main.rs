//! `coffer-server`.

use std::process::ExitCode;

use clap::Parser as _;
use vault_server::cli::{Cli, run};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coffer-server: {error}");
            ExitCode::FAILURE
        }
    }
}
