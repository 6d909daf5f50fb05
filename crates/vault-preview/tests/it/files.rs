//! Sample files, valid and malicious.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// An image file, red on the left and blue on the right.
pub fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE }));
    let mut file = Cursor::new(Vec::new());
    // With an alpha channel, which the WebP and GIF encoders need; JPEG has none.
    let pixels = DynamicImage::ImageRgb8(pixels);
    let pixels = if format == ImageFormat::Jpeg { pixels } else { pixels.into_rgba8().into() };
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub const RED: [u8; 3] = [250, 0, 0];
pub const BLUE: [u8; 3] = [0, 0, 250];

/// A PDF file of objects, the first of which is its catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

/// The file of [`two_pages`] with an encryption that opens by no password and has these filters.
pub fn encrypted(filters: &str) -> Vec<u8> {
    let encryption = format!(
        "<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /CF << /Std << /CFM /AESV2 /Length 16 >> >> \
         /O <{}> /U <{}> {filters} >>",
        "5a".repeat(32),
        "a5".repeat(32)
    );
    let file = two_pages("", "", &[&encryption]);
    let trailer = file.windows(7).rposition(|part| part == b"trailer").unwrap();
    let start = file[trailer..].windows(2).position(|part| part == b"<<").unwrap() + trailer + 2;
    [&file[..start], b" /Encrypt 8 0 R /ID [<01> <01>]", &file[start..]].concat()
}

/// An object with a stream.
pub fn stream(about: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {about} >>\nstream\n", content.len()).into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

/// Half red, half blue, with a word in black, 200 points by 100; the second page is blank. `more` goes into the
/// catalogue, `on_page` into the first page, `objects` are numbers 8 and up.
pub fn two_pages(more: &str, on_page: &str, objects: &[&str]) -> Vec<u8> {
    let content = b"0.98 0 0 rg 0 0 100 100 re f 0 0 0.98 rg 100 0 100 100 re f \
        BT /F1 24 Tf 0 g 20 40 Td (Hello) Tj ET";
    let page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]";
    let mut all = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {more} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_vec(),
        format!("<< {page} /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> {on_page} >>").into_bytes(),
        format!("<< {page} >>").into_bytes(),
        stream("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        b"null".to_vec(),
    ];
    all.extend(objects.iter().map(|object| object.as_bytes().to_vec()));
    pdf(&all)
}

/// A PDF file of one page with this content, which may use itself as a form `/Me`.
pub fn one_page(about: &str, content: &[u8]) -> Vec<u8> {
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R
            /Resources << /XObject << /Me 5 0 R >> >> >>"
            .to_vec(),
        stream(about, content),
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /Me 5 0 R >> >>",
            b"/Me Do /Me Do",
        ),
    ])
}
