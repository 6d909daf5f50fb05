//! The packages that one package needs, by `cargo metadata`.

use crate::process::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of dependencies that count.
#[derive(Clone, Copy)]
pub enum Kinds {
    /// Those of the running program.
    Normal,
    /// Those of its build, too.
    NormalAndBuild,
}

/// The names of all packages that `package` needs, itself included.
pub fn reached<'a>(metadata: &'a Value, package: &str, kinds: Kinds) -> Result<BTreeSet<&'a str>> {
    reached_without(metadata, package, "", kinds)
}

/// The same without another package, and without what only that one needs.
pub fn reached_without<'a>(
    metadata: &'a Value,
    package: &str,
    without: &str,
    kinds: Kinds,
) -> Result<BTreeSet<&'a str>> {
    let names = names(metadata);
    let uses = uses(metadata, kinds);
    let start = names
        .iter()
        .find(|(_, name)| **name == package)
        .map(|(id, _)| *id)
        .ok_or_else(|| Error::new(format!("cargo metadata does not list {package}")))?;
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        if names.get(id) != Some(&without) && reached.insert(id) {
            open.extend(uses.get(id).into_iter().flatten());
        }
    }
    Ok(reached.into_iter().filter_map(|id| names.get(id)).copied().collect())
}

/// The names of packages by their ids.
fn names(metadata: &Value) -> BTreeMap<&str, &str> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?))).collect()
}

/// The dependencies of packages by their ids.
fn uses(metadata: &Value, kinds: Kinds) -> BTreeMap<&str, Vec<&str>> {
    let nodes = metadata.pointer("/resolve/nodes").and_then(Value::as_array).into_iter().flatten();
    nodes
        .filter_map(|node| {
            let used = node["deps"]
                .as_array()?
                .iter()
                .filter(|used| counts(used, kinds))
                .filter_map(|used| used["pkg"].as_str());
            Some((node["id"].as_str()?, used.collect()))
        })
        .collect()
}

/// Returns whether a dependency is of these kinds. The kind of a normal one is null, of others "dev" or "build".
fn counts(dependency: &Value, kinds: Kinds) -> bool {
    dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| match kinds {
        Kinds::Normal => kind["kind"].is_null(),
        Kinds::NormalAndBuild => kind["kind"] != "dev",
    })
}

/// Metadata of `package`, which uses a crate that uses `name`, by this kind of dependency.
#[cfg(test)]
pub fn example(package: &str, name: &str, kind: &Value) -> Value {
    let below = serde_json::json!([{ "pkg": "3", "dep_kinds": [{ "kind": kind }] }]);
    serde_json::json!({
        "packages": [
            { "id": "1", "name": package }, { "id": "2", "name": "between" }, { "id": "3", "name": name }
        ],
        "resolve": { "nodes": [
            { "id": "1", "deps": [{ "pkg": "2", "dep_kinds": [{ "kind": null }] }] },
            { "id": "2", "deps": below },
            { "id": "3", "deps": [] }
        ]}
    })
}
