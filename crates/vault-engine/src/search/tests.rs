use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_crypto::SecretText;

use super::scope::{Scope, Sort};
use crate::item::{FieldId, host};
use crate::search::*;

const NEVER: &(dyn Fn() -> bool + Sync) = &|| false;

fn entry<'a>(number: u8, title: &'a str, words: &'a str) -> Entry<'a> {
    Entry {
        vault: VaultId::from_bytes([1; 16]),
        key: number.into(),
        item_type: ItemType::Login,
        place: ItemState::Listed,
        title,
        words,
        tags: &[],
        folder: None,
        favourite: false,
        has_code: false,
        has_attachments: false,
        edited_in_two_places: false,
        has_warning: false,
        created_at: Timestamp(0),
        modified_at: Timestamp(0),
        used_at: None,
    }
}

fn found(index: &Index, text: &str) -> Vec<u8> {
    found_in(index, text, &Scope::All)
}

fn found_in(index: &Index, text: &str, scope: &Scope) -> Vec<u8> {
    let hits = index.search(&SearchQuery::parse(text), scope, Sort::Title, 0, 500, NEVER).unwrap();
    assert_eq!(hits.total, hits.keys.len());
    hits.keys.iter().map(|key| u8::try_from(*key).unwrap()).collect()
}

fn index<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Index {
    let mut index = Index::default();
    entries.into_iter().for_each(|entry| index.put(&entry));
    index
}

