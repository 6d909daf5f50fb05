//! What `coffer-server check --url` does: it asks a server from outside, through whatever is between, and says what a client
//! would trip over.

mod connection;
mod proof;

pub use connection::{NoAnswer, Trust, Way};

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, DATE, LOCATION};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request};
use serde_json::Value;
use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::macros::format_description;
use vault_wire::message::{Discovery, JsonMessage as _, Origin};

use crate::http::{Arrived, CLAIMED, COMMON, MOST};
use crate::setup::CertificateParts;
use connection::Answer;
use proof::Device;

/// How far the clocks may differ.
const SKEW: Duration = Duration::from_secs(60);

/// A certificate that ends sooner is reported.
const ENDS: time::Duration = time::Duration::days(14);

/// The length of a short body.
const SHORT: usize = 1000;

/// Time for the first event of a stream.
const FIRST: Duration = Duration::from_secs(5);

/// What was found about one thing: that it is as it must be, or what is wrong, and how to put it right.
pub type Finding = (&'static str, Result<String, String>);

/// Asks a server and returns the findings in order. If it cannot be reached, there is one.
pub async fn check(way: &Way, issuer: Option<&Origin>, now: OffsetDateTime) -> Vec<Finding> {
    let discovery = match way.send(get("/.well-known/coffer"), Body::empty()).await {
        Ok(answer) => answer,
        Err(error) => return vec![("connection", Err(unreachable(&error.to_string())))],
    };
    let mut findings = vec![("certificate", certificate(way, now))];
    let (found, stated) = identity(&discovery, issuer);
    findings.push(("issuer", found));
    findings.push(("clock", clock(&discovery.headers, now)));
    findings.push(("headers", headers(&discovery.headers)));
    findings.push(("other paths", elsewhere(way).await));
    if let Some(issuer) = stated {
        findings.push(("proofs", proofs(way, &issuer).await));
    }
    let (bodies, arrived) = bodies(way).await;
    findings.push(("bodies", bodies));
    if let Some((arrived, answer)) = arrived {
        findings.push(("client address", address(&arrived, answer.local.ip(), answer.remote.ip())));
    }
    findings.push(("events", events(way).await));
    findings
}

/// Why there is no connection, and what to do.
fn unreachable(error: &str) -> String {
    let unknown = error.contains("UnknownIssuer");
    let advice = if unknown {
        ": a server that signs its certificate itself is checked with --connect-code"
    } else {
        ""
    };
    [error, advice].concat()
}

fn get(path: &str) -> Builder {
    Request::builder().uri(path)
}

fn post(path: &str, media_type: &str) -> Builder {
    Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, media_type)
}

/// The code of a problem of ours; none if something else answered.
fn code(answer: &Answer) -> Option<String> {
    if answer.headers.get(CONTENT_TYPE)? != "application/problem+json" {
        return None;
    }
    let problem: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(problem.get("code")?.as_str()?.to_owned())
}

fn certificate(way: &Way, now: OffsetDateTime) -> Result<String, String> {
    dates(way.certificate().as_ref(), now)
}

/// Whether a certificate is valid, and for some time to come.
///
/// # Errors
/// What is wrong.
pub fn dates(parts: Option<&CertificateParts>, now: OffsetDateTime) -> Result<String, String> {
    let CertificateParts { from, until, .. } = parts.ok_or("it cannot be read")?;
    if now < *from || *until < now {
        return Err(format!("it is valid from {from} to {until}"));
    }
    if *until - now < ENDS {
        return Err(format!("it ends soon, on {until}: renew it"));
    }
    Ok(format!("valid until {until}"))
}

fn identity(answer: &Answer, expected: Option<&Origin>) -> (Result<String, String>, Option<Origin>) {
    if answer.headers.contains_key(LOCATION) {
        return (
            Err(format!("the answer is {}, to another address: clients do not follow", answer.status)),
            None,
        );
    }
    let Ok(discovery) = Discovery::from_json(&answer.body) else {
        let wrong =
            format!("{}: something else than this server answers, or changes its answers", answer.status);
        return (Err(wrong), None);
    };
    let issuer = discovery.issuer;
    let found = match expected {
        Some(expected) if *expected != issuer => Err(format!(
            "it is {}, and {} is expected: this is another server",
            issuer.as_str(),
            expected.as_str()
        )),
        _ => Ok(issuer.as_str().to_owned()),
    };
    (found, Some(issuer))
}

fn clock(headers: &HeaderMap, now: OffsetDateTime) -> Result<String, String> {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let text = headers.get(DATE).and_then(|date| date.to_str().ok()).ok_or("the answer has no date")?;
    let date =
        PrimitiveDateTime::parse(text, format).map_err(|_| "the answer's date is malformed")?.assume_utc();
    let skew = (date - now).unsigned_abs();
    if skew > SKEW {
        return Err(format!("the server's clock and that of this computer differ by {} s", skew.as_secs()));
    }
    Ok("right to a minute".to_owned())
}

/// The headers that every answer has, and the nonce, as far as they are missing or changed.
fn headers(headers: &HeaderMap) -> Result<String, String> {
    let wrong = |(name, value): &&(axum::http::HeaderName, axum::http::HeaderValue)| {
        headers.get(name) != Some(value) || headers.get_all(name).iter().count() > 1
    };
    let common = COMMON;
    let mut missing: Vec<&str> = common.iter().filter(wrong).map(|(name, _)| name.as_str()).collect();
    if !headers.contains_key("dpop-nonce") {
        missing.push("dpop-nonce");
    }
    if missing.is_empty() {
        return Ok("all there".to_owned());
    }
    Err(format!("missing, changed or repeated: {}; what is between must pass them on", missing.join(", ")))
}

