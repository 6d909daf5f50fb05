use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_crypto::SecretText;

use super::*;
use crate::item::{FieldId, host};
use crate::session::{Scope, Sort};

const NEVER: &dyn Fn() -> bool = &|| false;

fn id(number: u8) -> ItemId {
    ItemId::from_bytes([number; 16])
}

fn entry<'a>(number: u8, title: &'a str, words: &'a str) -> Entry<'a> {
    Entry {
        vault: VaultId::from_bytes([1; 16]),
        id: id(number),
        item_type: ItemType::Login,
        place: Place::Listed,
        title,
        words,
        tags: &[],
        folder: None,
        favourite: false,
        has_code: false,
        has_attachments: false,
        created_at: Timestamp(0),
        modified_at: Timestamp(0),
    }
}

fn found(index: &Index, text: &str) -> Vec<u8> {
    found_in(index, text, &Scope::All)
}

fn found_in(index: &Index, text: &str, scope: &Scope) -> Vec<u8> {
    let hits = index.search(&SearchQuery::parse(text), scope, Sort::Title, 0, 500, NEVER).unwrap();
    assert_eq!(hits.total, hits.ids.len());
    hits.ids.iter().map(|id| id.as_bytes()[0]).collect()
}

fn index<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Index {
    let mut index = Index::default();
    entries.into_iter().for_each(|entry| index.put(&entry));
    index
}

#[test]
fn better_fits_come_first() {
    let index = index([
        entry(1, "Widget Hub", ""),
        entry(2, "My Bank", "\u{1f}eurohub.example\u{1f}"),
        entry(3, "Hub", ""),
        entry(4, "Hubble", ""),
        entry(5, "GitHub", ""),
        entry(6, "Bank", "hub-user\u{1f}\u{1f}"),
    ]);
    assert_eq!(found(&index, "hub"), [3, 4, 1, 6, 5, 2]);
}

#[test]
fn among_equals_favourites_and_recent_ones_come_first() {
    let index = index([
        entry(1, "Mail one", ""),
        Entry { modified_at: Timestamp(5), ..entry(2, "Mail two", "") },
        Entry { favourite: true, ..entry(3, "Mail three", "") },
    ]);
    assert_eq!(found(&index, "mail"), [3, 2, 1]);
}

#[test]
fn every_word_must_be_found_wherever_it_stands() {
    let index = index([
        entry(1, "Github work", "ann@example.com\u{1f}github.com\u{1f}Recovery phrase"),
        entry(2, "Github", "bob\u{1f}github.com\u{1f}"),
    ]);
    assert_eq!(found(&index, "github ann"), [1]);
    assert_eq!(found(&index, "hub work"), [1]);
    assert_eq!(found(&index, "recovery"), [1]);
    assert_eq!(found(&index, "\"recovery phrase\""), [1]);
    assert_eq!(found(&index, "\"phrase recovery\""), [0_u8; 0]);
    assert_eq!(found(&index, "https://github.com/login?x=1 bob"), [2]);
    assert_eq!(host("https://github.com/login").as_deref(), Some("github.com"));
}

#[test]
fn case_and_diacritics_do_not_matter() {
    let index = index([entry(1, "Café Zürich", ""), entry(2, "Straße", "")]);
    assert_eq!(found(&index, "CAFE"), [1]);
    assert_eq!(found(&index, "zürich"), [1]);
    assert_eq!(found(&index, "zurich"), [1]);
    assert_eq!(found(&index, "STRASSE"), [2]);
}

