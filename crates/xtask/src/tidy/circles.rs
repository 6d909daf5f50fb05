//! No circles among the files of a crate, and the floors of the engine.

use super::finding::Finding;
use crate::{
    modules::{Crate, floors},
    process::Result,
    source::{self, File},
};
use std::collections::BTreeSet;

/// Circles of one crate that are allowed.
struct Allowed {
    package: &'static str,
    /// Files; a folder, with its `/`, stands for all in it, and the empty text for the whole crate.
    within: &'static [&'static str],
    reason: &'static str,
}

impl Allowed {
    fn covers(&self, file: &str) -> bool {
        self.within
            .iter()
            .any(|start| if start.ends_with(".rs") { *start == file } else { file.starts_with(start) })
    }
}

/// The list of floors, for messages.
const FLOORS: &str = "crates/xtask/src/modules/floors.rs";

/// Every circle that is not allowed, and every exception that no circle needs.
pub fn circles(crates: &[Crate]) -> Vec<Finding> {
    findings(crates, ALLOWED)
}

fn findings(crates: &[Crate], allowed: &[Allowed]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut needed = BTreeSet::new();
    for Crate { name, graph } in crates {
        for circle in graph.circles() {
            let covering = allowed
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.package == name && circle.iter().all(|file| entry.covers(file)));
            // The narrowest of them.
            let exception = covering.min_by_key(|(_, entry)| entry.within.len()).map(|(at, _)| at);
            if exception.is_none() {
                let files = circle.len();
                let text = format!("{files} files use each other in a circle:{}", graph.describe(&circle));
                found.push(Finding::new(name, text));
            }
            needed.extend(exception);
        }
    }
    let needless = allowed.iter().enumerate().filter(|(at, _)| !needed.contains(at));
    found.extend(needless.map(|(_, Allowed { package, within, reason })| {
        let text =
            format!("no circle within [{}] any more; delete the exception ({reason})", within.join(", "));
        Finding::new(*package, text)
    }));
    found
}

/// Every breach of the order of floors, and their picture if it is stale.
pub fn floors(crates: &[Crate], files: &[File]) -> Result<Vec<Finding>> {
    let mut found: Vec<Finding> =
        floors::broken(crates)?.into_iter().map(|text| Finding::new(FLOORS, text)).collect();
    if floors::is_stale(source::text(files, floors::PAGE)?, crates)? {
        found.push(Finding::new(floors::PAGE, "the floors changed; run `cargo xtask modules --write`"));
    }
    Ok(found)
}

/// The exceptions, each with its reason: none.
const ALLOWED: &[Allowed] = &[];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::graph::Graph;

    fn member(edges: &[(&str, &str)]) -> [Crate; 1] {
        let mut graph = Graph::default();
        for (from, to) in edges {
            graph.add_edge(from, to, "Name");
        }
        [Crate { name: "a".to_owned(), graph }]
    }

    fn exception(package: &'static str, within: &'static [&'static str]) -> Allowed {
        Allowed { package, within, reason: "a reason" }
    }

    fn texts(crates: &[Crate], allowed: &[Allowed]) -> Vec<String> {
        findings(crates, allowed).into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn a_circle_is_found_with_its_names_and_an_exception_allows_it() {
        let crates = member(&[("b/c.rs", "d.rs"), ("d.rs", "b/c.rs"), ("d.rs", "e.rs")]);
        let circle = "2 files use each other in a circle:\n  b/c.rs → d.rs: Name\n  d.rs → b/c.rs: Name";
        assert_eq!(texts(&crates, &[]), [circle]);
        assert_eq!(texts(&crates, &[exception("a", &["b/", "d.rs"])]), [""; 0]);
        assert_eq!(texts(&crates, &[exception("a", &[""])]), [""; 0]);
    }

    #[test]
    fn an_exception_covers_neither_other_files_nor_other_crates() {
        let crates = member(&[("b/c.rs", "d.rs"), ("d.rs", "b/c.rs")]);
        assert_eq!(texts(&crates, &[exception("a", &["b/"])]).len(), 2);
        assert_eq!(texts(&crates, &[exception("z", &["b/", "d.rs"])]).len(), 2);
    }

    #[test]
    fn an_exception_without_a_circle_is_found() {
        let crates = member(&[("b/c.rs", "d.rs")]);
        assert_eq!(
            texts(&crates, &[exception("a", &["b/", "d.rs"])]),
            ["no circle within [b/, d.rs] any more; delete the exception (a reason)"]
        );
    }
}
