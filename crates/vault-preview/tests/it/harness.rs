//! The part of the test harness protocol that `cargo test` and `cargo nextest` use.

use std::panic::catch_unwind;
use std::process::ExitCode;

/// A test with its name.
pub type Test = (&'static str, fn());

/// Makes the list of tests from their functions.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        /// Every test of this file.
        pub const TESTS: &[crate::harness::Test] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];
    };
}
pub(crate) use tests;

/// Lists the tests or runs the selected ones.
pub fn run(tests: &[&[Test]], arguments: &[&str]) -> ExitCode {
    let has = |flag| arguments.contains(&flag);
    let words = arguments.split(|argument| *argument == "--format");
    // The word after `--format` is its value.
    let words = words.enumerate().flat_map(|(n, part)| part.iter().skip(usize::from(n > 0)));
    let names: Vec<&str> = words.copied().filter(|word| !word.starts_with('-')).collect();
    let chosen = |name: &str| {
        let fits = |wanted: &&str| if has("--exact") { name == *wanted } else { name.contains(*wanted) };
        // No test here is ignored.
        !has("--ignored") && (names.is_empty() || names.iter().any(fits))
    };
    let mut failed = 0;
    let mut passed = 0;
    for (name, test) in tests.concat().into_iter().filter(|(name, _)| chosen(name)) {
        if has("--list") {
            println!("{name}: test");
        } else if catch_unwind(test).is_ok() {
            passed += 1;
            println!("test {name} ... ok");
        } else {
            failed += 1;
            println!("test {name} ... FAILED");
        }
    }
    if !has("--list") {
        println!("test result: {passed} passed; {failed} failed");
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
