use fast_qr::qr::QRBuilder;

use super::*;
use crate::{Code, QrSvg};

const ADDRESS: &str = "otpauth://totp/Shop:ann@example.com?secret=MZXW6YTBOI&issuer=Shop";

/// Renders a QR code with a margin, `side` pixels per module, with the colours returned by `pixel(is_dark)`.
fn drawn<const N: usize>(text: &str, side: usize, pixel: impl Fn(bool) -> [u8; N]) -> (usize, Vec<u8>) {
    let code = QRBuilder::new(text).build().unwrap();
    let modules = code.size + 8;
    let mut pixels = Vec::new();
    for y in 0..modules * side {
        for x in 0..modules * side {
            let (row, column) = ((y / side).wrapping_sub(4), (x / side).wrapping_sub(4));
            let dark = row < code.size && column < code.size && code[row][column].value();
            pixels.extend(pixel(dark));
        }
    }
    (modules * side, pixels)
}

fn as_png(width: usize, height: usize, color: ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder =
        png::Encoder::new(&mut bytes, u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    encoder.set_color(color);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

fn texts(picture: &[u8]) -> Result<Vec<String>, PictureError> {
    read(picture).map(|codes| codes.iter().map(|code| code.expose().to_owned()).collect())
}

#[test]
fn codes_are_read_from_every_colour_type() {
    let grey = |dark: bool| [if dark { 30 } else { 220 }];
    let (side, pixels) = drawn(ADDRESS, 4, grey);
    let found = texts(&as_png(side, side, ColorType::Grayscale, &pixels)).unwrap();
    assert_eq!(found, [ADDRESS]);
    assert_eq!(Code::parse(&found[0]).unwrap().account(), "ann@example.com");
    let (side, pixels) = drawn(ADDRESS, 3, |dark| if dark { [0, 0, 90] } else { [250, 240, 200] });
    assert_eq!(texts(&as_png(side, side, ColorType::Rgb, &pixels)).unwrap(), [ADDRESS]);
    // Transparent where it is light: the background is assumed to be white.
    let (side, pixels) = drawn(ADDRESS, 3, |dark| [0, 0, 0, if dark { 255 } else { 0 }]);
    assert_eq!(texts(&as_png(side, side, ColorType::Rgba, &pixels)).unwrap(), [ADDRESS]);
    let (side, pixels) = drawn(ADDRESS, 3, |dark| [0, if dark { 255 } else { 0 }]);
    assert_eq!(texts(&as_png(side, side, ColorType::GrayscaleAlpha, &pixels)).unwrap(), [ADDRESS]);
    let (side, pixels) = drawn(ADDRESS, 4, |dark| [if dark { 240 } else { 20 }]);
    assert_eq!(texts(&as_png(side, side, ColorType::Grayscale, &pixels)).unwrap(), [ADDRESS]);
}

#[test]
fn decoded_pictures_need_a_matching_size() {
    let (side, pixels) =
        drawn(ADDRESS, 3, |dark| [0, 0, if dark { 60 } else { 0 }, if dark { 255 } else { 0 }]);
    let read = |width, height| {
        let found = read_pixels(width, height, &pixels);
        found.map(|codes| codes.iter().map(|code| code.expose().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(read(side, side).unwrap(), [ADDRESS]);
    for (width, height) in [(side, side - 1), (side + 1, side), (0, 0), (1, 1)] {
        assert_eq!(read(width, height).err(), Some(PictureError::Damaged), "{width} × {height}");
    }
    for (width, height) in [(usize::MAX, 2), (SIDE + 1, 1), (4_097, 4_096)] {
        assert_eq!(read(width, height).err(), Some(PictureError::TooLarge), "{width} × {height}");
    }
    assert_eq!(read_pixels(2, 2, &[255; 16]).err(), Some(PictureError::NoCode));
}

#[test]
fn a_drawn_code_round_trips() {
    for length in [1, 100, 1_000, 2_900] {
        let text = "otpauth://totp/a?secret=".to_owned() + &"A".repeat(length);
        let QrSvg { side, path } = crate::draw(&SecretText::from(text.as_str())).unwrap();
        let side = usize::try_from(side).unwrap();
        // Each part is `M<x> <y>h<length>v1h-<length>z`.
        let mut dark = vec![false; side * side];
        for part in path.expose().split('M').skip(1) {
            let (at, run) = part.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let run: usize = run.split('v').next().unwrap().parse().unwrap();
            dark[y * side + x..y * side + x + run].fill(true);
        }
        let wide = side * 4;
        let pixels: Vec<u8> = (0..wide * wide)
            .map(|at| if dark[at / wide / 4 * side + at % wide / 4] { 0 } else { 255 })
            .collect();
        assert_eq!(texts(&as_png(wide, wide, ColorType::Grayscale, &pixels)).unwrap(), [text]);
    }
    assert!(crate::draw(&SecretText::from("x".repeat(3_000).as_str())).is_none());
}

#[test]
fn a_small_code_on_a_large_screen_is_read() {
    let (side, pixels) = drawn(ADDRESS, 3, |dark| [if dark { 0 } else { 255 }]);
    let (width, height) = (3_840, 2_160);
    let mut screen = vec![255; width * height];
    for (y, row) in pixels.chunks(side).enumerate() {
        let start = (1_000 + y) * width + 2_001;
        screen[start..start + side].copy_from_slice(row);
    }
    assert_eq!(texts(&as_png(width, height, ColorType::Grayscale, &screen)).unwrap(), [ADDRESS]);
}

#[test]
fn a_photo_is_read() {
    let photo = include_bytes!("../../testdata/qr-code.jpg");
    assert_eq!(texts(photo).unwrap(), [ADDRESS]);
    for end in [3, photo.len() / 4, photo.len() / 2, photo.len() - 40] {
        assert_eq!(texts(&photo[..end]).err(), Some(PictureError::Damaged), "{end}");
    }
}

#[test]
fn oversized_pictures_are_refused_before_decoding() {
    for (bytes, error) in [
        (&b""[..], PictureError::Format),
        (b"GIF89a", PictureError::Format),
        (b"\x89PNG\r\n\x1a\n", PictureError::Damaged),
        (b"\xff\xd8\xff", PictureError::Damaged),
    ] {
        assert_eq!(texts(bytes).err(), Some(error), "{bytes:?}");
    }
    assert_eq!(texts(&vec![0; FILE + 1]).err(), Some(PictureError::TooLarge));

    let blank = as_png(8, 8, ColorType::Grayscale, &[255; 64]);
    assert_eq!(texts(&blank).err(), Some(PictureError::NoCode));
    assert_eq!(texts(&blank[..blank.len() - 20]).err(), Some(PictureError::Damaged));
    for (width, height) in [(SIDE + 1, 1), (1, SIDE + 1), (4_097, 4_096)] {
        let large = as_png(width, height, ColorType::Grayscale, &vec![255; width * height]);
        assert_eq!(texts(&large).err(), Some(PictureError::TooLarge), "{width} × {height}");
    }
    // White pixels compressed to a kilobyte.
    let white = as_png(4_096, 4_096, ColorType::Grayscale, &vec![255; 4_096 * 4_096]);
    assert!(white.len() < 64 << 10);
    assert_eq!(texts(&white).err(), Some(PictureError::NoCode));
}

#[test]
fn a_torn_code_is_read_correctly_or_refused() {
    let (side, whole) = drawn(ADDRESS, 3, |dark| [if dark { 0 } else { 255 }]);
    let mut state = 1_u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    };
    let mut read = 0;
    for round in 0..120 {
        let mut torn = whole.clone();
        for _ in 0..round / 6 {
            let (x, y, width, height) = (below(side), below(side), 1 + below(12), 1 + below(12));
            let shade = if below(2) == 0 { 0 } else { 255 };
            for row in torn.chunks_mut(side).skip(y).take(height) {
                row[x..(x + width).min(side)].fill(shade);
            }
        }
        match texts(&as_png(side, side, ColorType::Grayscale, &torn)) {
            Ok(found) => {
                assert_eq!(found, [ADDRESS]);
                read += 1;
            }
            Err(error) => assert_eq!(error, PictureError::NoCode),
        }
    }
    assert!((20..120).contains(&read), "{read}");
}

#[test]
fn t51_a_panic_of_the_decoder_counts_as_no_code() {
    let (side, pixels) = drawn(ADDRESS, 4, |dark| [if dark { 30 } else { 220 }]);
    let grey = Grey { width: side, height: side, pixels };
    assert_eq!(grey.decoded(|x, y| grey.pixels[y * side + x]).len(), 1);
    assert!(grey.decoded(|_, _| panic!("a decoder that asserts on a photograph")).is_empty());
    assert!(contained(|| -> u8 { panic!("a decoder of files") }).is_none());
}
