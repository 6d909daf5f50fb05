//! Proofs, tokens and limits: what shows who a request is from.

mod limiter;
mod nonce;
mod proof;
mod replay;
mod token;

pub use limiter::Limiter;
pub use nonce::Nonces;
pub use proof::{Proof, ProofError, Request, thumbprint};
pub use replay::{Replays, Seen};
pub use token::{AccessToken, LIFETIME, Tokens};

/// HMAC-SHA-256.
fn mac(key: &aws_lc_rs::hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::hmac::Context::with_key(key);
    parts.iter().for_each(|part| context.update(part));
    let mut tag = [0; 32];
    tag.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    tag
}