#[test]
fn filters_combine_with_words_and_with_each_other() {
    let (work, home) = (["Work".to_owned(), "two words".to_owned()], ["Home".to_owned()]);
    let index = index([
        Entry {
            vault: VaultId::from_bytes([1; 16]),
            tags: &work,
            has_code: true,
            folder: Some("Clients/Ärzte"),
            ..entry(1, "Github", "\u{1f}github.com\u{1f}")
        },
        Entry { tags: &home, has_attachments: true, folder: Some("Clients"), ..entry(2, "Github", "") },
        Entry { item_type: ItemType::Card, favourite: true, ..entry(3, "Github card", "") },
        Entry { place: Place::Archived, ..entry(4, "Github old", "") },
        Entry { place: Place::Trashed, tags: &work, ..entry(5, "Github gone", "") },
    ]);
    for (text, expected) in [
        ("tag:work", &[1][..]),
        ("tag:wo", &[1]),
        ("tag:\"wo\"", &[]),
        ("tag:\"two words\"", &[1]),
        ("-tag:work github", &[2, 3]),
        ("-tag:work -tag:home", &[3]),
        ("type:card", &[3]),
        ("type:ca github", &[3]),
        ("type:nonsense", &[]),
        ("has:totp", &[1]),
        ("has:attachment", &[2]),
        ("-has:totp has:file", &[2]),
        ("is:favourite", &[3]),
        ("is:favorite", &[3]),
        ("url:github", &[1]),
        ("url:hub.com", &[1]),
        ("folder:clients", &[1, 2]),
        ("folder:\"clients\"", &[1, 2]),
        ("folder:clients/arz", &[1]),
        ("-folder:clients", &[3]),
        ("tag:", &[1, 2, 3]),
        ("TAG:WORK GIT", &[1]),
    ] {
        let mut hits = found(&index, text);
        if !text.contains("github") {
            hits.sort_unstable();
        }
        assert_eq!(hits, expected, "{text}");
    }
    assert_eq!(found_in(&index, "github", &Scope::Trash), [5]);
    assert_eq!(found_in(&index, "github", &Scope::Archive), [4]);
    assert_eq!(found_in(&index, "github", &Scope::Favourites), [3]);
    assert_eq!(found_in(&index, "github", &Scope::Type(ItemType::Card)), [3]);
    assert_eq!(found_in(&index, "github", &Scope::Tag("Work".into())), [1]);
    assert_eq!(found_in(&index, "", &Scope::Folder("Clients".into())), [1, 2]);
    assert_eq!(found_in(&index, "", &Scope::Folder("Client".into())), [0_u8; 0]);
}

#[test]
fn without_words_the_sort_decides_and_pages_follow_each_other() {
    let titles: Vec<String> = (0..40_u8).map(|n| format!("Item {:02}", 39 - n)).collect();
    let at = |n: u8| Timestamp(u64::from(n) * 7 % 40);
    let index = index((0_u8..).zip(&titles).map(|(n, title)| Entry {
        modified_at: at(n),
        created_at: Timestamp(n.into()),
        ..entry(n, title, "")
    }));
    let query = SearchQuery::parse("type:login");
    for sort in [Sort::Title, Sort::Modified, Sort::Created] {
        let page = |offset| index.search(&query, &Scope::All, sort, offset, 15, NEVER).unwrap();
        let ids: Vec<u8> =
            [0, 15, 30, 45].into_iter().flat_map(|o| page(o).ids).map(|id| id.as_bytes()[0]).collect();
        assert_eq!(page(0).total, 40);
        assert_eq!(ids.len(), 40);
        match sort {
            Sort::Title => assert!(ids.is_sorted_by_key(|n| &titles[usize::from(*n)])),
            Sort::Modified => assert!(ids.is_sorted_by_key(|n| std::cmp::Reverse(at(*n)))),
            Sort::Created => assert!(ids.is_sorted_by_key(|n| std::cmp::Reverse(*n))),
        }
    }
}

#[test]
fn what_nearly_fits_follows_only_when_little_fits() {
    let few = index([entry(1, "Github", ""), entry(2, "Gitlab", ""), entry(3, "Great Horned Owl", "")]);
    assert_eq!(found(&few, "githb"), [1]);
    assert_eq!(found(&few, "gtihub"), [1]);
    assert_eq!(found(&few, "gho"), [3]);
    assert_eq!(found(&few, "xyzzy"), [0_u8; 0]);
    assert_eq!(found(&few, "gitl"), [2, 1]);

    let titles: Vec<String> = (0..12).map(|n| format!("Gitlab {n}")).collect();
    let mut many = index((10_u8..).zip(&titles).map(|(n, title)| entry(n, title, "")));
    many.put(&entry(1, "Github", ""));
    assert!(!found(&many, "gitla").contains(&1));
}

#[test]
fn changed_and_removed_items_are_found_as_they_are() {
    let mut index = index([entry(1, "Old name", ""), entry(2, "Other", "")]);
    index.put(&entry(1, "New name", ""));
    assert_eq!(found(&index, "old"), [0_u8; 0]);
    assert_eq!(found(&index, "new"), [1]);
    index.remove(id(2));
    index.remove(id(9));
    assert_eq!((index.len(), found(&index, "other")), (1, vec![]));
    for round in 0..5_000 {
        index.put(&entry(1, &format!("Round {round}"), ""));
    }
    assert_eq!(found(&index, "\"round 4999\""), [1]);
    assert_eq!((index.len(), found(&index, "round")), (1, vec![1]));
}

