//! Finding and decoding QR codes in a greyscale picture with the crate `rxing`.

use rxing::common::{BitMatrix, DetectorRXingResult as _, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode as decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns as find_patterns, FinderPatternSet, GenerateFinderPatternSets as combine,
    SampleQR as sample,
};
use rxing::{Binarizer as _, Luma8Source};
use vault_crypto::SecretText;

use super::bounds::{CODES, contained};
use super::grey::Grey;

/// Maximum number of places that look like the corner of a code in one row. The crate compares each of them with all
/// corners found before; a screen full of text or a noisy photo has some thousands.
const PLACES: usize = 30_000;
/// Maximum number of corners, the largest first, and of combinations of three that are tried, the likeliest first.
const CORNERS: usize = 600;
const COMBINATIONS: usize = 1_000;

/// Returns the texts of the codes in a picture, dark on light or else light on dark, as in a dark theme.
pub(super) fn codes(grey: &Grey) -> Vec<SecretText> {
    let dark_on_light = contained(|| decoded(grey)).unwrap_or_default();
    if dark_on_light.is_empty() {
        contained(|| decoded(&grey.inverted())).unwrap_or_default()
    } else {
        dark_on_light
    }
}

fn decoded(grey: &Grey) -> Vec<SecretText> {
    let (Ok(width), Ok(height)) = (u32::try_from(grey.width), u32::try_from(grey.height)) else {
        return Vec::new();
    };
    let Ok(source) = Luma8Source::new_with_slice(&grey.pixels, width, height) else { return Vec::new() };
    let binarizer = HybridBinarizer::new(source);
    let Ok(matrix) = binarizer.get_black_matrix() else { return Vec::new() };
    if height < 2 || places(matrix) > PLACES {
        return Vec::new();
    }
    let mut corners = contained(|| find_patterns(matrix, true, 0)).unwrap_or_default();
    corners.sort_by_key(|corner| std::cmp::Reverse(corner.size));
    corners.truncate(CORNERS);
    let combinations = contained(|| combine(&mut corners)).unwrap_or_default();

    let mut used = Vec::new();
    let mut texts = Vec::new();
    for set in combinations.into_iter().take(COMBINATIONS) {
        let corners = [set.tl, set.tr, set.bl];
        if texts.len() < CODES && !corners.iter().any(|corner| used.contains(corner)) {
            // A combination that makes the crate panic is no obstacle to the others.
            if let Some(text) = contained(|| text_of(matrix, &set)).flatten() {
                texts.push(text);
                used.extend(corners);
            }
        }
    }
    texts
}

fn text_of(matrix: &BitMatrix, set: &FinderPatternSet) -> Option<SecretText> {
    let code = sample(matrix, set).ok()?;
    let result = decode(code.getBits()).ok()?;
    let content = result.content();
    // The crate guesses the character set where none is given. UTF-8, which all set-ups of today are, is recognised for
    // certain; else it finds Shift-JIS and ISO 8859-1.
    let text = |bytes| std::str::from_utf8(bytes).map_or_else(|_| content.to_string(), str::to_owned);
    result.isValid().then(|| SecretText::new(text(content.bytes())))
}

/// Returns the number of places in the rows looked at where five runs, dark first, could be a cut through a corner: the
/// third is the longest, and twice as long as the outer ones. Their proportions in a corner are 1, 1, 3, 1, 1.
fn places(matrix: &BitMatrix) -> usize {
    // The crate looks at every third row.
    let rows = (2..matrix.height()).step_by(3);
    rows.map(|y| {
        let (mut runs, mut count, mut is_dark) = ([0_u32; 5], 0, false);
        for x in 0..matrix.width() {
            if matrix.get(x, y) != is_dark {
                count += usize::from(is_dark && is_cut(runs));
                is_dark = !is_dark;
                runs = [runs[1], runs[2], runs[3], runs[4], 0];
            }
            runs[4] += 1;
        }
        count + usize::from(is_dark && is_cut(runs))
    })
    .sum()
}

fn is_cut([a, b, centre, c, d]: [u32; 5]) -> bool {
    a > 0 && centre >= 3 && centre >= 2 * a.max(d) && centre >= b.max(c)
}
