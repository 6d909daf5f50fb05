//! Every value in a file is found in an item or named in a remark.

use std::collections::BTreeSet;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
    test_runner::RngSeed,
};
use serde_json::{Map, Value, json};
use vault_engine::item::encode;
use vault_interchange::{IMPORTERS, ParsedFile};

use crate::support::{contains, read_as};

fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        cases: 300,
        ..Default::default()
    }
}

const ITEM: &[&str] = &[
    "type",
    "name",
    "notes",
    "favorite",
    "reprompt",
    "folderId",
    "collectionIds",
    "organizationId",
    "id",
    "key",
    "object",
    "creationDate",
    "revisionDate",
    "deletedDate",
    "archivedDate",
    "attachments",
    "permissions",
    "newThing",
    "fields",
    "passwordHistory",
    "login",
    "card",
];
const LOGIN: &[&str] =
    &["username", "password", "totp", "uris", "fido2Credentials", "passwordRevisionDate", "newThing"];
const URI: &[&str] = &["uri", "match", "uriChecksum", "newThing"];
const PASSKEY: &[&str] = &[
    "credentialId",
    "keyType",
    "keyAlgorithm",
    "keyCurve",
    "keyValue",
    "rpId",
    "rpName",
    "userHandle",
    "userName",
    "userDisplayName",
    "counter",
    "discoverable",
    "creationDate",
    "newThing",
];
const BANK: &[&str] = &["bankName", "iban", "pin", "accountNumber", "branchNumber", "newThing"];
const LICENCE: &[&str] =
    &["firstName", "dateOfBirth", "licenseNumber", "issueDate", "expirationDate", "newThing"];
const PASSPORT: &[&str] = &["surname", "sex", "passportNumber", "issueDate", "expirationDate", "newThing"];
const FIELD: &[&str] = &["name", "value", "type", "linkedId", "newThing"];
const PAST: &[&str] = &["password", "lastUsedDate", "newThing"];
const CARD: &[&str] = &["cardholderName", "brand", "number", "expMonth", "expYear", "code", "newThing"];
const IDENTITY: &[&str] = &[
    "title",
    "firstName",
    "middleName",
    "lastName",
    "address1",
    "address2",
    "address3",
    "city",
    "state",
    "postalCode",
    "country",
    "company",
    "email",
    "phone",
    "ssn",
    "username",
    "passportNumber",
    "licenseNumber",
    "newThing",
];
const SSH: &[&str] = &["privateKey", "publicKey", "keyFingerprint", "newThing"];
const NOTE: &[&str] = &["type", "newThing"];

/// Returns a value of any type; `"?"` and `0` are placeholders for marks.
fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        6 => Just(json!("?")),
        2 => Just(json!(0)),
        1 => Just(json!(true)),
        1 => Just(Value::Null),
        1 => Just(json!("")),
    ];
    scalar.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((select(vec!["a", "uri", "name"]), inner), 0..3).prop_map(|members| Value::Object(
                members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

fn object(keys: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    subsequence(keys, 0..=keys.len()).prop_flat_map(|keys| {
        let count = keys.len();
        (Just(keys), vec(any_value(), count))
            .prop_map(|(keys, values)| keys.into_iter().map(str::to_owned).zip(values).collect())
    })
}

fn list(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    vec(object(keys).prop_map(Value::Object), 0..3).prop_map(Value::from)
}

/// Returns an item in which every member has its proper type or any other.
fn any_item() -> impl Strategy<Value = Value> {
    let parts = (
        object(ITEM),
        proptest::option::of(1..10_u64),
        proptest::option::of((object(LOGIN), list(URI), list(PASSKEY))),
        proptest::option::of(list(FIELD)),
        proptest::option::of(list(PAST)),
        proptest::option::of(object(CARD)),
        proptest::option::of(object(IDENTITY)),
        proptest::option::of(object(SSH)),
        (
            proptest::option::of(object(NOTE)),
            proptest::option::of(object(BANK)),
            proptest::option::of(object(LICENCE)),
            proptest::option::of(object(PASSPORT)),
        ),
    );
    parts.prop_map(
        |(mut item, kind, login, fields, past, card, identity, ssh, (note, bank, licence, passport))| {
            let mut put = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    item.insert(key.to_owned(), value);
                }
            };
            put("type", kind.map(Value::from));
            let login = login.map(|(mut login, uris, passkeys)| {
                login.insert("uris".to_owned(), uris);
                login.insert("fido2Credentials".to_owned(), passkeys);
                Value::Object(login)
            });
            put("login", login);
            put("fields", fields);
            put("passwordHistory", past);
            put("card", card.map(Value::Object));
            put("identity", identity.map(Value::Object));
            put("sshKey", ssh.map(Value::Object));
            put("secureNote", note.map(Value::Object));
            put("bankAccount", bank.map(Value::Object));
            put("driversLicense", licence.map(Value::Object));
            put("passport", passport.map(Value::Object));
            Value::Object(item)
        },
    )
}

