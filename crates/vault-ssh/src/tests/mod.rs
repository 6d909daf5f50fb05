//! Tests with files of `ssh-keygen`, `puttygen` and `openssl`, with malformed files, and with generated keys.

mod damage;
mod made;
mod real;
mod refused;

use std::fs;
use std::path::PathBuf;

use vault_crypto::SecretText;

use super::*;

/// The passphrase of every encrypted file.
const PASSPHRASE: &str = "coffer test";

/// The names of the keys in the files.
const KEYS: [&str; 5] = ["ed25519", "p256", "p384", "p521", "rsa"];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Returns the files of a folder with their names, in order.
fn files_in(name: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Returns the private keys written by other programs.
fn real() -> Vec<File> {
    let files: Vec<File> = files_in("")
        .into_iter()
        .filter(|(name, _)| !name.ends_with(".pub"))
        .filter_map(|(name, bytes)| {
            let key = KEYS.into_iter().find(|key| name.split('.').next() == Some(key))?;
            Some(File { key, encrypted: name.contains(".enc."), name, bytes })
        })
        .collect();
    assert!(files.len() >= 60, "{} files", files.len());
    files
}

struct File {
    key: &'static str,
    name: String,
    encrypted: bool,
    bytes: Vec<u8>,
}

impl File {
    fn read(&self) -> Result<PrivateKey, KeyError> {
        read(&self.bytes, self.encrypted.then_some(&passphrase()))
    }

    /// Returns whether the format has a comment; PKCS#8, PKCS#1 and SEC 1 have none.
    fn has_comment(&self) -> bool {
        !self.name.ends_with(".pem") && !self.name.ends_with(".pkcs8")
    }
}

fn one(name: &str) -> File {
    real().into_iter().find(|file| file.name == name).unwrap()
}

fn text(name: &str) -> String {
    fs::read_to_string(folder(name)).unwrap()
}

fn public(key: &str) -> PublicKey {
    PublicKey::parse_line(&text(&format!("{key}.pub"))).unwrap()
}

fn passphrase() -> SecretText {
    SecretText::from(PASSPHRASE)
}

/// Returns the error of reading a key, which does not implement `Debug`.
fn refused(bytes: &[u8], passphrase: Option<&str>) -> KeyError {
    read(bytes, passphrase.map(SecretText::from).as_ref()).err().expect("the key was read")
}
