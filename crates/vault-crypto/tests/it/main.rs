//! Tests of the public API.

#[cfg(test)]
mod account;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod forgery;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod team;
#[cfg(test)]
mod threats;
