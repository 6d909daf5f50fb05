//! Every body over its corpus, over what was found once, and over mutations of both.

#[cfg(test)]
mod blobs;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod made;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod seeds;
