//! The generated half of the interface's backend: view types, the list of commands and the texts of errors, and the page
//! of errors in the docs.

use crate::{
    project,
    shell::{About as _, Failure, Outcome, read},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The list of commands.
const COMMANDS: &str = "crates/vault-api/src/commands/list.rs";

/// The page of errors; all else goes into the interface's folder.
const PAGE: &str = "errors.md";

/// Writes the generated files anew.
pub fn write() -> Outcome {
    let folder = folder();
    let mut wanted = generate()?;
    if let Some(text) = wanted.remove(PAGE) {
        let page = page();
        fs::write(&page, text).about(&page)?;
    }
    for name in files(&folder)?.keys().filter(|name| !wanted.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path).about(&path)?;
    }
    fs::create_dir_all(&folder).about(&folder)?;
    for (name, text) in &wanted {
        let path = folder.join(name);
        fs::write(&path, text).about(&path)?;
    }
    Ok(())
}

/// Fails, naming the files, when the generated files are not what the source says.
pub fn check() -> Outcome {
    let mut have = files(&folder())?;
    have.insert(PAGE.to_owned(), fs::read_to_string(page()).unwrap_or_default());
    let stale = differences(&have, &generate()?);
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "not up to date, run `cargo xtask bindings`: {} in {}",
        stale.join(", "),
        folder().display()
    )))
}

/// The page of errors in the docs.
fn page() -> PathBuf {
    project::root().join("docs").join(PAGE)
}

/// The folder of the generated files.
fn folder() -> PathBuf {
    project::root().join("ui/src/backend/generated")
}

/// Makes every generated file: name to text.
fn generate() -> Outcome<BTreeMap<String, String>> {
    let scratch = project::scratch("bindings")?;
    fs::remove_dir_all(&scratch).about(&scratch)?;
    let mut command = project::cargo(["test", "--quiet", "--workspace", "--lib"]);
    // ts-rs makes one test of every exported type; one process, so that no two write one file.
    read(command.args(["export_bindings_"]).env("TS_RS_EXPORT_DIR", &scratch))?;
    let mut texts = files(&scratch)?;
    if texts.is_empty() {
        return Err(Failure::new("vault-api exported no types"));
    }
    let list = project::root().join(COMMANDS);
    let source = fs::read_to_string(&list).about(&list)?;
    texts.insert("commands.ts".to_owned(), commands(&source));
    Ok(texts)
}

/// The TypeScript list of commands, from the rows `module::command,` of the list.
fn commands(source: &str) -> String {
    let names = source.lines().filter_map(|line| {
        let (module, name) = line.trim().strip_suffix(',')?.split_once("::")?;
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        (word(module) && word(name)).then_some(name)
    });
    let rows: String = names.map(|name| format!("  \"{name}\",\n")).collect();
    format!(
        "// Generated from {COMMANDS} by `cargo xtask bindings`.\n\n\
         /** Every command of the program. */\n\
         export const COMMANDS = [\n{rows}] as const;\n\n\
         /** The name of a command. */\n\
         export type Command = (typeof COMMANDS)[number];\n"
    )
}

/// The files of a folder that does not nest: name to text; none if the folder is not there.
fn files(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    if !folder.exists() {
        return Ok(BTreeMap::new());
    }
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).about(folder)? {
        let path = entry.about(folder)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        texts.insert(name, fs::read_to_string(&path).about(&path)?);
    }
    Ok(texts)
}

/// Names the files that are missing, left over or different.
fn differences(have: &BTreeMap<String, String>, want: &BTreeMap<String, String>) -> Vec<String> {
    let mut names: Vec<_> = have.keys().chain(want.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| have.get(name) != want.get(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
        rows.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn missing_left_over_and_changed_files_are_named() {
        let have = map(&[("A.ts", "a"), ("B.ts", "old"), ("C.ts", "c")]);
        let want = map(&[("A.ts", "a"), ("B.ts", "new"), ("D.ts", "d")]);
        assert_eq!(differences(&have, &want), ["B.ts", "C.ts", "D.ts"]);
        assert!(differences(&want, &want).is_empty());
    }

    #[test]
    fn command_rows_become_a_typed_list_and_nothing_else_does() {
        let source =
            "// app::not_this,\nmacro_rules! coffer_commands {\n    app::app_status,\n    Item::Bad,\n};\n";
        let text = commands(source);
        assert!(text.contains("[\n  \"app_status\",\n] as const"), "{text}");
    }
}
