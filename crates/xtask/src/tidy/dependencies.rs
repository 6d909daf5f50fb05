//! Every direct dependency has a row in `docs/dependencies.md`, and every row a dependency.

use super::finding::Finding;
use crate::{
    process::{Error, Result},
    source::{self, File},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The page with the rows.
const LIST: &str = "docs/dependencies.md";

/// The interface's manifest.
const INTERFACE: &str = "ui/package.json";

/// The packages of the Python reader, and those that the server's tests speak with.
const PYTHON: [&str; 2] = ["tests/interop/requirements.txt", "crates/vault-server/tests/peers/soak.txt"];

/// Dependencies without a row, and rows without a dependency.
pub fn undocumented(metadata: &Value, files: &[File]) -> Result<Vec<Finding>> {
    let documented = rows(source::text(files, LIST)?);
    let manifest: Value = serde_json::from_str(source::text(files, INTERFACE)?)
        .map_err(|error| Error::new(format!("{INTERFACE}: {error}")))?;
    let lists = PYTHON.iter().map(|list| source::text(files, list)).collect::<Result<Vec<_>>>()?;
    let used: BTreeSet<String> = crates(metadata)
        .chain(packages(&manifest))
        .chain(lists.iter().flat_map(|list| requirements(list)))
        .map(str::to_owned)
        .collect();
    Ok(compare(&used, &documented))
}

fn compare(used: &BTreeSet<String>, documented: &BTreeSet<String>) -> Vec<Finding> {
    let missing = used.difference(documented).map(|name| format!("`{name}` has no row"));
    let left_over = documented.difference(used).map(|name| format!("`{name}` is no longer used"));
    missing.chain(left_over).map(|text| Finding::new(LIST, text)).collect()
}

/// The names in the first column.
fn rows(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect()
}

/// The dependencies of our crates, our crates excluded.
fn crates(metadata: &Value) -> impl Iterator<Item = &str> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .flat_map(|package| package["dependencies"].as_array().into_iter().flatten())
        .filter(|dependency| dependency["path"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
}

/// The dependencies of the interface.
fn packages(manifest: &Value) -> impl Iterator<Item = &str> {
    ["dependencies", "devDependencies"]
        .into_iter()
        .flat_map(|section| manifest[section].as_object().into_iter().flatten())
        .map(|(name, _)| name.as_str())
}

/// The names in a list of Python packages, each pinned to one version.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split_once("==")?.0.split('[').next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn rows_parse_by_their_first_column() {
        let text = "# D\n| crate | what |\n|---|---|\n| `a-b` | uses `c` |\n| `@x/y` | z |\n";
        assert_eq!(rows(text), set(&["a-b", "@x/y"]));
    }

    #[test]
    fn python_packages_parse_by_their_pins() {
        let text = "# a comment\ncbor2==6.2.1\nargon2-cffi==25.1.0\n";
        assert_eq!(requirements(text).collect::<Vec<_>>(), ["cbor2", "argon2-cffi"]);
    }

    #[test]
    fn our_own_crates_need_no_row() {
        let metadata = json!({ "packages": [{ "dependencies": [
            { "name": "serde" }, { "name": "vault-wire", "path": "crates/vault-wire" }
        ]}]});
        assert_eq!(crates(&metadata).collect::<Vec<_>>(), ["serde"]);
    }

    #[test]
    fn npm_packages_of_both_kinds_need_a_row() {
        let manifest = json!({ "dependencies": { "a": "1" }, "devDependencies": { "b": "1" } });
        assert_eq!(packages(&manifest).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn missing_and_left_over_rows_are_found() {
        let texts: Vec<_> =
            compare(&set(&["a", "b"]), &set(&["b", "c"])).into_iter().map(|f| f.text).collect();
        assert_eq!(texts, ["`a` has no row", "`c` is no longer used"]);
    }
}
