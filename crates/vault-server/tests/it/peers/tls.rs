use std::env;

use super::Seen;

/// In a soak only: the scanner connects some thousand times.
#[tokio::test]
async fn a_scanner_finds_aead_with_forward_secrecy_and_nothing_else() {
    if env::var_os("COFFER_SOAK_ALL").is_none() {
        return;
    }
    let seen = Seen::start().await;
    let address = seen.running.address.to_string();
    eprintln!("{}", seen.script("tls.py", &[&address]));
}
