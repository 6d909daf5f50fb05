//! Calibration of the key derivation costs for this computer.
//!
//! Higher costs protect better against an attacker with a copy of the profile, but every unlock pays them too. They are
//! calibrated once, when a profile is created: one derivation then takes about 0.75 s, with at least the default
//! memory. If less memory is free, the same work is done with less memory, down to the minimum, and the user is
//! informed.

use std::time::Duration;

use vault_crypto::KdfParams;

/// Target duration of one key derivation.
const GOAL: Duration = Duration::from_millis(750);
/// Upper bound of the duration for calibration.
const MOST: Duration = Duration::from_secs(1);
/// Derivations faster than this should get higher costs.
const TOO_FAST: Duration = Duration::from_millis(250);
/// Maximum memory that calibration chooses, in KiB: the profile may also be opened on another computer.
const MOST_MEMORY: u32 = 1024 * 1024;

/// The result of a calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calibrated {
    /// The costs.
    pub costs: KdfParams,
    /// Whether there was too little memory for the default costs.
    pub short_of_memory: bool,
}

/// Finds costs for this computer. `free` is the free memory in KiB, if known. `trial` runs one derivation with the
/// given costs and returns its duration, or `None` if there was not enough memory.
#[must_use]
pub fn calibrate(free: Option<u64>, trial: &mut dyn FnMut(KdfParams) -> Option<Duration>) -> Calibrated {
    let mut costs = KdfParams::DEFAULT;
    // Require twice the memory, so that other programs are not swapped out.
    while free.is_some_and(|free| free < 2 * u64::from(costs.memory_kib())) {
        let Some(less) = with_less_memory(costs) else { break };
        costs = less;
    }
    let took = loop {
        match trial(costs) {
            Some(took) => break took,
            None => match with_less_memory(costs) {
                Some(less) => costs = less,
                // No costs can be tried; creating the profile will report the error.
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

/// Returns whether costs are so low for this computer that raising them should be offered. `took` is the duration of
/// one derivation.
#[must_use]
pub fn are_low(costs: KdfParams, took: Option<Duration>, free: Option<u64>) -> bool {
    let room = free.is_none_or(|free| free >= 2 * u64::from(KdfParams::DEFAULT.memory_kib()));
    let below = room && costs.memory_kib() < KdfParams::DEFAULT.memory_kib();
    below || took.is_some_and(|took| took < TOO_FAST && !took.is_zero())
}

/// Returns the free memory in KiB, if the system reports it (Linux only).
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

/// Returns costs with half the memory and the same work, or `None` below the minimum.
fn with_less_memory(costs: KdfParams) -> Option<KdfParams> {
    let passes = costs.passes().saturating_mul(2).min(KdfParams::CEILING.passes());
    KdfParams::new(costs.memory_kib() / 2, passes, costs.lanes()).ok()
}

/// Raises the memory as long as it fits, then the passes. The duration is proportional to memory times passes.
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

    /// Calibrates a simulated computer that fills `per_second` MiB in a second and refuses more than `most` MiB.
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
        // 3 passes over 256 MiB take 0.19 s here.
        assert_eq!(on(4_000, None, 9_999), (1024, 3, 4, false), "0.77 s");
        assert_eq!(on(4_000, Some(2_000), 9_999), (256, 11, 4, false), "little free memory: 0.7 s");
        assert_eq!(on(2_000, Some(16_000), 9_999), (512, 3, 4, false), "0.77 s");
        assert_eq!(on(1_100, None, 9_999), (256, 3, 4, false), "0.7 s");
        assert_eq!(on(100_000, None, 9_999), (1024, 16, 4, false), "capped at the maximum");
    }

    #[test]
    fn a_slow_computer_gets_the_default_costs() {
        assert_eq!(on(100, None, 9_999), (256, 3, 4, false), "7.7 s, but never less than the default");
    }

    #[test]
    fn little_free_memory_means_less_memory_more_passes_and_a_warning() {
        assert_eq!(on(1_000, Some(500), 9_999), (128, 6, 4, true));
        assert_eq!(on(1_000, Some(200), 9_999), (64, 12, 4, true));
        assert_eq!(on(1_000, Some(10), 9_999), (64, 12, 4, true), "the minimum");
        assert_eq!(on(1_000, None, 200), (128, 6, 4, true), "detected by the trial");
        assert_eq!(on(1_000, None, 10), (64, 12, 4, true));
    }

    #[test]
    fn a_stopped_clock_keeps_the_default_costs() {
        let calibrated = calibrate(None, &mut |_| Some(Duration::ZERO));
        assert_eq!(calibrated, Calibrated { costs: KdfParams::DEFAULT, short_of_memory: false });
    }

    #[test]
    fn higher_costs_are_offered_with_free_memory_or_fast_derivation() {
        let poor = KdfParams::new(64 * 1024, 12, 4).unwrap();
        let ms = |ms| Some(Duration::from_millis(ms));
        assert!(are_low(poor, ms(700), Some(8 * 1024 * MIB)));
        assert!(!are_low(poor, ms(700), Some(400 * MIB)), "there is still no room");
        assert!(!are_low(KdfParams::DEFAULT, ms(700), None));
        assert!(are_low(KdfParams::DEFAULT, ms(100), None));
        assert!(!are_low(KdfParams::DEFAULT, None, None) && !are_low(KdfParams::DEFAULT, ms(0), None));
    }

    #[test]
    fn free_memory_is_parsed_from_proc_meminfo() {
        assert_eq!(available("MemTotal:  10 kB\nMemAvailable:    7 kB\n"), Some(7));
        assert_eq!(available("MemTotal:  10 kB\n"), None);
        assert_eq!(available("MemAvailable: x kB\n"), None);
        assert_eq!(free_memory().is_some(), cfg!(target_os = "linux"));
    }
}
