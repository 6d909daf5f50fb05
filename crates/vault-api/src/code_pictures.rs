//! One-time codes that come in: out of a picture or text file that was chosen or dropped, or off the clipboard.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::disk::DiskError;
use vault_engine::item::FieldId;
use vault_otp::migration::{Entry, Migration};
use vault_otp::{Code, qr};
use zeroize::Zeroizing;

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::item_draft::{Stamp, apply};
use crate::views::{
    ChangedView, ErrorCode, ErrorView, FieldDraft, FieldKindView, FoundCode, InputProblem, ItemDraft,
    ItemTypeView,
};

/// Longest picture that is read, in bytes.
const LONGEST: u64 = 32 << 20;
/// Longest text.
const TEXT: usize = 1 << 20;
/// Codes that are taken out of a text, and added at once.
const CODES: usize = 2_000;
/// Files that are looked into when they are dropped together. Whoever drops more has no codes in mind.
const DROPPED: usize = 16;

/// One-time codes in pictures that were dropped on the window, until somebody asks for them.
pub(crate) struct DroppedCodes {
    found: Vec<FoundCode>,
    /// The pictures, should they be meant to be kept themselves.
    pictures: Vec<PathBuf>,
}

/// What became of files that were dropped on the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Jobs that take files in as documents.
    pub jobs: Vec<u32>,
    /// One-time codes in the other files, which [`Coffer::code_dropped`] hands over.
    pub codes: usize,
}

impl Coffer {
    /// Reads the one-time codes that a picture shows, or that a text file holds: `otpauth://` addresses, and all that one
    /// of another program holds.
    ///
    /// # Errors
    /// `picture_unreadable` if there are none, or the disk.
    pub async fn codes_in_file(&self, path: PathBuf) -> Outcome<Vec<FoundCode>> {
        blocking(move || {
            let file = read_file(&path).map_err(|error| ErrorView::from(DiskError::from(error)))?;
            let found = codes_in_bytes(&file);
            if found.is_empty() { Err(ErrorCode::PictureUnreadable.into()) } else { Ok(found) }
        })
        .await
    }

    /// Reads the one-time codes in a picture that is unpacked already, such as one on the clipboard: four bytes for each
    /// pixel.
    ///
    /// # Errors
    /// `picture_unreadable` if there are none.
    pub async fn codes_in_pixels(
        &self,
        width: usize,
        height: usize,
        pixels: Zeroizing<Vec<u8>>,
    ) -> Outcome<Vec<FoundCode>> {
        blocking(move || {
            let texts = qr::read_pixels(width, height, &pixels);
            let texts = texts.map_err(|_| ErrorView::of(ErrorCode::PictureUnreadable))?;
            let found: Vec<FoundCode> = texts.iter().flat_map(|text| codes_in(text.expose())).collect();
            if found.is_empty() { Err(ErrorCode::PictureUnreadable.into()) } else { Ok(found) }
        })
        .await
    }

    /// Takes in files that were dropped on the window. Pictures that show one-time codes are kept back until
    /// [`Coffer::code_dropped`] asks for the codes; all others become documents.
    ///
    /// # Errors
    /// As [`Coffer::document_import`].
    pub async fn take_dropped(&self, files: Vec<PathBuf>) -> Outcome<Dropped> {
        if files.len() > DROPPED || !self.is_unlocked().await {
            return Ok(Dropped { jobs: self.document_import(files).await?, codes: 0 });
        }
        let (held, others) = blocking(move || Ok(with_codes(files))).await?;
        let codes = held.found.len();
        if codes > 0 {
            self.owner
                .call(move |state| {
                    state.open()?.dropped = Some(held);
                    Ok(())
                })
                .await?;
        }
        let jobs = if others.is_empty() { Vec::new() } else { self.document_import(others).await? };
        Ok(Dropped { jobs, codes })
    }

    /// The one-time codes in the pictures that were dropped last; they are handed over once.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there are none.
    pub async fn code_dropped(&self) -> Outcome<Vec<FoundCode>> {
        self.owner
            .call(|state| {
                let held = state.open()?.dropped.as_mut().ok_or(ErrorCode::NotFound)?;
                let found = std::mem::take(&mut held.found);
                if found.is_empty() { Err(ErrorCode::NotFound.into()) } else { Ok(found) }
            })
            .await
    }