#[test]
fn a_search_stops_when_it_is_no_longer_wanted() {
    let index = index([entry(1, "Github", "")]);
    let asked = Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 1
    };
    let query = SearchQuery::parse("gxthub");
    assert_eq!(index.search(&query, &Scope::All, Sort::Title, 0, 9, &cancelled), None);
    assert_eq!(asked.get(), 2);
}

#[test]
fn words_hold_names_hosts_and_labels_but_no_secret() {
    let mut item = Item::new(ItemType::Login, Timestamp(0));
    for (number, role, kind, label, value) in [
        (1, Some(Role::Username), FieldKind::Text, "", "ann"),
        (2, Some(Role::Password), FieldKind::Concealed, "", "s3cret"),
        (3, None, FieldKind::Concealed, "Recovery\u{1f}code", "r3covery"),
        (4, None, FieldKind::Text, "Branch", "pl4in"),
        (5, Some(Role::Username), FieldKind::Concealed, "", "h1dden"),
    ] {
        let mut field = Field::new(FieldId([number; 8]), kind, SecretText::from(value));
        (field.role, field.label) = (role, label.to_owned());
        item.fields.push(field);
    }
    item.urls = vec!["https://example.com/x?token=t0ken".into()];
    item.notes = SecretText::from("n0tes");
    assert_eq!(words(&item), "ann\u{1f}example.com\u{1f}Recovery code\u{1e}Branch");
}

#[test]
fn t51_enormous_rows_and_queries_are_cut() {
    let long = "Lorem ".repeat(100_000);
    let tags: Vec<String> = (0..5_000).map(|n| format!("tag{n}")).collect();
    let mut index = Index::default();
    index.put(&Entry { tags: &tags, folder: Some(&long), ..entry(1, &long, &long) });
    assert_eq!(found(&index, "lorem tag7"), [1]);
    assert_eq!(found(&index, &long), [1]);
}

/// The meaning of a search without any of its speed.
fn naive_rank(title: &str, others: &[&str], word: &str) -> Option<u8> {
    let fold = |text: &str| String::from_utf8(fold(text)).unwrap();
    let word = fold(word);
    let (title, others) = (fold(title), others.iter().map(|other| fold(other)).collect::<Vec<_>>());
    let starts_word = |text: &str| {
        text.match_indices(&word).any(|(at, _)| at == 0 || !fold::in_word(text.as_bytes()[at - 1]))
    };
    let any = |test: &dyn Fn(&str) -> bool| others.iter().any(|other| test(other));
    let tests: [(u8, bool); 6] = [
        (0, title == word),
        (1, title.starts_with(&word)),
        (2, starts_word(&title)),
        (3, any(&starts_word)),
        (4, title.contains(&word)),
        (5, any(&|other| other.contains(&word))),
    ];
    tests.into_iter().find(|(_, fits)| *fits).map(|(rank, _)| rank)
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(5), failure_persistence: None, cases: 1_000, ..ProptestConfig::default()
    })]

    #[test]
    fn hits_are_those_of_the_plain_definition(
        rows in prop::collection::vec(("[ab1 .é]{0,6}", "[ab1 .é]{0,4}", "[ab1 .é]{0,4}"), 10..40),
        word in "[ab1.é]{1,3}",
    ) {
        let joined: Vec<String> = rows.iter().map(|(_, name, tag)| format!("{name}\u{1f}\u{1f}{tag}")).collect();
        let index = index((0_u8..).zip(rows.iter().zip(&joined)).map(|(n, ((title, _, _), words))| entry(n, title, words)));
        let mut expected: Vec<(u8, u8)> = (0_u8..)
            .zip(&rows)
            .filter_map(|(n, (title, name, tag))| naive_rank(title, &[name, tag], &word).map(|rank| (rank, n)))
            .collect();
        expected.sort_unstable();
        let expected: Vec<u8> = expected.into_iter().map(|(_, n)| n).collect();
        let hits = found(&index, &word);
        prop_assert_eq!(&hits[..expected.len().min(hits.len())], &expected[..]);
        prop_assert!(hits.len() == expected.len() || expected.len() < 10);
    }

    #[test]
    fn any_text_is_a_query(text in any::<String>(), title in any::<String>()) {
        let index = index([entry(1, &title, &text)]);
        let _ = found(&index, &text);
        let _ = found(&index, &format!("tag:{text} -{text}"));
    }
}
