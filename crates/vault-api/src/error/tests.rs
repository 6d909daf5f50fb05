use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ts_rs::TS;

use super::*;

/// Every code, as the interface's own type lists them: none can be forgotten here.
fn all() -> Vec<(String, ErrorCode)> {
    let list = ErrorCode::inline(&ts_rs::Config::default());
    let names = list.split('|').map(|name| name.trim().trim_matches('"').to_owned());
    names
        .map(|name| {
            let code = serde_json::from_value(name.clone().into()).unwrap();
            (name, code)
        })
        .collect()
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

#[test]
fn every_code_is_given_by_something() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("../../src-tauri/src"), &mut files);
    let mut given = String::new();
    for path in files {
        // What lists or describes codes does not give them.
        if path.ends_with("src/error/table.rs")
            || path.ends_with("views/error.rs")
            || path.ends_with("tests.rs")
        {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let (code, _tests) = source.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&source, ""));
        given.push_str(code);
    }
    let never: Vec<String> = all()
        .into_iter()
        .filter(|(_, code)| {
            let named = format!("ErrorCode::{code:?}");
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            !given.match_indices(&named).any(|(at, _)| ends(&given[at + named.len()..]))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(never, [""; 0]);
}

#[test]
fn every_code_has_whole_sentences_in_each_language_and_no_two_say_the_same() {
    let (mut messages, mut german) = (BTreeSet::new(), BTreeSet::new());
    for (name, code) in all() {
        let ErrorText { en, de } = error_text(code);
        for sentence in en.into_iter().chain(de) {
            assert!(sentence.ends_with('.'), "{name}: {sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{name}: {sentence}");
            assert!(!sentence.contains("  ") && !sentence.contains('\n'), "{name}: {sentence}");
        }
        assert!(messages.insert(en[0]) && german.insert(de[0]), "{name}");
        assert_ne!(en, de, "{name}");
        let view = ErrorView::of(code);
        assert_eq!((view.message.as_str(), view.help.as_deref()), (en[0], Some(en[1])));
    }
}

const PAGE: &str = "\
# What can go wrong

Every failed call answers with one of these codes; the interface shows the sentences, never a message of a library.
Made from `crates/vault-api/src/error/table.rs` by `cargo xtask bindings`.

| code | what happened | what to do | auf Deutsch |
|---|---|---|---|
";

fn page() -> String {
    let mut page = PAGE.to_owned();
    for (name, code) in all() {
        let ErrorText { en: [message, help], de } = error_text(code);
        writeln!(page, "| `{name}` | {message} | {help} | {} |", de.join(" ")).unwrap();
    }
    page
}

fn typescript() -> String {
    let mut file = "// Generated from crates/vault-api/src/error/table.rs by `cargo xtask bindings`.\n\n\
                    /** What happened, and what to do, for every error code. */\n\
                    export const ERRORS = {\n"
        .to_owned();
    for (name, code) in all() {
        let ErrorText { en, de } = error_text(code);
        let [en, de] = [en, de].map(|texts| serde_json::to_string(&texts).unwrap());
        writeln!(file, "  {name}: {{ en: {en}, de: {de} }},").unwrap();
    }
    file + "} as const;\n"
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
