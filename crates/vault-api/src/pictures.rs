//! Pictures of documents: thumbnails and pages. Drawn by another process when they are looked at, and kept nowhere.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use base64ct::{Base64, Encoding as _};
use tokio::sync::Semaphore;
use vault_engine::disk::BlobFolder;
use vault_engine::document::{ChunkList, DocumentError, DocumentReader};
use vault_engine::item::Attachment;
use vault_engine::{BlobId, ItemId};
use vault_preview::{Job, Kind, LARGEST, LONGEST_EDGE, Picture, PreviewError, Renderer};

use crate::coffer::Coffer;
use crate::documents::document_error;
use crate::error::Outcome;
use crate::gate::{Gate, Pass};
use crate::views::{ErrorCode, ErrorView, InputProblem, PictureView};

/// The longer edge of a thumbnail, in points.
const THUMBNAIL: u32 = 256;

/// What draws.
pub(crate) struct Pictures {
    /// None if the system does not tell where this program is.
    renderer: Option<Renderer>,
    /// One at a time: each may take half a gigabyte.
    turn: Arc<Semaphore>,
}

impl Pictures {
    pub(crate) fn installed() -> Self {
        Self { renderer: Renderer::installed().ok(), turn: Arc::new(Semaphore::new(1)) }
    }

    pub(crate) fn with(renderer: Renderer) -> Self {
        Self { renderer: Some(renderer), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Coffer {
    /// A small picture of a file that an item has or had: of a picture, or of the first page of a PDF file.
    ///
    /// # Errors
    /// `no_picture` for other kinds, files that are too large or cannot be drawn, and systems that cannot shut the
    /// drawing process in; `not_found`, `document_damaged`, `locked`, or the password is to be
    /// given again.
    pub async fn document_thumbnail(&self, item: ItemId, blob: BlobId) -> Outcome<PictureView> {
        self.draw(item, blob, 0, THUMBNAIL).await
    }

    /// A page of a PDF file from 0 on, or a picture, of at most so many points in length and width.
    ///
    /// # Errors
    /// As [`Coffer::document_thumbnail`]; `not_found` for a page that is not there, `invalid_input` for a size beyond
    /// 2048.
    pub async fn document_page(
        &self,
        item: ItemId,
        blob: BlobId,
        page: u32,
        edge: u32,
    ) -> Outcome<PictureView> {
        if !(1..=LONGEST_EDGE).contains(&edge) {
            return Err(ErrorView::invalid(InputProblem::PictureSize));
        }
        self.draw(item, blob, page, edge).await
    }

    async fn draw(&self, item: ItemId, blob: BlobId, page: u32, edge: u32) -> Outcome<PictureView> {
        let turn = Arc::clone(&self.pictures.turn).acquire_owned().await;
        let turn = turn.map_err(|_| ErrorCode::Internal)?;
        let (profile, attachment, source) = self
            .read_guarded(item, move |session, _, guard| {
                guard()?;
                let (attachment, signed) = session.file(item, &blob)?;
                let list = session.chunk_list(&signed)?;
                let profile = session.profile().id;
                Ok((profile, attachment, Stored { signed, list, blobs: session.blobs().clone() }))
            })
            .await?;
        let renderer = self.pictures.renderer.clone().ok_or(ErrorCode::NoPicture)?;
        let kind = Kind::of_media_type(&attachment.media_type).ok_or(ErrorCode::NoPicture)?;
        let job = Job { kind, page, edge, size: attachment.size };
        if !(1..=LARGEST).contains(&attachment.size) {
            return Err(ErrorCode::NoPicture.into());
        }
        let gate = Arc::clone(&self.gate);
        let drawn = tokio::task::spawn_blocking(move || {
            let drawn = draw(&renderer, &gate, profile, attachment, source, &job);
            // Held until the process has ended.
            drop(turn);
            drawn
        });
        drawn.await.map_err(|_| ErrorCode::Internal)?
    }
}

/// What there is of a document besides its key.
struct Stored {
    signed: vault_engine::BlobRef,
    list: Option<ChunkList>,
    blobs: BlobFolder,
}

fn draw(
    renderer: &Renderer,
    gate: &Gate,
    profile: vault_engine::ProfileId,
    attachment: Attachment,
    stored: Stored,
    job: &Job,
) -> Outcome<PictureView> {
    let pass = gate.try_enter(profile).ok_or(ErrorCode::Locked)?;
    let Stored { signed, list, blobs } = stored;
    let mut on = |_| if pass.is_good() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let list = match list {
        Some(list) => Ok(list),
        None => ChunkList::make(&attachment, &signed, &blobs, &mut on),
    };
    let opened = list.and_then(|list| DocumentReader::new(&attachment, list, &blobs));
    // Its key is in the reader now, and goes with it as soon as all is read.
    drop(attachment);
    let source = WhileUnlocked { reader: opened.map_err(document_error)?, pass: &pass };
    let drawn = renderer.draw(job, source, &|| pass.is_good());
    if !pass.is_good() {
        return Err(ErrorCode::Locked.into());
    }
    view(&drawn.map_err(preview_error)?)
}

/// A document that is read only while its profile is unlocked.
struct WhileUnlocked<'p> {
    reader: DocumentReader,
    pass: &'p Pass<'p>,
}

impl Read for WhileUnlocked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pass.is_good() { self.reader.read(buffer) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

fn view(picture: &Picture) -> Outcome<PictureView> {
    let png = picture.to_png().map_err(|_| ErrorCode::NoPicture)?;
    Ok(PictureView {
        png: Base64::encode_string(&png),
        width: picture.width(),
        height: picture.height(),
        pages: picture.pages(),
    })
}

fn preview_error(error: PreviewError) -> ErrorView {
    match error {
        PreviewError::Source(error) => document_error(DocumentError::from_read(error)),
        PreviewError::NoSuchPage => ErrorCode::NotFound.into(),
        PreviewError::TooLarge | PreviewError::Unreadable | PreviewError::Unavailable => {
            ErrorCode::NoPicture.into()
        }
    }
}