/// A unique text, and the names of the members that contain it.
struct Mark {
    text: String,
    names: Vec<String>,
}

/// Replaces every placeholder by a mark.
fn mark(value: &mut Value, names: &mut Vec<String>, marks: &mut Vec<Mark>) {
    let number = 7_000_000 + marks.len();
    let add = |marks: &mut Vec<Mark>, text: String| marks.push(Mark { text, names: names.clone() });
    match value {
        Value::String(text) if text == "?" => {
            *text = format!("mark-{number}-");
            add(marks, text.clone());
        }
        Value::Number(n) if n.as_u64() == Some(0) => {
            *value = json!(number);
            add(marks, number.to_string());
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mark(value, names, marks)),
        Value::Object(members) => {
            for (key, value) in members {
                names.push(key.clone());
                mark(value, names, marks);
                names.pop();
            }
        }
        _ => {}
    }
}

/// Members with many values: a remark on one of these names no single value.
const CONTAINERS: &[&str] = &["login", "card", "identity", "sshKey", "secureNote", "items"];

fn found(parsed: &ParsedFile, mark: &Mark) -> bool {
    let named = |name: &String| {
        !CONTAINERS.contains(&name.as_str())
            && parsed.remarks.iter().any(|remark| remark.field.to_lowercase().contains(&name.to_lowercase()))
    };
    parsed.items.iter().any(|parsed| contains(&parsed.item, &mark.text)) || mark.names.iter().any(named)
}

/// The columns of each table that has a reader of its own.
const TABLES: &[(&str, &[&str])] = &[
    (
        "bitwarden_csv",
        &[
            "folder",
            "favorite",
            "type",
            "name",
            "notes",
            "fields",
            "reprompt",
            "login_uri",
            "login_username",
            "login_password",
            "login_totp",
            "archivedDate",
        ],
    ),
    ("chrome_csv", &["name", "url", "username", "password", "note"]),
    (
        "firefox_csv",
        &[
            "url",
            "username",
            "password",
            "httpRealm",
            "formActionOrigin",
            "guid",
            "timeCreated",
            "timeLastUsed",
            "timePasswordChanged",
        ],
    ),
];

/// Tables without a header, or whose rows belong together. Their columns are those that they are read with.
const ROWS: &[(&str, &[&str])] = &[
    ("enpass_csv", &["title", "field", "value", "field", "value", "field", "value", "note"]),
    (
        "keeper_csv",
        &["folder", "title", "login", "password", "address", "notes", "shared folder", "name", "value"],
    ),
    (
        "mapped_csv",
        &[
            "title", "login", "password", "website", "notes", "folder", "tags", "fav", "created", "expires",
            "city",
        ],
    ),
    ("upm_csv", &["account", "user name", "password", "address", "notes"]),
    (
        "buttercup_csv",
        &[
            "!type",
            "!group_id",
            "!group_name",
            "!group_parent",
            "title",
            "username",
            "password",
            "url",
            "id",
            "notes",
        ],
    ),
];

