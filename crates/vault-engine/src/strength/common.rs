//! Words that passwords are made of and that the estimator's English lists lack.

use std::sync::LazyLock;

/// German passwords, seasons, months, weekdays and places, the likeliest first.
const WORDS: &str = "passwort kennwort geheim hallo willkommen sommer winter herbst frühling fruehling schatz liebe coffer januar februar märz maerz april mai juni juli august september oktober november dezember montag dienstag mittwoch donnerstag freitag samstag sonntag deutschland österreich schweiz berlin hamburg münchen muenchen köln koeln wien";
/// The years; the estimator knows them as such only up to 2019.
const YEARS: std::ops::RangeInclusive<u16> = 1940..=2040;

/// All words, and the years from the newest to the oldest.
pub(super) static COMMON: LazyLock<Vec<String>> = LazyLock::new(|| {
    let years = YEARS.rev().map(|year| year.to_string());
    WORDS.split_whitespace().map(str::to_owned).chain(years).collect()
});

/// Returns whether a word is a year.
pub(super) fn is_year(word: &str) -> bool {
    word.parse::<u16>().is_ok_and(|year| YEARS.contains(&year))
}
