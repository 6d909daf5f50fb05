//! `coffer-server migrate`.

use std::io::{self, Write as _};

use super::error::CliError;
use super::values::config;
use crate::http::StartError;
use crate::setup::{Folder, Overrides};
use crate::store::NEWEST;

/// Brings the database to the newest schema, as the role that the configuration names.
pub fn run(folder: &Folder, overrides: &Overrides) -> Result<(), CliError> {
    config(folder, overrides)?.open_store(folder).map_err(StartError::Stores)?;
    writeln!(io::stdout(), "The database has schema {NEWEST}.")?;
    Ok(())
}
