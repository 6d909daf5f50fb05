use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use png::ColorType;

use super::bounds::SIDE;
use super::*;
use crate::{Code, QrSvg};

const ADDRESS: &str = "otpauth://totp/Shop:ann@example.com?secret=MZXW6YTBOI&issuer=Shop";

/// Renders a QR code with a margin, `side` pixels per module, with the colours returned by `pixel(is_dark)`.
fn drawn<const N: usize>(
    text: impl AsRef<[u8]>,
    side: usize,
    pixel: impl Fn(bool) -> [u8; N],
) -> (usize, Vec<u8>) {
    let code = QRBuilder::new(text.as_ref()).build().unwrap();
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
    for end in [3, photo.len() / 4, photo.len() / 2] {
        assert!(texts(&photo[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_file_that_ends_early_is_read_as_far_as_it_goes() {
    let photo = include_bytes!("../../testdata/qr-code.jpg");
    assert_eq!(texts(&photo[..photo.len() - 40]).unwrap(), [ADDRESS]);
    let (side, pixels) = drawn(ADDRESS, 4, |dark| [if dark { 0 } else { 255 }]);
    let whole = as_png(side, side, ColorType::Grayscale, &pixels);
    let without_end = &whole[..whole.len() - 12];
    assert_eq!(texts(without_end).unwrap(), [ADDRESS]);
    // A picture below the code, most of which is missing.
    let below = (0..side * side).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    let tall = [pixels, below].concat();
    let tall = as_png(side, side * 2, ColorType::Grayscale, &tall);
    assert_eq!(texts(&tall[..tall.len() * 2 / 3]).unwrap(), [ADDRESS]);
}

#[test]
fn pictures_of_web_pages_and_print_shops_are_read() {
    let (side, pixels) = drawn(ADDRESS, 3, |dark| [if dark { 0 } else { 255 }]);
    let length = u16::try_from(side).unwrap();
    let mut webp = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut webp);
    encoder.encode(&pixels, length.into(), length.into(), image_webp::ColorType::L8).unwrap();
    let mut gif = Vec::new();
    let mut encoder = gif::Encoder::new(&mut gif, length, length, &[]).unwrap();
    let indices: Vec<u8> = pixels.iter().map(|shade| shade & 1).collect();
    let palette = vec![0, 0, 0, 255, 255, 255];
    encoder.write_frame(&gif::Frame::from_palette_pixels(length, length, indices, palette, None)).unwrap();
    drop(encoder);
    for file in [webp, gif] {
        assert!(is_picture(&file[..12]));
        assert_eq!(texts(&file).unwrap(), [ADDRESS]);
    }
    assert_eq!(texts(include_bytes!("../../testdata/qr-code-cmyk.jpg")).unwrap(), [ADDRESS]);
}

#[test]
fn a_light_code_on_transparent_ground_is_read() {
    let (side, pixels) = drawn(ADDRESS, 4, |dark| [255, 255, 255, if dark { 0 } else { 255 }]);
    assert_eq!(texts(&as_png(side, side, ColorType::Rgba, &pixels)).unwrap(), [ADDRESS]);
    let (side, pixels) = drawn(ADDRESS, 4, |dark| [255, 255, 255, if dark { 255 } else { 0 }]);
    assert_eq!(texts(&as_png(side, side, ColorType::Rgba, &pixels)).unwrap(), [ADDRESS]);
}

#[test]
fn texts_in_iso_8859_1_and_shift_jis_are_read() {
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>();
    let found = |label: &[u8]| {
        let text = [b"otpauth://totp/", label, b":ann?secret=MZXW6YTBOI"].concat();
        let (side, pixels) = drawn(&text, 4, |dark| [if dark { 0 } else { 255 }]);
        let found = texts(&as_png(side, side, ColorType::Grayscale, &pixels)).unwrap();
        Code::parse(&found[0]).unwrap().issuer().to_owned()
    };
    for name in [
        "Caf\u{e9}",
        "M\u{fc}ller & S\u{f6}hne",
        "\u{c4}rztekammer",
        "Cr\u{e8}me br\u{fb}l\u{e9}e",
        "Espa\u{f1}a",
    ] {
        assert_eq!(found(&latin(name)), name);
        assert_eq!(found(name.as_bytes()), name, "UTF-8");
    }
    assert_eq!(found(b"\x8b\xe2\x8d\x73"), "\u{9280}\u{884c}");
}

/// Draws a code with round modules and corners, `side` pixels per module.
fn rounded(side: usize) -> (usize, Vec<u8>) {
    let code = QRBuilder::new(ADDRESS).build().unwrap();
    let size = code.size;
    let length = (size + 8) * side;
    let real = |number: usize| f64::from(u32::try_from(number).unwrap());
    let shade = |at: usize| {
        let (x, y) = (at % length, at / length);
        let (column, row) = ((x / side).wrapping_sub(4), (y / side).wrapping_sub(4));
        let (x, y) = (real(x) / real(side) - 4.0, real(y) / real(side) - 4.0);
        let end = real(size) - 3.5;
        let corner = [(3.5, 3.5), (end, 3.5), (3.5, end)]
            .into_iter()
            .find(|(left, top)| (x - left).abs() < 3.5 && (y - top).abs() < 3.5);
        let dark = if let Some((left, top)) = corner {
            // A square whose corners are arcs.
            let from = ((x - left).powi(4) + (y - top).powi(4)).powf(0.25);
            from < 1.6 || (2.5..3.5).contains(&from)
        } else {
            let from = (x.rem_euclid(1.0) - 0.5).hypot(y.rem_euclid(1.0) - 0.5);
            row < size && column < size && code[row][column].value() && from < 0.42
        };
        if dark { 0 } else { 255 }
    };
    (length, (0..length * length).map(shade).collect())
}

#[test]
fn dots_and_rounded_corners_are_read() {
    for side in [6, 10, 16] {
        let (length, picture) = rounded(side);
        let found = texts(&as_png(length, length, ColorType::Grayscale, &picture)).unwrap();
        assert_eq!(found, [ADDRESS], "{side}");
    }
}

/// At least 69 of 71 widths, as another program reads 70.
#[test]
fn codes_of_any_size_in_a_screenshot_are_read() {
    let text = "otpauth://totp/Example%20Shop:ann%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\
                &issuer=Example%20Shop&algorithm=SHA1&digits=6&period=30";
    let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
    let modules = code.size + 8;
    let is_dark = |x: usize, y: usize| {
        let (row, column) = (y.wrapping_sub(4), x.wrapping_sub(4));
        row < code.size && column < code.size && code[row][column].value()
    };
    // One sample for each pixel is hard at the edges; many, averaged, are soft as in a scaled picture.
    for samples in [1, 8] {
        let shade = |x: usize, y: usize, width: usize| {
            let module = |at: usize, sample: usize| (at * samples + sample) * modules / (width * samples);
            let all = (0..samples * samples).map(|sample| (sample % samples, sample / samples));
            let light = all.filter(|(dx, dy)| !is_dark(module(x, *dx), module(y, *dy))).count();
            u8::try_from(light * 255 / (samples * samples)).unwrap()
        };
        let read = (90..=300).step_by(3).filter(|width| {
            let (wide, high) = (width + 200, width + 170);
            let mut screen = vec![255; wide * high];
            for (x, y) in (0..width * width).map(|at| (at % width, at / width)) {
                screen[(y + 80) * wide + x + 100] = shade(x, y, *width);
            }
            texts(&as_png(wide, high, ColorType::Grayscale, &screen)).is_ok_and(|found| found == [text])
        });
        let count = read.count();
        assert!(count >= 69, "{count} of 71, {samples} samples");
    }
}

/// The crate compares each place that looks like a corner with all corners before it.
#[test]
fn t51_a_picture_full_of_corners_takes_bounded_work() {
    let corner = |x: usize, y: usize| {
        let ring = (x as i64 - 3).abs().max((y as i64 - 3).abs());
        x < 7 && y < 7 && ring != 2
    };
    let full = |side: usize, step: usize| -> Vec<u8> {
        let pixels = (0..side * side).map(|at| (at % side % step, at / side % step));
        pixels.map(|(x, y)| if corner(x, y) { 0 } else { 255 }).collect()
    };
    for (side, step) in [(4_096, 8), (1_440, 8), (1_440, 30), (4_096, 100)] {
        let picture = as_png(side, side, ColorType::Grayscale, &full(side, step));
        assert_eq!(texts(&picture).err(), Some(PictureError::NoCode), "{step}");
    }
}

#[test]
fn oversized_pictures_are_refused_before_decoding() {
    for (bytes, error) in [
        (&b""[..], PictureError::Format),
        (b"GIF89a", PictureError::Damaged),
        (b"BM", PictureError::Format),
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
fn t51_a_panic_of_a_decoder_is_contained() {
    assert!(contained(|| -> u8 { panic!("a decoder of files") }).is_none());
    assert_eq!(contained(|| 7), Some(7));
    // The program writes no crash report for it.
    assert_eq!(contained(|| (contained(is_decoding), is_decoding())), Some((Some(true), true)));
    assert!(!is_decoding());
}
