//! Limits by network address: the generic cell rate algorithm, in bounded memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::setup::prefix;

/// The most addresses that are distinguished. When there are more, all new ones share one limit.
const MOST: usize = 65_536;

/// Counts requests by address; IPv6 addresses by their first 64 bits.
pub struct Limiter {
    interval: u64,
    burst: u64,
    times: Mutex<HashMap<Option<(bool, u128)>, u64>>,
}

impl Limiter {
    /// Allows this many requests a minute, half of them at once.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        let interval = 60_000 / u64::from(requests.max(1));
        Self { interval, burst: interval * u64::from((requests / 2).max(1)), times: Mutex::default() }
    }

    /// Allows this many requests a day, half of them at once.
    #[must_use]
    pub fn per_day(requests: u32) -> Self {
        let interval = 24 * 60 * 60_000 / u64::from(requests.max(1));
        Self { interval, burst: interval * u64::from((requests / 2).max(1)), times: Mutex::default() }
    }

    /// Counts a request about a text, such as a login.
    ///
    /// # Errors
    /// As for [`Self::count`].
    pub fn count_text(&self, text: &str, now: u64) -> Result<(), u32> {
        let hash = Sha256::digest(text);
        let bytes = hash.iter().take(16);
        self.count_key((false, bytes.fold(0, |number, byte| number << 8 | u128::from(*byte))), now)
    }

    /// Counts a request. Returns the seconds to wait if there were too many.
    ///
    /// # Errors
    /// If there were.
    pub fn count(&self, address: IpAddr, now: u64) -> Result<(), u32> {
        let address = address.to_canonical();
        let key = if address.is_ipv4() { (true, prefix(address, 32)) } else { (false, prefix(address, 64)) };
        self.count_key(key, now)
    }

    fn count_key(&self, key: (bool, u128), now: u64) -> Result<(), u32> {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = Some(key);
        if times.len() >= MOST && !times.contains_key(&key) {
            times.retain(|_, time| *time > now);
            if times.len() >= MOST {
                key = None;
            }
        }
        // The time at which the address would have used up what it sent.
        let time = times.entry(key).or_insert(now);
        let next = now.max(*time) + self.interval;
        let wait = next.saturating_sub(now + self.burst);
        if wait > 0 {
            return Err(u32::try_from(wait.div_ceil(1000)).unwrap_or(u32::MAX));
        }
        *time = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_beyond_the_burst_wait_and_other_networks_do_not() {
        let limiter = Limiter::per_minute(60);
        let (one, two) = ("2001:db8::1".parse().unwrap(), "2001:db8::ffff:2".parse().unwrap());
        let other = "2001:db8:0:1::1".parse().unwrap();
        for at in 0..30 {
            assert_eq!(limiter.count(if at % 2 == 0 { one } else { two }, 0), Ok(()));
        }
        assert_eq!(limiter.count(one, 0), Err(1));
        assert_eq!(limiter.count(other, 0), Ok(()));
        assert_eq!(limiter.count(one, 1000), Ok(()));
        assert_eq!(limiter.count(two, 1000), Err(1));
    }

    #[test]
    fn memory_is_bounded_and_a_flood_of_addresses_shares_one_limit() {
        let limiter = Limiter::per_minute(2);
        let address = |number: u32| IpAddr::from(number.to_be_bytes());
        let most = u32::try_from(MOST).unwrap();
        (0..most).for_each(|number| limiter.count(address(number), 0).unwrap());
        assert_eq!(limiter.count(address(most), 0), Ok(()));
        assert_eq!(limiter.count(address(most + 1), 0), Err(30));
        assert_eq!(limiter.times.lock().unwrap().len(), MOST + 1);
        // Those who have waited are forgotten.
        assert_eq!(limiter.count(address(most + 1), 60_000), Ok(()));
        assert!(limiter.times.lock().unwrap().len() < 3);
    }
}
