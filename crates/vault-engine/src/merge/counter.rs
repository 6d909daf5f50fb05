//! Values of one-time codes. Whoever takes a code over a counter moves the counter on and has typed nothing, so the
//! counter is merged apart from the set-up around it: the higher one counts, since a site takes no code twice.

use super::choice::Choice;
use crate::item::SecretText;
use vault_otp::Code;

/// Merges the values of a code field: which set-up counts, and the value at the counter that counts.
///
/// Two counters are compared only where they belong to one secret.
pub(super) fn merge(base: &SecretText, log: &SecretText, local: &SecretText) -> (Choice, SecretText) {
    let setup = |value: &SecretText| match counted(value) {
        Some((code, _)) => code.at_counter(0),
        None => value.duplicate(),
    };
    let (in_base, in_log, in_local) = (setup(base), setup(log), setup(local));
    let choice = Choice::between_texts(in_base.expose(), in_log.expose(), in_local.expose());
    let (taken, other) = match choice {
        Choice::Log | Choice::Both => (log, local),
        Choice::Local => (local, log),
    };
    let value = match (counted(taken), counted(other)) {
        (Some((code, counter)), Some((rival, higher))) if code.shares_secret(&rival) && higher > counter => {
            code.at_counter(higher)
        }
        _ => taken.duplicate(),
    };
    (choice, value)
}

/// A set-up whose codes follow a counter, and where that stands.
fn counted(value: &SecretText) -> Option<(Code, u64)> {
    let code = Code::parse(value.expose()).ok()?;
    let counter = code.counter()?;
    Some((code, counter))
}
