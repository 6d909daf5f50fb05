//! Nonces for proofs: a period of time with its authentication, so that no node must remember any.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding as _};

use super::mac::mac;

/// The length of a period, in milliseconds. A nonce is valid in its own and in the next one, and, since clocks of nodes
/// differ, in the one before.
const PERIOD: u64 = 5 * 60 * 1000;

/// Makes and checks nonces.
pub struct Nonces(hmac::Key);

impl Nonces {
    /// Uses this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The nonce to use at this time.
    #[must_use]
    pub fn current(&self, now: u64) -> String {
        self.of(now / PERIOD)
    }

    /// Returns until when a nonce is valid, if it is valid now.
    #[must_use]
    pub fn valid_until(&self, nonce: &str, now: u64) -> Option<u64> {
        let current = now / PERIOD;
        let valid =
            |period: &u64| verify_slices_are_equal(self.of(*period).as_bytes(), nonce.as_bytes()).is_ok();
        let period = [current, current.saturating_sub(1), current + 1].into_iter().find(valid)?;
        Some((period + 2) * PERIOD)
    }

    fn of(&self, period: u64) -> String {
        let mac = mac(&self.0, &[&period.to_be_bytes()]);
        Base64UrlUnpadded::encode_string(mac.get(..16).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_valid_for_at_least_five_minutes_on_every_node_and_not_for_ever() {
        let (here, there) = (Nonces::new(&[1; 32]), Nonces::new(&[1; 32]));
        for start in [0, 10 * PERIOD, 10 * PERIOD + 1, 11 * PERIOD - 1] {
            let nonce = here.current(start);
            assert!(there.valid_until(&nonce, start + PERIOD).is_some());
            assert_eq!(there.valid_until(&nonce, start + 2 * PERIOD), None);
            let until = here.valid_until(&nonce, start).unwrap();
            assert!(
                here.valid_until(&nonce, until - 1).is_some() && here.valid_until(&nonce, until).is_none()
            );
        }
        assert_eq!(Nonces::new(&[2; 32]).valid_until(&here.current(0), 0), None);
        assert_eq!(here.valid_until("", 0), None);
    }
}
