//! Decoding of picture files.

use std::io::Cursor;

use image::{ColorType, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use super::grey::Picture;
use super::{PictureError, SIDE, checked};

/// Maximum memory of a decoder in bytes: eight for each pixel, those of a PNG of 16 bits and four channels.
const MEMORY: u64 = 192 << 20;

/// A decoded file.
pub(super) struct Decoded {
    pub(super) picture: Picture,
    /// Whether the file was decoded to its end; otherwise what is missing is white.
    pub(super) is_whole: bool,
}

/// Returns the format of a picture from its first bytes, or `None` if it is not supported.
pub(super) fn format(start: &[u8]) -> Option<ImageFormat> {
    image::guess_format(start).ok().filter(|format| {
        matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif)
    })
}

/// Decodes a file, of an animation its first picture. A file that ends early is decoded as far as it goes.
///
/// # Errors
/// Fails if the format is not supported, the picture too large, or its header damaged.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let format = format(bytes).ok_or(PictureError::Format)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions();
    let size = |side: u32| usize::try_from(side).unwrap_or(SIDE + 1);
    let (width, height) = (size(width), size(height));
    checked(width, height)?;
    let color = decoder.color_type();
    let mut pixels = vec![u8::MAX; width * height * usize::from(color.bytes_per_pixel())];
    let is_whole = decoder.read_image(&mut pixels).is_ok();
    let picture = match color {
        ColorType::L8 => Picture::of_grey(width, height, pixels),
        ColorType::La8 => Picture::of_grey_alpha(width, height, &pixels),
        ColorType::Rgb8 => Picture::of_rgb(width, height, &pixels),
        ColorType::Rgba8 => Picture::of_rgba(width, height, &pixels),
        ColorType::L16 => Picture::of_grey(width, height, upper_bytes(&pixels)),
        ColorType::La16 => Picture::of_grey_alpha(width, height, &upper_bytes(&pixels)),
        ColorType::Rgb16 => Picture::of_rgb(width, height, &upper_bytes(&pixels)),
        ColorType::Rgba16 => Picture::of_rgba(width, height, &upper_bytes(&pixels)),
        _ => return Err(PictureError::Damaged),
    };
    Ok(Decoded { picture, is_whole })
}

/// Returns the upper bytes of 16-bit values in the processor's order.
fn upper_bytes(pixels: &[u8]) -> Vec<u8> {
    pixels.as_chunks().0.iter().map(|pair| u16::from_ne_bytes(*pair).to_be_bytes()[0]).collect()
}
