//! Malicious files, damaged files, and files of other kinds.

use std::{collections::BTreeSet, fs};

use proptest::{collection::vec, prelude::*, test_runner::RngSeed};
use vault_engine::item::{FieldKind, Item, encode, limits as item_limits};
use vault_interchange::{
    FileKind, IMPORTERS, ImportError, Options, Outcome, ParsedFile, detect, import_file, limits,
};

use crate::support::{NOW, import, options, path, read, read_as, remarks_on, rng};

fn parse_json(text: &str) -> Result<ParsedFile, ImportError> {
    read_as("bitwarden_json", text.as_bytes())
}

fn export(items: &str) -> String {
    format!(r#"{{"encrypted":false,"folders":[],"items":[{items}]}}"#)
}

#[test]
fn t51_a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let huge = folder.path().join("huge.json");
    // Sparse files: they have the size but take no space on disk. There is no memory for the larger one.
    for size in [limits::FILE_BYTES + 1, 1 << 42] {
        fs::File::create(&huge).unwrap().set_len(size).unwrap();
        assert_eq!(
            import_file(&huge, &Options::default(), NOW, &mut rng()).err(),
            Some(ImportError::TooLarge),
            "{size}"
        );
    }
}

#[test]
fn folders_and_missing_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing.csv")] {
        let error = import_file(&path, &Options::default(), NOW, &mut rng()).err();
        assert!(matches!(error, Some(ImportError::Unreadable(_))), "{error:?}");
    }
}

