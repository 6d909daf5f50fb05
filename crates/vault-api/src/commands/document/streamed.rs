//! Documents that come from a stream, or go into one.

use std::path::Path;

use vault_engine::document::{ChunkList, DocumentReader, Rules, StreamSealing};
use vault_engine::item::{safe_file_name, safe_to_show};
use vault_engine::session::SealedFileKey;
use vault_engine::{BlobId, ItemId};
use zeroize::Zeroizing;

use super::add::{Target, store_document};
use super::export::ExportedFile;
use super::rules::rules_for;
use super::while_unlocked::DocumentStore;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::events::Event;
use crate::files::name_of;
use crate::jobs::Job;
use crate::state::State;
use crate::views::JobKind;

/// Bytes of a document that are opened at once: a chunk, which is opened as a whole anyway.
const PIECE: usize = 4 << 20;

/// Where a document from a stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentTarget {
    /// Into an item of its own.
    New,
    /// To the files of an item.
    Attach(ItemId),
    /// In place of a file of an item, which becomes an earlier version.
    Replace(ItemId, BlobId),
}

impl From<DocumentTarget> for Target {
    fn from(target: DocumentTarget) -> Self {
        match target {
            DocumentTarget::New => Self::NewItem,
            DocumentTarget::Attach(item) => Self::Attach(item),
            DocumentTarget::Replace(item, blob) => Self::Replace(item, blob),
        }
    }
}

/// A job that counts as cancelled when it is dropped.
struct Running(Option<Job>);

impl Running {
    fn expect_wanted(&self) -> Result<()> {
        self.0.as_ref().ok_or(ErrorCode::Cancelled)?.fail_if_cancelled()
    }

    fn progress(&self, done: u64) {
        if let Some(job) = &self.0 {
            job.progress(done);
        }
    }

    /// Ends with an error, if there is one.
    fn unless_failed<T>(&mut self, result: Result<T>) -> Result<T> {
        match self.0.take_if(|_| result.is_err()) {
            Some(job) => job.end_with(result),
            None => result,
        }
    }

    fn done(&mut self, item: ItemId) {
        if let Some(job) = self.0.take() {
            job.end(Ok(Some(item.to_string())));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(job) = self.0.take() {
            job.end(Err(ErrorCode::Cancelled.into()));
        }
    }
}

/// A document that is being added. Nothing of it is kept if this is dropped before [`Self::finish`].
pub struct DocumentInput {
    coffer: Coffer,
    store: DocumentStore,
    target: Target,
    name: String,
    rules: Rules,
    /// Opened for each chunk only, since the next bytes may take their time.
    key: SealedFileKey,
    blob: BlobId,
    sealing: StreamSealing,
    job: Running,
}

/// A document that is being read.
pub struct DocumentOutput {
    coffer: Coffer,
    store: DocumentStore,
    item: ItemId,
    blob: BlobId,
    list: ChunkList,
    name: String,
    size: u64,
    at: u64,
    job: Running,
}

impl Coffer {
    /// Begins to add a document whose content is given piece by piece.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed` if the item asks for the master password again, `profile_read_only`, or the
    /// disk.
    pub async fn document_input(&self, target: DocumentTarget, name: String) -> Result<DocumentInput> {
        let target = Target::from(target);
        let name = name_of(Path::new(&name));
        let (store, rules, (blob, key)) = self.expect_target(target).await?;
        let sealing = StreamSealing::start(blob, &store.blobs)?;
        let job = Running(Some(self.jobs.start(JobKind::DocumentImport, safe_to_show(&name), 0)));
        Ok(DocumentInput { coffer: self.clone(), store, target, name, rules, key, blob, sealing, job })
    }

    async fn expect_target(&self, target: Target) -> Result<(DocumentStore, Rules, (BlobId, SealedFileKey))> {
        if let Some(item) = target.item() {
            self.item_guard(item).await?;
        }
        self.read(move |session| {
            if let Some(reason) = session.read_only() {
                return Err(reason.into());
            }
            if let Target::Replace(item, blob) = target {
                session.attached(item, &blob)?;
            }
            Ok((DocumentStore::of(session), rules_for(session, target.item())?, session.make_file_key()))
        })
        .await
    }

    /// Begins to read a file that an item has or had. It is downloaded first if it is not on this computer.
    ///
    /// # Errors
    /// `locked`, `not_found`, `policy_forbids`, `password_needed` if the item asks for the master password again, those of a
    /// download, or the disk.
    pub async fn document_output(&self, item: ItemId, blob: BlobId) -> Result<DocumentOutput> {
        let ExportedFile { name, size, store, missing } = self.exported_file(item, blob).await?;
        let name = safe_file_name(&name);
        let job = self.jobs.start(JobKind::DocumentExport, name.clone(), size);
        let list = self.list_of(&job, &store, (item, blob), missing).await;
        match list {
            Ok(list) => {
                let (coffer, job) = (self.clone(), Running(Some(job)));
                Ok(DocumentOutput { coffer, store, item, blob, list, name, size, at: 0, job })
            }
            Err(error) => job.end_with(Err(error)),
        }
    }

