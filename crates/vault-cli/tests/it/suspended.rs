//! The agent locks with the computer, over a real bus on which this test is the login service.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use zbus::blocking::{Connection, connection::Builder};

use crate::support::{COFFER, Computer, PASSWORD, finish, open};

struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }

    /// Connects as the owner of a name. Calls of others are answered with an error.
    fn own(&self, name: &str) -> Connection {
        let connection =
            Builder::address(self.address.as_str()).unwrap().name(name).unwrap().build().unwrap();
        let _ = connection.object_server();
        connection
    }

    fn unlock(&self, computer: &Computer) {
        let mut command = computer.command(COFFER);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address).env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
        let ran = finish(command.args(["unlock", "--password-fd", "0"]), &format!("{PASSWORD}\n"));
        assert_eq!(ran.exit, 0, "{ran:?}");
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Sends a signal until the agent, which may not listen yet, has ended.
fn until_locked(computer: &Computer, from: &Connection, (path, interface, member): (&str, &str, &str)) {
    while computer.location().socket().exists() {
        from.emit_signal(None::<()>, path, interface, member, &(true,)).unwrap();
        std::thread::yield_now();
    }
    computer.location().wait_until_free();
    assert_eq!(computer.run(&["status"]).exit, 5);
}

const SLEEP: (&str, &str, &str) =
    ("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep");
const SCREEN: (&str, &str, &str) =
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged");

#[test]
fn the_agent_locks_before_sleep_and_with_the_screen() {
    let (computer, bus) = (Computer::new(), Bus::start());
    for (name, signal) in [("org.freedesktop.login1", SLEEP), ("org.freedesktop.ScreenSaver", SCREEN)] {
        let service = bus.own(name);
        bus.unlock(&computer);
        until_locked(&computer, &service, signal);
    }
}

#[test]
fn the_agent_stays_open_if_the_settings_say_so() {
    let (computer, bus) = (Computer::new(), Bus::start());
    computer.in_program(async |coffer| {
        open(coffer).await;
        let mut settings = coffer.settings_get().await.unwrap();
        settings.lock_on_sleep = false;
        coffer.settings_set(settings).await.unwrap();
    });
    let service = bus.own("org.freedesktop.login1");
    bus.unlock(&computer);
    for _ in 0..20 {
        let (path, interface, member) = SLEEP;
        service.emit_signal(None::<()>, path, interface, member, &(true,)).unwrap();
        assert_eq!(computer.run(&["status"]).exit, 0);
    }
}
