//! Pages of PDF files.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use zeroize::Zeroizing;

use super::fit::fit;
use crate::Picture;
use crate::ipc::Refusal;

/// Page counts are capped at this.
const MOST_PAGES: u32 = 1_000_000;

/// Renders a page on white. Scripts, links, forms and actions are ignored.
pub fn draw(mut file: Zeroizing<Vec<u8>>, page: u32, edge: u32) -> Result<Picture, Refusal> {
    let pdf = Pdf::new(std::mem::take(&mut *file)).map_err(|_| Refusal::Unreadable)?;
    let pages = pdf.pages();
    let count = u32::try_from(pages.len()).unwrap_or(MOST_PAGES).min(MOST_PAGES);
    let number = usize::try_from(page).map_err(|_| Refusal::NoSuchPage)?;
    let page = pages.get(number).filter(|_| page < count).ok_or(Refusal::NoSuchPage)?;
    let (page_width, page_height) = page.render_dimensions();
    if !(page_width.is_normal() && page_height.is_normal()) || page_width.min(page_height) < 0.0 {
        return Err(Refusal::Unreadable);
    }
    let (width, height) = fit(page_width.into(), page_height.into(), edge);
    let settings = PixmapSettings {
        // Slightly more, since the renderer truncates to whole pixels.
        x_scale: scale(width, page_width),
        y_scale: scale(height, page_height),
        bg_color: WHITE,
    };
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    // On an opaque background premultiplied colours equal straight ones.
    let rgba = Zeroizing::new(drawn.data_as_u8_slice().to_vec());
    if width.max(height) > edge {
        return Err(Refusal::Unreadable);
    }
    Picture::new(width, height, count, rgba).ok_or(Refusal::Unreadable)
}

#[expect(clippy::cast_precision_loss, reason = "at most 2048 pixels")]
fn scale(points: u32, length: f32) -> f32 {
    (points as f32 + 0.01) / length
}
