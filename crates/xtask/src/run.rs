//! `cargo xtask run`: from a fresh checkout to the application on the screen.

use crate::{
    machine, project,
    shell::{self, Outcome, note},
    ui,
};

/// Installs what is missing, builds the interface and the application and starts it.
pub fn run(arguments: &[&str]) -> Outcome {
    machine::prepare_build()?;
    ui::install()?;
    ui::build()?;
    note("building the application; the first time takes some minutes");
    shell::run(&mut project::cargo(["build", "--package", "coffer-desktop"]))?;
    let program = project::target()?.join("debug/coffer");
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    shell::run(std::process::Command::new(program).args(arguments))
}
