//! Password strength, estimated with `zxcvbn`.

use std::sync::LazyLock;

use zxcvbn::Score;
use zxcvbn::feedback::Warning;

/// Number of characters examined. The estimator's work grows with the cube of the length: 3 ms for 40 random
/// characters, 170 ms for 100. A password that is strong at this length is strong enough.
const CHARACTERS: usize = 40;
/// Number of characters examined when there are many passwords: less than 1 ms each.
const FEWER: usize = 24;
/// The highest score that counts as weak.
const WEAK: u8 = 2;
/// Number of own words used, such as the profile's name: they make a password easier to guess.
const OWN_WORDS: usize = 16;
/// Minimum length of a master password, in characters.
const SHORTEST: usize = 8;

/// Words that passwords are made of and that the estimator's English lists lack, the likeliest first: passwords, seasons,
/// months, weekdays and rows of keys in German, and years.
static COMMON: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = [
        "passwort",
        "kennwort",
        "geheim",
        "hallo",
        "willkommen",
        "sommer",
        "winter",
        "herbst",
        "frühling",
        "fruehling",
        "qwertz",
        "qwertzu",
        "qwertzui",
        "qwertzuiop",
        "asdfghjklö",
        "yxcvbn",
        "yxcvbnm",
        "schatz",
        "liebe",
        "coffer",
        "januar",
        "februar",
        "märz",
        "maerz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "deutschland",
        "österreich",
        "schweiz",
        "berlin",
        "hamburg",
        "münchen",
        "muenchen",
        "köln",
        "koeln",
        "wien",
    ];
    // The estimator knows years as such only up to 2019.
    words.into_iter().map(str::to_owned).chain((2000..=2040).map(|year: u16| year.to_string())).collect()
});

/// Why a password is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It is short.
    Short,
    /// It is, or resembles, a commonly used password.
    Common,
    /// It is a word.
    Dictionary,
    /// It is a name.
    Name,
    /// It repeats itself.
    Repeat,
    /// It is a sequence such as `abc`.
    Sequence,
    /// It is a pattern on the keyboard.
    Keyboard,
    /// It is a date or year.
    Date,
}

/// The estimated strength of a password.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// 0 (very weak) to 4 (very strong).
    pub score: u8,
    /// The base-2 logarithm of the number of guesses needed.
    pub bits: f64,
    /// The main reason why it is weak, if it is.
    pub weakness: Option<Weakness>,
    /// Whether it is strong enough for a master password.
    pub acceptable: bool,
}

impl Weakness {
    /// Returns the name in snake_case, which the interface translates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Common => "common",
            Self::Dictionary => "dictionary",
            Self::Name => "name",
            Self::Repeat => "repeat",
            Self::Sequence => "sequence",
            Self::Keyboard => "keyboard",
            Self::Date => "date",
        }
    }

    fn from_warning(warning: Warning) -> Self {
        match warning {
            Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
                Self::Keyboard
            }
            Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => Self::Repeat,
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword => Self::Common,
            Warning::SequencesLikeAbcAreEasyToGuess => Self::Sequence,
            Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Self::Date,
            Warning::AWordByItselfIsEasyToGuess => Self::Dictionary,
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess => Self::Name,
        }
    }
}

/// Measures a password; `own_words` are words an attacker would try first, such as the user's name.
#[must_use]
pub fn measure(password: &str, own_words: &[&str]) -> Strength {
    let estimate = estimate(password, own_words, CHARACTERS);
    let score = u8::from(estimate.score());
    let short = password.chars().count() < SHORTEST;
    let weak = estimate.score() < Score::Three;
    let told = estimate.feedback().and_then(|feedback| feedback.warning()).map(Weakness::from_warning);
    Strength {
        score,
        bits: (estimate.guesses_log10() * std::f64::consts::LOG2_10).max(0.0),
        weakness: told.or((short || weak).then_some(Weakness::Short)),
        acceptable: !weak && !short,
    }
}

/// Returns the score of a password if it is weak (0 to 2). Fast enough to check many passwords.
#[must_use]
pub fn weak_score(password: &str, own_words: &[&str]) -> Option<u8> {
    Some(u8::from(estimate(password, own_words, FEWER).score())).filter(|score| *score <= WEAK)
}

/// Runs the estimator on the first `characters` of the password and of each own word.
fn estimate(password: &str, own_words: &[&str], characters: usize) -> zxcvbn::Entropy {
    let head = |text: &'_ str| text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    let own_words = own_words.iter().take(OWN_WORDS).filter_map(|word| word.get(..head(word)));
    let own_words: Vec<&str> =
        own_words.filter(|word| !word.is_empty()).chain(COMMON.iter().map(String::as_str)).collect();
    zxcvbn::zxcvbn(password.get(..head(password)).unwrap_or_default(), &own_words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_reported_with_a_reason() {
        for (password, weakness) in [
            ("", Weakness::Short),
            ("x8#K", Weakness::Short),
            ("password", Weakness::Common),
            ("p4ssw0rd", Weakness::Common),
            ("aaaaaaaa", Weakness::Repeat),
            ("abcdefghijk", Weakness::Sequence),
            ("asdfghjkl;'", Weakness::Keyboard),
            ("13.05.1990", Weakness::Date),
        ] {
            let strength = measure(password, &[]);
            assert_eq!((strength.weakness, strength.acceptable), (Some(weakness), false), "{password}");
            assert!(strength.bits >= 0.0 && strength.bits.is_finite());
        }
    }

    #[test]
    fn common_words_of_german_with_years_are_weak() {
        for password in [
            "Sommer2024!",
            "Winter2025!",
            "Fruehling2023",
            "Dezember2022!",
            "Passwort1!",
            "Hallo123!",
            "Qwertz2024",
            "Montag2026!",
            "Berlin2021!",
        ] {
            let strength = measure(password, &[]);
            assert!(!strength.acceptable && strength.weakness.is_some(), "{password}: {strength:?}");
            assert!(weak_score(password, &[]).is_some(), "{password}");
        }
    }

    #[test]
    fn strong_passwords_are_accepted() {
        for password in ["cactus-plunder-silo-overtime", "v7#Kq!2zRw9@", "Gartenzwerg im Morgengrauen 7"] {
            let strength = measure(password, &[]);
            assert!(strength.acceptable && strength.score >= 3 && strength.weakness.is_none(), "{password}");
        }
    }

    #[test]
    fn own_words_lower_the_strength() {
        let (stranger, own) =
            (measure("Rumpelstiltzkin", &[]), measure("Rumpelstiltzkin", &["rumpelstiltzkin", ""]));
        assert!(own.bits < stranger.bits && !own.acceptable);
    }

    #[test]
    fn t51_huge_passwords_are_truncated_before_the_estimate() {
        let long = "aB3$".repeat(1 << 20);
        assert_eq!(measure(&long, &[&long]), measure(&long[..CHARACTERS], &[&long[..CHARACTERS]]));
        assert_eq!(weak_score(&long, &[&long]), weak_score(&long[..FEWER], &[&long[..FEWER]]));
        assert_eq!(weak_score(&"a".repeat(1 << 20), &[]), Some(0));
        let wide = "🦀é".repeat(1 << 16);
        assert!(measure(&wide, &[]).score > 0);
    }
}
