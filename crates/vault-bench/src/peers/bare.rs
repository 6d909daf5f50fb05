//! SQLCipher with one table of as many rows and bytes as the engine wrote.

use std::{fs, path::Path};

use super::database;
use crate::{items::BATCH, result::Result, table::Timing};

/// Inserts the rows in transactions as large as the engine's; returns the timing of one.
pub fn insert(folder: &Path, bytes: u64, count: usize) -> Result<Timing> {
    let path = folder.join("bare.db");
    let db = database::open(&path)?;
    db.execute_batch("CREATE TABLE bare (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")?;
    let body = vec![7_u8; usize::try_from(bytes)? / count.max(1)];
    let ((), timing) = Timing::of(|| {
        let mut number = 0;
        while number < count {
            let all = db.unchecked_transaction()?;
            let mut insert = db.prepare_cached("INSERT INTO bare (body) VALUES (?1)")?;
            let end = count.min(number + BATCH);
            for _ in number..end {
                insert.execute([&body])?;
            }
            all.commit()?;
            number = end;
        }
        Ok(())
    })?;
    db.close().map_err(|(_, error)| error)?;
    fs::remove_file(path)?;
    Ok(timing.each(count))
}
