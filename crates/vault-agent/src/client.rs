//! The asking end of the socket.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::frame::{self, FrameError, LONGEST, LONGEST_HELLO, LONGEST_PIECE};
use crate::location::{Location, expect_private};
use crate::peer::expect_own_user;
use crate::protocol::{Answer, Hello, Reply, Request, Role, VERSION, Welcome};

/// The longest wait for the greeting.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// The longest wait for an answer: the user may be asked first.
const MAX_ANSWER: Duration = Duration::from_mins(3);

/// The longest wait for work such as an import.
const MAX_WORK: Duration = Duration::from_hours(12);
/// Bytes of one piece of a document.
const PIECE: usize = 256 << 10;

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
    /// The document to be sent cannot be read.
    #[error("the input cannot be read: {0}")]
    Source(io::Error),
    /// The document that was received cannot be written.
    #[error("the output cannot be written: {0}")]
    Target(io::Error),
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

    /// Sends a document: the request, its bytes, and the answer after them.
    ///
    /// # Errors
    /// [`ClientError`], also if the source cannot be read; nothing of the document is kept then.
    pub fn put(&mut self, request: &Request, source: &mut dyn Read) -> Result<Answer, ClientError> {
        match self.ask(request)? {
            Answer::Done(Reply::Nothing) => {}
            answer => return Ok(answer),
        }
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        loop {
            let read = match source.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(ClientError::Source)?,
            };
            let sent = frame::write_bytes(&mut self.stream, piece.get(..read).unwrap_or_default());
            // The other end may have refused it, and says so before it closes the connection.
            if sent.is_err() || read == 0 {
                return frame::read(&mut self.stream, LONGEST)?.ok_or(ClientError::Nobody);
            }
        }
    }

    /// Receives a document into a target.
    ///
    /// # Errors
    /// [`ClientError`], also if the target cannot be written. The answer says whether the target has all of it.
    pub fn get(&mut self, request: &Request, target: &mut dyn Write) -> Result<Answer, ClientError> {
        let size = match self.ask(request)? {
            Answer::Done(Reply::Document(info)) => info.size,
            answer => return Ok(answer),
        };
        let mut left = size;
        loop {
            let piece = frame::read_bytes(&mut self.stream, LONGEST_PIECE)?.ok_or(ClientError::Nobody)?;
            if piece.is_empty() {
                break;
            }
            left = left.checked_sub(piece.len() as u64).ok_or(FrameError::Malformed)?;
            target.write_all(&piece).map_err(ClientError::Target)?;
        }
        match frame::read(&mut self.stream, LONGEST)?.ok_or(ClientError::Nobody)? {
            Answer::Done(_) if left > 0 => Err(FrameError::Malformed.into()),
            answer => Ok(answer),
        }
    }

    /// Sends a request for work that can take long, and waits for its answer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn ask_for_work(&mut self, request: &Request) -> Result<Answer, ClientError> {
        frame::write(&mut self.stream, request)?;
        self.stream.set_read_timeout(Some(MAX_WORK)).map_err(FrameError::from)?;
        let answer = frame::read(&mut self.stream, LONGEST)?.ok_or(ClientError::Nobody);
        self.stream.set_read_timeout(Some(MAX_ANSWER)).map_err(FrameError::from)?;
        answer
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