    async fn list_of(
        &self,
        job: &Job,
        store: &DocumentStore,
        (item, blob): (ItemId, BlobId),
        missing: Option<vault_engine::VaultId>,
    ) -> Result<ChunkList> {
        if let Some(vault) = missing {
            self.download_document(job, store.profile, (vault, blob)).await?;
        }
        let found = self.read(move |session| {
            let (attachment, signed) = session.file(item, &blob)?;
            let list = session.chunk_list(&signed)?;
            Ok((attachment, signed, list))
        });
        let (attachment, signed, list) = found.await?;
        if let Some(list) = list {
            return Ok(list);
        }
        let (blobs, on) = (store.blobs.clone(), job.cancel_check());
        let made =
            tokio::task::spawn_blocking(move || ChunkList::make(&attachment, &signed, &blobs, &mut |_| on()));
        Ok(made.await.map_err(|_| ErrorCode::Internal)??)
    }
}

impl DocumentInput {
    /// Takes the next bytes. Waits for the disk, so it belongs on a thread of its own.
    ///
    /// # Errors
    /// `locked`, `cancelled`, what the vault's rules for files refuse, or the disk. Nothing is kept then.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let taken = self.sealing.take(bytes);
            bytes = bytes.get(taken..).unwrap_or_default();
            if taken == 0 {
                let sealed = self.seal_chunk();
                self.job.unless_failed(sealed)?;
            }
        }
        Ok(())
    }

    fn seal_chunk(&mut self) -> Result<()> {
        self.check()?;
        let _keys = self.coffer.gate.try_enter(self.store.profile).ok_or(ErrorCode::Locked)?;
        let key = self.key.clone();
        let key =
            self.coffer.actor.call_blocking(move |state| Ok(state.session()?.open_file_key(&key)?))?;
        self.sealing.seal_chunk(&key)?;
        self.job.progress(self.sealing.size());
        Ok(())
    }

    fn check(&self) -> Result<()> {
        self.job.expect_wanted()?;
        Ok(self.rules.check(self.sealing.size(), self.sealing.media_type())?)
    }

    /// Stores the document, and returns its item.
    ///
    /// # Errors
    /// As [`Self::write`], and `not_found` if the item or the file to be replaced is gone.
    pub fn finish(self) -> Result<ItemId> {
        let checked = self.check();
        let Self { coffer, store, target, name, rules: _, key, blob, sealing, mut job } = self;
        let stored = checked.and_then(|()| {
            let _keys = coffer.gate.try_enter(store.profile).ok_or(ErrorCode::Locked)?;
            let sealed_key = key.clone();
            let open = move |state: &mut State| Ok(state.session()?.open_file_key(&sealed_key)?);
            let sealed = sealing.finish(&coffer.actor.call_blocking(open)?)?;
            let now = coffer.clock.now();
            let stored = coffer.actor.call_blocking(move |state| {
                store_document(state.session()?, sealed, &key, name, target, now)
            });
            if stored.is_err() {
                // No revision names the file yet, so nothing is lost; after a crash here the sweep removes it.
                let _ = std::fs::remove_file(store.blobs.path_of(&blob));
            }
            stored
        });
        let id = job.unless_failed(stored)?.id;
        job.done(id);
        coffer.events.send(Event::ItemsChanged);
        Ok(id)
    }
}

impl DocumentOutput {
    /// The file name, valid on every file system.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The length in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes; none at the end. Waits for the disk, so it belongs on a thread of its own. The key is in memory only
    /// meanwhile, however long the bytes take to be used.
    ///
    /// # Errors
    /// `locked`, `not_found`, `cancelled`, `document_damaged`, or the disk.
    pub fn read(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if self.at >= self.size {
            self.job.done(self.item);
            return Ok(None);
        }
        let piece = self.piece();
        let piece = self.job.unless_failed(piece)?;
        self.at += piece.len() as u64;
        self.job.progress(self.at);
        Ok(Some(piece))
    }

    fn piece(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.job.expect_wanted()?;
        let _keys = self.coffer.gate.try_enter(self.store.profile).ok_or(ErrorCode::Locked)?;
        let (item, blob) = (self.item, self.blob);
        let (attachment, _) =
            self.coffer.actor.call_blocking(move |state| Ok(state.session()?.file(item, &blob)?))?;
        let mut reader = DocumentReader::new(&attachment, self.list.clone(), &self.store.blobs)?;
        Ok(reader.read_at(self.at, PIECE)?)
    }
}
