//! Tests of the roster rules.

mod model;
