//! Previews of documents: thumbnails of images and pages of PDF files.
//!
//! Decoders of images and PDF files are large and have a history of vulnerabilities, so none runs in the process that
//! holds keys. [`Renderer`] starts a second process, sends it the bytes of one document through a pipe and reads pixels
//! back through another. That process, [`worker::run`], enters a [`sandbox`] before it reads the first byte: it can open
//! no file and no connection, start no process, send no signal, and its memory and processor time are limited. Its
//! response is validated like any untrusted input.
//!
//! Where the operating system offers no such sandbox, nothing is rendered.

mod draw;
mod ipc;
mod picture;
mod renderer;
pub mod sandbox;
pub mod worker;

pub use ipc::{Job, Kind, Refusal, Response};
pub use picture::Picture;
pub use renderer::{PreviewError, Renderer};

/// The longest edge that may be requested, in pixels.
pub const MAX_EDGE: u32 = 2048;

/// The largest document that is rendered, in bytes: the worker has all of it in memory.
pub const MAX_DOCUMENT_SIZE: u64 = 64 << 20;
