//! Restoring a backup.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::manifest::{Manifest, SECRETS, Sums, hex};
use super::secrets::open_secrets;
use super::{BackupError, refuse_elsewhere};
use crate::account::verification;
use crate::clock::Clock;
use crate::http::App;
use crate::log::{Recovery, Verified};
use crate::setup::{Config, Folder, FolderError, Overrides, Source};
use crate::store::{NEWEST, StoreError, check};
use crate::upkeep::end_sessions;

/// How much is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// The checksums of all files.
    Sums,
    /// And every page of the database, log, document and registration.
    All,
}

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What was verified besides the checksums.
    pub verified: Option<(Verified, u64)>,
    /// The recovery that was announced.
    pub recovery: Recovery,
    /// When the backup was made, in milliseconds since 1970.
    pub made_at: u64,
}

/// Restores a backup into a folder without a server. The configuration is written last, so nothing starts from what was
/// interrupted; a repeated restore begins again. All login sessions end and a recovery begins.
///
/// # Errors
/// See [`BackupError`]. The folder then has no server.
pub async fn restore(
    from: &Path,
    path: &Path,
    key: Option<&Source>,
    verify: Verify,
    overrides: &Overrides,
    clock: &Clock,
) -> Result<Restored, BackupError> {
    let (manifest, sums) = Manifest::read(from)?;
    if manifest.schema > NEWEST {
        return Err(StoreError::Newer(manifest.schema).into());
    }
    let folder = begin(path, &manifest)?;
    for (name, sum) in sums.iter().filter(|(name, _)| ![Folder::CONFIG, SECRETS].contains(&name.as_str())) {
        copy(from, &folder, name, sum)?;
    }
    let missing = || BackupError::Damaged(Folder::CONFIG.to_owned());
    let text = read(from, Folder::CONFIG, sums.get(Folder::CONFIG).ok_or_else(missing)?)?;
    let config = Config::parse(&text, overrides)?;
    if config.issuer != manifest.issuer {
        return Err(BackupError::Malformed(Folder::CONFIG));
    }
    refuse_elsewhere(&config)?;
    secrets(from, &folder, &sums, &config, key)?;
    if verify == Verify::All {
        check(&folder.path(Folder::DATABASE), config.database_key(&folder)?.as_ref())?;
    }
    let app = App::open(&folder, config, clock.clone())?;
    let verified = match verify {
        Verify::Sums => None,
        Verify::All => Some(verify_all(&app).await?),
    };
    end_sessions(&app.store).await?;
    let recovery = app.logs.begin_recovery_of_a_copy(clock.now()).await?;
    folder.write(Folder::CONFIG, &text)?;
    fs::remove_file(folder.path(Folder::UNFINISHED))?;
    Ok(Restored { verified, recovery, made_at: manifest.made_at })
}

/// Replays every log, hashes every chunk, and opens a registration. Returns what there is, and the number of accounts.
async fn verify_all(app: &App) -> Result<(Verified, u64), BackupError> {
    let (mut verified, mut after) = (Verified::default(), None);
    loop {
        let vaults = app.logs.vaults_after(after).await?;
        let Some(last) = vaults.last() else { break };
        after = Some(*last);
        for vault in vaults {
            app.logs.verify(vault, &mut verified).await?;
        }
    }
    let accounts = verification::verify(&app.store, &app.opaque, app.issuer()).await?;
    Ok((verified, accounts))
}

/// Makes the folder, or clears what an interrupted restore left there, and marks it.
fn begin(path: &Path, manifest: &Manifest) -> Result<Folder, BackupError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let folder = Folder::open_any(path)?;
    if folder.path(Folder::CONFIG).exists() {
        return Err(FolderError::Exists(folder.path(Folder::CONFIG)).into());
    }
    let mut files = vec![Folder::DATABASE, "server.db-wal", "server.db-shm", Folder::CHUNKS];
    if manifest.secrets {
        files.extend([Folder::SECRETS, Folder::TLS_KEY]);
    } else if !folder.path(Folder::SECRETS).exists() || !folder.path(Folder::TLS_KEY).exists() {
        return Err(BackupError::NoSecrets(path.to_owned()));
    }
    let unfinished = folder.path(Folder::UNFINISHED).exists();
    for name in files {
        let path = folder.path(name);
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
            Ok(_) if !unfinished => return Err(BackupError::NotEmpty(path)),
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path)?,
            Ok(_) => fs::remove_file(&path)?,
        }
    }
    folder.write(Folder::UNFINISHED, "")?;
    Ok(folder)
}

fn secrets(
    from: &Path,
    folder: &Folder,
    sums: &Sums,
    config: &Config,
    key: Option<&Source>,
) -> Result<(), BackupError> {
    let Some(sum) = sums.get(SECRETS) else { return Ok(()) };
    let source = key.or(config.key_encryption_key.as_ref()).ok_or(BackupError::NoKey)?;
    let text = read(from, SECRETS, sum)?;
    open_secrets(&text, &source.read_key(folder)?, &config.secret_files(folder)?)
}

/// Reads a short file and checks its sum.
fn read(from: &Path, name: &str, sum: &str) -> Result<String, BackupError> {
    let damaged = || BackupError::Damaged(name.to_owned());
    let mut text = String::new();
    let file = File::open(from.join(name)).map_err(|_| damaged())?;
    file.take(1 << 20).read_to_string(&mut text).map_err(|_| damaged())?;
    if hex(&Sha256::digest(&text)) == sum { Ok(text) } else { Err(damaged()) }
}

/// Copies a file and checks its sum.
fn copy(from: &Path, folder: &Folder, name: &str, sum: &str) -> Result<(), BackupError> {
    let damaged = || BackupError::Damaged(name.to_owned());
    let to = folder.path(name);
    if let Some(parent) = to.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    let mut source = File::open(from.join(name)).map_err(|_| damaged())?;
    let mut target = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let length = source.read(&mut buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        hash.update(read);
        target.write_all(read)?;
    }
    target.sync_all()?;
    if hex(&hash.finalize()) == sum { Ok(()) } else { Err(damaged()) }
}
