//! Rendering by third-party decoders. Everything here runs in the sandboxed worker and may fail in any way.

mod fit;
mod pdf;
mod picture;

use zeroize::Zeroizing;

use crate::Picture;
use crate::ipc::{Job, Kind, Refusal};

/// Renders a document.
pub(crate) fn draw(job: &Job, document: Zeroizing<Vec<u8>>) -> Result<Picture, Refusal> {
    use image::ImageFormat as Format;
    let format = match job.kind {
        Kind::Pdf => return pdf::draw(document, job.page, job.edge),
        Kind::Png => Format::Png,
        Kind::Jpeg => Format::Jpeg,
        Kind::Gif => Format::Gif,
        Kind::WebP => Format::WebP,
        Kind::Bmp => Format::Bmp,
    };
    if job.page > 0 {
        return Err(Refusal::NoSuchPage);
    }
    picture::draw(&document, format, job.edge)
}
