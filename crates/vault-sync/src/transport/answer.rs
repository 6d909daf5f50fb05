//! An answer: whose it is, and its body up to a bound.

use std::ops::Deref;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tokio::time::timeout;
use vault_wire::message::{JsonMessage as _, Problem};
use zeroize::Zeroizing;

use super::decode::Decode;
use super::fault;
use super::media::PROBLEM;
use crate::error::{Error, Unreachable};

/// Statuses by which proxies and balancers refuse requests themselves: too slow, too large, too long, too many. Above 499 all are.
const OF_INTERMEDIARIES: [u16; 5] = [408, 413, 414, 429, 431];

/// An answer whose body is not read yet.
pub(crate) struct Answer {
    response: Response,
    /// How long nothing may arrive.
    idle: Duration,
    proxied: bool,
}

impl Answer {
    pub(super) const fn new(response: Response, idle: Duration, proxied: bool) -> Self {
        Self { response, idle, proxied }
    }

    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The media type without its parameters.
    fn media(&self) -> &str {
        let value = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        value.split_once(';').map_or(value, |(media, _)| media).trim_ascii()
    }

    fn is_of(&self, media: &str) -> bool {
        self.media().eq_ignore_ascii_case(media)
    }

    /// Requires success with a body of this type, none if there is no type.
    ///
    /// # Errors
    /// [`Error::Refused`] with what a problem document says; without one, [`Error::Intermediary`] or [`Error::NotCoffer`].
    pub(crate) async fn succeeded(mut self, status: u16, media: Option<&str>) -> Result<Self, Error> {
        let found = self.status();
        if found == status && media.is_none_or(|media| self.is_of(media)) {
            return Ok(self);
        }
        if found >= 400 && self.is_of(PROBLEM) {
            let body = self.read(Problem::MAX_LEN).await;
            let problem = body.as_ref().ok().and_then(|body| Problem::from_json(body).ok());
            if let Some(problem) = problem.filter(|problem| problem.status == found) {
                return Err(Error::Refused(Box::new(problem.into())));
            }
            if let Err(Error::Unreachable(why)) = body {
                return Err(why.into());
            }
        }
        Err(match found {
            status if status >= 500 || OF_INTERMEDIARIES.contains(&status) => Error::Intermediary { status },
            status => Error::NotCoffer { status },
        })
    }

    /// Reads the body of a success.
    pub(crate) async fn decode<T: Decode>(self, status: u16) -> Result<T, Error> {
        let mut answer = self.succeeded(status, T::MEDIA).await?;
        T::decode(answer.read(T::MOST).await?)
    }

    /// Reads the whole body, which must not be longer than this. Of a longer one no more is read than that.
    async fn read(&mut self, most: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        let stated = self.response.content_length();
        if stated.is_some_and(|stated| stated > most as u64) {
            return Err(Error::TooLong);
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(piece) = self.piece().await? {
            if piece.len() > most - body.len() {
                return Err(Error::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// Waits for the next piece of the body; none at its end.
    pub(crate) async fn piece(&mut self) -> Result<Option<impl Deref<Target = [u8]> + use<>>, Error> {
        match timeout(self.idle, self.response.chunk()).await {
            Err(_) => Err(Unreachable::Timeout.into()),
            Ok(Err(error)) => Err(fault::sort(&error, self.proxied)),
            Ok(Ok(piece)) => Ok(piece),
        }
    }
}
