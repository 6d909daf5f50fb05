//! Dates in filters: `2026`, `2026-11` or `2026-11-22`, in UTC.

use time::{Date, Month};

use crate::clock::Timestamp;

/// A time span; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    /// Parses a year, month or day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| match parts.next() {
            None => Some(None),
            Some(part) if part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                part.parse::<u16>().ok().map(Some)
            }
            Some(_) => None,
        };
        let (year, month, day) = (number(4)??, number(2)?, number(2)?);
        if parts.next().is_some() {
            return None;
        }
        let small = |number: u16| u8::try_from(number).ok();
        let date = |year: u16, month: u8, day: u8| {
            Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()
        };
        let start = date(year, small(month.unwrap_or(1))?, small(day.unwrap_or(1))?)?;
        let end = match (month, day) {
            (None, _) => date(year.checked_add(1)?, 1, 1)?,
            (Some(12), None) => date(year.checked_add(1)?, 1, 1)?,
            (Some(month), None) => date(year, small(month)? + 1, 1)?,
            (Some(_), Some(_)) => start.next_day()?,
        };
        Some(Self { start: moment(start)?, end: moment(end)? })
    }
}

fn moment(date: Date) -> Option<Timestamp> {
    let seconds = date.midnight().assume_utc().unix_timestamp();
    u64::try_from(seconds).ok().map(|seconds| Timestamp(seconds * 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_months_and_days_are_parsed_as_spans() {
        let days = |text| Span::parse(text).map(|span| (span.start.0 / 86_400_000, span.end.0 / 86_400_000));
        assert_eq!(days("1970"), Some((0, 365)));
        assert_eq!(days("1970-02"), Some((31, 59)));
        assert_eq!(days("1972-12"), Some((1065, 1096)));
        assert_eq!(days("2024-02-29"), Some((19_782, 19_783)));
        for wrong in
            ["", "24", "20244", "2023-02-29", "2024-13", "2024-1", "2024-01-01-01", "1969", "2024-", "+024"]
        {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
