//! Reading of QR codes in pictures, such as screenshots and photos.
//!
//! PNG, JPEG, WebP and GIF are supported, the formats of screenshots, cameras and web pages. Pictures are untrusted, so
//! their size is checked before they are decoded, the work on each is bounded, and a panic of a decoder is contained:
//! it counts as a picture that cannot be decoded, or as no code.

mod bounds;
mod file;
mod finder;
mod grey;

use vault_crypto::SecretText;

use self::bounds::{FILE, check, contained};
use self::grey::{Grey, Picture};

pub use bounds::{PictureError, is_decoding};

/// Maximum number of pixels in the first attempt. Larger pictures are reduced by an integer factor, which also removes
/// the noise of a photo.
const ENOUGH: usize = 2 << 20;

/// Reads the QR codes in a picture file, at most sixteen. A file that ends early is read as far as it goes.
///
/// # Errors
/// Fails if it is none of the formats, too large, damaged, or has no readable code.
pub fn read(picture: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    if picture.len() > FILE {
        return Err(PictureError::TooLarge);
    }
    let decode = file::decoder(picture).ok_or(PictureError::Format)?;
    let decoded = contained(|| decode(picture)).unwrap_or(Err(PictureError::Damaged))?;
    let nothing = if decoded.is_damaged { PictureError::Damaged } else { PictureError::NoCode };
    codes(decoded.picture).ok_or(nothing)
}

/// Reads the QR codes in a decoded picture, such as one from the clipboard: RGBA pixels, row by row.
///
/// # Errors
/// Fails if the length of `pixels` does not match the size, the picture is too large, or it has no readable code.
pub fn read_pixels(width: usize, height: usize, pixels: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    check(width, height)?;
    if pixels.len() != width * height * 4 {
        return Err(PictureError::Damaged);
    }
    codes(Picture::of_rgba(width, height, pixels)).ok_or(PictureError::NoCode)
}

/// Returns whether the first bytes of a file are those of a picture that [`read`] supports.
#[must_use]
pub fn is_picture(start: &[u8]) -> bool {
    file::decoder(start).is_some()
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
