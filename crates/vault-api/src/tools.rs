//! The generator and the strength meter, which need no open profile, and what the generator made before, which does.

use vault_engine::SecretText;
use vault_engine::clock::Rng;
use vault_engine::generator::{
    self, AMBIGUOUS, Classes, Generated, GeneratorError, Recipe, Rules, Separator, UserName, WordList,
};
use vault_engine::session::Session;
use vault_engine::strength;

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{
    ErrorCode, ErrorView, GeneratedEntry, GeneratedView, GeneratorRecipe, InputProblem, StrengthView,
    WordListView, WordSeparator,
};

/// The longest text that the history takes, in bytes.
const LONGEST: usize = 1 << 10;

impl Coffer {
    /// Makes a password, passphrase, user name or PIN.
    ///
    /// # Errors
    /// `invalid_input` for a recipe out of bounds, `generator_too_strict` for rules that leave too little.
    pub fn generator_make(&self, recipe: &GeneratorRecipe) -> Outcome<GeneratedView> {
        let made = generate(recipe, &mut (self.make_rng)())?;
        Ok(GeneratedView { password: made.text.expose().to_owned(), entropy_bits: made.entropy_bits })
    }

    /// Keeps something the generator made, so that it can be found again. Where that cannot be kept, it is not: a locked
    /// profile, or one that is open for reading only.
    ///
    /// # Errors
    /// `invalid_input` for a text that is too long to be of the generator, or the disk.
    pub async fn generator_keep(&self, password: SecretText) -> Outcome<()> {
        if password.expose().len() > LONGEST {
            return Err(ErrorView::invalid(InputProblem::GeneratedLong));
        }
        self.owner
            .call(move |state| match &mut state.open {
                Some(open) if open.session.read_only().is_none() => {
                    Ok(open.session.keep_generated(password)?)
                }
                _ => Ok(()),
            })
            .await
    }

    /// What was kept of the generator, the newest first.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn generator_history(&self) -> Outcome<Vec<GeneratedEntry>> {
        self.read(|session| {
            let history = session.generated()?;
            let entry = |(index, made): (u32, &generator::Made)| GeneratedEntry {
                index,
                at: made.at.0,
                length: u32::try_from(made.text.expose().chars().count()).unwrap_or(u32::MAX),
            };
            Ok((0..).zip(history.entries()).map(entry).collect())
        })
        .await
    }

    /// One of them, to be shown or copied. `at` must be its time: what was kept meanwhile has moved it.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn generator_past(&self, index: u32, at: u64) -> Outcome<SecretText> {
        self.read(move |session| past(session, index, at)).await
    }

    /// Forgets all of them.
    ///
    /// # Errors
    /// `locked`, `profile_read_only`, or the disk.
    pub async fn generator_forget(&self) -> Outcome<()> {
        self.read(|session| Ok(session.forget_generated()?)).await
    }
}

fn past(session: &Session, index: u32, at: u64) -> Outcome<SecretText> {
    let history = session.generated()?;
    let made = usize::try_from(index).ok().and_then(|index| history.entries().get(index));
    let made = made.filter(|made| made.at.0 == at).ok_or(ErrorCode::NotFound)?;
    Ok(made.text.duplicate())
}

/// Measures how hard a password is to guess.
#[must_use]
pub fn strength_measure(password: &SecretText) -> StrengthView {
    let strength::Strength { score, bits, weakness, acceptable } = strength::measure(password.expose(), &[]);
    StrengthView { score, bits, warning: weakness.map(|weakness| weakness.name().to_owned()), acceptable }
}

impl From<GeneratorError> for ErrorView {
    fn from(error: GeneratorError) -> Self {
        match error {
            GeneratorError::Length => Self::invalid(InputProblem::GeneratorLength),
            GeneratorError::NoClass | GeneratorError::TooStrict => ErrorCode::GeneratorTooStrict.into(),
            GeneratorError::Randomness => ErrorCode::Internal.into(),
        }
    }
}

fn generate(recipe: &GeneratorRecipe, rng: &mut Rng) -> Result<Generated, GeneratorError> {
    // A length no `usize` holds is out of range anyway.
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
            Rules {
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

impl From<WordListView> for WordList {
    fn from(list: WordListView) -> Self {
        match list {
            WordListView::English => Self::English,
            WordListView::German => Self::German,
        }
    }
}

impl From<WordSeparator> for Separator {
    fn from(separator: WordSeparator) -> Self {
        match separator {
            WordSeparator::Hyphen => Self::Hyphen,
            WordSeparator::Space => Self::Space,
            WordSeparator::Dot => Self::Dot,
            WordSeparator::Underscore => Self::Underscore,
            WordSeparator::Digit => Self::Digit,
        }
    }
}
