use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ts_rs::TS;

use super::*;

/// Every member of an enum, as the interface's own type lists them: none can be forgotten here.
fn all<T: TS + serde::de::DeserializeOwned>() -> Vec<(String, T)> {
    let list = T::inline(&ts_rs::Config::default());
    let names = list.split('|').map(|name| name.trim().trim_matches('"').to_owned());
    names
        .map(|name| {
            let member = serde_json::from_value(name.clone().into()).unwrap();
            (name, member)
        })
        .collect()
}

fn codes() -> Vec<(String, ErrorCode)> {
    all()
}

fn problems() -> Vec<(String, InputProblem)> {
    all()
}

/// How source names every code and every problem.
fn in_source() -> Vec<String> {
    let codes = codes().into_iter().map(|(_, code)| format!("ErrorCode::{code:?}"));
    let problems = problems().into_iter().map(|(_, problem)| format!("InputProblem::{problem:?}"));
    codes.chain(problems).collect()
}

fn names(source: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    source.match_indices(name).any(|(at, _)| ends(&source[at + name.len()..]))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

const TESTS: &str = "#[cfg(test)]\nmod tests {";

#[test]
fn every_code_is_given_by_something() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("../../src-tauri/src"), &mut files);
    let mut given = String::new();
    for path in files {
        // What lists or describes codes does not give them.
        let lists =
            ["src/error/table.rs", "src/error/input.rs", "views/error.rs", "views/input.rs", "tests.rs"];
        if lists.iter().any(|list| path.ends_with(list)) {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let (code, _tests) = source.split_once(TESTS).unwrap_or((&source, ""));
        given.push_str(code);
    }
    let never: Vec<String> = in_source().into_iter().filter(|name| !names(&given, name)).collect();
    assert_eq!(never, [""; 0]);
}

#[test]
fn every_code_is_provoked_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    for folder in ["tests", "src", "../../src-tauri/src", "../../src-tauri/tests"] {
        let mut files = Vec::new();
        sources(&root.join(folder), &mut files);
        for path in files {
            let source = fs::read_to_string(&path).unwrap();
            let within = if folder.ends_with("tests") { Some(source.as_str()) } else { None };
            let within = within.or_else(|| source.split_once(TESTS).map(|(_, tests)| tests));
            tests.push_str(within.unwrap_or_default());
        }
    }
    let never: Vec<String> = in_source().into_iter().filter(|name| !names(&tests, name)).collect();
    assert_eq!(never, [""; 0]);
}

#[test]
fn every_code_has_whole_sentences_in_each_language_and_no_two_say_the_same() {
    let (mut messages, mut german) = (BTreeSet::new(), BTreeSet::new());
    let codes = codes().into_iter().map(|(name, code)| (name, error_text(code)));
    let problems = problems().into_iter().map(|(name, problem)| (name, input_text(problem)));
    for (name, ErrorText { en, de }) in codes.chain(problems) {
        for sentence in en.into_iter().chain(de) {
            assert!(sentence.ends_with('.'), "{name}: {sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{name}: {sentence}");
            assert!(!sentence.contains("  ") && !sentence.contains('\n'), "{name}: {sentence}");
        }
        // What one language counts the other does as well.
        let marks = |text: [&str; 2]| ["{n}", "{bytes}"].map(|mark| text.concat().matches(mark).count());
        assert_eq!(marks(en), marks(de), "{name}");
        assert!(messages.insert(en[0]) && german.insert(de[0]), "{name}");
        assert_ne!(en, de, "{name}");
    }
    let view = ErrorView::of(ErrorCode::Locked);
    let [message, help] = error_text(ErrorCode::Locked).en;
    assert_eq!((view.message.as_str(), view.help.as_deref()), (message, Some(help)));
    let view = ErrorView::beyond(InputProblem::FileAboveLimit, 5_000_000);
    assert_eq!(view.message, "This vault takes files of at most 5 MB.");
}

const PAGE: &str = "\
# What can go wrong

Every failed call answers with one of these codes; the interface shows the sentences, never a message of a library.
Made from `crates/vault-api/src/error/table.rs` by `cargo xtask bindings`.

| code | what happened | what to do | auf Deutsch |
|---|---|---|---|
";

const INPUT: &str = "
## What is not acceptable in a form

`invalid_input` names which part it is; the sentences are of that part. Made from `crates/vault-api/src/error/input.rs`.

| problem | what happened | what to do | auf Deutsch |
|---|---|---|---|
";

fn page() -> String {
    let mut page = PAGE.to_owned();
    let row = |page: &mut String, name: &str, ErrorText { en: [message, help], de }: ErrorText| {
        writeln!(page, "| `{name}` | {message} | {help} | {} |", de.join(" ")).unwrap();
    };
    for (name, code) in codes() {
        row(&mut page, &name, error_text(code));
    }
    page += INPUT;
    for (name, problem) in problems() {
        row(&mut page, &name, input_text(problem));
    }
    page
}

fn typescript() -> String {
    let mut file = "// Generated from crates/vault-api/src/error by `cargo xtask bindings`.\n".to_owned();
    let mut table = |doc: &str, name: &str, rows: Vec<(String, ErrorText)>| {
        write!(file, "\n/** {doc} */\nexport const {name} = {{\n").unwrap();
        for (name, ErrorText { en, de }) in rows {
            let [en, de] = [en, de].map(|texts| serde_json::to_string(&texts).unwrap());
            writeln!(file, "  {name}: {{ en: {en}, de: {de} }},").unwrap();
        }
        file += "} as const;\n";
    };
    let codes = codes().into_iter().map(|(name, code)| (name, error_text(code))).collect();
    table("What happened, and what to do, for every error code.", "ERRORS", codes);
    let problems = problems().into_iter().map(|(name, problem)| (name, input_text(problem))).collect();
    table("The same for every part of a form that is not acceptable.", "PROBLEMS", problems);
    file
}

/// Run by `cargo xtask bindings`, as the tests that write types.
#[test]
fn export_bindings_error_texts() {
    let Some(folder) = std::env::var_os("TS_RS_EXPORT_DIR") else {
        // By itself it only sees that the page is up to date.
        assert_eq!(include_str!("../../../../docs/errors.md"), page(), "run `cargo xtask bindings`");
        return;
    };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("errors.ts"), typescript()).unwrap();
    fs::write(folder.join("errors.md"), page()).unwrap();
}
