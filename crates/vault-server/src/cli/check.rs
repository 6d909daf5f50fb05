//! `coffer-server check`.

use std::io::{self, Write as _};

use super::error::CliError;
use super::values::config;
use crate::clock::Clock;
use crate::http::App;
use crate::setup::{Folder, Overrides};

/// Opens all that a server needs and prints its configuration, which has no secrets in it.
pub fn run(folder: &Folder, overrides: &Overrides) -> Result<(), CliError> {
    let config = config(folder, overrides)?;
    let app = App::open(folder, config.clone(), Clock::system())?;
    app.certificate(folder)?.tls()?;
    write!(io::stdout(), "{}", config.to_text()?)?;
    Ok(())
}
