//! The graph of small crates that are given in memory.

use super::{crates, graph};
use crate::source::File;

/// The edges of a crate as `from > to: names`, one line each.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let edge = |(from, to, names): (&str, &str, &std::collections::BTreeSet<String>)| {
        format!("{from} > {to}: {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
    };
    parse(files).edges().map(edge).collect()
}

fn circles(files: &[(&str, &str)]) -> usize {
    parse(files).circles().len()
}

fn parse(files: &[(&str, &str)]) -> graph::Graph {
    let files: Vec<File> = files
        .iter()
        .map(|(path, text)| File { path: format!("crates/x/src/{path}"), text: (*text).into() })
        .collect();
    crates::graph("crates/x/src/lib.rs", &files).unwrap()
}

#[test]
fn two_files_that_use_each_other_are_a_circle() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f(a: &super::a::A) {}"),
    ];
    assert_eq!(edges(&files), ["a.rs > b.rs: B", "b.rs > a.rs: A"]);
    let graph = parse(&files);
    let circles = graph.circles();
    assert_eq!(circles.len(), 1);
    assert_eq!(graph.describe(&circles[0]), "\n  a.rs → b.rs: B\n  b.rs → a.rs: A");
}

#[test]
fn a_chain_is_no_circle() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::f; pub fn g() { f() }"),
        ("b.rs", "pub fn f() { crate::c::h() }"),
        ("c.rs", "pub fn h() {}"),
    ];
    assert_eq!(edges(&files), ["a.rs > b.rs: f", "b.rs > c.rs: h"]);
    assert_eq!(circles(&files), 0);
}

#[test]
fn a_reexport_of_a_child_is_followed_and_is_no_edge() {
    let files = [
        ("lib.rs", "mod a; mod user;"),
        ("a/mod.rs", "mod one; mod two; pub use one::One; pub(crate) use two::{Two, three};"),
        ("a/one.rs", "use super::Two; pub struct One(Two);"),
        ("a/two.rs", "pub struct Two; pub fn three() {}"),
        ("user.rs", "use crate::a::One; use crate::a; fn f() { a::three() }"),
    ];
    assert_eq!(
        edges(&files),
        ["a/one.rs > a/two.rs: Two", "user.rs > a/one.rs: One", "user.rs > a/two.rs: three"]
    );
}

#[test]
fn a_reexport_that_the_body_uses_is_an_edge() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod e; pub use e::{E, make, keep}; fn f(keep: u8) -> E { make(keep) }"),
        ("a/e.rs", "pub struct E; pub fn make(_: u8) -> E { E } pub fn keep() {}"),
    ];
    assert_eq!(edges(&files), ["a/mod.rs > a/e.rs: E make"]);
}

#[test]
fn a_reexport_from_elsewhere_is_an_edge() {
    let files = [("lib.rs", "mod a; mod b;"), ("a.rs", "pub use crate::b::B;"), ("b.rs", "pub struct B;")];
    assert_eq!(edges(&files), ["a.rs > b.rs: B"]);
}

#[test]
fn groups_renames_and_self_are_read() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::{b::{self, c::{C as Other, D}, B}, b as bee}; fn f() { b::g(); bee::h() }"),
        ("b/mod.rs", "pub mod c; pub struct B; pub fn g() {} pub fn h() { self::c::i() }"),
        ("b/c.rs", "pub struct C; pub struct D; pub fn i() {}"),
    ];
    assert_eq!(edges(&files), ["a.rs > b/c.rs: C D", "a.rs > b/mod.rs: B g h", "b/mod.rs > b/c.rs: i"]);
}

#[test]
fn a_glob_is_seen_by_the_names_that_are_used() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::*; fn f(_: B) {}"),
        ("b.rs", "pub struct B;"),
        ("c.rs", "use crate::b::*; fn f(_: C) {}"),
    ];
    assert_eq!(edges(&files), ["a.rs > b.rs: B"]);
}

#[test]
fn a_module_and_a_function_may_share_a_name() {
    let files = [
        ("lib.rs", "mod fold; mod a; pub use fold::fold;"),
        ("fold.rs", "pub fn fold() {} pub fn other() {}"),
        ("a.rs", "use super::fold; fn f() { fold(); fold::other() }"),
    ];
    assert_eq!(edges(&files), ["a.rs > fold.rs: fold other"]);
}

#[test]
fn arguments_of_macros_and_the_bodies_of_macro_rules_count() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "fn f() { println!(\"{}\", crate::b::g(1)); } macro_rules! m { () => { $crate::b::H } }"),
        ("b.rs", "pub fn g(_: u8) {} pub struct H;"),
    ];
    assert_eq!(edges(&files), ["a.rs > b.rs: H g"]);
}

#[test]
fn a_name_that_a_macro_makes_belongs_to_the_module_named() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::Id; fn f(_: Id) {}"),
        ("b.rs", "macro_rules! id { ($n:ident) => { pub struct $n; } } id!(Id);"),
    ];
    assert_eq!(edges(&files), ["a.rs > b.rs: Id"]);
}

#[test]
fn code_for_tests_and_other_crates_do_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "#[cfg(test)] mod tests { use crate::b::B; } #[cfg(all(test, unix))] mod more; \
             #[cfg(test)] use crate::b::B; struct S; impl S { #[cfg(test)] fn t() { crate::b::g() } } \
             use std::b::B as C;",
        ),
        ("b.rs", "pub struct B; pub fn g() {}"),
    ];
    assert_eq!(edges(&files), [""; 0]);
}

#[test]
fn inline_modules_belong_to_their_file() {
    let files = [
        ("lib.rs", "mod a { pub mod b; pub struct A; pub mod c { use super::A; } }"),
        ("a/b.rs", "use super::A; use crate::a::c;"),
    ];
    assert_eq!(edges(&files), ["a/b.rs > lib.rs: A"]);
}

#[test]
fn a_missing_file_and_a_broken_one_are_refused() {
    let file = |text: &str| [File { path: "crates/x/src/lib.rs".into(), text: text.into() }];
    assert!(crates::graph("crates/x/src/lib.rs", &file("mod gone;")).is_err());
    assert!(crates::graph("crates/x/src/lib.rs", &file("fn {")).is_err());
}
