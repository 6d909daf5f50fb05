//! The crates of the workspace with the graphs of their modules.

use super::{graph::Graph, resolve, tree::Tree};
use crate::{process::Result, project, source::File};
use serde_json::Value;

/// A crate with its modules.
pub struct Crate {
    /// The package; with the target's name after a slash where the package has several.
    pub name: String,
    /// Its modules.
    pub graph: Graph,
}

/// Parses one crate from its root file on.
pub fn graph(root: &str, files: &[File]) -> Result<Graph> {
    Ok(resolve::graph(&Tree::parse(root, files)?))
}

/// Parses every library and program of the workspace, and the tests of packages that have neither.
pub fn crates(members: &Value, files: &[File]) -> Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for package in members["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let roots = roots(package);
        for (target, path) in &roots {
            let root = path.strip_prefix(&format!("{}/", project::root().display())).unwrap_or(path);
            let name = if roots.len() == 1 { name.to_owned() } else { format!("{name}/{target}") };
            crates.push(Crate { name, graph: graph(root, files)? });
        }
    }
    Ok(crates)
}

/// The names and root files of a package's targets.
fn roots(package: &Value) -> Vec<(&str, &str)> {
    let of_kind = |kinds: &[&str]| -> Vec<(&str, &str)> {
        let targets = package["targets"].as_array().into_iter().flatten();
        targets
            .filter(|target| {
                let mut of = target["kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
                of.any(|kind| kinds.contains(&kind))
            })
            .filter_map(|target| Some((target["name"].as_str()?, target["src_path"].as_str()?)))
            .collect()
    };
    let programs = of_kind(&["lib", "bin"]);
    if programs.is_empty() { of_kind(&["test"]) } else { programs }
}
