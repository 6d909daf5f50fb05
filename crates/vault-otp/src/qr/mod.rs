//! Reading of QR codes in pictures, such as screenshots and photos.
//!
//! PNG, JPEG, WebP and GIF are supported, the formats of screenshots, cameras and web pages. Pictures are untrusted, so
//! their size is checked before they are decoded, the work on each is bounded, and a panic of a decoder is contained:
//! it counts as a picture that cannot be decoded, or as no code.

mod file;
mod finder;
mod grey;

use std::panic::{AssertUnwindSafe, catch_unwind};

use vault_crypto::SecretText;

use self::grey::{Grey, Picture};

/// Maximum size of a file, in bytes.
const FILE: usize = 32 << 20;
/// Maximum number of pixels: enough for a photo of 12 megapixels and half of an 8K screen.
const PIXELS: usize = 16 << 20;
/// Maximum width and height.
const SIDE: usize = 16 << 10;
/// Maximum number of pixels in the first attempt. Larger pictures are reduced by an integer factor, which also removes
/// the noise of a photo.
const ENOUGH: usize = 2 << 20;
/// Maximum number of codes in one picture.
const CODES: usize = 16;

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

/// Reads the QR codes in a picture file, at most sixteen. A file that ends early is read as far as it goes.
///
/// # Errors
/// Fails if it is none of the formats, too large, damaged, or has no readable code.
pub fn read(picture: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    if picture.len() > FILE {
        return Err(PictureError::TooLarge);
    }
    let decoded = contained(|| file::decode(picture)).unwrap_or(Err(PictureError::Damaged))?;
    let nothing = if decoded.is_whole { PictureError::NoCode } else { PictureError::Damaged };
    codes(decoded.picture).ok_or(nothing)
}

/// Reads the QR codes in a decoded picture, such as one from the clipboard: RGBA pixels, row by row.
///
/// # Errors
/// Fails if the length of `pixels` does not match the size, the picture is too large, or it has no readable code.
pub fn read_pixels(width: usize, height: usize, pixels: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    checked(width, height)?;
    if pixels.len() != width * height * 4 {
        return Err(PictureError::Damaged);
    }
    codes(Picture::of_rgba(width, height, pixels)).ok_or(PictureError::NoCode)
}

/// Returns whether the first bytes of a file are those of a picture that [`read`] supports.
#[must_use]
pub fn is_picture(start: &[u8]) -> bool {
    file::format(start).is_some()
}

/// Runs a decoder of other people's bytes. Returns `None` if it panics.
fn contained<T>(decode: impl FnOnce() -> T) -> Option<T> {
    // Nothing that the decoder changes is used after a panic.
    catch_unwind(AssertUnwindSafe(decode)).ok()
}

fn checked(width: usize, height: usize) -> Result<(), PictureError> {
    let fits = width <= SIDE && height <= SIDE && width.saturating_mul(height) <= PIXELS;
    if fits { Ok(()) } else { Err(PictureError::TooLarge) }
}

/// Reads the codes of a picture on white ground, or else on black: what is transparent has no colour of its own.
fn codes(picture: Picture) -> Option<Vec<SecretText>> {
    let on_black = picture.has_transparency().then(|| picture.on(u8::MIN));
    let on_white = picture.on(u8::MAX);
    drop(picture);
    codes_in(on_white).or_else(|| codes_in(on_black?))
}

fn codes_in(grey: Grey) -> Option<Vec<SecretText>> {
    let sizes = if grey.pixel_count() > ENOUGH { vec![grey.reduced_to(ENOUGH), grey] } else { vec![grey] };
    let found = |grey: &Grey| Some(finder::codes(grey)).filter(|codes| !codes.is_empty());
    sizes.iter().find_map(found).or_else(|| {
        // Altered copies of the size in which a code is most likely found: dots grow together when blurred, a module of
        // one or two pixels is found when enlarged, noise goes when reduced.
        let first = sizes.first()?;
        let copies: [fn(&Grey) -> Option<Grey>; 4] = [
            |grey| Some(grey.blurred()),
            |grey| (grey.pixel_count() * 4 <= ENOUGH).then(|| grey.enlarged()),
            |grey| Some(grey.reduced(2)),
            |grey| Some(grey.reduced(3)),
        ];
        copies.iter().find_map(|copy| found(&copy(first)?))
    })
}

#[cfg(test)]
mod tests;
