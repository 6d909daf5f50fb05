//! Documents over the socket, piece by piece: each piece is a frame of bytes, an empty one is the end.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use tokio::runtime::Handle;
use vault_api::{DocumentInput, DocumentOutput, DocumentTarget, ErrorView, Result};

use crate::answers::id;
use crate::frame::{self, FrameError, LONGEST_PIECE};
use crate::host::Host;
use crate::protocol::{Answer, DocumentInfo, DocumentPlace, Reply, StoredDocument};
use crate::timed::read_piece;

/// The time until the next piece has come or was taken: the program at the other end may wait for something itself.
const PIECE_WITHIN: Duration = Duration::from_mins(10);

/// Adds a document: says that it may come, takes its pieces, and says what became of it. If the connection ends before the
/// last piece, nothing is kept.
///
/// # Errors
/// [`FrameError`] if the connection cannot go on.
pub(crate) fn put(
    stream: &mut UnixStream,
    host: &dyn Host,
    runtime: &Handle,
    place: &DocumentPlace,
    name: String,
) -> std::result::Result<(), FrameError> {
    let begun = target(place).and_then(|target| runtime.block_on(host.coffer().document_input(target, name)));
    let mut input = match begun {
        Ok(input) => input,
        Err(error) => return frame::write(stream, &failed(error)),
    };
    frame::write(stream, &Answer::Done(Reply::Nothing))?;
    while let Some(piece) = read_piece(stream, LONGEST_PIECE, PIECE_WITHIN)? {
        host.used();
        if piece.is_empty() {
            return frame::write(stream, &finish(input));
        }
        if let Err(error) = input.write(&piece) {
            frame::write(stream, &failed(error))?;
            // More pieces may be under way.
            return Err(FrameError::Malformed);
        }
    }
    Ok(())
}

fn target(place: &DocumentPlace) -> Result<DocumentTarget> {
    Ok(match place {
        DocumentPlace::New => DocumentTarget::New,
        DocumentPlace::Attach { item } => DocumentTarget::Attach(id(item)?),
        DocumentPlace::Replace { item, blob } => DocumentTarget::Replace(id(item)?, id(blob)?),
    })
}

fn finish(input: DocumentInput) -> Answer {
    match input.finish() {
        Ok(item) => Answer::Done(Reply::Stored(StoredDocument { item: item.to_string() })),
        Err(error) => failed(error),
    }
}

/// Gives a document: its length, its pieces, and whether it was complete.
///
/// # Errors
/// As [`put`].
pub(crate) fn get(
    stream: &mut UnixStream,
    host: &dyn Host,
    runtime: &Handle,
    (item, blob): (&str, &str),
) -> std::result::Result<(), FrameError> {
    let begun = (|| Ok((id(item)?, id(blob)?)))()
        .and_then(|(item, blob)| runtime.block_on(host.coffer().document_output(item, blob)));
    let output = match begun {
        Ok(output) => output,
        Err(error) => return frame::write(stream, &failed(error)),
    };
    let info = DocumentInfo { name: output.name().to_owned(), size: output.size() };
    frame::write(stream, &Answer::Done(Reply::Document(info)))?;
    let before = stream.write_timeout()?;
    stream.set_write_timeout(Some(PIECE_WITHIN))?;
    let ended = pieces(stream, host, output)?;
    stream.set_write_timeout(before)?;
    frame::write_bytes(stream, &[])?;
    frame::write(stream, &ended)
}

fn pieces(
    stream: &mut UnixStream,
    host: &dyn Host,
    mut output: DocumentOutput,
) -> std::result::Result<Answer, FrameError> {
    loop {
        host.used();
        match output.read() {
            Ok(Some(piece)) => frame::write_bytes(stream, &piece)?,
            Ok(None) => return Ok(Answer::Done(Reply::Nothing)),
            Err(error) => return Ok(failed(error)),
        }
    }
}

fn failed(error: ErrorView) -> Answer {
    Answer::Failed(Box::new(error))
}
