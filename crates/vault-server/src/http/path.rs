//! Ids and numbers in addresses.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use vault_wire::message::ProblemCode;

use super::App;
use crate::failure::Failure;

/// What stands in the place of `{…}` in a route. An address in which something else stands does not exist.
pub struct Place<T>(pub T);

/// A number without sign or leading zero.
#[derive(Clone, Copy, Debug)]
pub struct Number<T>(pub T);

impl<T: FromStr + ToString> FromStr for Number<T> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number: T = text.parse().map_err(|_| ())?;
        if number.to_string() == text { Ok(Self(number)) } else { Err(()) }
    }
}

/// What several places are parsed to.
pub trait Places: Sized + Send {
    /// Their texts.
    type Texts: DeserializeOwned + Send;

    /// Parses them.
    fn parse(texts: &Self::Texts) -> Option<Self>;
}

impl<A: FromStr + Send> Places for (A,) {
    type Texts = (String,);

    fn parse((a,): &Self::Texts) -> Option<Self> {
        Some((a.parse().ok()?,))
    }
}

impl<A: FromStr + Send, B: FromStr + Send> Places for (A, B) {
    type Texts = (String, String);

    fn parse((a, b): &Self::Texts) -> Option<Self> {
        Some((a.parse().ok()?, b.parse().ok()?))
    }
}

impl<A: FromStr + Send, B: FromStr + Send, C: FromStr + Send> Places for (A, B, C) {
    type Texts = (String, String, String);

    fn parse((a, b, c): &Self::Texts) -> Option<Self> {
        Some((a.parse().ok()?, b.parse().ok()?, c.parse().ok()?))
    }
}

impl<T: Places> FromRequestParts<App> for Place<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let texts = Path::<T::Texts>::from_request_parts(parts, app).await;
        let places = texts.ok().and_then(|Path(texts)| T::parse(&texts));
        places.map(Self).ok_or_else(|| ProblemCode::NotFound.into())
    }
}
