//! The floors of the engine: an order of its top-level modules, each of which uses only those below it.

use super::{crates::Crate, graph::Graph};
use crate::process::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The crate that has floors.
const CRATE: &str = "vault-engine";

/// The floors from the ground up. Modules on one floor do not use each other.
const FLOORS: &[&[&str]] = &[
    &["clock", "steps", "strength"],
    &["item"],
    &["disk", "generator", "health", "kit"],
    &["costs", "search", "document", "merge"],
    &["store"],
    &["session"],
    &["backup"],
    &["profile"],
];

/// Uses against the order that are still to be removed: from, to.
const TO_REMOVE: &[(&str, &str)] = &[];

/// The page with the picture.
pub const PAGE: &str = "docs/architecture.md";

/// The lines around the picture.
const BEGIN: &str = "<!-- Begin of the floors, written by `cargo xtask modules --write`. -->";
const END: &str = "<!-- End of the floors. -->";

/// The top-level module that a file belongs to.
pub fn top_level(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// The top-level modules with those that they use, and the names by which they do. The root uses everything.
type Uses<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<&'a str>>>;

fn uses(graph: &Graph) -> Uses<'_> {
    let mut uses = Uses::new();
    for (file, _) in graph.files() {
        uses.entry(top_level(file)).or_default();
    }
    for (from, to, names) in graph.edges() {
        let (from, to) = (top_level(from), top_level(to));
        if from != to {
            let by = uses.entry(from).or_default().entry(to).or_default();
            by.extend(names.iter().map(String::as_str));
        }
    }
    uses.remove("lib");
    uses
}

/// Returns the uses in the engine that break the order of its floors, as sentences.
pub fn broken(crates: &[Crate]) -> Result<Vec<String>> {
    Ok(against(&uses(&engine(crates)?.graph), FLOORS, TO_REMOVE))
}

fn engine(crates: &[Crate]) -> Result<&Crate> {
    crates.iter().find(|member| member.name == CRATE).ok_or_else(|| Error::new(format!("{CRATE} is missing")))
}

fn against(uses: &Uses<'_>, floors: &[&[&str]], to_remove: &[(&str, &str)]) -> Vec<String> {
    let floor = |module: &str| floors.iter().position(|floor| floor.contains(&module));
    let mut found = Vec::new();
    for module in floors.iter().copied().flatten().filter(|module| !uses.contains_key(**module)) {
        found.push(format!("`{module}` has a floor and no file"));
    }
    for module in uses.keys().filter(|module| floor(module).is_none()) {
        found.push(format!("`{module}` is not in the list of floors"));
    }
    let mut needed = Vec::new();
    for (from, to, names) in uses.iter().flat_map(|(from, used)| used.iter().map(|(to, by)| (*from, *to, by)))
    {
        let (Some(own), Some(other)) = (floor(from), floor(to)) else { continue };
        if own > other {
            continue;
        }
        if to_remove.contains(&(from, to)) {
            needed.push((from, to));
        } else {
            let how = if own == other { "on the same floor" } else { "above it" };
            let names: Vec<&str> = names.iter().copied().collect();
            found.push(format!("`{from}` uses `{to}`, which is {how}: {}", names.join(", ")));
        }
    }
    for (from, to) in to_remove.iter().filter(|pair| !needed.contains(pair)) {
        found.push(format!("`{from}` no longer uses `{to}`; delete the exception"));
    }
    found
}

/// Returns whether the picture on the page differs from the code.
pub fn is_stale(page: &str, crates: &[Crate]) -> Result<bool> {
    Ok(redraw(page, crates)? != page)
}

/// Returns the page with its picture redrawn.
pub fn redraw(page: &str, crates: &[Crate]) -> Result<String> {
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) =
        parts.ok_or_else(|| Error::new(format!("{PAGE}: the lines `{BEGIN}` and `{END}` are missing")))?;
    let picture = draw(&uses(&engine(crates)?.graph), FLOORS);
    Ok(format!("{before}{BEGIN}\n```\n{picture}```\n{END}{after}"))
}

