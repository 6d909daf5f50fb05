//! What a backup consists of: `SHA256SUMS`, as `sha256sum -c` reads it, and the manifest, which is written last.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use vault_wire::message::Origin;

use super::BackupError;

/// The version of this form.
pub const FORMAT: u32 = 1;

/// Names of files in a backup.
pub const MANIFEST: &str = "manifest.toml";
pub const SUMS: &str = "SHA256SUMS";
pub const SECRETS: &str = "secrets.sealed";

/// The longest manifest, and the longest line of sums.
const LONGEST: u64 = 16 * 1024;
const LINE: u64 = 512;

/// The manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the form.
    pub format: u32,
    /// The server.
    pub issuer: Origin,
    /// The schema of the database.
    pub schema: u32,
    /// When it was made, in milliseconds since 1970.
    pub made_at: u64,
    /// Whether the server's secrets are in it, sealed.
    pub secrets: bool,
    /// The number of files.
    pub files: u64,
    /// The SHA-256 of `SHA256SUMS`.
    pub sums: String,
}

/// Names of files with their SHA-256, in hexadecimal.
pub type Sums = BTreeMap<String, String>;

impl Manifest {
    /// Writes sums and manifest, in this order, each on the disk.
    ///
    /// # Errors
    /// [`BackupError::Io`].
    pub fn write(mut self, folder: &Path, sums: &Sums) -> Result<(), BackupError> {
        let text: String = sums.iter().map(|(name, sum)| [sum, "  ", name, "\n"].concat()).collect();
        (self.files, self.sums) = (sums.len() as u64, hex(&Sha256::digest(&text)));
        write(&folder.join(SUMS), text.as_bytes())?;
        let text = toml::to_string(&self).map_err(|_| BackupError::Malformed(MANIFEST))?;
        write(&folder.join(MANIFEST), text.as_bytes())
    }

    /// Reads them.
    ///
    /// # Errors
    /// [`BackupError::Incomplete`] if there is no manifest: the backup was interrupted; [`BackupError::Malformed`].
    pub fn read(folder: &Path) -> Result<(Self, Sums), BackupError> {
        let path = folder.join(MANIFEST);
        if !path.exists() {
            return Err(BackupError::Incomplete(folder.to_owned()));
        }
        let mut text = String::new();
        File::open(&path)?.take(LONGEST).read_to_string(&mut text)?;
        let manifest: Self = toml::from_str(&text).map_err(|_| BackupError::Malformed(MANIFEST))?;
        if manifest.format != FORMAT {
            return Err(BackupError::Format(manifest.format));
        }
        let (mut sums, mut hash) = (Sums::new(), Sha256::new());
        let mut lines = BufReader::new(File::open(folder.join(SUMS))?);
        loop {
            let mut line = String::new();
            if lines.by_ref().take(LINE).read_line(&mut line)? == 0 {
                break;
            }
            hash.update(&line);
            let (sum, name) = line.trim_end().split_once("  ").ok_or(BackupError::Malformed(SUMS))?;
            if !is_name(name) || sums.insert(name.to_owned(), sum.to_owned()).is_some() {
                return Err(BackupError::Malformed(SUMS));
            }
        }
        if hex(&hash.finalize()) != manifest.sums || sums.len() as u64 != manifest.files {
            return Err(BackupError::Malformed(SUMS));
        }
        Ok((manifest, sums))
    }
}

/// Whether a file of this name can be in a backup. No name leads out of its folder.
fn is_name(name: &str) -> bool {
    let hex =
        |text: &str| text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match name.split('/').collect::<Vec<_>>().as_slice() {
        ["server.db" | "server.toml" | SECRETS] => true,
        ["documents", vault, document, chunk] => hex(vault) && hex(document) && chunk.bytes().all(plain),
        _ => false,
    }
}

/// Writes a file that is on the disk afterwards.
///
/// # Errors
/// [`BackupError::Io`].
pub fn write(path: &Path, content: &[u8]) -> Result<(), BackupError> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    Ok(())
}

/// The SHA-256 of a file.
///
/// # Errors
/// If it cannot be read.
pub fn sum(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(buffer.get(..length).unwrap_or_default());
    }
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_a_backup_are_accepted() {
        let id = "0".repeat(32);
        assert!(is_name("server.db") && is_name(&format!("documents/{id}/{id}/0-ab")));
        for name in ["", "/etc/passwd", "../server.db", "server.db/", "tls.key"] {
            assert!(!is_name(name), "{name}");
        }
        for name in [
            format!("documents/{id}/../x"),
            format!("documents/{id}/{id}/.."),
            format!("documents/{id}/{id}"),
        ] {
            assert!(!is_name(&name), "{name}");
        }
    }
}
