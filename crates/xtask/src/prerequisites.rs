//! System packages that the commands need, and their installation.

use crate::{
    process::{self, Error, Result, note},
    project,
};
use std::{fs, process::Command};

/// A system package.
struct Requirement {
    /// Its name in Debian.
    package: &'static str,
    /// The check whether it is installed.
    probe: Probe,
    /// The reason for it, printed when it is installed.
    purpose: &'static str,
}

/// A check whether a package is installed, for any distribution.
enum Probe {
    /// One of these programs is in `PATH`.
    Program(&'static [&'static str]),
    /// `pkg-config` knows this library.
    Library(&'static str),
    /// `fc-list` knows this family.
    Font(&'static str),
    /// Python has this module.
    Module(&'static str),
    /// A module of the system's own Python.
    SystemModule(&'static str),
    /// The programs of PostgreSQL are there, which Debian keeps out of `PATH`.
    Postgres,
}

use Probe::{Font, Library, Module, Postgres, Program, SystemModule};

/// Makes a row of the tables below.
const fn requirement(package: &'static str, probe: Probe, purpose: &'static str) -> Requirement {
    Requirement { package, probe, purpose }
}

/// Requirements to build and start the application, besides Rust and Node.
const BUILD: &[Requirement] = &[
    requirement("build-essential", Program(&["cc"]), "C compiler and make, for the database"),
    requirement("perl", Program(&["perl"]), "OpenSSL's build, for the database"),
    requirement("pkg-config", Program(&["pkg-config", "pkgconf"]), "finding the libraries"),
    requirement("libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1"), "the window's web view"),
    requirement("librsvg2-dev", Library("librsvg-2.0"), "icons"),
    requirement("libayatana-appindicator3-dev", Library("ayatana-appindicator3-0.1"), "the tray icon"),
];

/// Additional requirements of the tests.
const TEST: &[Requirement] = &[
    requirement("xvfb", Program(&["Xvfb"]), "a screen for the application under test"),
    requirement("xauth", Program(&["xauth"]), "access to that screen"),
    requirement("xdotool", Program(&["xdotool"]), "detecting the window"),
    requirement("xclip", Program(&["xclip"]), "reading the clipboard back"),
    requirement("webkit2gtk-driver", Program(&["WebKitWebDriver"]), "driving the application"),
    requirement("dbus", Program(&["dbus-run-session"]), "a session bus for each test"),
    requirement("dbus-x11", Program(&["dbus-launch"]), "a session bus for each test"),
    requirement("gnome-keyring", Program(&["gnome-keyring-daemon"]), "a real keychain"),
    requirement("libsecret-tools", Program(&["secret-tool"]), "reading that keychain"),
    requirement("bubblewrap", Program(&["bwrap"]), "the web process's sandbox"),
    requirement("xdg-dbus-proxy", Program(&["xdg-dbus-proxy"]), "the web process's sandbox"),
    requirement("postgresql", Postgres, "the server's database, started by its tests"),
    requirement("nginx-light", Program(&["nginx"]), "a proxy before the server"),
    requirement("haproxy", Program(&["haproxy"]), "a proxy before the server"),
    requirement("caddy", Program(&["caddy"]), "a proxy before the server"),
    requirement("pebble", Program(&["pebble"]), "an authority that issues certificates by ACME"),
    requirement("fail2ban", Program(&["fail2ban-regex"]), "reading the server's log"),
    requirement("openssh-server", Program(&["sshd"]), "a tunnel to the server"),
    requirement("systemd", Program(&["systemd-analyze"]), "checking the server's unit"),
    requirement("strace", Program(&["strace"]), "recording writes, for power loss, and sockets"),
    requirement("iproute2", Program(&["ip"]), "networks of their own for programs and databases"),
    KEEPASSXC,
    requirement("python3-pykeepass", SystemModule("pykeepass"), "reading exports back"),
    requirement("poppler-utils", Program(&["pdftotext"]), "reading the Emergency Kit"),
    requirement("zbar-tools", Program(&["zbarimg"]), "decoding the Emergency Kit's QR code"),
    requirement("chromium", Program(BROWSERS), "interface tests"),
    requirement("imagemagick", Program(&["import"]), "screenshots"),
    requirement("rpm", Program(&["rpm"]), "checking the .rpm"),
    requirement("fontconfig", Program(&["fc-list"]), "finding fonts"),
    requirement("fonts-dejavu-core", Font("DejaVu Sans"), "the same text on every machine"),
    requirement("fonts-noto-color-emoji", Font("Noto Color Emoji"), "names with emoji"),
];

/// Requirements of the independent reader of the formats.
const INTEROP: &[Requirement] =
    &[requirement("python3-venv", Module("ensurepip"), "a virtual environment for the independent reader")];

/// What the server's tests speak with when all of them run.
const SOAK: &[Requirement] = &[
    requirement("pgbouncer", Program(&["pgbouncer"]), "a pooler before the server's database"),
    requirement("etcd-server", Program(&["etcd"]), "what Patroni keeps its state in"),
    requirement("softhsm2", Program(&["softhsm2-util"]), "a token that has the server's key"),
    requirement("opensc", Program(&["pkcs11-tool"]), "keys in that token"),
];

/// What builds the server's container image.
const CONTAINER: &[Requirement] = &[
    requirement("buildah", Program(&["buildah"]), "building the container image"),
    requirement("mmdebstrap", Program(&["mmdebstrap"]), "making its base from packages"),
];

/// Opens exports, and is compared in searches and changes.
const KEEPASSXC: Requirement =
    requirement("keepassxc", Program(&["keepassxc-cli"]), "a password manager that opens exports");

/// Programs that the measurements compare with.
const BENCH: &[Requirement] =
    &[requirement("age", Program(&["age"]), "file encryption, compared with documents"), KEEPASSXC];

/// The names of a browser for the interface's tests.
pub const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The oldest version of Node that the interface's tools accept.
const NODE: (u32, u32) = (20, 19);

/// Installs the requirements to build and start the application; fails if Node is missing or too old.
pub fn prepare_build() -> Result {
    check_node()?;
    install(BUILD)
}

/// Installs the additional requirements of the tests.
pub fn prepare_tests() -> Result {
    install(TEST)
}

/// Installs the requirements of the independent reader.
pub fn prepare_interop() -> Result {
    install(INTEROP)
}

/// Installs what the server's tests speak with when all of them run.
pub fn prepare_soak() -> Result {
    install(SOAK)
}

/// Installs what builds the server's container image.
pub fn prepare_container() -> Result {
    install(CONTAINER)
}

/// Installs the programs that the measurements compare with.
pub fn prepare_bench() -> Result {
    install(BENCH)
}

/// Installs the test runner.
pub fn prepare_runner() -> Result {
    if process::succeeds(&mut project::cargo(["nextest", "--version"])) {
        return Ok(());
    }
    note("installing cargo-nextest: the test runner");
    process::run(&mut project::cargo(["install", "--locked", "cargo-nextest"]))
}

/// Installs the fuzzer.
pub fn prepare_fuzzer() -> Result {
    if process::succeeds(&mut project::cargo(["fuzz", "--version"])) {
        return Ok(());
    }
    note("installing cargo-fuzz: libFuzzer's driver");
    process::run(&mut project::cargo(["install", "--locked", "cargo-fuzz"]))
}

/// Installs the mutation tester.
pub fn prepare_mutants() -> Result {
    if process::succeeds(&mut project::cargo(["mutants", "--version"])) {
        return Ok(());
    }
    note("installing cargo-mutants: it changes the code and runs the tests");
    process::run(&mut project::cargo(["install", "--locked", "cargo-mutants"]))
}

/// Checks Node and npm, which the developer installs.
fn check_node() -> Result {
    let advice = format!("Node {}.{} or newer with npm is needed to build the interface", NODE.0, NODE.1);
    if process::find("node").is_none() || process::find("npm").is_none() {
        return Err(Error::new(format!("{advice}; it was not found")));
    }
    let version = process::read(Command::new("node").arg("--version"))?;
    match major_minor(&version) {
        Some(found) if found >= NODE => Ok(()),
        _ => Err(Error::new(format!("{advice}; this is {}", version.trim()))),
    }
}

/// Reads `v20.19.1`.
fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Installs missing packages with apt-get; fails and names them where there is none.
fn install(requirements: &[Requirement]) -> Result {
    let missing: Vec<&Requirement> =
        requirements.iter().filter(|requirement| !is_present(&requirement.probe)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|requirement| requirement.package).collect();
    if process::find("apt-get").is_none() {
        return Err(Error::new(format!(
            "missing packages, by their Debian names: {}; install their equivalents on this system",
            names.join(", ")
        )));
    }
    for requirement in &missing {
        note(&format!("installing {}: {}", requirement.package, requirement.purpose));
    }
    process::run(apt()?.arg("update"))?;
    process::run(apt()?.args(["install", "--yes", "--no-install-recommends"]).args(&names))?;
    match missing.iter().find(|requirement| !is_present(&requirement.probe)) {
        Some(requirement) => {
            Err(Error::new(format!("{} was installed but is not found", requirement.package)))
        }
        None => Ok(()),
    }
}

/// Returns whether a check succeeds.
fn is_present(probe: &Probe) -> bool {
    match probe {
        Program(names) => names.iter().any(|name| process::find(name).is_some()),
        Library(name) => process::succeeds(Command::new("pkg-config").args(["--exists", name])),
        Module(name) => has_module("python3", name),
        SystemModule(name) => has_module("/usr/bin/python3", name),
        Postgres => {
            let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            process::find("initdb").is_some()
                || versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
        }
        Font(family) => process::read(Command::new("fc-list").arg(family)).is_ok_and(|list| !list.is_empty()),
    }
}

fn has_module(python: &str, name: &str) -> bool {
    process::succeeds(Command::new(python).args(["-c", "import sys; __import__(sys.argv[1])", name]))
}

/// A non-interactive apt-get, through sudo unless this process is root.
pub fn apt() -> Result<Command> {
    let mut command = as_root("apt-get")?;
    command.args(["--quiet", "--option", "Dpkg::Use-Pty=0"]);
    Ok(command)
}

/// A command that runs as root.
fn as_root(program: &str) -> Result<Command> {
    const QUIET: &str = "DEBIAN_FRONTEND=noninteractive";
    let mut command = if is_root()? { Command::new("env") } else { Command::new("sudo") };
    command.args([QUIET, program]);
    Ok(command)
}

/// Returns whether this process is root.
pub fn is_root() -> Result<bool> {
    Ok(process::read(Command::new("id").arg("--user"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_parse() {
        assert_eq!(major_minor("v20.19.4\n"), Some((20, 19)));
        assert_eq!(major_minor("v24.0.0-rc.1"), Some((24, 0)));
        assert_eq!(major_minor("20"), None);
        assert_eq!(major_minor("vx.1"), None);
    }

    #[test]
    fn an_existing_program_is_found_and_an_invented_one_is_not() {
        assert!(is_present(&Program(&["no-such-program-here", "sh"])));
        assert!(!is_present(&Program(&["no-such-program-here"])));
    }
}
