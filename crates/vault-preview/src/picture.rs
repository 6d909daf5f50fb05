use std::fmt;

use zeroize::Zeroizing;

/// A picture that was drawn: points of red, green, blue and opacity, one byte each, row by row.
#[derive(PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pages: u32,
    rgba: Zeroizing<Vec<u8>>,
}

impl Picture {
    /// Takes points for a picture; none if there is nothing to see or their number is another.
    pub(crate) fn new(width: u32, height: u32, pages: u32, rgba: Zeroizing<Vec<u8>>) -> Option<Self> {
        let len = u64::from(width) * u64::from(height) * 4;
        (len > 0 && pages > 0 && rgba.len() as u64 == len).then_some(Self { width, height, pages, rgba })
    }

    /// Points in a row.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How many pages the document has, as the process that draws says; 1 for a picture.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// The points.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The picture as a PNG file, made here: no byte of it is the other process's but the points.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn to_png(&self) -> std::io::Result<Zeroizing<Vec<u8>>> {
        // Room for all of it from the start: what grows leaves copies behind.
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

/// Says nothing of what is to be seen.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} x {}, {} pages)", self.width, self.height, self.pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_the_png_of_its_points() {
        let points: Vec<u8> = (0..=255).cycle().take(30 * 20 * 4).collect();
        let picture = Picture::new(30, 20, 1, Zeroizing::new(points.clone())).unwrap();
        let file = picture.to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file.as_slice())).read_info().unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut read).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (30, 20, png::ColorType::Rgba));
        assert_eq!(read, points);
        assert_eq!(format!("{picture:?}"), "Picture(30 x 20, 1 pages)");
    }
}