#[test]
fn t51_deep_json_is_refused() {
    for levels in [limits::DEPTH, 100_000] {
        let deep = "[".repeat(levels) + &"]".repeat(levels);
        let file = export(&format!(r#"{{"type":1,"name":"x","notes":{deep}}}"#));
        assert_eq!(parse_json(&file).err(), Some(ImportError::TooDeep));
        assert_eq!(detect(file.as_bytes()).err(), Some(ImportError::TooDeep));
    }
}

#[test]
fn t51_too_many_items_are_refused() {
    let items = vec!["0"; limits::ITEMS + 1].join(",");
    assert_eq!(parse_json(&export(&items)).err(), Some(ImportError::TooManyItems));
    let rows = "name,url,username,password\n".to_owned() + &",,,\n".repeat(limits::ITEMS + 1);
    assert_eq!(read(rows.as_bytes()).err(), Some(ImportError::TooManyItems));
}

#[test]
fn t51_too_many_parts_of_a_file_are_refused() {
    let parts: Vec<String> = (0..=limits::TOP_LEVEL_MEMBERS).map(|n| format!(r#""part{n}":1"#)).collect();
    let file = format!(r#"{{"items":[],{}}}"#, parts.join(","));
    assert_eq!(parse_json(&file).err(), Some(ImportError::TooManyValues));
    let folders = format!(r#"{{"items":[],"folders":["{}"]}}"#, "x".repeat(limits::FOLDER_LIST_BYTES));
    assert_eq!(parse_json(&folders).err(), Some(ImportError::TooManyValues));
}

#[test]
fn t51_an_oversized_item_is_left_out_and_the_next_is_read() {
    let big = format!(r#"{{"type":2,"name":"big","notes":"{}"}}"#, "x".repeat(limits::ITEM_BYTES));
    let parsed = parse_json(&export(&format!(r#"{big},{{"type":2,"name":"small"}}"#))).unwrap();
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(remarks_on(&parsed, 1), [("", Outcome::RowSkipped)]);
    let row = |name: &str, note: &str| format!("{name},,,,{note}\n");
    let file = "name,url,username,password,note\n".to_owned()
        + &row("long", &"x".repeat(limits::ITEM_BYTES + 1))
        + &row("wide", &",".repeat(limits::COLUMNS))
        + &row("small", "y");
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(parsed.items.len(), 1);
    for position in [1, 2] {
        assert_eq!(remarks_on(&parsed, position), [("", Outcome::RowSkipped)]);
    }
}

#[test]
fn t51_one_endless_line_costs_one_reading() {
    let mut file = "name,url,username,password\n\"".to_owned();
    file += &"x".repeat(16 << 20);
    let parsed = read(file.as_bytes()).unwrap();
    assert!(parsed.items.is_empty());
    assert_eq!(remarks_on(&parsed, 1), [("", Outcome::RowSkipped)]);
}

#[test]
fn t51_values_beyond_item_limits_are_reported_and_the_rest_fits() {
    let long = "x".repeat(item_limits::VALUE + 1);
    let notes = "n".repeat(item_limits::NOTES + 1);
    let fields: Vec<String> =
        (0..item_limits::FIELDS + 5).map(|n| format!(r#"{{"name":"f{n}","value":"v","type":0}}"#)).collect();
    let urls = vec![r#"{"uri":"https://a.example"}"#; item_limits::URLS + 1].join(",");
    let past = vec![r#"{"password":"p","lastUsedDate":null}"#; item_limits::PAST_VALUES + 1].join(",");
    let item = format!(
        r#"{{"type":1,"name":"{}","notes":"{notes}","login":{{"password":"{long}","username":"u","uris":[{urls}]}},
            "fields":[{}],"passwordHistory":[{past}]}}"#,
        "t".repeat(item_limits::TITLE + 1),
        fields.join(",")
    );
    let parsed = parse_json(&export(&item)).unwrap();
    let item = &parsed.items[0].item;
    encode(item).unwrap();
    assert_eq!(item.title.len(), item_limits::TITLE);
    assert_eq!(item.fields.len(), item_limits::FIELDS);
    assert_eq!(item.urls.len(), item_limits::URLS);
    let lost: BTreeSet<_> =
        remarks_on(&parsed, 1).into_iter().filter(|(_, o)| *o == Outcome::NotKept).map(|(f, _)| f).collect();
    for field in ["login.password", "notes", "fields[1004]", "passwordHistory"] {
        assert!(lost.contains(field), "{field} in {lost:?}");
    }
}

#[test]
fn t51_an_item_at_its_limits_can_still_be_sealed() {
    let value = "x".repeat(600_000);
    let fields: Vec<String> =
        (0..6).map(|n| format!(r#"{{"name":"f{n}","value":"{value}","type":1}}"#)).collect();
    let parsed =
        parse_json(&export(&format!(r#"{{"type":2,"name":"full","fields":[{}]}}"#, fields.join(","))))
            .unwrap();
    encode(&parsed.items[0].item).unwrap();
    assert_eq!(remarks_on(&parsed, 1), [("fields[5]", Outcome::NotKept)]);
}

#[test]
fn t51_remarks_are_bounded_and_those_left_out_are_counted() {
    let extra: Vec<String> = (0..limits::REMARKS + 500).map(|n| format!(r#""k{n}":"v""#)).collect();
    let parsed = parse_json(&export(&format!(r#"{{"type":2,"name":"x",{}}}"#, extra.join(",")))).unwrap();
    assert_eq!(parsed.items[0].item.fields.len(), limits::UNKNOWN_VALUES);
    assert_eq!(parsed.remarks.len(), limits::REMARKS + 1);
    assert_eq!(parsed.remarks.last().unwrap().reason, "500 more remarks are not listed.");
}

#[test]
fn t51_names_made_long_on_purpose_are_not_copied_for_each_value() {
    let name = "k".repeat(1 << 20);
    let values = vec!["1"; 100_000].join(",");
    let parsed = parse_json(&export(&format!(r#"{{"type":2,"name":"x","{name}":[{values}]}}"#))).unwrap();
    assert!(parsed.remarks.iter().all(|remark| remark.field.len() < 500));
    encode(&parsed.items[0].item).unwrap();
}

#[test]
fn t51_columns_named_long_on_purpose_are_not_copied_for_each_row() {
    // 16 KiB of names and rows of a few bytes.
    let header = format!("name,url,username,password,{}", [0; 4].map(|_| "k".repeat(4_096)).join(","));
    let file = format!("{header}\n{}", "a,,,,1,1,1,1\n".repeat(2_000));
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(parsed.items.len(), 2_000);
    let labels: usize =
        parsed.items.iter().flat_map(|parsed| &parsed.item.fields).map(|field| field.label.len()).sum();
    assert_eq!(labels, 2_000 * 4 * 200);
    assert!(
        remarks_on(&parsed, 1).iter().any(|(_, outcome)| *outcome == Outcome::NotKept),
        "the shortened name has a remark"
    );
}

#[test]
fn t36_t37_odd_names_and_markup_are_kept_as_plain_text() {
    let file = export(
        r#"{"type":1,"name":"<img src=x onerror=alert(1)>\u202egnp.exe","folderId":"1","login":
            {"uris":[{"uri":"javascript:alert(1)"},{"uri":"a\u0000b"}],"username":"\u0000\u001b[31m","password":"\ud83d\udd11"}}"#,
    )
    .replace(r#""folders":[]"#, r#""folders":[{"id":"1","name":"../../etc/\u0007passwd"}]"#);
    let parsed = parse_json(&file).unwrap();
    let item = &parsed.items[0].item;
    assert_eq!(item.title, "<img src=x onerror=alert(1)>\u{202e}gnp.exe");
    assert_eq!(item.folder.as_deref(), Some("../../etc/passwd"));
    assert_eq!(item.urls, ["javascript:alert(1)"]);
    assert_eq!(remarks_on(&parsed, 1), [("login.uris[1]", Outcome::KeptAsCustomField)]);
    assert!(parsed.remarks.iter().all(|remark| !remark.title.contains('\u{202e}')));
    encode(item).unwrap();
}

#[test]
fn damaged_files_are_one_clear_error() {
    let whole = fs::read_to_string(path("bitwarden-individual.json")).unwrap();
    for cut in [whole.len() / 3, whole.len() - 3] {
        let error = read(&whole.as_bytes()[..cut]).err().unwrap();
        assert!(matches!(error, ImportError::Malformed { line, .. } if line > 1), "{error:?}");
    }
    let doubled = format!("{whole}{whole}");
    assert!(matches!(read(doubled.as_bytes()).err(), Some(ImportError::Malformed { .. })));
    assert_eq!(read(b"name,url,username,password\na,b,c,\x81").err(), Some(ImportError::NotText { line: 2 }));
    assert_eq!(read(b" \n ").err(), Some(ImportError::Empty));
}

#[test]
fn invalid_characters_and_numbers_affect_one_item_only() {
    let parsed = parse_json(&export(
        r#"{"type":2,"name":"\ud800"},{"type":2,"name":"x","n":1e999},{"type":2,"name":"y"}"#,
    ));
    let parsed = parsed.unwrap();
    assert_eq!(parsed.items.len(), 2);
    assert_eq!(parsed.items[0].item.title, "\u{fffd}");
    assert_eq!(remarks_on(&parsed, 2), [("", Outcome::RowSkipped)]);
}

#[test]
fn other_kinds_of_files_are_refused_by_name() {
    let others: [(&[u8], Option<FileKind>, &str); 12] = [
        (b"PK\x03\x04rest", Some(FileKind::Zip), "a ZIP archive"),
        (b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", Some(FileKind::KeePass), "a KeePass database"),
        (b"<?xml version=\"1.0\"?><settings/>", Some(FileKind::Xml), "an XML file"),
        (b"{\"accounts\":[]}", Some(FileKind::OtherJson), "JSON of another program"),
        (
            b"{\"folders\":[],\"items\":[{\"title\":\"x\"}]}",
            Some(FileKind::OtherJson),
            "JSON of another program",
        ),
        (b"{\"encrypted\":true,\"vaults\":{}}", Some(FileKind::OtherJson), "JSON of another program"),
        (b"{\"items\":3}", Some(FileKind::OtherJson), "JSON of another program"),
        (b"[1,2]", Some(FileKind::OtherJson), "JSON of another program"),
        (b"site,user,secret\n", Some(FileKind::OtherTable), "a table of another program"),
        (b"Title,URL,Username,Password,Owner\n", Some(FileKind::OtherTable), "a table of another program"),
        (b"name,phone,city,street,a\n", Some(FileKind::OtherTable), "a table of another program"),
        (b"hello there\n", None, ""),
    ];
    for (bytes, looks_like, name) in others {
        let error = detect(bytes).err().unwrap();
        assert_eq!(error, ImportError::UnknownFormat { looks_like }, "{}", bytes.escape_ascii());
        let guess = looks_like.map(|_| format!("; it looks like {name}")).unwrap_or_default();
        assert_eq!(error.to_string(), format!("this is not an export file that Coffer can import{guess}"));
    }
}

/// The number of items in each test file, or `None` if it is refused.
const FILES: &[(&str, Option<usize>)] = &[
    ("apple.csv", Some(1)),
    ("authenticators-2fas-sealed.json", Some(2)),
    ("authenticators-2fas.json", Some(2)),
    ("authenticators-aegis-sealed.json", Some(6)),
    ("authenticators-aegis.json", Some(6)),
    ("authenticators-andotp.backup", Some(3)),
    ("authenticators-andotp.json", Some(3)),
    ("authenticators-freeotp.json", Some(2)),
    ("authenticators-lastpass.json", Some(1)),
    ("authenticators-proton.json", Some(2)),
    ("authenticators-raivo.json", Some(2)),
    ("authenticators-steam.json", Some(1)),
    ("authenticators-stratum.json", Some(3)),
    ("authenticators.png", Some(1)),
    ("authenticators.txt", Some(3)),
    ("authenticators.xml", Some(1)),
    ("authenticators.zip", Some(1)),
    ("bitwarden-account-encrypted.json", None),
    ("bitwarden-individual.csv", Some(4)),
    ("bitwarden-individual.json", Some(11)),
    ("bitwarden-organisation.csv", Some(1)),
    ("bitwarden-organisation.json", Some(1)),
    ("bitwarden-password-protected.json", Some(1)),
    ("bitwarden.zip", Some(2)),
    ("blur.csv", Some(2)),
    ("buttercup.csv", Some(1)),
    ("chrome-damaged.csv", Some(3)),
    ("chrome.csv", Some(5)),
    ("coffer.csv", Some(2)),
    ("cxf-account.json", Some(1)),
    ("cxf.json", Some(4)),
    ("dashlane-credentials.csv", Some(1)),
    ("dashlane-payments.csv", Some(2)),
    ("dashlane-personalInfo.csv", Some(2)),
    ("dashlane-wifi.csv", Some(1)),
    ("dashlane.json", Some(5)),
    ("dashlane.zip", Some(8)),
    ("enpass.csv", Some(3)),
    ("enpass.json", Some(4)),
    ("ff_password_exporter.csv", Some(1)),
    ("firefox.csv", Some(3)),
    ("fpm.xml", Some(2)),
    ("gorilla.csv", Some(1)),
    ("kaspersky.txt", Some(3)),
    ("keepass-1.csv", Some(1)),
    ("keepass-3.kdbx", Some(1)),
    ("keepass-4.kdbx", Some(1)),
    ("keepass.xml", Some(3)),
    ("keepassxc.csv", Some(2)),
    ("keeper.csv", Some(2)),
    ("keeper.json", Some(3)),
    ("keychain.txt", Some(2)),
    ("lastpass.csv", Some(8)),
    ("nordpass.csv", Some(4)),
    ("onepassword-7-mac.csv", Some(2)),
    ("onepassword-8.csv", Some(2)),
    ("onepassword.1pif", Some(3)),
    ("onepassword.1pux", Some(8)),
    ("onepassword.json", Some(2)),
    ("onepassword.opvault", Some(2)),
    ("other.csv", None),
    ("padlock.csv", Some(1)),
    ("passman.json", Some(2)),
    ("passpack.csv", Some(1)),
    ("proton-128.pgp", Some(2)),
    ("proton-zip.pgp", Some(2)),
    ("proton.csv", Some(5)),
    ("proton.json", Some(9)),
    ("proton.pgp", Some(2)),
    ("proton.zip", Some(9)),
    ("psono.json", Some(6)),
    ("pwsafe.xml", Some(1)),
    ("roboform.csv", Some(2)),
    ("safeincloud.csv", Some(1)),
    ("synology.csv", Some(1)),
    ("upm.csv", Some(2)),
    ("zoho.csv", Some(1)),
];

fn secrets(item: &Item) -> Vec<&str> {
    let concealed =
        item.fields.iter().filter(|field| matches!(field.kind, FieldKind::Concealed | FieldKind::Code));
    concealed
        .flat_map(|field| std::iter::once(&field.value).chain(field.history.iter().map(|past| &past.value)))
        .map(|value| value.expose())
        .filter(|value| value.len() >= 6)
        .collect()
}

#[test]
fn every_test_file_is_listed_and_its_remarks_contain_no_secret() {
    let mut names: Vec<String> = fs::read_dir(path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, expected) in FILES {
        let parsed = import(name);
        assert_eq!(parsed.as_ref().ok().map(|parsed| parsed.items.len()), *expected, "{name}");
        let Ok(parsed) = parsed else { continue };
        for parsed_item in &parsed.items {
            let item = &parsed_item.item;
            encode(item).unwrap();
            assert!(item.attachments.is_empty() && item.device.is_empty());
            for secret in secrets(item) {
                let tells = |text: &str| text.contains(secret);
                let remark = parsed
                    .remarks
                    .iter()
                    .find(|remark| tells(&remark.title) || tells(&remark.field) || tells(&remark.reason));
                assert_eq!(remark, None, "{name}");
            }
        }
    }
}

fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        cases: 400,
        ..Default::default()
    }
}

/// Reads bytes in every format; the items that result can be encoded.
fn read_in_every_format(bytes: &[u8]) {
    let _ = detect(bytes);
    for importer in IMPORTERS {
        if let Ok(parsed) = importer.read(bytes, &options(), NOW, &mut rng()) {
            parsed.items.iter().for_each(|parsed| assert!(encode(&parsed.item).is_ok()));
        }
    }
}

proptest! {
    #![proptest_config(config(0x20))]

    #[test]
    fn t51_no_bytes_make_an_importer_panic(bytes in vec(any::<u8>(), 0..400)) {
        read_in_every_format(&bytes);
    }

    #[test]
    fn t51_no_text_makes_an_importer_panic(text in "[\\[\\]{}\":,;\t\r\n a-e0-3\\\\ü]{0,300}") {
        read_in_every_format(text.as_bytes());
        read_in_every_format(format!("name,url,username,password\n{text}").as_bytes());
        read_in_every_format(export(&text).as_bytes());
    }

    #[test]
    fn t51_no_damage_to_a_file_makes_an_importer_panic(
        file in 0..FILES.len(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = fs::read(path(FILES[file].0)).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        read_in_every_format(&bytes);
    }
}
