//! Network addresses in the audit: a text that stands for the address, made with a salt of the account that is erased after
//! some time. The chain has the text, so it stays whole when nobody can find the address from it any more.

use std::net::IpAddr;

use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::message::{ProblemCode, Text};

use crate::auth::mac;
use crate::failure::Failure;
use crate::setup::{SecretsError, prefix};
use crate::store::{AccountKey, Sql, Tx};
use crate::values;

const DAY: u64 = 24 * 60 * 60 * 1000;
/// For how long a salt is used, in milliseconds: 30 days.
const PERIOD: u64 = 30 * DAY;

// Nothing for an account that does not exist, by as many statements.
const MAKE: Sql<AccountKey> = Sql::new(
    "INSERT INTO audit_salt (account_id, period, salt, expires_at)
     SELECT a.account_id, $2, $3, $4 FROM account a WHERE a.account_id = $1
     ON CONFLICT (account_id, period) DO NOTHING",
);
const READ: Sql<AccountKey> = Sql::new("SELECT salt FROM audit_salt WHERE account_id = $1 AND period = $2");

/// The address of a client, and for how many days it may be found again.
#[derive(Clone, Copy)]
pub struct AuditAddress {
    address: IpAddr,
    days: u64,
}

impl std::fmt::Debug for AuditAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditAddress(…)")
    }
}

impl AuditAddress {
    /// An address whose salt is erased so many days after its first use, at the latest; none for 0 days.
    #[must_use]
    pub fn new(address: IpAddr, days: u64) -> Option<Self> {
        (days > 0).then_some(Self { address, days })
    }

    /// The text that stands for the address: the same for the same address of the same account and period.
    ///
    /// # Errors
    /// If the database or the system's randomness fails.
    pub(super) async fn text(self, tx: &Tx<AccountKey>, now: u64) -> Result<Text<45>, Failure> {
        let period = now / PERIOD;
        let mut new = [0; 32];
        getrandom::fill(&mut new).map_err(|_| SecretsError::Randomness)?;
        let expires_at = (period * PERIOD).saturating_add(self.days.saturating_mul(DAY));
        tx.execute(&MAKE, values![period, new, expires_at]).await?;
        let salt: [u8; 32] = tx.first(&READ, values![period]).await?.map_or(Ok(new), |row| row.get(0))?;
        Text::new(&hashed(&salt, self.address)).map_err(|_| ProblemCode::Internal.into())
    }
}

/// Of IPv6, the first 64 bits count.
fn hashed(salt: &[u8; 32], address: IpAddr) -> String {
    let address = address.to_canonical();
    let (kind, bits) = if address.is_ipv4() { (4, 32) } else { (6, 64) };
    let key = hmac::Key::new(hmac::HMAC_SHA256, salt);
    let mac = mac(&key, &[&[kind], &prefix(address, bits).to_be_bytes()]);
    Base64UrlUnpadded::encode_string(mac.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_depends_on_the_salt_and_the_network() {
        let text = |salt: u8, address: &str| hashed(&[salt; 32], address.parse().unwrap());
        assert_eq!(text(1, "2001:db8::1"), text(1, "2001:db8::ffff:2"));
        assert_eq!(text(1, "192.0.2.1"), text(1, "::ffff:192.0.2.1"));
        assert_ne!(text(1, "192.0.2.1"), text(1, "192.0.2.2"));
        assert_ne!(text(1, "192.0.2.1"), text(2, "192.0.2.1"));
        assert_eq!(text(1, "192.0.2.1").len(), 22);
    }
}
