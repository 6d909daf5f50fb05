//! Drawing, by other people's code. Everything here runs in the process that is shut in, and may fail in any way.

mod pdf;
mod picture;

use zeroize::Zeroizing;

use crate::wire::{Job, Kind, Refusal};
use crate::{LONGEST_EDGE, Picture};

/// Draws a document.
pub(crate) fn draw(job: &Job, document: Zeroizing<Vec<u8>>) -> Result<Picture, Refusal> {
    use image::ImageFormat as Format;
    let format = match job.kind {
        Kind::Pdf => return pdf::draw(document, job.page, job.edge),
        Kind::Png => Format::Png,
        Kind::Jpeg => Format::Jpeg,
        Kind::Gif => Format::Gif,
        Kind::WebP => Format::WebP,
        Kind::Bmp => Format::Bmp,
    };
    if job.page > 0 {
        return Err(Refusal::NoSuchPage);
    }
    picture::draw(&document, format, job.edge)
}

/// A size of the same shape whose longer edge is `edge`, each at least one point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are between 1 and the longest edge, whatever came in"
)]
fn fit(width: f64, height: f64, edge: u32) -> (u32, u32) {
    let scale = f64::from(edge) / width.max(height);
    // A comparison with what is no number is false, so that gives 1 as well.
    let scaled = |length: f64| (length * scale).round().max(1.0).min(f64::from(LONGEST_EDGE)) as u32;
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_kept_and_no_edge_vanishes_or_overflows() {
        assert_eq!(fit(400.0, 200.0, 100), (100, 50));
        assert_eq!(fit(200.0, 400.0, 100), (50, 100));
        assert_eq!(fit(1e9, 1.0, 100), (100, 1));
        assert_eq!(fit(0.001, 0.001, 2048), (2048, 2048));
        for (width, height) in [(f64::NAN, 1.0), (1.0, f64::INFINITY), (0.0, 0.0), (-1.0, 5.0)] {
            let (width, height) = fit(width, height, 100);
            assert!((1..=LONGEST_EDGE).contains(&width) && (1..=LONGEST_EDGE).contains(&height));
        }
    }
}
