//! The layout of the pages.

use fast_qr::{ECL, QRBuilder};
use time::OffsetDateTime;
use time::macros::format_description;
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::draw::{Colour, Font, Sheet};
use super::latin;
use super::page::{Kit, KitError, KitServer, Paper, RecoveryPage};
use crate::clock::Timestamp;

const INK: Colour = [0.106, 0.129, 0.145];
const QUIET: Colour = [0.376, 0.420, 0.447];
const ACCENT: Colour = [0.043, 0.431, 0.400];
const TINT: Colour = [0.937, 0.965, 0.961];
const LINE: Colour = [0.757, 0.808, 0.804];
const WHITE: Colour = [1.0, 1.0, 1.0];

const MARGIN: f32 = 54.0;
const PAD: f32 = 18.0;
/// Width of the QR code with its quiet zone.
const QR: f32 = 128.0;
/// Width of the quiet zone around a QR code, in modules.
const QUIET_ZONE: u16 = 4;

const INTRO: &str = "Print this page and keep it where you keep passports and deeds. Do not photograph it, and do not \
    leave the file on the computer.";
const NOT_ENOUGH: &str = "The Kit alone restores nothing. To open your profile on another computer you need three \
    things: your master password, this Secret Key, and a copy of your data, such as a backup. Nobody else has them, \
    and nobody can send them to you.";
const STEPS: [&str; 3] = [
    "Install Coffer, and on its first screen open your backup or the copy of your profile's folder.",
    "When asked for the Secret Key, type the characters above or read the code. Small letters will do.",
    "Type your master password.",
];

const NOT_ENOUGH_CONNECTED: &str = "The Kit alone opens nothing. To open your profile on another computer you need your \
    master password and this Secret Key, and the server or a backup. Nobody else has them, and nobody can send them to you.";
const CONNECTED_STEPS: [&str; 3] = [
    "Install Coffer, choose \"I already have an account\" on its first screen, and open a picture of this code.",
    "Or type the server and the login above, and then the Secret Key. Small letters will do.",
    "Type your master password.",
];

const RECOVERY_INTRO: &str = "Print this page and keep it where you keep passports and deeds, but not together with a \
    computer that has your profile. Do not photograph it, and do not leave the file on the computer.";
const RECOVERY_ALONE: &str = "Anyone with this page and a copy of your data can open everything in it, without your master \
    password and without your Secret Key. If it may have been seen by others, make a new code in the settings: the one \
    on this page then opens nothing any more.";
const RECOVERY_STEPS: [&str; 3] = [
    "On the screen that asks for your master password, choose \"Forgot the password?\".",
    "Type the characters above. Small letters will do.",
    "Choose a new master password.",
];

