use std::{fmt, time::Duration};

/// Measured figures as a Markdown table.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a figure with what it is compared with, if anything.
    pub fn add(&mut self, what: impl Into<String>, figure: String, beside: Option<(&str, String, f64)>) {
        let (beside, ratio) = match beside {
            Some((name, figure, ratio)) => (format!("{name}: {figure}"), format!("{ratio:.2}")),
            None => ("–".to_owned(), "–".to_owned()),
        };
        self.0.push([what.into(), figure, beside, ratio]);
    }

    /// Tells whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| measured | figure | beside, in the same run | ratio |\n|---|---|---|---|")?;
        for [what, figure, beside, ratio] in &self.0 {
            writeln!(formatter, "| {what} | {figure} | {beside} | {ratio} |")?;
        }
        Ok(())
    }
}

/// Durations of many runs, from which percentiles are read.
pub struct Durations(Vec<Duration>);

impl Durations {
    /// Sorts what was measured.
    pub fn new(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }

    /// The duration that this share of the runs, from 0 to 100, did not exceed.
    pub fn percentile(&self, share: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * share / 100).copied().unwrap_or_default()
    }
}

/// Milliseconds, with as many digits as mean something.
pub fn milliseconds(duration: Duration) -> String {
    let value = duration.as_secs_f64() * 1e3;
    if value < 10.0 { format!("{value:.2} ms") } else { format!("{value:.0} ms") }
}
