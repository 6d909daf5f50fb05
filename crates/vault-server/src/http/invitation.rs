//! The header by which an account that is no member yet shows that it is invited.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::cbor::Canonical as _;
use vault_wire::invitation::InvitationReading;

use super::App;

/// The longest value: base64 of the longest proof.
const MAX_LEN: usize = InvitationReading::MAX_LEN.div_ceil(3) * 4;

/// The proof of the header `Coffer-Invitation`; none if it is missing or malformed, which lets nobody in.
pub struct Invitation(pub Option<InvitationReading>);

impl FromRequestParts<App> for Invitation {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let text = parts.headers.get("coffer-invitation").and_then(|value| value.to_str().ok());
        let text = text.filter(|text| text.len() <= MAX_LEN);
        let bytes = text.and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        Ok(Self(bytes.and_then(|bytes| InvitationReading::decode(&bytes).ok())))
    }
}
