//! One opener with writing rights at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};

use super::error::DiskError;
use super::files;
use super::folder::Folder;
use crate::clock::Timestamp;

/// Who holds a profile, as they wrote it into the lock file. Meant for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The number of the process.
    pub process: u32,
    /// Since when.
    pub since: Timestamp,
    /// The name of the program's file, if it gave one.
    pub program: Option<String>,
    /// The name of its computer, if it gave one: a disk may be another computer's.
    pub host: Option<String>,
}

/// Characters of a name that are kept.
const NAME: usize = 64;

impl Holder {
    /// This process.
    fn this(since: Timestamp) -> Self {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem()?.to_str()).and_then(plain);
        Self { process: std::process::id(), since, program, host: host() }
    }

    fn write(&self) -> String {
        let Self { process, since, program, host } = self;
        let word = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
        format!("{process} {} {} {}\n", since.0, word(program), word(host))
    }

    /// Reads what was written. The names are shown to people, so they are made plain again: anybody may write the file.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let process = words.next()?.parse().ok()?;
        let since = Timestamp(words.next()?.parse().ok()?);
        let [program, host] = [words.next(), words.next()].map(|word| word.and_then(plain));
        words.next().is_none().then_some(Self { process, since, program, host })
    }
}

/// A name without anything that could stand for something else where it is shown; none if nothing is left.
fn plain(name: &str) -> Option<String> {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().filter(fits).take(NAME).collect();
    name.contains(|c: char| c.is_ascii_alphanumeric()).then_some(name)
}

#[cfg(unix)]
fn host() -> Option<String> {
    plain(rustix::system::uname().nodename().to_str().ok()?)
}

#[cfg(not(unix))]
fn host() -> Option<String> {
    plain(&std::env::var("COMPUTERNAME").ok()?)
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
    file.write_all(Holder::this(now).write().as_bytes())
}

fn holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.take(256).read_to_string(&mut text).ok()?;
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
        let by = by.unwrap();
        assert_eq!((by.process, by.since), (std::process::id(), Timestamp(7)));
        assert!(by.program.unwrap().starts_with("vault_engine"));
        assert!(by.host.is_some());
        drop(first);
        assert!(Lock::acquire(&folder, Timestamp(9)).is_ok());
    }

    #[test]
    fn a_lock_file_with_other_content_names_nobody() {
        for text in ["", "x", "1", "1 2 3 4 5", "-1 2", "1 99999999999999999999999"] {
            assert_eq!(Holder::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_shown_plain_and_may_be_missing() {
        let names = |text: &str| Holder::parse(text).map(|by| (by.program, by.host)).unwrap();
        assert_eq!(names("1 2"), (None, None), "as an earlier version wrote it");
        assert_eq!(names("1 2 - -"), (None, None));
        assert_eq!(names("1 2 coffer desk-1.lan"), (Some("coffer".into()), Some("desk-1.lan".into())));
        assert_eq!(names("1 2 <b>x</b> \u{202e}y"), (Some("bxb".into()), Some("y".into())));
        let long = names(&format!("1 2 {} x", "a".repeat(200))).0.unwrap();
        assert_eq!(long.len(), NAME);
    }
}
