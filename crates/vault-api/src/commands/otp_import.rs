//! Importing one-time codes from pictures, text files and the clipboard.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::disk::DiskError;
use vault_engine::item::FieldId;
use vault_otp::qr;
use zeroize::Zeroizing;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::form::{Stamp, apply};
use crate::otp_text::{self, Reading};
use crate::state::DroppedCodes;
use crate::views::{ChangedView, FieldDraft, FieldKindView, FoundCode, FoundCodes, ItemDraft, ItemTypeView};

/// The largest picture, in bytes.
const MAX_PICTURE: u64 = 32 << 20;
/// The most codes added at once.
const MAX_CODES: usize = otp_text::MAX_CODES;
/// The bytes by which the format of a picture is recognised.
const SIGNATURE: usize = 12;
/// The most dropped files that are searched for codes; more files at once are documents.
const MAX_DROPPED: usize = 16;

/// The result of files dropped on the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// The jobs that add files as documents.
    pub jobs: Vec<u32>,
    /// The number of one-time codes in the other files; [`Coffer::code_dropped`] returns them.
    pub codes: usize,
}

impl Coffer {
    /// Reads the one-time codes in a picture or text file: `otpauth://` addresses, and migration addresses with many codes.
    ///
    /// # Errors
    /// `picture_unreadable` for a picture without codes, `code_invalid` for a text without, or the disk.
    pub async fn codes_in_file(&self, path: PathBuf) -> Result<FoundCodes> {
        blocking(move || {
            let file = read_file(&path).map_err(DiskError::from)?;
            if qr::is_picture(&file) {
                return picture(&file)?.finish(ErrorCode::PictureUnreadable);
            }
            let text = vault_text::decode(&file).map_err(|_| ErrorView::of(ErrorCode::CodeInvalid))?;
            otp_text::read(&text)?.finish(ErrorCode::CodeInvalid)
        })
        .await
    }

    /// Reads the one-time codes in a decoded picture, such as one on the clipboard, with four bytes for each pixel.
    ///
    /// # Errors
    /// `picture_unreadable` if there are none.
    pub async fn codes_in_pixels(
        &self,
        width: usize,
        height: usize,
        pixels: Zeroizing<Vec<u8>>,
    ) -> Result<FoundCodes> {
        blocking(move || {
            let texts = qr::read_pixels(width, height, &pixels);
            let texts = texts.map_err(|_| ErrorView::of(ErrorCode::PictureUnreadable))?;
            otp_text::of_texts(&texts).finish(ErrorCode::PictureUnreadable)
        })
        .await
    }

    /// Accepts files that were dropped on the window. Pictures with one-time codes wait for [`Coffer::code_dropped`]; all
    /// other files become documents.
    ///
    /// # Errors
    /// As [`Coffer::document_import`].
    pub async fn accept_dropped(&self, files: Vec<PathBuf>) -> Result<Dropped> {
        if files.len() > MAX_DROPPED || !self.is_unlocked().await {
            return Ok(Dropped { jobs: self.document_import(files).await?, codes: 0 });
        }
        let (held, others) = blocking(move || Ok(with_codes(files))).await?;
        let codes = held.found.codes.len();
        if codes > 0 {
            self.actor
                .call(move |state| {
                    state.open()?.dropped = Some(held);
                    Ok(())
                })
                .await?;
        }
        let jobs = if others.is_empty() { Vec::new() } else { self.document_import(others).await? };
        Ok(Dropped { jobs, codes })
    }

    /// Returns the one-time codes in the pictures that were dropped last; they are returned once.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there are none.
    pub async fn code_dropped(&self) -> Result<FoundCodes> {
        self.actor
            .call(|state| {
                let held = state.open()?.dropped.as_mut().ok_or(ErrorCode::NotFound)?;
                let found = std::mem::take(&mut held.found);
                if found.codes.is_empty() { Err(ErrorCode::NotFound.into()) } else { Ok(found) }
            })
            .await
    }

