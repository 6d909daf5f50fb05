use crate::Outcome;
use std::{
    fmt, fs,
    time::{Duration, Instant},
};

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

/// What moving a number of bytes took.
pub struct Cost {
    gigabytes: f64,
    wall: Duration,
    processor: Duration,
}

impl Cost {
    /// Measures a piece of work on that many bytes.
    pub fn of<T>(bytes: u64, work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Self)> {
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let gigabytes = bytes as f64 / 1e9;
        let (start, before) = (Instant::now(), processor_time()?);
        let made = work()?;
        let processor = processor_time()?.saturating_sub(before);
        Ok((made, Self { gigabytes, wall: start.elapsed(), processor }))
    }

    /// How many times as fast as another, by processor time, which other programs disturb least.
    pub fn against(&self, other: &Self) -> f64 {
        other.processor.as_secs_f64() / self.processor.as_secs_f64()
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(formatter, "{:.2} GB/s, {:.2} CPU s per GB", self.gigabytes / wall, processor / self.gigabytes)
    }
}

/// The processor time of all threads so far, the kernel's work for them included.
fn processor_time() -> Outcome<Duration> {
    /// Linux counts in hundredths of a second here.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(") ").ok_or("what does /proc/self/stat say?")?;
    // User and system time are the 14th and 15th value; two stand before.
    let mut ticks = 0;
    for value in after_name.split(' ').skip(11).take(2) {
        ticks += value.parse::<u32>()?;
    }
    Ok(TICK * ticks)
}