    /// Takes the pictures that were dropped last in as documents after all.
    ///
    /// # Errors
    /// `not_found` if there are none, or as [`Coffer::document_import`].
    pub async fn code_dropped_keep(&self) -> Outcome<Vec<u32>> {
        let held = self.owner.call(|state| Ok(state.open()?.dropped.take())).await?;
        self.document_import(held.ok_or(ErrorCode::NotFound)?.pictures).await
    }

    /// Adds an item for each of these codes, in one transaction that can be undone. Their titles are who issued them, or
    /// else whose they are.
    ///
    /// # Errors
    /// `code_invalid`, `invalid_input` for one without a name or for too many; then none is added. Or the disk.
    pub async fn code_add(&self, codes: Vec<FoundCode>) -> Outcome<ChangedView> {
        if codes.len() > CODES {
            return Err(ErrorView::beyond(InputProblem::CodesToAdd, CODES as u64));
        }
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        self.change(move |session| {
            let device = session.device().to_owned();
            let mut stamp = Stamp { now, device: &device, make_field_id: &mut || FieldId::make(&mut rng) };
            let items = codes.into_iter().map(|code| apply(None, login_with(code), &mut stamp));
            let items = items.collect::<Outcome<Vec<_>>>()?;
            Ok(session.add_all(items)?.into())
        })
        .await
    }
}

/// Reads the one-time codes that a text holds: one set-up, an address of another program with many, or lines of them.
///
/// # Errors
/// `code_invalid` if there are none.
pub fn codes_in_text(text: &SecretText) -> Outcome<Vec<FoundCode>> {
    let text = text.expose();
    let found = if text.len() > TEXT { Vec::new() } else { codes_in(text) };
    if found.is_empty() { Err(ErrorCode::CodeInvalid.into()) } else { Ok(found) }
}

async fn blocking<R: Send + 'static>(work: impl FnOnce() -> Outcome<R> + Send + 'static) -> Outcome<R> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ErrorCode::Internal)?
}

/// A picture that is longer is none: what is read of it does not unpack.
fn read_file(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // Asked before opening too: to open a pipe would wait for its other end.
    let about = path.metadata()?;
    if !about.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    // Room for everything at once: what grows leaves copies of secrets behind.
    let room = usize::try_from(about.len().min(LONGEST)).unwrap_or(0).saturating_add(1);
    let mut file = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?.take(LONGEST).read_to_end(&mut file)?;
    Ok(file)
}

/// Puts the pictures with codes on one side and all other files on the other.
fn with_codes(files: Vec<PathBuf>) -> (DroppedCodes, Vec<PathBuf>) {
    let mut held = DroppedCodes { found: Vec::new(), pictures: Vec::new() };
    let mut others = Vec::new();
    for path in files {
        // What cannot be read is told by the job that takes it in.
        let found = if starts_as_picture(&path) {
            read_file(&path).map(|file| codes_in_bytes(&file)).unwrap_or_default()
        } else {
            Vec::new()
        };
        if found.is_empty() {
            others.push(path);
        } else {
            held.found.extend(found);
            held.pictures.push(path);
        }
    }
    (held, others)
}

fn starts_as_picture(path: &Path) -> bool {
    let mut start = [0; 8];
    let is_file = path.metadata().is_ok_and(|about| about.is_file() && about.len() <= LONGEST);
    is_file
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
        && qr::is_picture(&start)
}

fn codes_in_bytes(file: &[u8]) -> Vec<FoundCode> {
    if qr::is_picture(file) {
        let texts = qr::read(file).unwrap_or_default();
        return texts.iter().flat_map(|text| codes_in(text.expose())).collect();
    }
    match std::str::from_utf8(file) {
        Ok(text) if text.len() <= TEXT => codes_in(text),
        _ => Vec::new(),
    }
}

fn codes_in(text: &str) -> Vec<FoundCode> {
    let text = text.trim();
    // A bare secret stands alone; among other lines it would be any word.
    let alone = !text.contains('\n');
    let lines = text.lines().filter(|line| alone || line.contains("://"));
    lines.flat_map(codes_in_line).take(CODES).collect()
}

fn codes_in_line(line: &str) -> Vec<FoundCode> {
    if let Ok(migration) = Migration::read(line) {
        let usable = |entry: Entry| entry.code.ok().map(|code| found(&code));
        return migration.entries.into_iter().filter_map(usable).collect();
    }
    Code::parse(line).iter().map(found).collect()
}

fn found(code: &Code) -> FoundCode {
    FoundCode {
        issuer: code.issuer().to_owned(),
        account: code.account().to_owned(),
        setup: code.to_uri().expose().to_owned(),
    }
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
