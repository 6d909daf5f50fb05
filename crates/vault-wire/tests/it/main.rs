//! Tests of the public API.

#[cfg(test)]
mod encoding;
#[cfg(test)]
mod guardians;
#[cfg(test)]
mod message;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod vectors;
