//! What stands between a test's clients and the server.

use std::future::Future;
use std::pin::Pin;

use axum::http::Method;

use super::{Answer, Client};

/// A request of a client, before proof and token.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: Method,
    pub path: String,
    pub media_type: Option<String>,
    pub body: Vec<u8>,
    /// Whether it is sent with neither proof nor token.
    pub anonymous: bool,
}

/// A boxed future.
pub type Step<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Sees all requests of a server's clients, and may change them or send others first.
pub trait Tap: Send + Sync {
    /// Before the request is sent. Requests by [`Client::deliver`] are not tapped.
    fn before<'a>(&'a self, client: &'a Client, sent: &'a mut Sent) -> Step<'a>;

    /// After its answer.
    fn after(&self, sent: &Sent, answer: &Answer);
}
