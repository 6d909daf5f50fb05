//! What trying a password is to cost on this computer.
//!
//! The more, the better against somebody who has a copy of the profile; but it is paid at each unlock, too. So it is measured
//! once when a profile is made: trying takes about three quarters of a second afterwards, and never less memory than new
//! profiles begin with. A computer that has not that much memory free gets as much work with less of it, down to the floor,
//! and the person is told.

use std::time::Duration;

use vault_crypto::KdfParams;

/// What trying a password should take.
const GOAL: Duration = Duration::from_millis(750);
/// What it must not be calibrated beyond.
const MOST: Duration = Duration::from_secs(1);
/// Faster than this, and more is due.
const TOO_FAST: Duration = Duration::from_millis(250);
/// Calibration takes no more memory than this: a profile may be opened on another computer, too.
const MOST_MEMORY: u32 = 1024 * 1024;

/// Costs that fit a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calibrated {
    /// The costs.
    pub costs: KdfParams,
    /// Whether there was too little memory for what new profiles begin with.
    pub short_of_memory: bool,
}

/// Finds costs. `free` is the memory that is free, in KiB, if that is known; `trial` tries a password by given costs and tells
/// how long that took, or nothing if there was not enough memory.
#[must_use]
pub fn calibrate(free: Option<u64>, trial: &mut dyn FnMut(KdfParams) -> Option<Duration>) -> Calibrated {
    let mut costs = KdfParams::DEFAULT;
    // Twice as much must be free, so that nothing else has to make room for it.
    while free.is_some_and(|free| free < 2 * u64::from(costs.memory_kib())) {
        let Some(less) = with_less_memory(costs) else { break };
        costs = less;
    }
    let took = loop {
        match trial(costs) {
            Some(took) => break took,
            None => match with_less_memory(costs) {
                Some(less) => costs = less,
                // Nothing can be tried; making the profile will say so.
                None => return Calibrated { costs, short_of_memory: true },
            },
        }
    };
    let short_of_memory = costs.is_below(&KdfParams::DEFAULT);
    if short_of_memory || took.is_zero() {
        return Calibrated { costs, short_of_memory };
    }
    Calibrated { costs: raised(costs, took, free), short_of_memory }
}

/// Whether costs are so low for this computer that raising them should be offered. `took` is how long a try takes.
#[must_use]
pub fn are_low(costs: KdfParams, took: Option<Duration>, free: Option<u64>) -> bool {
    let room = free.is_none_or(|free| free >= 2 * u64::from(KdfParams::DEFAULT.memory_kib()));
    let below = room && costs.memory_kib() < KdfParams::DEFAULT.memory_kib();
    below || took.is_some_and(|took| took < TOO_FAST && !took.is_zero())
}

/// The memory that is free, in KiB, where the system tells.
#[must_use]
pub fn free_memory() -> Option<u64> {
    if cfg!(target_os = "linux") {
        let told = crate::disk::files::read_bounded(std::path::Path::new("/proc/meminfo"), 1 << 16).ok()?;
        available(std::str::from_utf8(&told).ok()?)
    } else {
        None
    }
}

