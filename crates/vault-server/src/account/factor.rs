//! Second factors: time-based codes (RFC 6238), each step used once, and recovery codes, each used once.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use sha2::{Digest as _, Sha256};
use totp_rs::{Algorithm, Builder, Totp};
use vault_wire::message::{
    AuditKind, Credential, Factor, FactorState, List, ProblemCode, RecoveryCodes, TotpSecret,
};
use vault_wire::{AccountId, DeviceId};
use zeroize::Zeroizing;

use crate::audit::{self, About};
use crate::auth::Sealer;
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{AccountKey, Sql, Tx, View};
use crate::values;

/// The length of a step, in seconds.
const STEP: u64 = 30;
/// How long an offered secret waits for its first code, in milliseconds.
const OFFERED: u64 = 15 * 60 * 1000;
/// The characters of recovery codes and of secrets (RFC 4648 §6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const READ: Sql<AccountKey> = Sql::new("SELECT secret FROM totp WHERE account_id = $1");
const USE: Sql<AccountKey> =
    Sql::new("UPDATE totp SET used_step = $2 WHERE account_id = $1 AND used_step < $2");
const OFFER: Sql<AccountKey> = Sql::new(
    "INSERT INTO totp_offer (account_id, secret, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, expires_at = excluded.expires_at",
);
const OFFERED_SECRET: Sql<AccountKey> =
    Sql::new("SELECT secret FROM totp_offer WHERE account_id = $1 AND expires_at > $2");
const FORGET_OFFER: Sql<AccountKey> = Sql::new("DELETE FROM totp_offer WHERE account_id = $1");
const SET: Sql<AccountKey> = Sql::new(
    "INSERT INTO totp (account_id, secret, used_step) VALUES ($1, $2, $3)
     ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, used_step = excluded.used_step",
);
const REMOVE: Sql<AccountKey> = Sql::new("DELETE FROM totp WHERE account_id = $1");
const ADD_CODE: Sql<AccountKey> =
    Sql::new("INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)");
const USE_CODE: Sql<AccountKey> =
    Sql::new("DELETE FROM recovery_code WHERE account_id = $1 AND code_hash = $2");
const FORGET_CODES: Sql<AccountKey> = Sql::new("DELETE FROM recovery_code WHERE account_id = $1");
const STATE: Sql<AccountKey> = Sql::new(
    "SELECT (SELECT count(*) FROM totp WHERE account_id = $1), count(*) FROM recovery_code WHERE account_id = $1",
);

/// The factors of an account.
///
/// # Errors
/// If the database fails.
pub async fn state(view: &View<AccountKey>) -> Result<FactorState, Failure> {
    let row = view.first(&STATE, &[]).await?.ok_or(ProblemCode::Internal)?;
    Ok(FactorState { totp: row.get::<u64>(0)? > 0, recovery_left: row.get(1)? })
}

/// Checks a code of a sign-in and marks it as used.
///
/// # Errors
/// If the database fails.
pub async fn check(
    tx: &Tx<AccountKey>,
    factor: Factor,
    code: &Credential<32>,
    device: DeviceId,
    sealer: &Sealer,
    now: u64,
) -> Result<bool, Failure> {
    match factor {
        Factor::Totp => {
            let Some(row) = tx.first(&READ, &[]).await? else { return Ok(false) };
            let secret = open(sealer, tx.key().0, &row.get::<Vec<u8>>(0)?)?;
            let Some(step) = matching_step(&secret, code, now) else { return Ok(false) };
            // Nothing changes if this step or a later one was used.
            Ok(tx.execute(&USE, values![step]).await? == 1)
        }
        Factor::Recovery => {
            let used = tx.execute(&USE_CODE, values![hash(tx.key().0, code)]).await? == 1;
            if used {
                let about = About::own(tx.key().0, device);
                audit::append(tx, AuditKind::RecoveryCodeUsed, about, now).await?;
            }
            Ok(used)
        }
        Factor::Unknown => Ok(false),
    }
}

/// Makes a new secret, which takes effect with [`confirm`].
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn offer(tx: &Tx<AccountKey>, secret: &[u8; 20], sealer: &Sealer, now: u64) -> Result<(), Failure> {
    let sealed = sealer.seal(&purpose(tx.key().0), secret)?;
    tx.execute(&OFFER, values![sealed, now + OFFERED]).await?;
    Ok(())
}

/// Random bytes for a secret.
///
/// # Errors
/// If the system's randomness fails.
pub fn make_secret() -> Result<Zeroizing<[u8; 20]>, Failure> {
    let mut secret = Zeroizing::new([0; 20]);
    getrandom::fill(secret.as_mut_slice()).map_err(|_| SecretsError::Randomness)?;
    Ok(secret)
}

/// The secret as an authenticator reads it.
///
/// # Errors
/// Never: its length is fixed.
pub fn secret_text(secret: &[u8; 20]) -> Result<TotpSecret, Failure> {
    let secret = Credential::new(&base32(secret)).map_err(|_| ProblemCode::Internal)?;
    Ok(TotpSecret { secret })
}

