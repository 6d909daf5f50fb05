//! The texts of an error.

/// The texts of a code in each language: what happened, and then the consequence and what to do.
#[derive(Clone, Copy, Debug)]
pub struct ErrorText {
    /// In English.
    pub en: [&'static str; 2],
    /// In German.
    pub de: [&'static str; 2],
}
