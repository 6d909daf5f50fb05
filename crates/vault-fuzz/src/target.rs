//! A fuzz target: its body, its outcome, its limits.

use vault_interchange::Importer;

/// The result of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The decoder accepted the bytes.
    Accepted,
    /// The decoder returned an error.
    Rejected,
}

impl Outcome {
    pub(crate) fn of<T>(accepted: &Option<T>) -> Self {
        if accepted.is_some() { Self::Accepted } else { Self::Rejected }
    }
}

/// The maximum memory that a body may allocate at one time, including its checks, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Per byte of input.
    pub per_byte: usize,
    /// Independent of the input.
    pub fixed: usize,
}

impl Bound {
    /// Returns the bound for an input of `len` bytes.
    #[must_use]
    pub const fn of(self, len: usize) -> usize {
        self.fixed + self.per_byte * len
    }
}

/// The run time of a body per input, which determines the number of inputs that a test tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Microseconds.
    Quick,
    /// Milliseconds.
    Slow,
}

/// The code of a target.
#[derive(Clone, Copy)]
pub enum Body {
    /// A function of its own.
    Function(fn(&[u8]) -> Outcome),
    /// A function that reads a file with one of the registered importers.
    Import(&'static Importer, fn(&Importer, &[u8]) -> Outcome),
}

/// A fuzz target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Name of its folders and of its binary in `fuzz/`.
    pub name: &'static str,
    /// Panics if an invariant is violated.
    pub body: Body,
    /// Memory bound.
    pub bound: Bound,
    /// Run time per input.
    pub pace: Pace,
    /// Maximum useful length of an input, in bytes: slightly above the decoder's limit, or enough to reach
    /// all its branches.
    pub max_len: usize,
}

impl Target {
    /// Runs the body.
    ///
    /// # Panics
    /// If an invariant is violated.
    #[must_use]
    pub fn run(&self, bytes: &[u8]) -> Outcome {
        match self.body {
            Body::Function(body) => body(bytes),
            Body::Import(importer, read) => read(importer, bytes),
        }
    }
}

/// Memory bound of a decoder whose value is encoded and decoded again.
pub(crate) const PLAIN: Bound = Bound { per_byte: 8, fixed: 64 << 10 };

pub(crate) const fn target(
    name: &'static str,
    body: fn(&[u8]) -> Outcome,
    bound: Bound,
    max_len: usize,
) -> Target {
    Target { name, body: Body::Function(body), bound, pace: Pace::Quick, max_len }
}

pub(crate) const fn slow(
    name: &'static str,
    body: fn(&[u8]) -> Outcome,
    bound: Bound,
    max_len: usize,
) -> Target {
    Target { name, body: Body::Function(body), bound, pace: Pace::Slow, max_len }
}
