//! The project's own commands; `cargo xtask help` lists them.

mod bench;
mod bindings;
mod bundle;
mod container;
mod conversations;
mod fuzz;
mod help;
mod interop;
mod modules;
mod mutants;
mod peers;
mod prerequisites;
mod process;
mod profiles;
mod project;
mod python;
mod release;
mod run;
mod samples;
mod soak;
mod source;
mod steps;
mod test;
mod tidy;
mod ui;
mod vectors;

use process::{Error, Result};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command that the arguments name.
fn dispatch(arguments: &[String]) -> Result {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", "server", rest @ ..] => run::server(rest),
        ["run", rest @ ..] => run::run(rest),
        ["test", rest @ ..] => test::test(&test::Options::parse(rest)?),
        ["tidy"] => tidy::tidy(),
        ["modules", "--write"] => modules::write_picture(),
        ["modules"] => modules::print(None),
        ["modules", name] => modules::print(Some(name)),
        ["bindings"] => bindings::write(),
        ["vectors"] => vectors::write(),
        ["profiles"] => profiles::write(),
        ["conversations"] => conversations::record(),
        ["samples", folder] => samples::import(folder.as_ref()),
        ["bundle"] => bundle::release(),
        ["bench", rest @ ..] => bench::bench(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["mutants", rest @ ..] => mutants::mutants(rest),
        ["soak", rest @ ..] => soak::soak(rest),
        ["release-check"] => release::check(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{}", help::TEXT);
            Ok(())
        }
        _ => Err(Error::new(format!("unknown command: {}; see `cargo xtask help`", words.join(" ")))),
    }
}
