//! The strength of new master passwords.

use vault_engine::{SecretText, strength};

use crate::error::{ErrorCode, Result};

/// Refuses a password that is too easy to guess; `own_words` are guessed first.
pub(super) fn refuse_weak(password: &SecretText, own_words: &[&str]) -> Result<()> {
    let strength = strength::measure(password.expose(), own_words);
    if strength.acceptable { Ok(()) } else { Err(ErrorCode::PasswordTooWeak.into()) }
}
