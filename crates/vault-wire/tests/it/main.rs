//! What the crate promises, tried from outside.

#[cfg(test)]
mod encoding;
#[cfg(test)]
mod message;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod vectors;
