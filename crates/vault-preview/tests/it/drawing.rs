//! Rendering of valid and malicious files.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use image::ImageFormat as Format;
use vault_preview::{Job, Kind, MAX_DOCUMENT_SIZE, MAX_EDGE, Picture, PreviewError, Renderer};

use crate::DRAW;
use crate::files::{BLUE, RED, encrypted, one_page, pdf, picture, stream, two_pages};
use crate::harness::tests;

tests![
    images_of_every_format_become_thumbnails,
    an_image_below_the_requested_size_is_not_enlarged,
    a_photo_is_turned_upright,
    pages_of_a_pdf_file_are_drawn_on_white,
    a_pdf_file_of_which_only_attachments_are_encrypted_is_drawn,
    t37_scripts_and_links_in_a_pdf_file_do_nothing,
    t51_images_that_claim_gigabytes_are_refused,
    t51_pdf_files_that_unpack_or_run_without_end_are_refused,
    files_of_another_format_are_refused,
    a_missing_program_and_exceeded_limits_are_reported,
    an_invalid_response_is_refused,
    a_worker_that_hangs_is_killed,
    a_cancelled_preview_kills_the_worker,
    a_source_that_fails_is_reported,
];

const KINDS: [(Kind, Format); 5] = [
    (Kind::Png, Format::Png),
    (Kind::Jpeg, Format::Jpeg),
    (Kind::Gif, Format::Gif),
    (Kind::WebP, Format::WebP),
    (Kind::Bmp, Format::Bmp),
];

fn renderer() -> Renderer {
    Renderer::new(std::env::current_exe().unwrap(), vec![DRAW.to_owned()])
}

fn draw(kind: Kind, file: &[u8], page: u32, edge: u32) -> Result<Picture, PreviewError> {
    let job = Job { kind, page, edge, size: file.len() as u64 };
    renderer().draw(&job, file, &|| true)
}

/// The colour of a pixel.
fn at(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
    let offset = usize::try_from((y * picture.width() + x) * 4).unwrap();
    picture.rgba()[offset..][..4].try_into().unwrap()
}

/// Compares colours with a tolerance: JPEG and scaling change them slightly.
fn assert_colour(picture: &Picture, (x, y): (u32, u32), expected: [u8; 3]) {
    let found = at(picture, x, y);
    let near = expected.iter().zip(found).all(|(expected, found)| expected.abs_diff(found) < 24);
    assert!(near && found[3] == 255, "at {x}, {y}: {found:?} instead of {expected:?}");
}

fn images_of_every_format_become_thumbnails() {
    for (kind, format) in KINDS {
        let drawn = draw(kind, &picture(format, 400, 200), 0, 100).unwrap();
        assert_eq!((drawn.width(), drawn.height(), drawn.pages()), (100, 50, 1), "{kind:?}");
        assert_colour(&drawn, (10, 25), RED);
        assert_colour(&drawn, (90, 25), BLUE);
        assert!(matches!(draw(kind, &picture(format, 4, 4), 1, 100), Err(PreviewError::NoSuchPage)));
    }
}

fn an_image_below_the_requested_size_is_not_enlarged() {
    let drawn = draw(Kind::Png, &picture(Format::Png, 40, 20), 0, MAX_EDGE).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (40, 20));
}

fn a_photo_is_turned_upright() {
    let photo = picture(Format::Jpeg, 64, 32);
    // Exif, little-endian: one entry, the orientation (0x0112), a short: 6, to be turned right.
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut turned = photo[..2].to_vec();
    turned.extend([0xff, 0xe1]);
    turned.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    turned.extend(exif);
    turned.extend(&photo[2..]);
    let drawn = draw(Kind::Jpeg, &turned, 0, 64).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (32, 64));
    assert_colour(&drawn, (16, 4), RED);
    assert_colour(&drawn, (16, 60), BLUE);
}

fn pages_of_a_pdf_file_are_drawn_on_white() {
    let file = two_pages("", "", &[]);
    let drawn = draw(Kind::Pdf, &file, 0, 400).unwrap();
    assert_eq!((drawn.width(), drawn.height(), drawn.pages()), (400, 200, 2));
    assert_colour(&drawn, (5, 195), RED);
    assert_colour(&drawn, (395, 5), BLUE);
    let black = drawn.rgba().chunks(4).filter(|point| point[..3].iter().all(|part| *part < 40)).count();
    assert!(black > 200, "the word is drawn: {black} pixels");
    let blank = draw(Kind::Pdf, &file, 1, 100).unwrap();
    assert!(blank.rgba().iter().all(|part| *part == 255));
    assert!(matches!(draw(Kind::Pdf, &file, 2, 100), Err(PreviewError::NoSuchPage)));
    assert!(matches!(draw(Kind::Pdf, &file, u32::MAX, 100), Err(PreviewError::NoSuchPage)));
}

