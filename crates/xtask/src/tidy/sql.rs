//! SQL statements are constants; values are bound.

use super::finding::Finding;
use crate::source::File;

/// The folders that are checked.
const STORES: &[&str] = &["crates/vault-engine/src/", "crates/vault-server/src/"];

/// Macros that format text.
const FORMATTERS: &[&str] = &["format!(", "format_args!(", "write!(", "writeln!("];

/// Parts of SQL statements.
const STATEMENTS: &[&str] = &[
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "ALTER ", "ATTACH ", "PRAGMA ", " WHERE ",
    " VALUES",
];

/// Every formatting macro whose arguments have a part of a statement.
pub fn formatted(files: &[File]) -> Vec<Finding> {
    let in_store =
        |file: &&File| STORES.iter().any(|store| file.path.starts_with(store)) && file.is_any(&["rs"]);
    files.iter().filter(in_store).flat_map(findings).collect()
}

fn findings(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for formatter in FORMATTERS {
        for (at, _) in file.text.match_indices(formatter) {
            let (before, after) = file.text.split_at(at);
            let call = after.split(';').next().unwrap_or(after);
            if STATEMENTS.iter().any(|word| call.contains(word)) {
                let line = before.lines().count().max(1);
                found.push(Finding::new(
                    format!("{}:{line}", file.path),
                    "a statement is formatted from values; bind them",
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let count = |store| formatted(&[File { path: format!("{store}list.rs"), text: text.into() }]).len();
        let counts: Vec<_> = STORES.iter().map(count).collect();
        assert!(counts.iter().all(|count| *count == counts[0]));
        counts[0]
    }

    #[test]
    fn a_statement_put_together_from_values_is_found() {
        assert_eq!(count("let sql = format!(\"SELECT * FROM item WHERE title = '{title}'\");"), 1);
        assert_eq!(count("write!(\n    sql,\n    \" WHERE tag = {tag}\"\n)?;"), 1);
    }

    #[test]
    fn constant_statements_and_other_texts_pass() {
        assert_eq!(count("db.prepare(\"SELECT 1 WHERE id = ?1\")?; let name = format!(\"{id}.new\");"), 0);
        assert_eq!(
            formatted(&[File { path: "docs/a.rs".into(), text: "format!(\"SELECT {x}\")".into() }]),
            []
        );
    }
}
