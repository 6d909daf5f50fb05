//! The generator and the strength meter; neither needs an open profile.

use vault_engine::generator::{self, Classes, Recipe, Separator, WordList};
use vault_engine::strength;

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{ErrorView, GeneratedView, GeneratorRecipe, StrengthView, WordSeparator};

impl Coffer {
    /// Makes a password, passphrase or PIN.
    ///
    /// # Errors
    /// `invalid_input` for a recipe out of bounds.
    pub fn generator_make(&self, recipe: GeneratorRecipe) -> Outcome<GeneratedView> {
        let mut rng = (self.make_rng)();
        let made = generator::generate(&recipe.into(), &mut rng).map_err(|_| {
            ErrorView::invalid("The generator cannot make this: choose other lengths or more kinds.")
        })?;
        Ok(GeneratedView { password: made.text.expose().to_owned(), entropy_bits: made.entropy_bits })
    }
}

/// Measures how hard a password is to guess.
#[must_use]
pub fn strength_measure(password: &vault_engine::SecretText) -> StrengthView {
    let strength::Strength { score, bits, weakness, acceptable } = strength::measure(password.expose(), &[]);
    StrengthView { score, bits, warning: weakness.map(|weakness| weakness.name().to_owned()), acceptable }
}

impl From<GeneratorRecipe> for Recipe {
    fn from(recipe: GeneratorRecipe) -> Self {
        // A length no `usize` holds is out of range anyway.
        let size = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
        match recipe {
            GeneratorRecipe::Characters { length, lower, upper, digits, symbols, avoid_ambiguous } => {
                let classes = Classes { lower, upper, digits, symbols };
                Self::Characters { length: size(length), classes, avoid_ambiguous }
            }
            GeneratorRecipe::Words { count, separator, capitalize, number } => {
                let separator = match separator {
                    WordSeparator::Hyphen => Separator::Hyphen,
                    WordSeparator::Space => Separator::Space,
                    WordSeparator::Dot => Separator::Dot,
                    WordSeparator::Underscore => Separator::Underscore,
                    WordSeparator::Digit => Separator::Digit,
                };
                Self::Words { list: WordList::English, count: size(count), separator, capitalize, number }
            }
            GeneratorRecipe::Pin { length } => Self::Pin { length: size(length) },
        }
    }
}