fn a_pdf_file_of_which_only_attachments_are_encrypted_is_drawn() {
    let plain = draw(Kind::Pdf, &two_pages("", "", &[]), 0, 400).unwrap();
    for filters in ["/StmF /Identity /StrF /Identity /EFF /Std", "/EFF /Std"] {
        let drawn = draw(Kind::Pdf, &encrypted(filters), 0, 400).unwrap();
        assert_eq!((drawn.pages(), drawn.rgba()), (2, plain.rgba()), "{filters}");
    }
    for filters in ["/StmF /Std /StrF /Std", "/StmF /Std", "/StrF /Std", "/StmF 7 /EFF /Std"] {
        let drawn = draw(Kind::Pdf, &encrypted(filters), 0, 400);
        assert!(matches!(drawn, Err(PreviewError::Unreadable)), "{filters}");
    }
}

fn t37_scripts_and_links_in_a_pdf_file_do_nothing() {
    let plain = draw(Kind::Pdf, &two_pages("", "", &[]), 0, 200).unwrap();
    let scripted = two_pages(
        "/OpenAction 8 0 R /AA << /WC 8 0 R >> /Names << /JavaScript << /Names [(a) 8 0 R] >> \
         /EmbeddedFiles << /Names [(run.exe) 12 0 R] >> >> /AcroForm << /XFA (<script>app.alert\\(1\\)</script>) >>",
        "/AA << /O 9 0 R >> /Annots [10 0 R 11 0 R]",
        &[
            "<< /S /JavaScript /JS (app.launchURL\\(\"http://127.0.0.1:9/\"\\); while \\(true\\) {}) >>",
            "<< /S /Launch /F (/bin/true) /Next 8 0 R >>",
            "<< /Type /Annot /Subtype /Link /Rect [0 0 200 100] /A << /S /URI /URI (http://127.0.0.1:9/) >> >>",
            "<< /Type /Annot /Subtype /Link /Rect [0 0 200 100] /A << /S /GoToR /F (/etc/passwd) >> >>",
            "<< /Type /Filespec /F (/etc/passwd) >>",
        ],
    );
    let drawn = draw(Kind::Pdf, &scripted, 0, 200).unwrap();
    assert_eq!((drawn.width(), drawn.height(), drawn.pages()), (200, 100, 2));
    assert!(drawn.rgba() == plain.rgba(), "scripts change no pixel");
}

/// Files of a few bytes that claim to unpack to gigabytes.
fn t51_images_that_claim_gigabytes_are_refused() {
    let mut png = picture(Format::Png, 8, 8);
    png[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
    // The decoder verifies the check sum.
    let sum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&sum);
    let mut gif = picture(Format::Gif, 8, 8);
    gif[6..10].fill(0xff);
    let mut bmp = picture(Format::Bmp, 8, 8);
    bmp[18..26].copy_from_slice(&[0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0x0f]);
    let mut jpeg = picture(Format::Jpeg, 8, 8);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    for (kind, file) in [(Kind::Png, png), (Kind::Gif, gif), (Kind::Bmp, bmp), (Kind::Jpeg, jpeg)] {
        assert!(matches!(draw(kind, &file, 0, 64), Err(PreviewError::Unreadable)), "{kind:?}");
    }
}

/// The check sum of a chunk in a PNG file (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

fn t51_pdf_files_that_unpack_or_run_without_end_are_refused() {
    // Run lengths of run lengths of run lengths: 128 times as much at each step, 4 GiB in the end.
    let mut packed = Vec::new();
    for _ in 0..1024 {
        packed.extend([129, 129]);
    }
    let filters = "/Filter [/RunLengthDecode /RunLengthDecode /RunLengthDecode]";
    let bomb = one_page(filters, &packed);
    let image = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB";
    let large = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R
            /Resources << /XObject << /Im 5 0 R >> >> >>"
            .to_vec(),
        stream("", b"100 0 0 100 0 0 cm /Im Do"),
        stream(&[image, filters].join(" "), &packed),
    ]);
    let circle = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 /Parent 2 0 R >>".to_vec(),
    ]);
    let enormous = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e-30] >>".to_vec(),
    ]);
    let files = [
        ("packed three times", bomb),
        ("a large image", large),
        ("a form in itself", one_page("", b"/Me Do")),
        ("pages in a circle", circle),
        ("no shape", enormous),
        ("brackets", one_page("", &b"[".repeat(1 << 20))),
        ("states", one_page("", &b"q ".repeat(1 << 20))),
    ];
    for (what, file) in files {
        // Some are rendered in part. The rule is that rendering ends within the limits.
        match draw(Kind::Pdf, &file, 0, 64) {
            Ok(drawn) => assert!(drawn.width().max(drawn.height()) <= 64, "{what}"),
            Err(PreviewError::Unreadable | PreviewError::NoSuchPage) => {}
            Err(other) => panic!("{what}: {other}"),
        }
    }
}

