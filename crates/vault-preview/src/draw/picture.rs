use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, imageops};
use zeroize::Zeroizing;

use super::fit;
use crate::Picture;
use crate::wire::Refusal;

/// The longest edge of a picture that is read at all: what a file says of itself is cheap.
const LONGEST_READ: u32 = 1 << 15;
/// What a decoder may take; the process has more, for the points that are drawn of it.
const MOST_MEMORY: u64 = 320 << 20;

/// Draws a picture, no larger than it is, and upright.
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
