//! PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915), the formats of OpenSSL.

use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use pkcs8::der::{self, Decode, ErrorKind, Reader, SliceReader, Tag, TagNumber, Tagged};
use pkcs8::pkcs5;
use pkcs8::pkcs5::pbes2::{self, Kdf, Parameters, Pbkdf2Params, ScryptParams};
use pkcs8::spki::AlgorithmIdentifierRef;
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
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const TRIPLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.7");
/// The version of a PKCS#1 key with more than two primes.
const MULTI_PRIME: u8 = 1;
/// The tag of the curve within a SEC 1 key.
const PARAMETERS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// Reads an encrypted PKCS#8 key (PBES2).
pub(super) fn read_encrypted(der: &[u8], passphrase: &SecretText) -> Result<PrivateKey, KeyError> {
    let (algorithm, data) = sequence(der, |parts| {
        Ok((AlgorithmIdentifierRef::decode(parts)?, <&OctetStringRef>::decode(parts)?.as_bytes()))
    })
    .map_err(|_| KeyError::Damaged)?;
    let scheme = scheme(&algorithm)?;
    check_cost(&scheme)?;
    if !data.len().is_multiple_of(block_size(&scheme.encryption)) || data.is_empty() {
        return Err(KeyError::Damaged);
    }
    let opened = scheme.decrypt(passphrase.expose(), data).map_err(|error| match error {
        pkcs5::Error::DecryptFailed => KeyError::WrongPassphrase,
        pkcs5::Error::UnsupportedAlgorithm { .. } => KeyError::Unsupported(Unsupported::Encryption),
        _ => KeyError::Damaged,
    })?;
    let opened = SecretBytes::new(opened);
    // One wrong passphrase in 256 leaves valid padding, but no key.
    if is_key(opened.expose()) { read_pkcs8(opened.expose()) } else { Err(KeyError::WrongPassphrase) }
}

/// Reads key derivation and cipher of PBES2. The vector of triple DES is checked here, since the decoder of the library
/// panics on a short one.
fn scheme(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Parameters, KeyError> {
    let unsupported = KeyError::Unsupported(Unsupported::Encryption);
    let Some(parameters) = algorithm.parameters.filter(|_| algorithm.oid == PBES2) else {
        return Err(unsupported);
    };
    let (kdf, cipher) = parameters
        .sequence(|parts| -> der::Result<_> {
            Ok((AlgorithmIdentifierRef::decode(parts)?, AlgorithmIdentifierRef::decode(parts)?))
        })
        .map_err(|_| KeyError::Damaged)?;
    let refused = |error: der::Error| match error.kind() {
        ErrorKind::OidUnknown { .. } => unsupported,
        _ => KeyError::Damaged,
    };
    let encryption = if cipher.oid == TRIPLE_DES {
        let vector = cipher.parameters.and_then(|vector| vector.decode_as::<&OctetStringRef>().ok());
        let iv = vector.and_then(|vector| vector.as_bytes().try_into().ok()).ok_or(KeyError::Damaged)?;
        pbes2::EncryptionScheme::DesEde3Cbc { iv }
    } else {
        cipher.try_into().map_err(refused)?
    };
    Ok(Parameters { kdf: kdf.try_into().map_err(refused)?, encryption })
}

/// Returns the size of the blocks whose multiple every encrypted text is, in bytes.
const fn block_size(cipher: &pbes2::EncryptionScheme) -> usize {
    match cipher {
        pbes2::EncryptionScheme::DesEde3Cbc { .. } => 8,
        pbes2::EncryptionScheme::Aes128Gcm { .. } | pbes2::EncryptionScheme::Aes256Gcm { .. } => 1,
        _ => 16,
    }
}

/// Returns whether bytes are one DER sequence that starts with a number, as every private key. Decrypted with a wrong
/// passphrase, almost none are.
pub(super) fn is_key(der: &[u8]) -> bool {
    version(der).is_some()
}

/// Returns the number at the start of a private key.
fn version(der: &[u8]) -> Option<u8> {
    let read = sequence(der, |parts| {
        let version = u8::decode(parts)?;
        parts.read_slice(parts.remaining_len())?;
        Ok(version)
    });
    read.ok()
}

/// Reads the parts of one DER sequence, all of them.
fn sequence<'a, T>(
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> der::Result<T>,
) -> der::Result<T> {
    AnyRef::from_der(der)?.sequence(read)
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
            let named = info.algorithm.parameters.ok_or(KeyError::Damaged)?;
            read_sec1(key, Some(named_curve(named)?))
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
    if version(der) == Some(MULTI_PRIME) {
        return Err(KeyError::Unsupported(Unsupported::SeveralPrimes));
    }
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
    let named = sequence(der, |parts| {
        u8::decode(parts)?;
        <&OctetStringRef>::decode(parts)?;
        let third = if parts.is_finished() { None } else { Some(AnyRef::decode(parts)?) };
        parts.read_slice(parts.remaining_len())?;
        third.filter(|part| part.tag() == PARAMETERS).map(|part| AnyRef::from_der(part.value())).transpose()
    });
    let named = named.map_err(|_| KeyError::Damaged)?.map(named_curve).transpose()?;
    let key = EcPrivateKey::from_der(der).map_err(|_| KeyError::Damaged)?;
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

/// Returns the curve that parameters name. Fails if they describe it instead.
fn named_curve(parameters: AnyRef<'_>) -> Result<Curve, KeyError> {
    if parameters.tag() == Tag::Sequence {
        return Err(KeyError::Unsupported(Unsupported::ExplicitCurve));
    }
    match parameters.decode_as().map_err(|_| KeyError::Damaged)? {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        P521 => Ok(Curve::P521),
        _ => Err(KeyError::Unsupported(Unsupported::Algorithm)),
    }
}
