//! The health check over all items.

use crate::{
    items::Samples,
    result::Result,
    table::{Table, milliseconds},
};
use std::{
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};
use vault_engine::clock::{SystemClock, system_rng};
use vault_engine::disk::AppDirs;
use vault_engine::health::Settings;
use vault_engine::profile::{NewProfile, NoKeychain, Profiles};
use vault_engine::session::Put;
use vault_engine::{KdfParams, SecretText};

/// Items checked between other commands, as the application does.
const STEP: u32 = 16;

/// Measures a profile with `count` items.
pub fn measure(count: usize, table: &mut Table) -> Result {
    let folder = tempfile::tempdir()?;
    let profiles =
        Profiles::new(AppDirs::portable(folder.path()), Box::new(NoKeychain), Arc::new(SystemClock::new()));
    let new = NewProfile {
        name: "Bench".to_owned(),
        password: SecretText::from("correct horse battery staple"),
        device: "bench".to_owned(),
        kdf: KdfParams::DEFAULT,
    };
    let mut session = profiles.create(new, system_rng())?;
    let mut numbers = Samples::new();
    for number in (0..count).step_by(5_000) {
        let end = count.min(number + 5_000);
        let puts = (number..end).map(|number| Put::new(numbers.login(number))).collect();
        session.put_many(puts, &mut |_| ControlFlow::Continue(()))?;
    }
    let start = Instant::now();
    let mut walk = session.health_begin(Settings::default())?;
    let mut longest = Duration::ZERO;
    let mut more = true;
    while more {
        let step = Instant::now();
        more = session.health_step(&mut walk, STEP)?;
        longest = longest.max(step.elapsed());
    }
    let report = walk.finish();
    let whole = start.elapsed();
    let each = whole / u32::try_from(count)?;
    let figures = format!(
        "{:.1} s, {} each, longest step {}",
        whole.as_secs_f64(),
        milliseconds(each),
        milliseconds(longest)
    );
    table.add(format!("{count} items: health, {} findings", report.findings().len()), figures, None);
    Ok(())
}
