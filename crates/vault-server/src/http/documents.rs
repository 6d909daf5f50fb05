//! Routes of documents.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use vault_wire::message::{ChunkList, DeclareBlob, MissingChunks};
use vault_wire::{BlobId, VaultId};

use super::body::Chunk;
use super::path::{Number, Place};
use super::vaults::by;
use super::{App, Caller, Cbor, Member};
use crate::failure::Failure;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/vaults/{v}/blobs", post(declare))
        .route("/v1/vaults/{v}/blobs/{b}", get(list))
        .route("/v1/vaults/{v}/blobs/{b}/{i}", get(chunk).put(put_chunk))
}

async fn declare(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
    Cbor(document): Cbor<DeclareBlob>,
) -> Result<Cbor<MissingChunks>, Failure> {
    Ok(Cbor(app.logs.declare(&by(&app, &caller.0), vault, &document).await?))
}

async fn list(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault, id)): Place<(VaultId, BlobId)>,
) -> Result<Cbor<ChunkList>, Failure> {
    Ok(Cbor(app.logs.chunk_list(&by(&app, &caller.0), vault, id).await?))
}

async fn chunk(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault, id, number)): Place<(VaultId, BlobId, Number<u32>)>,
) -> Result<Chunk, Failure> {
    Ok(Chunk(app.logs.chunk(&by(&app, &caller.0), vault, id, number.0).await?))
}

async fn put_chunk(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault, id, number)): Place<(VaultId, BlobId, Number<u32>)>,
    Chunk(chunk): Chunk,
) -> Result<StatusCode, Failure> {
    app.logs.put_chunk(&by(&app, &caller.0), vault, id, number.0, chunk).await?;
    Ok(StatusCode::NO_CONTENT)
}
