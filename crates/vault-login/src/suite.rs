//! The configuration of OPAQUE, and the lengths of its messages.

use opaque_ke::ksf::Identity;
use opaque_ke::{Ristretto255, TripleDh};
use sha2_0_10::Sha512;

/// Length of the registration request.
pub const REQUEST_LEN: usize = 32;
/// Length of the registration response.
pub const RESPONSE_LEN: usize = 64;
/// Length of the registration record.
pub const RECORD_LEN: usize = 192;
/// Length of the first message of a sign-in.
pub const KE1_LEN: usize = 96;
/// Length of the second message of a sign-in.
pub const KE2_LEN: usize = 320;
/// Length of the third message of a sign-in.
pub const KE3_LEN: usize = 64;

/// Ristretto255, SHA-512, 3DH, no key stretching.
pub(crate) struct Suite;

impl opaque_ke::CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

/// The bytes of a message or state as an array.
#[expect(
    clippy::expect_used,
    reason = "the suite fixes the lengths, and the tests pass every message through here"
)]
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a length of this suite")
}
