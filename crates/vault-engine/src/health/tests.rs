//! Tests of the findings.

use vault_crypto::SecretText;
use vault_testkit::FixedRng;
use vault_wire::ItemId;

use crate::clock::Timestamp;
use crate::health::*;
use crate::item::{Field, FieldId, FieldKind, Item, ItemType, PastValue, Role};

/// 21 September 2026.
const NOW: Timestamp = Timestamp(1_790_000_000_000);
const DAY: u64 = 86_400_000;
/// Distinct strong passwords.
const STRONG: [&str; 3] = ["cactus-plunder-silo-overtime", "v7#Kq!2zRw9@x", "Gartenzwerg im Morgengrauen 7"];

fn id(number: u8) -> ItemId {
    ItemId::from_bytes([number; 16])
}

fn with(mut item: Item, role: Role, value: &str) -> Item {
    let number = u8::try_from(item.fields.len()).unwrap();
    let mut field = Field::new(FieldId([number; 8]), FieldKind::Text, SecretText::from(value));
    field.role = Some(role);
    item.fields.push(field);
    item
}

/// Returns a login without issues.
fn login(username: &str, password: &str, url: &str) -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(NOW.0 - 10 * DAY));
    item.title = "A login".to_owned();
    item.urls = vec![url.to_owned()];
    with(with(item, Role::Username, username), Role::Password, password)
}

fn run(settings: Settings, items: &[Item]) -> Report {
    let mut examiner = Analyzer::new(settings, NOW, &mut FixedRng::new(1));
    for (number, item) in (1..).zip(items) {
        examiner.look(id(number), item);
    }
    examiner.finish()
}

fn issues(items: &[Item]) -> Vec<(ItemId, Issue)> {
    run(Settings::default(), items).findings().iter().map(|found| (found.item, found.issue)).collect()
}

#[test]
fn a_good_login_has_no_issues() {
    let report = run(Settings::default(), &[login("ann", STRONG[0], "https://example.org")]);
    assert_eq!(report.findings(), &[]);
    assert_eq!((report.examined, report.unreadable, report.items()), (1, 0, 0));
    assert_eq!(report.breached, Breached::Off);
}

#[test]
fn weak_passwords_are_found_with_own_words() {
    assert_eq!(
        issues(&[login("ann", "password1", "https://example.org")]),
        [(id(1), Issue::Weak { score: 0 })]
    );
    // Strong without the own words.
    let own = login("rumpelstiltzkin", "rumpelstiltzkin", "https://example.org");
    assert!(matches!(issues(&[own])[..], [(_, Issue::Weak { .. })]));
    let of_the_network = with(Item::new(ItemType::Note, NOW), Role::Password, "12345678");
    assert_eq!(issues(&[of_the_network]), [(id(1), Issue::Weak { score: 0 })]);
}

#[test]
fn reuse_and_duplicates_are_distinguished_by_account() {
    let a = || login("ann", STRONG[0], "https://example.org");
    let b = || login("ann", STRONG[0], "https://example.net");
    let other = login("bob", STRONG[1], "https://example.net");
    // Grouped by digest, so in any order.
    let mut reused = issues(&[a(), b(), other]);
    reused.sort_unstable();
    assert_eq!(reused, [(id(1), Issue::Reused { others: 1 }), (id(2), Issue::Reused { others: 1 })]);
    assert_eq!(
        issues(&[a(), a()]),
        [(id(1), Issue::Duplicate { others: 1 }), (id(2), Issue::Duplicate { others: 1 })]
    );
    let both = issues(&[a(), b(), a()]);
    assert_eq!(both.iter().filter(|(_, issue)| *issue == Issue::Reused { others: 2 }).count(), 3);
    assert_eq!(both.iter().filter(|(_, issue)| *issue == Issue::Duplicate { others: 1 }).count(), 2);
}

