//! Words that must not be committed.

use super::finding::Finding;
use crate::source::File;
use std::path::Path;

/// A forbidden word with its scope and the reason.
struct Rule {
    word: &'static str,
    /// Prefixes of paths in scope; empty: every path.
    within: &'static [&'static str],
    /// A prefix of paths out of scope.
    except: &'static [&'static str],
    /// Whether tests are out of scope; test modules stand at the end of a file or in a file of their own.
    outside_tests: bool,
    /// Extensions in scope; empty: every text file.
    endings: &'static [&'static str],
    reason: &'static str,
}

const CODE: &[&str] = &["rs", "ts", "js", "svelte", "css", "py", "sh"];
const INTERFACE: &[&str] = &["ts", "js", "svelte"];
const CRATES: &[&str] = &["crates/vault-", "src-tauri/src/"];
const PURE: &[&str] = &["crates/vault-wire/src/", "crates/vault-crypto/src/"];

const fn rule(
    word: &'static str,
    within: &'static [&'static str],
    endings: &'static [&'static str],
    reason: &'static str,
) -> Rule {
    Rule { word, within, except: &[], outside_tests: false, endings, reason }
}

impl Rule {
    /// Excludes folders.
    const fn except(self, folders: &'static [&'static str]) -> Self {
        Self { except: folders, ..self }
    }

    /// Excludes tests.
    const fn outside_tests(self) -> Self {
        Self { outside_tests: true, ..self }
    }
}

