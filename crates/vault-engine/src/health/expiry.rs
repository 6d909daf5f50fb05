//! Expiry of items.

use time::{Date, Duration, Month, OffsetDateTime};

use super::report::Issue;
use crate::clock::Timestamp;
use crate::item::{Day, Item, Role};

/// Returns an issue if an item has expired or expires within `soon` days. It is still valid on its last day.
pub(super) fn issue(item: &Item, now: Timestamp, soon: u32) -> Option<Issue> {
    let last = last_day(item)?;
    let seconds = i64::try_from(now.0 / 1_000).ok()?;
    let today = OffsetDateTime::from_unix_timestamp(seconds).ok()?.date();
    let days = (last - today).whole_days();
    match u32::try_from(days) {
        Ok(days) => (days <= soon).then_some(Issue::ExpiresSoon { days }),
        Err(_) => Some(Issue::Expired),
    }
}

/// Returns the earliest last day on which an item is valid.
fn last_day(item: &Item) -> Option<Date> {
    let card = item.value(Role::CardExpiry).and_then(end_of_month);
    card.into_iter().chain(item.expires.map(Day::date)).min()
}

/// Returns the last day of a month in the format `YYYY-MM`: a card is valid until its end.
fn end_of_month(text: &str) -> Option<Date> {
    let (year, month) = text.trim().split_once('-')?;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let year: i32 = year.parse().ok()?;
    let (year, next) =
        if month == Month::December { (year.checked_add(1)?, month.next()) } else { (year, month.next()) };
    Date::from_calendar_date(year, next, 1).ok()?.checked_sub(Duration::DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::SecretText;
    use crate::item::{Field, FieldId};
    use crate::item::{FieldKind, ItemType};

    #[test]
    fn the_earlier_of_item_and_card_expiry_counts() {
        let mut item = Item::new(ItemType::Card, Timestamp(0));
        assert_eq!(last_day(&item), None);
        item.expires = "2027-03-05".parse().ok();
        assert_eq!(last_day(&item).unwrap().to_string(), "2027-03-05");
        let mut month = Field::new(FieldId([1; 8]), FieldKind::Month, SecretText::from("2027-02"));
        month.role = Some(Role::CardExpiry);
        item.fields.push(month);
        assert_eq!(last_day(&item).unwrap().to_string(), "2027-02-28");
        item.expires = "2027-01-01".parse().ok();
        assert_eq!(last_day(&item).unwrap().to_string(), "2027-01-01");
    }

    #[test]
    fn a_month_ends_with_its_last_day() {
        for (month, last) in [("2027-01", "2027-01-31"), ("2028-02", "2028-02-29"), ("2027-12", "2027-12-31")]
        {
            assert_eq!(end_of_month(month).unwrap().to_string(), last);
        }
        for wrong in ["", "2027", "2027-13", "2027-00", "x-01", "99999999999-01", "12/27"] {
            assert_eq!(end_of_month(wrong), None, "{wrong}");
        }
    }
}
