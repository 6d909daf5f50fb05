//! `keepassxc-cli` with the same items: every call opens and parses the whole file.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{cost::Cost, items::Samples, result::Result, table::Table};

/// The master password, on standard input.
const PASSWORD: &str = "correct horse battery staple\n";

/// Measures it with `count` items; adds a row that says so if it is not installed.
pub fn measure(count: usize, table: &mut Table) -> Result {
    if Command::new("keepassxc-cli").arg("--version").stdout(Stdio::null()).status().is_err() {
        table.add(format!("{count} items, keepassxc-cli"), "not installed, not measured".to_owned(), None);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (export, file) = (folder.path().join("items.xml"), folder.path().join("items.kdbx"));
    fs::write(&export, exported(count)?)?;
    // The shortest password hashing that it accepts, so that the rest dominates.
    let import =
        program(["import", "--quiet", "--set-password", "--decryption-time", "100"], &[&export, &file]);
    Cost::of_program_with_input(import, format!("{PASSWORD}{PASSWORD}").as_bytes())?;
    let mut row = |what: &str, cost: Cost| {
        table.add(format!("{count} items, keepassxc-cli: {what}"), cost.of_call(), None);
    };
    let mut find = program(["search", "--quiet"], &[&file]);
    find.arg("bermi");
    row("search", Cost::of_program_with_input(find, PASSWORD.as_bytes())?);
    let mut add = program(["add", "--quiet", "--username", "ann"], &[&file]);
    add.arg("Added later");
    row("add one", Cost::of_program_with_input(add, PASSWORD.as_bytes())?);
    Ok(())
}

fn program<const N: usize>(words: [&str; N], files: &[&Path]) -> Command {
    let mut program = Command::new("keepassxc-cli");
    program.args(words).args(files);
    program
}

/// The items as the program's own XML export.
fn exported(count: usize) -> Result<String> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><KeePassFile><Meta><Generator>bench</Generator></Meta><Root><Group>\
         <UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>",
    );
    let mut numbers = Samples::new();
    for number in 0..count {
        let item = numbers.login(number);
        write!(xml, "<Entry><UUID>{}</UUID>", uuid(number))?;
        let values = item.fields.iter().map(|field| field.value.expose());
        let names = ["UserName", "Password"];
        let url = item.urls.first().map_or("", String::as_str);
        let others = [("Title", item.title.as_str()), ("URL", url), ("Notes", item.notes.expose())];
        for (name, value) in names.into_iter().zip(values).chain(others) {
            write!(xml, "<String><Key>{name}</Key><Value>{value}</Value></String>")?;
        }
        xml.push_str("</Entry>");
    }
    xml.push_str("</Group></Root></KeePassFile>");
    Ok(xml)
}

/// Sixteen bytes in base64, different for each number.
fn uuid(number: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |shift: usize| char::from(DIGITS.get(number >> shift & 63).copied().unwrap_or(b'A'));
    format!("B{}{}{}{}AAAAAAAAAAAAAAAAA==", digit(0), digit(6), digit(12), digit(18))
}
