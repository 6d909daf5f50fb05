//! Words that are never committed.

use super::finding::Finding;
use crate::source::File;
use std::path::Path;

/// A word, where it is forbidden, and why.
struct Rule {
    word: &'static str,
    /// Paths start with one of these; empty: anywhere.
    within: &'static [&'static str],
    /// And not with this one.
    except: Option<&'static str>,
    /// Not in tests, whose module stands at the end of a file or in one of its own.
    outside_tests: bool,
    /// Endings of names; empty: every text file.
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
    Rule { word, within, except: None, outside_tests: false, endings, reason }
}

impl Rule {
    /// Leaves a folder out.
    const fn except(self, folder: &'static str) -> Self {
        Self { except: Some(folder), ..self }
    }

    /// Lets tests use the word.
    const fn outside_tests(self) -> Self {
        Self { outside_tests: true, ..self }
    }
}

const RULES: &[Rule] = &[
    rule("todo!", &[], CODE, "finish it"),
    rule("unimplemented!", &[], CODE, "finish it"),
    rule("dbg!", &[], CODE, "left from looking for a fault"),
    rule("#[ignore", &[], CODE, "a test that does not run proves nothing"),
    rule(".only(", &["ui/"], INTERFACE, "leaves the other tests out"),
    rule(".skip(", &["ui/"], INTERFACE, "a test that does not run proves nothing"),
    rule("{@html", &["ui/"], INTERFACE, "text becomes markup"),
    rule("innerHTML", &["ui/"], INTERFACE, "text becomes markup"),
    rule(
        "@tauri-apps/",
        &["ui/src/app/", "ui/src/features/", "ui/src/shared/"],
        INTERFACE,
        "only ui/src/backend",
    ),
    rule("std::fs", PURE, CODE, "no input or output in here").outside_tests(),
    rule("std::net", CRATES, CODE, "the program makes no connections")
        .outside_tests()
        .except("crates/vault-testkit/"),
    rule("tokio::net", CRATES, CODE, "the program makes no connections").outside_tests(),
    rule("XMLHttpRequest", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("WebSocket", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("sendBeacon", &["ui/src/"], INTERFACE, "the program makes no connections"),
    rule("SystemTime", PURE, CODE, "no clock in here").outside_tests(),
    rule("Instant::now", PURE, CODE, "no clock in here").outside_tests(),
    rule("getrandom", PURE, CODE, "randomness is handed in").outside_tests(),
    // The interface has a folder of that name.
    rule("../shared", &[], &[], "the project stands on its own").except("ui/src/"),
    rule("/root/", &[], &[], "a path of one machine"),
];

/// Files that have to name the words.
const EXEMPT: &[&str] = &["crates/xtask/src/tidy/words.rs", "ui/eslint.config.js", ".ci/run"];

/// Files that are modules of tests, and folders of such.
const TEST_FILES: &[&str] = &["/tests.rs", "/tests/", "/vectors.rs", "/vectors/"];

/// Every line with a forbidden word in it, or with the place of `checkout` on this machine, and every note of work to
/// be done without an issue's number.
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
        if file.is_any(CODE) && is_loose_note(line) {
            found.push(Finding::new(place(), "a note of work to be done names its issue: (#12)"));
        }
    }
    found
}

fn applies(rule: &Rule, file: &File) -> bool {
    (rule.within.is_empty() || rule.within.iter().any(|start| file.path.starts_with(start)))
        && !rule.except.is_some_and(|start| file.path.starts_with(start))
        && (rule.endings.is_empty() || file.is_any(rule.endings))
}

/// Tells whether a line says that something is left to do, without the number of an issue.
fn is_loose_note(line: &str) -> bool {
    ["TODO", "FIXME", "XXX"].iter().any(|word| match line.split_once(word) {
        None => false,
        // Part of a longer word, such as a constant or a made-up secret.
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
        forbidden(&[file], Path::new("/place/of/coffer")).into_iter().map(|f| f.place).collect()
    }

    #[test]
    fn unfinished_code_is_found_with_its_line() {
        assert_eq!(found("crates/a/src/lib.rs", "fn a() {\n    todo!()\n}\n"), ["crates/a/src/lib.rs:2"]);
        assert_eq!(found("crates/a/src/lib.rs", "#[ignore = \"slow\"]\n"), ["crates/a/src/lib.rs:1"]);
    }

    #[test]
    fn prose_may_name_the_words() {
        assert!(found("docs/CONTRIBUTING.md", "no `todo!`, no `dbg!`").is_empty());
    }

    #[test]
    fn iterators_may_skip_but_interface_tests_may_not() {
        assert!(found("crates/a/src/lib.rs", "list.skip(1)").is_empty());
        assert_eq!(found("ui/src/a.test.ts", "it.skip('x')").len(), 1);
    }

    #[test]
    fn notes_of_work_need_an_issue() {
        assert_eq!(found("a.rs", "// TODO: later").len(), 1);
        assert!(found("a.rs", "// TODO(#12): later").is_empty());
        assert!(found("a.rs", "const SECRET: &str = \"XXXXYYYY\";").is_empty());
    }

    #[test]
    fn the_pure_crates_touch_no_outside_world() {
        assert_eq!(found("crates/vault-crypto/src/a.rs", "use std::fs;").len(), 1);
        assert!(found("crates/vault-crypto/tests/a.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a/tests.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a/vectors/mod.rs", "use std::fs;").is_empty());
        assert!(found("crates/vault-crypto/src/a.rs", "#[cfg(test)]\nmod tests {\n use std::fs;").is_empty());
        assert!(found("crates/vault-engine/src/a.rs", "use std::fs;").is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found_in_any_text() {
        assert_eq!(found("docs/a.md", "see /place/of/coffer/x").len(), 1);
        assert_eq!(found("docs/a.md", "see /place/of/shared/x").len(), 1);
        assert_eq!(found("docs/a.md", "see /root/x").len(), 1);
        assert_eq!(found("ui/package.json", "../shared/samples").len(), 1);
        assert!(found(".ci/run", "../shared/samples").is_empty());
        assert!(found("ui/src/app/App.svelte", "import '../shared/tokens.css'").is_empty());
    }

    #[test]
    fn markup_from_text_is_found_in_components() {
        assert_eq!(found("ui/src/features/a.svelte", "<p>{@html title}</p>").len(), 1);
    }
}
