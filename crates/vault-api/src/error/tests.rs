use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ts_rs::TS;

use super::input::input_text;
use super::*;

/// Every member of an enum, as the generated TypeScript type lists them, so that none is forgotten.
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

/// The name of every code and every problem in the source.
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

/// The interface tells absent from present with `undefined`: a `null` would count as present.
#[test]
fn every_optional_member_of_a_view_is_left_out_when_absent() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut members = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (mut serialized, mut left_out) = (false, false);
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[derive(") {
                serialized = line.contains("(Serialize") || line.contains(" Serialize");
            }
            left_out |= line.contains("skip_serializing_if");
            let member = !line.starts_with('#') && !line.starts_with('/');
            if member && line.ends_with(',') && line.contains(": Option<") && serialized {
                assert!(left_out, "{}: {line}", file.display());
                members += 1;
            }
            left_out &= !member;
        }
    }
    assert!(members > 40, "{members}");
}

const TESTS: &str = "#[cfg(test)]\nmod tests {";

#[test]
fn every_code_is_returned_by_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("../../src-tauri/src"), &mut files);
    let mut given = String::new();
    for path in files {
        // These files list or describe codes and do not return them.
        let lists = [
            "error/table.rs",
            "error/server.rs",
            "error/input.rs",
            "error/code.rs",
            "error/problem.rs",
            "tests.rs",
        ];
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
    let folders = ["tests", "src", "../../tests/it", "../../src-tauri/src", "../../src-tauri/tests"];
    for folder in folders {
        let mut files = Vec::new();
        sources(&root.join(folder), &mut files);
        for path in files {
            let source = fs::read_to_string(&path).unwrap();
            let within = if folder.contains("tests") { Some(source.as_str()) } else { None };
            let within = within.or_else(|| source.split_once(TESTS).map(|(_, tests)| tests));
            tests.push_str(within.unwrap_or_default());
        }
    }
    let never: Vec<String> = in_source().into_iter().filter(|name| !names(&tests, name)).collect();
    assert_eq!(never, [""; 0]);
}

#[test]
fn every_code_has_distinct_whole_sentences_in_each_language() {
    let (mut messages, mut german) = (BTreeSet::new(), BTreeSet::new());
    let codes = codes().into_iter().map(|(name, code)| (name, error_text(code)));
    let problems = problems().into_iter().map(|(name, problem)| (name, input_text(problem)));
    for (name, ErrorText { en, de }) in codes.chain(problems) {
        for sentence in en.into_iter().chain(de) {
            assert!(sentence.ends_with('.'), "{name}: {sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{name}: {sentence}");
            assert!(!sentence.contains("  ") && !sentence.contains('\n'), "{name}: {sentence}");
        }
        // Both languages contain the same placeholders.
        let marks = |text: [&str; 2]| ["{n}", "{bytes}"].map(|mark| text.concat().matches(mark).count());
        assert_eq!(marks(en), marks(de), "{name}");
        assert!(messages.insert(en[0]) && german.insert(de[0]), "{name}");
        assert_ne!(en, de, "{name}");
    }
    let view = ErrorView::of(ErrorCode::Locked);
    let [message, help] = error_text(ErrorCode::Locked).en;
    assert_eq!((view.message.as_str(), view.help.as_deref()), (message, Some(help)));
    let view = ErrorView::beyond(InputProblem::FileAboveLimit, 5_000_000);
    assert_eq!(view.message, "This vault accepts files of at most 5 MB.");
}

const PAGE: &str = "\
# Error codes

Every failed call returns one of these codes; the interface shows the sentences, never a message of a library.
Generated from `crates/vault-api/src/error/table.rs` by `cargo xtask bindings`.

| code | what happened | what to do | auf Deutsch |
|---|---|---|---|
";

const INPUT: &str = "
## Invalid input

`invalid_input` names the part that is not acceptable, with sentences of its own. Generated from
`crates/vault-api/src/error/input.rs`.

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
    table("What happened and what to do, for every error code.", "ERRORS", codes);
    let problems = problems().into_iter().map(|(name, problem)| (name, input_text(problem))).collect();
    table("The same for every part of an input that is not acceptable.", "PROBLEMS", problems);
    file
}

/// Run by `cargo xtask bindings`, like the tests that export types.
#[test]
fn export_bindings_error_texts() {
    let Some(folder) = std::env::var_os("TS_RS_EXPORT_DIR") else {
        // An ordinary test run only checks that the page is up to date.
        assert_eq!(include_str!("../../../../docs/errors.md"), page(), "run `cargo xtask bindings`");
        return;
    };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("errors.ts"), typescript()).unwrap();
    fs::write(folder.join("errors.md"), page()).unwrap();
}
