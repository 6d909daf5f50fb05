//! Pictures in grey, and altered copies of them.

/// A picture with transparency, row by row.
pub(super) struct Picture {
    grey: Grey,
    /// The opacity of each pixel; empty if all are opaque.
    alpha: Vec<u8>,
}

impl Picture {
    pub(super) fn of_grey(width: usize, height: usize, pixels: Vec<u8>) -> Self {
        Self { grey: Grey { width, height, pixels }, alpha: Vec::new() }
    }

    pub(super) fn of_rgb(width: usize, height: usize, pixels: &[u8]) -> Self {
        Self::of_grey(width, height, each(pixels, |[r, g, b]| luma(r, g, b)))
    }

    pub(super) fn of_grey_alpha(width: usize, height: usize, pixels: &[u8]) -> Self {
        let alpha = each(pixels, |[_, alpha]| alpha);
        Self { alpha, ..Self::of_grey(width, height, each(pixels, |[grey, _]| grey)) }
    }

    pub(super) fn of_rgba(width: usize, height: usize, pixels: &[u8]) -> Self {
        let alpha = each(pixels, |[_, _, _, alpha]| alpha);
        Self { alpha, ..Self::of_grey(width, height, each(pixels, |[r, g, b, _]| luma(r, g, b))) }
    }

    pub(super) fn has_transparency(&self) -> bool {
        self.alpha.iter().any(|alpha| *alpha < u8::MAX)
    }

    /// Returns the picture on ground of one shade.
    pub(super) fn on(&self, ground: u8) -> Grey {
        let opaque = std::iter::repeat(&u8::MAX);
        let shade = |(grey, alpha): (&u8, &u8)| {
            let (grey, alpha, ground) = (u32::from(*grey), u32::from(*alpha), u32::from(ground));
            u8::try_from((grey * alpha + ground * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        let pixels = self.grey.pixels.iter().zip(self.alpha.iter().chain(opaque)).map(shade).collect();
        Grey { pixels, ..self.grey }
    }
}

/// A greyscale picture, row by row.
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Grey {
    pub(super) fn pixel_count(&self) -> usize {
        self.pixels.len()
    }

    pub(super) fn inverted(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|pixel| u8::MAX - pixel).collect(), ..*self }
    }

    /// Reduces the picture by the least factor with which it has at most `most` pixels.
    pub(super) fn reduced_to(&self, most: usize) -> Self {
        let mut factor = 2;
        while (self.width / factor) * (self.height / factor) > most {
            factor += 1;
        }
        self.reduced(factor)
    }

    /// Reduces the picture by averaging squares of pixels.
    pub(super) fn reduced(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        Self::of(width, height, |x, y| self.mean(x * factor, y * factor, factor))
    }

    /// Averages each pixel with its eight neighbours.
    pub(super) fn blurred(&self) -> Self {
        Self::of(self.width, self.height, |x, y| self.mean(x.saturating_sub(1), y.saturating_sub(1), 3))
    }

    /// Doubles width and height, with straight transitions between the pixels.
    pub(super) fn enlarged(&self) -> Self {
        let near = |at: usize, last: usize| {
            let other = if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { at / 2 + 1 };
            (at / 2, other.min(last.saturating_sub(1)))
        };
        Self::of(self.width * 2, self.height * 2, |x, y| {
            let ((x, other_x), (y, other_y)) = (near(x, self.width), near(y, self.height));
            let sum = 9 * self.at(x, y)
                + 3 * self.at(other_x, y)
                + 3 * self.at(x, other_y)
                + self.at(other_x, other_y);
            sum / 16
        })
    }

    fn of(width: usize, height: usize, shade: impl Fn(usize, usize) -> u32) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| u8::try_from(shade(x, y)).unwrap_or(u8::MAX)));
        }
        Self { width, height, pixels }
    }

    fn at(&self, x: usize, y: usize) -> u32 {
        self.pixels.get(y * self.width + x).copied().unwrap_or(u8::MAX).into()
    }

    /// Returns the mean of a square of pixels, as far as it is within the picture.
    fn mean(&self, left: usize, top: usize, side: usize) -> u32 {
        let (right, bottom) = ((left + side).min(self.width), (top + side).min(self.height));
        let rows =
            (top..bottom).filter_map(|y| self.pixels.get(y * self.width + left..y * self.width + right));
        let (sum, count) =
            rows.flatten().fold((0, 0), |(sum, count), pixel| (sum + u32::from(*pixel), count + 1));
        sum / count.max(1)
    }
}

fn each<const N: usize>(pixels: &[u8], value: impl Fn([u8; N]) -> u8) -> Vec<u8> {
    pixels.as_chunks().0.iter().map(|pixel| value(*pixel)).collect()
}

/// Returns the luma with the weights of ITU-R BT.601.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    let sum = 77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}
