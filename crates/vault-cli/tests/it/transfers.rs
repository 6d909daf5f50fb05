//! Imports, exports and backups.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use crate::support::{COFFER, Computer, PASSWORD, Ran, finish};

const FILE_PASSWORD: &str = "seven purple umbrellas dance";

/// A file that tests of the formats have, too.
fn testdata(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vault-interchange/testdata").join(name);
    path.to_str().unwrap().to_owned()
}

/// Runs a command without a terminal, in the folder of the computer.
fn run(computer: &Computer, arguments: &[&str], input: &str) -> Ran {
    let mut command = computer.command("setsid");
    command.current_dir(computer.folder.path()).args(["--wait", COFFER]).args(arguments);
    finish(&mut command, input)
}

fn titles(computer: &Computer) -> Vec<String> {
    let list = computer.run(&["list"]).output;
    list.lines().map(|line| line.split('\t').nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_import_reports_what_was_lost() {
    let computer = Computer::unlocked();
    let damaged = testdata("chrome-damaged.csv");
    let ran = run(&computer, &["import", &damaged, "--dry-run"], "");
    assert_eq!((ran.exit, ran.output.as_str()), (8, ""));
    assert!(ran.errors.starts_with("coffer: chrome_csv: 3 items") && ran.errors.contains("lost as a whole"));
    assert_eq!(titles(&computer), ["Forge", "Mail"]);
    let ran = run(&computer, &["import", &damaged, "--folder", "Old", "--tag", "imported"], "");
    assert!(ran.exit == 8 && ran.errors.starts_with("coffer: 3 items imported"), "{ran:?}");
    // The report names no value.
    assert!(!ran.errors.contains("kettle"), "{ran:?}");
    assert_eq!(titles(&computer), ["fifth", "first", "Forge", "Mail", "third"]);
    assert_eq!(computer.run(&["get", "fifth"]).output, "kettle-5\n");
    assert_eq!(computer.run(&["list", "--folder", "Old"]).output.lines().count(), 3);
    let ran = run(&computer, &["import", &testdata("chrome.csv"), "--json"], "");
    let report: serde_json::Value = serde_json::from_str(&ran.output).unwrap();
    assert_eq!((ran.exit, &report["schema"], &report["report"]["lost"]), (8, &1.into(), &1.into()));
    // The same again is left out.
    let ran = run(&computer, &["import", &testdata("chrome.csv")], "");
    assert!(ran.errors.starts_with("coffer: 0 items imported"), "{ran:?}");
    for (arguments, exit) in [
        (&["import", damaged.as_str(), "--format", "bitwarden_json"][..], 2),
        (&["import", &damaged, "--format", "no_such_format"], 2),
        (&["import", "/nowhere"], 2),
        (&["import", "/etc/passwd"], 1),
    ] {
        let ran = run(&computer, arguments, "");
        assert_eq!((ran.exit, ran.output.as_str()), (exit, ""), "{arguments:?} {ran:?}");
    }
    computer.run(&["lock"]);
    assert_eq!(run(&computer, &["import", &damaged], "").exit, 5);
}

#[test]
fn an_encrypted_file_needs_its_password() {
    let computer = Computer::unlocked();
    let file = testdata("keepass-4.kdbx");
    let ran = run(&computer, &["import", &file], "");
    assert!(ran.exit == 6 && ran.errors.contains("--password-fd"), "{ran:?}");
    let with = ["import", &file, "--password-fd", "0"];
    let ran = run(&computer, &with, "wrong\n");
    assert!(ran.exit == 6 && ran.errors.contains("wrong"), "{ran:?}");
    assert_eq!(titles(&computer), ["Forge", "Mail"]);
    let ran = run(&computer, &with, "fuzz\n");
    assert_eq!((ran.exit, titles(&computer).len()), (0, 3), "{ran:?}");
}

#[test]
fn an_export_comes_back_in() {
    let computer = Computer::unlocked();
    let both = format!("{PASSWORD}\n{FILE_PASSWORD}\n");
    for (format, password) in [("kdbx", true), ("bitwarden", true), ("bitwarden-json", false), ("csv", false)]
    {
        let file = format!("out-{format}");
        let ran = run(&computer, &["export", &file, "--format", format, "--password-fd", "0"], &both);
        assert!([0, 8].contains(&ran.exit) && ran.output.is_empty(), "{ran:?}");
        assert_eq!(ran.errors.contains("can read the passwords in it"), !password, "{ran:?}");
        let path = computer.folder.path().join(&file);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let other = Computer::unlocked();
        assert_eq!(other.run(&["rm", "Forge", "Mail"]).exit, 0);
        let arguments = ["import", path.to_str().unwrap(), "--password-fd", "0", "--keep-identical"];
        let ran = run(&other, &arguments, &format!("{FILE_PASSWORD}\n"));
        assert!([0, 8].contains(&ran.exit), "{format} {ran:?}");
        assert_eq!(titles(&other), ["Forge", "Mail"], "{format}");
        assert_eq!(other.run(&["get", "Forge"]).output, "s3cret value\n", "{format}");
    }
    let ran = run(
        &computer,
        &["export", "one.csv", "--format", "csv", "--item", "Mail", "--password-fd", "0"],
        &both,
    );
    assert_eq!(ran.exit, 0, "{ran:?}");
    let text = std::fs::read_to_string(computer.folder.path().join("one.csv")).unwrap();
    assert!(text.contains("Mail") && !text.contains("Forge"), "{text}");
}

#[test]
fn an_export_is_refused_without_the_password() {
    let computer = Computer::unlocked();
    let path = |name: &str| computer.folder.path().join(name);
    let export = |file: &str, more: &[&str], input: &str| {
        run(
            &computer,
            &[&["export", file, "--format", "archive", "--password-fd", "0"], more].concat(),
            input,
        )
    };
    let both = format!("{PASSWORD}\n{FILE_PASSWORD}\n");
    for (input, exit) in [
        (format!("wrong\n{FILE_PASSWORD}\n"), 6),
        (format!("{PASSWORD}\n"), 2),
        (format!("{PASSWORD}\nweak\n"), 1),
    ] {
        let ran = export("out", &[], &input);
        assert!(ran.exit == exit && !path("out").exists(), "{ran:?}");
    }
    assert_eq!(run(&computer, &["export", "out", "--format", "csv"], "").exit, 6);
    assert!(!path("out").exists());
    let ran = export("out", &[], &both);
    assert!(ran.exit == 0 && path("out").is_file(), "{ran:?}");
    // What exists is replaced only if that is wanted, and a link never.
    let before = std::fs::read(path("out")).unwrap();
    assert_eq!(export("out", &[], &both).exit, 2);
    assert!(std::fs::read(path("out")).unwrap() == before);
    assert_eq!(export("out", &["--force"], &both).exit, 0);
    assert!(std::fs::read(path("out")).unwrap() != before);
    symlink(path("out"), path("link")).unwrap();
    assert_eq!(export("link", &["--force"], &both).exit, 2);
    assert_eq!(export("none/out", &[], &both).exit, 1);
}

#[test]
fn a_backup_is_made_and_checked() {
    let computer = Computer::unlocked();
    assert_eq!(run(&computer, &["backup", "all.tar"], "").exit, 0);
    assert_eq!(run(&computer, &["check", "all.tar"], "").exit, 0);
    assert_eq!(run(&computer, &["backup", "all.tar"], "").exit, 2);
    assert_eq!(run(&computer, &["backup", "all.tar", "--force"], "").exit, 0);
    let path = computer.folder.path().join("all.tar");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let ran = run(&computer, &["check", "all.tar"], "");
    assert!(ran.exit == 1 && ran.errors.contains("damaged"), "{ran:?}");
    let ran = run(&computer, &["check"], "");
    assert!(ran.exit == 3 || ran.output.lines().all(|line| line.ends_with("\tsound")), "{ran:?}");
}

#[test]
fn an_import_updates_what_exists_or_leaves_it() {
    let computer = Computer::unlocked();
    let file = computer.folder.path().join("shop.csv");
    let write = |password: &str| {
        let text = format!("name,url,username,password\nShop,https://shop.example,ada,{password}\n");
        std::fs::write(&file, text).unwrap();
    };
    let file = file.to_str().unwrap();
    write("first-pot");
    assert_eq!(run(&computer, &["import", file], "").exit, 0);
    write("second-pot");
    let ran = run(&computer, &["import", file, "--existing", "skip"], "");
    assert!(ran.errors.starts_with("coffer: 0 items imported"), "{ran:?}");
    assert_eq!(computer.run(&["get", "Shop"]).output, "first-pot\n");
    let ran = run(&computer, &["import", file, "--dry-run"], "");
    assert!(ran.errors.contains("1 with another content"), "{ran:?}");
    let ran = run(&computer, &["import", file, "--existing", "update"], "");
    assert!(ran.errors.contains("1 with a newer revision"), "{ran:?}");
    assert_eq!(computer.run(&["get", "Shop"]).output, "second-pot\n");
    assert_eq!(computer.run(&["history", "Shop"]).output.lines().count(), 2);
    // What the columns of an unknown table mean is said in the window.
    let table = computer.folder.path().join("unknown.csv");
    std::fs::write(&table, "alpha,beta\none,two\nthree,four\n").unwrap();
    let ran = run(&computer, &["import", table.to_str().unwrap()], "");
    assert!(ran.exit == 2 && ran.errors.contains("in the window"), "{ran:?}");
}
