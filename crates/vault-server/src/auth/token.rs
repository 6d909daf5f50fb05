//! Access tokens: JWT, signed with EdDSA, bound to a device (`cnf.jkt`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use vault_wire::message::{Credential, FixedBytes, Jwk, Jwks, List, Origin, Text};
use vault_wire::{AccountId, DeviceId, SessionId};

use crate::setup::{Secrets, SecretsError};

/// How long a token is valid, in seconds.
pub const LIFETIME: u32 = 600;

/// How far the clocks of nodes may differ, in seconds.
const SKEW: u64 = 5;

/// The header's type (RFC 9068).
const TYPE: &str = "at+jwt";

/// How many verified tokens are remembered.
const REMEMBERED: usize = 4096;

/// The content of a valid access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The account.
    pub account: AccountId,
    /// The login session.
    pub session: SessionId,
    /// The device that it is bound to.
    pub device: DeviceId,
}

/// Makes and verifies access tokens.
pub struct Tokens {
    issuer: String,
    signer: (String, EncodingKey),
    verifiers: Vec<(String, DecodingKey)>,
    jwks: Jwks,
    /// Tokens whose signature was verified, by their hashes: a client uses the same one for minutes.
    verified: Mutex<HashMap<[u8; 32], Verified>>,
}

/// A token that is valid at some time.
#[derive(Clone, Copy)]
struct Verified {
    token: AccessToken,
    begins: u64,
    ends: u64,
}

impl Verified {
    /// The content, if the token is valid at this time, in seconds.
    fn at(self, now: u64) -> Option<AccessToken> {
        (self.begins <= now + SKEW && now < self.ends).then_some(self.token)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    sid: String,
    cnf: Confirmation,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jkt: String,
}

impl Tokens {
    /// Uses the server's keys.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(issuer: &Origin, secrets: &Secrets) -> Result<Self, SecretsError> {
        let keys = secrets.token_keys();
        let first = keys.first().ok_or(SecretsError::Malformed)?;
        let jwk = |key: &crate::setup::TokenKey| {
            Some(Jwk {
                kty: Text::new("OKP").ok()?,
                crv: Text::new("Ed25519").ok()?,
                alg: Text::new("EdDSA").ok()?,
                purpose: Text::new("sig").ok()?,
                kid: key.kid.clone(),
                x: FixedBytes::new(key.public.to_vec()).ok()?,
            })
        };
        let jwks = keys.iter().map(jwk).collect::<Option<Vec<_>>>().and_then(|keys| List::new(keys).ok());
        Ok(Self {
            issuer: issuer.as_str().to_owned(),
            signer: (first.kid.as_str().to_owned(), EncodingKey::from_ed_der(&first.private)),
            verifiers: keys
                .iter()
                .map(|key| (key.kid.as_str().to_owned(), DecodingKey::from_ed_der(&key.public)))
                .collect(),
            jwks: Jwks { keys: jwks.ok_or(SecretsError::Malformed)? },
            verified: Mutex::default(),
        })
    }

    /// The public keys.
    #[must_use]
    pub const fn jwks(&self) -> &Jwks {
        &self.jwks
    }

