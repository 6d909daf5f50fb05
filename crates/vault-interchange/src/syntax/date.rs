//! Dates as text.

use time::{
    OffsetDateTime, PrimitiveDateTime,
    format_description::well_known::{Iso8601, Rfc3339},
};
use vault_engine::clock::Timestamp;
use vault_engine::item::Day;

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

/// Reads a date in one of the ways above: ISO, or seconds or milliseconds since 1970, told apart by their size.
pub(crate) fn from_any(text: &str) -> Option<Timestamp> {
    /// In seconds the year 5138, in milliseconds 1973.
    const FIRST_MILLISECONDS: i64 = 100_000_000_000;
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(number) if number < FIRST_MILLISECONDS => from_seconds(number),
        Ok(_) => from_milliseconds(text),
        // Some write a space between day and time, and leave the zone out.
        Err(_) => from_iso(text)
            .or_else(|| from_iso(&text.replacen(' ', "T", 1)))
            .or_else(|| from_iso(&format!("{text}T00:00:00"))),
    }
}

/// The number of a month, in digits or by its English name.
fn month_number(text: &str) -> Option<u8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.trim().to_lowercase();
    let named = NAMES.iter().position(|name| *name == text || (text.len() == 3 && name.starts_with(&text)));
    match named {
        Some(at) => u8::try_from(at + 1).ok(),
        None => text.parse().ok().filter(|number| (1..=12).contains(number)),
    }
}

/// Returns a day as `YYYY-MM-DD`: from that itself, at the beginning of a time too, or from `August,23,1990`.
pub(crate) fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = |day: String| day.parse::<Day>().is_ok().then_some(day);
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if let [name, day, year] = parts.as_slice() {
        let (month, day) = (month_number(name)?, day.parse::<u8>().ok()?);
        return whole(format!("{year}-{month:02}-{day:02}"));
    }
    let (date, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    if rest.is_empty() || rest.starts_with(['T', ' ']) { whole(date.to_owned()) } else { None }
}

/// Returns a month as `YYYY-MM`, from that itself, `MM/YYYY`, `MM/YY`, `MMYYYY`, `MMYY`, or `May,2008`, with any separator.
pub(crate) fn month_of(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, second) = match text.split_once(['/', '-', ',', '.', ' ']) {
        Some(parts) => parts,
        None if digits && matches!(text.len(), 4 | 6) => text.split_at_checked(2)?,
        None => return None,
    };
    let (first, second) = (first.trim(), second.trim());
    let (number, year) =
        if first.len() == 4 && first.parse::<u16>().is_ok() { (second, first) } else { (first, second) };
    month(&month_number(number)?.to_string(), year)
}

/// Returns the day, in UTC, of seconds since 1970, which may be negative; 0 is no day.
pub(crate) fn day_of_seconds(seconds: i64) -> Option<String> {
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok().filter(|_| seconds != 0)?.date();
    let (year, month, day) = date.to_calendar_date();
    (0..=9999).contains(&year).then(|| format!("{year:04}-{:02}-{day:02}", u8::from(month)))
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
    fn dates_of_programs_are_told_apart() {
        let at = |text| from_any(text).map(|at| at.0);
        assert_eq!(at("1706621831"), Some(1_706_621_831_000));
        assert_eq!(at("1600000000000"), Some(1_600_000_000_000));
        assert_eq!(at("2024-05-01T12:30:00Z"), Some(1_714_566_600_000));
        assert_eq!(at("2024-05-01 12:30:00"), Some(1_714_566_600_000));
        assert_eq!(at("2018-04-02"), Some(1_522_627_200_000));
        for wrong in ["", "-1", "01/02/2024", "1e9", "99999999999999999999"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_and_months_are_read_from_words_too() {
        assert_eq!(day("August,23,1990").as_deref(), Some("1990-08-23"));
        assert_eq!(day("2022-01-30").as_deref(), Some("2022-01-30"));
        assert_eq!(day("2022-01-30T00:00:00Z").as_deref(), Some("2022-01-30"));
        for wrong in
            ["", "April,123,123123", "2022-02-30", "12/2/20", "August,23,90", "2022-01-301", "x,1,2000"]
        {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        for (text, month) in [
            ("May,2008", "2008-05"),
            ("April,29", "2029-04"),
            ("01/2030", "2030-01"),
            ("4/28", "2028-04"),
            ("2024-02", "2024-02"),
            ("022024", "2024-02"),
            ("1130", "2030-11"),
        ] {
            assert_eq!(month_of(text).as_deref(), Some(month), "{text}");
        }
        for wrong in ["", ",", "13/2030", "2024", "January", "January,", "2024-02-03", "é/2030"] {
            assert_eq!(month_of(wrong), None, "{wrong}");
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
    fn days_before_1970_are_days() {
        assert_eq!(day_of_seconds(347_198_460).as_deref(), Some("1981-01-01"));
        assert_eq!(day_of_seconds(-86_400).as_deref(), Some("1969-12-31"));
        assert!(day_of_seconds(0).is_none() && day_of_seconds(i64::MAX).is_none());
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