const RULES: &[Rule] = &[
    rule("todo!", &[], CODE, "unfinished code"),
    rule("unimplemented!", &[], CODE, "unfinished code"),
    rule("dbg!", &[], CODE, "left from debugging"),
    rule("#[ignore", &[], CODE, "a skipped test"),
    rule(".only(", &["ui/"], INTERFACE, "skips the other tests"),
    rule(".skip(", &["ui/"], INTERFACE, "a skipped test"),
    rule("{@html", &["ui/"], INTERFACE, "turns text into markup"),
    rule("innerHTML", &["ui/"], INTERFACE, "turns text into markup"),
    rule(
        "@tauri-apps/",
        &["ui/src/app/", "ui/src/features/", "ui/src/shared/"],
        INTERFACE,
        "allowed in ui/src/backend only",
    ),
    rule("std::fs", PURE, CODE, "no input or output in this crate").outside_tests(),
    rule("std::net", CRATES, CODE, "the program makes no connections").outside_tests().except(&[
        "crates/vault-bench/",
        "crates/vault-server/",
        "crates/vault-testkit/",
    ]),
    rule("tokio::net", CRATES, CODE, "connections are made by vault-sync").outside_tests().except(&[
        "crates/vault-secrets/",
        "crates/vault-server/",
        "crates/vault-sync/",
    ]),
    rule("XMLHttpRequest", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("WebSocket", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("sendBeacon", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("SystemTime", PURE, CODE, "no clock in this crate").outside_tests(),
    rule("Instant::now", PURE, CODE, "no clock in this crate").outside_tests(),
    rule("getrandom", PURE, CODE, "randomness is a parameter in this crate").outside_tests(),
    // The interface has a folder of that name.
    rule("../shared", &[], &[], "a path outside the project").except(&["ui/src/"]),
    rule("/root/", &[], &[], "a path of one machine"),
];

/// Files that contain the words for a reason.
const EXEMPT: &[&str] = &["crates/xtask/src/tidy/words.rs", "ui/eslint.config.js", ".ci/run"];

/// Test files, and folders of tests.
const TEST_FILES: &[&str] = &["/tests.rs", "/tests/", "/vectors.rs", "/vectors/"];

/// Every line with a forbidden word or an absolute path of `checkout`, and every TODO without an issue number.
pub fn forbidden(files: &[File], checkout: &Path) -> Vec<Finding> {
    let places = [checkout.to_owned(), checkout.with_file_name("shared")];
    let places = places.map(|place| format!("{}/", place.display()));
    let checked = files.iter().filter(|file| !EXEMPT.contains(&file.path.as_str()) && !file.is_generated());
    checked.flat_map(|file| findings(file, &places)).collect()
}

fn findings(file: &File, places: &[String]) -> Vec<Finding> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| applies(rule, file)).collect();
    let mut found = Vec::new();
    let mut in_tests = TEST_FILES.iter().any(|name| file.path.contains(name));
    for (number, line) in (1..).zip(file.text.lines()) {
        in_tests |= line == "#[cfg(test)]";
        let place = || format!("{}:{number}", file.path);
        let hits = rules.iter().filter(|rule| line.contains(rule.word) && !(in_tests && rule.outside_tests));
        found.extend(hits.map(|rule| Finding::new(place(), format!("`{}`: {}", rule.word, rule.reason))));
        if places.iter().any(|place| line.contains(place)) {
            found.push(Finding::new(place(), "a path of one machine"));
        }
        if file.is_any(CODE) && is_todo_without_issue(line) {
            found.push(Finding::new(place(), "a TODO needs the number of its issue: (#12)"));
        }
    }
    found
}

fn applies(rule: &Rule, file: &File) -> bool {
    (rule.within.is_empty() || rule.within.iter().any(|start| file.path.starts_with(start)))
        && !rule.except.iter().any(|start| file.path.starts_with(start))
        && (rule.endings.is_empty() || file.is_any(rule.endings))
}

/// Returns whether a line has a TODO without an issue number.
fn is_todo_without_issue(line: &str) -> bool {
    ["TODO", "FIXME", "XXX"].iter().any(|word| match line.split_once(word) {
        None => false,
        // Not as part of a longer word, such as a constant or an invented secret.
        Some((before, after)) => {
            let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !joins(before.chars().next_back()) && !joins(after.chars().next()) && !after.starts_with("(#")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), text: text.into() };
        forbidden(&[file], Path::new("/place/of/coffer")).into_iter().map(|f| f.location).collect()
    }

    #[test]
    fn unfinished_code_is_found_with_its_line() {
        assert_eq!(found("crates/a/src/lib.rs", "fn a() {\n    todo!()\n}\n"), ["crates/a/src/lib.rs:2"]);
        assert_eq!(found("crates/a/src/lib.rs", "#[ignore = \"slow\"]\n"), ["crates/a/src/lib.rs:1"]);
    }

    #[test]
    fn prose_may_contain_the_words() {
        assert!(found("docs/CONTRIBUTING.md", "no `todo!`, no `dbg!`").is_empty());
    }

    #[test]
    fn only_interface_tests_must_not_skip() {
        assert!(found("crates/a/src/lib.rs", "list.skip(1)").is_empty());
        assert_eq!(found("ui/src/a.test.ts", "it.skip('x')").len(), 1);
    }

    #[test]
    fn a_todo_needs_an_issue() {
        assert_eq!(found("a.rs", "// TODO: later").len(), 1);
        assert!(found("a.rs", "// TODO(#12): later").is_empty());
        assert!(found("a.rs", "const SECRET: &str = \"XXXXYYYY\";").is_empty());
    }

    #[test]
    fn pure_crates_use_no_files() {
        assert_eq!(found("crates/vault-crypto/src/a.rs", "use std::fs;").len(), 1);
        assert!(found("crates/vault-crypto/tests/a.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a/tests.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a/vectors/mod.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a.rs", "#[cfg(test)]\nmod tests {\n use std::fs;").is_empty());
        assert!(found("crates/vault-engine/src/a.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found_in_any_file() {
        assert_eq!(found("docs/a.md", "see /place/of/coffer/x").len(), 1);
        assert_eq!(found("docs/a.md", "see /place/of/shared/x").len(), 1);
        assert_eq!(found("docs/a.md", "see /root/x").len(), 1);
        assert_eq!(found("ui/package.json", "../shared/samples").len(), 1);
        assert!(found(".ci/run", "../shared/samples").is_empty());
        assert!(found("ui/src/app/App.svelte", "import '../shared/tokens.css'").is_empty());
    }

    #[test]
    fn html_from_text_is_found_in_components() {
        assert_eq!(found("ui/src/features/a.svelte", "<p>{@html title}</p>").len(), 1);
    }
}
