use std::fmt;

/// A violation of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// A path, a path with a line, or a crate.
    pub location: String,
    /// The violation.
    pub text: String,
}

impl Finding {
    /// Makes a finding at a location.
    pub fn new(location: impl Into<String>, text: impl Into<String>) -> Self {
        Self { location: location.into(), text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.location, self.text)
    }
}
