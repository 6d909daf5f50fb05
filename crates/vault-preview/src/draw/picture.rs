//! Images: PNG, JPEG, GIF, WebP and BMP.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, imageops};
use zeroize::Zeroizing;

use super::fit::fit;
use crate::Picture;
use crate::ipc::Refusal;

/// The longest edge that a decoder accepts: a header of a few bytes can claim any size.
const LONGEST_READ: u32 = 1 << 15;
/// The memory that a decoder may take, in bytes; the process limit leaves room for the result.
const MOST_MEMORY: u64 = 320 << 20;

/// Renders an image upright, scaled down if it is larger than `edge`.
pub fn draw(file: &[u8], format: ImageFormat, edge: u32) -> Result<Picture, Refusal> {
    let unreadable = |_| Refusal::Unreadable;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_READ);
    limits.max_image_height = Some(LONGEST_READ);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let upright = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let (width, height) = (whole.width(), whole.height());
    let small = if width.max(height) > edge {
        let (width, height) = fit(width.into(), height.into(), edge);
        imageops::thumbnail(&whole, width, height)
    } else {
        whole.into_rgba8()
    };
    let mut small = DynamicImage::ImageRgba8(small);
    small.apply_orientation(upright);
    let small = small.into_rgba8();
    let (width, height) = small.dimensions();
    Picture::new(width, height, 1, Zeroizing::new(small.into_raw())).ok_or(Refusal::Unreadable)
}
