//! A device's key, and proofs made with it.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vault_wire::{DeviceId, SignPublicKey};

/// How many proofs were made: each one has another `jti`.
static PROOFS: AtomicU64 = AtomicU64::new(1);

/// A device.
pub struct Device {
    pub key: Ed25519KeyPair,
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Device {
    pub fn new(number: u8) -> Self {
        Self { key: Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap() }
    }

    pub fn public(&self) -> SignPublicKey {
        SignPublicKey::try_from(self.key.public_key().as_ref()).unwrap()
    }

    pub fn id(&self) -> DeviceId {
        DeviceId::of_key(&self.public())
    }

    /// A proof for a request.
    pub fn prove(&self, method: &str, htu: &str, nonce: &str, access: Option<&str>) -> String {
        self.prove_with(method, htu, nonce, access, &json!({ "iat": 1 }))
    }

    /// A proof with these claims besides those that the request needs.
    pub fn prove_with(
        &self,
        method: &str,
        htu: &str,
        nonce: &str,
        access: Option<&str>,
        more: &Value,
    ) -> String {
        let jti = PROOFS.fetch_add(1, Ordering::Relaxed);
        let mut claims = json!({ "jti": jti.to_string(), "htm": method, "htu": htu, "nonce": nonce });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        if let Some(access) = access {
            claims["ath"] = json!(b64(&Sha256::digest(access)));
        }
        self.sign(&claims)
    }

    fn sign(&self, claims: &Value) -> String {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(self.key.public_key().as_ref()) });
        let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk });
        let text = [b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes())].join(".");
        let signature = self.key.sign(text.as_bytes());
        [text, b64(signature.as_ref())].join(".")
    }
}
