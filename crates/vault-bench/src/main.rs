//! How fast the engine is, beside what the machine could do at best in the same run: `cargo xtask bench`.
//!
//! Durations are of one run on whatever else the machine does meanwhile; the ratios are what can be compared.

mod cost;
mod document;
mod health;
mod items;
mod log;
mod peers;
mod profile;
mod table;

use std::{error::Error, process::ExitCode};

/// Anything that ends a measurement.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match profile::child(&wanted).unwrap_or_else(|| measure(&wanted)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the measurements whose names are given, or all; numbers among them stand for numbers of items.
fn measure(wanted: &[String]) -> Outcome {
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
    if table.is_empty() {
        return Err("there are `profile`, `candidates`, `keepassxc`, `health`, `document` and `log`".into());
    }
    print!("{table}");
    Ok(())
}
