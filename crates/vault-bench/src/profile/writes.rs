//! Writing: imports, single items, changes, deletions.

use std::{
    fs,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use vault_engine::session::{Opened, Put, Session};

use super::{BATCH, go_on, puts};
use crate::{
    Outcome,
    items::Numbers,
    table::{Runs, Table, Took},
};

/// Single writes of each kind.
const ROUNDS: usize = 200;

/// Writes the items as an import does, and gives what one took, and all.
pub fn import(session: &mut Session, count: usize, numbers: &mut Numbers) -> Outcome<(Took, Duration)> {
    let start = Instant::now();
    let mut all = Took::default();
    let mut number = 0;
    while number < count {
        let end = count.min(number + BATCH);
        // Making them up is no part of it.
        let puts = puts(numbers, number, end);
        let (_, took) = Took::of(|| Ok(session.put_many(puts, &mut go_on)?))?;
        all = Took { wall: all.wall + took.wall, processor: all.processor + took.processor };
        number = end;
    }
    Ok((all.each(count), start.elapsed()))
}

/// Adds, changes and deletes items one by one, each in its own confirmed transaction.
pub fn measure(
    session: &mut Session,
    folder: &Path,
    count: usize,
    numbers: &mut Numbers,
    table: &mut Table,
) -> Outcome {
    let (mut added, mut changed, mut trashed, mut purged) =
        (Runs::default(), Runs::default(), Runs::default(), Runs::default());
    let (mut ids, before) = (Vec::new(), log_bytes(folder)?);
    let mut grown = Vec::new();
    let mut last = before;
    for number in 0..ROUNDS {
        let put = Put::new(numbers.login(number));
        let (stored, took) = Took::of(|| Ok(session.put(put)?))?;
        added.add(took);
        ids.push(stored.id);
        let now = log_bytes(folder)?;
        grown.extend(now.checked_sub(last));
        last = now;
    }
    grown.retain(|bytes| *bytes > 0);
    grown.sort_unstable();
    let pages = grown.get(grown.len() / 2).copied().unwrap_or(0) / 4120;
    for id in &ids {
        let Opened { mut item, revision, revisions: _, vault: _ } = session.get(*id)?;
        item.title.push_str(" changed");
        let (_, took) = Took::of(|| Ok(session.put(Put::change(*id, revision, item))?))?;
        changed.add(took);
    }
    for id in &ids {
        let (_, took) = Took::of(|| Ok(session.trash(&[*id])?))?;
        trashed.add(took);
    }
    for id in &ids {
        let (_, took) = Took::of(|| Ok(session.purge(&[*id])?))?;
        purged.add(took);
    }
    let synced = appends(folder)?;
    let mut row = |what: &str, runs: &Runs| {
        let ratio = runs.median().wall.as_secs_f64() / synced.median().wall.as_secs_f64();
        let beside = ("4 KiB appended and synced", synced.to_string(), ratio);
        table.add(format!("{count} items: {what}"), runs.to_string(), Some(beside));
    };
    row(&format!("add one ({pages} pages written)"), &added);
    row("change one", &changed);
    row("put one into the trash", &trashed);
    row("delete one for good", &purged);
    Ok(())
}

/// The length of the database's write-ahead log.
fn log_bytes(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += log_bytes(&entry.path())?;
        } else if entry.file_name().to_string_lossy() == "vault.db-wal" {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// The least that confirming a write can cost on this disk.
fn appends(folder: &Path) -> Outcome<Runs> {
    let mut file = fs::File::create(folder.join("appends"))?;
    let mut runs = Runs::default();
    for _ in 0..ROUNDS {
        let ((), took) = Took::of(|| {
            file.write_all(&[7; 4096])?;
            Ok(file.sync_data()?)
        })?;
        runs.add(took);
    }
    Ok(runs)
}
