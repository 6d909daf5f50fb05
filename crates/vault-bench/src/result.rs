use std::error::Error;

/// The result of a measurement; any error ends it.
pub type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;
