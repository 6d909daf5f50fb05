//! The helpers, as Git and Docker call them.

use std::os::unix::fs::symlink;

use crate::support::{COFFER, Computer, Ran, finish};

/// Asks the real Git, which asks the helper and nobody else.
fn git(computer: &Computer, what: &str, input: &str) -> Ran {
    let mut command = computer.command("git");
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "").env("SSH_ASKPASS", "");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", computer.folder.path());
    command.args(["-c", "credential.helper=!coffer git-credential", "credential", what]);
    finish(&mut command, input)
}

#[test]
fn git_gets_and_stores_passwords() {
    let computer = Computer::unlocked();
    let forge = "protocol=https\nhost=example.org\nusername=ada\n";
    let ran = git(&computer, "fill", forge);
    assert!(ran.exit == 0 && ran.output.contains("\npassword=s3cret value\n"), "{ran:?}");
    // Two logins fit without a user name; other hosts and open connections get nothing.
    for asked in [
        "protocol=https\nhost=example.org\n",
        "protocol=https\nhost=example.org.evil.example\n",
        "protocol=http\nhost=example.org\nusername=ada\n",
        "protocol=https\nhost=example.org:8443\nusername=ada\n",
    ] {
        let ran = git(&computer, "fill", asked);
        assert!(ran.exit != 0 && !ran.output.contains("password="), "{asked} {ran:?}");
    }
    let site = "protocol=https\nhost=git.example:8443\n";
    for password in ["first", "second"] {
        let approved = format!("{site}username=bob\npassword={password}\n");
        assert_eq!(git(&computer, "approve", &approved).exit, 0);
        let ran = git(&computer, "fill", site);
        assert!(ran.output.contains(&format!("\nusername=bob\npassword={password}\n")), "{ran:?}");
        // A refusal deletes nothing.
        assert_eq!(git(&computer, "reject", &approved).exit, 0);
    }
    assert_eq!(computer.run(&["history", "git.example:8443"]).output.lines().count(), 2);
    computer.run(&["lock"]);
    let ran = git(&computer, "fill", forge);
    assert!(ran.exit != 0 && ran.errors.contains("coffer unlock"), "{ran:?}");
}

#[test]
fn docker_gets_stores_and_erases_passwords() {
    let computer = Computer::unlocked();
    let link = computer.folder.path().join("docker-credential-coffer");
    symlink(COFFER, &link).unwrap();
    let docker = |what: &str, input: &str| finish(computer.command(link.to_str().unwrap()).arg(what), input);
    let server = "https://registry.example/v1/";
    let ran = docker("get", server);
    assert_eq!((ran.exit, ran.output.as_str()), (1, "credentials not found in native keychain\n"));
    let login = format!(r#"{{"ServerURL":"{server}","Username":"carl","Secret":"t0ken"}}"#);
    assert_eq!(docker("store", &login).exit, 0);
    let ran = docker("get", server);
    let got: serde_json::Value = serde_json::from_str(&ran.output).unwrap();
    assert_eq!(got, serde_json::from_str::<serde_json::Value>(&login).unwrap());
    assert_eq!(docker("list", "").output, format!("{{\"{server}\":\"carl\"}}\n"));
    // What Docker did not store stays.
    assert_eq!(docker("erase", "https://example.org").exit, 0);
    assert_eq!(computer.run(&["list"]).output.lines().count(), 3);
    assert_eq!(docker("erase", server).exit, 0);
    assert_eq!((docker("get", server).exit, docker("list", "").output.as_str()), (1, "{}\n"));
    assert!(computer.run(&["list", "--trash"]).output.contains("registry.example"));
    assert_eq!(docker("store", "no login").exit, 2);
}
