//! The generator and its history, and the strength meter. Only the history needs an open profile.

use vault_engine::SecretText;
use vault_engine::clock::Rng;
use vault_engine::generator::{
    self, AMBIGUOUS, Classes, Generated, GeneratorError, PasswordRules, Recipe, UserName,
};
use vault_engine::session::Session;
use vault_engine::strength;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::{GeneratedEntry, GeneratedView, GeneratorRecipe, count};

/// The longest text in the history, in bytes.
const LONGEST: usize = 1 << 10;

impl Coffer {
    /// Generates a password, passphrase, user name or PIN.
    ///
    /// # Errors
    /// `invalid_input` for a recipe out of bounds, `generator_too_strict` for rules that leave too few choices.
    pub fn generator_make(&self, recipe: &GeneratorRecipe) -> Result<GeneratedView> {
        let made = generate(recipe, &mut (self.make_rng)())?;
        let (password, entropy_bits) = (made.text.expose().to_owned(), made.entropy_bits);
        self.generated.remember(&password, entropy_bits);
        Ok(GeneratedView { password, entropy_bits, score: strength::score(entropy_bits) })
    }

    /// Stores a generated text in the history. Does nothing while no profile is open for writing.
    ///
    /// # Errors
    /// `invalid_input` for a text that is too long, or the disk.
    pub async fn generator_keep(&self, password: SecretText) -> Result<()> {
        if password.expose().len() > LONGEST {
            return Err(ErrorView::invalid(InputProblem::GeneratedLong));
        }
        self.actor
            .call(move |state| match &mut state.open {
                Some(open) if open.session.read_only().is_none() => {
                    Ok(open.session.keep_generated(password)?)
                }
                _ => Ok(()),
            })
            .await
    }

    /// Returns the history of the generator, newest first.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn generator_history(&self) -> Result<Vec<GeneratedEntry>> {
        self.read(|session| {
            let history = session.generated()?;
            let entry = |(index, made): (u32, &generator::GeneratedEntry)| GeneratedEntry {
                index,
                at: made.at.0,
                length: count(made.text.expose().chars().count()),
            };
            Ok((0..).zip(history.entries()).map(entry).collect())
        })
        .await
    }

    /// Returns a text of the history, to be shown or copied. `at` must be its time, since newer entries shift the index.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn generator_past(&self, index: u32, at: u64) -> Result<SecretText> {
        self.read(move |session| past(session, index, at)).await
    }

    /// Clears the history of the generator.
    ///
    /// # Errors
    /// `locked`, `profile_read_only`, or the disk.
    pub async fn generator_forget(&self) -> Result<()> {
        self.read(|session| Ok(session.forget_generated()?)).await
    }
}

fn past(session: &Session, index: u32, at: u64) -> Result<SecretText> {
    let history = session.generated()?;
    let made = usize::try_from(index).ok().and_then(|index| history.entries().get(index));
    let made = made.filter(|made| made.at.0 == at).ok_or(ErrorCode::NotFound)?;
    Ok(made.text.duplicate())
}

fn generate(recipe: &GeneratorRecipe, rng: &mut Rng) -> Result<Generated, GeneratorError> {
    // A length beyond `usize` is out of range anyway.
    let size = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
    match recipe {
        GeneratorRecipe::Characters {
            length,
            lower,
            upper,
            digits,
            symbols,
            avoid_ambiguous,
            least,
            own_symbols,
        } => {
            let classes = Classes { lower: *lower, upper: *upper, digits: *digits, symbols: *symbols };
            if least.is_none() && own_symbols.is_none() {
                let (length, avoid_ambiguous) = (size(*length), *avoid_ambiguous);
                return generator::generate(&Recipe::Characters { length, classes, avoid_ambiguous }, rng);
            }
            let least = least.unwrap_or([1; 4]).map(usize::from);
            let without = if *avoid_ambiguous { AMBIGUOUS } else { "" };
            PasswordRules {
                length: size(*length),
                sets: classes.sets(least, own_symbols.as_deref()),
                without: without.to_owned(),
            }
            .generate(rng)
        }
        GeneratorRecipe::Words { list, count, separator, capitalize, number } => generator::generate(
            &Recipe::Words {
                list: (*list).into(),
                count: size(*count),
                separator: (*separator).into(),
                capitalize: *capitalize,
                number: *number,
            },
            rng,
        ),
        GeneratorRecipe::UserName { list, words, separator, digits } => UserName {
            list: (*list).into(),
            words: size(*words),
            separator: separator.map(Into::into),
            digits: size(*digits),
        }
        .generate(rng),
        GeneratorRecipe::Pin { length } => generator::generate(&Recipe::Pin { length: size(*length) }, rng),
    }
}