/// Puts the offered secret into effect, if the code is of it, with these recovery codes in place of all earlier ones.
///
/// # Errors
/// [`ProblemCode::SignInRefused`] if the code is wrong or nothing was offered; and if the database fails.
pub async fn confirm(
    tx: &Tx<AccountKey>,
    code: &Credential<32>,
    codes: &RecoveryCodes,
    device: DeviceId,
    sealer: &Sealer,
    now: u64,
) -> Result<(), Failure> {
    let row = tx.first(&OFFERED_SECRET, values![now]).await?.ok_or(ProblemCode::SignInRefused)?;
    let sealed: Vec<u8> = row.get(0)?;
    let secret = open(sealer, tx.key().0, &sealed)?;
    let step = matching_step(&secret, code, now).ok_or(ProblemCode::SignInRefused)?;
    tx.execute(&SET, values![sealed, step]).await?;
    tx.execute(&FORGET_OFFER, &[]).await?;
    tx.execute(&FORGET_CODES, &[]).await?;
    for code in codes.codes.iter() {
        tx.execute(&ADD_CODE, values![hash(tx.key().0, code)]).await?;
    }
    audit::append(tx, AuditKind::FactorAdded, About::own(tx.key().0, device), now).await
}

/// Removes the second factor and its recovery codes.
///
/// # Errors
/// If the database fails.
pub async fn remove(tx: &Tx<AccountKey>, about: About, now: u64) -> Result<(), Failure> {
    let removed = tx.execute(&REMOVE, &[]).await?;
    tx.execute(&FORGET_OFFER, &[]).await?;
    tx.execute(&FORGET_CODES, &[]).await?;
    if removed == 0 {
        return Ok(());
    }
    audit::append(tx, AuditKind::FactorRemoved, about, now).await
}

/// Makes ten recovery codes of 80 random bits.
///
/// # Errors
/// If the system's randomness fails.
pub fn make_recovery_codes() -> Result<RecoveryCodes, Failure> {
    let mut codes = Vec::new();
    for _ in 0..10 {
        let mut bytes = Zeroizing::new([0; 10]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| SecretsError::Randomness)?;
        codes.push(Credential::new(&base32(bytes.as_slice())).map_err(|_| ProblemCode::Internal)?);
    }
    Ok(RecoveryCodes { codes: List::new(codes).map_err(|_| ProblemCode::Internal)? })
}

/// The step whose code this is: that of now, or one before or after.
fn matching_step(secret: &[u8], code: &Credential<32>, now: u64) -> Option<u64> {
    let totp = totp(secret);
    let current = now / 1000 / STEP;
    [current, current.saturating_sub(1), current + 1].into_iter().find(|step| {
        let expected = Zeroizing::new(totp.generate(step * STEP).to_string());
        verify_slices_are_equal(expected.as_bytes(), code.expose().as_bytes()).is_ok()
    })
}

fn totp(secret: &[u8]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP)
        .with_secret(secret.to_vec())
        .build_noncompliant()
}

fn purpose(account: AccountId) -> Vec<u8> {
    [b"totp".as_slice(), account.as_bytes()].concat()
}

fn open(sealer: &Sealer, account: AccountId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    sealer.open(&purpose(account), sealed).ok_or(ProblemCode::Internal.into())
}

/// What the database keeps of a recovery code, as it is typed in capitals and without hyphens.
fn hash(account: AccountId, code: &Credential<32>) -> [u8; 32] {
    let typed: Zeroizing<String> =
        Zeroizing::new(code.expose().chars().filter(|c| *c != '-').map(|c| c.to_ascii_uppercase()).collect());
    Sha256::new().chain_update(account.as_bytes()).chain_update(typed.as_bytes()).finalize().into()
}

fn base32(bytes: &[u8]) -> Zeroizing<String> {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    let bits = Zeroizing::new(bits.collect::<Vec<_>>());
    let digit = |bits: &[u8]| bits.iter().fold(0_usize, |digit, bit| digit * 2 + usize::from(*bit));
    Zeroizing::new(
        bits.chunks(5).filter_map(|bits| BASE32.get(digit(bits))).map(|byte| char::from(*byte)).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_written_in_base32() {
        // RFC 4648 §10, the lengths without padding.
        assert_eq!(base32(b"fooba").as_str(), "MZXW6YTB");
        assert_eq!(base32(&[0xff; 20]).as_str(), "7".repeat(32));
    }

    #[test]
    fn codes_are_those_of_rfc_6238_within_a_step() {
        let secret = b"12345678901234567890";
        let code = |text| Credential::new(text).unwrap();
        // RFC 6238, appendix B, the last six digits.
        assert_eq!(matching_step(secret, &code("287082"), 59_000), Some(1));
        assert_eq!(matching_step(secret, &code("287082"), 89_000), Some(1));
        assert_eq!(matching_step(secret, &code("287082"), 0), Some(1));
        assert_eq!(matching_step(secret, &code("287082"), 90_000), None);
        assert_eq!(matching_step(secret, &code("287083"), 59_000), None);
        assert_eq!(matching_step(secret, &code("050471"), 1_111_111_111_000), Some(37_037_037));
    }
}
