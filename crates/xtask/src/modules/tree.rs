//! The modules of a crate, parsed from its source.

use super::paths::{Names, attributes, is_for_tests};
use crate::{
    process::{Error, Result},
    source::File,
};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Item, visit::Visit as _};

/// The modules of one crate by their path (`session::keys`); the root is the empty path. Test modules are left out.
pub struct Tree {
    pub modules: BTreeMap<String, Module>,
}

/// One module.
pub struct Module {
    /// Its file, relative to the folder of the crate's root file.
    pub file: String,
    /// The lines of the file.
    pub lines: usize,
    /// The names of the items that it defines.
    pub items: BTreeSet<String>,
    /// The names that its code uses.
    pub names: Names,
}

impl Tree {
    /// Parses a crate from its root file on; fails if a file is missing or is no Rust.
    pub fn parse(root: &str, files: &[File]) -> Result<Self> {
        let (folder, name) = root.rsplit_once('/').unwrap_or(("", root));
        let mut parser = Parser { folder, files, modules: BTreeMap::new() };
        parser.file("", name, "")?;
        Ok(Self { modules: parser.modules })
    }
}

/// The path of a child module.
pub fn child(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

struct Parser<'a> {
    folder: &'a str,
    files: &'a [File],
    modules: BTreeMap<String, Module>,
}

impl Parser<'_> {
    /// Adds the module of a file; its children are in `folder`, which is empty or ends in `/`.
    fn file(&mut self, module: &str, file: &str, folder: &str) -> Result {
        let path = format!("{}/{file}", self.folder);
        let text = &self.find(file).ok_or_else(|| Error::new(format!("{path} is missing")))?.text;
        let parsed = syn::parse_file(text).map_err(|error| Error::new(format!("{path}: {error}")))?;
        self.add(module, file, text.lines().count(), folder, &parsed.items)
    }

    /// Adds a module with these items and, after it, its children.
    fn add(&mut self, module: &str, file: &str, lines: usize, folder: &str, items: &[Item]) -> Result {
        let mut added =
            Module { file: file.to_owned(), lines, items: BTreeSet::new(), names: Names::default() };
        let mut children = Vec::new();
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            if let Item::Mod(item) = item {
                children.push(item);
            } else {
                added.items.extend(defined(item));
                added.names.visit_item(item);
            }
        }
        self.modules.insert(module.to_owned(), added);
        for item in children {
            let name = item.ident.to_string();
            let below = format!("{folder}{name}/");
            if let Some((_, items)) = &item.content {
                self.add(&child(module, &name), file, 0, &below, items)?;
                continue;
            }
            let flat = format!("{folder}{name}.rs");
            let file = if self.find(&flat).is_some() { flat } else { format!("{below}mod.rs") };
            self.file(&child(module, &name), &file, &below)?;
        }
        Ok(())
    }

    fn find(&self, file: &str) -> Option<&File> {
        self.files.iter().find(|known| {
            known.path.strip_prefix(self.folder).and_then(|path| path.strip_prefix('/')) == Some(file)
        })
    }
}

/// The name that an item defines, if it defines one.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
