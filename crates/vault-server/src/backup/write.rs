//! Making a backup.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::manifest::{FORMAT, Manifest, SECRETS, Sums, hex, sum, write as write_file};
use super::secrets::{SecretsOption, seal_secrets};
use super::{BackupError, refuse_elsewhere};
use crate::chunks::{Chunks, file_name};
use crate::clock::Clock;
use crate::http::LIMITS;
use crate::log::{Hold, Logs};
use crate::setup::{Config, Folder, KeyEncryptionKey};
use crate::store::{NEWEST, Options, Store, copy};

/// How many chunks are copied before the lease is renewed.
const RENEW: u64 = 64;

/// What a backup has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Chunks of documents.
    pub chunks: u64,
    /// Whether the secrets are in it.
    pub secrets: bool,
}

/// Backs a server up, which may run, into a folder that is missing or empty. The database is copied as it is at one moment,
/// then the documents, none of which is deleted meanwhile. The manifest is written last.
///
/// # Errors
/// See [`BackupError`]. What was written so far stays, without a manifest.
pub async fn write(
    folder: &Folder,
    config: &Config,
    to: &Path,
    secrets: &SecretsOption,
    clock: &Clock,
) -> Result<Written, BackupError> {
    refuse_elsewhere(config)?;
    let key = key(folder, config, secrets)?;
    DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    if fs::read_dir(to)?.next().is_some() {
        return Err(BackupError::NotEmpty(to.to_owned()));
    }
    let options = Options { key: config.database_key(folder)?, ..Options::default() };
    let database = folder.path(Folder::DATABASE);
    let store = Store::open_unchanged(&database, &options)?;
    let hold = Hold::take(&store, clock.now()).await?.ok_or(BackupError::Busy)?;
    let made_at = clock.now();
    let written = async {
        let mut sums = Sums::new();
        copy(&database, options.key.as_ref(), &to.join(Folder::DATABASE))?;
        add(&mut sums, to, Folder::DATABASE)?;
        write_file(&to.join(Folder::CONFIG), folder.read(Folder::CONFIG)?.as_bytes())?;
        add(&mut sums, to, Folder::CONFIG)?;
        if let Some(key) = &key {
            let sealed = seal_secrets(&config.secret_files(folder)?, key)?;
            write_file(&to.join(SECRETS), sealed.as_bytes())?;
            add(&mut sums, to, SECRETS)?;
        }
        let logs = Logs::new(store.clone(), Chunks::in_folder(&folder.path(Folder::CHUNKS))?, LIMITS);
        let chunks = documents(&logs, &hold, to, &mut sums).await?;
        let manifest = Manifest {
            format: FORMAT,
            issuer: config.issuer.clone(),
            schema: NEWEST,
            made_at,
            secrets: key.is_some(),
            files: 0,
            sums: String::new(),
        };
        // Nothing is written under a lease that ran out: a chunk may be missing.
        if !hold.renew().await? {
            return Err(BackupError::Busy);
        }
        manifest.write(to, &sums)?;
        File::open(to)?.sync_all()?;
        Ok(Written { chunks, secrets: key.is_some() })
    };
    let written = written.await;
    hold.give_back().await;
    written
}

/// The key under which the secrets are sealed; none if they are left out.
fn key(
    folder: &Folder,
    config: &Config,
    secrets: &SecretsOption,
) -> Result<Option<KeyEncryptionKey>, BackupError> {
    let source = match secrets {
        SecretsOption::LeftOut => return Ok(None),
        SecretsOption::Key(source) => source,
        SecretsOption::Configured => config.key_encryption_key.as_ref().ok_or(BackupError::NoKey)?,
    };
    Ok(Some(source.read_key(folder)?))
}

/// Copies all chunks. A damaged one is no part of a backup: then there is none.
async fn documents(logs: &Logs, hold: &Hold, to: &Path, sums: &mut Sums) -> Result<u64, BackupError> {
    let copies = Chunks::in_folder(&to.join(Folder::CHUNKS))?;
    let (mut copied, mut vault) = (0, None);
    loop {
        let vaults = logs.vaults_after(vault).await?;
        let Some(last) = vaults.last() else { return Ok(copied) };
        vault = Some(*last);
        for vault in vaults {
            let mut document = None;
            loop {
                let documents = logs.documents_after(vault, document).await?;
                let Some((last, _)) = documents.last() else { break };
                document = Some(*last);
                for (document, _) in documents {
                    for (place, hash) in logs.chunks_of(vault, document).await? {
                        let chunk = logs.stored_chunk(place, &hash).await?;
                        let name = [Folder::CHUNKS, "/", &file_name(place, &hash)].concat();
                        sums.insert(name, hex(&Sha256::digest(&chunk)));
                        copies.put(place, &hash, chunk).await?;
                        copied += 1;
                        if copied % RENEW == 0 && !hold.renew().await? {
                            return Err(BackupError::Busy);
                        }
                    }
                }
            }
        }
    }
}

fn add(sums: &mut Sums, folder: &Path, name: &str) -> Result<(), BackupError> {
    sums.insert(name.to_owned(), sum(&folder.join(name))?);
    Ok(())
}
