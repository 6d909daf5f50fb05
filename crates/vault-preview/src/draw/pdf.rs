//! Pages of PDF files.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::{Dict, Name, ObjectIdentifier};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use zeroize::Zeroizing;

use super::fit::fit;
use crate::Picture;
use crate::ipc::Refusal;

/// Page counts are capped at this.
const MOST_PAGES: u32 = 1_000_000;

/// The entry of a trailer that refers to the encryption, and a name of the same length without a meaning.
const ENCRYPT: &[u8] = b"/Encrypt";
const IGNORED: &[u8] = b"/Ignored";
/// The longest reference that is read, in bytes.
const REFERENCE: usize = 32;

/// Renders a page on white. Scripts, links, forms and actions are ignored.
pub fn draw(file: Zeroizing<Vec<u8>>, page: u32, edge: u32) -> Result<Picture, Refusal> {
    let pdf = load(file)?;
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

/// Loads a file. One in which nothing but attachments is encrypted needs no password.
fn load(file: Zeroizing<Vec<u8>>) -> Result<Pdf, Refusal> {
    let file = Arc::new(file);
    match Pdf::new(Arc::clone(&file)) {
        Err(LoadPdfError::Decryption(_)) => load_beside_encryption(Zeroizing::new(file.to_vec())),
        loaded => loaded.map_err(|_| Refusal::Unreadable),
    }
}

/// Loads a file without its encryption. Fails if strings or streams are encrypted, as they are unless both have the
/// filter `Identity`, which is also the default (ISO 32000-2, table 20).
fn load_beside_encryption(mut file: Zeroizing<Vec<u8>>) -> Result<Pdf, Refusal> {
    let names = file.windows(ENCRYPT.len()).zip(0..).filter(|(name, _)| *name == ENCRYPT);
    let names: Vec<usize> = names.map(|(_, at)| at).collect();
    let mut dictionaries = Vec::new();
    for at in names {
        let entry = file.get_mut(at..).and_then(|entry| entry.split_at_mut_checked(ENCRYPT.len()));
        if let Some((name, value)) = entry
            && let Some(dictionary) = reference(value)
        {
            name.copy_from_slice(IGNORED);
            dictionaries.push(dictionary);
        }
    }
    let pdf = Pdf::new(std::mem::take(&mut *file)).map_err(|_| Refusal::Unreadable)?;
    let is_plain = |dictionary: &Dict<'_>, filter: &str| {
        let name = dictionary.get::<Name<'_>>(filter);
        name.map_or(!dictionary.contains_key(filter), |name| name.as_str() == "Identity")
    };
    let plain = dictionaries.into_iter().all(|dictionary| {
        pdf.xref().get::<Dict<'_>>(dictionary).is_some_and(|dictionary| {
            // Older versions have no filters and encrypt everything.
            dictionary.get::<u8>("V").is_some_and(|version| version >= 4)
                && is_plain(&dictionary, "StmF")
                && is_plain(&dictionary, "StrF")
        })
    });
    if plain { Ok(pdf) } else { Err(Refusal::Unreadable) }
}

/// Reads a reference to an object after the name of an entry: `12 0 R`.
fn reference(value: &[u8]) -> Option<ObjectIdentifier> {
    let value = value
        .get(..value.len().min(REFERENCE))
        .filter(|value| value.first().is_some_and(u8::is_ascii_whitespace))?;
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut number = || std::str::from_utf8(words.next()?).ok();
    let (object, generation) = (number()?.parse().ok()?, number()?.parse().ok()?);
    words.next()?.starts_with(b"R").then(|| ObjectIdentifier::new(object, generation))
}

#[expect(clippy::cast_precision_loss, reason = "at most 2048 pixels")]
fn scale(points: u32, length: f32) -> f32 {
    (points as f32 + 0.01) / length
}
