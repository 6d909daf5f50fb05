//! Key derivations, whose costs are checked before they run.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    cost::{ACCEPTED, Cost},
    error::ImportError,
};

/// A key of 32 bytes.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Checks a cost before it is paid.
///
/// # Errors
/// Returns [`ImportError::Costly`] above the limit, [`ImportError::CostTooHigh`] above [`ACCEPTED`] too.
pub(crate) const fn check(cost: Cost, limit: Cost) -> Result<(), ImportError> {
    if cost.is_within(limit) {
        Ok(())
    } else if cost.is_within(ACCEPTED) {
        Err(ImportError::Costly(cost))
    } else {
        Err(ImportError::CostTooHigh)
    }
}

/// The parameters of Argon2.
pub(crate) struct Argon2Costs {
    /// Which of its kinds.
    pub(crate) algorithm: Algorithm,
    /// Which of its versions.
    pub(crate) version: Version,
    /// Memory in KiB.
    pub(crate) memory_kib: u64,
    /// Passes over the memory.
    pub(crate) passes: u64,
    /// Lanes.
    pub(crate) lanes: u32,
}

/// Derives a key with Argon2.
///
/// # Errors
/// The errors of [`check`], [`ImportError::OutOfMemory`], or [`ImportError::Damaged`] for impossible parameters.
pub(crate) fn argon2(
    password: &[u8],
    salt: &[u8],
    costs: &Argon2Costs,
    limit: Cost,
) -> Result<Key, ImportError> {
    let Argon2Costs { algorithm, version, memory_kib, passes, lanes } = costs;
    check(Cost::of_argon2(*memory_kib, *passes), limit)?;
    let number = |number: &u64| u32::try_from(*number).map_err(|_| ImportError::Damaged);
    let params = Params::new(number(memory_kib)?, number(passes)?, *lanes, Some(32))
        .map_err(|_| ImportError::Damaged)?;
    let mut memory = Vec::new();
    memory.try_reserve_exact(params.block_count()).map_err(|_| ImportError::OutOfMemory)?;
    memory.resize(params.block_count(), Block::default());
    let mut key = Key::default();
    let run = Argon2::new(*algorithm, *version, params).hash_password_into_with_memory(
        password,
        salt,
        &mut *key,
        &mut memory,
    );
    memory.zeroize();
    run.map_err(|_| ImportError::Damaged)?;
    Ok(key)
}

/// Derives a key with PBKDF2 and HMAC-SHA-256.
///
/// # Errors
/// The errors of [`check`].
pub(crate) fn pbkdf2_sha256(
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    limit: Cost,
) -> Result<Key, ImportError> {
    check(Cost::of_pbkdf2(iterations), limit)?;
    let iterations = u32::try_from(iterations).ok().filter(|n| *n > 0).ok_or(ImportError::Damaged)?;
    let mut key = Key::default();
    pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut *key);
    Ok(key)
}

/// Derives a key with PBKDF2 and HMAC-SHA-1.
///
/// # Errors
/// The errors of [`check`].
pub(crate) fn pbkdf2_sha1(
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    limit: Cost,
) -> Result<Key, ImportError> {
    check(Cost::of_pbkdf2(iterations), limit)?;
    let iterations = u32::try_from(iterations).ok().filter(|n| *n > 0).ok_or(ImportError::Damaged)?;
    let mut key = Key::default();
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, &mut *key);
    Ok(key)
}

/// Derives a key with scrypt, of costs `n`, `r` and `p`.
///
/// # Errors
/// The errors of [`check`], or [`ImportError::Damaged`] for impossible parameters.
pub(crate) fn scrypt(
    password: &[u8],
    salt: &[u8],
    [n, r, p]: [u64; 3],
    limit: Cost,
) -> Result<Key, ImportError> {
    check(Cost::of_scrypt(n, r, p), limit)?;
    let log_n = u8::try_from(n.checked_ilog2().filter(|_| n.is_power_of_two()).ok_or(ImportError::Damaged)?)
        .map_err(|_| ImportError::Damaged)?;
    let number = |number| u32::try_from(number).map_err(|_| ImportError::Damaged);
    let params = scrypt::Params::new(log_n, number(r)?, number(p)?).map_err(|_| ImportError::Damaged)?;
    let mut key = Key::default();
    scrypt::scrypt(password, salt, &params, &mut *key).map_err(|_| ImportError::Damaged)?;
    Ok(key)
}

/// Derives 64 bytes with PBKDF2 and HMAC-SHA-512.
///
/// # Errors
/// The errors of [`check`].
pub(crate) fn pbkdf2_sha512(
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    limit: Cost,
) -> Result<Zeroizing<[u8; 64]>, ImportError> {
    check(Cost::of_pbkdf2(iterations), limit)?;
    let iterations = u32::try_from(iterations).ok().filter(|n| *n > 0).ok_or(ImportError::Damaged)?;
    let mut key = Zeroizing::new([0; 64]);
    pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, &mut *key);
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::DEFAULT;

    #[test]
    fn costs_are_free_asked_about_or_refused() {
        let asked = |cost: Cost| check(cost, DEFAULT);
        assert_eq!(asked(Cost::of_argon2(64 << 10, 3)), Ok(()));
        let costly = Cost::of_argon2(1 << 20, 2);
        assert_eq!(asked(costly), Err(ImportError::Costly(costly)));
        assert_eq!(check(costly, ACCEPTED), Ok(()));
        for absurd in [
            Cost::of_argon2(u64::MAX, 1),
            Cost::of_argon2(8, u64::MAX),
            Cost::of_aes(u64::MAX),
            Cost::of_pbkdf2(u64::MAX),
        ] {
            assert_eq!(check(absurd, ACCEPTED), Err(ImportError::CostTooHigh));
        }
    }
}
