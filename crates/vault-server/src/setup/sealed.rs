//! Files with secrets, sealed under a key-encryption key: each has a key of its own, which is sealed under one
//! key-encryption key, or under two while one takes the place of the other.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::folder::{Folder, FolderError};
use super::seal::Sealer;
use super::secrets::SecretsError;
use super::source::SourceError;

/// What keys of files, and files, are sealed for.
const KEY: &[u8] = b"coffer/server/file-key";
const FILE: &[u8] = b"coffer/server/file";

/// The most key-encryption keys of a file.
const MOST_KEYS: usize = 2;

/// A key under which keys of files are sealed.
pub type KeyEncryptionKey = Zeroizing<[u8; 32]>;

/// The files with secrets of one folder.
#[derive(Clone)]
pub struct SecretFiles {
    folder: Folder,
    key: Option<KeyEncryptionKey>,
}

/// A file with secrets cannot be used. The error quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The key-encryption key cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Its content is damaged, or the system has no randomness.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// It is sealed, and no key is configured.
    #[error("{0} is sealed, and the configuration names no key_encryption_key")]
    NoKey(&'static str),
    /// It is sealed under another key, or damaged.
    #[error("{0} does not open with the key_encryption_key: it is sealed under another one, or damaged")]
    OtherKey(&'static str),
}

/// A sealed file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    /// The key of the file, sealed under each key-encryption key.
    keys: Vec<String>,
    sealed: String,
}

/// What every sealed file begins with.
const BEGINS: &str = "keys = [";

impl SecretFiles {
    /// The files of a folder, and the key with which they are sealed; without one they are plain.
    #[must_use]
    pub const fn new(folder: Folder, key: Option<KeyEncryptionKey>) -> Self {
        Self { folder, key }
    }

    /// The folder.
    #[must_use]
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Reads a file. One that is still plain is sealed, if there is a key.
    ///
    /// # Errors
    /// See [`SecretFileError`].
    pub fn read(&self, name: &'static str) -> Result<Zeroizing<String>, SecretFileError> {
        let text = self.folder.read(name)?;
        match &self.key {
            _ if !is_sealed(&text) => {
                if self.key.is_some() {
                    self.write(name, &text)?;
                }
                Ok(text)
            }
            None => Err(SecretFileError::NoKey(name)),
            Some(key) => open(&text, key).ok_or(SecretFileError::OtherKey(name)),
        }
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// See [`SecretFileError`].
    pub fn write(&self, name: &str, text: &str) -> Result<(), SecretFileError> {
        match &self.key {
            None => Ok(self.folder.write(name, text)?),
            Some(key) => self.write_for(name, text, &[key]),
        }
    }

    /// Seals a file again, under the present key and another one, with either of which it opens afterwards.
    ///
    /// # Errors
    /// See [`SecretFileError`].
    pub fn seal_for_next(&self, name: &'static str, next: &KeyEncryptionKey) -> Result<(), SecretFileError> {
        let text = self.read(name)?;
        let key = self.key.as_ref().ok_or(SecretFileError::NoKey(name))?;
        self.write_for(name, &text, &[key, next])
    }

    fn write_for(&self, name: &str, text: &str, keys: &[&KeyEncryptionKey]) -> Result<(), SecretFileError> {
        Ok(self.folder.write(name, &seal(text, keys)?)?)
    }
}

/// Whether a text is that of a sealed file.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(BEGINS)
}

/// Seals a text under each of these keys.
///
/// # Errors
/// If the system gives no random numbers.
pub fn seal(text: &str, keys: &[&KeyEncryptionKey]) -> Result<String, SecretsError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| SecretsError::Randomness)?;
    let for_one = |outer: &&KeyEncryptionKey| {
        let sealed = Sealer::new(std::slice::from_ref(*outer))?.seal(KEY, key.as_slice())?;
        Ok(Base64UrlUnpadded::encode_string(&sealed))
    };
    let keys = keys.iter().map(for_one).collect::<Result<_, SecretsError>>()?;
    let sealed = Sealer::new(std::slice::from_ref(&key))?.seal(FILE, text.as_bytes())?;
    let file = Sealed { keys, sealed: Base64UrlUnpadded::encode_string(&sealed) };
    toml::to_string(&file).map_err(|_| SecretsError::Malformed)
}

/// Opens a sealed text.
#[must_use]
pub fn open(text: &str, key: &KeyEncryptionKey) -> Option<Zeroizing<String>> {
    let Sealed { keys, sealed } = toml::from_str(text).ok()?;
    if keys.len() > MOST_KEYS {
        return None;
    }
    let outer = Sealer::new(std::slice::from_ref(key)).ok()?;
    let inner =
        keys.iter().find_map(|sealed| outer.open(KEY, &Base64UrlUnpadded::decode_vec(sealed).ok()?))?;
    let inner = Zeroizing::new(inner.as_slice().try_into().ok()?);
    let sealed = Base64UrlUnpadded::decode_vec(&sealed).ok()?;
    let plain = Sealer::new(std::slice::from_ref(&inner)).ok()?.open(FILE, &sealed)?;
    std::str::from_utf8(&plain).ok().map(|text| Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_with_each_of_its_keys_and_unchanged_only() {
        let keys = [1, 2, 3].map(|byte| Zeroizing::new([byte; 32]));
        let sealed = seal("secret text", &[&keys[0], &keys[1]]).unwrap();
        assert!(is_sealed(&sealed) && !sealed.contains("secret text"));
        assert_eq!(open(&sealed, &keys[0]).unwrap().as_str(), "secret text");
        assert_eq!(open(&sealed, &keys[1]).unwrap().as_str(), "secret text");
        assert!(open(&sealed, &keys[2]).is_none());
        let at = sealed.len() - 8;
        let changed =
            [&sealed[..at], if &sealed[at..=at] == "A" { "B" } else { "A" }, &sealed[at + 1..]].concat();
        assert!(open(&changed, &keys[0]).is_none());
    }

    #[test]
    fn a_plain_file_is_sealed_when_there_is_a_key_and_the_next_key_opens_it_too() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::create(&temporary.path().join("data")).unwrap();
        let name = "secrets.toml";
        let files =
            |byte: Option<u8>| SecretFiles::new(folder.clone(), byte.map(|byte| Zeroizing::new([byte; 32])));
        files(None).write(name, "root = 'x'").unwrap();
        assert_eq!(files(Some(1)).read(name).unwrap().as_str(), "root = 'x'");
        assert!(is_sealed(&folder.read(name).unwrap()));
        assert!(matches!(files(None).read(name), Err(SecretFileError::NoKey(_))));
        assert!(matches!(files(Some(2)).read(name), Err(SecretFileError::OtherKey(_))));
        files(Some(1)).seal_for_next(name, &Zeroizing::new([2; 32])).unwrap();
        assert_eq!(files(Some(1)).read(name).unwrap(), files(Some(2)).read(name).unwrap());
        // Written with the new key alone, the old one opens it no more.
        let text = files(Some(2)).read(name).unwrap();
        files(Some(2)).write(name, &text).unwrap();
        assert!(matches!(files(Some(1)).read(name), Err(SecretFileError::OtherKey(_))));
    }
}
