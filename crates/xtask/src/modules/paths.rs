//! The paths that a piece of Rust code names.

use std::collections::BTreeSet;
use syn::{
    Attribute, ImplItem, Item, ItemUse, Macro, PatIdent, Path, UseTree, Visibility, buffer::Cursor,
    buffer::TokenBuffer, visit, visit::Visit,
};

/// One name that a `use` declaration brings into scope.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// The name in scope; `*` for all names of the path.
    pub name: String,
    /// The path it stands for.
    pub path: Vec<String>,
    /// The declaration has a visibility of its own: a re-export.
    pub exported: bool,
}

/// The names that the code of one module uses, code for tests left out.
#[derive(Default)]
pub struct Names {
    /// What `use` declarations bring into scope, those inside functions included.
    pub imports: Vec<Import>,
    /// Paths in types, expressions, patterns and macro arguments.
    pub mentions: BTreeSet<Vec<String>>,
    /// Names that patterns bind.
    pub bound: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            let exported = !matches!(item.vis, Visibility::Inherited);
            self.import(&item.tree, &[], exported);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.mentions.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.to_string();
        if is_capitalized(&name) {
            // A constant or a variant.
            self.mentions.insert(vec![name]);
        } else {
            self.bound.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        visit::visit_macro(self, call);
        self.scan(TokenBuffer::new2(call.tokens.clone()).begin());
    }

    // Derives name traits of other crates, and links in documentation are no uses.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

impl Names {
    fn import(&mut self, tree: &UseTree, before: &[String], exported: bool) {
        let joined = |name: String| [before, &[name]].concat();
        let mut add = |name: String, path| self.imports.push(Import { name, path, exported });
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &joined(path.ident.to_string()), exported),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, exported)),
            UseTree::Glob(_) => add("*".to_owned(), before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => {
                add(before.last().cloned().unwrap_or_default(), before.to_vec());
            }
            UseTree::Name(name) => add(name.ident.to_string(), joined(name.ident.to_string())),
            UseTree::Rename(rename) if rename.ident == "self" => {
                add(rename.rename.to_string(), before.to_vec());
            }
            UseTree::Rename(rename) => add(rename.rename.to_string(), joined(rename.ident.to_string())),
        }
    }

    /// Collects the paths in the arguments of a macro, which need not be Rust.
    fn scan(&mut self, mut cursor: Cursor<'_>) {
        let mut after_dot = false;
        while !cursor.eof() {
            if let Some((inside, _, _, next)) = cursor.any_group() {
                self.scan(inside);
                (cursor, after_dot) = (next, false);
            } else if let Some((name, next)) = cursor.ident() {
                let mut path = vec![name.to_string()];
                cursor = next;
                while let Some((name, next)) = segment(cursor) {
                    path.push(name);
                    cursor = next;
                }
                let is_call = cursor.any_group().is_some();
                let is_type = path.first().is_some_and(|name| is_capitalized(name));
                if path.len() > 1 || (!after_dot && (is_call || is_type)) {
                    self.mentions.insert(path);
                }
                after_dot = false;
            } else {
                after_dot = cursor.punct().is_some_and(|(punct, _)| punct.as_char() == '.');
                let Some((_, next)) = cursor.token_tree() else { return };
                cursor = next;
            }
        }
    }
}

/// The next segment of a path, after its `::`.
fn segment(cursor: Cursor<'_>) -> Option<(String, Cursor<'_>)> {
    let (first, next) = cursor.punct()?;
    let (second, next) = next.punct()?;
    let (name, next) = next.ident()?;
    (first.as_char() == ':' && second.as_char() == ':').then(|| (name.to_string(), next))
}

fn is_capitalized(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Returns whether an item is compiled for tests only.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string().replace(' ', "");
                let all = condition.strip_prefix("all(").map(|rest| rest.trim_end_matches(')'));
                condition == "test" || all.is_some_and(|all| all.split(',').any(|part| part == "test"))
            })
    })
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
