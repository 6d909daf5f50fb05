//! Values of flags and of the configuration.

use vault_wire::message::{LoginName, Origin};

use super::error::CliError;
use crate::setup::{Config, Folder, Overrides};

/// Reads the configuration of a folder.
pub fn config(folder: &Folder, overrides: &Overrides) -> Result<Config, CliError> {
    Ok(Config::parse(&folder.read(Folder::CONFIG)?, overrides)?)
}

/// Parses a login name.
pub fn login(text: &str) -> Result<LoginName, &'static str> {
    LoginName::new(text)
        .map_err(|_| "a login has no upper-case letters A to Z and no spaces, and at most 254 bytes")
}

/// Parses an address.
pub fn origin(text: &str) -> Result<Origin, &'static str> {
    Origin::new(text)
        .map_err(|_| "an address is https://, a host in lower case, and perhaps : and a port; without a path")
}
