//! The lock file: one writer per profile at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};

use super::error::DiskError;
use super::files;
use super::folder::Folder;
use crate::clock::Timestamp;

/// The process that has a profile open, as written into the lock file. For display only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process id.
    pub process: u32,
    /// When the lock was acquired.
    pub since: Timestamp,
    /// The name of the program's file, if known.
    pub program: Option<String>,
    /// The host name, if known: the folder may be on a network disk.
    pub host: Option<String>,
}

/// Maximum length of a name, in characters.
const NAME: usize = 64;

impl Holder {
    /// Describes this process.
    fn current_process(since: Timestamp) -> Self {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(|path| path.file_stem()?.to_str()).and_then(sanitize);
        Self { process: std::process::id(), since, program, host: host() }
    }

    fn write(&self) -> String {
        let Self { process, since, program, host } = self;
        let word = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
        format!("{process} {} {} {}\n", since.0, word(program), word(host))
    }

    /// Parses the content of the lock file. Anybody may write the file, so the names are sanitized before display.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let process = words.next()?.parse().ok()?;
        let since = Timestamp(words.next()?.parse().ok()?);
        let [program, host] = [words.next(), words.next()].map(|word| word.and_then(sanitize));
        words.next().is_none().then_some(Self { process, since, program, host })
    }
}

/// Removes characters that could mislead where the name is shown. Returns `None` if nothing is left.
fn sanitize(name: &str) -> Option<String> {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().filter(fits).take(NAME).collect();
    name.contains(|c: char| c.is_ascii_alphanumeric()).then_some(name)
}

#[cfg(unix)]
fn host() -> Option<String> {
    sanitize(rustix::system::uname().nodename().to_str().ok()?)
}

#[cfg(not(unix))]
fn host() -> Option<String> {
    sanitize(&std::env::var("COMPUTERNAME").ok()?)
}

/// The write lock of a profile. The operating system releases it when the process ends, also after a crash.
pub(crate) struct Lock {
    _file: File,
}

/// Why the write lock was not acquired.
pub(crate) enum LockError {
    InUse(Option<Holder>),
    /// The folder is read-only, so nobody else writes either.
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
        // The holder's details are only informative; on a full disk they are left out.
        let _ = write_holder(&mut file, now);
        Ok(Self { _file: file })
    }
}

fn write_holder(file: &mut File, now: Timestamp) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(Holder::current_process(now).write().as_bytes())
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
    fn a_second_process_sees_the_holder_and_locks_after_it() {
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
    fn a_lock_file_with_other_content_has_no_holder() {
        for text in ["", "x", "1", "1 2 3 4 5", "-1 2", "1 99999999999999999999999"] {
            assert_eq!(Holder::parse(text), None, "{text}");
        }
    }

    #[test]
    fn holder_names_are_sanitized_and_optional() {
        let names = |text: &str| Holder::parse(text).map(|by| (by.program, by.host)).unwrap();
        assert_eq!(names("1 2"), (None, None), "written by an earlier version");
        assert_eq!(names("1 2 - -"), (None, None));
        assert_eq!(names("1 2 coffer desk-1.lan"), (Some("coffer".into()), Some("desk-1.lan".into())));
        assert_eq!(names("1 2 <b>x</b> \u{202e}y"), (Some("bxb".into()), Some("y".into())));
        let long = names(&format!("1 2 {} x", "a".repeat(200))).0.unwrap();
        assert_eq!(long.len(), NAME);
    }
}
