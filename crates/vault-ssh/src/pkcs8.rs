//! Writes PKCS#8 (RFC 5958), with PKCS#1 (RFC 8017), SEC 1 (RFC 5915) or a seed (RFC 8410) inside.

use vault_crypto::SecretBytes;
use zeroize::Zeroizing;

use super::ecdsa::Curve;
use super::key::{PrivateKey, Secret};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The tag of the public key within a SEC 1 key.
const PUBLIC: u8 = 0xa1;

/// Identifiers of algorithms, encoded.
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
const EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const P384: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x22";
const P521: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x23";

impl PrivateKey {
    /// Returns the key as unencrypted PKCS#8 in DER, without its comment.
    #[must_use]
    pub fn to_pkcs8(&self) -> SecretBytes {
        let (algorithm, key) = match &self.secret {
            Secret::Ed25519(seed) => (ED25519.to_vec(), tagged(OCTETS, &[seed.expose()])),
            Secret::Ecdsa(curve, scalar, point) => {
                let named = match curve {
                    Curve::P256 => P256,
                    Curve::P384 => P384,
                    Curve::P521 => P521,
                };
                let scalar = tagged(OCTETS, &[scalar.expose()]);
                let point = tagged(PUBLIC, &[&tagged(BIT_STRING, &[&[0], point])]);
                ([EC, named].concat(), tagged(SEQUENCE, &[&number(&[1]), &scalar, &point]))
            }
            Secret::Rsa(rsa) => {
                let [p, q] = &rsa.primes;
                let [first, second] = rsa.exponents();
                let numbers = [
                    &[0],
                    &*rsa.modulus,
                    &rsa.exponent,
                    rsa.private.expose(),
                    p.expose(),
                    q.expose(),
                    first.expose(),
                    second.expose(),
                    rsa.inverse.expose(),
                ]
                .map(number);
                let numbers = numbers.each_ref().map(|number| number.as_slice());
                (RSA.to_vec(), tagged(SEQUENCE, &numbers))
            }
        };
        let algorithm = tagged(SEQUENCE, &[&algorithm]);
        let mut der = tagged(SEQUENCE, &[&number(&[0]), &algorithm, &tagged(OCTETS, &[&key])]);
        SecretBytes::new(std::mem::take(&mut *der))
    }
}

/// Returns a whole number, which has a leading zero if it would be negative without.
fn number(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let sign: &[u8] = if bytes.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    tagged(INTEGER, &[sign, bytes])
}

/// Returns a tag, the length, and the parts of a value.
fn tagged(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut der = Zeroizing::new(Vec::with_capacity(length + 10));
    der.push(tag);
    match u8::try_from(length) {
        Ok(short @ ..0x80) => der.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
            let digits = bytes.get(skipped..).unwrap_or_default();
            der.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
            der.extend_from_slice(digits);
        }
    }
    parts.iter().for_each(|part| der.extend_from_slice(part));
    der
}
