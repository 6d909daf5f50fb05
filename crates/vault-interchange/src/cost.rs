//! The costs of key derivations that files ask for.
//!
//! A file chooses them, so they are checked before anything is derived. Real files ask for gigabytes; therefore a cost
//! above the limit is a question to the user, with its price, up to a bound that no real file has.

/// What a key derivation takes on an ordinary computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cost {
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Estimated time in seconds.
    pub seconds: u64,
}

/// What runs without asking.
pub const DEFAULT: Cost = Cost { memory_mib: 512, seconds: 10 };
/// What runs if the user accepts the price.
pub const ACCEPTED: Cost = Cost { memory_mib: 16 << 10, seconds: 60 * 60 };

/// Rounds of AES-KDF in a second.
const AES_ROUNDS: u64 = 15_000_000;
/// MiB that a pass of Argon2 fills in a second.
const ARGON2_MIB: u64 = 500;
/// Iterations of PBKDF2 with SHA-256 or SHA-512 in a second.
const PBKDF2_ITERATIONS: u64 = 1_000_000;

impl Cost {
    /// The cost of AES-KDF.
    pub(crate) const fn of_aes(rounds: u64) -> Self {
        Self { memory_mib: 0, seconds: rounds / AES_ROUNDS }
    }

    /// The cost of Argon2.
    pub(crate) const fn of_argon2(memory_kib: u64, passes: u64) -> Self {
        let memory_mib = memory_kib.div_ceil(1024);
        Self { memory_mib, seconds: memory_mib.saturating_mul(passes) / ARGON2_MIB }
    }

    /// The cost of scrypt.
    pub(crate) const fn of_scrypt(n: u64, r: u64, p: u64) -> Self {
        let kib = n.saturating_mul(r) / 8;
        let memory_mib = kib.div_ceil(1024);
        // It fills the memory once and reads it once.
        Self { memory_mib, seconds: memory_mib.saturating_mul(p).saturating_mul(2) / ARGON2_MIB }
    }

    /// The cost of PBKDF2.
    pub(crate) const fn of_pbkdf2(iterations: u64) -> Self {
        Self { memory_mib: 0, seconds: iterations / PBKDF2_ITERATIONS }
    }

    /// Whether neither part is above a limit.
    pub(crate) const fn is_within(self, limit: Self) -> bool {
        self.memory_mib <= limit.memory_mib && self.seconds <= limit.seconds
    }
}
