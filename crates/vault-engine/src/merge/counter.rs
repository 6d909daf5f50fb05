//! Merge of one-time code values. Using an HOTP code advances its counter without user input, so the counter is merged
//! separately from the other parameters. The higher counter wins, since a site accepts no code twice.

use super::choice::Choice;
use crate::item::SecretText;
use vault_otp::Code;

/// Merges the values of a code field. Returns the side whose parameters win, and the value with the winning counter.
///
/// Counters are compared only if both sides have the same secret.
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

/// Parses an HOTP value and returns it with its counter.
fn counted(value: &SecretText) -> Option<(Code, u64)> {
    let code = Code::parse(value.expose()).ok()?;
    let counter = code.counter()?;
    Some((code, counter))
}
