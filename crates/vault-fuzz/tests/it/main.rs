//! Runs every target over its corpus, its regressions, and mutations of both.

#[cfg(test)]
mod blobs;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod seeds;
