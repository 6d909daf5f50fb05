//! Tokens: random names by which the interface refers to something that waits for confirmation.

use rand_core::Rng as _;
use vault_engine::clock::Rng;

/// A new token: 16 hexadecimal digits.
pub(crate) fn make_token(rng: &mut Rng) -> String {
    let mut token = [0; 8];
    rng.fill_bytes(&mut token);
    token.iter().map(|byte| format!("{byte:02x}")).collect()
}
