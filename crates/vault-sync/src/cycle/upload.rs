//! Sending documents before the entries that name them.
//!
//! It is done in slices, between which the entries are sent whose documents the server has, and those without documents:
//! an item that is edited meanwhile need not wait for a large document.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use vault_engine::document::StoredDocument;
use vault_engine::session::NamedDocument;
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE};
use vault_wire::message::{DeclareBlob, ProblemCode};
use vault_wire::{BlobId, VaultId};

use super::ends::Cycle;
use super::error::CycleError;
use super::line::{DocumentLeft, DocumentProblem, Halt, Line, Queue, apart, workers};
use super::profile::Profile;

/// Chunks of a slice: 32 MiB.
const SLICE: u32 = 8;

/// What became of the documents of a vault in a synchronization.
#[derive(Default)]
pub(super) struct Uploads {
    /// Those that cannot be sent now.
    left: BTreeMap<BlobId, DocumentLeft>,
    /// Those that the server has.
    done: BTreeSet<BlobId>,
    /// The chunks that were sent of the others.
    sent: BTreeMap<BlobId, BTreeSet<u32>>,
    /// The smallest size for which the account had no storage left.
    above_quota: Option<u64>,
}

/// A document, or a part of it.
struct Job {
    document: NamedDocument,
    /// How many chunks to send.
    most: u32,
    sent: BTreeSet<u32>,
}

impl Uploads {
    /// Returns the documents that were not sent.
    pub(super) fn into_left(self) -> Vec<DocumentLeft> {
        self.left.into_values().collect()
    }

    fn leave(&mut self, vault: VaultId, document: &NamedDocument, problem: DocumentProblem) {
        if problem == DocumentProblem::Quota {
            let size = document.blob.ct_size;
            self.above_quota = Some(self.above_quota.map_or(size, |least| least.min(size)));
        }
        self.left.insert(document.blob.blob_id, DocumentLeft::new(vault, document, problem));
    }

    /// Says why a document need not be tried.
    fn hopeless(&self, document: &NamedDocument, largest: u64) -> Option<DocumentProblem> {
        let size = document.blob.ct_size;
        if self.done.contains(&document.blob.blob_id) {
            // It was complete, and then the server refused the entry for want of it.
            Some(DocumentProblem::Unsettled)
        } else if size > largest {
            Some(DocumentProblem::TooLarge)
        } else if self.above_quota.is_some_and(|least| size >= least) {
            Some(DocumentProblem::Quota)
        } else {
            None
        }
    }

    /// Chooses the documents of the next slice.
    fn slice(&mut self, vault: VaultId, unsent: Vec<NamedDocument>, largest: u64) -> Vec<Job> {
        let (mut jobs, mut room) = (Vec::new(), SLICE);
        for document in unsent {
            let id = document.blob.blob_id;
            if self.left.contains_key(&id) {
                continue;
            }
            if let Some(problem) = self.hopeless(&document, largest) {
                self.leave(vault, &document, problem);
                continue;
            }
            let chunks = document.blob.ct_size.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD)).max(1);
            let most = u32::try_from(chunks).unwrap_or(SLICE).min(room);
            room -= most;
            jobs.push(Job { document, most, sent: self.sent.remove(&id).unwrap_or_default() });
            if room == 0 {
                break;
            }
        }
        jobs
    }
}

