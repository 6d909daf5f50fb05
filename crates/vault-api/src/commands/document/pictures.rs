//! Pictures of documents: thumbnails and pages. A sandboxed process draws them on demand; they are stored nowhere.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use base64ct::{Base64, Encoding as _};
use vault_engine::disk::BlobFolder;
use vault_engine::document::{ChunkList, DocumentReader};
use vault_engine::item::Attachment;
use vault_engine::{BlobId, ItemId};
use vault_preview::{Job, Kind, MAX_DOCUMENT_SIZE, MAX_EDGE, Picture, Renderer};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::key_guard::{KeyGuard, UnlockGate};
use crate::views::PictureView;

/// The longer edge of a thumbnail, in pixels.
const THUMBNAIL: u32 = 256;

impl Coffer {
    /// Returns a small picture of a file that an item has or had: of an image, or of the first page of a PDF file.
    ///
    /// # Errors
    /// `no_picture` for other kinds, for files that are too large or cannot be drawn, and where the drawing process cannot
    /// be sandboxed; `not_found`, `document_damaged`, `locked`, or `password_needed`.
    pub async fn document_thumbnail(&self, item: ItemId, blob: BlobId) -> Result<PictureView> {
        self.draw(item, blob, 0, THUMBNAIL).await
    }

    /// Returns a page of a PDF file, counted from 0, or an image, with a longer edge of at most `edge` pixels.
    ///
    /// # Errors
    /// As [`Coffer::document_thumbnail`]; `not_found` for a missing page, `invalid_input` for an edge beyond 2048.
    pub async fn document_page(
        &self,
        item: ItemId,
        blob: BlobId,
        page: u32,
        edge: u32,
    ) -> Result<PictureView> {
        if !(1..=MAX_EDGE).contains(&edge) {
            return Err(ErrorView::invalid(InputProblem::PictureSize));
        }
        self.draw(item, blob, page, edge).await
    }

    async fn draw(&self, item: ItemId, blob: BlobId, page: u32, edge: u32) -> Result<PictureView> {
        let turn = Arc::clone(&self.previews.turn).acquire_owned().await;
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
        let renderer = self.previews.renderer.clone().ok_or(ErrorCode::NoPicture)?;
        let kind = Kind::from_media_type(&attachment.media_type).ok_or(ErrorCode::NoPicture)?;
        let job = Job { kind, page, edge, size: attachment.size };
        if !(1..=MAX_DOCUMENT_SIZE).contains(&attachment.size) {
            return Err(ErrorCode::NoPicture.into());
        }
        let gate = Arc::clone(&self.gate);
        let drawn = tokio::task::spawn_blocking(move || {
            let drawn = draw(&renderer, &gate, profile, attachment, source, &job);
            // The turn ends with the process.
            drop(turn);
            drawn
        });
        drawn.await.map_err(|_| ErrorCode::Internal)?
    }
}

/// The sealed content of a document, without its key.
struct Stored {
    signed: vault_engine::BlobRef,
    list: Option<ChunkList>,
    blobs: BlobFolder,
}

fn draw(
    renderer: &Renderer,
    gate: &UnlockGate,
    profile: vault_engine::ProfileId,
    attachment: Attachment,
    stored: Stored,
    job: &Job,
) -> Result<PictureView> {
    let keys = gate.try_enter(profile).ok_or(ErrorCode::Locked)?;
    let Stored { signed, list, blobs } = stored;
    let mut on = |_| if keys.is_valid() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let list = match list {
        Some(list) => Ok(list),
        None => ChunkList::make(&attachment, &signed, &blobs, &mut on),
    };
    let opened = list.and_then(|list| DocumentReader::new(&attachment, list, &blobs));
    // The key now lives in the reader, which is dropped as soon as everything is read.
    drop(attachment);
    let source = WhileUnlocked { reader: opened?, keys: &keys };
    let drawn = renderer.draw(job, source, &|| keys.is_valid());
    if !keys.is_valid() {
        return Err(ErrorCode::Locked.into());
    }
    view(&drawn?)
}

/// A document that can be read only while its profile is unlocked.
struct WhileUnlocked<'p> {
    reader: DocumentReader,
    keys: &'p KeyGuard<'p>,
}

impl Read for WhileUnlocked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.keys.is_valid() { self.reader.read(buffer) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

fn view(picture: &Picture) -> Result<PictureView> {
    let png = picture.to_png().map_err(|_| ErrorCode::NoPicture)?;
    Ok(PictureView {
        png: Base64::encode_string(&png),
        width: picture.width(),
        height: picture.height(),
        pages: picture.pages(),
    })
}
