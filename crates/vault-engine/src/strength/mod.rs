//! Password strength, estimated with `zxcvbn`, and the one scale of bits.

mod common;
mod keyboard;

use zxcvbn::Entropy;
use zxcvbn::feedback::Warning;
use zxcvbn::matching::patterns::MatchPattern;

use common::{COMMON, is_year};

/// Number of characters examined. The estimator's work grows with the cube of the length: 3 ms for 40 random
/// characters, 170 ms for 100. A password that is strong at this length is strong enough.
const CHARACTERS: usize = 40;
/// Number of characters examined when there are many passwords: less than 1 ms each.
const FEWER: usize = 24;
/// The bits from which a secret counts as weak (1), fair (2), strong (3) and very strong (4); below, it is very weak (0).
const SCALE: [f64; 4] = [20.0, 30.0, 38.0, 60.0];
/// The highest score that counts as weak.
const WEAK: u8 = 1;
/// The lowest score of a master password.
const STRONG: u8 = 3;
/// Number of own words used, such as the profile's name: they make a password easier to guess.
const OWN_WORDS: usize = 16;
/// Minimum length of a part of an own word, in characters.
const SHORTEST_WORD: usize = 3;
/// Minimum length of a master password, in characters.
const SHORTEST: usize = 8;

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
    /// It contains a word about the user or the item, such as the name of the profile.
    Own,
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
    /// The main reason why it is not strong, if it is not.
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
            Self::Own => "own",
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

/// Returns the score of a secret with so many bits, 0 (very weak) to 4 (very strong). Whatever made the secret, and wherever
/// its strength is shown, the words follow this scale.
#[must_use]
pub fn score(bits: f64) -> u8 {
    SCALE.into_iter().zip(1..).take_while(|(from, _)| bits >= *from).last().map_or(0, |(_, score)| score)
}

/// Measures a password; `own_words` are words an attacker would try first, such as the user's name.
#[must_use]
pub fn measure(password: &str, own_words: &[&str]) -> Strength {
    let examined = Examined::new(password, own_words, CHARACTERS);
    let bits = examined.bits();
    let score = score(bits);
    let short = password.chars().count() < SHORTEST;
    let reason = || if short { Weakness::Short } else { examined.weakness() };
    Strength {
        score,
        bits,
        weakness: (short || score < STRONG).then(reason),
        acceptable: !short && score >= STRONG,
    }
}

/// Returns the strength of a generated password from its exact number of bits.
#[must_use]
pub fn of_generated(password: &str, bits: f64) -> Strength {
    let score = score(bits);
    let enough = score >= STRONG && password.chars().count() >= SHORTEST;
    Strength { score, bits, weakness: (!enough).then_some(Weakness::Short), acceptable: enough }
}

/// Returns the score of a password if it is weak (0 or 1). Fast enough to check many passwords.
#[must_use]
pub fn weak_score(password: &str, own_words: &[&str]) -> Option<u8> {
    Some(score(Examined::new(password, own_words, FEWER).bits())).filter(|score| *score <= WEAK)
}

/// A password with the words that it was compared with, in lower case.
struct Examined {
    own: Vec<String>,
    walks: Vec<String>,
    estimate: Entropy,
}

impl Examined {
    /// Runs the estimator on the first `characters` of the password and of each own word.
    fn new(password: &str, own_words: &[&str], characters: usize) -> Self {
        let head = |text: &str| text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
        let password = password.get(..head(password)).unwrap_or_default();
        let own_words = own_words.iter().take(OWN_WORDS).filter_map(|word| word.get(..head(word)));
        let own: Vec<String> = own_words.flat_map(parts).collect();
        let walks: Vec<String> = keyboard::walks(password).into_iter().map(str::to_lowercase).collect();
        let words: Vec<&str> = own.iter().chain(&walks).chain(COMMON.iter()).map(String::as_str).collect();
        let estimate = zxcvbn::zxcvbn(password, &words);
        Self { own, walks, estimate }
    }

    /// Returns the base-2 logarithm of the number of guesses.
    fn bits(&self) -> f64 {
        (self.estimate.guesses_log10() * std::f64::consts::LOG2_10).max(0.0)
    }

    /// Returns the reason of the longest part that is easy to guess, an own word before any other.
    fn weakness(&self) -> Weakness {
        let told =
            self.estimate.feedback().and_then(|feedback| feedback.warning()).map(Weakness::from_warning);
        let reasons = self.estimate.sequence().iter().filter_map(|part| {
            let reason = match &part.pattern {
                MatchPattern::Dictionary(found) => {
                    // Of several words with as many guesses the estimator names any, so the part itself counts too.
                    let token = part.token.to_lowercase();
                    let words = [&found.matched_word, &token];
                    let among = |list: &[String]| words.into_iter().any(|word| list.contains(word));
                    if among(&self.own) {
                        Weakness::Own
                    } else if among(&self.walks) {
                        Weakness::Keyboard
                    } else if words.into_iter().any(|word| is_year(word)) {
                        Weakness::Date
                    } else if among(&COMMON) {
                        Weakness::Common
                    } else {
                        told.unwrap_or(Weakness::Dictionary)
                    }
                }
                MatchPattern::Spatial(_) => Weakness::Keyboard,
                MatchPattern::Repeat(_) => Weakness::Repeat,
                MatchPattern::Sequence(_) => Weakness::Sequence,
                MatchPattern::Regex(_) | MatchPattern::Date(_) => Weakness::Date,
                MatchPattern::BruteForce => return None,
            };
            Some((reason == Weakness::Own, part.token.chars().count(), reason))
        });
        let longest = reasons.max_by_key(|(own, length, _)| (*own, *length));
        longest.map_or(Weakness::Short, |(_, _, reason)| reason)
    }
}

/// Returns a text and the words in it, in lower case.
fn parts(text: &str) -> impl Iterator<Item = String> {
    let words =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= SHORTEST_WORD);
    words.chain([text]).filter(|word| !word.is_empty()).map(str::to_lowercase)
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
    fn the_reason_names_the_pattern() {
        let own = ["Anna Berg", "abergm"];
        for (password, weakness) in [
            ("Anna Berg 2024", Weakness::Own),
            ("berganna1!", Weakness::Own),
            ("abergm-abergm", Weakness::Own),
            ("Sommer2024!", Weakness::Common),
            ("qwertzuiop1", Weakness::Keyboard),
            ("azertyuiop", Weakness::Keyboard),
            ("asdfghjklöä", Weakness::Keyboard),
            ("äölkjhgfdsa", Weakness::Keyboard),
            ("0987654321ß", Weakness::Keyboard),
            ("!\"§$%&/()=", Weakness::Keyboard),
        ] {
            let strength = measure(password, &own);
            assert_eq!((strength.weakness, strength.acceptable), (Some(weakness), false), "{password}");
            assert!(strength.score <= 1, "{password}: {strength:?}");
        }
    }

    #[test]
    fn columns_of_keys_are_weak() {
        for password in ["1qay2wsx3edc", "3edc2wsx1qay", "1qaz2wsx3edc", "1q2w3e4r5t6z"] {
            let strength = measure(password, &[]);
            assert!(strength.score <= 1 && strength.weakness.is_some(), "{password}: {strength:?}");
        }
    }

    #[test]
    fn the_scale_has_five_words() {
        let scores = [0.0, 19.9, 20.0, 29.9, 30.0, 37.9, 38.0, 59.9, 60.0, 500.0].map(score);
        assert_eq!(scores, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(score(f64::NAN), 0);
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
        assert!(measure(&wide, &[]).bits > 0.0);
    }
}
