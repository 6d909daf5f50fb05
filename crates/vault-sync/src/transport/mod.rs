//! Connections to a server: HTTPS only, HTTP/1.1, kept open, without cookies, redirections or compression.

mod answer;
mod decode;
mod fault;
mod media;
mod names;
mod proxy;
mod request;
mod trust;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::time::timeout;
use vault_wire::ContentHash;
use vault_wire::message::{Credential, Origin};
use zeroize::Zeroizing;

pub(crate) use answer::Answer;
pub(crate) use decode::{Cbor, Chunk, Decode, Json, Nothing};
pub(crate) use media::EVENTS;
pub use proxy::{Proxy, ProxyAddress, ProxyAddressError, ProxyParts};
pub(crate) use request::Request;
pub use trust::{Authorities, Authority, Trust, TrustError};

use crate::error::{Error, Unreachable};

/// Bytes in a second below which a request is given up.
const SLOWEST: u64 = 4096;
/// The status of what is done later.
const ACCEPTED: u16 = 202;

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, with its handshake.
    pub connect: Duration,
    /// While nothing arrives of an answer. A request as a whole has this time, and more by the lengths of its messages.
    pub idle: Duration,
    /// While nothing arrives of a stream of events. Servers send a comment every half minute.
    pub events: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(20), idle: seconds(30), events: seconds(100) }
    }
}

/// How connections are made.
#[derive(Debug, Default)]
pub struct Network {
    /// The proxy.
    pub proxy: Proxy,
    /// Authorities that are trusted besides those of the system, for a server whose key is not pinned.
    pub authorities: Option<Authorities>,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// No connection can be made with these settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// What vouches for the server.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The proxy.
    #[error(transparent)]
    Proxy(#[from] ProxyAddressError),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client,
}

/// The way to a server: connections are made when they are needed, and kept.
pub struct Connection {
    http: reqwest::Client,
    address: Origin,
    timeouts: Timeouts,
    proxied: bool,
}

/// What proves who sends a request.
pub(crate) struct Proven<'a> {
    /// The proof of the device's key.
    pub(crate) proof: Zeroizing<String>,
    /// The access token.
    pub(crate) access: Option<&'a Credential<2048>>,
}

impl Connection {
    /// Prepares connections to an address. Nothing is sent.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn new(address: Origin, trust: &Trust, network: &Network) -> Result<Self, SettingsError> {
        Self::with(address, trust.tls()?, network)
    }

    /// Returns the key that the server at an address shows: the SHA-256 of its SPKI. Nobody vouches for it, and nothing is
    /// sent to it.
    ///
    /// # Errors
    /// [`Error`] if no server shows a key; [`Error::OutOfBounds`] if the settings cannot be used.
    pub async fn key_of(address: Origin, network: &Network) -> Result<ContentHash, Error> {
        let seen = Arc::new(OnceLock::new());
        let noting = trust::noting_key(seen.clone()).map_err(|_| Error::OutOfBounds)?;
        let connection = Self::with(address, noting, network).map_err(|_| Error::OutOfBounds)?;
        let sent = connection.send(&Request::get("/.well-known/coffer"), None, network.timeouts.idle).await;
        match (seen.get(), sent) {
            (Some(key), _) => Ok(*key),
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => Err(Error::Malformed),
        }
    }

    fn with(address: Origin, tls: ClientConfig, network: &Network) -> Result<Self, SettingsError> {
        let Network { proxy, authorities: _, timeouts } = network;
        // What a feature of another crate switches on is switched off here.
        let builder = ClientBuilder::new()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .redirect(Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .dns_resolver(Arc::new(names::SystemNames))
            .connect_timeout(timeouts.connect);
        let http = proxy.add_to(builder)?.build().map_err(|_| SettingsError::Client)?;
        Ok(Self { http, address, timeouts: *timeouts, proxied: proxy.is_possible() })
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &Origin {
        &self.address
    }

    /// Sends a request and reads its answer, all of it within a time that grows with both.
    pub(crate) async fn call<T: Decode>(
        &self,
        request: &Request,
        proven: Option<&Proven<'_>>,
        seen: impl FnOnce(&Answer),
    ) -> Result<T, Error> {
        self.call_or_wait(request, proven, seen).await.map(|(reply, _)| reply)
    }

    /// The same for what may be done later. Returns whether it waits.
    pub(crate) async fn call_or_wait<T: Decode>(
        &self,
        request: &Request,
        proven: Option<&Proven<'_>>,
        seen: impl FnOnce(&Answer),
    ) -> Result<(T, bool), Error> {
        let Timeouts { connect, idle, events: _ } = self.timeouts;
        let whole = connect + idle + time_for(request.len() + T::MOST);
        let call = async {
            let answer = self.send(request, proven, idle).await?;
            seen(&answer);
            let waits = request.may_wait && answer.status() == ACCEPTED;
            let status = if waits { ACCEPTED } else { request.status };
            Ok((answer.decode(status).await?, waits))
        };
        timeout(whole, call).await.map_err(|_| Unreachable::Timeout)?
    }

    /// Sends a request whose answer does not end.
    pub(crate) async fn open(
        &self,
        request: &Request,
        proven: Option<&Proven<'_>>,
        seen: impl FnOnce(&Answer),
        media: &str,
    ) -> Result<Answer, Error> {
        let answer = self.send(request, proven, self.timeouts.events).await?;
        seen(&answer);
        answer.succeeded(request.status, Some(media)).await
    }

    async fn send(
        &self,
        request: &Request,
        proven: Option<&Proven<'_>>,
        idle: Duration,
    ) -> Result<Answer, Error> {
        let Request { method, path, query, body, invitation, status: _, may_wait: _ } = request;
        let query = query.as_deref().map(|query| ["?", query].concat()).unwrap_or_default();
        let url = [self.address.as_str(), path, &query].concat();
        let mut builder = self.http.request(method.clone(), url);
        if let Some(Proven { proof, access }) = proven {
            builder = builder.header("dpop", secret(proof)?);
            if let Some(access) = access {
                let value = Zeroizing::new(["DPoP ", access.expose()].concat());
                builder = builder.header(AUTHORIZATION, secret(&value)?);
            }
        }
        if let Some(invitation) = invitation {
            builder = builder.header("coffer-invitation", secret(invitation)?);
        }
        if let Some(body) = body {
            builder = builder.header(CONTENT_TYPE, body.media).body(body.bytes.clone());
        }
        let first = self.timeouts.connect + self.timeouts.idle + time_for(request.len());
        match timeout(first, builder.send()).await {
            Err(_) => Err(Unreachable::Timeout.into()),
            Ok(Err(error)) => Err(fault::sort(&error, self.proxied)),
            Ok(Ok(response)) => Ok(Answer::new(response, idle, self.proxied)),
        }
    }
}

/// The time that so many bytes may take.
fn time_for(bytes: usize) -> Duration {
    Duration::from_secs(bytes as u64 / SLOWEST)
}

/// A value of a header that is never printed.
fn secret(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Error::OutOfBounds)?;
    value.set_sensitive(true);
    Ok(value)
}
