//! The steps of a test run with their durations.

use crate::{
    process::{Error, Result, note},
    project,
};
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

/// The steps so far.
#[derive(Default)]
pub struct Steps {
    finished: Vec<(String, Duration)>,
    skipped: Vec<(String, String)>,
}

impl Steps {
    /// Runs a step and prints its name before and its duration afterwards.
    pub fn run<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        note(&format!("\n== {name}"));
        let start = Instant::now();
        let result = step();
        self.record(name, start.elapsed());
        result.map_err(|error| Error::new(format!("{name}: {error}")))
    }

    /// Adds a step that ran on another thread.
    pub fn record(&mut self, name: &str, duration: Duration) {
        note(&format!("== {name}: {}", format(duration)));
        self.finished.push((name.to_owned(), duration));
    }

    /// Skips a step with the reason; fails on CI.
    pub fn skip(&mut self, name: &str, reason: &Error) -> Result {
        if project::on_ci() {
            return Err(Error::new(format!("{name} cannot run here: {reason}")));
        }
        note(&format!("\n== {name}: SKIPPED, {reason}"));
        self.skipped.push((name.to_owned(), reason.to_string()));
        Ok(())
    }

    /// Formats the durations and the skipped steps as a table.
    pub fn table(&self) -> String {
        let width = self.finished.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, duration) in &self.finished {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<width$}  {:>7}", format(*duration));
        }
        for (name, reason) in &self.skipped {
            let _ = writeln!(text, "{name}: SKIPPED, {reason}");
        }
        text
    }
}

/// Formats minutes and seconds, or seconds with a tenth.
fn format(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 60.. => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{:.1}s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_aligns_names_and_durations() {
        let steps = Steps {
            finished: vec![
                ("format".into(), Duration::from_millis(2_340)),
                ("rust tests".into(), Duration::from_secs(125)),
            ],
            skipped: vec![("e2e".into(), "no display".into())],
        };
        assert_eq!(steps.table(), "format         2.3s\nrust tests   2m 05s\ne2e: SKIPPED, no display\n");
    }

    #[test]
    fn a_failing_step_is_named_and_timed() {
        let mut steps = Steps::default();
        let result: Result = steps.run("lint", || Err(Error::new("clippy failed")));
        assert_eq!(result.map_err(|error| error.to_string()), Err("lint: clippy failed".into()));
        assert!(steps.table().starts_with("lint"));
    }
}
