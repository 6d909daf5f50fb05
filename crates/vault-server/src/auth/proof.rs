//! Proofs of possession of a device's key (DPoP, RFC 9449).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use vault_wire::{DeviceId, SignPublicKey};

use super::nonce::Nonces;

/// The longest proof.
const LONGEST: usize = 2048;

/// A valid proof.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The device: the thumbprint of the key.
    pub device: DeviceId,
    /// The key.
    pub key: SignPublicKey,
    /// The id of this proof.
    pub jti: String,
    /// Until when its nonce is valid.
    pub until: u64,
}

/// A proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// It is missing, malformed, for another request, or its signature is invalid.
    Invalid,
    /// It has no valid nonce.
    Nonce,
}

/// The claims. Others are ignored, as RFC 9449 requires.
#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    #[serde(rename = "iat")]
    _iat: u64,
    nonce: Option<String>,
    ath: Option<String>,
}

/// What a proof must be for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The issuer and the path.
    pub htu: &'a str,
    /// The access token that is sent with it, and the device to which that is bound.
    pub access: Option<(&'a str, DeviceId)>,
}

impl Proof {
    /// Verifies the header `DPoP` of a request.
    ///
    /// # Errors
    /// See [`ProofError`].
    pub fn verify(text: &str, request: &Request<'_>, nonces: &Nonces, now: u64) -> Result<Self, ProofError> {
        const INVALID: ProofError = ProofError::Invalid;
        if text.len() > LONGEST {
            return Err(INVALID);
        }
        let header = jsonwebtoken::decode_header(text).map_err(|_| INVALID)?;
        if header.typ.as_deref() != Some("dpop+jwt")
            || header.alg != Algorithm::EdDSA
            || header.crit.is_some()
        {
            return Err(INVALID);
        }
        let key = header.jwk.as_ref().and_then(public_key).ok_or(INVALID)?;
        let device = DeviceId::of_key(&key);
        match request.access {
            // Refuses keys of small order, for which anybody can sign.
            None if key.check().is_ok() => {}
            // There is no token for such keys.
            Some((_, bound)) if bound == device => {}
            _ => return Err(INVALID),
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        (validation.validate_exp, validation.validate_aud) = (false, false);
        let decoding = DecodingKey::from_ed_der(key.as_bytes());
        let claims =
            jsonwebtoken::decode::<Claims>(text, &decoding, &validation).map_err(|_| INVALID)?.claims;
        // The time is in no check: it is the client's.
        let Claims { jti, htm, htu, _iat, nonce, ath } = claims;
        let expected =
            request.access.map(|(token, _)| Base64UrlUnpadded::encode_string(&Sha256::digest(token)));
        if htm != request.method || htu != request.htu || ath != expected || !(1..=128).contains(&jti.len()) {
            return Err(INVALID);
        }
        let until = nonce.and_then(|nonce| nonces.valid_until(&nonce, now)).ok_or(ProofError::Nonce)?;
        Ok(Self { device, key, jti, until })
    }
}

/// The Ed25519 key of a JWK in its one spelling.
fn public_key(jwk: &Jwk) -> Option<SignPublicKey> {
    let AlgorithmParameters::OctetKeyPair(parameters) = &jwk.algorithm else { return None };
    if parameters.curve != EllipticCurve::Ed25519 {
        return None;
    }
    let mut bytes = [0; 32];
    let length = Base64UrlUnpadded::decode(&parameters.x, &mut bytes).ok()?.len();
    (length == bytes.len()).then(|| SignPublicKey::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;

    const NOW: u64 = 1_000_000_000;

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn b64(bytes: &[u8]) -> String {
        Base64UrlUnpadded::encode_string(bytes)
    }

    fn sign(header: &Value, claims: &Value) -> String {
        let text = [b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes())].join(".");
        let signature = key().sign(text.as_bytes());
        [text, b64(signature.as_ref())].join(".")
    }

    fn header() -> Value {
        let x = b64(key().public_key().as_ref());
        json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x } })
    }

    fn claims(nonces: &Nonces) -> Value {
        json!({ "jti": "1", "htm": "POST", "htu": "https://a/v1/x", "iat": 1, "nonce": nonces.current(NOW) })
    }

    fn verify(text: &str, access: Option<&str>) -> Result<Proof, ProofError> {
        let device = DeviceId::of_key(&SignPublicKey::try_from(key().public_key().as_ref()).unwrap());
        let access = access.map(|token| (token, device));
        let request = Request { method: "POST", htu: "https://a/v1/x", access };
        Proof::verify(text, &request, &Nonces::new(&[[1; 32].into()]), NOW)
    }

    /// The header or claims with a member set, or removed by null.
    fn with(mut value: Value, path: &str, new: Value) -> Value {
        let (parent, member) = path.rsplit_once('/').unwrap();
        let object = value.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if new.is_null() {
            object.remove(member)
        } else {
            object.insert(member.to_owned(), new)
        };
        value
    }

    #[test]
    fn a_proof_for_the_request_names_the_device_by_its_thumbprint() {
        let nonces = Nonces::new(&[[1; 32].into()]);
        let proof = verify(&sign(&header(), &claims(&nonces)), None).unwrap();
        assert_eq!(proof.device, DeviceId::of_key(&proof.key));
    }

    #[test]
    fn a_proof_for_anything_else_is_refused() {
        let nonces = Nonces::new(&[[1; 32].into()]);
        let changes: [(&str, Value); 8] = [
            ("/htm", json!("GET")),
            ("/htu", json!("https://a/v1/y")),
            ("/htu", json!("https://a/v1/x/")),
            ("/htu", json!("https://A/v1/x")),
            ("/jti", json!("")),
            ("/jti", Value::Null),
            ("/iat", Value::Null),
            ("/ath", json!("x")),
        ];
        for (member, value) in changes {
            let text = sign(&header(), &with(claims(&nonces), member, value));
            assert_eq!(verify(&text, None).map(drop), Err(ProofError::Invalid), "{member}");
        }
        let changes: [(&str, Value); 8] = [
            ("/typ", json!("JWT")),
            ("/typ", Value::Null),
            ("/alg", json!("HS256")),
            ("/alg", json!("none")),
            ("/crit", json!(["x"])),
            ("/jwk", Value::Null),
            ("/jwk/crv", json!("X25519")),
            ("/jwk/x", json!(b64(&[0; 32]))),
        ];
        for (member, value) in changes {
            let text = sign(&with(header(), member, value), &claims(&nonces));
            assert_eq!(verify(&text, None).map(drop), Err(ProofError::Invalid), "{member}");
        }
        let text = sign(&header(), &claims(&nonces));
        assert_eq!(verify(&text[..text.len() - 2], None).map(drop), Err(ProofError::Invalid));
        assert_eq!(verify(&"x".repeat(LONGEST + 1), None).map(drop), Err(ProofError::Invalid));
    }

    #[test]
    fn a_proof_with_an_access_token_is_bound_to_it() {
        let nonces = Nonces::new(&[[1; 32].into()]);
        let ath = b64(&Sha256::digest("token"));
        let text = sign(&header(), &with(claims(&nonces), "/ath", json!(ath)));
        assert!(verify(&text, Some("token")).is_ok());
        assert_eq!(verify(&text, Some("other")).map(drop), Err(ProofError::Invalid));
        assert_eq!(verify(&text, None).map(drop), Err(ProofError::Invalid));
        assert_eq!(
            verify(&sign(&header(), &claims(&nonces)), Some("token")).map(drop),
            Err(ProofError::Invalid)
        );
        let other = Some(("token", DeviceId::from_bytes([1; 32])));
        let request = Request { method: "POST", htu: "https://a/v1/x", access: other };
        let refused = Proof::verify(&text, &request, &nonces, NOW).map(drop);
        assert_eq!(refused, Err(ProofError::Invalid));
    }

    #[test]
    fn a_proof_without_a_valid_nonce_is_asked_for_again() {
        let nonces = Nonces::new(&[[1; 32].into()]);
        for nonce in [Value::Null, json!("x"), json!(nonces.current(0))] {
            let text = sign(&header(), &with(claims(&nonces), "/nonce", nonce));
            assert_eq!(verify(&text, None).map(drop), Err(ProofError::Nonce));
        }
    }
}
