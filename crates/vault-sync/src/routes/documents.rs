//! Sealed documents, in chunks.

use vault_wire::message::{ChunkList, DeclareBlob, MissingChunks};
use vault_wire::{BlobId, VaultId};

use crate::error::Error;
use crate::session::Session;
use crate::transport::{Cbor, Chunk, Nothing, Request};

impl Session {
    /// Declares a document and returns which chunks the server does not have.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn declare(&self, vault: &VaultId, document: &DeclareBlob) -> Result<MissingChunks, Error> {
        let request = Request::post(format!("/v1/vaults/{vault}/blobs")).cbor(document)?;
        let Cbor(missing) = self.call(&request).await?;
        Ok(missing)
    }

    /// Sends a chunk.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put_chunk(
        &self,
        vault: &VaultId,
        blob: &BlobId,
        number: u32,
        chunk: Vec<u8>,
    ) -> Result<(), Error> {
        let path = format!("/v1/vaults/{vault}/blobs/{blob}/{number}");
        let Nothing = self.call(&Request::put(path).octets(chunk).answered_by(204)).await?;
        Ok(())
    }

    /// Returns a chunk. The caller compares its hash.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn chunk(&self, vault: &VaultId, blob: &BlobId, number: u32) -> Result<Vec<u8>, Error> {
        let path = format!("/v1/vaults/{vault}/blobs/{blob}/{number}");
        let Chunk(chunk) = self.call(&Request::get(path)).await?;
        Ok(chunk)
    }

    /// Returns the hashes of a document's chunks. The caller compares their root with the signed one.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Malformed`] also if they are of another document.
    pub async fn chunk_list(&self, vault: &VaultId, blob: &BlobId) -> Result<ChunkList, Error> {
        let path = format!("/v1/vaults/{vault}/blobs/{blob}");
        let Cbor(list): Cbor<ChunkList> = self.call(&Request::get(path)).await?;
        if list.blob_id == *blob { Ok(list) } else { Err(Error::Malformed) }
    }
}
