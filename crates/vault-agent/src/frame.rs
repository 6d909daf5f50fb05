//! Frames of the socket: a length of four bytes, big-endian, then so many bytes of JSON.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The longest frame of an exchange.
pub const LONGEST: usize = 16 << 20;
/// The longest piece of a document.
pub const LONGEST_PIECE: usize = 4 << 20;
/// The longest frame before a program is known.
pub const LONGEST_HELLO: usize = 1 << 10;
/// How much is allocated at once: a length is not believed before its bytes arrive.
const STEP: usize = 64 << 10;

/// Why a frame was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// It is longer than allowed.
    #[error("a message is too long")]
    TooLong,
    /// It is no message of this protocol.
    #[error("a message is malformed")]
    Malformed,
    /// The connection failed, ended within a frame, or took too long.
    #[error("the connection failed")]
    Connection(#[from] io::Error),
}

/// Reads the next message; `None` if the connection ended before it.
///
/// # Errors
/// [`FrameError`].
pub fn read<T: DeserializeOwned>(stream: &mut impl Read, longest: usize) -> Result<Option<T>, FrameError> {
    let Some(bytes) = read_bytes(stream, longest)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| FrameError::Malformed)
}

/// Reads the bytes of the next frame; `None` if the connection ended before it.
///
/// # Errors
/// [`FrameError`].
pub fn read_bytes(stream: &mut impl Read, longest: usize) -> Result<Option<Zeroizing<Vec<u8>>>, FrameError> {
    let mut length = [0; 4];
    match stream.read(&mut length)? {
        0 => return Ok(None),
        read => stream.read_exact(length.get_mut(read..).unwrap_or_default())?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| FrameError::TooLong)?;
    if length > longest {
        return Err(FrameError::TooLong);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    while bytes.len() < length {
        let begin = bytes.len();
        bytes.resize(length.min(begin + STEP), 0);
        stream.read_exact(bytes.get_mut(begin..).unwrap_or_default())?;
    }
    Ok(Some(bytes))
}

/// Writes a frame of bytes.
///
/// # Errors
/// [`FrameError`].
pub fn write_bytes(stream: &mut impl Write, bytes: &[u8]) -> Result<(), FrameError> {
    if bytes.len() > LONGEST {
        return Err(FrameError::TooLong);
    }
    let head = u32::try_from(bytes.len()).map_err(|_| FrameError::TooLong)?.to_be_bytes();
    stream.write_all(&head)?;
    stream.write_all(bytes)?;
    Ok(stream.flush()?)
}

/// Writes a message.
///
/// # Errors
/// [`FrameError`].
pub fn write(stream: &mut impl Write, message: &impl Serialize) -> Result<(), FrameError> {
    let mut bytes = Zeroizing::new(vec![0; 4]);
    serde_json::to_writer(&mut *bytes, message).map_err(|_| FrameError::Malformed)?;
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(FrameError::TooLong);
    }
    let head = u32::try_from(length).map_err(|_| FrameError::TooLong)?.to_be_bytes();
    bytes.iter_mut().zip(head).for_each(|(byte, value)| *byte = value);
    stream.write_all(&bytes)?;
    Ok(stream.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_and_the_end_is_none() {
        let mut bytes = Vec::new();
        write(&mut bytes, &"grüße").unwrap();
        let mut stream = bytes.as_slice();
        assert_eq!(read::<String>(&mut stream, 100).unwrap().as_deref(), Some("grüße"));
        assert!(read::<String>(&mut stream, 100).unwrap().is_none());
    }

    #[test]
    fn t50_a_long_cut_or_malformed_frame_is_refused() {
        let refused = |bytes: &[u8]| read::<String>(&mut &*bytes, 8).unwrap_err();
        assert!(matches!(refused(&[0, 0, 0, 9, b'"']), FrameError::TooLong));
        assert!(matches!(refused(&[0xff; 4]), FrameError::TooLong));
        assert!(matches!(refused(&[0, 0]), FrameError::Connection(_)));
        assert!(matches!(refused(&[0, 0, 0, 3, b'"']), FrameError::Connection(_)));
        assert!(matches!(refused(&[0, 0, 0, 2, b'"', b'a']), FrameError::Malformed));
    }
}