#[test]
fn better_matches_come_first() {
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
fn favourites_and_recent_items_come_first_at_equal_rank() {
    let index = index([
        entry(1, "Mail one", ""),
        Entry { modified_at: Timestamp(5), ..entry(2, "Mail two", "") },
        Entry { favourite: true, ..entry(3, "Mail three", "") },
    ]);
    assert_eq!(found(&index, "mail"), [3, 2, 1]);
}

#[test]
fn every_word_must_match_in_any_part() {
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
        Entry {
            tags: &home,
            has_attachments: true,
            edited_in_two_places: true,
            folder: Some("Clients"),
            ..entry(2, "Github", "")
        },
        Entry {
            item_type: ItemType::Card,
            favourite: true,
            has_warning: true,
            ..entry(3, "Github card", "")
        },
        Entry { place: ItemState::Archived, edited_in_two_places: true, ..entry(4, "Github old", "") },
        Entry { place: ItemState::Trashed, tags: &work, ..entry(5, "Github gone", "") },
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
        ("is:conflict", &[2]),
        ("is:doubtful", &[3]),
        ("-is:doubtful -is:conflict", &[1]),
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
fn without_words_hits_are_sorted_and_paged() {
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
        let ids: Vec<u8> = [0, 15, 30, 45]
            .into_iter()
            .flat_map(|o| page(o).keys)
            .map(|key| u8::try_from(key).unwrap())
            .collect();
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
fn approximate_matches_follow_only_few_hits() {
    let few = index([
        entry(1, "Github", ""),
        entry(2, "Gitlab", ""),
        entry(3, "Great Horned Owl", ""),
        entry(4, "Документы", "Владимир"),
        entry(5, "Nothing", "stackoverflow"),
    ]);
    for (text, expected) in [
        ("githb", &[1][..]),
        ("gtihub", &[1]),
        ("fithub", &[1]),
        ("gho", &[3]),
        ("gitl", &[2, 1]),
        ("xyzzy", &[]),
        // Two typos are allowed only in long words.
        ("gtihbu", &[]),
        ("stakovreflow", &[5]),
        ("докумнеты", &[4]),
        ("владимр", &[4]),
    ] {
        assert_eq!(found(&few, text), expected, "{text}");
    }

    let titles: Vec<String> = (0..12).map(|n| format!("Gitlab {n}")).collect();
    let mut many = index((10_u8..).zip(&titles).map(|(n, title)| entry(n, title, "")));
    many.put(&entry(1, "Github", ""));
    assert!(!found(&many, "gitla").contains(&1));
}

#[test]
fn letters_match_all_their_spellings() {
    let index = index([
        entry(1, "Müller", ""),
        entry(2, "Mueller", ""),
        entry(3, "Smørrebrød", "Århus"),
        entry(4, "Bjo\u{308}rk", ""),
    ]);
    for (text, expected) in [
        ("müller", &[1, 2][..]),
        ("muller", &[1]),
        ("mueller", &[2, 1]),
        ("smørrebrød", &[3]),
        ("smorrebrod", &[3]),
        ("smoerrebroed", &[3]),
        ("aarhus", &[3]),
        ("bjoerk", &[4]),
        ("björk", &[4]),
    ] {
        // Matches with a typo follow.
        assert!(found(&index, text).starts_with(expected), "{text}: {:?}", found(&index, text));
    }
}

#[test]
fn scripts_without_spaces_match_any_part() {
    let index = index([
        entry(1, "東京電力", ""),
        entry(2, "중국은행", "\u{1f}\u{1f}비밀번호"),
        entry(3, "私の銀行カード", ""),
        entry(4, "电力", ""),
    ]);
    for (text, expected) in [
        ("電力", &[1][..]),
        ("京電", &[1]),
        ("力", &[1, 4]),
        ("은행", &[2]),
        ("으", &[2]),
        ("비밀", &[2]),
        ("銀行かーど", &[3]),
        ("ｶｰﾄﾞ", &[3]),
    ] {
        let mut hits = found(&index, text);
        hits.sort_unstable();
        assert_eq!(hits, expected, "{text}");
    }
}

#[test]
fn hosts_match_with_www_and_by_subdomain() {
    let index = index([
        entry(1, "Code", "\u{1f}github.com\u{1f}"),
        entry(2, "Shop", "\u{1f}www.shop.example.co.uk\u{1f}"),
        entry(3, "Bank", "\u{1f}bank.co.uk\u{1f}"),
    ]);
    for (text, expected) in [
        ("www.github.com", &[1][..]),
        ("https://www.github.com/login", &[1]),
        ("https://gist.github.com/a?b", &[1]),
        ("https://shop.example.co.uk", &[2]),
        ("https://pay.shop.example.co.uk", &[2]),
        ("shop.example", &[2]),
        ("https://other.co.uk", &[]),
        ("url:co.uk", &[2, 3]),
    ] {
        let mut hits = found(&index, text);
        hits.sort_unstable();
        assert_eq!(hits, expected, "{text}");
    }
}

#[test]
fn the_last_used_item_comes_first_at_equal_rank() {
    let mut index = index([
        Entry { used_at: Some(Timestamp(5)), ..entry(1, "Mail one", "") },
        Entry { modified_at: Timestamp(9), ..entry(2, "Mail two", "") },
        Entry { favourite: true, ..entry(3, "Mail three", "") },
        entry(4, "Mail", ""),
    ]);
    assert_eq!(found(&index, "mail"), [4, 3, 1, 2]);
    index.used(2, Timestamp(6));
    index.used(77, Timestamp(7));
    assert_eq!(found(&index, "mail"), [4, 3, 2, 1]);
    assert_eq!((index.used_at(2), index.used_at(3)), (Some(Timestamp(6)), None));
}

#[test]
fn filters_by_date_vault_and_state() {
    let day = |days: u64| Timestamp(days * 86_400_000);
    let index = index([
        Entry { modified_at: day(19_723), ..entry(1, "New year", "") },
        Entry { modified_at: day(19_900), vault: VaultId::from_bytes([2; 16]), ..entry(2, "Summer", "") },
        Entry { place: ItemState::Archived, ..entry(3, "Attic", "") },
    ]);
    for (text, expected) in [
        ("before:2024", &[][..]),
        ("before:2024-01-02", &[1]),
        ("after:2024-01", &[2]),
        ("after:2023 before:2025", &[1, 2]),
        ("-after:2024-01", &[1]),
        ("after:20", &[1, 2]),
        ("is:archived", &[3]),
        ("is:arch att", &[3]),
        ("vault:fam", &[2]),
        ("-vault:family", &[1]),
        ("vault:\"fam\"", &[]),
        ("vault:none", &[]),
    ] {
        let mut query = SearchQuery::parse(text);
        query.register_vault(VaultId::from_bytes([2; 16]), "Family");
        let hits = index.search(&query, &Scope::All, Sort::Title, 0, 9, NEVER).unwrap();
        assert_eq!(hits.keys, expected, "{text}");
        assert_eq!(query.unknown(), [""; 0], "{text}");
    }
}

#[test]
fn unknown_filters_are_reported_and_not_searched_as_words() {
    let index = index([entry(1, "Github", "https"), entry(2, "re: invoice", "")]);
    for (text, unknown, expected) in [
        ("tagg:work git", &["tagg:work"][..], &[1][..]),
        ("-typo:x git", &["-typo:x"], &[1]),
        ("has:nothing git", &["has:nothing"], &[]),
        ("is:odd", &["is:odd"], &[]),
        ("type:nonsense", &["type:nonsense"], &[]),
        ("-type:nonsense", &["-type:nonsense"], &[]),
        ("before:soon", &["before:soon"], &[]),
        ("after:2024-13", &["after:2024-13"], &[]),
        ("\"re: inv\"", &[], &[2]),
        ("\"re:\"", &[], &[2]),
        ("localhost:3000", &[], &[]),
        ("12:30", &[], &[]),
        ("git tag:", &[], &[1]),
    ] {
        let query = SearchQuery::parse(text);
        assert_eq!(query.unknown(), unknown, "{text}");
        assert_eq!(found(&index, text), expected, "{text}");
    }
}

#[test]
fn a_keystroke_reads_few_rows() {
    let titles: Vec<String> =
        (0_u32..5_000).map(|n| format!("Entry {} {n}", n.wrapping_mul(2_654_435_761))).collect();
    let mut index = Index::default();
    for (key, title) in (0..).zip(&titles) {
        index.put(&Entry { key, ..entry(0, title, "ann@example.com\u{1f}example.com\u{1f}") });
    }
    let rows_read = |text: &str| {
        let hits = index.search(&SearchQuery::parse(text), &Scope::All, Sort::Title, 0, 100, NEVER).unwrap();
        (hits.total, hits.rows_read)
    };
    // Enough rows start with it, so the lower ranks are counted without reading rows.
    assert_eq!(rows_read("e"), (5_000, 5_000));
    assert_eq!(rows_read("x"), (5_000, 5_000));
    let (total, looked) = rows_read("9");
    assert!(looked < total, "{looked} rows for {total} hits");
    // For two letters or more, hardly more rows are read than contain them.
    for text in ["12", "345", "xample 77", "7 12 345"] {
        let (total, looked) = rows_read(text);
        assert!(looked <= 2 * total + 600, "{text}: {looked} rows for {total} hits");
    }
    // With few hits, all possible approximate matches are read once, but no row that lacks more letters than typos
    // allowed.
    let (total, looked) = rows_read("6789");
    assert!((10..1_000).contains(&total) && looked <= 5_000, "{looked} rows for {total} hits");
    assert_eq!(rows_read("kqvwz"), (0, 0));
}

#[test]
fn changed_and_removed_items_update_the_index() {
    let mut index = index([entry(1, "Old name", ""), entry(2, "Other", "")]);
    index.put(&entry(1, "New name", ""));
    assert_eq!(found(&index, "old"), [0_u8; 0]);
    assert_eq!(found(&index, "new"), [1]);
    index.remove(2);
    index.remove(9);
    assert_eq!((index.len(), found(&index, "other")), (1, vec![]));
    for round in 0..5_000 {
        index.put(&entry(1, &format!("Round {round}"), ""));
    }
    assert_eq!(found(&index, "\"round 4999\""), [1]);
    assert_eq!((index.len(), found(&index, "round")), (1, vec![1]));
}

#[test]
fn hits_of_all_parts_are_merged_in_order() {
    let mut index = Index::default();
    for key in 0..20_000_u32 {
        // The rows changed last are spread over all parts.
        let modified_at = Timestamp(u64::from(key.wrapping_mul(7_919) % 20_000));
        index.put(&Entry { key, modified_at, ..entry(0, &format!("Entry {key}"), "") });
    }
    let keys = |text: &str| {
        let hits = index.search(&SearchQuery::parse(text), &Scope::All, Sort::Title, 0, 50, NEVER).unwrap();
        (hits.total, hits.keys)
    };
    let newest = |filter: &dyn Fn(u32) -> bool| {
        let mut keys: Vec<u32> = (0..20_000).filter(|key| filter(*key)).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.wrapping_mul(7_919) % 20_000));
        (keys.len(), keys[..keys.len().min(50)].to_vec())
    };
    assert_eq!(keys("entry"), newest(&|_| true));
    assert_eq!(keys("ntr"), newest(&|_| true));
    assert_eq!(keys("entry 199"), {
        let holds = |key: u32| key.to_string().starts_with("199");
        let (begin, mut best) = newest(&holds);
        let (inside, others) = newest(&|key| key.to_string().contains("199") && !holds(key));
        best.extend(others);
        (begin + inside, best[..50].to_vec())
    });
    // A hit in the last part only, and one with a typo.
    assert_eq!(keys("19987").1.first(), Some(&19_987));
    assert!(keys("enrty 19987").1.contains(&19_987));
}

#[test]
fn a_search_can_be_cancelled() {
    let index = index([entry(1, "Github", "")]);
    let asked = AtomicU32::new(0);
    let cancelled = || asked.fetch_add(1, Ordering::Relaxed) > 0;
    let query = SearchQuery::parse("gxthub");
    assert_eq!(index.search(&query, &Scope::All, Sort::Title, 0, 9, &cancelled), None);
    assert_eq!(asked.into_inner(), 2);
}

#[test]
fn words_contain_names_hosts_and_labels_but_no_secret() {
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
fn t51_huge_rows_and_queries_are_truncated() {
    let long = format!("{}needle", "Lorem ".repeat(100_000));
    let tags: Vec<String> = (0..5_000).map(|n| format!("tag{n}")).chain(["zebra".to_owned()]).collect();
    let mut index = Index::default();
    index.put(&Entry { tags: &tags, folder: Some(&long), ..entry(1, &long, &long) });
    assert!(index.text.len() < 8 * PART_BYTES, "{} bytes", index.text.len());
    assert_eq!(found(&index, "lorem tag7"), [1]);
    assert_eq!(found(&index, "needle"), [0; 0]);
    assert_eq!(found(&index, "zebra"), [0; 0]);
    // A word that matches nothing is ignored beyond the first words and the first characters of a query.
    assert_eq!(found(&index, "lorem needle"), [0; 0]);
    assert_eq!(found(&index, &format!("{}needle", "lorem ".repeat(16))), [1]);
    assert_eq!(found(&index, &format!("lorem{}needle", " ".repeat(1_000))), [1]);
}

/// A naive reference implementation of the ranking.
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
    fn hits_agree_with_the_naive_ranking(
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
        // With a smaller limit, later hits are only counted.
        let page = index.search(&SearchQuery::parse(&word), &Scope::All, Sort::Title, 0, 10, NEVER).unwrap();
        prop_assert_eq!(page.total, hits.len());
        let first: Vec<u32> = hits.iter().take(10).map(|n| u32::from(*n)).collect();
        prop_assert_eq!(page.keys, first);
    }

    #[test]
    fn any_text_is_a_valid_query(text in any::<String>(), title in any::<String>()) {
        let index = index([entry(1, &title, &text)]);
        let _ = found(&index, &text);
        let _ = found(&index, &format!("tag:{text} -{text}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(6), failure_persistence: None, cases: 60, ..ProptestConfig::default()
    })]

    #[test]
    fn a_changed_index_equals_a_rebuilt_one(
        changes in prop::collection::vec((0_u8..12, prop::option::of(("[a-c é한]{0,5}", "[a-c]{0,3}", 0_u64..4))), 0..60),
        rounds in 1_usize..60,
        text in prop::sample::select(vec!["a", "ab", "b c", "é", "한", "tag:a", "-tag:b a", "cab", "abca"]),
    ) {
        let mut changed = Index::default();
        let mut now = std::collections::BTreeMap::new();
        // Often enough that the index is compacted sometimes.
        for (number, change) in changes.iter().cycle().take(changes.len() * rounds) {
            match change {
                Some((title, tag, at)) => {
                    let tags = [tag.clone()];
                    let entry = Entry { tags: &tags, modified_at: Timestamp(*at), ..entry(*number, title, tag) };
                    changed.put(&entry);
                    now.insert(*number, (title, tag, *at));
                }
                None => {
                    changed.remove((*number).into());
                    now.remove(number);
                }
            }
        }
        let mut afresh = Index::default();
        for (number, (title, tag, at)) in &now {
            let tags = [(*tag).clone()];
            afresh.put(&Entry { tags: &tags, modified_at: Timestamp(*at), ..entry(*number, title, tag) });
        }
        prop_assert_eq!(changed.len(), afresh.len());
        let sorted = |index: &Index| {
            let mut found = found(index, text);
            found.sort_unstable();
            found
        };
        prop_assert_eq!(sorted(&changed), sorted(&afresh));
        for (number, (title, tag, at)) in &now {
            // In the same order, so that equal hits have the same order.
            let tags = [(*tag).clone()];
            changed.put(&Entry { tags: &tags, modified_at: Timestamp(*at), ..entry(*number, title, tag) });
        }
        prop_assert_eq!(found(&changed, text), found(&afresh, text));
    }
}
