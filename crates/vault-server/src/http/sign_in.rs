//! Routes of registration and sign-in.

use axum::extract::FromRequest as _;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use vault_wire::Signature;
use vault_wire::message::{
    AddDevice, ApprovalReply, CodeFinish, CodeStart, CodeStartReply, Factor, FactorCode, FixedBytes, List,
    LoginFinish, LoginParams, LoginParamsReply, LoginStart, LoginStartReply, LoginStep, Logout, LogoutScope,
    MailCode, ProblemCode, Refresh, RegisterFinish, RegisterReply, RegisterStart, RegisterStartReply,
    RequestApproval, SignUp, Tokens,
};

use super::address::ClientAddress;
use super::authorize::{Anonymous, Any, Caller, Proven};
use super::notice::{notify, order};
use super::{App, Json};
use crate::account::approval;
use crate::account::reenrol::{self, Reenrolled};
use crate::account::refresh::RefreshToken;
use crate::account::registration::{self, Registration};
use crate::account::session::{self, Continued};
use crate::account::sign_in::{Next, SignIn};
use crate::audit::AuditAddress;
use crate::auth::{AccessToken, LIFETIME, Method};
use crate::failure::Failure;
use crate::hints::Change;
use crate::mail::{Notice, Order};
use crate::metrics::SignInOutcome;
use crate::store::AccountKey;
use vault_wire::{AccountId, DeviceId};

type Reply<T> = Result<Json<T>, Failure>;

/// `POST /v1/auth/register/start`.
pub async fn register_start(
    State(app): State<App>,
    _: Anonymous,
    Json(message): Json<RegisterStart>,
) -> Reply<RegisterStartReply> {
    let request = exact(&message.request)?;
    let response = app.opaque.respond(&request, &message.account_id).map_err(|_| ProblemCode::Malformed)?;
    Ok(Json(RegisterStartReply { response: fixed(response.to_vec())? }))
}

/// `POST /v1/auth/register/finish`: with a token a change of the password, without one a new account.
pub async fn register_finish(State(app): State<App>, request: Request) -> Reply<RegisterReply> {
    let (mut parts, body) = request.into_parts();
    let caller = if parts.headers.contains_key(AUTHORIZATION) {
        let caller = Caller::<Any>::from_request_parts(&mut parts, &app).await?.0;
        if caller.method == Method::Password && !caller.recent {
            return Err(ProblemCode::SignInAgain.into());
        }
        Some(caller)
    } else {
        Anonymous::from_request_parts(&mut parts, &app).await?;
        None
    };
    let Json(message) = Json::<RegisterFinish>::from_request(Request::from_parts(parts, body), &app).await?;
    let registration = Registration::verify(message, app.issuer())?;
    let now = app.clock.now();
    match caller {
        Some(caller) if caller.account != registration.account => return Err(ProblemCode::Forbidden.into()),
        Some(caller) => {
            registration::change(&app.store, &registration, caller.session, caller.device, now).await?;
            app.hints.announce(Change::Account(caller.account));
            notify(&app, caller.account, Notice::PasswordChanged);
        }
        None => registration::open(&app.store, &registration, now).await?,
    }
    Ok(Json(RegisterReply { version: registration.version }))
}

/// `POST /v1/account/reenrol`.
pub async fn reenrol(
    State(app): State<App>,
    Anonymous(address): Anonymous,
    Json(message): Json<RegisterFinish>,
) -> Result<(StatusCode, Json<RegisterReply>), Failure> {
    let registration = Registration::verify(message, app.issuer())?;
    let (address, now) = (audited(&app, address), app.clock.now());
    let recovering = app.logs.recovery().await?.lasts_at(now);
    let status = match reenrol::reenrol(&app.store, &registration, recovering, address, now).await? {
        Reenrolled::Now => {
            app.hints.announce(Change::Account(registration.account));
            notify(&app, registration.account, Notice::Reenrolled);
            StatusCode::OK
        }
        Reenrolled::Before => StatusCode::OK,
        Reenrolled::Begins => {
            notify(&app, registration.account, Notice::ReenrolWaiting);
            StatusCode::ACCEPTED
        }
        Reenrolled::Waits => StatusCode::ACCEPTED,
    };
    Ok((status, Json(RegisterReply { version: registration.version })))
}

