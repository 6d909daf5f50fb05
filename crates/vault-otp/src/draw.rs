//! QR codes to be shown on a screen, for a telephone to take a code over.

use fast_qr::{ECL, QRBuilder};
use vault_crypto::SecretText;

/// Light squares that must surround a QR code.
const QUIET_ZONE: usize = 4;

/// A QR code, to be drawn dark on white.
pub struct Drawn {
    /// Squares to each side, the light ones around it included.
    pub side: u32,
    /// The dark squares as the path of an SVG picture in which a square is one unit wide.
    pub path: SecretText,
}

/// Draws a text as a QR code; none if it is too long for any.
#[must_use]
pub fn draw(text: &SecretText) -> Option<Drawn> {
    // What repairs damage makes a code larger: on a screen nothing is damaged, but a hand shakes.
    let build = |level| QRBuilder::new(text.expose()).ecl(level).build().ok();
    let code = build(ECL::M).or_else(|| build(ECL::L))?;
    let mut path = String::with_capacity(code.size * code.size * 8);
    for row in 0..code.size {
        let mut dark = code[row].iter().take(code.size).map(|module| module.value()).zip(0..).peekable();
        while let Some((is_dark, start)) = dark.next() {
            if !is_dark {
                continue;
            }
            let mut length = 1;
            while dark.next_if(|(is_dark, _)| *is_dark).is_some() {
                length += 1;
            }
            let (x, y) = (start + QUIET_ZONE, row + QUIET_ZONE);
            path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
        }
    }
    let side = u32::try_from(code.size + 2 * QUIET_ZONE).ok()?;
    Some(Drawn { side, path: SecretText::new(path) })
}
