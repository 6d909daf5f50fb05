//! Who a request is from, and whether it may use the route. This is the only place that decides it; a handler can get an
//! account only from [`Caller`], whose parameter says what the route needs.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use vault_wire::message::ProblemCode;
use vault_wire::{AccountId, DeviceId, SessionId};

use super::App;
use super::address::ClientAddress;
use crate::account::session::{self, Session};
use crate::auth::{Method, Proof, ProofError, Request, Seen};
use crate::failure::Failure;

/// How recent a sign-in must be for what [`Recent`] protects, in milliseconds.
const RECENT: u64 = 5 * 60 * 1000;

/// What a route needs besides a session and the proof of its device.
pub trait Need: Send + Sync + 'static {
    /// Whether a session that began with the recovery code may use it.
    const CODE: bool;
    /// Whether the sign-in must be recent, with the second factor if the account has one.
    const RECENT: bool;
}

/// Any session.
#[derive(Debug)]
pub struct Any;

/// A session that began with the password.
#[derive(Debug)]
pub struct Member;

/// The same, begun in the last five minutes.
#[derive(Debug)]
pub struct Recent;

impl Need for Any {
    const CODE: bool = true;
    const RECENT: bool = false;
}

impl Need for Member {
    const CODE: bool = false;
    const RECENT: bool = false;
}

impl Need for Recent {
    const CODE: bool = false;
    const RECENT: bool = true;
}

/// Who a request is from.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// The account.
    pub account: AccountId,
    /// The login session.
    pub session: SessionId,
    /// The device.
    pub device: DeviceId,
    /// Whether the session began with password or recovery code.
    pub method: Method,
    /// Whether a second factor was used.
    pub factor: bool,
    /// Whether the sign-in was in the last five minutes, with the second factor if the account has one.
    pub recent: bool,
}

/// A request that may use its route.
#[derive(Debug)]
pub struct Caller<N>(pub Identity, pub PhantomData<N>);

/// A request with a proof alone, as in a sign-in. Such requests are limited by address.
#[derive(Debug)]
pub struct Proven(pub Proof, pub ClientAddress);

impl<N: Need> FromRequestParts<App> for Caller<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let identity = identify(parts, app).await?;
        if identity.method == Method::RecoveryCode && !N::CODE {
            return Err(ProblemCode::Forbidden.into());
        }
        if N::RECENT && !identity.recent {
            return Err(ProblemCode::SignInAgain.into());
        }
        Ok(Self(identity, PhantomData))
    }
}

impl FromRequestParts<App> for Proven {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Anonymous(address) = Anonymous::from_request_parts(parts, app).await?;
        prove(parts, app, None).map(|proof| Self(proof, address))
    }
}

/// A request of nobody. Such requests are limited by address.
#[derive(Clone, Copy, Debug)]
pub struct Anonymous(pub ClientAddress);

impl FromRequestParts<App> for Anonymous {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Ok(address) = ClientAddress::from_request_parts(parts, app).await;
        let limited = |seconds| Failure::new(ProblemCode::RateLimited).retry_after(seconds);
        app.sign_ins.count(address.0, app.clock.now()).map_err(limited)?;
        Ok(Self(address))
    }
}

/// Verifies token, proof and session.
async fn identify(parts: &Parts, app: &App) -> Result<Identity, Failure> {
    let now = app.clock.now();
    let text = access_token(&parts.headers).ok_or(ProblemCode::TokenInvalid)?;
    let token = app.tokens.get().verify(text, now).ok_or(ProblemCode::TokenInvalid)?;
    prove(parts, app, Some((text, token.device)))?;
    let session = session::find(&app.store, token.account, token.session, now).await?;
    let session =
        session.filter(|session| session.device == token.device).ok_or(ProblemCode::SessionEnded)?;
    let Session { device, signed_in_at, method, factor, account_has_factor } = session;
    let recent = now.saturating_sub(signed_in_at) <= RECENT && (factor || !account_has_factor);
    Ok(Identity { account: token.account, session: token.session, device, method, factor, recent })
}

/// Verifies the proof, by the device of the access token if there is one, and that it is new on routes where each is accepted once.
fn prove(parts: &Parts, app: &App, access: Option<(&str, DeviceId)>) -> Result<Proof, Failure> {
    let invalid = || Failure::new(ProblemCode::ProofInvalid);
    let text = only(&parts.headers, "dpop").ok_or_else(invalid)?;
    let path = parts.uri.path();
    let htu = [app.issuer().as_str(), path].concat();
    let request = Request { method: parts.method.as_str(), htu: &htu, access };
    let now = app.clock.now();
    let proof = Proof::verify(text, &request, &app.nonces.get(), now).map_err(|error| match error {
        ProofError::Invalid => invalid(),
        ProofError::Nonce => ProblemCode::ProofNonce.into(),
    })?;
    if ["/v1/auth/", "/v1/account/"].iter().any(|start| path.starts_with(start)) || path == "/v1/account" {
        match app.replays.see(&proof.device, &proof.jti, proof.until, now) {
            Seen::First => {}
            Seen::Again => return Err(invalid()),
            Seen::Full => return Err(ProblemCode::Unavailable.into()),
        }
    }
    Ok(proof)
}

fn access_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("dpop").then_some(token)
}

/// The value of a header that must not be repeated.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
