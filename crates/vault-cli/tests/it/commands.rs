//! What each command does, and how it ends.

use crate::support::{Computer, Ran, login};

fn done(ran: Ran) -> String {
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(ran.errors, "");
    ran.output
}

#[test]
fn values_come_out_exactly_as_they_are() {
    let computer = Computer::unlocked();
    assert_eq!(done(computer.run(&["read", "coffer://Home/Forge/password"])), "s3cret value");
    assert_eq!(done(computer.run(&["get", "Forge"])), "s3cret value\n");
    assert_eq!(done(computer.run(&["get", "Forge", "USERNAME"])), "ada\n");
    assert_eq!(done(computer.run(&["get", "Mail", "url"])), "https://example.org\n");
    let code = done(computer.run(&["totp", "Forge"]));
    assert!(code.len() == 7 && code.trim().bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    let read = done(computer.run(&["read", "coffer://Home/Forge/code?attribute=otp"]));
    assert_eq!(read.len(), 6);
    let set_up = done(computer.run(&["read", "coffer://Home/Forge/code"]));
    assert!(set_up.starts_with("otpauth://totp/"), "{set_up}");
}

#[test]
fn lists_and_items_hide_what_is_concealed() {
    let computer = Computer::unlocked();
    let list = done(computer.run(&["list"]));
    assert_eq!(
        list.lines().map(|line| line.split('\t').nth(1).unwrap()).collect::<Vec<_>>(),
        ["Forge", "Mail"]
    );
    assert!(done(computer.run(&["search", "mail", "type:login"])).contains("Mail\tada@example.org"));
    let shown = done(computer.run(&["show", "Forge"]));
    assert!(
        shown.contains("username: ada\npassword: ********\n") && shown.contains("tags: work\n"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"));
    assert!(done(computer.run(&["show", "Forge", "--reveal"])).contains("password: s3cret value\n"));
    let json: serde_json::Value = serde_json::from_str(&done(computer.run(&["list", "--json"]))).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!((&json["items"][0]["title"], &json["items"][0]["vault"]), (&"Forge".into(), &"Home".into()));
    let json = done(computer.run(&["show", "Forge", "--json"]));
    assert!(json.contains("\"title\":\"Forge\"") && !json.contains("s3cret"), "{json}");
}

#[test]
fn items_are_added_changed_removed_and_restored() {
    let computer = Computer::unlocked();
    let add =
        ["add", "New site", "--set", "username=bob", "--secret", "password", "--url", "https://new.example"];
    let id = done(computer.run_with(&add, "typed in\n"));
    assert_eq!(done(computer.run(&["get", id.trim()])), "typed in\n");
    done(computer.run(&[
        "edit",
        "New site",
        "--title",
        "Site",
        "--generate",
        "--tag",
        "x",
        "--set",
        "plan=free",
    ]));
    let generated = done(computer.run(&["get", "Site"]));
    assert_eq!(generated.trim().chars().count(), 20);
    assert_eq!(done(computer.run(&["get", "Site", "plan"])), "free\n");
    assert_eq!(done(computer.run(&["get", "Site", "username"])), "bob\n");
    assert_eq!(done(computer.run(&["history", "Site"])).lines().count(), 2);
    done(computer.run(&["edit", "Site", "--unset", "plan", "--untag", "x"]));
    assert_eq!(computer.run(&["get", "Site", "plan"]).exit, 3);
    done(computer.run(&["rm", "Site"]));
    assert_eq!(computer.run(&["get", "Site"]).exit, 3);
    assert!(done(computer.run(&["list", "--trash"])).contains("Site"));
    done(computer.run(&["restore", "Site"]));
    assert_eq!(done(computer.run(&["get", "Site"])), generated);
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    let computer = Computer::new();
    assert_eq!(computer.run(&["status"]).exit, 5);
    for command in
        [&["list"][..], &["get", "Forge"], &["read", "coffer://Home/Forge/password"], &["rm", "Forge"]]
    {
        let ran = computer.run(command);
        assert_eq!((ran.exit, ran.output.as_str()), (5, ""), "{command:?}");
        assert!(ran.errors.contains("coffer unlock"), "{ran:?}");
    }
    let wrong = computer.run_with(&["unlock", "--password-fd", "0"], "not the password\n");
    assert_eq!(wrong.exit, 6, "{wrong:?}");
    assert_eq!(computer.run(&["unlock", "--profile", "Nobody's", "--password-fd", "0"]).exit, 3);
    assert_eq!(computer.unlock().exit, 0);
    computer.run(&["add", "Forge"]);
    for (arguments, exit) in [
        (&["get", "Nothing"][..], 3),
        (&["get", "Mail", "nothing"], 3),
        (&["read", "coffer://Nowhere/Mail/password"], 3),
        (&["totp", "Mail"], 3),
        (&["search", "unfindable"], 3),
        (&["get", "Forge"], 4),
        (&["read", "coffer://Home/Mail"], 2),
        (&["read", "coffer://join/Mail/password"], 2),
        (&["frobnicate"], 2),
        (&["add", "X", "--type", "spaceship"], 2),
        (&["add", "X", "--set", "password=seen"], 2),
        (&["add", "X", "--secret", "password"], 2),
    ] {
        let ran = computer.run(arguments);
        assert_eq!((ran.exit, ran.output.as_str()), (exit, ""), "{arguments:?} {ran:?}");
    }
    // The candidates are named by their ids.
    assert_eq!(
        computer.run(&["get", "Forge"]).errors.lines().filter(|line| line.contains("Forge")).count(),
        3
    );
}

#[test]
fn what_needs_no_profile_works_while_locked() {
    let computer = Computer::new();
    assert_eq!(done(computer.run(&["generate", "--pin", "6"])).trim().len(), 6);
    assert_eq!(done(computer.run(&["generate", "--words", "5"])).split('-').count(), 5);
    let plain = done(computer.run(&["generate", "--length", "40", "--no-symbols"]));
    assert!(plain.trim().len() == 40 && plain.trim().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(done(computer.run(&["profile"])).ends_with("\tHome\n"));
    assert!(done(computer.run(&["completion", "bash"])).contains("complete -F _coffer"));
    done(computer.run(&["man", computer.folder.path().to_str().unwrap()]));
    let page = |name: &str| std::fs::read_to_string(computer.folder.path().join(name)).unwrap();
    assert!(page("coffer.1").contains(".TH coffer 1") && page("coffer-add.1").contains("secret"));
    assert!(!computer.folder.path().join("coffer-agent.1").exists());
}

#[test]
fn titles_of_others_cannot_control_the_terminal() {
    let computer = Computer::new();
    computer.in_program(async |coffer| {
        crate::support::open(coffer).await;
        let title = "evil\u{1b}]0;title\u{7}\u{202e}end";
        coffer.item_save(login(title, "a\nb", "secret", None), None).await.unwrap();
    });
    computer.unlock();
    for command in [&["list"][..], &["search", "evil"]] {
        let list = done(computer.run(command));
        assert!(list.contains("evil]0;titleend"), "{list:?}");
        assert!(!list.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{list:?}");
    }
}

#[test]
fn t50_a_re_prompt_item_asks_for_the_password_again() {
    let computer = Computer::new();
    computer.in_program(async |coffer| {
        crate::support::open(coffer).await;
        let mut guarded = login("Guarded", "a", "guarded secret", None);
        guarded.reprompt = true;
        coffer.item_save(guarded, None).await.unwrap();
    });
    computer.unlock();
    // Without a terminal there is no way to give it.
    let mut command = computer.command("setsid");
    let ran = crate::support::finish(command.args(["--wait", crate::support::COFFER, "get", "Guarded"]), "");
    assert_eq!((ran.exit, ran.output.as_str()), (6, ""), "{ran:?}");
}
