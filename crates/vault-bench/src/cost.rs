//! The cost of processing bytes: processor time, wall time, memory.

use std::{
    fmt, fs,
    io::Write as _,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::result::Result;

/// The cost of processing a number of bytes.
#[derive(Clone, Copy)]
pub struct Cost {
    gigabytes: f64,
    wall: Duration,
    processor: Duration,
    /// Peak memory, in bytes.
    memory: u64,
}

impl Cost {
    /// Measures work on a number of bytes.
    pub fn of<T>(bytes: u64, work: impl FnOnce() -> Result<T>) -> Result<(T, Self)> {
        // Resets the peak that the kernel keeps.
        fs::write("/proc/self/clear_refs", "5")?;
        let (start, before) = (Instant::now(), processor_time(Usage::Own)?);
        let made = work()?;
        let (processor, wall) = (processor_time(Usage::Own)?.saturating_sub(before), start.elapsed());
        let memory = status("self", "VmHWM:")?;
        Ok((made, Self { gigabytes: gigabytes(bytes), wall, processor, memory }))
    }

    /// Measures another program that processes a number of bytes.
    pub fn of_program(bytes: u64, program: &mut Command) -> Result<Self> {
        let before = processor_time(Usage::Children)?;
        let start = Instant::now();
        let mut child = program.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let memory = watch(&mut child)?;
        let wall = start.elapsed();
        let processor = processor_time(Usage::Children)?.saturating_sub(before);
        Ok(Self { gigabytes: gigabytes(bytes), wall, processor, memory })
    }

    /// The peak memory, in MiB.
    pub fn memory_mib(&self) -> u64 {
        self.memory / (1024 * 1024)
    }

    /// The ratio of this memory to the other's.
    #[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
    pub fn memory_against(&self, other: &Self) -> f64 {
        self.memory as f64 / other.memory as f64
    }

    /// Measures one call of another program with a text on its standard input.
    pub fn of_program_with_input(mut program: Command, text: &[u8]) -> Result<Self> {
        let before = processor_time(Usage::Children)?;
        let start = Instant::now();
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text)?;
        }
        let memory = watch(&mut child)?;
        let wall = start.elapsed();
        let processor = processor_time(Usage::Children)?.saturating_sub(before);
        Ok(Self { gigabytes: 1.0, wall, processor, memory })
    }

    /// Describes one call, without a number of bytes.
    pub fn of_call(&self) -> String {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        format!("{processor:.2} CPU s, {wall:.2} s wall, {} MiB", self.memory >> 20)
    }

    /// How many times as fast as another, by processor time, which other programs affect least.
    pub fn against(&self, other: &Self) -> f64 {
        other.processor.as_secs_f64() / self.processor.as_secs_f64()
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(
            formatter,
            "{:.2} CPU s per GB ({:.2} GB/s per core), {:.2} GB/s wall, {} MiB",
            processor / self.gigabytes,
            self.gigabytes / processor,
            self.gigabytes / wall,
            self.memory / (1024 * 1024)
        )
    }
}

/// The cheapest of several runs.
///
/// A virtual machine may return unused memory to its host. The run that first touches it again pays for that in the
/// kernel, several times the cost of the work; the cheapest run is not affected.
#[derive(Default)]
pub struct Best(Option<Cost>);

impl Best {
    /// Adds a run.
    pub fn add(&mut self, cost: Cost) {
        if self.0.is_none_or(|best| cost.processor < best.processor) {
            self.0 = Some(cost);
        }
    }

    /// The cheapest run, if there was any.
    pub fn get(&self) -> Option<Cost> {
        self.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// The processes whose processor time is read.
#[derive(Clone, Copy)]
enum Usage {
    /// This process, with the kernel's work for it.
    Own,
    /// Child processes that have ended.
    Children,
}

fn processor_time(usage: Usage) -> Result<Duration> {
    /// Linux counts in hundredths of a second here.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(") ").ok_or("/proc/self/stat has an unknown format")?;
    // User and system time are the 14th and 15th value, those of children the next two; the first two are cut off.
    let skipped = match usage {
        Usage::Own => 11,
        Usage::Children => 13,
    };
    let mut ticks = 0;
    for value in after_name.split(' ').skip(skipped).take(2) {
        ticks += value.parse::<u32>()?;
    }
    Ok(TICK * ticks)
}

/// Waits for a program and returns the peak memory that was observed.
fn watch(child: &mut Child) -> Result<u64> {
    let (id, mut most) = (child.id().to_string(), 0);
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(most) } else { Err("the compared program failed".into()) };
        }
        most = most.max(status(&id, "VmHWM:").unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
}

/// Reads a line in kilobytes of a process's status; returns bytes.
pub fn status(process: &str, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// The proportional set size of this process, in bytes.
pub fn proportional() -> Result<u64> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
