//! Downloading documents.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use vault_engine::BlobRef;
use vault_engine::document::{ChunkList, DocumentError, IncomingDocument, StoredDocument};
use vault_wire::{BlobId, VaultId};

use super::ends::Cycle;
use super::error::CycleError;
use super::line::{DocumentLeft, DocumentProblem, Halt, Line, Queue, apart, workers};
use super::pace::Pace;
use super::profile::Profile;
use crate::session::Session;

/// What [`Cycle::download`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downloaded {
    /// Documents that are here now.
    pub documents: usize,
    /// Documents that are not, and why.
    pub left: Vec<DocumentLeft>,
}

impl<P: Profile> Cycle<'_, P> {
    /// Downloads the missing documents of all vaults that are kept offline, the smallest of each vault first. One that the
    /// server does not have, or not as it was signed, does not keep the others from being downloaded.
    ///
    /// It may run beside [`Cycle::run`], be interrupted anywhere and started again: chunks that are here are not downloaded
    /// again.
    ///
    /// # Errors
    /// As [`Cycle::run`]. What was downloaded until then stays.
    pub async fn download(&self) -> Result<Downloaded, CycleError> {
        let mut missing = Vec::new();
        for vault in self.local().await? {
            let of_vault = self.profile.with(move |session| {
                if session.keeps_offline(vault)? { session.missing_documents(vault) } else { Ok(Vec::new()) }
            });
            missing.extend(of_vault.await??.into_iter().map(|document| (vault, document)));
        }
        let (missing, line) = (Queue::new(missing), Line::new(&self.pace.down));
        let downloaded = Mutex::new(Downloaded::default());
        workers(|| {
            Box::pin(async {
                while let Some((vault, document)) = missing.next() {
                    let outcome = self.ends().receive_document(vault, document.blob, &line).await;
                    let mut downloaded = downloaded.lock().unwrap_or_else(PoisonError::into_inner);
                    match outcome {
                        Ok(()) => downloaded.documents += 1,
                        Err(Halt::Document(problem)) => {
                            downloaded.left.push(DocumentLeft::new(vault, &document, problem));
                        }
                        Err(Halt::All(error)) => return Err(error),
                    }
                }
                Ok(())
            })
        })
        .await?;
        Ok(downloaded.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn ends(&self) -> Ends<'_, P> {
        Ends { session: self.session, profile: self.profile }
    }
}

/// Downloads one document of a vault. If its file is here and damaged, it is replaced.
///
/// # Errors
/// As [`Cycle::run`]; [`SessionError::NotFound`](vault_engine::session::SessionError::NotFound) if no entry names the
/// document that the server has confirmed.
pub async fn fetch<P: Profile>(
    session: &Session,
    profile: &P,
    pace: &Pace,
    (vault, document): (VaultId, BlobId),
) -> Result<Result<(), DocumentProblem>, CycleError> {
    let found = profile.with(move |session| session.document_on_server(vault, &document)).await??;
    let (ends, line) = (Ends { session, profile }, Line::new(&pace.down));
    match ends.receive_document(vault, found.blob, &line).await {
        Ok(()) => Ok(Ok(())),
        Err(Halt::Document(problem)) => Ok(Err(problem)),
        Err(Halt::All(error)) => Err(error),
    }
}

/// The two ends of a download.
struct Ends<'a, P> {
    session: &'a Session,
    profile: &'a P,
}

impl<P: Profile> Ends<'_, P> {
    async fn receive_document(&self, vault: VaultId, blob: BlobRef, line: &Line<'_>) -> Result<(), Halt> {
        let found = self
            .profile
            .with(move |session| Ok((session.blobs().clone(), session.chunk_list(&blob)?)))
            .await?;
        let (folder, list) = found.map_err(Halt::from_session)?;
        // It is here if the program ended before it was noted, or if it was restored from a backup.
        let there = folder.clone();
        let is_here = apart(move || {
            StoredDocument::open(&blob, None, &there, &mut |_| ControlFlow::Continue(())).is_ok()
        });
        if !is_here.await? {
            let list = match list {
                Some(list) => list,
                None => self.listed_chunks(vault, &blob, line).await?,
            };
            let incoming = apart(move || IncomingDocument::open(list, &folder)).await??;
            self.receive_chunks(vault, blob.blob_id, Arc::new(incoming), line).await?;
        }
        Ok(self.profile.with(move |session| session.document_arrived(&blob.blob_id)).await??)
    }

    /// Asks for the hashes of a document's chunks, which must be the signed ones.
    async fn listed_chunks(
        &self,
        vault: VaultId,
        blob: &BlobRef,
        line: &Line<'_>,
    ) -> Result<ChunkList, Halt> {
        let listed = line.answered(self.session.chunk_list(&vault, &blob.blob_id).await)?;
        let list = ChunkList::received(blob, &listed.hashes).ok_or(DocumentProblem::Wrong)?;
        if list.is_worth_keeping() {
            let kept = list.clone();
            self.profile.with(move |session| session.keep_chunk_list(&kept)).await??;
        }
        Ok(list)
    }

    /// Downloads the missing chunks and gives the document its name.
    async fn receive_chunks(
        &self,
        vault: VaultId,
        document: BlobId,
        incoming: Arc<IncomingDocument>,
        line: &Line<'_>,
    ) -> Result<(), Halt> {
        let missing = Queue::new(incoming.missing());
        workers(|| {
            Box::pin(async {
                while let Some(number) = missing.next() {
                    line.carry(incoming.chunk_len(number), async {
                        let chunk = line.answered(self.session.chunk(&vault, &document, number).await)?;
                        let incoming = incoming.clone();
                        match apart(move || incoming.put(number, &chunk)).await? {
                            Err(DocumentError::Damaged) => Err(DocumentProblem::Wrong.into()),
                            put => Ok(put?),
                        }
                    })
                    .await?;
                }
                Ok::<_, Halt>(())
            })
        })
        .await?;
        Ok(apart(move || incoming.finish()).await??)
    }
}
