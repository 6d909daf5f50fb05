use std::fmt;

use zeroize::Zeroizing;

/// A rendered picture: RGBA pixels of four bytes, row by row.
#[derive(PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pages: u32,
    rgba: Zeroizing<Vec<u8>>,
}

impl Picture {
    /// Makes a picture of pixels; `None` if it is empty or the number of bytes does not match.
    pub(crate) fn new(width: u32, height: u32, pages: u32, rgba: Zeroizing<Vec<u8>>) -> Option<Self> {
        let len = u64::from(width) * u64::from(height) * 4;
        (len > 0 && pages > 0 && rgba.len() as u64 == len).then_some(Self { width, height, pages, rgba })
    }

    /// The width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The number of pages of the document as the worker reports it; 1 for an image.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// The pixels.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// Encodes the picture as a PNG file; only the pixels come from the worker.
    ///
    /// # Errors
    /// If the encoder fails.
    pub fn to_png(&self) -> std::io::Result<Zeroizing<Vec<u8>>> {
        // Reserved at once: a growing buffer leaves copies in memory that are not zeroized.
        let mut file = Zeroizing::new(Vec::with_capacity(self.rgba.len() + self.rgba.len() / 8 + 1024));
        let mut encoder = png::Encoder::new(&mut *file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgba)?;
        writer.finish()?;
        Ok(file)
    }
}

/// Shows the size only, never pixels.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} x {}, {} pages)", self.width, self.height, self.pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_png_keeps_every_pixel() {
        let pixels: Vec<u8> = (0..=255).cycle().take(30 * 20 * 4).collect();
        let picture = Picture::new(30, 20, 1, Zeroizing::new(pixels.clone())).unwrap();
        let file = picture.to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file.as_slice())).read_info().unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut read).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (30, 20, png::ColorType::Rgba));
        assert_eq!(read, pixels);
        assert_eq!(format!("{picture:?}"), "Picture(30 x 20, 1 pages)");
    }
}
