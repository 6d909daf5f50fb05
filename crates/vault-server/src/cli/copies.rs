//! `coffer-server backup`, `restore` and `migrate`.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::error::CliError;
use super::values::config;
use crate::backup::{self, Restored, SecretsOption, Verify, Written};
use crate::clock::Clock;
use crate::setup::{Folder, Overrides, Source};
use crate::store::NEWEST;

/// Backs the server up.
pub fn backup(folder: &Folder, to: &Path, secrets: &SecretsOption) -> Result<(), CliError> {
    let config = config(folder, &overrides()?)?;
    let written = run(backup::write(folder, &config, to, secrets, &Clock::system()))?;
    let Written { chunks, secrets } = written?;
    let with = if secrets { "with the secrets, sealed" } else { "without the secrets" };
    writeln!(io::stdout(), "The backup is complete: the database, {chunks} chunks of documents, {with}.")?;
    Ok(())
}

/// Restores a backup.
pub fn restore(from: &Path, path: &Path, key: Option<&Source>, verify: Verify) -> Result<(), CliError> {
    let restored = run(backup::restore(from, path, key, verify, &overrides()?, &Clock::system()))?;
    let Restored { verified, recovery, .. } = restored?;
    let mut out = io::stdout();
    if let Some((verified, accounts)) = verified {
        let backup_of = format!(
            "{accounts} accounts, {} vaults, {} entries, {} documents of {} chunks",
            verified.vaults, verified.entries, verified.documents, verified.chunks
        );
        writeln!(out, "Verified: {backup_of}.")?;
    }
    writeln!(
        out,
        "Restored. All login sessions have ended, and recovery {} lasts for 30 days:",
        recovery.epoch
    )?;
    writeln!(out, "clients send what the backup lacks. End it with: coffer-server recovery end")?;
    Ok(())
}

/// Brings the database to the newest schema.
pub fn migrate(folder: &Folder) -> Result<(), CliError> {
    if UnixStream::connect(folder.path(Folder::SOCKET)).is_ok() {
        return Err(CliError::Answer("a server is running in this folder: stop it first"));
    }
    let config = config(folder, &overrides()?)?;
    drop(config.open_store(folder)?);
    writeln!(io::stdout(), "The database has schema {NEWEST}.")?;
    Ok(())
}

fn overrides() -> Result<Overrides, CliError> {
    Ok(Overrides::from_environment(std::env::vars_os())?)
}

fn run<T>(future: impl Future<Output = T>) -> io::Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future))
}
