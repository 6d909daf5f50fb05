//! Figures: timings, percentiles and the table that is printed.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::result::Result;

/// Measured figures as a Markdown table.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a figure with the one that it is compared with, if any.
    pub fn add(&mut self, what: impl Into<String>, figure: String, beside: Option<(&str, String, f64)>) {
        let (beside, ratio) = match beside {
            Some((name, figure, ratio)) => (format!("{name}: {figure}"), format!("{ratio:.2}")),
            None => ("–".to_owned(), "–".to_owned()),
        };
        self.0.push([what.into(), figure, beside, ratio]);
    }

    /// Returns whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "| measured | figure | compared with, in the same run | ratio |\n|---|---|---|---|"
        )?;
        for [what, figure, beside, ratio] in &self.0 {
            writeln!(formatter, "| {what} | {figure} | {beside} | {ratio} |")?;
        }
        Ok(())
    }
}

/// The duration of work: wall time, and processor time of this thread, which other programs affect least.
#[derive(Clone, Copy, Default)]
pub struct Timing {
    pub wall: Duration,
    pub processor: Duration,
}

impl Timing {
    /// Measures work on this thread.
    pub fn of<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Self)> {
        let (start, before) = (Instant::now(), thread_time());
        let made = work()?;
        Ok((made, Self { processor: thread_time().saturating_sub(before), wall: start.elapsed() }))
    }

    /// The timing of one of many equal parts.
    pub fn each(self, count: usize) -> Self {
        let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        Self { wall: self.wall / count, processor: self.processor / count }
    }

    /// The ratio of this processor time to the other's.
    pub fn ratio_to(self, other: Self) -> f64 {
        self.processor.as_secs_f64() / other.processor.as_secs_f64()
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} CPU, {} wall", milliseconds(self.processor), milliseconds(self.wall))
    }
}

/// The processor time of this thread so far.
#[cfg(unix)]
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Wall time, where processor time is not available.
#[cfg(not(unix))]
pub fn thread_time() -> Duration {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// The timings of many runs of the same work.
#[derive(Default)]
pub struct Runs {
    wall: Vec<Duration>,
    processor: Vec<Duration>,
}

impl Runs {
    /// Adds a run.
    pub fn add(&mut self, timing: Timing) {
        self.wall.push(timing.wall);
        self.processor.push(timing.processor);
    }

    /// The median.
    pub fn median(&self) -> Timing {
        self.percentile(50)
    }

    /// The times that this share of the runs, from 0 to 100, did not exceed, each on its own.
    pub fn percentile(&self, share: usize) -> Timing {
        let of = |times: &Vec<Duration>| Durations::new(times.clone()).percentile(share);
        Timing { wall: of(&self.wall), processor: of(&self.processor) }
    }
}

impl fmt::Display for Runs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (half, most) = (self.percentile(50), self.percentile(99));
        write!(
            formatter,
            "p50 {}, p99 {} CPU (wall {}, {})",
            milliseconds(half.processor),
            milliseconds(most.processor),
            milliseconds(half.wall),
            milliseconds(most.wall)
        )
    }
}

/// Durations of many runs, sorted for percentiles.
pub struct Durations(Vec<Duration>);

impl Durations {
    /// Sorts the durations.
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

/// Formats milliseconds, with two decimals below ten.
pub fn milliseconds(duration: Duration) -> String {
    let value = duration.as_secs_f64() * 1e3;
    if value < 10.0 { format!("{value:.2} ms") } else { format!("{value:.0} ms") }
}
