//! `cargo xtask bindings`: the generated half of the interface's backend (view types, commands, error texts) and the page
//! of errors in the docs.

use crate::{
    process::{Context as _, Error, Result, read},
    project,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The list of commands.
const COMMANDS: &str = "crates/vault-api/src/commands/list.rs";

/// The page of errors; the other files go into the interface's folder.
const PAGE: &str = "errors.md";

/// Writes the generated files and removes outdated ones.
pub fn write() -> Result {
    let folder = folder();
    let mut wanted = generate()?;
    if let Some(text) = wanted.remove(PAGE) {
        let page = page();
        fs::write(&page, text).context(&page)?;
    }
    for name in files(&folder)?.keys().filter(|name| !wanted.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path).context(&path)?;
    }
    fs::create_dir_all(&folder).context(&folder)?;
    for (name, text) in &wanted {
        let path = folder.join(name);
        fs::write(&path, text).context(&path)?;
    }
    Ok(())
}

/// Fails and names the files if the generated files do not match the source.
pub fn check() -> Result {
    let mut have = files(&folder())?;
    have.insert(PAGE.to_owned(), fs::read_to_string(page()).unwrap_or_default());
    let stale = differences(&have, &generate()?);
    if stale.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
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

/// Generates every file: name to text.
fn generate() -> Result<BTreeMap<String, String>> {
    let scratch = project::scratch("bindings")?;
    fs::remove_dir_all(&scratch).context(&scratch)?;
    let mut command = project::cargo(["test", "--quiet", "--workspace", "--lib"]);
    // ts-rs turns every exported type into a test; one process, so that no two write the same file.
    read(command.args(["export_bindings_"]).env("TS_RS_EXPORT_DIR", &scratch))?;
    let mut texts = files(&scratch)?;
    if texts.is_empty() {
        return Err(Error::new("vault-api exported no types"));
    }
    let list = project::root().join(COMMANDS);
    let source = fs::read_to_string(&list).context(&list)?;
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

/// Reads the files of a flat folder: name to text; empty if the folder does not exist.
fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    if !folder.exists() {
        return Ok(BTreeMap::new());
    }
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).context(folder)? {
        let path = entry.context(folder)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        texts.insert(name, fs::read_to_string(&path).context(&path)?);
    }
    Ok(texts)
}

/// The names of files that are missing, left over or different.
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
    fn differences_names_missing_left_over_and_changed_files() {
        let have = map(&[("A.ts", "a"), ("B.ts", "old"), ("C.ts", "c")]);
        let want = map(&[("A.ts", "a"), ("B.ts", "new"), ("D.ts", "d")]);
        assert_eq!(differences(&have, &want), ["B.ts", "C.ts", "D.ts"]);
        assert!(differences(&want, &want).is_empty());
    }

    #[test]
    fn only_command_rows_become_the_typed_list() {
        let source =
            "// app::not_this,\nmacro_rules! coffer_commands {\n    app::app_status,\n    Item::Bad,\n};\n";
        let text = commands(source);
        assert!(text.contains("[\n  \"app_status\",\n] as const"), "{text}");
    }
}