    /// Adds the pictures that were dropped last as documents.
    ///
    /// # Errors
    /// `not_found` if there are none, or as [`Coffer::document_import`].
    pub async fn code_dropped_keep(&self) -> Result<Vec<u32>> {
        let held = self.actor.call(|state| Ok(state.open()?.dropped.take())).await?;
        self.document_import(held.ok_or(ErrorCode::NotFound)?.pictures).await
    }

    /// Adds an item for each code, in one transaction that can be undone. The title is the issuer of the code, or else its
    /// account.
    ///
    /// # Errors
    /// `code_invalid`, `invalid_input` for a code without a name or for too many; then none is added. Or the disk.
    pub async fn code_add(&self, codes: Vec<FoundCode>) -> Result<ChangedView> {
        if codes.len() > MAX_CODES {
            return Err(ErrorView::beyond(InputProblem::CodesToAdd, MAX_CODES as u64));
        }
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        self.change(move |session| {
            let device = session.device().to_owned();
            let mut stamp = Stamp { now, device: &device, make_field_id: &mut || FieldId::make(&mut rng) };
            let items = codes.into_iter().map(|code| apply(None, login_with(code), &mut stamp));
            let items = items.collect::<Result<Vec<_>>>()?;
            Ok(session.add_all(items)?.into())
        })
        .await
    }
}

/// Reads the one-time codes in a text: one set-up, a migration address with many codes, or lines of them.
///
/// # Errors
/// `code_invalid` if there are none.
pub fn codes_in_text(text: &SecretText) -> Result<FoundCodes> {
    otp_text::read(text.expose())?.finish(ErrorCode::CodeInvalid)
}

pub(super) async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R> + Send + 'static,
) -> Result<R> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ErrorCode::Internal)?
}

/// Reads a file up to the limit; a larger picture is cut and does not decode.
pub(super) fn read_file(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // Checked before opening: opening a pipe would wait for its other end.
    let about = path.metadata()?;
    if !about.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    // Reserved at once: a growing buffer would leave copies of secrets.
    let room = usize::try_from(about.len().min(MAX_PICTURE)).unwrap_or(0).saturating_add(1);
    let mut file = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?.take(MAX_PICTURE).read_to_end(&mut file)?;
    Ok(file)
}

/// Separates the pictures with codes from all other files.
fn with_codes(files: Vec<PathBuf>) -> (DroppedCodes, Vec<PathBuf>) {
    let mut reading = Reading::default();
    let mut pictures = Vec::new();
    let mut others = Vec::new();
    for path in files {
        // The job that adds an unreadable file reports the error.
        let found =
            starts_as_picture(&path).then(|| read_file(&path).ok().and_then(|file| picture(&file).ok()));
        match found.flatten().filter(Reading::has_codes) {
            Some(found) => {
                reading.append(found);
                pictures.push(path);
            }
            None => others.push(path),
        }
    }
    (DroppedCodes { found: reading.into(), pictures }, others)
}

fn starts_as_picture(path: &Path) -> bool {
    let mut start = [0; SIGNATURE];
    let is_file = path.metadata().is_ok_and(|about| about.is_file() && about.len() <= MAX_PICTURE);
    is_file
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
        && qr::is_picture(&start)
}

fn picture(file: &[u8]) -> Result<Reading> {
    let texts = qr::read(file).map_err(|_| ErrorView::of(ErrorCode::PictureUnreadable))?;
    Ok(otp_text::of_texts(&texts))
}

/// The form of an item for a code.
fn login_with(code: FoundCode) -> ItemDraft {
    let FoundCode { issuer, account, setup } = code;
    let field = |role: &str, kind, value| FieldDraft {
        id: None,
        role: Some(role.to_owned()),
        label: String::new(),
        kind,
        value: Some(value),
        section: None,
    };
    ItemDraft {
        id: None,
        base_revision: None,
        item_type: ItemTypeView::Login,
        title: if issuer.trim().is_empty() { account.clone() } else { issuer },
        fields: vec![
            field("username", FieldKindView::Text, account),
            field("code", FieldKindView::Code, setup),
        ],
        urls: Vec::new(),
        notes: String::new(),
        tags: Vec::new(),
        folder: None,
        favourite: false,
        url_rules: Vec::new(),
        removed_passkeys: Vec::new(),
        expires: None,
        reprompt: false,
        template: false,
    }
}
