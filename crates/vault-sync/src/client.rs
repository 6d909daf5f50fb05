//! A device in front of a server whose identity is known.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_core::CryptoRng;
use vault_crypto::DeviceSigner;
use vault_wire::message::{Credential, Origin, ProblemCode};

use crate::error::Error;
use crate::proof::{Nonce, Prover};
use crate::transport::{Answer, Connection, Decode, Proven, Request};

/// A device's way to one server. It signs each request with the device's key.
pub struct Client {
    connection: Connection,
    issuer: Origin,
    prover: Prover,
    nonce: Mutex<Option<Arc<Nonce>>>,
}

/// How a request is authorised.
#[derive(Clone, Copy)]
pub(crate) enum Authorised<'a> {
    /// Not at all.
    Anonymous,
    /// By the device's key.
    Proof,
    /// By the device's key and an access token.
    Token(&'a Credential<2048>),
}

impl Client {
    /// Uses a server that [`Connection::discover`] found to be this issuer. The randomness makes proofs unique.
    pub fn new(
        connection: Connection,
        issuer: Origin,
        device: Arc<DeviceSigner>,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let prover = Prover::new(device, rng);
        Self { connection, issuer, prover, nonce: Mutex::default() }
    }

    /// The server's identity.
    #[must_use]
    pub const fn issuer(&self) -> &Origin {
        &self.issuer
    }

    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The keys of this device.
    #[must_use]
    pub fn device(&self) -> &DeviceSigner {
        self.prover.device()
    }

    fn nonce(&self) -> MutexGuard<'_, Option<Arc<Nonce>>> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the nonce that an answer carries.
    fn see(&self, answer: &Answer) {
        let nonce = answer.header("dpop-nonce").and_then(|nonce| Nonce::new(nonce).ok());
        if let Some(nonce) = nonce {
            *self.nonce() = Some(Arc::new(nonce));
        }
    }

    fn prove<'a>(&self, request: &Request, access: Option<&'a Credential<2048>>) -> Proven<'a> {
        let htu = [self.issuer.as_str(), &request.path].concat();
        let nonce = self.nonce().clone();
        let proof = self.prover.prove(request.method.as_str(), &htu, nonce.as_deref(), access);
        Proven { proof, access }
    }

    /// Sends a request, and once more if the server asks for another nonce.
    pub(crate) async fn call<T: Decode>(
        &self,
        request: &Request,
        authorised: Authorised<'_>,
    ) -> Result<T, Error> {
        let access = match authorised {
            Authorised::Anonymous => return self.connection.call(request, None, |_| ()).await,
            Authorised::Proof => None,
            Authorised::Token(access) => Some(access),
        };
        let proven = self.prove(request, access);
        match self.connection.call(request, Some(&proven), |answer| self.see(answer)).await {
            Err(error) if error.code() == Some(ProblemCode::ProofNonce) => {
                let proven = self.prove(request, access);
                self.connection.call(request, Some(&proven), |answer| self.see(answer)).await
            }
            answered => answered,
        }
    }

    /// Sends a request whose answer does not end, and once more if the server asks for another nonce.
    pub(crate) async fn open(
        &self,
        request: &Request,
        access: &Credential<2048>,
        media: &str,
    ) -> Result<Answer, Error> {
        let proven = self.prove(request, Some(access));
        match self.connection.open(request, Some(&proven), |answer| self.see(answer), media).await {
            Err(error) if error.code() == Some(ProblemCode::ProofNonce) => {
                let proven = self.prove(request, Some(access));
                self.connection.open(request, Some(&proven), |answer| self.see(answer), media).await
            }
            answered => answered,
        }
    }
}
