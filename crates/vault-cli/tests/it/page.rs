//! The user's page on the command line, run as it is written.

use crate::support::{Computer, finish};

/// Each block of the page: commands after `$ `, and what they write.
#[test]
fn the_page_is_true() {
    let computer = Computer::new();
    let page = include_str!("../../../../docs/command-line.md");
    let mut ran = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for (number, call) in block.split("$ ").skip(1).enumerate() {
            let (mut command, mut expected) = call.split_once('\n').unwrap();
            let joined;
            if let Some(begin) = command.strip_suffix('\\') {
                let (rest, after) = expected.split_once('\n').unwrap();
                joined = format!("{begin}{}", rest.trim_start());
                (command, expected) = (&joined, after);
            }
            let mut shell = computer.command("sh");
            shell.current_dir(computer.folder.path()).env("PASSWORD", crate::support::PASSWORD);
            let got = finish(shell.args(["-c", command]), "");
            assert_eq!(format!("{}{}", got.errors, got.output), expected, "command {number}: {command}");
            ran += 1;
        }
    }
    assert!(ran > 10, "the page has commands");
}
