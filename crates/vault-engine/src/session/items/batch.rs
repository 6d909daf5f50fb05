//! Writing many items: a second thread seals and signs revisions while the first one writes those before.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;

use rand_core::{Rng as _, TryCryptoRng, TryRng};
use vault_crypto::{SealedRevision, make_revision, wipe_stack};
use vault_wire::revision::{RevisionHeader, RevisionKind};

use super::change::{Put, Stored, Target};
use crate::item;
use crate::item::{LimitedPart, PayloadError};
use crate::session::error::SessionError;
use crate::session::rows::blobs;
use crate::session::rows::view::Current;
use crate::session::transaction::{PendingWrite, Transaction};
use crate::session::vaults::vault::Vaults;

/// Items in a batch. Their revisions are all based on the log's head before the batch, and are in memory together.
const BATCH: usize = 2_048;
/// Revisions sent to the writing thread at once, and how many such chunks may wait in the channel.
const CHUNK: usize = 32;
const QUEUED_CHUNKS: usize = 8;
/// Random bytes that sealing one revision takes.
const DRAWN: usize = 24;

/// An item whose revision is still to be made.
struct Prepared {
    meant: PendingWrite,
    header: RevisionHeader,
    drawn: [u8; DRAWN],
}

impl Transaction<'_> {
    /// Writes many items in order. `progress` receives the number of finished items and may cancel.
    pub(crate) fn put_all(
        &mut self,
        puts: Vec<Put>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Vec<Stored>, SessionError> {
        let mut stored = Vec::with_capacity(puts.len());
        let mut puts = puts.into_iter().peekable();
        while puts.peek().is_some() {
            let mut batch = Vec::with_capacity(BATCH.min(puts.len()));
            let mut targets = HashSet::new();
            // A second change of an item goes into a later batch, as it must see the first one.
            while let Some(put) = puts.next_if(|put| match put.target {
                Target::New => batch.len() < BATCH,
                Target::Kept { id } | Target::Existing { id, .. } => {
                    batch.len() < BATCH && targets.insert(id)
                }
            }) {
                batch.push(self.ready(put)?);
            }
            self.write_batch(&batch, &mut stored, progress)?;
        }
        Ok(stored)
    }

    fn ready(&mut self, put: Put) -> Result<Prepared, SessionError> {
        let mut meant = self.meant(put)?;
        self.device.clone_into(&mut meant.item.device);
        let files = meant.item.attachments.iter().map(|file| blobs::find(&self.db, &file.blob_id));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        let parent = meant.before.map(|before| before.revision);
        let header = self.header(meant.vault_key, meant.id, RevisionKind::Put, parent, files)?;
        let mut drawn = [0; DRAWN];
        self.rng.fill_bytes(&mut drawn);
        Ok(Prepared { meant, header, drawn })
    }

    fn write_batch(
        &mut self,
        batch: &[Prepared],
        stored: &mut Vec<Stored>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), SessionError> {
        let vaults = self.vaults;
        if batch.len() <= CHUNK {
            // Starting a thread would take longer than it saves.
            return batch
                .iter()
                .try_for_each(|ready| self.write_made(ready, &make(ready, vaults)?, stored, progress));
        }
        thread::scope(|scope| {
            let (made, taken) = mpsc::sync_channel(QUEUED_CHUNKS);
            scope.spawn(move || {
                for handful in batch.chunks(CHUNK) {
                    let revisions: Vec<_> = handful.iter().map(|ready| make(ready, vaults)).collect();
                    // The receiver stopped at an error.
                    if made.send(revisions).is_err() {
                        break;
                    }
                }
                // The cipher leaves plaintext on this stack, which outlives the thread.
                wipe_stack();
            });
            for (ready, made) in batch.iter().zip(taken.into_iter().flatten()) {
                self.write_made(ready, &made?, stored, progress)?;
            }
            Ok(())
        })
    }

    fn write_made(
        &mut self,
        ready: &Prepared,
        made: &SealedRevision,
        stored: &mut Vec<Stored>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), SessionError> {
        let Prepared { meant: PendingWrite { vault_key, id, before, item }, header, drawn: _ } = ready;
        let appended = self.insert(*vault_key, header, made, self.now)?;
        self.renew_view(*vault_key, *id, *before, item, &appended, Current::one_more(*before))?;
        stored.push(Stored { id: *id, revision: appended.revision });
        if progress(stored.len()).is_break() { Err(SessionError::Cancelled) } else { Ok(()) }
    }
}

fn make(ready: &Prepared, vaults: &Vaults) -> Result<SealedRevision, SessionError> {
    let payload = item::encode(&ready.meant.item).map_err(SessionError::Invalid)?;
    let key = vaults.get(ready.meant.vault_key)?.key_of(ready.header.epoch)?;
    make_revision(&ready.header, &payload, key, &vaults.author.identity, &mut PredrawnRng::new(&ready.drawn))
        .map_err(|_| SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Content)))
}

/// Random bytes drawn earlier from the profile's generator. Once they are used up, the operating system provides more:
/// no byte is ever returned twice.
struct PredrawnRng<'d>(&'d [u8]);

impl<'d> PredrawnRng<'d> {
    fn new(drawn: &'d [u8; DRAWN]) -> Self {
        Self(drawn)
    }
}

impl TryRng for PredrawnRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        if let Some((drawn, rest)) = self.0.split_at_checked(to.len()) {
            to.copy_from_slice(drawn);
            self.0 = rest;
        } else {
            crate::clock::system_rng().fill_bytes(to);
        }
        Ok(())
    }
}

impl TryCryptoRng for PredrawnRng<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_bytes_are_never_returned_twice() {
        let bytes: [u8; DRAWN] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let mut drawn = PredrawnRng::new(&bytes);
        let mut first = [0; 20];
        drawn.fill_bytes(&mut first);
        assert_eq!(first, bytes[..20]);
        // Too few bytes are left, so these come from the operating system.
        let mut more = [0; 16];
        drawn.fill_bytes(&mut more);
        assert_ne!(more[..4], bytes[20..]);
        let mut rest = [0; 4];
        drawn.fill_bytes(&mut rest);
        assert_eq!(rest, bytes[20..]);
    }
}
