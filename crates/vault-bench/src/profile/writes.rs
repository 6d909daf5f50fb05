//! Writes: imports, single items, changes, deletions.

use std::{
    fs,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use vault_engine::session::{Opened, Put, Session};

use super::fixture::{go_on, puts};
use crate::{
    items::{BATCH, Samples},
    result::Result,
    table::{Runs, Table, Timing},
};

/// The number of single writes of each kind.
const ROUNDS: usize = 200;

/// Writes items as an import does; returns the timing of one and the wall time of all.
pub fn import(session: &mut Session, count: usize, numbers: &mut Samples) -> Result<(Timing, Duration)> {
    let start = Instant::now();
    let mut all = Timing::default();
    let mut number = 0;
    while number < count {
        let end = count.min(number + BATCH);
        // Not measured.
        let puts = puts(numbers, number, end);
        let (_, timing) = Timing::of(|| Ok(session.put_many(puts, &mut go_on)?))?;
        all = Timing { wall: all.wall + timing.wall, processor: all.processor + timing.processor };
        number = end;
    }
    Ok((all.each(count), start.elapsed()))
}

/// Adds, changes and deletes items one by one, each in its own durable transaction.
pub fn measure(
    session: &mut Session,
    folder: &Path,
    count: usize,
    numbers: &mut Samples,
    table: &mut Table,
) -> Result {
    let (mut added, mut changed, mut trashed, mut purged) =
        (Runs::default(), Runs::default(), Runs::default(), Runs::default());
    let (mut ids, before) = (Vec::new(), log_bytes(folder)?);
    let mut grown = Vec::new();
    let mut last = before;
    for number in 0..ROUNDS {
        let put = Put::new(numbers.login(number));
        let (stored, timing) = Timing::of(|| Ok(session.put(put)?))?;
        added.add(timing);
        ids.push(stored.id);
        let now = log_bytes(folder)?;
        grown.extend(now.checked_sub(last));
        last = now;
    }
    grown.retain(|bytes| *bytes > 0);
    grown.sort_unstable();
    let pages = grown.get(grown.len() / 2).copied().unwrap_or(0) / 4120;
    for id in &ids {
        let Opened { mut item, revision, .. } = session.get(*id)?;
        item.title.push_str(" changed");
        let (_, timing) = Timing::of(|| Ok(session.put(Put::change(*id, revision, item))?))?;
        changed.add(timing);
    }
    for id in &ids {
        let (_, timing) = Timing::of(|| Ok(session.trash(&[*id])?))?;
        trashed.add(timing);
    }
    for id in &ids {
        let (_, timing) = Timing::of(|| Ok(session.purge(&[*id])?))?;
        purged.add(timing);
    }
    let synced = appends(folder)?;
    let mut row = |what: &str, runs: &Runs| {
        let ratio = runs.median().wall.as_secs_f64() / synced.median().wall.as_secs_f64();
        let beside = ("4 KiB appended and synced", synced.to_string(), ratio);
        table.add(format!("{count} items: {what}"), runs.to_string(), Some(beside));
    };
    row(&format!("add one ({pages} pages written)"), &added);
    row("change one", &changed);
    row("move one to the trash", &trashed);
    row("delete one permanently", &purged);
    Ok(())
}

/// The size of the write-ahead log, in bytes.
fn log_bytes(folder: &Path) -> Result<u64> {
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

/// Measures the least that a durable write costs on this disk.
fn appends(folder: &Path) -> Result<Runs> {
    let mut file = fs::File::create(folder.join("appends"))?;
    let mut runs = Runs::default();
    for _ in 0..ROUNDS {
        let ((), timing) = Timing::of(|| {
            file.write_all(&[7; 4096])?;
            Ok(file.sync_data()?)
        })?;
        runs.add(timing);
    }
    Ok(runs)
}
