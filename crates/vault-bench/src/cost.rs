//! What moving bytes costs: processor time, time by the clock, memory.

use std::{
    fmt, fs,
    io::Write as _,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::Outcome;

/// What moving a number of bytes took.
#[derive(Clone, Copy)]
pub struct Cost {
    gigabytes: f64,
    wall: Duration,
    processor: Duration,
    /// Memory in use at its highest, in bytes.
    memory: u64,
}

impl Cost {
    /// Measures a piece of work on that many bytes.
    pub fn of<T>(bytes: u64, work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Self)> {
        // The kernel forgets the highest so far.
        fs::write("/proc/self/clear_refs", "5")?;
        let (start, before) = (Instant::now(), processor_time(Whose::Ours)?);
        let made = work()?;
        let (processor, wall) = (processor_time(Whose::Ours)?.saturating_sub(before), start.elapsed());
        let memory = status("self", "VmHWM:")?;
        Ok((made, Self { gigabytes: gigabytes(bytes), wall, processor, memory }))
    }

    /// Measures another program's work on that many bytes.
    pub fn of_program(bytes: u64, program: &mut Command) -> Outcome<Self> {
        let before = processor_time(Whose::Children)?;
        let start = Instant::now();
        let mut child = program.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let memory = watch(&mut child)?;
        let wall = start.elapsed();
        let processor = processor_time(Whose::Children)?.saturating_sub(before);
        Ok(Self { gigabytes: gigabytes(bytes), wall, processor, memory })
    }

    /// Measures one call of another program that is told something on its standard input.
    pub fn of_program_told(mut program: Command, told: &[u8]) -> Outcome<Self> {
        let before = processor_time(Whose::Children)?;
        let start = Instant::now();
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(told)?;
        }
        let memory = watch(&mut child)?;
        let wall = start.elapsed();
        let processor = processor_time(Whose::Children)?.saturating_sub(before);
        Ok(Self { gigabytes: 1.0, wall, processor, memory })
    }

    /// What one call took, without a number of bytes.
    pub fn of_call(&self) -> String {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        format!("{processor:.2} CPU s, {wall:.2} s by the clock, {} MiB", self.memory >> 20)
    }

    /// How many times as fast as another, by processor time, which other programs disturb least.
    pub fn against(&self, other: &Self) -> f64 {
        other.processor.as_secs_f64() / self.processor.as_secs_f64()
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_secs_f64(), self.processor.as_secs_f64());
        write!(
            formatter,
            "{:.2} CPU s per GB ({:.2} GB/s per core), {:.2} GB/s by the clock, {} MiB",
            processor / self.gigabytes,
            self.gigabytes / processor,
            self.gigabytes / wall,
            self.memory / (1024 * 1024)
        )
    }
}

/// The cheapest of several runs.
///
/// A virtual machine may give memory that nobody uses back to its host. A run that is the first to touch it again pays
/// for that in the kernel, several times what the work costs, whoever it is. The cheapest run is the one that did not.
#[derive(Default)]
pub struct Best(Option<Cost>);

impl Best {
    /// Takes a run in.
    pub fn add(&mut self, cost: Cost) {
        if self.0.is_none_or(|best| cost.processor < best.processor) {
            self.0 = Some(cost);
        }
    }

    /// The cheapest, if there was any.
    pub fn get(&self) -> Option<Cost> {
        self.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

/// Whose processor time.
#[derive(Clone, Copy)]
enum Whose {
    /// All our threads' so far, the kernel's work for them included.
    Ours,
    /// That of the programs that we started and that have ended.
    Children,
}

fn processor_time(whose: Whose) -> Outcome<Duration> {
    /// Linux counts in hundredths of a second here.
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(") ").ok_or("what does /proc/self/stat say?")?;
    // Our user and system time are the 14th and 15th value, the children's the next two; two stand before.
    let skipped = match whose {
        Whose::Ours => 11,
        Whose::Children => 13,
    };
    let mut ticks = 0;
    for value in after_name.split(' ').skip(skipped).take(2) {
        ticks += value.parse::<u32>()?;
    }
    Ok(TICK * ticks)
}

/// Waits for a program, and gives the most memory it was seen to use.
fn watch(child: &mut Child) -> Outcome<u64> {
    let (id, mut most) = (child.id().to_string(), 0);
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(most) } else { Err("a program to compare with failed".into()) };
        }
        most = most.max(status(&id, "VmHWM:").unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
}

/// A line of a process's status that gives kilobytes, as bytes.
pub fn status(process: &str, name: &str) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// The memory of this process, what it shares with others counted in part, as bytes.
pub fn proportional() -> Outcome<u64> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
