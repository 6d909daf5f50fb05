//! Values with a syntax of their own.

use vault_engine::item::SecretText;

use crate::syntax::json::{Json, Object, check_depth};

/// Reads a value that is JSON; `None` if it is not, or is nested too deeply.
pub(super) fn json(text: &SecretText) -> Option<Json> {
    check_depth(text.expose()).ok()?;
    serde_json::from_str(text.expose()).ok()
}

/// Reads a value that is a JSON object.
pub(super) fn object(text: &SecretText) -> Option<Object> {
    match json(text)? {
        Json::Object(object) => Some(object),
        _ => None,
    }
}

/// Splits a text into its `name:value` lines. A line begins a new value if the text before its first colon is accepted as a
/// name; others continue the value above them. A text before the first name has an empty one.
pub(super) fn named_lines<'t>(
    text: &'t str,
    mut accepts: impl FnMut(&'t str) -> bool,
) -> Vec<(&'t str, SecretText)> {
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (from, to) = (at, at + line.len());
        at = to;
        match line.split_once(':') {
            Some((name, _)) if accepts(name) => found.push((name, "", from + name.len() + 1)),
            _ if found.is_empty() && !line.trim().is_empty() => found.push(("", "", from)),
            _ => {}
        }
        if let Some((_, value, begin)) = found.last_mut() {
            *value = text.get(*begin..to).unwrap_or_default();
        }
    }
    let value = |text: &str| SecretText::from(text.trim_end_matches(['\r', '\n']));
    found.into_iter().map(|(name, text, _)| (name, value(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_continue_the_value_above_them() {
        let text = "first\nA:1\r\nB: x:y\nmore\n\nC:\n";
        let lines = named_lines(text, |name| name.len() == 1);
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.expose())).collect();
        assert_eq!(lines, [("", "first"), ("A", "1"), ("B", " x:y\nmore"), ("C", "")]);
    }

    #[test]
    fn deep_values_are_not_read() {
        let deep = |levels: usize| SecretText::new("[".repeat(levels) + &"]".repeat(levels));
        assert!(json(&deep(8)).is_some() && json(&deep(100_000)).is_none());
        assert!(object(&SecretText::from("[]")).is_none() && object(&SecretText::from("{")).is_none());
    }
}
