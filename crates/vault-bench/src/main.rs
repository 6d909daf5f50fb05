//! Measures the engine beside the best that the machine can do in the same run: `cargo xtask bench`.
//!
//! Durations depend on the machine and its load; compare the ratios.

mod cost;
mod document;
mod health;
mod items;
mod log;
mod logs;
mod peers;
mod profile;
mod result;
mod sync;
mod table;
mod team;

use result::Result;
use std::process::ExitCode;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match profile::worker(&wanted).or_else(|| sync::worker(&wanted)).unwrap_or_else(|| measure(&wanted)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the named measurements, or all; a number among the names is a number of items.
fn measure(wanted: &[String]) -> Result {
    let names: Vec<&String> = wanted.iter().filter(|word| word.parse::<usize>().is_err()).collect();
    let wants = |name: &str| names.is_empty() || names.iter().any(|word| *word == name);
    let mut table = table::Table::default();
    let counts: Vec<usize> = wanted.iter().filter_map(|word| word.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![1_000, 10_000, 100_000] } else { counts };
    for count in counts {
        if wants("profile") {
            profile::measure(count, &mut table)?;
        }
        if wants("candidates") {
            peers::fts::measure(count, &mut table)?;
            peers::blob::measure(count, &mut table)?;
        }
        if wants("sync") {
            sync::measure(count, &mut table)?;
        }
        if wants("keepassxc") {
            peers::keepassxc::measure(count, &mut table)?;
        }
    }
    if wants("health") {
        for count in [1_000, 10_000, 100_000] {
            health::measure(count, &mut table)?;
        }
    }
    if wants("document") {
        document::measure(&mut table)?;
    }
    if wants("log") {
        log::measure(&mut table)?;
    }
    if wants("team") {
        team::measure(&mut table)?;
    }
    if table.is_empty() {
        return Err(
            "the measurements are `profile`, `sync`, `candidates`, `keepassxc`, `health`, `document`, `log` and `team`"
                .into(),
        );
    }
    print!("{table}");
    Ok(())
}
