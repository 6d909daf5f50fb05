//! Which program is at the other end of a connection.
//!
//! The check holds off programs of other users, and tells programs of the same user apart. A program of the same user that
//! means harm can start an allowed one and use its connection; see the threat model, row 50.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{PidfdFlags, pidfd_open};
use vault_text::safe_to_show;

/// A running program, known by its file.
#[derive(Clone, Debug)]
pub struct Program {
    /// The path of its file.
    path: PathBuf,
    /// Device, number and last change of the file.
    id: (u64, u64, i64, i64),
}

/// Why the other end was refused.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// It belongs to another user.
    #[error("it belongs to another user")]
    OtherUser,
    /// It ended, or does not let itself be looked at.
    #[error("its program is unknown")]
    Unknown(#[from] io::Error),
}

impl Program {
    /// This program.
    ///
    /// # Errors
    /// If the system does not show it.
    pub fn own() -> io::Result<Self> {
        Self::of_process("self")
    }

    /// The path of its file, in one line that can be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        safe_to_show(&self.path.to_string_lossy())
    }

    /// Whether both are the same, unchanged file.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.id == other.id
    }

    fn of_process(process: &str) -> io::Result<Self> {
        let link = PathBuf::from(format!("/proc/{process}/exe"));
        // The link leads to the file itself, also if another one has its path by now.
        let meta = std::fs::metadata(&link)?;
        Ok(Self {
            path: std::fs::read_link(link)?,
            id: (meta.dev(), meta.ino(), meta.ctime(), meta.ctime_nsec()),
        })
    }
}

/// Finds the program at the other end, which must be one of this user.
///
/// # Errors
/// [`PeerError`].
pub fn identify(stream: &UnixStream) -> Result<Program, PeerError> {
    let peer = rustix::net::sockopt::socket_peercred(stream).map_err(io::Error::from)?;
    expect_own(peer.uid.as_raw(), rustix::process::geteuid().as_raw())?;
    let process = pidfd_open(peer.pid, PidfdFlags::empty()).map_err(io::Error::from)?;
    let program = Program::of_process(&peer.pid.as_raw_nonzero().to_string())?;
    // While the process of the descriptor lives, its number belongs to no other.
    if has_ended(&process)? {
        return Err(PeerError::Unknown(io::ErrorKind::NotFound.into()));
    }
    Ok(program)
}

/// Fails if the other end of a connection belongs to another user.
pub(crate) fn expect_own_user(stream: &UnixStream) -> Result<(), PeerError> {
    let peer = rustix::net::sockopt::socket_peercred(stream).map_err(io::Error::from)?;
    expect_own(peer.uid.as_raw(), rustix::process::geteuid().as_raw())
}

fn expect_own(peer: u32, own: u32) -> Result<(), PeerError> {
    if peer == own { Ok(()) } else { Err(PeerError::OtherUser) }
}

fn has_ended(process: &OwnedFd) -> io::Result<bool> {
    let mut polled = [PollFd::new(process, PollFlags::IN)];
    Ok(poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_is_found_by_its_process() {
        let (one, _other) = UnixStream::pair().unwrap();
        let program = identify(&one).unwrap();
        assert!(program.is(&Program::own().unwrap()));
        assert_eq!(program.path, std::env::current_exe().unwrap());
    }

    #[test]
    fn t50_another_user_is_refused_even_the_administrator() {
        assert!(expect_own(1000, 1000).is_ok());
        assert!(matches!(expect_own(0, 1000), Err(PeerError::OtherUser)));
        assert!(matches!(expect_own(1001, 1000), Err(PeerError::OtherUser)));
    }

    #[test]
    fn t50_a_process_that_has_ended_is_noticed() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = rustix::process::Pid::from_child(&child);
        let process = pidfd_open(id, PidfdFlags::empty()).unwrap();
        child.wait().unwrap();
        assert!(has_ended(&process).unwrap());
    }
}
