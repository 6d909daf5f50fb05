//! Full-text search with FTS5 inside SQLCipher: an alternative that the engine does not use.

use rusqlite::Connection;
use vault_engine::{item::Item, search::words};

use super::database;
use crate::{
    items::{BATCH, Samples},
    result::Result,
    table::{Runs, Table, Timing},
};

/// The rows of one page as the interface requests them.
const ROWS: u32 = 200;
/// The number of single writes.
const ROUNDS: usize = 200;

/// A tokenizer with the texts to search for.
struct Candidate {
    name: &'static str,
    options: &'static str,
    typed: &'static [&'static str],
    /// Follows the quoted text in the query.
    after: &'static str,
}

const CANDIDATES: [Candidate; 2] = [
    Candidate {
        name: "FTS5, words and prefixes",
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

/// Measures each candidate with `count` items.
pub fn measure(count: usize, table: &mut Table) -> Result {
    for candidate in &CANDIDATES {
        let folder = tempfile::tempdir()?;
        let db = database::open(&folder.path().join("fts.db"))?;
        db.execute_batch(
            "CREATE TABLE plain (number INTEGER PRIMARY KEY, title TEXT, words TEXT, tags TEXT) STRICT",
        )?;
        let plain = write(&db, count, "INSERT INTO plain (title, words, tags) VALUES (?1, ?2, ?3)")?;
        let without = database::bytes(&db)?;
        db.execute_batch(&format!(
            "CREATE VIRTUAL TABLE found USING fts5
                 (title, words, tags, content = '', contentless_delete = 1, {})",
            candidate.options
        ))?;
        let insert = "INSERT INTO found (title, words, tags) VALUES (?1, ?2, ?3)";
        let built = write(&db, count, insert)?;
        let name = |what: &str| format!("{count} items, {}: {what}", candidate.name);
        let beside = ("the same rows in a plain table", plain.each(count).to_string(), built.ratio_to(plain));
        table.add(name("import, each"), built.each(count).to_string(), Some(beside));
        table.add(
            name("bytes per item"),
            ((database::bytes(&db)? - without) / u64::try_from(count)?).to_string(),
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
        let mut numbers = Samples::new();
        for number in 0..ROUNDS {
            let row = row(&numbers.login(number));
            let (_, timing) =
                Timing::of(|| Ok(db.prepare_cached(insert)?.execute((&row.0, &row.1, &row.2))?))?;
            added.add(timing);
        }
        table.add(name("add one"), added.to_string(), None);
    }
    Ok(())
}

fn row(item: &Item) -> (String, String, String) {
    let tags: Vec<&str> = item.tags.iter().map(String::as_str).collect();
    (item.title.clone(), words(item), tags.join(" "))
}

fn write(db: &Connection, count: usize, sql: &str) -> Result<Timing> {
    let mut numbers = Samples::new();
    let mut all = Timing::default();
    for first in (0..count).step_by(BATCH) {
        let end = count.min(first + BATCH);
        let rows: Vec<_> = (first..end).map(|number| row(&numbers.login(number))).collect();
        let ((), timing) = Timing::of(|| {
            let tx = db.unchecked_transaction()?;
            let mut insert = db.prepare_cached(sql)?;
            for (title, words, tags) in &rows {
                insert.execute((title, words, tags))?;
            }
            Ok(tx.commit()?)
        })?;
        all = Timing { wall: all.wall + timing.wall, processor: all.processor + timing.processor };
    }
    Ok(all)
}

fn typed(db: &Connection, candidate: &Candidate, sql: &str, what: &str, table: &mut Table) -> Result {
    let mut find = db.prepare(sql)?;
    let mut runs = Runs::default();
    for _ in 0..8 {
        for text in candidate.typed {
            let wanted = format!("\"{text}\"{}", candidate.after);
            let (_, timing) = Timing::of(|| {
                let found = find.query_map((&wanted, ROWS), |row| row.get(0))?;
                Ok(found.collect::<Result<Vec<i64>, _>>()?)
            })?;
            runs.add(timing);
        }
    }
    table.add(what, runs.to_string(), None);
    Ok(())
}
