//! One profile with a given number of items: import, unlock, lists, search, writes, memory.

mod fixture;
mod keystrokes;
mod memory;
mod writes;

use std::path::Path;

use vault_engine::clock::system_rng;
use vault_engine::profile::NewProfile;
use vault_engine::session::{Query, Session};
use vault_engine::{KdfParams, SecretText};

use crate::{
    items::Samples,
    peers,
    result::Result,
    table::{Runs, Table, Timing, milliseconds},
};

pub use fixture::{PASSWORD, profiles};
pub use memory::worker;
pub use writes::import;

use fixture::{ROWS, query};

/// Measures a profile with `count` items.
pub fn measure(count: usize, table: &mut Table) -> Result {
    let folder = tempfile::tempdir()?;
    let profiles = profiles(folder.path());
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from(PASSWORD),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut numbers = Samples::new();
    let mut session = profiles.create(new, system_rng())?;
    let id = session.profile().id;
    let (imported, imported_all) = import(&mut session, count, &mut numbers)?;
    drop(session);
    let bytes = database_bytes(folder.path())?;
    let bare = peers::bare::insert(folder.path(), bytes, count)?;
    table.add(
        format!("{count} items: import, each"),
        imported.to_string(),
        Some((
            &format!("bare SQLCipher, rows of the same {} bytes", bytes / u64::try_from(count)?),
            bare.to_string(),
            bare.wall.as_secs_f64() / imported.wall.as_secs_f64(),
        )),
    );
    table.add(format!("{count} items: import, all"), milliseconds(imported_all), None);

    let (unsealed, hashing) = Timing::of(|| Ok(profiles.unseal(id, &SecretText::from(PASSWORD), None)?))?;
    let (mut session, opened) = Timing::of(|| {
        let mut session = profiles.open(unsealed, system_rng())?;
        session.list(&query(""))?;
        Ok(session)
    })?;
    let ((), filled) = Timing::of(|| {
        while session.prepare_search()? {}
        Ok(())
    })?;
    let of_hashing = |part: Timing| {
        Some((
            "Argon2id, wall time",
            milliseconds(hashing.wall),
            part.wall.as_secs_f64() / hashing.wall.as_secs_f64(),
        ))
    };
    table.add(format!("{count} items: unlock to first page"), opened.to_string(), of_hashing(opened));
    table.add(format!("{count} items: search index filled"), filled.to_string(), of_hashing(filled));

    lists(&mut session, count, table)?;
    keystrokes::measure(&mut session, count, table)?;
    writes::measure(&mut session, folder.path(), count, &mut numbers, table)?;
    drop(session);
    memory::measure(folder.path(), id, count, table)
}

/// The size of the database below a folder, in bytes.
fn database_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += database_bytes(&entry.path())?;
        } else if entry.file_name().to_string_lossy() == "vault.db" {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// Measures pages all over the list, and single items.
fn lists(session: &mut Session, count: usize, table: &mut Table) -> Result {
    let last = u32::try_from(count)?.saturating_sub(ROWS);
    let mut ids = Vec::new();
    let mut deep = Runs::default();
    let mut first_deep = Timing::default();
    for step in 0..=40_u32 {
        // From the last page to the first.
        let offset = last - (last / 40) * step;
        let (page, timing) = Timing::of(|| Ok(session.list(&Query { offset, ..query("") })?))?;
        ids.extend(page.rows.iter().step_by(20).map(|row| row.id));
        if step == 0 {
            first_deep = timing;
        } else {
            deep.add(timing);
        }
    }
    table.add(format!("{count} items: the last page of the list, first time"), first_deep.to_string(), None);
    table.add(format!("{count} items: any page of {ROWS}"), deep.to_string(), None);
    let mut got = Runs::default();
    for id in ids {
        let (_, timing) = Timing::of(|| Ok(session.get(id)?))?;
        got.add(timing);
    }
    table.add(format!("{count} items: get one"), got.to_string(), None);
    Ok(())
}
