//! Steps with a name and a duration, and what became of each.

use crate::{
    project,
    shell::{Failure, Outcome, note},
};
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

/// The steps taken so far.
#[derive(Default)]
pub struct Steps {
    taken: Vec<(String, Duration)>,
    skipped: Vec<(String, String)>,
}

impl Steps {
    /// Takes a step, printing its name before and its duration after.
    pub fn take<T>(&mut self, name: &str, step: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        note(&format!("\n== {name}"));
        let start = Instant::now();
        let outcome = step();
        self.record(name, start.elapsed());
        outcome.map_err(|failure| Failure::new(format!("{name}: {failure}")))
    }

    /// Adds a step that ran elsewhere.
    pub fn record(&mut self, name: &str, duration: Duration) {
        note(&format!("== {name}: {}", spell(duration)));
        self.taken.push((name.to_owned(), duration));
    }

    /// Leaves a step out and remembers why; on CI that is a failure.
    pub fn skip(&mut self, name: &str, reason: &Failure) -> Outcome {
        if project::on_ci() {
            return Err(Failure::new(format!("{name} cannot run here: {reason}")));
        }
        note(&format!("\n== {name}: SKIPPED, {reason}"));
        self.skipped.push((name.to_owned(), reason.to_string()));
        Ok(())
    }

    /// The table of durations, and what was left out.
    pub fn table(&self) -> String {
        let width = self.taken.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, duration) in &self.taken {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<width$}  {:>7}", spell(*duration));
        }
        for (name, reason) in &self.skipped {
            let _ = writeln!(text, "{name}: SKIPPED, {reason}");
        }
        text
    }
}

/// Minutes and seconds, or seconds with a tenth.
fn spell(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 60.. => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{:.1}s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_aligns_names_and_spells_durations() {
        let steps = Steps {
            taken: vec![
                ("format".into(), Duration::from_millis(2_340)),
                ("rust tests".into(), Duration::from_secs(125)),
            ],
            skipped: vec![("e2e".into(), "no display".into())],
        };
        assert_eq!(steps.table(), "format         2.3s\nrust tests   2m 05s\ne2e: SKIPPED, no display\n");
    }

    #[test]
    fn failing_step_is_named_and_timed() {
        let mut steps = Steps::default();
        let outcome: Outcome = steps.take("lint", || Err(Failure::new("clippy failed")));
        assert_eq!(outcome.map_err(|failure| failure.to_string()), Err("lint: clippy failed".into()));
        assert!(steps.table().starts_with("lint"));
    }
}
