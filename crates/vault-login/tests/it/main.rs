//! Both ends together, over the public API.

#[cfg(test)]
mod changed;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod sign_in;