fn available(told: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The same work in half the memory; none below the floor.
fn with_less_memory(costs: KdfParams) -> Option<KdfParams> {
    let passes = costs.passes().saturating_mul(2).min(KdfParams::CEILING.passes());
    KdfParams::new(costs.memory_kib() / 2, passes, costs.lanes()).ok()
}

/// More memory as long as it fits, then more passes. A try takes as long as there is memory times passes to fill.
fn raised(mut costs: KdfParams, mut took: Duration, free: Option<u64>) -> KdfParams {
    let fits = |memory: u32| memory <= MOST_MEMORY && free.is_none_or(|free| 4 * u64::from(memory) <= free);
    while took * 2 <= MOST && fits(costs.memory_kib().saturating_mul(2)) {
        let Ok(more) = KdfParams::new(costs.memory_kib() * 2, costs.passes(), costs.lanes()) else { break };
        (costs, took) = (more, took * 2);
    }
    let each = took / costs.passes();
    while took + each <= GOAL {
        let Ok(more) = KdfParams::new(costs.memory_kib(), costs.passes() + 1, costs.lanes()) else { break };
        (costs, took) = (more, took + each);
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024;

    /// A computer that fills so many MiB in a second, and that refuses more than `most` MiB.
    fn on(per_second: u64, free: Option<u64>, most: u64) -> (u64, u32, u32, bool) {
        let mut tried = 0;
        let mut trial = |costs: KdfParams| {
            tried += 1;
            let filled = u64::from(costs.memory_kib()) / MIB * u64::from(costs.passes());
            let fits = u64::from(costs.memory_kib()) <= most * MIB;
            fits.then(|| Duration::from_millis(filled * 1000 / per_second))
        };
        let Calibrated { costs, short_of_memory } = calibrate(free.map(|free| free * MIB), &mut trial);
        assert!(tried <= 3);
        (u64::from(costs.memory_kib()) / MIB, costs.passes(), costs.lanes(), short_of_memory)
    }

    #[test]
    fn a_fast_computer_takes_more_memory_and_then_more_passes() {
        // 256 MiB three times takes 0.19 s here.
        assert_eq!(on(4_000, None, 9_999), (1024, 3, 4, false), "0.77 s");
        assert_eq!(on(4_000, Some(2_000), 9_999), (256, 11, 4, false), "memory is scarce: 0.7 s");
        assert_eq!(on(2_000, Some(16_000), 9_999), (512, 3, 4, false), "0.77 s");
        assert_eq!(on(1_100, None, 9_999), (256, 3, 4, false), "0.7 s");
        assert_eq!(on(100_000, None, 9_999), (1024, 16, 4, false), "no further than the ceiling");
    }

    #[test]
    fn a_slow_computer_is_not_spared() {
        assert_eq!(on(100, None, 9_999), (256, 3, 4, false), "7.7 s, but never less than this");
    }

    #[test]
    fn little_memory_means_as_much_work_with_less_and_is_told() {
        assert_eq!(on(1_000, Some(500), 9_999), (128, 6, 4, true));
        assert_eq!(on(1_000, Some(200), 9_999), (64, 12, 4, true));
        assert_eq!(on(1_000, Some(10), 9_999), (64, 12, 4, true), "the floor");
        assert_eq!(on(1_000, None, 200), (128, 6, 4, true), "found out by trying");
        assert_eq!(on(1_000, None, 10), (64, 12, 4, true));
    }

    #[test]
    fn a_clock_that_stands_still_changes_nothing() {
        let calibrated = calibrate(None, &mut |_| Some(Duration::ZERO));
        assert_eq!(calibrated, Calibrated { costs: KdfParams::DEFAULT, short_of_memory: false });
    }

    #[test]
    fn stronger_costs_are_due_where_there_is_room_or_trying_is_quick() {
        let poor = KdfParams::new(64 * 1024, 12, 4).unwrap();
        let ms = |ms| Some(Duration::from_millis(ms));
        assert!(are_low(poor, ms(700), Some(8 * 1024 * MIB)));
        assert!(!are_low(poor, ms(700), Some(400 * MIB)), "there is still no room");
        assert!(!are_low(KdfParams::DEFAULT, ms(700), None));
        assert!(are_low(KdfParams::DEFAULT, ms(100), None));
        assert!(!are_low(KdfParams::DEFAULT, None, None) && !are_low(KdfParams::DEFAULT, ms(0), None));
    }

    #[test]
    fn free_memory_is_read_as_linux_tells_it() {
        assert_eq!(available("MemTotal:  10 kB\nMemAvailable:    7 kB\n"), Some(7));
        assert_eq!(available("MemTotal:  10 kB\n"), None);
        assert_eq!(available("MemAvailable: x kB\n"), None);
        assert_eq!(free_memory().is_some(), cfg!(target_os = "linux"));
    }
}
