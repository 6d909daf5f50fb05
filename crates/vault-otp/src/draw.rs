//! QR codes for display on a screen, to transfer a code to a phone.

use fast_qr::{ECL, QRBuilder};
use vault_crypto::SecretText;

/// Width of the quiet zone around a QR code, in modules.
const QUIET_ZONE: usize = 4;

/// A QR code, to be displayed dark on white.
pub struct QrSvg {
    /// Modules per side, including the quiet zone.
    pub side: u32,
    /// The dark modules as an SVG path in which a module is one unit wide.
    pub path: SecretText,
}

/// Encodes a text as a QR code. Returns `None` if it is too long.
#[must_use]
pub fn draw(text: &SecretText) -> Option<QrSvg> {
    // Prefer level M, which helps a shaky camera; level L fits longer texts.
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
    Some(QrSvg { side, path: SecretText::new(path) })
}
