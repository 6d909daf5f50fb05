//! Invalid vectors derived from valid ones: the change, and the check that must fail.

mod account;
mod approval;
mod profile;
mod statement;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::files;

/// Formats whose invalid vectors are all derived here.
pub(super) const FORMATS: &[&[&str]] =
    &[account::FORMATS, approval::FORMATS, profile::FORMATS, statement::FORMATS];

/// Returns all derived vectors by name.
pub(super) fn all() -> BTreeMap<String, Value> {
    let mut made = Made::default();
    account::derive(&mut made);
    approval::derive(&mut made);
    profile::derive(&mut made);
    statement::derive(&mut made);
    made.0
}

/// The invalid vectors made so far.
#[derive(Default)]
struct Made(BTreeMap<String, Value>);

impl Made {
    /// Adds a vector: its format and name, what is wrong with it, and the check that must fail.
    fn add(&mut self, format: &str, name: &str, note: &str, inputs: &Value, check: &str) {
        let vector = json!({ "format": format, "note": note, "inputs": inputs, "check": check });
        let known = self.0.insert(format!("{format}-{name}"), vector);
        assert!(known.is_none(), "two vectors are called {format}-{name}");
    }
}

/// Returns a valid vector.
fn valid(name: &str) -> Value {
    let found =
        files("valid").into_iter().find(|(path, _)| path.file_stem().is_some_and(|stem| stem == name));
    found.unwrap_or_else(|| panic!("no valid vector {name}")).1
}
