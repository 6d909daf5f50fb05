//! An answer that is a stream of events. Once its head is known, the connection leaves hyper, whose buffers would cost each
//! waiting client more than all the rest, and does nothing but pass on events until one side ends it.

use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderName, Response};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::hints::EventStream;

/// What is read of a client at once: it has nothing to say.
const READ: usize = 64;

/// The date of an answer (RFC 9110).
const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// Headers of the connection, which belong to this module.
const OWN: [HeaderName; 3] =
    [axum::http::header::CONTENT_LENGTH, axum::http::header::CONNECTION, axum::http::header::DATE];

/// Events, as an extension of the answer to which they belong. Without [`Self::take`] they end with it.
#[derive(Clone)]
pub struct Streaming(Arc<Mutex<Option<EventStream>>>);

impl Streaming {
    /// Lets an answer go on with events.
    pub fn new(events: EventStream) -> Self {
        Self(Arc::new(Mutex::new(Some(events))))
    }

    /// Takes the events out of an answer; `None` if it has none.
    pub fn take(response: &mut Response<Body>) -> Option<EventStream> {
        let streaming: Self = response.extensions_mut().remove()?;
        streaming.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The head of an answer whose end is the end of the connection.
pub fn head(response: &Response<Body>) -> Vec<u8> {
    let now = OffsetDateTime::from(SystemTime::now()).format(DATE).unwrap_or_default();
    let mut head =
        format!("HTTP/1.1 {}\r\nconnection: close\r\ndate: {now}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers().iter().filter(|(name, _)| !OWN.contains(name)) {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Sends the head, then events until they end.
///
/// # Errors
/// If the client ends the connection or takes nothing for too long.
pub async fn stream(
    mut io: impl AsyncRead + AsyncWrite + Unpin,
    head: Vec<u8>,
    events: EventStream,
) -> io::Result<()> {
    io.write_all(&head).await?;
    drop(head);
    let mut ignored = [0; READ];
    loop {
        io.flush().await?;
        let piece = tokio::select! {
            piece = poll_fn(|cx| events.poll_take(cx)) => piece,
            read = io.read(&mut ignored) => match read? {
                0 => return Ok(()),
                _ => continue,
            },
        };
        let Some(piece) = piece else { return io.shutdown().await };
        tokio::select! {
            // The last event is sent before the end, if the client takes it at once.
            biased;
            written = io.write_all(piece.as_bytes()) => written?,
            () = poll_fn(|cx| events.poll_end(cx)) => return io.shutdown().await,
        }
    }
}
