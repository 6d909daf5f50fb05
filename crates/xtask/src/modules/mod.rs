//! `cargo xtask modules`: which module of a crate uses which.

mod crates;
pub mod floors;
pub mod graph;
mod paths;
mod resolve;
mod tree;

#[cfg(test)]
mod tests;

use crate::{
    process::{Context as _, Error, Result},
    project::{self, Depth},
    source,
};
use std::{collections::BTreeMap, fs};

pub use crates::{Crate, crates};

/// Prints every crate, or those whose name is given: its files, its top-level modules with their lines, its circles.
pub fn print(wanted: Option<&str>) -> Result {
    let crates = crates(&project::metadata(Depth::Members)?, &source::files()?)?;
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| name.split('/').next() == Some(wanted));
    let chosen: Vec<&Crate> = crates.iter().filter(|member| is_wanted(&member.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = crates.iter().map(|member| member.name.as_str()).collect();
        return Err(Error::new(format!("no such crate; there are {}", names.join(", "))));
    }
    for Crate { name, graph } in chosen {
        let lines: usize = graph.files().map(|(_, lines)| lines).sum();
        println!("{name}: {} files, {lines} lines", graph.files().count());
        let mut modules: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (file, lines) in graph.files() {
            let sums = modules.entry(floors::top_level(file)).or_default();
            *sums = (sums.0 + 1, sums.1 + lines);
        }
        for (module, (files, lines)) in modules {
            println!("  {module:<24} {files:>4} files {lines:>6} lines");
        }
        for circle in graph.circles() {
            println!("  circle of {}:{}", circle.len(), graph.describe(&circle).replace('\n', "\n  "));
        }
    }
    Ok(())
}

/// Redraws the picture of the floors.
pub fn write_picture() -> Result {
    let crates = crates(&project::metadata(Depth::Members)?, &source::files()?)?;
    let path = project::root().join(floors::PAGE);
    let page = fs::read_to_string(&path).context(&path)?;
    fs::write(&path, floors::redraw(&page, &crates)?).context(&path)
}