/// The texts that differ between the pages.
struct PageText {
    title: &'static str,
    intro: &'static str,
    code: &'static str,
    steps_title: &'static str,
    steps: [&'static str; 3],
}

const KIT: PageText = PageText {
    title: "Emergency Kit",
    intro: INTRO,
    code: "SECRET KEY",
    steps_title: "On a new computer",
    steps: STEPS,
};

const CONNECTED_KIT: PageText = PageText { steps: CONNECTED_STEPS, ..KIT };

const RECOVERY: PageText = PageText {
    title: "Recovery Code",
    intro: RECOVERY_INTRO,
    code: "RECOVERY CODE",
    steps_title: "When the password is forgotten",
    steps: RECOVERY_STEPS,
};

pub fn kit(kit: &Kit<'_>, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
    let Kit { profile_name, secret_key, made_at, server } = kit;
    let rows: Vec<(&'static str, &str)> = match server {
        None => vec![("Server", "None. This profile is kept on this computer only.")],
        Some(KitServer { address, login, words, .. }) => {
            let words = words.map(|words| ("Server key", words));
            [("Server", *address), ("Login", *login)].into_iter().chain(words).collect()
        }
    };
    let (text, not_enough) = match server {
        None => (&KIT, NOT_ENOUGH),
        Some(_) => (&CONNECTED_KIT, NOT_ENOUGH_CONNECTED),
    };
    let qr = server.map_or(*secret_key, |server| server.code);
    page(text, (profile_name, *made_at, &rows), (secret_key, qr), paper, |sheet, top, inner| {
        let top = password(sheet, top - 18.0, inner);
        warning(sheet, top - 26.0, inner, not_enough)
    })
}

pub fn recovery(page_of: &RecoveryPage<'_>, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
    let RecoveryPage { profile_name, code, made_at } = page_of;
    page(&RECOVERY, (profile_name, *made_at, &[]), (code, code), paper, |sheet, top, inner| {
        warning(sheet, top - 26.0, inner, RECOVERY_ALONE)
    })
}

/// The profile's name, the day, and further lines.
type Facts<'a> = (&'a str, Timestamp, &'a [(&'static str, &'a str)]);

/// The code as text, and what its QR code says.
type Code<'a> = (&'a SecretText, &'a SecretText);

fn page(
    words: &PageText,
    about: Facts<'_>,
    code: Code<'_>,
    paper: Paper,
    rest: impl FnOnce(&mut Sheet, f32, f32) -> f32,
) -> Result<Zeroizing<Vec<u8>>, KitError> {
    let (width, height) = paper.size();
    let inner = width - 2.0 * MARGIN;
    let mut sheet = Sheet::new();

    let top = heading(&mut sheet, words, height - MARGIN, inner);
    let top = facts(&mut sheet, &about, top - 10.0, inner);
    let top = code_panel(&mut sheet, words, code, top - 18.0, inner)?;
    let top = rest(&mut sheet, top, inner);
    debug_assert!(top > MARGIN + 12.0, "the page is full");

    sheet.rule(LINE, MARGIN, MARGIN + 4.0, inner, 0.6);
    let foot = format!("Made with Coffer on {}.", day(about.1));
    sheet.text(Font::Text, 8.5, QUIET, MARGIN, MARGIN - 10.0, &latin::encode(&foot));
    Ok(sheet.into_pdf((width, height), words.title))
}

fn heading(sheet: &mut Sheet, words: &PageText, top: f32, inner: f32) -> f32 {
    mark(sheet, MARGIN, top - 34.0);
    sheet.text(Font::Bold, 26.0, INK, MARGIN + 46.0, top - 17.0, words.title.as_bytes());
    sheet.text(Font::Text, 10.5, QUIET, MARGIN + 46.5, top - 33.0, b"Coffer");
    sheet.paragraph(10.5, INK, MARGIN, top - 66.0, inner, words.intro)
}

/// Draws the logo, a coffer with a keyhole, 34 points wide.
fn mark(sheet: &mut Sheet, x: f32, y: f32) {
    sheet.panel(ACCENT, x, y, 34.0, 34.0, 8.0);
    sheet.panel(WHITE, x + 7.0, y + 8.0, 20.0, 18.0, 3.0);
    sheet.rule(ACCENT, x + 7.0, y + 18.5, 20.0, 1.4);
    sheet.panel(ACCENT, x + 14.0, y + 13.0, 6.0, 8.5, 3.0);
}

fn facts(sheet: &mut Sheet, (profile_name, made_at, more): &Facts<'_>, top: f32, inner: f32) -> f32 {
    let name = latin::encode_name(profile_name)
        .unwrap_or_else(|| latin::encode("(its name has letters that this page cannot print)"));
    let mut rows = vec![("Profile", name), ("Made on", latin::encode(&day(*made_at)))];
    rows.extend(more.iter().map(|(label, value)| (*label, latin::encode(value))));
    let mut y = top;
    for (label, value) in rows {
        sheet.rule(LINE, MARGIN, y, inner, 0.6);
        y -= 16.0;
        sheet.text(Font::Text, 9.5, QUIET, MARGIN, y, label.as_bytes());
        sheet.text(Font::Text, 10.5, INK, MARGIN + 80.0, y, &latin::cut(&value, (inner - 80.0) / 10.5));
        y -= 7.5;
    }
    sheet.rule(LINE, MARGIN, y, inner, 0.6);
    y
}

fn code_panel(
    sheet: &mut Sheet,
    words: &PageText,
    (code, qr): Code<'_>,
    top: f32,
    inner: f32,
) -> Result<f32, KitError> {
    let height = 76.0 + QR + PAD;
    let bottom = top - height;
    sheet.panel(TINT, MARGIN, bottom, inner, height, 10.0);
    sheet.text(Font::Bold, 9.5, ACCENT, MARGIN + PAD, top - 24.0, words.code.as_bytes());

    // One line, so that it can be searched and copied as one. Courier's characters are 0.6 of the font size wide.
    let key = code.expose();
    let length = u16::try_from(key.len()).map_err(|_| KitError)?;
    let size = ((inner - 2.0 * PAD) / (f32::from(length) * 0.6)).min(20.0);
    sheet.text(Font::Key, size, INK, MARGIN + PAD, top - 50.0, &latin::encode(key));
    number_groups(sheet, key, size, top - 62.0);

    let build = |level| QRBuilder::new(qr.expose()).ecl(level).build();
    // The short code withstands more damage; the longer one keeps modules that a camera distinguishes.
    let level = if qr.expose().len() == key.len() { ECL::Q } else { ECL::M };
    let code = build(level).map_err(|_| KitError)?;
    let rows: Vec<Vec<bool>> = (0..code.size)
        .map(|row| code[row].iter().take(code.size).map(|module| module.value()).collect())
        .collect();
    let across = u16::try_from(code.size).map_err(|_| KitError)? + 2 * QUIET_ZONE;
    let module = QR / f32::from(across);
    let (x, y) = (MARGIN + PAD, bottom + PAD);
    sheet.panel(WHITE, x, y, QR, QR, 4.0);
    let quiet = module * f32::from(QUIET_ZONE);
    sheet.grid([0.0; 3], x + quiet, y + QR - quiet, module, &rows);

    let (x, width) = (x + QR + 22.0, inner - 2.0 * PAD - QR - 22.0);
    let mut line = y + QR - 12.0;
    sheet.text(Font::Bold, 10.5, INK, x, line, words.steps_title.as_bytes());
    line -= 19.0;
    for (number, step) in ["1", "2", "3"].into_iter().zip(words.steps) {
        sheet.text(Font::Bold, 10.0, ACCENT, x, line, number.as_bytes());
        line = sheet.paragraph(10.0, INK, x + 16.0, line, width - 16.0, step) - 4.0;
    }
    Ok(bottom)
}

/// Writes the number of each group below it, from 1. The prefix of the code has none.
fn number_groups(sheet: &mut Sheet, code: &str, size: f32, y: f32) {
    let advance = size * 0.6;
    let mut groups = code.split('-');
    let across = |group: &str| f32::from(u16::try_from(group.len()).unwrap_or(u16::MAX)) * advance;
    let mut x = MARGIN + PAD + groups.next().map_or(0.0, across) + advance;
    for (number, group) in (1_u32..).zip(groups) {
        let digits = number.to_string().into_bytes();
        let middle = (across(group) - latin::width(&digits) * 9.0) / 2.0;
        sheet.text(Font::Text, 9.0, QUIET, x + middle, y, &digits);
        x += across(group) + advance;
    }
}

fn password(sheet: &mut Sheet, top: f32, inner: f32) -> f32 {
    sheet.text(Font::Bold, 9.5, ACCENT, MARGIN, top - 12.0, b"MASTER PASSWORD");
    sheet.text(
        Font::Text,
        9.5,
        QUIET,
        MARGIN + 104.0,
        top - 12.0,
        b"Write it here by hand, if this page is kept safe.",
    );
    let first = top - 50.0;
    sheet.rule(LINE, MARGIN, first, inner, 0.9);
    sheet.rule(LINE, MARGIN, first - 34.0, inner, 0.9);
    first - 34.0
}

fn warning(sheet: &mut Sheet, top: f32, inner: f32, text: &str) -> f32 {
    sheet.text(Font::Bold, 10.5, INK, MARGIN, top - 8.0, b"What this page can do");
    sheet.paragraph(10.5, INK, MARGIN, top - 26.0, inner, text)
}

/// Formats the UTC day of a timestamp. Returns an empty text for times out of range.
fn day(at: Timestamp) -> String {
    let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX);
    let words = format_description!("[day padding:none] [month repr:long] [year]");
    OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|at| at.format(words).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_formatted_in_words() {
        for (seconds, expected) in
            [(0, "1 January 1970"), (951_782_400, "29 February 2000"), (1_795_305_600, "22 November 2026")]
        {
            assert_eq!(day(Timestamp(seconds * 1_000)), expected);
        }
        assert_eq!(day(Timestamp(u64::MAX)), "");
    }
}