#[test]
fn other_items_are_duplicates_if_all_texts_are_equal() {
    let note = |text: &str| {
        let mut note = Item::new(ItemType::Note, NOW);
        note.title = "A note".to_owned();
        note.notes = SecretText::from(text);
        note
    };
    assert_eq!(issues(&[note("a"), note("b")]), []);
    assert_eq!(issues(&[note("a"), note("b"), note("a")]).len(), 2);
    // The boundary between fields is part of the digest.
    let identity = |first: &str, last: &str| {
        with(with(Item::new(ItemType::Identity, NOW), Role::FirstName, first), Role::LastName, last)
    };
    assert_eq!(issues(&[identity("Ann", "a"), identity("An", "na")]), []);
}

#[test]
fn password_age_starts_at_the_last_change() {
    let settings = Settings { old_after: Some(30), ..Settings::default() };
    let aged = |created: u64, changed: Option<u64>| {
        let mut item = login("ann", STRONG[0], "https://example.org");
        item.created_at = Timestamp(NOW.0 - created * DAY);
        item.modified_at = NOW;
        let replaced = |days: u64| PastValue {
            value: SecretText::from("old"),
            replaced_at: Timestamp(NOW.0 - days * DAY),
        };
        item.fields[1].history.extend(changed.map(replaced));
        item.fields[1].history.push(replaced(1_000));
        if changed.is_none() {
            item.fields[1].history.clear();
        }
        run(settings, &[item]).findings().iter().map(|found| found.issue).collect::<Vec<_>>()
    };
    assert_eq!(aged(31, None), [Issue::Old { days: 31 }]);
    assert_eq!(aged(30, None), []);
    assert_eq!(aged(500, Some(5)), []);
    assert_eq!(aged(500, Some(40)), [Issue::Old { days: 40 }]);
    // An import that did not say when a password was replaced.
    let mut undated = login("ann", STRONG[0], "https://example.org");
    undated.created_at = Timestamp(NOW.0 - 10 * DAY);
    undated.fields[1]
        .history
        .push(PastValue { value: SecretText::from("old"), replaced_at: Timestamp::UNKNOWN });
    assert_eq!(run(settings, &[undated]).findings(), &[]);
    // The clock was set back.
    let mut future = login("ann", STRONG[0], "https://example.org");
    future.created_at = Timestamp(u64::MAX);
    assert_eq!(run(settings, &[future]).findings(), &[]);
    let never = Settings { old_after: None, ..settings };
    let mut ancient = login("ann", STRONG[0], "https://example.org");
    ancient.created_at = Timestamp(0);
    assert_eq!(run(never, &[ancient]).findings(), &[]);
}

#[test]
fn cards_expire_at_the_end_of_their_month() {
    let card = |month: &str| issues(&[with(Item::new(ItemType::Card, NOW), Role::CardExpiry, month)]);
    assert_eq!(card("2026-08"), [(id(1), Issue::Expired)]);
    assert_eq!(card("2026-09"), [(id(1), Issue::ExpiresSoon { days: 9 })]);
    assert_eq!(card("2026-10"), []);
    assert_eq!(card("next year"), []);
}

#[test]
fn items_expire_after_the_earlier_of_two_days() {
    let expires = |day: &str, month: &str| {
        let mut item = with(Item::new(ItemType::Card, NOW), Role::CardExpiry, month);
        item.expires = Some(day.parse().unwrap());
        issues(&[item]).into_iter().map(|(_, issue)| issue).collect::<Vec<_>>()
    };
    assert_eq!(expires("2026-09-20", ""), [Issue::Expired]);
    assert_eq!(expires("2026-09-21", ""), [Issue::ExpiresSoon { days: 0 }]);
    assert_eq!(expires("2026-10-21", ""), [Issue::ExpiresSoon { days: 30 }]);
    assert_eq!(expires("2026-10-22", ""), []);
    assert_eq!(expires("2030-01-01", "2026-08"), [Issue::Expired]);
}

#[test]
fn templates_are_skipped_and_passkeys_are_complete() {
    let mut template = login("", "12345678", "http://example.org");
    template.flags.template = true;
    assert_eq!(run(Settings::default(), &[template]).examined, 0);
    let mut passkey = login("", "", "https://github.com");
    assert_eq!(issues(&[login("", "", "https://github.com")]).len(), 1);
    passkey.passkeys.push(crate::item::sample_passkey(1));
    assert_eq!(issues(&[passkey]), []);
}

