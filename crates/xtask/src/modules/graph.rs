//! The uses between the files of a crate.

use std::collections::{BTreeMap, BTreeSet};

/// The files of a crate and the names by which they use each other.
#[derive(Default)]
pub struct Graph {
    files: BTreeMap<String, usize>,
    edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

/// Files that all reach each other.
pub type Circle<'a> = BTreeSet<&'a str>;

impl Graph {
    /// Adds a file with its number of lines.
    pub fn add_file(&mut self, file: &str, lines: usize) {
        *self.files.entry(file.to_owned()).or_default() += lines;
    }

    /// Adds the use of a name, unless a file uses itself.
    pub fn add_edge(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let uses = self.edges.entry(from.to_owned()).or_default();
            uses.entry(to.to_owned()).or_default().insert(name.to_owned());
        }
    }

    /// The files with their numbers of lines.
    pub fn files(&self) -> impl Iterator<Item = (&str, usize)> {
        self.files.iter().map(|(file, lines)| (file.as_str(), *lines))
    }

    /// Every use: from, to, names.
    pub fn edges(&self) -> impl Iterator<Item = (&str, &str, &BTreeSet<String>)> {
        self.edges
            .iter()
            .flat_map(|(from, uses)| uses.iter().map(move |(to, names)| (from.as_str(), to.as_str(), names)))
    }

    /// The circles: strongly connected components of more than one file.
    pub fn circles(&self) -> Vec<Circle<'_>> {
        let reached: BTreeMap<&str, Circle<'_>> =
            self.edges.keys().map(|file| (file.as_str(), self.reached(file))).collect();
        let mut circles: Vec<Circle<'_>> = Vec::new();
        for (file, others) in &reached {
            if others.contains(file) && !circles.iter().any(|circle| circle.contains(file)) {
                let returns =
                    |other: &&&str| reached.get(**other).is_some_and(|reached| reached.contains(file));
                circles.push(others.iter().filter(returns).copied().collect());
            }
        }
        circles
    }

    /// The files that a file reaches by one use or more.
    fn reached(&self, file: &str) -> Circle<'_> {
        let uses = |file: &str| self.edges.get(file).into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        let mut open: Vec<&str> = uses(file).collect();
        let mut reached = BTreeSet::new();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(uses(next));
            }
        }
        reached
    }

    /// A circle as lines of `from → to: names`.
    pub fn describe(&self, circle: &Circle<'_>) -> String {
        let inside = |file: &str| circle.contains(file);
        self.edges()
            .filter(|(from, to, _)| inside(from) && inside(to))
            .map(|(from, to, names)| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                format!("\n  {from} → {to}: {}", names.join(", "))
            })
            .collect()
    }
}
