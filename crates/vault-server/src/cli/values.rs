//! Values of flags and of the configuration.

use std::io::{self, IsTerminal as _, Write as _};

use vault_wire::message::{ConnectCode, Credential, LoginName, Origin};
use vault_wire::{AccountId, ContentHash, server_words};

use super::error::CliError;
use super::qr;
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

/// Parses a connect code.
pub fn code(text: &str) -> Result<ConnectCode, &'static str> {
    text.parse().map_err(|_| "not a connect code")
}

/// Parses an account id.
pub fn account(text: &str) -> Result<AccountId, &'static str> {
    text.parse().map_err(|_| "an account id has 32 hexadecimal digits")
}

/// Parses an address.
pub fn origin(text: &str) -> Result<Origin, &'static str> {
    Origin::new(text)
        .map_err(|_| "an address is https://, a host in lower case, and perhaps : and a port; without a path")
}

/// Prints a connect code, and as a QR code at a terminal.
pub fn print(out: &mut io::Stdout, code: &ConnectCode) -> io::Result<()> {
    let text = code.to_string();
    writeln!(out, "{text}")?;
    match qr::lines(&text).filter(|_| out.is_terminal()) {
        Some(lines) => write!(out, "{lines}"),
        None => Ok(()),
    }
}

/// Prints the words of the server's key, unless an authority vouches for it.
pub fn print_words(out: &mut impl io::Write, pin: Option<[u8; 32]>) -> io::Result<()> {
    match pin {
        Some(pin) => {
            let words = server_words(&ContentHash::from_bytes(pin)).join(" ");
            writeln!(out, "Words of the server's key: {words}")
        }
        None => Ok(()),
    }
}

/// The connect code of a server, with a sign-up code.
pub fn connect_code(
    config: &Config,
    pin: Option<[u8; 32]>,
    code: Credential<64>,
) -> Result<ConnectCode, CliError> {
    let address = config.addresses.first().ok_or(CliError::Answer("an address is needed"))?.clone();
    Ok(ConnectCode {
        address,
        issuer: config.issuer.clone(),
        key: pin.map(ContentHash::from_bytes),
        code: Some(code),
    })
}
