//! Nonces for proofs: a period of time with its authentication, so that no node must remember any.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

use super::mac::mac;

/// The length of a period, in milliseconds. A nonce is valid in its own and in the next one, and, since clocks of nodes
/// differ, in the one before.
const PERIOD: u64 = 5 * 60 * 1000;

/// Makes nonces with a key, and checks those made with it and the keys before it.
pub struct Nonces(Vec<hmac::Key>);

impl Nonces {
    /// Uses these keys. The first one makes nonces.
    #[must_use]
    pub fn new(keys: &[Zeroizing<[u8; 32]>]) -> Self {
        Self(keys.iter().map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_slice())).collect())
    }

    /// The nonce to use at this time.
    #[must_use]
    pub fn current(&self, now: u64) -> String {
        self.0.first().map(|key| of(key, now / PERIOD)).unwrap_or_default()
    }

    /// Returns until when a nonce is valid, if it is valid now.
    #[must_use]
    pub fn valid_until(&self, nonce: &str, now: u64) -> Option<u64> {
        let current = now / PERIOD;
        let valid = |period: &u64| {
            let is = |key| verify_slices_are_equal(of(key, *period).as_bytes(), nonce.as_bytes()).is_ok();
            self.0.iter().any(is)
        };
        let period = [current, current.saturating_sub(1), current + 1].into_iter().find(valid)?;
        Some((period + 2) * PERIOD)
    }
}

fn of(key: &hmac::Key, period: u64) -> String {
    let mac = mac(key, &[&period.to_be_bytes()]);
    Base64UrlUnpadded::encode_string(mac.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nonces(keys: &[u8]) -> Nonces {
        Nonces::new(&keys.iter().map(|byte| Zeroizing::new([*byte; 32])).collect::<Vec<_>>())
    }

    #[test]
    fn a_nonce_is_valid_for_at_least_five_minutes_on_every_node_and_not_for_ever() {
        let (here, there) = (nonces(&[1]), nonces(&[1]));
        for start in [0, 10 * PERIOD, 10 * PERIOD + 1, 11 * PERIOD - 1] {
            let nonce = here.current(start);
            assert!(there.valid_until(&nonce, start + PERIOD).is_some());
            assert_eq!(there.valid_until(&nonce, start + 2 * PERIOD), None);
            let until = here.valid_until(&nonce, start).unwrap();
            assert!(
                here.valid_until(&nonce, until - 1).is_some() && here.valid_until(&nonce, until).is_none()
            );
        }
        assert_eq!(nonces(&[2]).valid_until(&here.current(0), 0), None);
        let rotated = nonces(&[2, 1]);
        assert!(rotated.valid_until(&here.current(0), 0).is_some());
        assert_eq!(here.valid_until(&rotated.current(0), 0), None);
        assert_eq!(here.valid_until("", 0), None);
    }
}
