//! PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915), the formats of OpenSSL.

use pkcs1::RsaPrivateKeyRef;
use pkcs8::der::Decode;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Params, ScryptParams};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use vault_crypto::{SecretBytes, SecretText};

use super::cost::{PBKDF2_ITERATIONS, SCRYPT_MEMORY, SCRYPT_PARALLEL};
use super::ecdsa::Curve;
use super::error::{KeyError, Unsupported};
use super::key::PrivateKey;
use super::rsa::{self, Numbers};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Reads an encrypted PKCS#8 key (PBES2).
pub(super) fn read_encrypted(der: &[u8], passphrase: &SecretText) -> Result<PrivateKey, KeyError> {
    let file = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| {
        if is_encrypted(der) { KeyError::Unsupported(Unsupported::Encryption) } else { KeyError::Damaged }
    })?;
    let EncryptionScheme::Pbes2(scheme) = &file.encryption_algorithm else {
        return Err(KeyError::Unsupported(Unsupported::Encryption));
    };
    check_cost(scheme)?;
    let opened = scheme.decrypt(passphrase.expose(), file.encrypted_data.as_bytes());
    let opened = SecretBytes::new(opened.map_err(|_| KeyError::WrongPassphrase)?);
    // One wrong passphrase in 256 leaves valid padding, but no valid key.
    PrivateKeyInfoRef::from_der(opened.expose()).map_err(|_| KeyError::WrongPassphrase)?;
    read_pkcs8(opened.expose())
}

/// Returns whether it is encrypted PKCS#8, with any encryption.
fn is_encrypted(der: &[u8]) -> bool {
    let parts = AnyRef::from_der(der).and_then(|any| {
        any.sequence(|parts| {
            AlgorithmIdentifierRef::decode(parts)?;
            <&OctetStringRef>::decode(parts)
        })
    });
    parts.is_ok()
}

/// Fails if the costs of a file exceed the limits.
fn check_cost(scheme: &Parameters) -> Result<(), KeyError> {
    let allowed = match &scheme.kdf {
        Kdf::Pbkdf2(Pbkdf2Params { iteration_count, .. }) => *iteration_count <= PBKDF2_ITERATIONS,
        Kdf::Scrypt(ScryptParams { cost_parameter, block_size, parallelization, .. }) => {
            let memory = cost_parameter.checked_mul(u64::from(*block_size) * 128);
            memory.is_some_and(|memory| memory <= SCRYPT_MEMORY) && *parallelization <= SCRYPT_PARALLEL
        }
        _ => return Err(KeyError::Unsupported(Unsupported::Encryption)),
    };
    if allowed { Ok(()) } else { Err(KeyError::CostTooHigh) }
}

/// Reads an unencrypted PKCS#8 key.
pub(super) fn read_pkcs8(der: &[u8]) -> Result<PrivateKey, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::Damaged)?;
    let key = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA => read_pkcs1(key),
        EC => {
            let curve = info.algorithm.parameters_oid();
            read_sec1(key, Some(curve_of(curve.map_err(|_| KeyError::Damaged)?)?))
        }
        ED25519 => {
            let seed = <&OctetStringRef>::from_der(key).map_err(|_| KeyError::Damaged)?;
            let read = PrivateKey::ed25519(seed.as_bytes(), "").ok_or(KeyError::Damaged)?;
            let named = info.public_key.map(|public| public.as_bytes().unwrap_or_default());
            if named.is_none_or(|named| ends_with(&read, named)) { Ok(read) } else { Err(KeyError::Damaged) }
        }
        _ => Err(KeyError::Unsupported(Unsupported::Algorithm)),
    }
}

/// Reads an unencrypted PKCS#1 key.
pub(super) fn read_pkcs1(der: &[u8]) -> Result<PrivateKey, KeyError> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| KeyError::Damaged)?;
    let numbers = Numbers {
        modulus: key.modulus.as_bytes(),
        exponent: key.public_exponent.as_bytes(),
        private: key.private_exponent.as_bytes(),
        inverse: key.coefficient.as_bytes(),
        primes: [key.prime1.as_bytes(), key.prime2.as_bytes()],
    };
    if !rsa::BITS.contains(&rsa::bits(numbers.modulus)) {
        return Err(KeyError::Unsupported(Unsupported::Length));
    }
    PrivateKey::rsa(&numbers, "").ok_or(KeyError::Damaged)
}

/// Reads an unencrypted SEC 1 key; in PKCS#8 the curve is outside of it.
pub(super) fn read_sec1(der: &[u8], outside: Option<Curve>) -> Result<PrivateKey, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| KeyError::Damaged)?;
    let named = key.parameters.and_then(sec1::EcParameters::named_curve).map(curve_of).transpose()?;
    let curve = match (outside, named) {
        (Some(outside), Some(named)) if outside != named => return Err(KeyError::Damaged),
        (outside, named) => outside.or(named).ok_or(KeyError::Damaged)?,
    };
    let read = PrivateKey::ecdsa(curve, key.private_key, "").ok_or(KeyError::Damaged)?;
    // Compressed points are not supported, since no program writes them for SSH keys.
    let fits = key.public_key.is_none_or(|point| ends_with(&read, point));
    if fits { Ok(read) } else { Err(KeyError::Damaged) }
}

/// Returns whether a stored public half is the derived one.
fn ends_with(key: &PrivateKey, public: &[u8]) -> bool {
    public.len() >= 32 && key.public.blob().ends_with(public)
}

fn curve_of(oid: ObjectIdentifier) -> Result<Curve, KeyError> {
    match oid {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        P521 => Ok(Curve::P521),
        _ => Err(KeyError::Unsupported(Unsupported::Algorithm)),
    }
}
