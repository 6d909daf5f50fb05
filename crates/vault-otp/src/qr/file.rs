//! Decoding of picture files.

use std::io::Cursor;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use image_webp::WebPDecoder;
use png::{ColorType, Limits, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::bounds::{PIXELS, PictureError, SIDE, check};
use super::grey::Picture;

/// Maximum memory of a decoder beside its result, in bytes.
const MEMORY: usize = 5 * PIXELS;
/// The file signatures. Between the two of WebP is the length.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
const WEBP: (&[u8], &[u8]) = (b"RIFF", b"WEBP");
const GIF: &[u8] = b"GIF8";

/// A decoded file.
pub(super) struct Decoded {
    pub(super) picture: Picture,
    /// Whether an error ended the decoding; what is missing is white or without colour.
    pub(super) is_damaged: bool,
}

type Decoder = fn(&[u8]) -> Result<Decoded, PictureError>;

/// Returns the decoder for a file with these first bytes, or `None` if the format is not supported.
pub(super) fn decoder(start: &[u8]) -> Option<Decoder> {
    let is_webp = start.starts_with(WEBP.0) && start.get(8..).is_some_and(|rest| rest.starts_with(WEBP.1));
    match start {
        _ if start.starts_with(PNG) => Some(png),
        _ if start.starts_with(JPEG) => Some(jpeg),
        _ if start.starts_with(GIF) => Some(gif),
        _ if is_webp => Some(webp),
        _ => None,
    }
}

fn png(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(|_| PictureError::Damaged)?;
    let (width, height) = size(info.width, info.height)?;
    let mut reader = decoder.read_info().map_err(|_| PictureError::Damaged)?;
    let mut pixels = vec![u8::MAX; reader.output_buffer_size().ok_or(PictureError::TooLarge)?];
    let is_damaged = reader.next_frame(&mut pixels).is_err();
    let picture = match reader.output_color_type().0 {
        ColorType::Grayscale => Picture::of_grey(width, height, pixels),
        ColorType::GrayscaleAlpha => Picture::of_grey_alpha(width, height, &pixels),
        ColorType::Rgb => Picture::of_rgb(width, height, &pixels),
        ColorType::Rgba => Picture::of_rgba(width, height, &pixels),
        ColorType::Indexed => return Err(PictureError::Damaged),
    };
    Ok(Decoded { picture, is_damaged })
}

/// The decoder itself fills what is missing at the end.
fn jpeg(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_use_unsafe(false)
        .set_max_width(SIDE)
        .set_max_height(SIDE);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    let info = decoder.info().ok_or(PictureError::Damaged)?;
    let (width, height) = size(info.width.into(), info.height.into())?;
    // Printing colours are not converted to grey directly.
    let of_print = matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK));
    let space = if of_print { ColorSpace::RGB } else { ColorSpace::Luma };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|_| PictureError::Damaged)?;
    let picture = if of_print {
        Picture::of_rgb(width, height, &pixels)
    } else {
        Picture::of_grey(width, height, pixels)
    };
    Ok(Decoded { picture, is_damaged: false })
}

/// Decodes a picture, or the first of an animation.
fn webp(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| PictureError::Damaged)?;
    decoder.set_memory_limit(MEMORY);
    let (width, height) = decoder.dimensions();
    let (width, height) = size(width, height)?;
    let mut pixels = vec![u8::MAX; decoder.output_buffer_size().ok_or(PictureError::TooLarge)?];
    let is_damaged = decoder.read_image(&mut pixels).is_err();
    let of = if decoder.has_alpha() { Picture::of_rgba } else { Picture::of_rgb };
    Ok(Decoded { picture: of(width, height, &pixels), is_damaged })
}

/// Decodes the first picture of an animation.
fn gif(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(NonZeroU64::MIN.saturating_add(MEMORY as u64)));
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(|_| PictureError::Damaged)?;
    let frame = decoder.read_next_frame().ok().flatten().ok_or(PictureError::Damaged)?;
    let (width, height) = size(frame.width.into(), frame.height.into())?;
    Ok(Decoded { picture: Picture::of_rgba(width, height, &frame.buffer), is_damaged: false })
}

fn size(width: u32, height: u32) -> Result<(usize, usize), PictureError> {
    let side = |side| usize::try_from(side).map_err(|_| PictureError::TooLarge);
    let (width, height) = (side(width)?, side(height)?);
    check(width, height)?;
    Ok((width, height))
}