/// Every table with its columns, and with those of each of its layouts.
fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
    let own = TABLES.iter().chain(ROWS).map(|(id, columns)| (*id, columns.to_vec()));
    let layouts = IMPORTERS
        .iter()
        .flat_map(|importer| importer.layouts().into_iter().map(|columns| (importer.format.id, columns)));
    own.chain(layouts).collect()
}

#[test]
fn every_table_format_is_tested_for_silent_loss() {
    let all = IMPORTERS.iter().filter(|importer| importer.is_table()).map(|importer| importer.format.id);
    let tested: BTreeSet<&str> = tables().iter().map(|(id, _)| *id).collect();
    assert_eq!(all.collect::<BTreeSet<_>>(), tested);
}

proptest! {
    #![proptest_config(config(0x10))]

    #[test]
    fn bitwarden_json_has_no_silent_loss(mut item in any_item()) {
        let mut marks = Vec::new();
        mark(&mut item, &mut Vec::new(), &mut marks);
        let file = json!({ "encrypted": false, "folders": [], "items": [item] }).to_string();
        let parsed = read_as("bitwarden_json", file.as_bytes()).unwrap();
        prop_assert_eq!(parsed.items.len(), 1);
        for mark in &marks {
            prop_assert!(found(&parsed, mark), "{} is lost in {}", mark.text, file);
        }
        prop_assert!(encode(&parsed.items[0].item).is_ok());
        for remark in &parsed.remarks {
            let shown = format!("{} {}", remark.field, remark.reason);
            prop_assert!(!shown.contains("mark-"), "{}", shown);
        }
    }

    #[test]
    fn unknown_members_of_the_file_get_remarks(key in "[a-z]{6,12}", folder_key in "[a-z]{6,12}") {
        let file = json!({
            "items": [{ "type": 2, "name": "n" }],
            "folders": [{ "id": "1", "name": "A", folder_key.clone(): "x" }],
            key.clone(): { "a": 1 },
        });
        prop_assume!(!matches!(key.as_str(), "folders" | "collections" | "encrypted"));
        let parsed = read_as("bitwarden_json", file.to_string().as_bytes()).unwrap();
        for name in [key, folder_key] {
            prop_assert!(parsed.remarks.iter().any(|remark| remark.field.contains(&name)), "{}", name);
        }
    }

    #[test]
    fn tables_have_no_silent_loss(
        (format, known) in select(tables()),
        extra in vec("[a-z]{6,12}", 0..4),
        rows in vec(vec((any::<bool>(), select(vec!["", "\"", ",", "\n", "; ", ": ", "a: ", " x", "\r\ny", "é"])), 60), 1..4),
        beyond in 0..2_usize,
    ) {
        let columns: Vec<String> = known.iter().map(|name| (*name).to_owned()).chain(extra).collect();
        let mut file = columns.join(",") + "\n";
        let mut marks = Vec::new();
        for row in &rows {
            let cells: Vec<String> = row.iter().take(columns.len() + beyond).enumerate().map(|(at, (filled, odd))| {
                if !filled {
                    return String::new();
                }
                // With a digit that is not base32: a valid key of a code would be rewritten.
                let text = format!("mark-{}-0", marks.len());
                let names = vec![columns.get(at).cloned().unwrap_or_else(|| "column".to_owned())];
                marks.push(Mark { text: text.clone(), names });
                format!("\"{}\"", format!("{odd}{text}{odd}").replace('"', "\"\""))
            }).collect();
            file += &(cells.join(",") + "\n");
        }
        let parsed = read_as(format, file.as_bytes()).unwrap();
        for mark in &marks {
            prop_assert!(found(&parsed, mark), "{} is lost in {}", mark.text, file);
        }
        for parsed in &parsed.items {
            prop_assert!(encode(&parsed.item).is_ok());
        }
    }
}