/// `POST /v1/auth/login/params`.
pub async fn login_params(
    State(app): State<App>,
    Proven(_, address): Proven,
    Json(message): Json<LoginParams>,
) -> Reply<LoginParamsReply> {
    Ok(Json(sign_in(&app, address).params(&message.login).await?))
}

/// `POST /v1/auth/login/start`.
pub async fn login_start(
    State(app): State<App>,
    Proven(proof, address): Proven,
    Json(message): Json<LoginStart>,
) -> Reply<LoginStartReply> {
    let ke1 = exact(&message.ke1)?;
    Ok(Json(sign_in(&app, address).start(message.account_id, &ke1, proof.device).await?))
}

/// `POST /v1/auth/login/finish`.
pub async fn login_finish(
    State(app): State<App>,
    Proven(proof, address): Proven,
    Json(message): Json<LoginFinish>,
) -> Reply<LoginStep> {
    let ke3 = exact(&message.ke3)?;
    let next = sign_in(&app, address).finish(&message.state, &ke3, proof.device).await;
    step(&app, proof.device, logged(&app, address, next))
}

/// `POST /v1/auth/code/start`.
pub async fn code_start(
    State(app): State<App>,
    Proven(proof, address): Proven,
    Json(message): Json<CodeStart>,
) -> Reply<CodeStartReply> {
    Ok(Json(sign_in(&app, address).start_code(&message.login, proof.device).await?))
}

/// `POST /v1/auth/code/finish`.
pub async fn code_finish(
    State(app): State<App>,
    Proven(proof, address): Proven,
    Json(message): Json<CodeFinish>,
) -> Reply<LoginStep> {
    let signature = Signature::from_bytes(exact(&message.proof)?);
    let next = sign_in(&app, address).finish_code(&message.state, signature, proof.device).await;
    step(&app, proof.device, logged(&app, address, next))
}

/// `POST /v1/auth/mail`. The answer depends on nothing that the server knows of the login.
pub async fn mail(
    State(app): State<App>,
    Anonymous(ClientAddress(address)): Anonymous,
    Json(message): Json<MailCode>,
) -> StatusCode {
    let now = app.clock.now();
    let within = app.mails_by_address.count(address, now).is_ok()
        && app.mails_by_login.count_text(message.login.as_str(), now).is_ok();
    if app.config.sign_up == SignUp::Open && within {
        order(&app, Order::Code(message.login));
    }
    StatusCode::NO_CONTENT
}

/// `POST /v1/auth/mfa/totp`.
pub async fn totp(
    State(app): State<App>,
    proven: Proven,
    Json(message): Json<FactorCode>,
) -> Reply<LoginStep> {
    factor(&app, proven, Factor::Totp, &message).await
}

/// `POST /v1/auth/mfa/recovery`.
pub async fn recovery(
    State(app): State<App>,
    proven: Proven,
    Json(message): Json<FactorCode>,
) -> Reply<LoginStep> {
    factor(&app, proven, Factor::Recovery, &message).await
}

async fn factor(
    app: &App,
    Proven(proof, address): Proven,
    kind: Factor,
    message: &FactorCode,
) -> Reply<LoginStep> {
    let next = sign_in(app, address).factor(&message.state, kind, &message.code, proof.device).await;
    step(app, proof.device, logged(app, address, next))
}

/// Writes the address of a refused sign-in to the log, if the operator wants that.
fn logged<T>(
    app: &App,
    ClientAddress(address): ClientAddress,
    step: Result<T, Failure>,
) -> Result<T, Failure> {
    let refused = matches!(&step, Err(failure) if failure.code == ProblemCode::SignInRefused);
    if refused && app.config.log_refused_addresses {
        tracing::warn!(%address, "a sign-in is refused");
    }
    step
}

/// `POST /v1/devices`.
pub async fn add_device(
    State(app): State<App>,
    Proven(proof, address): Proven,
    Json(message): Json<AddDevice>,
) -> Reply<LoginStep> {
    let next =
        sign_in(&app, address).add_device(&message.state, message.device.as_slice(), proof.device).await;
    if let Ok(Next::Done(account, _)) = &next {
        notify(&app, *account, Notice::DeviceAdded);
    }
    step(&app, proof.device, next)
}

