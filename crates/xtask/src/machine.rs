//! What has to be on the machine, and installing what is missing.

use crate::{
    project,
    shell::{self, Failure, Outcome, note},
};
use std::process::Command;

/// One thing from the system's packages.
struct Need {
    /// Debian's name for it.
    package: &'static str,
    /// How to see that it is there.
    sign: Sign,
    /// What it is for, to be said when it gets installed.
    purpose: &'static str,
}

/// How to see whether a package is there, on any distribution.
enum Sign {
    /// One of these programs is in `PATH`.
    Program(&'static [&'static str]),
    /// `pkg-config` knows this library.
    Library(&'static str),
    /// `fc-list` knows this family.
    Font(&'static str),
    /// Python has this module.
    Module(&'static str),
}

use Sign::{Font, Library, Module, Program};

/// Shorthand for a row of the tables below.
const fn need(package: &'static str, sign: Sign, purpose: &'static str) -> Need {
    Need { package, sign, purpose }
}

/// What building and starting the application takes, besides Rust and Node.
const BUILD: &[Need] = &[
    need("build-essential", Program(&["cc"]), "C compiler and make, for the database"),
    need("perl", Program(&["perl"]), "OpenSSL's build, for the database"),
    need("pkg-config", Program(&["pkg-config", "pkgconf"]), "finding the libraries"),
    need("libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1"), "the window's web view"),
    need("librsvg2-dev", Library("librsvg-2.0"), "icons"),
    need("libayatana-appindicator3-dev", Library("ayatana-appindicator3-0.1"), "the tray icon"),
];

/// What the tests take on top.
const TEST: &[Need] = &[
    need("xvfb", Program(&["Xvfb"]), "a screen for the application under test"),
    need("xauth", Program(&["xauth"]), "access to that screen"),
    need("xdotool", Program(&["xdotool"]), "seeing that a window is there"),
    need("xclip", Program(&["xclip"]), "reading the clipboard back"),
    need("webkit2gtk-driver", Program(&["WebKitWebDriver"]), "driving the application"),
    need("dbus", Program(&["dbus-run-session"]), "a session bus for each test"),
    need("dbus-x11", Program(&["dbus-launch"]), "a session bus for each test"),
    need("gnome-keyring", Program(&["gnome-keyring-daemon"]), "a real keychain"),
    need("libsecret-tools", Program(&["secret-tool"]), "looking into that keychain"),
    need("strace", Program(&["strace"]), "recording what is written, for power cuts"),
    need("poppler-utils", Program(&["pdftotext"]), "reading the Emergency Kit"),
    need("zbar-tools", Program(&["zbarimg"]), "decoding the Emergency Kit's QR code"),
    need("chromium", Program(BROWSERS), "interface tests"),
    need("imagemagick", Program(&["import"]), "screenshots"),
    need("rpm", Program(&["rpm"]), "checking the .rpm"),
    need("fontconfig", Program(&["fc-list"]), "finding fonts"),
    need("fonts-dejavu-core", Font("DejaVu Sans"), "the same text on every machine"),
    need("fonts-noto-color-emoji", Font("Noto Color Emoji"), "odd names with emoji"),
];

/// What the independent reader of the formats takes.
const INTEROP: &[Need] = &[need(
    "python3-venv",
    Module("ensurepip"),
    "Python with its packages kept apart, for the second reader",
)];

/// What measuring compares with.
const BENCH: &[Need] = &[
    need("age", Program(&["age"]), "a program for encrypting files, to compare documents with"),
    need("keepassxc", Program(&["keepassxc-cli"]), "a password manager, to compare search and changes with"),
];

/// What a browser for the interface's tests may be called.
pub const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The oldest Node that the interface's tools accept.
const NODE: (u32, u32) = (20, 19);

/// Sees to everything that building and starting the application takes.
pub fn prepare_build() -> Outcome {
    check_node()?;
    install(BUILD)
}

/// Sees to what the tests take on top.
pub fn prepare_tests() -> Outcome {
    install(TEST)
}

/// Sees to what the independent reader takes.
pub fn prepare_interop() -> Outcome {
    install(INTEROP)
}

/// Sees to what measuring compares with.
pub fn prepare_bench() -> Outcome {
    install(BENCH)
}

/// Sees to the test runner.
pub fn prepare_runner() -> Outcome {
    if shell::succeeds(&mut project::cargo(["nextest", "--version"])) {
        return Ok(());
    }
    note("installing cargo-nextest: the test runner");
    shell::run(&mut project::cargo(["install", "--locked", "cargo-nextest"]))
}

/// Sees to the fuzzer.
pub fn prepare_fuzzer() -> Outcome {
    if shell::succeeds(&mut project::cargo(["fuzz", "--version"])) {
        return Ok(());
    }
    note("installing cargo-fuzz: libFuzzer's driver");
    shell::run(&mut project::cargo(["install", "--locked", "cargo-fuzz"]))
}

/// Makes sure of Node and npm, which are the person's to choose and install.
fn check_node() -> Outcome {
    let advice = format!("Node {}.{} or newer with npm is needed to build the interface", NODE.0, NODE.1);
    if shell::find("node").is_none() || shell::find("npm").is_none() {
        return Err(Failure::new(format!("{advice}; it was not found")));
    }
    let version = shell::read(Command::new("node").arg("--version"))?;
    match major_minor(&version) {
        Some(found) if found >= NODE => Ok(()),
        _ => Err(Failure::new(format!("{advice}; this is {}", version.trim()))),
    }
}

/// Reads `v20.19.1`.
fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Installs what is missing with apt-get, or says what is missing where there is none.
fn install(needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !present(&need.sign)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if shell::find("apt-get").is_none() {
        return Err(Failure::new(format!(
            "these are missing, by their Debian names; install what your system calls them: {}",
            names.join(", ")
        )));
    }
    for need in &missing {
        note(&format!("installing {}: {}", need.package, need.purpose));
    }
    shell::run(apt()?.arg("update"))?;
    shell::run(apt()?.args(["install", "--yes", "--no-install-recommends"]).args(&names))?;
    match missing.iter().find(|need| !present(&need.sign)) {
        Some(need) => Err(Failure::new(format!("{} was installed and is still not found", need.package))),
        None => Ok(()),
    }
}

/// Tells whether a thing is there.
fn present(sign: &Sign) -> bool {
    match sign {
        Program(names) => names.iter().any(|name| shell::find(name).is_some()),
        Library(name) => shell::succeeds(Command::new("pkg-config").args(["--exists", name])),
        Module(name) => {
            shell::succeeds(Command::new("python3").args(["-c", "import sys; __import__(sys.argv[1])", name]))
        }
        Font(family) => shell::read(Command::new("fc-list").arg(family)).is_ok_and(|list| !list.is_empty()),
    }
}

/// An apt-get that asks nothing, through sudo unless we are root.
pub fn apt() -> Outcome<Command> {
    let mut command = as_root("apt-get")?;
    command.args(["--quiet", "--option", "Dpkg::Use-Pty=0"]);
    Ok(command)
}

/// A program started with the rights of root.
fn as_root(program: &str) -> Outcome<Command> {
    const QUIET: &str = "DEBIAN_FRONTEND=noninteractive";
    let mut command = if is_root()? { Command::new("env") } else { Command::new("sudo") };
    command.args([QUIET, program]);
    Ok(command)
}

/// Tells whether we are root.
pub fn is_root() -> Outcome<bool> {
    Ok(shell::read(Command::new("id").arg("--user"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(major_minor("v20.19.4\n"), Some((20, 19)));
        assert_eq!(major_minor("v24.0.0-rc.1"), Some((24, 0)));
        assert_eq!(major_minor("20"), None);
        assert_eq!(major_minor("vx.1"), None);
    }

    #[test]
    fn a_program_that_every_system_has_is_found_and_an_invented_one_is_not() {
        assert!(present(&Program(&["no-such-program-here", "sh"])));
        assert!(!present(&Program(&["no-such-program-here"])));
    }
}
