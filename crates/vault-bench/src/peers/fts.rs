//! The other way to search: FTS5 inside SQLCipher. Built far enough to be measured, and used for nothing else.

use rusqlite::Connection;
use vault_engine::{item::Item, search::words};

use crate::{
    Outcome,
    items::Numbers,
    profile::BATCH,
    table::{Runs, Table, Took},
};

/// Rows as the interface asks for them.
const ROWS: u32 = 200;
/// Single writes.
const ROUNDS: usize = 200;

/// A way to cut texts into terms, the texts to look for, and how they are asked for.
struct Candidate {
    name: &'static str,
    options: &'static str,
    typed: &'static [&'static str],
    /// What follows the quoted text.
    after: &'static str,
}

const CANDIDATES: [Candidate; 2] = [
    Candidate {
        name: "FTS5, words and their beginnings",
        options: "tokenize = \"unicode61 remove_diacritics 2\", prefix = '1 2 3'",
        typed: &[
            "b", "be", "ber", "berm", "bermi", "g", "ga", "gal", "a", "k", "ko", "kor", "tag1", "el", "ele",
        ],
        after: "*",
    },
    Candidate {
        name: "FTS5, trigrams",
        options: "tokenize = \"trigram remove_diacritics 1\"",
        typed: &["erm", "ermi", "lin", "alinf", "xam", "xample", "orb", "n.e", "ink", "inka", "ber", "gal"],
        after: "",
    },
];

/// Measures both ways with that many items.
pub fn measure(count: usize, table: &mut Table) -> Outcome {
    for candidate in &CANDIDATES {
        let folder = tempfile::tempdir()?;
        let db = super::database(&folder.path().join("fts.db"))?;
        db.execute_batch(
            "CREATE TABLE plain (number INTEGER PRIMARY KEY, title TEXT, words TEXT, tags TEXT) STRICT",
        )?;
        let plain = write(&db, count, "INSERT INTO plain (title, words, tags) VALUES (?1, ?2, ?3)")?;
        let without = super::bytes(&db)?;
        db.execute_batch(&format!(
            "CREATE VIRTUAL TABLE found USING fts5
                 (title, words, tags, content = '', contentless_delete = 1, {})",
            candidate.options
        ))?;
        let insert = "INSERT INTO found (title, words, tags) VALUES (?1, ?2, ?3)";
        let built = write(&db, count, insert)?;
        let name = |what: &str| format!("{count} items, {}: {what}", candidate.name);
        let beside = ("the same rows in a plain table", plain.each(count).to_string(), built.of_other(plain));
        table.add(name("import, each"), built.each(count).to_string(), Some(beside));
        table.add(
            name("bytes an item"),
            ((super::bytes(&db)? - without) / u64::try_from(count)?).to_string(),
            None,
        );
        typed(
            &db,
            candidate,
            "SELECT rowid FROM found WHERE found MATCH ?1 LIMIT ?2",
            &name("keystroke, any 200"),
            table,
        )?;
        typed(
            &db,
            candidate,
            "SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY rank LIMIT ?2",
            &name("keystroke, the best 200"),
            table,
        )?;
        typed(
            &db,
            candidate,
            "SELECT count(*) FROM found WHERE found MATCH ?1 AND ?2",
            &name("keystroke, how many"),
            table,
        )?;
        let mut added = Runs::default();
        let mut numbers = Numbers::new();
        for number in 0..ROUNDS {
            let row = row(&numbers.login(number));
            let (_, took) = Took::of(|| Ok(db.prepare_cached(insert)?.execute((&row.0, &row.1, &row.2))?))?;
            added.add(took);
        }
        table.add(name("add one"), added.to_string(), None);
    }
    Ok(())
}

fn row(item: &Item) -> (String, String, String) {
    let tags: Vec<&str> = item.tags.iter().map(String::as_str).collect();
    (item.title.clone(), words(item), tags.join(" "))
}

fn write(db: &Connection, count: usize, sql: &str) -> Outcome<Took> {
    let mut numbers = Numbers::new();
    let mut all = Took::default();
    for first in (0..count).step_by(BATCH) {
        let end = count.min(first + BATCH);
        let rows: Vec<_> = (first..end).map(|number| row(&numbers.login(number))).collect();
        let ((), took) = Took::of(|| {
            let tx = db.unchecked_transaction()?;
            let mut insert = db.prepare_cached(sql)?;
            for (title, words, tags) in &rows {
                insert.execute((title, words, tags))?;
            }
            Ok(tx.commit()?)
        })?;
        all = Took { wall: all.wall + took.wall, processor: all.processor + took.processor };
    }
    Ok(all)
}

fn typed(db: &Connection, candidate: &Candidate, sql: &str, what: &str, table: &mut Table) -> Outcome {
    let mut find = db.prepare(sql)?;
    let mut runs = Runs::default();
    for _ in 0..8 {
        for text in candidate.typed {
            let wanted = format!("\"{text}\"{}", candidate.after);
            let (_, took) = Took::of(|| {
                let found = find.query_map((&wanted, ROWS), |row| row.get(0))?;
                Ok(found.collect::<Result<Vec<i64>, _>>()?)
            })?;
            runs.add(took);
        }
    }
    table.add(what, runs.to_string(), None);
    Ok(())
}
