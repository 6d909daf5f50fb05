//! The asking end of the socket.

use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::frame::{self, FrameError, LONGEST, LONGEST_HELLO};
use crate::location::{Location, expect_private};
use crate::peer::expect_own_user;
use crate::protocol::{Answer, Hello, Request, Role, VERSION, Welcome};

/// The longest wait for the greeting.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// The longest wait for an answer: the user may be asked first.
const MAX_ANSWER: Duration = Duration::from_mins(3);

/// A connection with the program that has the profile.
pub struct Client {
    stream: UnixStream,
    role: Role,
}

/// Why there is no connection, or no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No program has the profile.
    #[error("no program has the profile open")]
    Nobody,
    /// The place of the socket is not private, or its owner is another user.
    #[error("the socket is not private")]
    Place,
    /// The other program is of another version.
    #[error("the program that has the profile is of another version")]
    Version,
    /// The conversation failed.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

impl Client {
    /// Connects with the listening program of a data folder, which must be of the same user.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn connect(location: &Location) -> Result<Self, ClientError> {
        let socket = location.socket();
        let mut stream = match UnixStream::connect(&socket) {
            Ok(stream) => stream,
            Err(error) => {
                return Err(match error.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ClientError::Nobody,
                    _ => FrameError::from(error).into(),
                });
            }
        };
        let folder = socket.parent().ok_or(ClientError::Place)?;
        expect_private(folder).map_err(|_| ClientError::Place)?;
        expect_own_user(&stream).map_err(|_| ClientError::Place)?;
        set_limits(&stream, MAX_WAIT)?;
        frame::write(&mut stream, &Hello { version: VERSION })?;
        // A program that ends just now has closed the connection.
        let welcome: Welcome = frame::read(&mut stream, LONGEST_HELLO)?.ok_or(ClientError::Nobody)?;
        if welcome.version != VERSION {
            return Err(ClientError::Version);
        }
        set_limits(&stream, MAX_ANSWER)?;
        Ok(Self { stream, role: welcome.role })
    }

    /// The program at the other end.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn ask(&mut self, request: &Request) -> Result<Answer, ClientError> {
        frame::write(&mut self.stream, request)?;
        frame::read(&mut self.stream, LONGEST)?.ok_or(ClientError::Nobody)
    }
}

fn set_limits(stream: &UnixStream, limit: Duration) -> Result<(), FrameError> {
    stream.set_read_timeout(Some(limit))?;
    Ok(stream.set_write_timeout(Some(limit))?)
}
