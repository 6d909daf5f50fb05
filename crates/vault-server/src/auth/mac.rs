//! Authentication of bytes by a key of the server.

use aws_lc_rs::hmac;

/// HMAC-SHA-256 over the parts, one after the other.
#[must_use]
pub fn mac(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    parts.iter().for_each(|part| context.update(part));
    let mut tag = [0; 32];
    tag.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    tag
}
