//! Limits of the work and memory for decrypting a key, independent of the file's parameters.
//!
//! Each limit is far above usual values, and within about half a minute and 1 GiB on a small computer.

/// Maximum size of a file, in bytes: several times the largest key.
pub const MAX_FILE: usize = 64 << 10;
/// Rounds of bcrypt in an OpenSSH file; `ssh-keygen` writes 16 or 24 by default.
pub const BCRYPT_ROUNDS: u32 = 2_000;
/// Iterations of PBKDF2; OpenSSL writes 2,048, others up to a million.
pub const PBKDF2_ITERATIONS: u32 = 10_000_000;
/// Memory of scrypt in bytes; OpenSSL itself accepts at most 32 MiB.
pub const SCRYPT_MEMORY: u64 = 256 << 20;
/// Parallelization parameter of scrypt, the number of passes over its memory.
pub const SCRYPT_PARALLEL: u16 = 16;
/// Memory of Argon2 in KiB; PuTTY writes 8 MiB.
pub const ARGON2_MEMORY: u32 = 1 << 20;
/// Memory of Argon2 in KiB times its passes.
pub const ARGON2_WORK: u64 = 32 << 20;
/// Lanes of Argon2.
pub const ARGON2_LANES: u32 = 16;
