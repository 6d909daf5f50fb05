//! A device's key, and proofs made with it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vault_server::auth::thumbprint;
use vault_wire::{DeviceId, SignPublicKey};

/// A device.
pub struct Device {
    pub key: Ed25519KeyPair,
    count: u64,
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Device {
    pub fn new(number: u8) -> Self {
        Self { key: Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap(), count: 0 }
    }

    pub fn public(&self) -> SignPublicKey {
        SignPublicKey::try_from(self.key.public_key().as_ref()).unwrap()
    }

    pub fn id(&self) -> DeviceId {
        thumbprint(&self.public())
    }

    /// A proof for a request; each one has another `jti`.
    pub fn prove(&mut self, method: &str, htu: &str, nonce: &str, access: Option<&str>) -> String {
        self.count += 1;
        let mut claims = json!({
            "jti": self.count.to_string(), "htm": method, "htu": htu, "iat": 1, "nonce": nonce,
        });
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
