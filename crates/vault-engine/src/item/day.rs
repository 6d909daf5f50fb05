//! Calendar days and months.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month};

/// A calendar day from year 0 to 9999, without time or time zone, such as the expiry date of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

/// The error for a text that is not a day in the format `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day in the format YYYY-MM-DD")]
pub struct NotADay;

impl Day {
    /// Returns the UTC day of a timestamp. Timestamps after the year 9999 return its last day.
    #[must_use]
    pub fn of(at: crate::clock::Timestamp) -> Self {
        const LAST: Date = match Date::from_calendar_date(9999, Month::December, 31) {
            Ok(last) => last,
            Err(_) => Date::MAX,
        };
        let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX);
        let day = time::OffsetDateTime::from_unix_timestamp(seconds).map(time::OffsetDateTime::date);
        Self(day.map_or(LAST, |day| day.min(LAST)))
    }

    /// Returns the last second of the day in UTC; `None` before 1970.
    #[must_use]
    pub fn end(self) -> Option<crate::clock::Timestamp> {
        let seconds = self.0.with_hms(23, 59, 59).ok()?.assume_utc().unix_timestamp();
        Some(crate::clock::Timestamp(u64::try_from(seconds).ok()?.saturating_mul(1_000)))
    }

    /// Returns the day as a date for calendar arithmetic.
    pub(crate) const fn date(self) -> Date {
        self.0
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let part = |from, to| {
            let digits: &str = text.get(from..to).ok_or(NotADay)?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| plain).ok_or(NotADay)
        };
        let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
        let month = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok()).ok_or(NotADay)?;
        let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).map_err(|_| NotADay)?);
        date.ok().filter(|_| shaped).map(Self).ok_or(NotADay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

/// Returns whether a text is a month in the format `YYYY-MM`.
pub(super) fn is_month(text: &str) -> bool {
    format!("{text}-01").parse::<Day>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn only_the_format_yyyy_mm_dd_is_parsed() {
        for text in ["2027-01-31", "0000-02-29", "9999-12-31", "2024-02-29"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2027-1-31",
            "2027-02-29",
            "2027-13-01",
            "+027-01-01",
            "2027/01/01",
            "2027-01-011",
            "２027-01-01",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
        assert!("2027-01-31".parse::<Day>().unwrap() < "2027-02-01".parse::<Day>().unwrap());
        assert!(is_month("2027-12") && !is_month("2027-13") && !is_month("12/27"));
    }

    #[test]
    fn timestamps_map_to_utc_days() {
        for (at, day) in [
            (0, "1970-01-01"),
            (86_399_999, "1970-01-01"),
            (86_400_000, "1970-01-02"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Day::of(Timestamp(at)).to_string(), day);
        }
    }
}
