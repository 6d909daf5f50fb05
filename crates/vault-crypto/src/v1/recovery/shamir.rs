//! Threshold secret sharing (Shamir, "How to share a secret", 1979).
//!
//! Each byte of the secret is the value at 0 of a random polynomial over GF(2⁸), modulo x⁸ + x⁴ + x³ + x + 1;
//! a share is its value elsewhere. No table lookup or branch depends on a secret.

use rand_core::CryptoRng;

use crate::secret::Secret;
use crate::v1::seal::OpenError;

/// Splits a secret into `shares` shares, `threshold` of which restore it. Share x, counted from 1, is at
/// index x − 1.
pub(super) fn split(
    secret: &Secret<32>,
    threshold: u8,
    shares: u8,
    rng: &mut impl CryptoRng,
) -> Vec<Secret<32>> {
    let coefficients: Vec<Secret<32>> = (1..threshold).map(|_| Secret::random(rng)).collect();
    let value_at = |x| {
        Secret::fill_with(|share| {
            // Horner's rule, from the highest coefficient down to the secret itself.
            for term in coefficients.iter().rev().chain([secret]) {
                share.iter_mut().zip(term.expose()).for_each(|(y, term)| *y = multiply(*y, x) ^ term);
            }
        })
    };
    (1..=shares).map(value_at).collect()
}

/// Combines numbered shares: returns the value at 0 of the polynomial through them.
///
/// # Errors
/// If a number is 0 or repeated. Too few or wrong shares are not detected; they give another secret.
pub(super) fn combine(shares: &[(u8, &Secret<32>)]) -> Result<Secret<32>, OpenError> {
    let numbers = || shares.iter().map(|(x, _)| *x);
    let repeated = |x| numbers().filter(|other| *other == x).count() > 1;
    if numbers().any(|x| x == 0 || repeated(x)) {
        return Err(OpenError);
    }
    Ok(Secret::fill_with(|secret| {
        for (x, share) in shares {
            // Lagrange's coefficient of this share at 0; subtraction is exclusive or.
            let weight = numbers()
                .filter(|other| other != x)
                .fold(1, |product, other| multiply(product, multiply(other, invert(other ^ x))));
            secret.iter_mut().zip(share.expose()).for_each(|(y, value)| *y ^= multiply(*value, weight));
        }
    }))
}

/// Returns the product in the field, in constant time.
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    for _ in 0..8 {
        product ^= a & (b & 1).wrapping_neg();
        let carry = (a >> 7).wrapping_neg();
        a = (a << 1) ^ (0x1b & carry);
        b >>= 1;
    }
    product
}

/// Returns the inverse in the field, a²⁵⁴; 0 for 0.
fn invert(a: u8) -> u8 {
    // 254 = 2 + 4 + … + 128.
    let mut power = a;
    (0..7).fold(1, |product, _| {
        power = multiply(power, power);
        multiply(product, power)
    })
}

#[cfg(test)]
mod tests {
    use vault_testkit::FixedRng;

    use super::*;

    #[test]
    fn field_arithmetic_matches_fips_197() {
        // The examples of FIPS 197, §4.2 and §4.2.1.
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        assert_eq!(multiply(0x57, 0x13), 0xfe);
        assert_eq!(invert(0), 0);
        for a in 1..=255 {
            assert_eq!(multiply(a, invert(a)), 1, "{a}");
            assert_eq!(multiply(a, 1), a);
            for b in 0..=255 {
                assert_eq!(multiply(a, b), multiply(b, a));
                assert_eq!(multiply(a, b ^ 0x35), multiply(a, b) ^ multiply(a, 0x35));
            }
        }
    }

    #[test]
    fn threshold_shares_restore_the_secret_and_fewer_do_not() {
        let rng = &mut FixedRng::new(1);
        let secret = Secret::random(rng);
        for (threshold, count) in [(2, 2), (2, 3), (3, 5), (16, 16)] {
            let shares = split(&secret, threshold, count, rng);
            let numbered: Vec<_> = (1..).zip(&shares).collect();
            for from in 0..=usize::from(count - threshold) {
                let enough = &numbered[from..from + usize::from(threshold)];
                assert!(combine(enough).ok().unwrap().ct_eq(&secret));
                assert!(!combine(&enough[1..]).ok().unwrap().ct_eq(&secret));
            }
            assert!(combine(&numbered).ok().unwrap().ct_eq(&secret), "more than enough");
        }
    }

    #[test]
    fn shares_below_the_threshold_reveal_nothing() {
        // Two of three: given share 1 alone, there is a share 2 for every possible first byte of the secret.
        let rng = &mut FixedRng::new(2);
        let shares = split(&Secret::random(rng), 2, 3, rng);
        let mut found = [false; 256];
        for guess in 0..=255 {
            let second = Secret::copy_of(&[guess; 32]);
            let secret = combine(&[(1, &shares[0]), (2, &second)]).ok().unwrap();
            found[usize::from(secret.expose()[0])] = true;
        }
        assert_eq!(found, [true; 256]);
    }

    #[test]
    fn shares_with_invalid_numbers_are_rejected() {
        let share = Secret::copy_of(&[1; 32]);
        assert!(combine(&[(0, &share), (1, &share)]).is_err());
        assert!(combine(&[(1, &share), (1, &share)]).is_err());
    }
}
