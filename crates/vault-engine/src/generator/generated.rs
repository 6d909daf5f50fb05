//! A generated text, and the errors of generators.

use vault_crypto::SecretText;

/// A generated text.
pub struct Generated {
    /// The text.
    pub text: SecretText,
    /// The base-2 logarithm of the number of equally likely results.
    pub entropy_bits: f64,
}

/// Why no text was generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeneratorError {
    /// The length or count is out of range.
    #[error("that length is out of range")]
    Length,
    /// No class of characters is chosen.
    #[error("choose at least one kind of character")]
    NoClass,
    /// No text satisfies the rules, or so few that finding one would take too long.
    #[error("the rules leave too little to choose from")]
    TooStrict,
    /// The random number generator is broken.
    #[error("the source of randomness does not work")]
    Randomness,
}
