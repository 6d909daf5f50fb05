//! How fast the engine is, beside what the machine could do at best in the same run: `cargo xtask bench`.
//!
//! Durations are of one run on whatever else the machine does meanwhile; the ratios are what can be compared.

mod cost;
mod document;
mod health;
mod items;
mod log;
mod profile;
mod table;

use std::{error::Error, process::ExitCode};

/// Anything that ends a measurement.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match measure(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the measurements whose names are given, or all.
fn measure(wanted: &[String]) -> Outcome {
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let mut table = table::Table::default();
    if wants("profile") {
        for count in [1_000, 10_000, 100_000] {
            profile::measure(count, &mut table)?;
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
        return Err("there are `profile`, `health`, `document` and `log`".into());
    }
    print!("{table}");
    Ok(())
}
