//! Pictures of documents: thumbnails, and pages of PDF files.
//!
//! Files that people are sent are drawn by large programs with a history of faults, so nothing is drawn in the process
//! that holds keys. [`Renderer`] starts a second process, gives it the bytes of one document through a pipe and gets
//! points of colour back through another. That process, [`child::run`], shuts itself in before it reads the first byte:
//! it can open no file and no connection, start nothing, signal nobody, and has so much memory and processor time and no
//! more ([`sandbox`]). What it answers is checked like anything that comes from outside.
//!
//! Where the operating system cannot shut a process in, nothing is drawn.

pub mod child;
mod draw;
mod picture;
mod renderer;
pub mod sandbox;
mod wire;

pub use picture::Picture;
pub use renderer::{PreviewError, Renderer};
pub use wire::{Answer, Job, Kind, Refusal};

/// The longest edge that may be asked for, in points.
pub const LONGEST_EDGE: u32 = 2048;

/// The largest document that is drawn, in bytes: the process that draws holds all of it.
pub const LARGEST: u64 = 64 << 20;
