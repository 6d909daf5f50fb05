//! Paths of the code resolved to the files that define what they name.

use super::{
    graph::Graph,
    paths::Import,
    tree::{Module, Tree, child},
};

/// The maximum number of re-exports that are followed: a path of another crate may seem to name itself.
const DEPTH: u8 = 16;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Module(String),
    Item { module: String, name: String },
}

/// The preferred meaning of a name: a module and a function may have the same one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefer {
    Module,
    Item,
}

/// Builds the graph: an edge wherever the code of one file names an item of another.
///
/// `mod child;`, a re-export of a descendant and an import of a module are no edges; names used through them are.
/// Methods are not resolved, since only a type checker knows their files.
pub fn graph(tree: &Tree) -> Graph {
    let mut graph = Graph::default();
    for (path, module) in &tree.modules {
        graph.add_file(&module.file, module.lines);
        let mut add = |target: Option<Target>| {
            if let Some(Target::Item { module: owner, name }) = target
                && let Some(owner) = tree.modules.get(&owner)
            {
                graph.add_edge(&module.file, &owner.file, &name);
            }
        };
        for import in &module.names.imports {
            let target = tree.resolve(path, &import.path, Prefer::Item, DEPTH);
            if !(import.exported && target.as_ref().is_some_and(|target| is_below(target, path))) {
                add(target);
            }
        }
        for mention in &module.names.mentions {
            add(match mention.as_slice() {
                [name] => tree.reexported(path, module, name),
                _ => tree.resolve(path, mention, Prefer::Item, DEPTH),
            });
        }
    }
    graph
}

/// Returns whether an item is defined in a descendant of `module`.
fn is_below(target: &Target, module: &str) -> bool {
    match target {
        Target::Item { module: owner, .. } => {
            module.is_empty() || owner.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
        }
        Target::Module(_) => false,
    }
}

impl Tree {
    fn resolve(&self, from: &str, path: &[String], prefer: Prefer, depth: u8) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let mut at = from.to_owned();
        let mut segments = path.iter().peekable();
        let mut is_ours = false;
        while let Some(segment) = segments.next() {
            match segment.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => at = at.rsplit_once("::").map_or("", |(parent, _)| parent).to_owned(),
                name => {
                    let prefer = if segments.peek().is_none() { prefer } else { Prefer::Module };
                    match self.lookup(&at, name, prefer, depth) {
                        Some(Target::Module(module)) => at = module,
                        Some(item) => return Some(item),
                        // Made by a macro.
                        None if is_ours => return Some(Target::Item { module: at, name: name.to_owned() }),
                        None => return None,
                    }
                }
            }
            is_ours = true;
        }
        Some(Target::Module(at))
    }

    /// What a name means inside a module.
    fn lookup(&self, at: &str, name: &str, prefer: Prefer, depth: u8) -> Option<Target> {
        let module = self.modules.get(at)?;
        let item = || {
            module.items.contains(name).then(|| Target::Item { module: at.to_owned(), name: name.to_owned() })
        };
        let below = || {
            let path = child(at, name);
            self.modules.contains_key(&path).then_some(Target::Module(path))
        };
        let imported = || {
            let mut imports = module.names.imports.iter().filter(|import| import.name == name);
            imports.find_map(|import| self.resolve(at, &import.path, prefer, depth))
        };
        match prefer {
            Prefer::Module => below().or_else(imported).or_else(item),
            Prefer::Item => item().or_else(imported).or_else(below),
        }
        .or_else(|| self.through_globs(at, module, name, prefer, depth))
    }

    fn through_globs(
        &self,
        at: &str,
        module: &Module,
        name: &str,
        prefer: Prefer,
        depth: u8,
    ) -> Option<Target> {
        let mut globs = module.names.imports.iter().filter(|import| import.name == "*");
        globs.find_map(|import| match self.resolve(at, &import.path, Prefer::Module, depth)? {
            Target::Module(other) if other != at => self.lookup(&other, name, prefer, depth.checked_sub(1)?),
            _ => None,
        })
    }

    /// What a single name in the body of a module means, if the module has it by a re-export or a glob. The edge of any
    /// other name is that of its import.
    fn reexported(&self, path: &str, module: &Module, name: &str) -> Option<Target> {
        if module.items.contains(name) || module.names.bound.contains(name) {
            return None;
        }
        let is_reexport = |import: &Import| import.exported && import.name == name;
        match module.names.imports.iter().find(|import| is_reexport(import)) {
            Some(import) => self.resolve(path, &import.path, Prefer::Item, DEPTH),
            None if module.names.imports.iter().any(|import| import.name == name) => None,
            None => self.through_globs(path, module, name, Prefer::Item, DEPTH),
        }
    }
}
