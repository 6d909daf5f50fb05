//! The memory of a process that does nothing but hold an unlocked profile.

use std::{path::Path, process::Command};

use vault_engine::ProfileId;

use super::{open, query};
use crate::{Outcome, cost, table::Table};

/// The first argument of a process that is measured.
const CHILD: &str = "hold-a-profile";

/// Starts this program once more to open the profile, and takes down what it says of itself.
pub fn measure(folder: &Path, id: ProfileId, count: usize, table: &mut Table) -> Outcome {
    let mut program = Command::new(std::env::current_exe()?);
    let output = program.arg(CHILD).arg(folder).arg(id.to_string()).output()?;
    let told = String::from_utf8(output.stdout)?;
    let figures: Vec<u64> = told.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [index, resident, proportional] = figures.as_slice() else {
        return Err("the process that holds a profile failed".into());
    };
    let mebibytes = |bytes: &u64| format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20);
    table.add(
        format!("{count} items: memory, unlocked, search ready"),
        format!("{} resident, {} proportional", mebibytes(resident), mebibytes(proportional)),
        None,
    );
    table.add(format!("{count} items: memory of the search index alone"), mebibytes(index), None);
    Ok(())
}

/// What the started process does: none if this is not one.
pub fn child(arguments: &[String]) -> Option<Outcome> {
    let [name, folder, id] = arguments else { return None };
    (name == CHILD).then(|| hold(Path::new(folder), id))
}

fn hold(folder: &Path, id: &str) -> Outcome {
    let mut session = open(folder, id.parse()?)?;
    session.list(&query(""))?;
    let mut failed = None;
    let index = allocation_counter::measure(|| {
        loop {
            match session.prepare_search() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return failed = Some(error),
            }
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    session.list(&query("bermi"))?;
    session.list(&query("gxlin"))?;
    println!("{} {} {}", index.bytes_current, cost::status("self", "VmRSS:")?, cost::proportional()?);
    Ok(())
}
