//! Dates as text.

use time::{
    OffsetDateTime, PrimitiveDateTime,
    format_description::well_known::{Iso8601, Rfc3339},
};
use vault_engine::clock::Timestamp;

/// The end of the year 9999 in milliseconds; a larger number is not a date.
const LATEST: u64 = 253_402_300_799_999;

/// Reads `2024-05-01T12:30:00.123Z`, with any offset, or without one as UTC.
pub(crate) fn from_iso(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let moment = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| PrimitiveDateTime::parse(text, &Iso8601::PARSING).map(PrimitiveDateTime::assume_utc))
        .ok()?;
    let milliseconds = moment.unix_timestamp_nanos().div_euclid(1_000_000);
    u64::try_from(milliseconds).ok().filter(|at| *at <= LATEST).map(Timestamp)
}

/// Reads milliseconds since 1970.
pub(crate) fn from_milliseconds(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok().filter(|at| *at <= LATEST).map(Timestamp)
}

/// Reads seconds since 1970.
pub(crate) fn from_seconds(seconds: i64) -> Option<Timestamp> {
    let milliseconds = u64::try_from(seconds).ok()?.checked_mul(1_000)?;
    Some(milliseconds).filter(|at| *at <= LATEST).map(Timestamp)
}

/// Returns the month of expiry of a payment card as `YYYY-MM`; the year has two or four digits.
pub(crate) fn month(month: &str, year: &str) -> Option<String> {
    let (month, year) = (month.trim(), year.trim());
    let number: u8 = month.parse().ok().filter(|number| (1..=12).contains(number))?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match year.len() {
        4 => Some(format!("{year}-{number:02}")),
        2 => Some(format!("20{year}-{number:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates_are_read_to_the_millisecond() {
        let at = |text| from_iso(text).map(|at| at.0);
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(at("2024-05-01T12:30:00.123Z"), Some(1_714_566_600_123));
        assert_eq!(at("2024-05-01T14:30:00.1239999+02:00"), Some(1_714_566_600_123));
        assert_eq!(at(" 2024-05-01T12:30:00 "), Some(1_714_566_600_000));
        for wrong in ["", "yesterday", "2024-13-01T00:00:00Z", "1969-12-31T23:59:59Z", "1714566600123"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn milliseconds_after_the_year_9999_are_refused() {
        assert_eq!(from_milliseconds("1600000000000"), Some(Timestamp(1_600_000_000_000)));
        for wrong in ["", "-1", "1.5", "253402300800000", "18446744073709551616"] {
            assert_eq!(from_milliseconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn card_month_gets_a_year_of_four_digits() {
        assert_eq!(month("3", "2027").as_deref(), Some("2027-03"));
        assert_eq!(month("12", "27").as_deref(), Some("2027-12"));
        for (m, y) in [
            ("", "2027"),
            ("13", "2027"),
            ("0", "27"),
            ("3", ""),
            ("3", "127"),
            ("3", "+027"),
            ("March", "2027"),
        ] {
            assert_eq!(month(m, y), None, "{m}/{y}");
        }
    }
}
