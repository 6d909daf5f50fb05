//! Adding files as documents.

use std::path::{Path, PathBuf};

use vault_engine::clock::Timestamp;
use vault_engine::disk::DiskError;
use vault_engine::document::{SealedBlob, Sealing, SourceFile};
use vault_engine::item::{Attachment, Item, ItemType, safe_to_show};
use vault_engine::session::{Opened, Put, SealedFileKey, Session, Stored};
use vault_engine::{BlobId, ItemId};

use super::rules::rules_for;
use super::while_unlocked::{DocumentStore, finished, report_unlocked};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::events::Event;
use crate::files::{name_of, size_of};
use crate::jobs::Job;
use crate::views::JobKind;
use crate::worker::spawn;

/// The most files in one call; a folder dropped by mistake has more.
const FILES_AT_ONCE: usize = 500;

/// The target of an added file.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// As a document of its own.
    NewItem,
    /// As one more file of an item.
    Attach(ItemId),
    /// As the new version of a file of an item.
    Replace(ItemId, BlobId),
}

impl Target {
    pub(super) fn item(self) -> Option<ItemId> {
        match self {
            Self::NewItem => None,
            Self::Attach(item) | Self::Replace(item, _) => Some(item),
        }
    }
}

impl Coffer {
    pub(super) async fn add_files(&self, target: Target, files: Vec<PathBuf>) -> Result<Vec<u32>> {
        if files.len() > FILES_AT_ONCE {
            return Err(ErrorView::beyond(InputProblem::FilesAtOnce, FILES_AT_ONCE as u64));
        }
        if let Some(item) = target.item() {
            self.item_guard(item).await?;
        }
        let store = self
            .read(move |session| {
                if let Some(reason) = session.read_only() {
                    return Err(reason.into());
                }
                match target {
                    Target::NewItem => {}
                    Target::Attach(item) => drop(session.get(item)?),
                    Target::Replace(item, blob) => drop(session.attached(item, &blob)?),
                }
                Ok(DocumentStore::of(session))
            })
            .await?;
        let jobs: Vec<(Job, PathBuf)> = files
            .into_iter()
            .map(|path| {
                let name = safe_to_show(&name_of(&path));
                (self.jobs.start(JobKind::DocumentImport, name, size_of(&path)), path)
            })
            .collect();
        let ids = jobs.iter().map(|(job, _)| job.id()).collect();
        let coffer = self.clone();
        spawn("coffer-document", move || {
            for (job, path) in jobs {
                let stored = coffer.add_file(&job, &path, target, &store);
                if stored.is_ok() {
                    coffer.events.send(Event::ItemsChanged);
                }
                job.end(stored.map(|Stored { id, revision: _ }| Some(id.to_string())));
            }
        })?;
        Ok(ids)
    }

    /// Seals one file and writes the revision that names it, on a thread of its own. While the profile is locked the job
    /// waits; meanwhile the key of the document is in memory only in sealed form.
    fn add_file(&self, job: &Job, path: &Path, target: Target, store: &DocumentStore) -> Result<Stored> {
        let DocumentStore { profile, blobs } = store;
        // Nothing starts while the profile is locked.
        let (rules, (blob_id, key)) = self.while_unlocked(job, *profile, |_| {
            self.actor.call_blocking(move |state| {
                let session = state.session()?;
                Ok((rules_for(session, target.item())?, session.make_file_key()))
            })
        })?;
        let mut source = SourceFile::open(path)?;
        let size = source.size();
        let media_type = source.media_type().map_err(DiskError::from)?;
        rules.check(size, media_type)?;
        let mut sealing = Sealing::start(source, size, blob_id, blobs)?;
        self.while_unlocked(job, *profile, |keys| {
            let sealed = key.clone();
            let file_key =
                self.actor.call_blocking(move |state| Ok(state.session()?.open_file_key(&sealed)?))?;
            finished(sealing.go_on(&file_key, &mut report_unlocked(job, keys))?, job)
        })?;
        let sealed = sealing.finish()?;
        let (name, now) = (name_of(path), self.clock.now());
        let stored = self.while_unlocked(job, *profile, |_| {
            let (sealed, key, name) = (sealed.clone(), key.clone(), name.clone());
            self.actor
                .call_blocking(move |state| store_document(state.session()?, sealed, &key, name, target, now))
        });
        if stored.is_err() {
            // No revision names the file yet, so nothing is lost; after a crash here the sweep removes it.
            let _ = std::fs::remove_file(blobs.path_of(&blob_id));
        }
        stored
    }
}

/// Writes the revision that names a sealed document.
pub(super) fn store_document(
    session: &mut Session,
    sealed: SealedBlob,
    key: &SealedFileKey,
    name: String,
    target: Target,
    now: Timestamp,
) -> Result<Stored> {
    let sealed = sealed.with_key(session.open_file_key(key)?);
    let (blob, chunks) = (sealed.blob, sealed.chunk_list());
    let title = title_of(&name);
    let file = sealed.into_attachment(name, now);
    let mut put = match target {
        Target::NewItem => {
            let mut item = Item::new(ItemType::Document, now);
            item.title = title;
            item.attachments.push(file);
            Put::new(item)
        }
        Target::Attach(id) | Target::Replace(id, _) => {
            let Opened { mut item, revision, .. } = session.get(id)?;
            match target {
                Target::Replace(_, old) => {
                    let at = position(&item.attachments, old)?;
                    item.attachments.splice(at..=at, [file]);
                }
                _ => item.attachments.push(file),
            }
            item.modified_at = now;
            Put::change(id, revision, item)
        }
    };
    put.blobs.push(blob);
    let stored = session.put(put)?;
    if let Some(chunks) = chunks.filter(|chunks| chunks.is_worth_keeping()) {
        // A chunk list that is not kept is made again when needed.
        let _ = session.keep_chunk_list(&chunks);
    }
    Ok(stored)
}

/// The title of a document: its file's name without the extension.
fn title_of(name: &str) -> String {
    let shown = safe_to_show(name);
    let stem = Path::new(&shown).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.trim().is_empty()).unwrap_or(shown)
}

/// The index of a file among the files of an item.
pub(super) fn position(attachments: &[Attachment], blob: BlobId) -> Result<usize> {
    attachments.iter().position(|file| file.blob_id == blob).ok_or_else(|| ErrorCode::NotFound.into())
}