/// Draws the floors, the highest first, each module with those that it uses.
fn draw(uses: &Uses<'_>, floors: &[&[&str]]) -> String {
    let order: Vec<&str> = floors.iter().copied().flatten().copied().collect();
    let width = order.iter().map(|module| module.len()).max().unwrap_or(0);
    let rows = floors.iter().rev().map(|floor| {
        floor
            .iter()
            .map(|module| {
                let used = uses.get(module);
                let used: Vec<&str> = order
                    .iter()
                    .rev()
                    .copied()
                    .filter(|other| used.is_some_and(|used| used.contains_key(other)))
                    .collect();
                let line = format!("{module:<width$} → {}", used.join(", "));
                format!("{}\n", line.trim_end_matches(" → ").trim_end())
            })
            .collect::<String>()
    });
    let rule = format!("{}\n", "─".repeat(width));
    rows.collect::<Vec<_>>().join(&rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for file in edges.iter().flat_map(|(from, to)| [from, to]) {
            graph.add_file(file, 1);
        }
        for (from, to) in edges {
            graph.add_edge(from, to, "Name");
        }
        graph
    }

    const SMALL: &[&[&str]] = &[&["clock"], &["item", "disk"], &["session"]];

    #[test]
    fn use_of_a_lower_floor_passes_and_of_a_higher_or_the_same_is_found() {
        let good =
            graph(&[("session/mod.rs", "item.rs"), ("item.rs", "clock.rs"), ("disk/mod.rs", "clock.rs")]);
        assert_eq!(against(&uses(&good), SMALL, &[]), [""; 0]);
        let bad = graph(&[
            ("clock.rs", "session/list.rs"),
            ("item.rs", "disk/mod.rs"),
            ("session/list.rs", "session/mod.rs"),
        ]);
        assert_eq!(
            against(&uses(&bad), SMALL, &[]),
            [
                "`clock` uses `session`, which is above it: Name",
                "`item` uses `disk`, which is on the same floor: Name"
            ]
        );
    }

    #[test]
    fn an_exception_passes_while_it_is_needed_and_is_found_afterwards() {
        let graph = graph(&[("clock.rs", "item.rs"), ("disk.rs", "clock.rs"), ("session.rs", "item.rs")]);
        assert_eq!(against(&uses(&graph), SMALL, &[("clock", "item")]), [""; 0]);
        assert_eq!(
            against(&uses(&graph), SMALL, &[("clock", "item"), ("disk", "session")]),
            ["`disk` no longer uses `session`; delete the exception"]
        );
    }

    #[test]
    fn the_root_may_use_everything_and_every_module_needs_a_floor() {
        let graph = graph(&[("lib.rs", "session/mod.rs"), ("attic.rs", "clock.rs")]);
        assert_eq!(
            against(&uses(&graph), &[&["clock"], &["item"], &["session"]], &[]),
            ["`item` has a floor and no file", "`attic` is not in the list of floors"]
        );
    }

    #[test]
    fn the_picture_has_the_highest_floor_first() {
        let graph = graph(&[
            ("session/mod.rs", "item.rs"),
            ("session/mod.rs", "clock.rs"),
            ("disk/mod.rs", "clock.rs"),
            ("item.rs", "clock.rs"),
        ]);
        assert_eq!(
            draw(&uses(&graph), SMALL),
            "session → item, clock\n───────\nitem    → clock\ndisk    → clock\n───────\nclock\n"
        );
    }

    #[test]
    fn a_picture_is_replaced_between_its_marks() {
        let crates = [Crate { name: CRATE.to_owned(), graph: graph(&[("session/mod.rs", "clock.rs")]) }];
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        assert!(is_stale(&page, &crates).unwrap());
        let redrawn = redraw(&page, &crates).unwrap();
        assert!(redrawn.starts_with("before\n") && redrawn.ends_with("\nafter\n"), "{redrawn}");
        assert!(redrawn.contains("\nsession   → clock\n"), "{redrawn}");
        assert!(!is_stale(&redrawn, &crates).unwrap());
        assert!(redraw("no marks", &crates).is_err());
    }
}
