//! The size of a picture that keeps its aspect ratio.

use crate::MAX_EDGE;

/// Scales a size so that its longer edge is `edge`; each edge is at least one pixel.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are between 1 and the longest edge, for any input"
)]
pub fn fit(width: f64, height: f64, edge: u32) -> (u32, u32) {
    let scale = f64::from(edge) / width.max(height);
    // `max` ignores NaN, which gives 1 as well.
    let scaled = |length: f64| (length * scale).round().max(1.0).min(f64::from(MAX_EDGE)) as u32;
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_keeps_the_aspect_ratio_and_clamps_each_edge() {
        assert_eq!(fit(400.0, 200.0, 100), (100, 50));
        assert_eq!(fit(200.0, 400.0, 100), (50, 100));
        assert_eq!(fit(1e9, 1.0, 100), (100, 1));
        assert_eq!(fit(0.001, 0.001, 2048), (2048, 2048));
        for (width, height) in [(f64::NAN, 1.0), (1.0, f64::INFINITY), (0.0, 0.0), (-1.0, 5.0)] {
            let (width, height) = fit(width, height, 100);
            assert!((1..=MAX_EDGE).contains(&width) && (1..=MAX_EDGE).contains(&height));
        }
    }
}
