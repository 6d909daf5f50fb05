//! Limits on pictures, and containment of what their decoders do.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Maximum size of a file, in bytes.
pub(super) const FILE: usize = 32 << 20;
/// Maximum number of pixels: enough for a photo of 12 megapixels and half of an 8K screen.
pub(super) const PIXELS: usize = 16 << 20;
/// Maximum width and height.
pub(super) const SIDE: usize = 16 << 10;
/// Maximum number of codes in one picture.
pub(super) const CODES: usize = 16;

/// Why no QR code was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG, JPEG, WebP nor GIF.
    #[error("this is not a PNG, JPEG, WebP or GIF picture")]
    Format,
    /// The file, or its number of pixels, is above the limit.
    #[error("the picture is too large: the limits are 32 MiB and 16 million pixels")]
    TooLarge,
    /// The picture cannot be decoded, or has no readable QR code in the part that can.
    #[error("the picture is damaged")]
    Damaged,
    /// The picture has no readable QR code.
    #[error("there is no readable QR code in the picture")]
    NoCode,
}

/// Fails if a picture of this size is too large.
pub(super) fn check(width: usize, height: usize) -> Result<(), PictureError> {
    let fits = width <= SIDE && height <= SIDE && width.saturating_mul(height) <= PIXELS;
    if fits { Ok(()) } else { Err(PictureError::TooLarge) }
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether a decoder runs on this thread: a panic in it is contained, and is no crash of the program.
#[must_use]
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Runs a decoder of other people's bytes. Returns `None` if it panics.
pub(super) fn contained<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = DECODING.replace(true);
    // Nothing that the decoder changes is used after a panic.
    let decoded = catch_unwind(AssertUnwindSafe(decode)).ok();
    DECODING.set(outer);
    decoded
}
