//! Reading of QR codes in pictures, such as screenshots and photos.
//!
//! PNG and JPEG are supported, the formats of screenshots and cameras. Pictures are untrusted, so their size is checked
//! before they are decoded, and a panic of a decoder is contained: it counts as a picture that cannot be decoded, or as
//! no code.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use png::{ColorType, Limits, Transformations};
use rqrr::PreparedImage;
use vault_crypto::SecretText;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Maximum size of a file, in bytes.
const FILE: usize = 32 << 20;
/// Maximum number of pixels: enough for a photo of 12 megapixels and half of an 8K screen.
const PIXELS: usize = 16 << 20;
/// Maximum width and height.
const SIDE: usize = 16 << 10;
/// Maximum number of pixels in the first attempt. Larger pictures are reduced by an integer factor, which also removes
/// the noise of a photo.
const ENOUGH: usize = 2 << 20;
/// The file signatures.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
/// Maximum number of codes in one picture.
const CODES: usize = 16;

/// Why no QR code was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("this is not a PNG or JPEG picture")]
    Format,
    /// The file, or its number of pixels, is above the limit.
    #[error("the picture is too large: the limits are 32 MiB and 16 million pixels")]
    TooLarge,
    /// The picture cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
    /// The picture has no readable QR code.
    #[error("there is no readable QR code in the picture")]
    NoCode,
}

/// Reads the QR codes in a picture file, at most sixteen.
///
/// # Errors
/// Fails if it is neither PNG nor JPEG, too large, damaged, or has no readable code.
pub fn read(picture: &[u8]) -> Result<Vec<SecretText>, PictureError> {
    if picture.len() > FILE {
        return Err(PictureError::TooLarge);
    }
    let decode = if picture.starts_with(PNG) {
        png
    } else if picture.starts_with(JPEG) {
        jpeg
    } else {
        return Err(PictureError::Format);
    };
    codes(&contained(|| decode(picture)).unwrap_or(Err(PictureError::Damaged))?)
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
    let pixels = shades(pixels, |[r, g, b, alpha]| on_white(luma(r, g, b), alpha));
    codes(&Grey { width, height, pixels })
}

/// Returns whether the first bytes of a file are those of a picture that [`read`] supports.
#[must_use]
pub fn is_picture(start: &[u8]) -> bool {
    start.starts_with(PNG) || start.starts_with(JPEG)
}

/// Runs a decoder of other people's bytes. Returns `None` if it panics.
fn contained<T>(decode: impl FnOnce() -> T) -> Option<T> {
    // Nothing that the decoder changes is used after a panic.
    catch_unwind(AssertUnwindSafe(decode)).ok()
}

fn codes(grey: &Grey) -> Result<Vec<SecretText>, PictureError> {
    let smaller = (grey.width * grey.height > ENOUGH).then(|| grey.smaller());
    let found = smaller.iter().chain([grey]).map(Grey::codes).find(|codes| !codes.is_empty());
    found.ok_or(PictureError::NoCode)
}

/// A greyscale picture, row by row.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    fn codes(&self) -> Vec<SecretText> {
        let at = |x: usize, y: usize| self.pixels.get(y * self.width + x).copied().unwrap_or(u8::MAX);
        let dark_on_light = self.decoded(at);
        if !dark_on_light.is_empty() {
            return dark_on_light;
        }
        // Inverted, as in a dark theme.
        self.decoded(|x, y| u8::MAX - at(x, y))
    }

    fn decoded(&self, at: impl FnMut(usize, usize) -> u8) -> Vec<SecretText> {
        let prepare = || PreparedImage::prepare_from_greyscale(self.width, self.height, at);
        let Some(mut image) = contained(prepare) else { return Vec::new() };
        let grids = contained(|| image.detect_grids()).unwrap_or_default();
        // A grid that cannot be decoded is no obstacle to the others.
        let texts = grids.into_iter().take(CODES).filter_map(|grid| contained(|| grid.decode())?.ok());
        texts.map(|(_, text)| SecretText::new(text)).collect()
    }

    /// Reduces the picture by averaging squares of pixels.
    fn smaller(&self) -> Self {
        let mut step = 2;
        while (self.width / step) * (self.height / step) > ENOUGH {
            step += 1;
        }
        let (width, height) = (self.width / step, self.height / step);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let rows = (y * step..(y + 1) * step).filter_map(|row| {
                    let start = row * self.width + x * step;
                    self.pixels.get(start..start + step)
                });
                let sum: usize = rows.flatten().map(|pixel| usize::from(*pixel)).sum();
                pixels.push(u8::try_from(sum / (step * step)).unwrap_or(u8::MAX));
            }
        }
        Self { width, height, pixels }
    }
}

fn checked(width: usize, height: usize) -> Result<(), PictureError> {
    let fits = width <= SIDE && height <= SIDE && width.saturating_mul(height) <= PIXELS;
    if fits { Ok(()) } else { Err(PictureError::TooLarge) }
}

fn png(bytes: &[u8]) -> Result<Grey, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 5 * PIXELS });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(damaged)?;
    let size = |side: u32| usize::try_from(side).map_err(|_| PictureError::TooLarge);
    checked(size(info.width)?, size(info.height)?)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(PictureError::TooLarge)?];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    let (width, height) = (size(frame.width)?, size(frame.height)?);
    checked(width, height)?;
    pixels.truncate(frame.buffer_size());
    let pixels = match frame.color_type {
        ColorType::Grayscale => pixels,
        ColorType::GrayscaleAlpha => shades(&pixels, |[grey, alpha]| on_white(grey.into(), alpha)),
        ColorType::Rgb => shades(&pixels, |[r, g, b]| on_white(luma(r, g, b), u8::MAX)),
        ColorType::Rgba => shades(&pixels, |[r, g, b, alpha]| on_white(luma(r, g, b), alpha)),
        ColorType::Indexed => return Err(PictureError::Damaged),
    };
    Ok(Grey { width, height, pixels })
}

fn shades<const N: usize>(pixels: &[u8], shade: impl Fn([u8; N]) -> u8) -> Vec<u8> {
    pixels.as_chunks().0.iter().map(|pixel| shade(*pixel)).collect()
}

/// Returns the luma with the weights of ITU-R BT.601, in 1/256.
fn luma(r: u8, g: u8, b: u8) -> u32 {
    (77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8
}

fn on_white(grey: u32, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn jpeg(bytes: &[u8]) -> Result<Grey, PictureError> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_use_unsafe(false)
        .set_max_width(SIDE)
        .set_max_height(SIDE)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    let info = decoder.info().ok_or(PictureError::Damaged)?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    checked(width, height)?;
    let pixels = decoder.decode().map_err(|_| PictureError::Damaged)?;
    let whole = pixels.len() == width * height;
    if whole { Ok(Grey { width, height, pixels }) } else { Err(PictureError::Damaged) }
}

#[cfg(test)]
mod tests;
