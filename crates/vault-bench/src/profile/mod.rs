//! One profile, by the number of its items: import, unlocking, lists, search, writing, memory.

mod memory;
mod typing;
mod writes;

use std::{ops::ControlFlow, path::Path, sync::Arc};

use vault_engine::clock::{SystemClock, system_rng};
use vault_engine::disk::Places;
use vault_engine::profile::{NewProfile, NoKeychain, Profiles};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Put, Query, Session};
use vault_engine::{KdfParams, ProfileId, SecretText};

use crate::{
    Outcome,
    items::Numbers,
    peers,
    table::{Runs, Table, Took, milliseconds},
};

pub use memory::child;

/// The master password of every measured profile.
const PASSWORD: &str = "correct horse battery staple";
/// Rows of a list as the interface asks for them.
const ROWS: u32 = 200;
/// Items written in one transaction: an import writes all of its items in one.
pub const BATCH: usize = 100_000;

/// Measures one profile with that many items.
pub fn measure(count: usize, table: &mut Table) -> Outcome {
    let folder = tempfile::tempdir()?;
    let profiles = profiles(folder.path());
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from(PASSWORD),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut numbers = Numbers::new();
    let mut session = profiles.create(new, system_rng())?;
    let id = session.profile().id;
    let (imported, imported_all) = writes::import(&mut session, count, &mut numbers)?;
    drop(session);
    let bytes = database_bytes(folder.path())?;
    let bare = peers::bare::insert(folder.path(), bytes, count)?;
    table.add(
        format!("{count} items: import, each"),
        imported.to_string(),
        Some((
            &format!("bare SQLCipher, the same {} bytes a row", bytes / u64::try_from(count)?),
            bare.to_string(),
            bare.wall.as_secs_f64() / imported.wall.as_secs_f64(),
        )),
    );
    table.add(format!("{count} items: import, all"), milliseconds(imported_all), None);

    let (unsealed, hashing) = Took::of(|| Ok(profiles.unseal(id, &SecretText::from(PASSWORD), None)?))?;
    let (mut session, opened) = Took::of(|| {
        let mut session = profiles.open(unsealed, system_rng())?;
        session.list(&query(""))?;
        Ok(session)
    })?;
    let ((), filled) = Took::of(|| {
        while session.prepare_search()? {}
        Ok(())
    })?;
    let of_hashing = |part: Took| {
        Some((
            "Argon2id, by the clock",
            milliseconds(hashing.wall),
            part.wall.as_secs_f64() / hashing.wall.as_secs_f64(),
        ))
    };
    table.add(format!("{count} items: unlock to first page"), opened.to_string(), of_hashing(opened));
    table.add(format!("{count} items: search index filled"), filled.to_string(), of_hashing(filled));

    lists(&mut session, count, table)?;
    typing::measure(&mut session, count, table)?;
    writes::measure(&mut session, folder.path(), count, &mut numbers, table)?;
    drop(session);
    memory::measure(folder.path(), id, count, table)
}

/// The profiles in a folder, without a keychain.
fn profiles(folder: &Path) -> Profiles {
    Profiles::new(Places::portable(folder), Box::new(NoKeychain), Arc::new(SystemClock::new()))
}

fn open(folder: &Path, id: ProfileId) -> Outcome<Session> {
    let profiles = profiles(folder);
    let unsealed = profiles.unseal(id, &SecretText::from(PASSWORD), None)?;
    Ok(profiles.open(unsealed, system_rng())?)
}

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: ROWS }
}

/// The bytes of the database and its log, wherever below the folder they lie.
fn database_bytes(folder: &Path) -> Outcome<u64> {
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

/// Pages at the beginning and deep in the list, and single items.
fn lists(session: &mut Session, count: usize, table: &mut Table) -> Outcome {
    let last = u32::try_from(count)?.saturating_sub(ROWS);
    let mut ids = Vec::new();
    let mut deep = Runs::default();
    let mut first_deep = Took::default();
    for step in 0..=40_u32 {
        // All over the list, the last page first.
        let offset = last - (last / 40) * step;
        let (page, took) = Took::of(|| Ok(session.list(&Query { offset, ..query("") })?))?;
        ids.extend(page.rows.iter().step_by(20).map(|row| row.id));
        if step == 0 {
            first_deep = took;
        } else {
            deep.add(took);
        }
    }
    table.add(format!("{count} items: the last page of the list, first time"), first_deep.to_string(), None);
    table.add(format!("{count} items: any page of {ROWS}"), deep.to_string(), None);
    let mut got = Runs::default();
    for id in ids {
        let (_, took) = Took::of(|| Ok(session.get(id)?))?;
        got.add(took);
    }
    table.add(format!("{count} items: get one"), got.to_string(), None);
    Ok(())
}

/// Puts items in transactions of a few thousand, and says when it is to go on.
fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Items to be written.
fn puts(numbers: &mut Numbers, first: usize, end: usize) -> Vec<Put> {
    (first..end).map(|number| Put::new(numbers.login(number))).collect()
}
