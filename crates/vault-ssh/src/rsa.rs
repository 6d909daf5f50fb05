//! The numbers of an RSA key (RFC 8017): generation and consistency checks.

use crypto_bigint::{BoxedUint, ConcatenatingMul, Lcm, NonZero, Resize};
use crypto_primes::hazmat::{SetBits, SmallFactorsSieveFactory};
use crypto_primes::{Flavor, is_prime, sieve_and_find};
use rand_core::CryptoRng;
use vault_crypto::SecretBytes;

/// The public exponent of generated keys.
const EXPONENT: u64 = 65_537;
/// The supported lengths in bits, the same as in OpenSSH.
pub(super) const BITS: std::ops::RangeInclusive<u32> = 1_024..=16_384;

/// An RSA key. Every number is big-endian without leading zeros.
pub(super) struct Rsa {
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
    pub(super) private: SecretBytes,
    /// The inverse of the second prime modulo the first.
    pub(super) inverse: SecretBytes,
    pub(super) primes: [SecretBytes; 2],
}

/// The unchecked numbers of a key in a file.
pub(super) struct Numbers<'a> {
    pub(super) modulus: &'a [u8],
    pub(super) exponent: &'a [u8],
    pub(super) private: &'a [u8],
    pub(super) inverse: &'a [u8],
    pub(super) primes: [&'a [u8]; 2],
}

impl Rsa {
    /// Generates a key whose modulus has `bits` bits. Returns `None` if `go_on` returned false.
    ///
    /// The primes satisfy FIPS 186-5, appendix A.1.3: their two highest bits are set, p-1 and q-1 are coprime to the
    /// exponent, and they are far apart.
    pub(super) fn make(bits: u32, rng: &mut dyn CryptoRng, go_on: &dyn Fn() -> bool) -> Option<Self> {
        loop {
            let (p, q) = (prime(bits / 2, rng, go_on)?, prime(bits / 2, rng, go_on)?);
            let (p, q) = if p > q { (p, q) } else { (q, p) };
            if p.wrapping_sub(&q).bits() + 100 <= bits / 2 {
                continue;
            }
            if let Some(key) = Self::of_primes(&p, &q) {
                return Some(key);
            }
        }
    }

    /// Computes the other numbers. Returns `None` if the exponent has no inverse.
    fn of_primes(p: &BoxedUint, q: &BoxedUint) -> Option<Self> {
        let one = BoxedUint::one();
        let exponent = BoxedUint::from(EXPONENT);
        let modulus = p.concatenating_mul(q);
        let order = p.wrapping_sub(&one).lcm(&q.wrapping_sub(&one));
        let order = Option::from(order.into_nz())?;
        let private: BoxedUint =
            Option::from(exponent.clone().resize(modulus.bits_precision()).invert_mod(&order))?;
        let inverse: BoxedUint = Option::from(q.invert_mod(&non_zero(p)?))?;
        Some(Self {
            modulus: modulus.to_be_bytes_trimmed_vartime().into_vec(),
            exponent: exponent.to_be_bytes_trimmed_vartime().into_vec(),
            private: secret(&private),
            inverse: secret(&inverse),
            primes: [secret(p), secret(q)],
        })
    }

    /// Creates a key from the numbers of a file. Returns `None` if they are inconsistent.
    pub(super) fn checked(numbers: &Numbers<'_>) -> Option<Self> {
        let Numbers { modulus, exponent, private, inverse, primes: [p, q] } = *numbers;
        let fits = |number: &[u8]| (1..=modulus.len()).contains(&number.len());
        if !is_public(modulus, exponent) || ![private, inverse, p, q].into_iter().all(fits) {
            return None;
        }
        let [n, e, d, i, first, second] =
            [modulus, exponent, private, inverse, p, q].map(BoxedUint::from_be_slice_vartime);
        let one = BoxedUint::one();
        let (below_first, below_second) = (below(&first)?, below(&second)?);
        let product = e.concatenating_mul(&d);
        let right = first.concatenating_mul(&second) == n
            && product.rem(&below_first) == one
            && product.rem(&below_second) == one
            && i.concatenating_mul(&second).rem(&non_zero(&first)?) == one;
        right.then(|| Self {
            modulus: modulus.to_vec(),
            exponent: exponent.to_vec(),
            private: SecretBytes::new(private.to_vec()),
            inverse: SecretBytes::new(inverse.to_vec()),
            primes: [p, q].map(|prime| SecretBytes::new(prime.to_vec())),
        })
    }

    /// Returns the private exponent modulo each prime minus one.
    pub(super) fn exponents(&self) -> [SecretBytes; 2] {
        let private = BoxedUint::from_be_slice_vartime(self.private.expose());
        self.primes.each_ref().map(|prime| {
            let order = below(&BoxedUint::from_be_slice_vartime(prime.expose()));
            // No prime of a key is 1.
            order.map_or_else(|| SecretBytes::new(Vec::new()), |order| secret(&private.rem(&order)))
        })
    }
}

/// Returns the bit length of a number without leading zeros.
pub(super) fn bits(number: &[u8]) -> u32 {
    let first = number.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(number.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(first)
}

/// Returns whether the numbers can be a public key: a modulus of a supported length, both odd.
pub(super) fn is_public(modulus: &[u8], exponent: &[u8]) -> bool {
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    BITS.contains(&bits(modulus)) && odd(modulus) && odd(exponent) && exponent.len() <= modulus.len()
}

fn prime(bits: u32, rng: &mut dyn CryptoRng, go_on: &dyn Fn() -> bool) -> Option<BoxedUint> {
    let candidates = SmallFactorsSieveFactory::new(Flavor::Any, bits, SetBits::TwoMsb).ok()?;
    // After a cancellation the search ends with the current candidate.
    let found = sieve_and_find(rng, candidates, |_, candidate| !go_on() || is_prime(Flavor::Any, candidate));
    found.ok().flatten().filter(|_| go_on())
}

/// Returns a number minus one, unless that is zero.
fn below(number: &BoxedUint) -> Option<NonZero<BoxedUint>> {
    non_zero(number)?;
    non_zero(&number.wrapping_sub(BoxedUint::one()))
}

fn non_zero(number: &BoxedUint) -> Option<NonZero<BoxedUint>> {
    Option::from(number.clone().into_nz())
}

fn secret(number: &BoxedUint) -> SecretBytes {
    SecretBytes::new(number.to_be_bytes_trimmed_vartime().into_vec())
}
