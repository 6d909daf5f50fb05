//! SQLCipher with one table, into which the same number of rows and bytes goes as the engine wrote.

use std::{fs, path::Path};

use crate::{Outcome, profile::BATCH, table::Took};

/// Inserts them in transactions as large as the engine's, and gives what one took.
pub fn insert(folder: &Path, bytes: u64, count: usize) -> Outcome<Took> {
    let path = folder.join("bare.db");
    let db = super::database(&path)?;
    db.execute_batch("CREATE TABLE bare (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")?;
    let body = vec![7_u8; usize::try_from(bytes)? / count.max(1)];
    let ((), took) = Took::of(|| {
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
    Ok(took.each(count))
}
