//! Several programs on one profile.

use std::sync::{Arc, Mutex};

use vault_agent::protocol::Role;
use vault_agent::{Host, Others, Permission, Program, serve};
use vault_api::Coffer;

use crate::support::{COFFER, Computer, PASSWORD, finish, open, runtime};

#[test]
fn two_calls_at_once_leave_one_agent() {
    let computer = Computer::new();
    let unlock = || {
        let mut command = computer.command(COFFER);
        std::thread::spawn(move || {
            finish(command.args(["unlock", "--password-fd", "0"]), &format!("{PASSWORD}\n"))
        })
    };
    for call in [unlock(), unlock(), unlock()] {
        let ran = call.join().unwrap();
        assert_eq!(ran.exit, 0, "{ran:?}");
    }
    let agent = computer.agent().unwrap();
    assert_eq!(computer.unlock().exit, 0);
    assert_eq!(computer.agent(), Some(agent));
}

#[test]
fn an_agent_that_was_killed_loses_nothing() {
    let computer = Computer::unlocked();
    assert_eq!(computer.run(&["add", "Kept", "--set", "username=u"]).exit, 0);
    let agent = rustix::process::Pid::from_raw(computer.agent().unwrap()).unwrap();
    rustix::process::kill_process(agent, rustix::process::Signal::KILL).unwrap();
    computer.location().wait_until_free();
    assert_eq!(computer.run(&["list"]).exit, 5);
    assert_eq!(computer.unlock().exit, 0);
    assert_eq!(computer.run(&["get", "Kept", "username"]).output, "u\n");
}

#[test]
fn the_agent_ends_when_it_locks() {
    let computer = Computer::unlocked();
    assert_eq!(computer.run(&["status"]).output, "unlocked: Home\n");
    assert_eq!(computer.run(&["lock"]).exit, 0);
    assert_eq!(computer.run(&["status"]).output, "locked\n");
    assert!(!computer.location().socket().exists());
    // Locking twice is no failure.
    assert_eq!(computer.run(&["lock"]).exit, 0);
}

#[test]
fn the_agent_locks_after_the_time_of_the_settings() {
    let computer = Computer::new();
    let mut command = computer.command(COFFER);
    command.env("COFFER_TEST_CLOCK_SPEED", "100000").args(["unlock", "--password-fd", "0"]);
    assert_eq!(finish(&mut command, &format!("{PASSWORD}\n")).exit, 0);
    computer.location().wait_until_free();
    assert_eq!(computer.run(&["status"]).exit, 5);
}

/// What the window program is to the command line, with what its user answers.
struct Desktop(Coffer, Mutex<Permission>);

impl Host for Desktop {
    fn role(&self) -> Role {
        Role::Desktop
    }

    fn coffer(&self) -> &Coffer {
        &self.0
    }

    fn permits(&self, program: &Program) -> Permission {
        assert!(program.shown().ends_with("/coffer"), "{program:?}");
        *self.1.lock().unwrap()
    }

    fn used(&self) {}

    fn end(&self) -> bool {
        false
    }
}

#[test]
fn the_desktop_takes_the_profile_over_and_keeps_it() {
    let computer = Computer::unlocked();
    let claim = computer.location().claim(Others::Asked).unwrap();
    let runtime = runtime();
    let coffer = computer.program();
    // The agent has closed the profile, else this would fail.
    runtime.block_on(open(&coffer));
    let desktop = Arc::new(Desktop(coffer.clone(), Mutex::new(Permission::Refused)));
    let serving = serve(claim, Arc::<Desktop>::clone(&desktop), runtime.handle().clone()).unwrap();
    assert_eq!(computer.run(&["status"]).output, "unlocked: Home (the window program runs)\n");
    assert_eq!(computer.run(&["unlock", "--password-fd", "0"]).exit, 0);
    for (answer, exit) in [(Permission::Refused, 6), (Permission::Locked, 5), (Permission::Allowed, 0)] {
        *desktop.1.lock().unwrap() = answer;
        let ran = computer.run(&["get", "Forge"]);
        let output = if answer == Permission::Allowed { "s3cret value\n" } else { "" };
        assert_eq!((ran.exit, ran.output.as_str()), (exit, output), "{ran:?}");
    }
    // Another one does not get it, and neither does an agent.
    assert!(computer.location().claim(Others::Asked).is_err());
    runtime.block_on(coffer.session_end()).unwrap();
    drop(serving);
    assert_eq!(computer.unlock().exit, 0);
}
