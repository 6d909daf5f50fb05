//! Routes of a signed-in account.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use vault_wire::account::SignedRevocation;
use vault_wire::message::{
    AccountExport, AnswerApproval, ApprovalOffer, ApprovalState, AuditKind, AuditPage, ChangeLogin, CodeBox,
    DeviceLabel, DeviceList, FactorState, KeysetReply, List, ProblemCode, RecoveryCodes, SessionList, SignUp,
    TotpConfirm, TotpSecret, VaultUsage,
};
use vault_wire::{DeviceId, SessionId};

use super::authorize::{Any, Caller, Member, Recent};
use super::notice::{notify, order};
use super::path::Place;
use super::{App, Cbor, Json};
use crate::account::login_change::MailedCode;
use crate::account::{
    approval, deletion, device, factor, login_change, recovery_code, reenrol, registration, session,
};
use crate::audit::{self, About};
use crate::failure::Failure;
use crate::hints::Change;
use crate::mail::{Notice, Order};

type Reply<T> = Result<Json<T>, Failure>;
type Done = Result<StatusCode, Failure>;

/// `GET /v1/account/keyset`.
pub async fn keyset(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Reply<KeysetReply> {
    Ok(Json(registration::keyset(&app.store, caller.account).await?))
}

/// `GET /v1/account/export`.
pub async fn export(State(app): State<App>, Caller(caller, _): Caller<Recent>) -> Reply<AccountExport> {
    let now = app.clock.now();
    let too_many = |_| Failure::new(ProblemCode::Internal);
    let sizes = app.logs.sizes(caller.account).await?;
    let vaults = sizes.into_iter().map(|(vault_id, bytes)| VaultUsage { vault_id, bytes }).collect();
    let export = app.store.account(caller.account).run(|tx| async move {
        let about = registration::about(&tx).await?;
        let own = About::own(caller.account, caller.device);
        audit::append(&tx, AuditKind::AccountExported, own, now).await?;
        let devices = device::list(&tx, caller.device).await?;
        let sessions = session::list(&tx, caller.session, now).await?;
        Ok::<_, Failure>((about, factor::state(&tx).await?, devices, sessions))
    });
    let (about, factors, devices, sessions) = export.await?;
    Ok(Json(AccountExport {
        account_id: caller.account,
        login: about.login,
        created_at: about.created_at,
        version: about.version,
        factors,
        devices: List::new(devices).map_err(too_many)?,
        sessions: List::new(sessions).map_err(too_many)?,
        vaults: List::new(vaults).map_err(too_many)?,
    }))
}

/// `DELETE /v1/account`.
pub async fn delete(State(app): State<App>, Caller(caller, _): Caller<Recent>) -> Done {
    deletion::delete(&app.store, &app.logs, caller.account, app.clock.now()).await?;
    app.hints.announce(Change::Account(caller.account));
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /v1/account/reenrol`.
pub async fn cancel_reenrol(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Done {
    let now = app.clock.now();
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { reenrol::cancel(&tx, caller.device, now).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/account/login`.
pub async fn change_login(
    State(app): State<App>,
    Caller(caller, _): Caller<Recent>,
    Json(message): Json<ChangeLogin>,
) -> Done {
    let now = app.clock.now();
    let code = match app.config.sign_up {
        SignUp::Open => MailedCode::Needed(message.code.as_ref()),
        SignUp::Code => MailedCode::Unneeded,
    };
    let about = About::own(caller.account, caller.device);
    let old = login_change::change(&app.store, caller.account, &message.login, code, about, now);
    if let Some(old) = old.await? {
        order(&app, Order::Former(old, Notice::LoginChanged));
        notify(&app, caller.account, Notice::LoginChanged);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/devices`.
pub async fn devices(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Reply<DeviceList> {
    let shard = app.store.account(caller.account);
    let devices = shard.read(|view| async move { device::list(&view, caller.device).await }).await?;
    Ok(Json(DeviceList { devices: List::new(devices).map_err(|_| ProblemCode::Internal)? }))
}

/// `PUT /v1/devices/{d}/label`.
pub async fn label(
    State(app): State<App>,
    Caller(caller, _): Caller<Member>,
    Place((id,)): Place<(DeviceId,)>,
    Json(message): Json<DeviceLabel>,
) -> Done {
    let label = message.label.as_slice();
    app.store.account(caller.account).run(|tx| async move { device::label(&tx, id, label).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/devices/{d}/revoke`.
pub async fn revoke(
    State(app): State<App>,
    Caller(caller, _): Caller<Recent>,
    Place((id,)): Place<(DeviceId,)>,
    Cbor(revocation): Cbor<SignedRevocation>,
) -> Done {
    let (now, revocation) = (app.clock.now(), &revocation);
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { device::revoke(&tx, id, revocation, caller.device, now).await }).await?;
    app.hints.announce(Change::Account(caller.account));
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /v1/account/approval`.
pub async fn offer_approval(
    State(app): State<App>,
    Caller(caller, _): Caller<Member>,
    Json(message): Json<ApprovalOffer>,
) -> Done {
    let now = app.clock.now();
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { approval::offer(&tx, message.approval_id, now).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/account/approval`.
pub async fn approval(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Reply<ApprovalState> {
    let now = app.clock.now();
    let shard = app.store.account(caller.account);
    Ok(Json(shard.read(|view| async move { approval::state(&view, now).await }).await?))
}

/// `POST /v1/account/approval`.
pub async fn answer_approval(
    State(app): State<App>,
    Caller(caller, _): Caller<Member>,
    Json(message): Json<AnswerApproval>,
) -> Done {
    let (now, message) = (app.clock.now(), &message);
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { approval::answer(&tx, message, caller.device, now).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /v1/account/approval`.
pub async fn end_approval(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Done {
    app.store.account(caller.account).run(|tx| async move { approval::end(&tx).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/sessions`.
pub async fn sessions(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Reply<SessionList> {
    let now = app.clock.now();
    let shard = app.store.account(caller.account);
    let sessions = shard.read(|view| async move { session::list(&view, caller.session, now).await }).await?;
    Ok(Json(SessionList { sessions: List::new(sessions).map_err(|_| ProblemCode::Internal)? }))
}

/// `DELETE /v1/sessions`, `DELETE /v1/sessions?session={id}`.
pub async fn end_sessions(
    State(app): State<App>,
    Caller(caller, _): Caller<Member>,
    RawQuery(query): RawQuery,
) -> Done {
    let one: Option<SessionId> = parameter(query.as_deref(), "session")?;
    let (now, device) = (app.clock.now(), caller.device);
    let ended = app.store.account(caller.account).run(|tx| async move {
        match one {
            None => session::end_others(&tx, caller.session, device, now).await,
            Some(id) if session::end(&tx, id, device, now).await? => Ok(()),
            Some(_) => Err(Failure::new(ProblemCode::NotFound)),
        }
    });
    ended.await?;
    app.hints.announce(Change::Account(caller.account));
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/account/factors`.
pub async fn factors(State(app): State<App>, Caller(caller, _): Caller<Member>) -> Reply<FactorState> {
    let shard = app.store.account(caller.account);
    Ok(Json(shard.read(|view| async move { factor::state(&view).await }).await?))
}

/// `POST /v1/account/factors/totp`.
pub async fn offer_totp(State(app): State<App>, Caller(caller, _): Caller<Recent>) -> Reply<TotpSecret> {
    let secret = factor::make_secret()?;
    let (now, sealer, new) = (app.clock.now(), &app.factors, &secret);
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { factor::offer(&tx, new, sealer, now).await }).await?;
    Ok(Json(factor::secret_text(&secret)?))
}

/// `POST /v1/account/factors/totp/confirm`.
pub async fn confirm_totp(
    State(app): State<App>,
    Caller(caller, _): Caller<Recent>,
    Json(message): Json<TotpConfirm>,
) -> Reply<RecoveryCodes> {
    let codes = factor::make_recovery_codes()?;
    let (now, sealer, code, new) = (app.clock.now(), &app.factors, &message.code, &codes);
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { factor::confirm(&tx, code, new, caller.device, sealer, now).await }).await?;
    Ok(Json(codes))
}

/// `DELETE /v1/account/factors/totp`.
pub async fn remove_totp(State(app): State<App>, Caller(caller, _): Caller<Recent>) -> Done {
    let now = app.clock.now();
    let shard = app.store.account(caller.account);
    shard
        .run(|tx| async move { factor::remove(&tx, About::own(caller.account, caller.device), now).await })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/account/code`, also by a session that began with the code.
pub async fn code_box(State(app): State<App>, Caller(caller, _): Caller<Any>) -> Reply<CodeBox> {
    let shard = app.store.account(caller.account);
    Ok(Json(shard.read(|view| async move { recovery_code::read(&view).await }).await?))
}

/// `PUT /v1/account/code`.
pub async fn put_code_box(
    State(app): State<App>,
    Caller(caller, _): Caller<Recent>,
    Json(message): Json<CodeBox>,
) -> Done {
    let (now, issuer, message) = (app.clock.now(), app.issuer(), &message);
    let shard = app.store.account(caller.account);
    shard.run(|tx| async move { recovery_code::put(&tx, message, issuer, caller.device, now).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/audit?after=N`.
pub async fn audit_page(
    State(app): State<App>,
    Caller(caller, _): Caller<Member>,
    RawQuery(query): RawQuery,
) -> Reply<AuditPage> {
    let after = parameter::<Number>(query.as_deref(), "after")?.map_or(0, |number| number.0);
    let shard = app.store.account(caller.account);
    Ok(Json(shard.read(|view| async move { audit::page(&view, after).await }).await?))
}

/// A number without sign and leading zero, that SQL can compare.
struct Number(u64);

impl std::str::FromStr for Number {
    type Err = ProblemCode;

    fn from_str(text: &str) -> Result<Self, ProblemCode> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        let number: Option<i64> = text.parse().ok().filter(|_| plain);
        number.map(|number| Self(number.cast_unsigned())).ok_or(ProblemCode::Malformed)
    }
}

/// The one parameter that a query may have.
fn parameter<T: std::str::FromStr>(query: Option<&str>, name: &str) -> Result<Option<T>, Failure> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Ok(None) };
    let value = query.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
    let value = value.and_then(|value| value.parse().ok()).ok_or(ProblemCode::Malformed)?;
    Ok(Some(value))
}