    /// Makes a token. `now` is in milliseconds.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn issue(&self, token: &AccessToken, now: u64) -> Result<Credential<2048>, SecretsError> {
        let now = now / 1000;
        let mut jti = [0; 16];
        getrandom::fill(&mut jti).map_err(|_| SecretsError::Randomness)?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: token.account.to_string(),
            exp: now + u64::from(LIFETIME),
            nbf: now,
            iat: now,
            jti: Base64UrlUnpadded::encode_string(&jti),
            sid: token.session.to_string(),
            cnf: Confirmation { jkt: Base64UrlUnpadded::encode_string(token.device.as_bytes()) },
        };
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some(TYPE.to_owned()), Some(self.signer.0.clone()));
        let text =
            jsonwebtoken::encode(&header, &claims, &self.signer.1).map_err(|_| SecretsError::Malformed)?;
        Credential::new(&text).map_err(|_| SecretsError::Malformed)
    }

    /// Verifies a token, its form and all claims. `now` is in milliseconds. Whether the session exists is another question.
    #[must_use]
    pub fn verify(&self, text: &str, now: u64) -> Option<AccessToken> {
        let (hash, now) = (Sha256::digest(text).into(), now / 1000);
        let known = self.verified().get(&hash).copied();
        if let Some(known) = known {
            return known.at(now);
        }
        let verified = self.verify_signed(text)?;
        let token = verified.at(now)?;
        let mut remembered = self.verified();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(hash, verified);
        Some(token)
    }

    fn verified(&self) -> MutexGuard<'_, HashMap<[u8; 32], Verified>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Verifies everything but the times.
    fn verify_signed(&self, text: &str) -> Option<Verified> {
        let header = jsonwebtoken::decode_header(text).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() || header.jwk.is_some() {
            return None;
        }
        let kid = header.kid?;
        let (_, key) = self.verifiers.iter().find(|(known, _)| *known == kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // The times are compared afterwards, by the clock that is passed in.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        let claims = jsonwebtoken::decode::<Claims>(text, key, &validation).ok()?.claims;
        let lifetime = claims.exp.checked_sub(claims.iat)?;
        if lifetime > LIFETIME.into() || claims.jti.is_empty() {
            return None;
        }
        let mut device = [0; 32];
        if Base64UrlUnpadded::decode(&claims.cnf.jkt, &mut device).ok()?.len() != device.len() {
            return None;
        }
        let token = AccessToken {
            account: claims.sub.parse().ok()?,
            session: claims.sid.parse().ok()?,
            device: DeviceId::from_bytes(device),
        };
        Some(Verified { token, begins: claims.nbf.max(claims.iat), ends: claims.exp })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: u64 = 2_000_000_000_000;

    const TOKEN: AccessToken = AccessToken {
        account: AccountId::from_bytes([1; 16]),
        session: SessionId::from_bytes([2; 16]),
        device: DeviceId::from_bytes([3; 32]),
    };

    fn issuer() -> Origin {
        Origin::new("https://a").unwrap()
    }

    fn claims() -> Value {
        let seconds = NOW / 1000;
        json!({
            "iss": "https://a", "aud": "https://a", "sub": TOKEN.account.to_string(), "exp": seconds + 600,
            "nbf": seconds, "iat": seconds, "jti": "x", "sid": TOKEN.session.to_string(),
            "cnf": { "jkt": Base64UrlUnpadded::encode_string(&[3; 32]) },
        })
    }

    #[test]
    fn a_token_is_valid_for_ten_minutes() {
        let tokens = Tokens::new(&issuer(), &Secrets::make().unwrap()).unwrap();
        let text = tokens.issue(&TOKEN, NOW).unwrap();
        assert_eq!(tokens.verify(text.expose(), NOW), Some(TOKEN));
        assert_eq!(tokens.verify(text.expose(), NOW + 599_999), Some(TOKEN));
        assert_eq!(tokens.verify(text.expose(), NOW + 600_000), None);
        assert_eq!(tokens.verify(text.expose(), NOW - 6_000), None);
    }

    #[test]
    fn as_many_tokens_are_remembered_as_there_is_room_for() {
        let tokens = Tokens::new(&issuer(), &Secrets::make().unwrap()).unwrap();
        for _ in 0..=REMEMBERED {
            assert_eq!(tokens.verify(tokens.issue(&TOKEN, NOW).unwrap().expose(), NOW), Some(TOKEN));
        }
        assert_eq!(tokens.verified().len(), 1);
    }

    #[test]
    fn a_token_stays_valid_when_the_key_rotates_and_not_on_another_server() {
        let mut secrets = Secrets::make().unwrap();
        let text = Tokens::new(&issuer(), &secrets).unwrap().issue(&TOKEN, NOW).unwrap();
        secrets.rotate(crate::setup::Replaced::Kept).unwrap();
        let rotated = Tokens::new(&issuer(), &secrets).unwrap();
        assert_eq!(rotated.verify(text.expose(), NOW), Some(TOKEN));
        assert_eq!(rotated.jwks().keys.len(), 2);
        let other = Tokens::new(&Origin::new("https://b").unwrap(), &secrets).unwrap();
        assert_eq!(other.verify(text.expose(), NOW), None);
        let stranger = Tokens::new(&issuer(), &Secrets::make().unwrap()).unwrap();
        assert_eq!(stranger.verify(text.expose(), NOW), None);
    }

    #[test]
    fn t38_a_forged_token_is_refused() {
        let secrets = Secrets::make().unwrap();
        let tokens = Tokens::new(&issuer(), &secrets).unwrap();
        let key = &secrets.token_keys()[0];
        let sign = |header: &Header, claims: &Value| {
            jsonwebtoken::encode(header, claims, &EncodingKey::from_ed_der(&key.private)).unwrap()
        };
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some(TYPE.into()), Some(key.kid.as_str().into()));
        assert_eq!(tokens.verify(&sign(&header, &claims()), NOW), Some(TOKEN));

        for member in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid", "cnf"] {
            let mut without = claims();
            without.as_object_mut().unwrap().remove(member);
            assert_eq!(tokens.verify(&sign(&header, &without), NOW), None, "{member}");
        }
        let later = NOW / 1000 + 60;
        let wrong: [(&str, Value); 11] = [
            ("iss", json!("https://b")),
            ("aud", json!("https://b")),
            ("sub", json!("x")),
            ("exp", json!(NOW / 1000)),
            ("exp", json!(later + 3600)),
            ("nbf", json!(later)),
            ("iat", json!(later)),
            ("jti", json!("")),
            ("sid", json!("x")),
            ("cnf", json!({ "jkt": "x" })),
            ("role", json!("admin")),
        ];
        for (member, value) in wrong {
            let mut claims = claims();
            claims[member] = value;
            assert_eq!(tokens.verify(&sign(&header, &claims), NOW), None, "{member}");
        }

        let header_of = |kid: Option<&str>, typ: &str| {
            let mut header = Header::new(Algorithm::EdDSA);
            (header.typ, header.kid) = (Some(typ.into()), kid.map(str::to_owned));
            sign(&header, &claims())
        };
        let kid = key.kid.as_str();
        assert!(tokens.verify(&header_of(Some(kid), TYPE), NOW).is_some());
        for text in [header_of(None, TYPE), header_of(Some("other"), TYPE), header_of(Some(kid), "JWT")] {
            assert_eq!(tokens.verify(&text, NOW), None);
        }
        // The public key as the key of an HMAC, no signature, and a changed claim.
        let mut hmac = Header::new(Algorithm::HS256);
        (hmac.typ, hmac.kid) = (Some(TYPE.into()), Some(kid.into()));
        let confused =
            jsonwebtoken::encode(&hmac, &claims(), &EncodingKey::from_secret(&key.public).unwrap()).unwrap();
        let valid = sign(&header, &claims());
        let (signed, _) = valid.rsplit_once('.').unwrap();
        let none = Base64UrlUnpadded::encode_string(
            json!({"alg": "none", "typ": TYPE, "kid": kid}).to_string().as_bytes(),
        );
        let payload = signed.split('.').nth(1).unwrap();
        let changed = valid.replacen(&payload[20..21], if &payload[20..21] == "A" { "B" } else { "A" }, 1);
        for text in [confused, format!("{signed}."), format!("{none}.{payload}."), changed, String::new()] {
            assert_eq!(tokens.verify(&text, NOW), None);
        }
    }
}
