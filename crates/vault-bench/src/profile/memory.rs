//! The memory of a process with an unlocked profile.

use std::{path::Path, process::Command};

use vault_engine::ProfileId;

use super::fixture::{open, query};
use crate::{cost, result::Result, table::Table};

/// The first argument of the measured process.
const WORKER: &str = "hold-a-profile";

/// Starts this program again to open the profile, and reads the figures that it prints.
pub fn measure(folder: &Path, id: ProfileId, count: usize, table: &mut Table) -> Result {
    let mut program = Command::new(std::env::current_exe()?);
    let output = program.arg(WORKER).arg(folder).arg(id.to_string()).output()?;
    let printed = String::from_utf8(output.stdout)?;
    let figures: Vec<u64> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [index, resident, proportional] = figures.as_slice() else {
        return Err("the measured process failed".into());
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

/// Runs as the measured process if the arguments say so.
pub fn worker(arguments: &[String]) -> Option<Result> {
    let [name, folder, id] = arguments else { return None };
    (name == WORKER).then(|| hold(Path::new(folder), id))
}

fn hold(folder: &Path, id: &str) -> Result {
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
