use std::fmt;

/// A breach of a rule, with its place.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// A path, a path with a line, or a crate.
    pub place: String,
    /// What is wrong there.
    pub text: String,
}

impl Finding {
    /// Makes a finding at a place.
    pub fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.text)
    }
}