/// An unknown path is answered by the server itself.
async fn elsewhere(way: &Way) -> Result<String, String> {
    let answer =
        way.send(get("/v1/checkz//a%2Fb"), Body::empty()).await.map_err(|error| error.to_string())?;
    match code(&answer).as_deref() {
        Some("not-found") => Ok("answered by the server".to_owned()),
        _ => Err(format!("{}: not every path reaches this server unchanged", answer.status)),
    }
}

/// The first request of a sign-in, for a name that does not exist. The proof covers method and path.
async fn proofs(way: &Way, issuer: &Origin) -> Result<String, String> {
    const PATH: &str = "/v1/auth/login/params";
    let device = Device::make().ok_or("the system gives no random numbers")?;
    let htu = [issuer.as_str(), PATH].concat();
    let mut nonce = String::new();
    for _ in 0..2 {
        let proof = device.prove(&htu, &nonce).ok_or("the system gives no random numbers")?;
        let request = post(PATH, "application/json").header("dpop", proof);
        let answer =
            way.send(request, r#"{"login":"check.invalid"}"#).await.map_err(|error| error.to_string())?;
        if answer.status.is_success() {
            return Ok("a sign-in gets through".to_owned());
        }
        match code(&answer).as_deref() {
            Some("proof-nonce") => {
                let value = answer.headers.get("dpop-nonce").and_then(|value| value.to_str().ok());
                nonce = value.ok_or("the header DPoP-Nonce is missing")?.to_owned();
            }
            Some("proof-invalid") => {
                return Err(
                    "the path or the header DPoP is changed on the way: pass both on as they are".to_owned()
                );
            }
            Some("rate-limited") => {
                return Err("too many requests of this address: try again in a minute".to_owned());
            }
            other => {
                return Err(format!(
                    "{} {}",
                    answer.status,
                    other.unwrap_or("from something else than this server")
                ));
            }
        }
    }
    Err("the server's nonce is not accepted: requests reach servers that do not share their secrets"
        .to_owned())
}

/// Sends the longest body that a client may send, after one of two million bytes that shows a common limit.
async fn bodies(way: &Way) -> (Result<String, String>, Option<(Arrived, Answer)>) {
    let mut last = None;
    for length in [SHORT, 2_000_000, MOST] {
        let request =
            post("/checkz", "application/octet-stream").header("x-forwarded-for", CLAIMED.to_string());
        let limit = |text: String| match length {
            SHORT => format!("a short one does not arrive ({text})"),
            _ => format!(
                "{length} bytes do not arrive ({text}): allow bodies of {MOST} bytes, and a minute for them"
            ),
        };
        let answer = match way.send(request, vec![0; length]).await {
            Ok(answer) => answer,
            Err(error) => return (Err(limit(error.to_string())), last),
        };
        let arrived: Option<Arrived> = serde_json::from_slice(&answer.body).ok();
        match arrived.filter(|arrived| answer.status.is_success() && arrived.bytes == length) {
            Some(arrived) => last = Some((arrived, answer)),
            None if code(&answer).as_deref() == Some("rate-limited") => {
                return (Err("too many requests of this address: try again in a minute".to_owned()), last);
            }
            None => return (Err(limit(answer.status.to_string())), last),
        }
    }
    (Ok(format!("{MOST} bytes arrive")), last)
}

/// What the server takes for the client's address. `local` and `remote` are the ends of this side's connection.
fn address(arrived: &Arrived, local: IpAddr, remote: IpAddr) -> Result<String, String> {
    let Arrived { peer, trusted, client, forwarded, claimed, .. } = *arrived;
    let ok = || Ok(format!("{client}"));
    if trusted {
        return match forwarded {
            0 => Err("the proxy sends no X-Forwarded-For: all clients count as one".to_owned()),
            _ if claimed => {
                Err("the proxy passes X-Forwarded-For on as clients send it: everybody may claim any address"
                    .to_owned())
            }
            _ => ok(),
        };
    }
    if same(peer, local) {
        return ok();
    }
    // One that was sent and one that a proxy added, or none: something between writes the header.
    if forwarded != 1 || !claimed {
        return Err(format!(
            "a proxy at {peer} is between: add it to trusted_proxies, else all clients count as one"
        ));
    }
    let internal = |address: IpAddr| match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    let loopback = peer.to_canonical().is_loopback() && local.to_canonical().is_loopback();
    if loopback || (internal(peer) && !internal(remote)) {
        return Err(format!("the server sees {peer} for every client: something between hides who connects"));
    }
    ok()
}

fn same(a: IpAddr, b: IpAddr) -> bool {
    a.to_canonical() == b.to_canonical()
}

/// The first event arrives while the stream is open.
async fn events(way: &Way) -> Result<String, String> {
    match way.first(get("/checkz/events"), FIRST).await {
        Ok((status, bytes)) if status.is_success() && bytes.starts_with(b"data:") => {
            Ok("arrive at once".to_owned())
        }
        Ok((status, _)) => Err(format!("{status}: the stream of events does not get through")),
        Err(error) => Err(format!("held back ({error}): turn buffering of answers off")),
    }
}
