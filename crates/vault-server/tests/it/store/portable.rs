//! Every statement of the crate, read from its source, against the tables of the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use vault_server::store::{AccountKey, LoginKey, STEPS, ServerKey, ShardKey, VaultKey};

/// The shards: the type of the key, and the column.
const SHARDS: [(&str, &str); 4] = [
    ("AccountKey", AccountKey::COLUMN),
    ("LoginKey", LoginKey::COLUMN),
    ("ServerKey", ServerKey::COLUMN),
    ("VaultKey", VaultKey::COLUMN),
];

/// What no statement may have: not everywhere the same, or impossible on a database that is divided by key.
const REFUSED: &[&str] = &[
    "ADVISORY",
    "AUTOINCREMENT",
    "BEGIN",
    "BLOB",
    "COMMIT",
    "CURRENT_TIMESTAMP",
    "FUNCTION",
    "IDENTITY",
    "INTEGER",
    "LISTEN",
    "NOTIFY",
    "NOW",
    "PRAGMA",
    "PROCEDURE",
    "REPLACE",
    "ROLLBACK",
    "ROWID",
    "SAVEPOINT",
    "SEQUENCE",
    "SERIAL",
    "TEMP",
    "TEMPORARY",
    "TRIGGER",
    "TYPEOF",
];

fn schema() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(include_str!("../../../migrations/0000_begin.sql")).unwrap();
    STEPS.iter().for_each(|step| db.execute_batch(step).unwrap());
    db
}

/// The tables with the first column of their primary key.
fn tables(db: &Connection) -> BTreeMap<String, String> {
    let first = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk = 1";
    let mut statement = db.prepare(first).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The Rust files of a folder and those below.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![fs::read_to_string(path).unwrap()],
        })
        .collect()
}

/// The statements of a source: the type of the key, and the text.
fn statements(source: &str) -> Vec<(String, String)> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    // The type of the constant stands before its statements; a list of them has several.
    let mut key = String::new();
    let mut found = Vec::new();
    for piece in code.split_inclusive("Sql") {
        if let Some((name, _)) = piece.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            key = name.to_owned();
        }
        if let Some(text) = piece.strip_prefix("::new(") {
            found.push((key.clone(), text.split('"').nth(1).unwrap().to_owned()));
        }
    }
    found
}

/// The statements of the whole crate.
pub fn all_statements() -> Vec<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&source).iter().flat_map(|text| statements(text)).collect()
}

fn words(text: &str) -> Vec<String> {
    let separators = |c: char| !c.is_alphanumeric() && c != '_' && c != '$';
    text.split(separators).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_statement_is_prepared_and_uses_the_tables_of_its_shard_by_their_key() {
    let db = schema();
    let tables = tables(&db);
    let all = all_statements();
    assert!(all.len() >= 4);
    for (key, text) in all {
        let words = words(&text);
        assert!(!words.iter().any(|word| REFUSED.contains(&word.to_uppercase().as_str())), "{text}");
        assert!(db.prepare(&text).is_ok(), "{text}");
        let begins = |word: &str| ["FROM", "INTO", "JOIN", "UPDATE"].contains(&word);
        let after = words.windows(2).filter(|pair| begins(&pair[0]) && pair[1] != "SET");
        let used: BTreeSet<_> = after.map(|pair| tables.get_key_value(&pair[1]).unwrap()).collect();
        assert!(!used.is_empty(), "{text}");
        if key == "ExpiredKey" {
            assert!(
                text.starts_with("DELETE ") && text.contains("WHERE expires_at < $1 LIMIT 500)"),
                "{text}"
            );
            continue;
        }
        if key == "ListingKey" {
            assert!(text.starts_with("SELECT ") && text.contains(" > $1"), "{text}");
            continue;
        }
        if key == "WaitingKey" {
            assert!(text.starts_with("SELECT ") && text.contains(" < $1"), "{text}");
            continue;
        }
        let (_, column) = SHARDS.iter().find(|(name, _)| *name == key).unwrap();
        for (table, first) in used {
            assert_eq!(first, column, "{table} in {text}");
        }
        let by_key = format!("{column} = $1");
        assert!(text.contains(&by_key) || text.starts_with("INSERT "), "{text}");
    }
}

#[test]
fn every_index_and_table_begins_with_the_key_of_a_shard() {
    let db = schema();
    let shards: BTreeSet<_> = SHARDS.iter().map(|(_, column)| (*column).to_owned()).collect();
    for (table, first) in tables(&db) {
        assert!(shards.contains(&first), "{table} begins with {first}");
    }
    let indexes = "SELECT i.name, c.name FROM sqlite_schema i, pragma_index_info(i.name) c \
                   WHERE i.type = 'index' AND c.seqno = 0";
    let mut statement = db.prepare(indexes).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for (index, first) in rows.map(Result::<(String, String), _>::unwrap) {
        assert!(shards.contains(&first), "{index} begins with {first}");
    }
}

#[test]
fn steps_have_portable_types_and_nothing_that_a_divided_database_lacks() {
    for step in STEPS {
        let code: String = step.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join(" ");
        let words: Vec<_> = words(&code).iter().map(|word| word.to_uppercase()).collect();
        assert!(!words.iter().any(|word| REFUSED.contains(&word.as_str())), "{code}");
        assert!(!words.contains(&"REFERENCES".to_owned()), "{code}");
    }
}
