//! Unlocking, searching and adding, by the number of items.

use crate::{
    Outcome,
    items::Numbers,
    table::{Durations, Table, milliseconds},
};
use std::{
    fs,
    io::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use vault_engine::{
    KdfParams, SecretText,
    clock::{SystemClock, system_rng},
    profile::{NewProfile, NoKeychain, Places, Profiles},
    session::{Put, Query, Scope, Session, Sort},
};

/// What is typed into the search field, character by character.
const TYPED: [&str; 10] =
    ["bermi", "a", "example.net", "kor 12", "tag:labo", "galin", "el", "hal 99", "xqzjw", "type:login ma"];

/// Rows of a list as the interface asks for them.
const ROWS: u32 = 100;

/// Measures one profile with that many items.
pub fn measure(count: usize, table: &mut Table) -> Outcome {
    let folder = tempfile::tempdir()?;
    let profiles =
        Profiles::new(Places::portable(folder.path()), Box::new(NoKeychain), Arc::new(SystemClock::new()));
    let password = SecretText::from("correct horse battery staple");
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from(password.expose()),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut numbers = Numbers::new();
    let mut session = profiles.create(new, system_rng())?;
    let start = Instant::now();
    fill(&mut session, count, &mut numbers)?;
    let each = start.elapsed() / u32::try_from(count)?;
    table.add(format!("{count} items: import, each"), milliseconds(each), None);
    let id = session.profile().id;
    drop(session);

    let hashing = Instant::now();
    let unsealed = profiles.unseal(id, &password, None)?;
    let hashing = hashing.elapsed();
    let start = Instant::now();
    let mut session = profiles.open(unsealed, system_rng())?;
    session.list(&query(""))?;
    let opened = start.elapsed();
    while session.prepare_search()? {}
    let ready = start.elapsed();
    let of_hashing = |part: Duration| Some(("Argon2id", milliseconds(hashing), ratio(part, hashing)));
    table.add(format!("{count} items: unlock to first page"), milliseconds(opened), of_hashing(opened));
    table.add(format!("{count} items: unlock to search ready"), milliseconds(ready), of_hashing(ready));

    let keystrokes = keystrokes(&mut session)?;
    let figures = format!(
        "p50 {}, p99 {}",
        milliseconds(keystrokes.percentile(50)),
        milliseconds(keystrokes.percentile(99))
    );
    table.add(format!("{count} items: search keystroke"), figures, None);

    let added = adds(&mut session, &mut numbers)?.percentile(50);
    let synced = appends(folder.path())?.percentile(50);
    let beside = Some(("4 KiB appended and synced", milliseconds(synced), ratio(added, synced)));
    table.add(format!("{count} items: add one, p50"), milliseconds(added), beside);
    Ok(())
}

/// Writes the items as an import does, in transactions of a few thousand.
fn fill(session: &mut Session, count: usize, numbers: &mut Numbers) -> Outcome {
    let mut number = 0;
    while number < count {
        let end = count.min(number + 5_000);
        let puts = (number..end).map(|number| Put::new(numbers.login(number))).collect();
        session.put_many(puts, &mut |_| ControlFlow::Continue(()))?;
        number = end;
    }
    Ok(())
}

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: ROWS }
}

/// Types every text, one list for each character, rows included.
fn keystrokes(session: &mut Session) -> Outcome<Durations> {
    let mut durations = Vec::new();
    for _ in 0..5 {
        for typed in TYPED {
            for (end, character) in typed.char_indices() {
                let query = query(typed.get(..end + character.len_utf8()).unwrap_or(typed));
                let start = Instant::now();
                session.list(&query)?;
                durations.push(start.elapsed());
            }
        }
    }
    Ok(Durations::new(durations))
}

/// Adds items one by one, each in its own confirmed transaction.
fn adds(session: &mut Session, numbers: &mut Numbers) -> Outcome<Durations> {
    let mut durations = Vec::new();
    for number in 0..100 {
        let put = Put::new(numbers.login(number));
        let start = Instant::now();
        session.put(put)?;
        durations.push(start.elapsed());
    }
    Ok(Durations::new(durations))
}

/// The least that confirming a write can cost on this disk.
fn appends(folder: &Path) -> Outcome<Durations> {
    let mut file = fs::File::create(folder.join("appends"))?;
    let mut durations = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        durations.push(start.elapsed());
    }
    Ok(Durations::new(durations))
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}
