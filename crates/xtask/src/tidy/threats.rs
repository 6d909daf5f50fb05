//! The threat model agrees with the tests that exist.

use super::finding::Finding;
use crate::{
    process::Result,
    source::{self, File},
};
use std::collections::BTreeSet;

/// The threat model.
const CATALOGUE: &str = "docs/threat-model.md";

/// This file, whose tests name tests that do not exist.
const OWN: &str = "crates/xtask/src/tidy/threats.rs";

/// Claims of the threat model that the tests in the source do not support.
pub fn unproven(files: &[File]) -> Result<Vec<Finding>> {
    let catalogue = source::text(files, CATALOGUE)?;
    let tests = tests(files);
    let named = catalogue.split('`').filter(|word| is_test(word)).map(str::to_owned);
    let missing = named.filter(|name| !tests.contains(name)).map(|name| format!("there is no test `{name}`"));
    let covered: BTreeSet<u32> = tests.iter().flat_map(|name| rows_of(name)).collect();
    let wrong = rows(catalogue).filter_map(|(row, state)| match (state, covered.contains(&row)) {
        ("tested", false) => Some(format!("row {row} is marked tested, but no test begins with t{row:02}_")),
        ("to come", true) => Some(format!("row {row} has a test, but is marked to come")),
        ("tested" | "to come" | "in part", _) => None,
        (other, _) => Some(format!("row {row} has the unknown state `{other}`")),
    });
    Ok(missing.chain(wrong).map(|text| Finding::new(CATALOGUE, text)).collect())
}

/// The names of all threat tests: Rust functions and titles of interface tests.
fn tests(files: &[File]) -> BTreeSet<String> {
    let code = files.iter().filter(|file| file.is_any(&["rs", "ts"]) && file.path != OWN);
    code.flat_map(|file| file.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| is_test(word))
        .map(str::to_owned)
        .collect()
}

/// Returns whether a word is the name of a threat test: `t51_…`.
fn is_test(word: &str) -> bool {
    word.len() > 4
        && rows_of(word).next().is_some()
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The rows that a name covers; `t36_t37_…` covers two.
fn rows_of(name: &str) -> impl Iterator<Item = u32> {
    name.split('_').map_while(|part| {
        let digits = part.strip_prefix('t').filter(|digits| digits.len() == 2)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    })
}

/// The rows of the tables, as number and state.
fn rows(catalogue: &str) -> impl Iterator<Item = (u32, &str)> {
    catalogue.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some((cells.split(" | ").next()?.parse().ok()?, cells.rsplit(" | ").next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(catalogue: &str, source: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let files = [file(CATALOGUE, catalogue), file("crates/a/src/lib.rs", source)];
        unproven(&files).unwrap().into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn rows_that_match_the_tests_pass() {
        let catalogue =
            "| 51 | F | bombs | error | tested |\n| 8 | S | rollback | alarm | to come |\n`t51_deep`";
        assert_eq!(findings(catalogue, "fn t51_deep() {}"), [""; 0]);
    }

    #[test]
    fn claims_without_a_test_are_found() {
        assert_eq!(findings("| 51 | F | bombs | error | tested |\n", "fn deep() {}").len(), 1);
        assert_eq!(findings("`t51_gone`", "fn t51_deep() {}"), ["there is no test `t51_gone`"]);
    }

    #[test]
    fn a_row_to_come_with_a_test_is_found() {
        assert_eq!(findings("| 8 | S | rollback | alarm | to come |\n", "fn t08_rollback() {}").len(), 1);
    }

    #[test]
    fn a_test_may_cover_two_rows() {
        assert_eq!(rows_of("t36_t37_odd_names").collect::<Vec<_>>(), [36, 37]);
        assert_eq!(rows_of("take_32").count(), 0);
    }
}
