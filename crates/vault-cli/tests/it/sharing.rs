//! Vaults, teams, and the server.

use crate::support::Computer;

#[test]
fn vaults_are_made_renamed_and_listed() {
    let computer = Computer::unlocked();
    let made = computer.run(&["vault", "create", "Work"]);
    assert_eq!((made.exit, made.output.trim().len()), (0, 32), "{made:?}");
    assert_eq!(computer.run(&["add", "Desk", "--vault", "Work"]).exit, 0);
    assert_eq!(computer.run(&["vault", "rename", "Work", "Office"]).exit, 0);
    let list = computer.run(&["vault", "ls"]).output;
    assert!(
        list.contains("\tHome\t2\n") && list.contains(&format!("{}\tOffice\t1\n", made.output.trim())),
        "{list}"
    );
    assert_eq!(computer.run(&["list", "--vault", "Office"]).output.lines().count(), 1);
    assert_eq!(computer.run(&["vault", "rename", "Work", "Other"]).exit, 3);
    let json: serde_json::Value =
        serde_json::from_str(&computer.run(&["vault", "ls", "--json"]).output).unwrap();
    assert_eq!((&json["schema"], json["vaults"].as_array().unwrap().len()), (&1.into(), 2));
}

#[test]
fn a_profile_without_server_says_so() {
    let computer = Computer::unlocked();
    let ran = computer.run(&["server", "status"]);
    assert_eq!((ran.exit, ran.output.as_str()), (0, "state: local\n"));
    let ran = computer.run(&["sync"]);
    assert!(ran.exit == 3 && ran.errors.contains("has no server"), "{ran:?}");
    let ran = computer.run(&["team", "ls"]);
    assert_eq!((ran.exit, ran.output.as_str()), (0, ""));
    computer.run(&["lock"]);
    for command in [&["sync"][..], &["vault", "ls"], &["team", "ls"], &["server", "status"]] {
        assert_eq!(computer.run(command).exit, 5, "{command:?}");
    }
}
