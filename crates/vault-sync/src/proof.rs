//! Proofs of possession of the device's key (DPoP, RFC 9449).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use vault_crypto::DeviceSigner;
use vault_wire::message::Credential;
use zeroize::Zeroizing;

/// The longest nonce that is sent back.
const NONCE: usize = 256;

/// A value of `DPoP-Nonce`. It has no character that JSON would escape.
pub(crate) type Nonce = Credential<NONCE>;

/// Makes the proofs of a device.
pub(crate) struct Prover {
    device: Arc<DeviceSigner>,
    /// The header, the same for each.
    header: String,
    /// Proofs of other runs of the program begin with other ids.
    prefix: String,
    next: AtomicU64,
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Prover {
    pub(crate) fn new(device: Arc<DeviceSigner>, rng: &mut impl CryptoRng) -> Self {
        let mut prefix = [0; 16];
        rng.fill_bytes(&mut prefix);
        let key = encode(device.public().as_bytes());
        let header =
            [r#"{"typ":"dpop+jwt","alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":""#, &key, r#""}}"#];
        let header = encode(header.concat().as_bytes());
        Self { device, header, prefix: encode(&prefix), next: AtomicU64::new(0) }
    }

    pub(crate) fn device(&self) -> &DeviceSigner {
        &self.device
    }

    /// Proves one request: its method, issuer and path, the server's nonce and the access token, if there are.
    ///
    /// `iat` is always 0: it is in no check, and so the server does not learn what the device's clock says.
    pub(crate) fn prove(
        &self,
        method: &str,
        htu: &str,
        nonce: Option<&Nonce>,
        access: Option<&Credential<2048>>,
    ) -> Zeroizing<String> {
        let number = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let ath = access.map(|access| encode(&Sha256::digest(access.expose())));
        let member = |name: &str, value: Option<&str>| match value {
            Some(value) => [r#",""#, name, r#"":""#, value, r#"""#].concat(),
            None => String::new(),
        };
        let claims = [
            r#"{"iat":0,"jti":""#,
            &self.prefix,
            ".",
            &number,
            r#"""#,
            &member("htm", Some(method)),
            &member("htu", Some(htu)),
            &member("nonce", nonce.map(Credential::expose)),
            &member("ath", ath.as_deref()),
            "}",
        ];
        let input = [self.header.as_str(), ".", &encode(claims.concat().as_bytes())].concat();
        let signature = self.device.sign_jws(&input);
        Zeroizing::new([input.as_str(), ".", &encode(signature.as_bytes())].concat())
    }
}
