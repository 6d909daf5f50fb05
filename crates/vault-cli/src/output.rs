//! The standard output.

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::{Exit, Failure};

/// The version of the form of all JSON.
const SCHEMA: u32 = 1;

/// Writes bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<Exit, Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(Failure::output)?;
    Ok(Exit::Done)
}

/// Writes exactly a value, with the end of a line on a terminal only.
pub fn value(text: &str) -> Result<Exit, Failure> {
    bytes(text.as_bytes())?;
    if std::io::stdout().is_terminal() { bytes(b"\n") } else { Ok(Exit::Done) }
}

/// Writes a line.
pub fn line(text: &str) -> Result<Exit, Failure> {
    bytes(text.as_bytes())?;
    bytes(b"\n")
}

/// Writes a JSON object with one member beside the version.
pub fn json(name: &str, value: &impl Serialize) -> Result<Exit, Failure> {
    let failed = |_| Failure::new(Exit::General, "the output cannot be written as JSON");
    let mut object = Map::new();
    object.insert("schema".to_owned(), SCHEMA.into());
    object.insert(name.to_owned(), serde_json::to_value(value).map_err(failed)?);
    line(&serde_json::to_string(&Value::Object(object)).map_err(failed)?)
}