fn files_of_another_format_are_refused() {
    let all = KINDS.into_iter().map(|(kind, _)| kind).chain([Kind::Pdf]);
    for kind in all {
        for file in [&b"x"[..], b"%PDF-1.7", b"<svg onload='alert(1)'/>", &[0; 5000]] {
            assert!(matches!(draw(kind, file, 0, 64), Err(PreviewError::Unreadable)), "{kind:?} {file:?}");
        }
    }
    // The format must match the content.
    assert!(matches!(draw(Kind::Png, &picture(Format::Bmp, 8, 8), 0, 64), Err(PreviewError::Unreadable)));
    for media_type in ["image/svg+xml", "text/html", "text/plain", "application/zip", ""] {
        assert_eq!(Kind::from_media_type(media_type), None);
    }
}

fn a_missing_program_and_exceeded_limits_are_reported() {
    let missing = Renderer::new("/nowhere/at/all".into(), Vec::new());
    let job = Job { kind: Kind::Png, page: 0, edge: 64, size: 1 };
    assert!(matches!(missing.draw(&job, &b"x"[..], &|| true), Err(PreviewError::Unavailable)));
    for job in [
        Job { edge: 0, ..job },
        Job { edge: MAX_EDGE + 1, ..job },
        Job { size: MAX_DOCUMENT_SIZE + 1, ..job },
    ] {
        assert!(matches!(renderer().draw(&job, io::repeat(0), &|| true), Err(PreviewError::TooLarge)));
    }
}

fn an_invalid_response_is_refused() {
    let job = Job { kind: Kind::Png, page: 0, edge: 64, size: 1 << 10 };
    for (program, arguments) in [
        ("/bin/echo", vec!["hello"]),
        ("/bin/true", vec![]),
        ("/bin/false", vec![]),
        ("/bin/cat", vec!["/dev/zero"]),
        // A response that is larger than requested.
        ("/usr/bin/printf", vec!["\\000\\377\\377\\000\\000\\377\\377\\000\\000\\001\\000\\000\\000"]),
    ] {
        let arguments = arguments.into_iter().map(str::to_owned).collect();
        let renderer = Renderer::new(program.into(), arguments);
        assert!(
            matches!(renderer.draw(&job, io::repeat(0), &|| true), Err(PreviewError::Unreadable)),
            "{program}"
        );
    }
}

fn a_worker_that_hangs_is_killed() {
    // One that does not read, one that reads and writes nothing, one that stops in the middle of a response.
    for (program, argument) in [("/bin/sleep", "1000"), ("/usr/bin/tail", "-f"), ("/usr/bin/yes", "\u{1}")] {
        let renderer =
            Renderer::new(program.into(), vec![argument.to_owned()]).with_timeout(Duration::from_millis(200));
        let job = Job { kind: Kind::Png, page: 0, edge: 64, size: 4 << 20 };
        assert!(
            matches!(renderer.draw(&job, io::repeat(0), &|| true), Err(PreviewError::Unreadable)),
            "{program}"
        );
    }
}

fn a_cancelled_preview_kills_the_worker() {
    let renderer = Renderer::new("/bin/sleep".into(), vec!["1000".to_owned()]);
    let job = Job { kind: Kind::Png, page: 0, edge: 64, size: 4 << 20 };
    let asked = AtomicU32::new(0);
    let go_on = || asked.fetch_add(1, Ordering::Relaxed) < 3;
    assert!(matches!(renderer.draw(&job, io::repeat(0), &go_on), Err(PreviewError::Unreadable)));
    assert_eq!(asked.into_inner(), 4);
}

fn a_source_that_fails_is_reported() {
    /// A document that is damaged in the middle.
    struct Damaged(u32);
    impl Read for Damaged {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 3 { Err(io::ErrorKind::InvalidData.into()) } else { Ok(buffer.len()) }
        }
    }
    let job = Job { kind: Kind::Png, page: 0, edge: 64, size: 1 << 20 };
    assert!(matches!(renderer().draw(&job, Damaged(0), &|| true), Err(PreviewError::Source(_))));
    assert!(matches!(renderer().draw(&job, &b"short"[..], &|| true), Err(PreviewError::Source(_))));
}