impl<P: Profile> Cycle<'_, P> {
    /// Sends a slice of the documents that entries of a vault wait for. Returns whether there was one.
    pub(super) async fn send_documents(
        &self,
        vault: VaultId,
        uploads: &mut Uploads,
    ) -> Result<bool, CycleError> {
        let unsent = self.profile.with(move |session| session.unsent_documents(vault)).await??;
        self.send_slice(vault, uploads, unsent).await
    }

    /// Sends a slice of these documents of a vault. Returns whether there was one.
    pub(super) async fn send_slice(
        &self,
        vault: VaultId,
        uploads: &mut Uploads,
        documents: Vec<NamedDocument>,
    ) -> Result<bool, CycleError> {
        let jobs = uploads.slice(vault, documents, self.limits.document_bytes);
        if jobs.is_empty() {
            return Ok(false);
        }
        let (jobs, line) = (Queue::new(jobs), Line::new(&self.pace.up));
        let uploads = Mutex::new(uploads);
        workers(|| {
            Box::pin(async {
                while let Some(mut job) = jobs.next() {
                    let outcome = self.send_document(vault, &mut job, &line).await;
                    let Job { document, most: _, sent } = job;
                    let mut uploads = uploads.lock().unwrap_or_else(PoisonError::into_inner);
                    match outcome {
                        Ok(true) => drop(uploads.done.insert(document.blob.blob_id)),
                        Ok(false) => drop(uploads.sent.insert(document.blob.blob_id, sent)),
                        Err(Halt::Document(problem)) => uploads.leave(vault, &document, problem),
                        Err(Halt::All(error)) => return Err(error),
                    }
                }
                Ok(())
            })
        })
        .await?;
        Ok(true)
    }

    /// Sends chunks of a document. Returns whether the server has all of them.
    async fn send_document(&self, vault: VaultId, job: &mut Job, line: &Line<'_>) -> Result<bool, Halt> {
        let blob = job.document.blob;
        let stored = self.stored(&job.document).await?;
        let declared = DeclareBlob::new(blob.blob_id, blob.ct_size).ok_or(DocumentProblem::Damaged)?;
        let mut room = usize::try_from(job.most).unwrap_or(usize::MAX);
        loop {
            let missing = match self.session.declare(&vault, &declared).await {
                // Another member has declared it. Whether it is complete is seen when the entry is sent.
                Err(error) if error.code() == Some(ProblemCode::Forbidden) => None,
                declared => Some(line.answered(declared)?).filter(|missing| !missing.ranges.is_empty()),
            };
            let Some(missing) = missing else {
                self.profile.with(move |session| session.document_sent(&blob.blob_id)).await??;
                return Ok(true);
            };
            let numbers = missing.ranges.iter().flat_map(|range| range.first..range.first + range.count);
            let numbers: Vec<u32> =
                numbers.take_while(|number| *number < stored.chunks()).take(room.max(1)).collect();
            if numbers.is_empty() || numbers.iter().any(|number| job.sent.contains(number)) {
                return Err(DocumentProblem::Unsettled.into());
            }
            if room == 0 {
                return Ok(false);
            }
            let chunks = Queue::new(numbers.iter().copied());
            workers(|| {
                Box::pin(async {
                    while let Some(number) = chunks.next() {
                        let len = stored.chunk_len(number);
                        line.carry(len, async {
                            let stored = stored.clone();
                            let chunk = apart(move || stored.chunk(number)).await??;
                            line.answered(self.session.put_chunk(&vault, &blob.blob_id, number, chunk).await)
                        })
                        .await?;
                    }
                    Ok::<_, Halt>(())
                })
            })
            .await?;
            room = room.saturating_sub(numbers.len());
            job.sent.extend(numbers);
        }
    }

    /// Opens the file of a document and compares it with the signed root. What that took is kept.
    async fn stored(&self, document: &NamedDocument) -> Result<Arc<StoredDocument>, Halt> {
        let blob = document.blob;
        let found = self
            .profile
            .with(move |session| Ok((session.blobs().clone(), session.chunk_list(&blob)?)))
            .await?;
        let (folder, list) = found.map_err(Halt::from_session)?;
        let is_known = list.is_some();
        let stored =
            apart(move || StoredDocument::open(&blob, list, &folder, &mut |_| ControlFlow::Continue(())));
        let stored = stored.await??;
        if !is_known && stored.list().is_worth_keeping() {
            let list = stored.list().clone();
            self.profile.with(move |session| session.keep_chunk_list(&list)).await??;
        }
        Ok(Arc::new(stored))
    }
}
