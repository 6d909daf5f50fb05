//! A request with a proof, as a client's sign-in begins.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};

/// A key of a device that exists for one check.
pub struct Device(Ed25519KeyPair);

impl Device {
    /// Makes a key; none if the system gives no random numbers.
    pub fn make() -> Option<Self> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).ok()?;
        Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).ok().map(Self)
    }

    /// A proof for a `POST` to this address (RFC 9449).
    pub fn prove(&self, htu: &str, nonce: &str) -> Option<String> {
        let mut jti = [0; 16];
        getrandom::fill(&mut jti).ok()?;
        let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        let x = Base64UrlUnpadded::encode_string(self.0.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk });
        let jti = Base64UrlUnpadded::encode_string(&jti);
        let claims = json!({ "jti": jti, "htm": "POST", "htu": htu, "iat": 0, "nonce": nonce });
        let signed = [encode(&header), encode(&claims)].join(".");
        let signature = Base64UrlUnpadded::encode_string(self.0.sign(signed.as_bytes()).as_ref());
        Some([signed, signature].join("."))
    }
}