#[test]
fn addresses_missing_codes_and_gaps_are_reported() {
    let plain = login("ann", STRONG[0], "http://example.org");
    assert_eq!(issues(&[plain]), [(id(1), Issue::Unencrypted)]);
    let known = || login("ann", STRONG[0], "https://github.com/login");
    assert_eq!(issues(&[known()]), [(id(1), Issue::NoCode)]);
    let mut with_code = with(known(), Role::Code, "otpauth://totp/x?secret=MZXW6YTBOI");
    with_code.fields[2].kind = FieldKind::Code;
    assert_eq!(issues(&[with_code]), []);
    for (username, password, url, missing) in [
        ("ann", "", "https://example.org", Missing::Password),
        ("", STRONG[0], "https://example.org", Missing::Username),
        ("", "", "", Missing::Password),
    ] {
        assert_eq!(issues(&[login(username, password, url)]), [(id(1), Issue::Incomplete { missing })]);
    }
    let mut nowhere = login("ann", STRONG[0], "");
    nowhere.urls.clear();
    assert_eq!(issues(&[nowhere]), [(id(1), Issue::Incomplete { missing: Missing::Address })]);
}

#[test]
fn findings_are_sorted_and_selected_by_kind() {
    let items = [
        login("ann", "password1", "http://example.org"),
        login("ann", "Tr0ub4dour", "https://example.net"),
        login("bob", "Tr0ub4dour", "https://example.com"),
    ];
    let report = run(Settings::default(), &items);
    assert!(report.findings().is_sorted_by_key(|found| found.issue.kind()));
    let counts = IssueKind::ALL.map(|kind| report.of(kind).len());
    assert_eq!(counts.iter().sum::<usize>(), report.findings().len());
    assert_eq!((report.of(IssueKind::Reused).len(), report.of(IssueKind::Unencrypted).len()), (2, 1));
    assert!(report.of(IssueKind::Weak).is_sorted_by_key(|found| match found.issue {
        Issue::Weak { score } => score,
        _ => panic!("another kind"),
    }));
    assert_eq!(report.items(), 3);
}

#[test]
fn digests_differ_between_runs() {
    let digests = |seed| {
        let mut examiner = Analyzer::new(Settings::default(), NOW, &mut FixedRng::new(seed));
        examiner.look(id(1), &login("ann", STRONG[0], "https://example.org"));
        examiner.digests()
    };
    assert_eq!(digests(1), digests(1));
    assert!(digests(1).iter().zip(digests(2)).all(|(one, other)| *one != other));
}

#[test]
fn t44_no_prefix_is_computed_unless_enabled() {
    let item = || login("ann", "password", "https://example.org");
    let mut off = Analyzer::new(Settings::default(), NOW, &mut FixedRng::new(1));
    off.look(id(1), &item());
    assert_eq!(off.next_prefix(), None);
    assert_eq!(off.finish().breached, Breached::Off);

    let on = Settings { breached: true, ..Settings::default() };
    let mut on = Analyzer::new(on, NOW, &mut FixedRng::new(1));
    on.look(id(1), &item());
    on.look(id(2), &login("bob", "password", "https://example.net"));
    on.look(id(3), &login("bob", STRONG[1], "https://example.net"));
    assert_eq!(on.prefixes_left(), 2);
    let prefix = Prefix::of("password");
    assert_eq!(on.pop_prefix(prefix), [id(1), id(2)]);
    let range = Range::parse(b"1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n").unwrap();
    on.compare(id(1), &item(), prefix, &range);
    // The password was changed meanwhile and has another prefix.
    on.compare(id(2), &login("bob", STRONG[2], "https://example.net"), prefix, &range);
    assert_eq!(on.next_prefix(), Some(Prefix::of(STRONG[1])));
    let report = on.finish();
    assert_eq!(
        report.of(IssueKind::Breached),
        &[Finding { item: id(1), issue: Issue::Breached { times: 9_545_824 } }]
    );
    assert_eq!(report.breached, Breached::Incomplete { unknown: 1 }, "one query had no response");
}
