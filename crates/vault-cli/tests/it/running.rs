//! Secrets for other programs.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{COFFER, Computer, Ran, finish};

const TOKEN: &str = "coffer://Home/Forge/password";

/// Runs a script of the shell with the secret in `TOKEN`.
fn run(computer: &Computer, options: &[&str], script: &str, input: &str) -> Ran {
    finish(started(computer, options, script).env("TOKEN", TOKEN), input)
}

fn started(computer: &Computer, options: &[&str], script: &str) -> Command {
    let mut command = computer.command(COFFER);
    command.arg("run").args(options).args(["--", "sh", "-c", script]);
    command
}

#[test]
fn a_program_gets_secrets_and_shows_none() {
    let computer = Computer::unlocked();
    let script = "test \"$TOKEN\" = 's3cret value' && cat; echo \"$TOKEN\" >&2; printf s3cre; printf 't value.'; exit 42";
    let ran = run(&computer, &[], script, "typed in\n");
    assert_eq!(
        (ran.exit, ran.output.as_str(), ran.errors.as_str()),
        (42, "typed in\n<concealed>.", "<concealed>\n")
    );
    let ran = run(&computer, &["--no-masking"], "echo $TOKEN", "");
    assert_eq!((ran.exit, ran.output.as_str()), (0, "s3cret value\n"));
    let file = computer.folder.path().join("env");
    std::fs::write(
        &file,
        format!("# remark\nTOKEN=plain\nexport CODE='{TOKEN}'\nUSER_NAME=coffer://Home/Forge/username\n"),
    )
    .unwrap();
    let ran = run(&computer, &["--env-file", file.to_str().unwrap()], "echo $TOKEN $CODE $USER_NAME", "");
    assert_eq!((ran.exit, ran.output.as_str()), (0, "plain <concealed> <concealed>\n"));
}

#[test]
fn the_exit_code_is_that_of_the_program() {
    let computer = Computer::unlocked();
    let exit = |script: &str| run(&computer, &[], script, "").exit;
    assert_eq!(
        (exit("exit 0"), exit("exit 255"), exit("kill -TERM $$"), exit("kill -KILL $$")),
        (0, 255, 143, 137)
    );
    assert_eq!(computer.run(&["run", "--", "no-such-program-here"]).exit, 127);
    assert_eq!(computer.run(&["run", "--", "/etc/passwd"]).exit, 126);
    // What it left behind is not waited for.
    let ran = run(&computer, &[], "sleep 600 & echo $!; exec true", "");
    assert_eq!(ran.exit, 0);
    kill_process(Pid::from_raw(ran.output.trim().parse().unwrap()).unwrap(), Signal::KILL).unwrap();
    for (reference, exit) in [("coffer://Home/Nothing/password", 3), ("coffer://Home/Forge", 2)] {
        let ran = finish(started(&computer, &[], "echo started").env("TOKEN", reference), "");
        assert_eq!((ran.exit, ran.output.as_str()), (exit, ""), "{ran:?}");
        assert!(ran.errors.contains("TOKEN"), "{ran:?}");
    }
    computer.run(&["lock"]);
    assert_eq!(run(&computer, &[], "echo started", "").exit, 5);
}

#[test]
fn t50_variables_that_change_the_code_are_refused() {
    let computer = Computer::unlocked();
    let file = computer.folder.path().join("env");
    let options = ["--env-file", file.to_str().unwrap()];
    for name in ["PATH", "LD_PRELOAD", "BASH_ENV", "IFS", "DYLD_INSERT_LIBRARIES"] {
        std::fs::write(&file, format!("{name}=/nowhere\n")).unwrap();
        let ran = run(&computer, &options, "echo started", "");
        assert_eq!((ran.exit, ran.output.as_str()), (2, ""), "{name} {ran:?}");
        assert!(ran.errors.contains(&format!("--allow {name}")), "{ran:?}");
    }
    let ran = finish(started(&computer, &[], "echo started").env("LD_LIBRARY_PATH", TOKEN), "");
    assert_eq!((ran.exit, ran.output.as_str()), (2, ""), "{ran:?}");
    std::fs::write(&file, "BASH_ENV=/nowhere\n").unwrap();
    let allowed = [options[0], options[1], "--allow", "BASH_ENV"];
    assert_eq!(run(&computer, &allowed, "echo $BASH_ENV", "").output, "/nowhere\n");
}