/// `POST /v1/auth/approval`.
pub async fn request_approval(
    State(app): State<App>,
    Proven(proof, _): Proven,
    Json(message): Json<RequestApproval>,
) -> Reply<ApprovalReply> {
    let (shard, now) = (app.store.account(message.account_id), app.clock.now());
    Ok(Json(approval::request(shard, &message, proof.device, now).await?))
}

/// `POST /v1/auth/token`.
pub async fn refresh(
    State(app): State<App>,
    Proven(proof, _): Proven,
    Json(message): Json<Refresh>,
) -> Reply<Tokens> {
    let token = RefreshToken::parse(&message.refresh).ok_or(ProblemCode::SessionEnded)?;
    let now = app.clock.now();
    let continued = session::refresh(&app.store, &token, proof.device, &app.successor, now).await;
    if continued.is_err() {
        // It may have ended the session.
        app.hints.announce(Change::Account(token.account));
    }
    let continued = continued?;
    Ok(Json(tokens(&app, token.account, proof.device, continued)?))
}

/// `POST /v1/auth/logout`.
pub async fn logout(
    State(app): State<App>,
    Caller(caller, _): Caller<Any>,
    Json(message): Json<Logout>,
) -> Result<StatusCode, Failure> {
    let now = app.clock.now();
    let ended = app.store.account(caller.account).run(|tx: crate::store::Tx<AccountKey>| async move {
        if message.scope == LogoutScope::All {
            session::end_others(&tx, caller.session, caller.device, now).await?;
        }
        session::end(&tx, caller.session, caller.device, now).await
    });
    ended.await?;
    app.hints.announce(Change::Account(caller.account));
    Ok(StatusCode::NO_CONTENT)
}

/// The client's address, for the audit.
fn audited(app: &App, ClientAddress(address): ClientAddress) -> Option<AuditAddress> {
    AuditAddress::new(address, app.config.audit_address_days.into())
}

fn sign_in(app: &App, address: ClientAddress) -> SignIn<'_> {
    SignIn {
        address: audited(app, address),
        store: &app.store,
        opaque: &app.opaque,
        issuer: app.issuer(),
        states: app.states.get(),
        factors: &app.factors,
        successor: &app.successor,
        decoy: &app.decoy,
        now: app.clock.now(),
    }
}

fn step(app: &App, device: DeviceId, next: Result<Next, Failure>) -> Reply<LoginStep> {
    app.metrics.sign_in(match &next {
        Ok(Next::Done(..)) => SignInOutcome::Done,
        Ok(_) => SignInOutcome::Continued,
        Err(Failure { code: ProblemCode::SignInRefused, .. }) => SignInOutcome::Refused,
        Err(Failure { code: ProblemCode::RateLimited, .. }) => SignInOutcome::Delayed,
        Err(_) => SignInOutcome::Failed,
    });
    Ok(Json(match next? {
        Next::Factor(state) => {
            let factors =
                List::new(vec![Factor::Totp, Factor::Recovery]).map_err(|_| ProblemCode::Internal)?;
            LoginStep::Factor { state, factors }
        }
        Next::Device(state) => LoginStep::Device { state },
        Next::Done(account, continued) => {
            LoginStep::Done { tokens: tokens(app, account, device, continued)? }
        }
    }))
}

fn tokens(app: &App, account: AccountId, device: DeviceId, continued: Continued) -> Result<Tokens, Failure> {
    let Continued { session, refresh, refresh_seconds } = continued;
    let access = app.tokens.get().issue(&AccessToken { account, session, device }, app.clock.now())?;
    Ok(Tokens { access, access_seconds: LIFETIME, refresh, refresh_seconds })
}

/// The bytes of a member of fixed length.
fn exact<const N: usize>(bytes: &FixedBytes<N>) -> Result<[u8; N], Failure> {
    bytes.as_slice().try_into().map_err(|_| ProblemCode::Malformed.into())
}

fn fixed<const N: usize>(bytes: Vec<u8>) -> Result<FixedBytes<N>, Failure> {
    FixedBytes::new(bytes).map_err(|_| ProblemCode::Internal.into())
}
