//! Selection of the best hits.

use std::cmp::Ordering;

/// The sort key of a hit, lowest first, and its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub key: [u64; 2],
    pub row: u32,
}

impl Hit {
    /// Creates a hit ordered by rank, then by `rest`.
    pub fn ranked(rank: u8, rest: [u64; 2], row: u32) -> Self {
        let [first, second] = rest;
        Self { key: [u64::from(rank) << 56 | first, second], row }
    }

    fn rank(&self) -> u8 {
        let [[rank, ..], _] = self.key.map(u64::to_be_bytes);
        rank
    }
}

/// Counts hits and keeps the best of them.
pub struct Best<F> {
    pub total: usize,
    pub hits: Vec<Hit>,
    wanted: usize,
    /// The worst hit to keep, once there are enough: hits not better than it are only counted.
    bound: Option<Hit>,
    order: F,
}

impl<F: Fn(&Hit, &Hit) -> Ordering> Best<F> {
    /// Minimum number of hits kept before the worst are dropped.
    const SLACK: usize = 1_024;

    pub fn new(wanted: usize, order: F) -> Self {
        Self { total: 0, hits: Vec::new(), wanted, bound: None, order }
    }

    /// Returns whether enough hits are better than a rank.
    pub fn is_full_above(&self, rank: u8) -> bool {
        self.hits.iter().filter(|hit| hit.rank() < rank).count() >= self.wanted
    }

    pub fn take(&mut self, hit: Hit) {
        self.total += 1;
        if self.bound.is_some_and(|bound| (self.order)(&hit, &bound) != Ordering::Less) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.wanted.saturating_mul(2).max(Self::SLACK) {
            self.shrink();
        }
    }

    /// Adds the hits of another part.
    pub fn add(&mut self, other: Self) {
        self.total += other.total;
        self.hits.extend(other.hits);
        self.shrink();
    }

    fn shrink(&mut self) {
        if let Some(last) = self.wanted.checked_sub(1).filter(|last| *last < self.hits.len()) {
            let (_, bound, _) = self.hits.select_nth_unstable_by(last, &self.order);
            self.bound = Some(*bound);
            self.hits.truncate(self.wanted);
        }
    }

    pub fn sorted(mut self) -> Vec<Hit> {
        self.shrink();
        self.hits.sort_unstable_by(&self.order);
        self.hits
    }
}
