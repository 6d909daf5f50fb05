//! No dependency of the application is a network client.

use super::finding::Finding;
use crate::process::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The package of the application.
const APPLICATION: &str = "coffer-desktop";

/// Network clients. The web view's network stack is blocked by the content security policy.
const CLIENTS: &[&str] = &[
    "attohttpc",
    "curl",
    "h2",
    "h3",
    "hickory-resolver",
    "hyper",
    "isahc",
    "minreq",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "surf",
    "tungstenite",
    "ureq",
];

/// Every network client among the run-time dependencies of the application.
pub fn clients(metadata: &Value) -> Result<Vec<Finding>> {
    let names = names(metadata);
    let uses = uses(metadata);
    let start = names
        .iter()
        .find(|(_, name)| **name == APPLICATION)
        .map(|(id, _)| *id)
        .ok_or_else(|| Error::new(format!("cargo metadata does not list {APPLICATION}")))?;
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(uses.get(id).into_iter().flatten());
        }
    }
    let used = reached.into_iter().filter_map(|id| names.get(id)).filter(|name| CLIENTS.contains(name));
    Ok(used
        .map(|name| Finding::new(*name, "a network client among the application's dependencies"))
        .collect())
}

/// The names of packages by their ids.
fn names(metadata: &Value) -> BTreeMap<&str, &str> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?))).collect()
}

/// The run-time dependencies of packages by their ids.
fn uses(metadata: &Value) -> BTreeMap<&str, Vec<&str>> {
    let nodes = metadata.pointer("/resolve/nodes").and_then(Value::as_array).into_iter().flatten();
    nodes
        .filter_map(|node| {
            let used = node["deps"]
                .as_array()?
                .iter()
                .filter(|used| runs(used))
                .filter_map(|used| used["pkg"].as_str());
            Some((node["id"].as_str()?, used.collect()))
        })
        .collect()
}

/// Returns whether a dependency is one at run time: its kind is null, not "dev" or "build".
fn runs(dependency: &Value) -> bool {
    dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Checks an application that uses a crate that uses `name`.
    fn findings(name: &str, kind: &Value) -> usize {
        let below = json!([{ "pkg": "3", "dep_kinds": [{ "kind": kind }] }]);
        let metadata = json!({
            "packages": [
                { "id": "1", "name": APPLICATION }, { "id": "2", "name": "between" }, { "id": "3", "name": name }
            ],
            "resolve": { "nodes": [
                { "id": "1", "deps": [{ "pkg": "2", "dep_kinds": [{ "kind": null }] }] },
                { "id": "2", "deps": below },
                { "id": "3", "deps": [] }
            ]}
        });
        clients(&metadata).unwrap().len()
    }

    #[test]
    fn a_network_client_below_the_application_is_found() {
        assert_eq!(findings("reqwest", &Value::Null), 1);
        assert_eq!(findings("serde", &Value::Null), 0);
    }

    #[test]
    fn dev_and_build_dependencies_do_not_count() {
        assert_eq!(findings("hyper", &json!("dev")), 0);
        assert_eq!(findings("ureq", &json!("build")), 0);
    }

    #[test]
    fn metadata_without_the_application_is_an_error() {
        assert!(clients(&json!({ "packages": [] })).is_err());
    }
}
