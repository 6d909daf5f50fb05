//! What both ends must agree on besides the password.

use opaque_ke::{Identifiers, ServerLoginParameters};
use vault_wire::AccountId;
use vault_wire::message::Origin;

/// The context of every sign-in.
const CONTEXT: &[u8] = b"coffer/v1/opaque";

/// Client, server and context of an exchange. They are authenticated by both ends.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    /// The credential identifier, by which the server derives the account's key of the OPRF.
    pub(crate) credential: &'a [u8],
    pub(crate) client: &'a [u8],
    pub(crate) server: &'a [u8],
    pub(crate) context: &'a [u8],
}

impl<'a> Names<'a> {
    pub(crate) fn new(account: &'a AccountId, issuer: &'a Origin) -> Self {
        let id = account.as_bytes();
        Self { credential: id, client: id, server: issuer.as_str().as_bytes(), context: CONTEXT }
    }

    pub(crate) fn identifiers(&self) -> Identifiers<'a> {
        Identifiers { client: Some(self.client), server: Some(self.server) }
    }

    pub(crate) fn server_parameters(&self) -> ServerLoginParameters<'a, 'a> {
        ServerLoginParameters { context: Some(self.context), identifiers: self.identifiers() }
    }
}
