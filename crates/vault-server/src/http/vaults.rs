//! Routes of vaults, their logs, and what is stored beside them.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::invitation::Answer;
use vault_wire::message::{
    AccountUsage, AnswerList, GrantList, HealBatch, LackingGrants, LogEntry, LogPage, LogQuery, ProblemCode,
    PushBatch, PushReply, VaultHead, VaultList,
};
use vault_wire::{AccountId, ContentHash, VaultId};

use super::invitation::Invitation;
use super::path::{Number, Place};
use super::{App, Caller, Cbor, Identity, Json, Member};
use crate::failure::Failure;
use crate::log::{self, Factor};

/// For what never changes.
const IMMUTABLE: &str = "private, max-age=31536000, immutable";

type Answered<T> = Result<Cbor<T>, Failure>;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/vaults", get(list).post(create))
        .route("/v1/vaults/{v}/head", get(head))
        .route("/v1/vaults/{v}/log", get(page).post(push))
        .route("/v1/vaults/{v}/log/ranges/{i}", get(range))
        .route("/v1/vaults/{v}/log/heal", post(heal))
        .route("/v1/vaults/{v}/grants", get(lacking_grants).post(put_grants))
        .route("/v1/vaults/{v}/grants/{epoch}/{account}", get(grant).put(put_grant))
        .route("/v1/vaults/{v}/accepts", get(answers).post(answer))
        .route("/v1/account/usage", get(usage))
        .route("/v1/accounts/{account}", get(certificate))
}

/// Who asks, and when.
pub fn by(app: &App, identity: &Identity) -> log::Caller {
    let factor = if identity.factor { Factor::Used } else { Factor::Missing };
    log::Caller { account: identity.account, device: identity.device, factor, at: app.clock.now() }
}

async fn list(
    State(app): State<App>,
    caller: Caller<Member>,
    RawQuery(query): RawQuery,
) -> Answered<VaultList> {
    let after = query.as_deref().filter(|query| !query.is_empty()).map(after).transpose()?;
    Ok(Cbor(app.logs.vaults(&by(&app, &caller.0), after).await?))
}

/// The only parameter of the list.
fn after(query: &str) -> Result<VaultId, Failure> {
    let id = query.strip_prefix("after=").and_then(|id| id.parse().ok());
    id.ok_or_else(|| ProblemCode::Malformed.into())
}

async fn create(
    State(app): State<App>,
    caller: Caller<Member>,
    Cbor(entry): Cbor<LogEntry>,
) -> Result<(StatusCode, Cbor<VaultHead>), Failure> {
    let head = app.logs.create(&by(&app, &caller.0), &entry).await?;
    Ok((StatusCode::CREATED, Cbor(head)))
}

async fn head(
    State(app): State<App>,
    caller: Caller<Member>,
    Invitation(invitation): Invitation,
    Place((vault,)): Place<(VaultId,)>,
) -> Answered<VaultHead> {
    Ok(Cbor(app.logs.head(&by(&app, &caller.0), invitation.as_ref(), vault).await?))
}

/// A range never changes while the recovery epoch does not.
async fn range(
    State(app): State<App>,
    caller: Caller<Member>,
    Invitation(invitation): Invitation,
    Place((vault, index)): Place<(VaultId, Number<u64>)>,
) -> Result<Response, Failure> {
    let range = app.logs.range(&by(&app, &caller.0), invitation.as_ref(), vault, index.0).await?;
    let tag = ["\"", &app.logs.recovery().await?.epoch.to_string(), "\""].concat();
    Ok(([(CACHE_CONTROL, IMMUTABLE), (ETAG, tag.as_str())], Cbor(range)).into_response())
}

async fn page(
    State(app): State<App>,
    caller: Caller<Member>,
    Invitation(invitation): Invitation,
    Place((vault,)): Place<(VaultId,)>,
    RawQuery(query): RawQuery,
) -> Answered<LogPage> {
    let query: LogQuery = query.as_deref().unwrap_or_default().parse().map_err(|_| ProblemCode::Malformed)?;
    Ok(Cbor(app.logs.page(&by(&app, &caller.0), invitation.as_ref(), vault, &query).await?))
}

async fn push(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
    Cbor(batch): Cbor<PushBatch>,
) -> Answered<PushReply> {
    // The only encoding of the batch, so these are the bytes of the request.
    let hash = ContentHash::of(&batch.encode());
    let reply = app.logs.push(&by(&app, &caller.0), vault, &batch, hash).await?;
    app.metrics.push(&reply);
    Ok(Cbor(reply))
}

async fn heal(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
    Cbor(batch): Cbor<HealBatch>,
) -> Answered<VaultHead> {
    Ok(Cbor(app.logs.heal(&by(&app, &caller.0), vault, &batch).await?))
}

async fn put_grants(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
    Cbor(list): Cbor<GrantList>,
) -> Result<StatusCode, Failure> {
    app.logs.put_grants(&by(&app, &caller.0), vault, &list.grants).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn lacking_grants(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
) -> Answered<LackingGrants> {
    Ok(Cbor(app.logs.lacking_grants(&by(&app, &caller.0), vault).await?))
}

async fn grant(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault, epoch, account)): Place<(VaultId, Number<u32>, AccountId)>,
) -> Answered<Grant> {
    Ok(Cbor(app.logs.grant(&by(&app, &caller.0), vault, epoch.0, account).await?))
}

async fn put_grant(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault, epoch, account)): Place<(VaultId, Number<u32>, AccountId)>,
    Cbor(grant): Cbor<Grant>,
) -> Result<StatusCode, Failure> {
    let GrantContext { epoch: of, recipient, .. } = grant.context;
    if (of, recipient) != (epoch.0, account) {
        return Err(ProblemCode::Malformed.into());
    }
    app.logs.put_grants(&by(&app, &caller.0), vault, &[grant]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn answers(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
) -> Answered<AnswerList> {
    Ok(Cbor(app.logs.answers(&by(&app, &caller.0), vault).await?))
}

async fn answer(
    State(app): State<App>,
    caller: Caller<Member>,
    Place((vault,)): Place<(VaultId,)>,
    Cbor(answer): Cbor<Answer>,
) -> Result<StatusCode, Failure> {
    app.logs.answer(&by(&app, &caller.0), vault, &answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn certificate(
    State(app): State<App>,
    caller: Caller<Member>,
    Invitation(invitation): Invitation,
    Place((account,)): Place<(AccountId,)>,
) -> Answered<SignedCertificate> {
    Ok(Cbor(app.logs.certificate(&by(&app, &caller.0), invitation.as_ref(), account).await?))
}

async fn usage(State(app): State<App>, caller: Caller<Member>) -> Result<Json<AccountUsage>, Failure> {
    Ok(Json(app.logs.usage(caller.0.account).await?))
}