#[test]
fn t50_the_program_gets_no_other_descriptor() {
    let computer = Computer::unlocked();
    // The names in the shell's folder; it may have opened that itself, and inherited some from this test.
    let script = "cd /proc/$$/fd && echo *";
    let alone = finish(computer.command("sh").args(["-c", script]), "").output;
    assert!(alone.starts_with("0 1 "), "{alone}");
    for options in [&[][..], &["--no-masking"]] {
        assert_eq!(run(&computer, options, script, "").output, alone);
    }
}

/// A terminal, and a program on it.
struct Terminal {
    own: File,
    seen: String,
    child: Child,
}

impl Terminal {
    /// Starts a command on a terminal of its own; its output goes to a file if one is given.
    fn start(command: &mut Command, output: Option<&Path>) -> Self {
        let own = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&own).unwrap();
        unlockpt(&own).unwrap();
        let name = ptsname(&own, Vec::new()).unwrap().into_string().unwrap();
        let size = rustix::termios::Winsize { ws_row: 33, ws_col: 77, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&own, size).unwrap();
        let other =
            || Stdio::from(OwnedFd::from(File::options().read(true).write(true).open(&name).unwrap()));
        command.stdin(other()).stderr(other());
        command.stdout(output.map_or_else(other, |path| File::create(path).unwrap().into()));
        let child = command.spawn().unwrap();
        Self { own: File::from(own), seen: String::new(), child }
    }

    /// Reads until a text was seen.
    fn wait_for(&mut self, text: &str) {
        let mut piece = [0; 1024];
        while !self.seen.contains(text) {
            let read = self.own.read(&mut piece).unwrap();
            self.seen.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
    }
}

/// A command with the terminal as its own, as in a window.
fn at_terminal(computer: &Computer, script: &str) -> Command {
    let mut command = computer.command("setsid");
    command.args(["--ctty", "--wait", COFFER, "run", "--", "sh", "-c", script]).env("TOKEN", TOKEN);
    command
}

#[test]
fn a_terminal_stays_one_and_is_masked() {
    let computer = Computer::unlocked();
    let script = "test -t 0 && test -t 1 && test -t 2 && stty size; echo \"is $TOKEN\"; \
        stty -echo; echo go; read line </dev/tty; echo \"read $line\"; exit 7";
    let mut terminal = Terminal::start(&mut at_terminal(&computer, script), None);
    terminal.wait_for("go\r\n");
    terminal.own.write_all(b"s3cret value\r").unwrap();
    terminal.wait_for("read <concealed>\r\n");
    assert_eq!(terminal.child.wait().unwrap().code(), Some(7));
    assert_eq!(terminal.seen, "33 77\r\nis <concealed>\r\ngo\r\nread <concealed>\r\n");
}

