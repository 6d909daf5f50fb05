//! The rules of a vault for new files.

use super::error::DocumentError;

/// The size and type limits of a vault for new files, checked before a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Maximum file size in bytes; `None` for no limit.
    pub largest: Option<u64>,
    /// Refused media types, such as `application/zip`, or all subtypes, such as `video/*`.
    pub refused: Vec<String>,
}

impl Rules {
    /// Returns whether a text is a valid media type rule.
    #[must_use]
    pub fn is_media_type(rule: &str) -> bool {
        let part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b))
        };
        rule.len() <= 100
            && rule
                .split_once('/')
                .is_some_and(|(kind, subtype)| part(kind) && (subtype == "*" || part(subtype)))
    }

    /// Checks the size and the detected media type of a file.
    ///
    /// # Errors
    /// Returns [`DocumentError::AboveLimit`] or [`DocumentError::TypeRefused`].
    pub fn check(&self, size: u64, media_type: &str) -> Result<(), DocumentError> {
        if let Some(largest) = self.largest.filter(|largest| size > *largest) {
            return Err(DocumentError::AboveLimit { largest });
        }
        let names = |rule: &String| match rule.strip_suffix('*') {
            Some(kind) => media_type.starts_with(kind),
            None => media_type.eq_ignore_ascii_case(rule),
        };
        if self.refused.iter().any(names) { Err(DocumentError::TypeRefused) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_checked_by_size_and_media_type() {
        let none = Rules::default();
        assert!(none.check(u64::MAX, "application/x-executable").is_ok());
        let rules = Rules { largest: Some(1000), refused: vec!["video/*".into(), "application/zip".into()] };
        assert!(rules.check(1000, "application/pdf").is_ok());
        assert!(matches!(rules.check(1001, "text/plain"), Err(DocumentError::AboveLimit { largest: 1000 })));
        for media_type in ["video/mp4", "application/zip"] {
            assert!(matches!(rules.check(1, media_type), Err(DocumentError::TypeRefused)));
        }
        assert!(rules.check(1, "application/zipped").is_ok());
    }

    #[test]
    fn only_media_types_are_valid_rules() {
        for good in ["video/*", "application/vnd.ms-excel", "image/svg+xml"] {
            assert!(Rules::is_media_type(good), "{good}");
        }
        for bad in ["", "*", "*/*", "video", "video/", "/mp4", "a/b/c", "a b/c", "video/mp4*", "exe"] {
            assert!(!Rules::is_media_type(bad), "{bad}");
        }
    }
}
