//! Tests of the roster rules.

mod limits;
mod model;
