//! Folder paths.

/// Normalizes a folder path: one `/` between levels, no empty levels, no spaces around a level, no control characters.
///
/// Returns `None` if no level is left.
pub(crate) fn path(text: &str) -> Option<String> {
    let levels: Vec<String> = text
        .split('/')
        .map(|level| level.replace(char::is_control, " ").trim().to_owned())
        .filter(|level| !level.is_empty())
        .collect();
    if levels.is_empty() { None } else { Some(levels.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_levels_and_outer_spaces_are_removed() {
        assert_eq!(path("Work").as_deref(), Some("Work"));
        assert_eq!(path(" /Work//Mail / Old\n/").as_deref(), Some("Work/Mail/Old"));
        assert_eq!(path("a\u{0}b").as_deref(), Some("a b"));
        for nothing in ["", "/", " / / "] {
            assert_eq!(path(nothing), None);
        }
    }
}
