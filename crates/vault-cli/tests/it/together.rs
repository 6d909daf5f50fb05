//! Several programs on one profile.

use std::sync::Arc;

use vault_agent::protocol::Role;
use vault_agent::{Host, Others, Program, serve};
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

/// What the desktop is to the command line.
struct Desktop(Coffer);

impl Host for Desktop {
    fn role(&self) -> Role {
        Role::Desktop
    }

    fn coffer(&self) -> &Coffer {
        &self.0
    }

    fn allows(&self, _program: &Program) -> bool {
        false
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
    let serving = serve(claim, Arc::new(Desktop(coffer.clone())), runtime.handle().clone()).unwrap();
    let calls = std::thread::scope(|scope| {
        let call =
            |arguments: &'static [&'static str]| scope.spawn(|| computer.run(arguments)).join().unwrap();
        [call(&["status"]), call(&["list"]), call(&["unlock", "--password-fd", "0"])]
    });
    let [status, list, unlock] = calls;
    assert_eq!(status.output, "unlocked: Home (the desktop program runs)\n");
    assert_eq!((list.exit, list.output.as_str()), (5, ""));
    assert!(list.errors.contains("the desktop program has the profile"), "{list:?}");
    assert_eq!(unlock.exit, 0);
    // Another one does not get it, and neither does an agent.
    assert!(computer.location().claim(Others::Asked).is_err());
    runtime.block_on(coffer.session_end()).unwrap();
    drop(serving);
    assert_eq!(computer.unlock().exit, 0);
}
