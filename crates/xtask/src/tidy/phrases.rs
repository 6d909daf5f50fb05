//! Phrases that plain technical English does not use, in comments, documentation and texts of the interface.

use super::finding::Finding;
use crate::source::File;

/// The phrases, in lower case, with their replacements.
const PHRASES: &[(&str, &str)] = &[
    ("whoever", "the subject by its name"),
    ("is told", "receives"),
    ("are told", "receive"),
    ("for good", "permanently"),
    ("dearer", "more expensive"),
    ("break off", "cancel"),
    ("breaks off", "cancels"),
    ("broke off", "cancelled"),
    ("broken off", "cancelled"),
    ("hands over", "passes"),
    ("anew", "again"),
    ("the person", "the user"),
];

/// Words after which a phrase has another meaning.
const EXCEPT_BEFORE: &[(&str, &[&str])] = &[("for good", &["reason", "reasons", "measure"])];

/// Files that contain the phrases for a reason.
const EXEMPT: &[&str] = &["crates/xtask/src/tidy/phrases.rs", "CODE_OF_CONDUCT.md"];

/// Every line with a phrase.
pub fn used(files: &[File]) -> Vec<Finding> {
    hits(files)
        .map(|(phrase, instead, location)| Finding::new(location, format!("`{phrase}`: write {instead}")))
        .collect()
}

/// Every use of a phrase: the phrase, its replacement, the location.
fn hits(files: &[File]) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    files.iter().filter(|file| is_in_scope(file)).flat_map(|file| {
        (1..).zip(file.text.lines()).flat_map(move |(number, line)| {
            let text = prose(file, line).to_lowercase();
            let found = PHRASES.iter().filter(move |(phrase, _)| contains(&text, phrase));
            found.map(move |(phrase, instead)| (*phrase, *instead, format!("{}:{number}", file.path)))
        })
    })
}

fn is_in_scope(file: &File) -> bool {
    !file.is_generated()
        && !EXEMPT.contains(&file.path.as_str())
        && (file.is_any(&["rs", "md"])
            || (["ui/src/", "ui/tests/"].iter().any(|folder| file.path.starts_with(folder))
                && file.is_any(&["ts", "svelte"])))
}

/// The part of a line that is prose: in Rust the comment, or the text of an error.
fn prose<'l>(file: &File, line: &'l str) -> &'l str {
    if !file.is_any(&["rs"]) || line.trim_start().starts_with("#[error(") {
        return line;
    }
    line.split_once("//").map_or("", |(_, comment)| comment)
}

/// Returns whether a text has a phrase as whole words, and not in another meaning.
fn contains(text: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(phrase).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(phrase).unwrap_or_default();
        let next = after.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_other = EXCEPT_BEFORE.iter().any(|(known, words)| *known == phrase && words.contains(&next));
        !is_word(before.chars().next_back()) && !is_word(after.chars().next()) && !is_other
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        used(&[File { path: path.into(), text: text.into() }]).into_iter().map(|f| f.location).collect()
    }

    #[test]
    fn phrases_are_found_in_comments_errors_documentation_and_interface_texts() {
        assert_eq!(found("a.rs", "fn f() {}\n/// Deletes it for good.\n"), ["a.rs:2"]);
        assert_eq!(found("a.rs", "    #[error(\"gone for good\")]\n"), ["a.rs:1"]);
        assert_eq!(found("docs/a.md", "Whoever reads this"), ["docs/a.md:1"]);
        assert_eq!(
            found("ui/src/shared/i18n/en/a.ts", "  'a': 'It is told',"),
            ["ui/src/shared/i18n/en/a.ts:1"]
        );
    }

    #[test]
    fn code_generated_files_and_other_meanings_pass() {
        assert!(found("a.rs", "for good in list {}").is_empty());
        assert!(found("ui/src/backend/generated/a.ts", "// for good").is_empty());
        assert!(found("docs/a.md", "for good reasons; for goodness; this told").is_empty());
    }
}
