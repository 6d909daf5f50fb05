//! One opener with writing rights at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};

use super::places::Folder;
use super::{DiskError, files};
use crate::item::Timestamp;

/// Who holds a profile, as they wrote it into the lock file. Meant for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The number of the process.
    pub process: u32,
    /// Since when.
    pub since: Timestamp,
}

impl Holder {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let process = words.next()?.parse().ok()?;
        let since = Timestamp(words.next()?.parse().ok()?);
        words.next().is_none().then_some(Self { process, since })
    }
}

/// The right to write. The operating system takes it back when the process ends, however it ends.
pub(crate) struct Lock {
    _file: File,
}

/// Why there is no right to write.
pub(crate) enum LockError {
    InUse(Option<Holder>),
    /// The folder cannot be written, so nobody else writes either.
    ReadOnly,
    Disk(DiskError),
}

impl Lock {
    pub(crate) fn acquire(folder: &Folder, now: Timestamp) -> Result<Self, LockError> {
        let opened =
            files::private_file().read(true).write(true).create(true).truncate(false).open(folder.lock());
        let mut file = opened.map_err(|error| match DiskError::from(error) {
            DiskError::ReadOnly => LockError::ReadOnly,
            other => LockError::Disk(other),
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::InUse(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(LockError::Disk(error.into())),
        }
        // Who holds it is a courtesy to the next one; on a full disk it is left out.
        let _ = sign(&mut file, now);
        Ok(Self { _file: file })
    }
}

fn sign(file: &mut File, now: Timestamp) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{} {}", std::process::id(), now.0)
}

fn holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    Holder::parse(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is_and_gets_in_after_it() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().to_owned());
        let first = Lock::acquire(&folder, Timestamp(7)).ok().unwrap();
        let Err(LockError::InUse(by)) = Lock::acquire(&folder, Timestamp(8)) else { panic!("two holders") };
        assert_eq!(by, Some(Holder { process: std::process::id(), since: Timestamp(7) }));
        drop(first);
        assert!(Lock::acquire(&folder, Timestamp(9)).is_ok());
    }

    #[test]
    fn a_lock_file_with_other_content_names_nobody() {
        for text in ["", "x", "1", "1 2 3", "-1 2", "1 99999999999999999999999"] {
            assert_eq!(Holder::parse(text), None, "{text}");
        }
    }
}