/// Takes each signal by itself, until another one ends it.
const COUNTS: &str = "exec python3 -c 'import os, signal as s
s.pthread_sigmask(s.SIG_BLOCK, [s.SIGINT, s.SIGUSR1])
print(\"ready\", flush=True)
while s.sigwaitinfo([s.SIGINT, s.SIGUSR1]).si_signo == s.SIGINT:
    print(\"interrupted\", flush=True)
print(\"end\", flush=True)
os._exit(3)'";

#[test]
fn ctrl_c_at_a_terminal_arrives_once() {
    let computer = Computer::unlocked();
    let mut terminal = Terminal::start(&mut at_terminal(&computer, COUNTS), None);
    terminal.wait_for("ready\r\n");
    terminal.own.write_all(b"\x03").unwrap();
    terminal.wait_for("interrupted\r\n");
    end(&mut terminal.child);
    terminal.wait_for("end\r\n");
    assert_eq!(terminal.seen.matches("interrupted").count(), 1, "{}", terminal.seen);
    // With its output elsewhere, the program shares the terminal and gets the signal there.
    let path = computer.folder.path().join("output");
    let mut terminal = Terminal::start(&mut at_terminal(&computer, COUNTS), Some(&path));
    let written = |text: &str| while !std::fs::read_to_string(&path).unwrap().contains(text) {};
    written("ready");
    terminal.own.write_all(b"\x03").unwrap();
    written("interrupted");
    end(&mut terminal.child);
    written("end");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "ready\ninterrupted\nend\n");
}

/// Ends the program of `coffer run`, which `setsid` started, and sees its exit code.
fn end(child: &mut Child) {
    let id = child.id();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    // It leads a session already if it forked.
    let id = children.split_whitespace().next().map_or(id, |child| child.parse().unwrap());
    kill(id, Signal::USR1);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

fn kill(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id.try_into().unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn a_signal_is_passed_on_once() {
    let computer = Computer::unlocked();
    for options in [&[][..], &["--no-masking"]] {
        let mut command = started(&computer, options, COUNTS);
        command.env("TOKEN", TOKEN).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut output = child.stdout.take().unwrap();
        let mut seen = Vec::new();
        let mut wait_for = |text: &str| {
            while !seen.ends_with(text.as_bytes()) {
                let mut byte = [0];
                output.read_exact(&mut byte).unwrap();
                seen.push(byte[0]);
            }
        };
        wait_for("ready\n");
        kill(child.id(), Signal::INT);
        wait_for("interrupted\n");
        kill(child.id(), Signal::USR1);
        wait_for("end\n");
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert_eq!(String::from_utf8(seen).unwrap(), "ready\ninterrupted\nend\n");
    }
}

#[test]
fn a_template_is_filled_completely_or_not() {
    let computer = Computer::unlocked();
    let path = |name: &str| computer.folder.path().join(name);
    let inject = |template: &str, output: &Path| {
        std::fs::write(path("template"), template).unwrap();
        computer.run(&["inject", "-i", path("template").to_str().unwrap(), "-o", output.to_str().unwrap()])
    };
    let filled = path("filled");
    let ran = inject("a={{ coffer://Home/Forge/password }}\nb={{ other }}\n", &filled);
    assert_eq!((ran.exit, ran.output.as_str(), ran.errors.as_str()), (0, "", ""));
    let text = "a=s3cret value\nb={{ other }}\n";
    assert_eq!(std::fs::read_to_string(&filled).unwrap(), text);
    std::fs::set_permissions(&filled, std::fs::Permissions::from_mode(0o644)).unwrap();
    // A failure leaves the file as it was, and nothing beside it.
    let ran = inject("{{ coffer://Home/Forge/password }}{{ coffer://Home/Nothing/password }}", &filled);
    assert_eq!(ran.exit, 3);
    assert_eq!(std::fs::read_to_string(&filled).unwrap(), text);
    assert_eq!(inject("{{ coffer://Home/Forge/username }}", &filled).exit, 0);
    assert_eq!(std::fs::read_to_string(&filled).unwrap(), "ada");
    assert_eq!(filled.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let names: Vec<_> =
        std::fs::read_dir(computer.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    // A link is not followed.
    symlink(&filled, path("link")).unwrap();
    assert_eq!(inject("new", &path("link")).exit, 2);
    assert_eq!(std::fs::read_to_string(&filled).unwrap(), "ada");
    let ran = computer.run_with(&["inject"], "{{coffer://Home/Forge/username}}!");
    assert_eq!((ran.exit, ran.output.as_str()), (0, "ada!"));
    assert_eq!(computer.run_with(&["inject"], "{{coffer://Home/Forge/username").exit, 2);
    computer.run(&["lock"]);
    assert_eq!(inject("{{coffer://Home/Forge/username}}", &filled).exit, 5);
}
