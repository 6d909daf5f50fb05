//! A QR code in a terminal.

use fast_qr::{ECL, QRBuilder};

/// Width of the quiet zone around the code, in modules.
const QUIET_ZONE: usize = 2;

/// Black on white, whatever the terminal's colours are.
const COLOURS: &str = "\x1b[30;107m";
const PLAIN: &str = "\x1b[0m\n";

/// Returns lines that show a text as a QR code, two rows of modules in each line; `None` if the text is too long.
pub fn lines(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let rows: Vec<Vec<bool>> = (0..code.size)
        .map(|row| code[row].iter().take(code.size).map(|module| module.value()).collect())
        .collect();
    let side = code.size + 2 * QUIET_ZONE;
    let is_dark = |row: usize, column: usize| {
        let at = |place: usize| place.checked_sub(QUIET_ZONE);
        at(row).zip(at(column)).is_some_and(|(row, column)| {
            rows.get(row).and_then(|row| row.get(column)).is_some_and(|is_dark| *is_dark)
        })
    };
    let mut lines = String::new();
    for row in (0..side).step_by(2) {
        lines.push_str(COLOURS);
        lines.extend((0..side).map(|column| match (is_dark(row, column), is_dark(row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        lines.push_str(PLAIN);
    }
    Some(lines)
}
