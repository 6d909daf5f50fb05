//! A login session: its tokens, renewed when they must be, and what is sent with them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use vault_wire::message::{Credential, ProblemCode, Refresh, Tokens};

use crate::client::{Authorised, Client};
use crate::error::Error;
use crate::transport::{Answer, Decode, Json, Request};

/// An access token that ends sooner is renewed first.
const EARLY: Duration = Duration::from_secs(20);

/// Where the refresh token of a session is kept, so that a restarted program continues the session.
pub trait TokenStore: Send + Sync {
    /// Stores a refresh token in place of the one before. It is used only after it is stored, and the server accepts the one
    /// before until then: a crash at any point ends no session.
    fn save<'a>(&'a self, refresh: &'a Credential<64>) -> Saving<'a>;
}

/// What [`TokenStore::save`] returns.
pub type Saving<'a> = Pin<Box<dyn Future<Output = Result<(), NotSaved>> + Send + 'a>>;

/// The token could not be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session's token could not be stored")]
pub struct NotSaved;

/// A login session of a device.
pub struct Session {
    client: Arc<Client>,
    store: Arc<dyn TokenStore>,
    tokens: Mutex<State>,
}

struct State {
    refresh: Credential<64>,
    access: Option<Arc<Access>>,
    /// The server has ended it.
    ended: bool,
}

struct Access {
    token: Credential<2048>,
    /// By a clock that only grows, so that a changed time of day has no effect.
    until: Instant,
}

impl Access {
    fn new(token: Credential<2048>, seconds: u32) -> Arc<Self> {
        let lasts = Duration::from_secs(seconds.into()).saturating_sub(EARLY);
        Arc::new(Self { token, until: Instant::now() + lasts })
    }
}

impl Session {
    /// Continues a session with its stored refresh token. Nothing is sent.
    #[must_use]
    pub fn resume(client: Arc<Client>, refresh: Credential<64>, store: Arc<dyn TokenStore>) -> Self {
        let state = State { refresh, access: None, ended: false };
        Self { client, store, tokens: Mutex::new(state) }
    }

    /// Begins a session with the tokens of a sign-in, whose refresh token is not stored yet.
    pub(crate) fn begin(client: Arc<Client>, tokens: Tokens, store: Arc<dyn TokenStore>) -> Self {
        let Tokens { access, access_seconds, refresh, refresh_seconds: _ } = tokens;
        let state = State { refresh, access: Some(Access::new(access, access_seconds)), ended: false };
        Self { client, store, tokens: Mutex::new(state) }
    }

    /// Stores the refresh token.
    pub(crate) async fn save(&self) -> Result<(), Error> {
        let state = self.tokens.lock().await;
        self.store.save(&state.refresh).await.map_err(|NotSaved| Error::NotStored)
    }

    /// The device in front of the server.
    #[must_use]
    pub const fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Renews the tokens now.
    ///
    /// # Errors
    /// See [`Error`]. The session continues with the tokens that it has.
    pub async fn refresh(&self) -> Result<(), Error> {
        let mut state = self.tokens.lock().await;
        self.renew(&mut state).await.map(drop)
    }

    /// Returns an access token other than the refused one. One request renews it; others wait for that.
    async fn access(&self, refused: Option<&Arc<Access>>) -> Result<Arc<Access>, Error> {
        let mut state = self.tokens.lock().await;
        let usable = |access: &&Arc<Access>| {
            access.until > Instant::now() && !refused.is_some_and(|refused| Arc::ptr_eq(refused, access))
        };
        match state.access.as_ref().filter(usable) {
            Some(access) => Ok(access.clone()),
            None => self.renew(&mut state).await,
        }
    }

    async fn renew(&self, state: &mut State) -> Result<Arc<Access>, Error> {
        if state.ended {
            return Err(Error::SessionEnded);
        }
        let refresh = Credential::new(state.refresh.expose()).map_err(|_| Error::OutOfBounds)?;
        let request = Request::post("/v1/auth/token").json(&Refresh { refresh })?;
        let answered = self.client.call(&request, Authorised::Proof).await;
        let Json(Tokens { access, access_seconds, refresh, refresh_seconds: _ }) =
            answered.map_err(|error| ended(error, state))?;
        self.store.save(&refresh).await.map_err(|NotSaved| Error::NotStored)?;
        let access = Access::new(access, access_seconds);
        state.refresh = refresh;
        state.access = Some(access.clone());
        Ok(access)
    }

    /// Sends a request with the access token, and once more with a new one if the server does not accept it.
    pub(crate) async fn call<T: Decode>(&self, request: &Request) -> Result<T, Error> {
        let access = self.access(None).await?;
        let answered = match self.client.call(request, Authorised::Token(&access.token)).await {
            Err(error) if error.code() == Some(ProblemCode::TokenInvalid) => {
                let access = self.access(Some(&access)).await?;
                self.client.call(request, Authorised::Token(&access.token)).await
            }
            answered => answered,
        };
        self.checked(answered).await
    }

    /// The same for an answer that does not end.
    pub(crate) async fn open(&self, request: &Request, media: &str) -> Result<Answer, Error> {
        let access = self.access(None).await?;
        let answered = match self.client.open(request, &access.token, media).await {
            Err(error) if error.code() == Some(ProblemCode::TokenInvalid) => {
                let access = self.access(Some(&access)).await?;
                self.client.open(request, &access.token, media).await
            }
            answered => answered,
        };
        self.checked(answered).await
    }

    async fn checked<T>(&self, answered: Result<T, Error>) -> Result<T, Error> {
        match answered {
            Err(error) if is_end(&error) => {
                let mut state = self.tokens.lock().await;
                Err(ended(error, &mut state))
            }
            answered => answered,
        }
    }
}

/// Whether the server says that the session has ended. Nothing else says it.
fn is_end(error: &Error) -> bool {
    match error {
        Error::Refused(refused) => refused.code == ProblemCode::SessionEnded && refused.status == 401,
        _ => false,
    }
}

/// Notes the end of the session if this error says it.
fn ended(error: Error, state: &mut State) -> Error {
    if !is_end(&error) {
        return error;
    }
    state.ended = true;
    state.access = None;
    Error::SessionEnded
}
