//! Operations that a sandboxed process attempts, and how it ends.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use rustix::process::{Signal, getppid, kill_process};
use vault_preview::sandbox::{Limits, enter};

use crate::TRY;
use crate::harness::tests;

tests![
    pipes_and_memory_are_allowed,
    t37_nothing_of_the_computer_can_be_reached_while_drawing,
    t51_memory_ends_at_the_limit,
    t51_an_endless_loop_is_ended_by_the_limit_on_processor_time,
    other_processes_cannot_read_its_memory,
];

/// Operations that must end the process.
const FORBIDDEN: &[&str] = &[
    "open",
    "create",
    "list",
    "inherited",
    "other-pipe",
    "tcp",
    "tcp-listen",
    "udp",
    "unix",
    "thread",
    "program",
    "signal",
    "pipe",
    "limits",
    "environment",
];

/// The exit code of an attempt that is allowed.
const ALLOWED: u8 = 42;

/// Enters the sandbox and attempts one operation.
pub fn attempt(what: &str) -> ExitCode {
    // Opened before: inherited files must be of no use either. Never closed, since `close` is forbidden too.
    let mut inherited = std::mem::ManuallyDrop::new(File::open("/proc/self/status").unwrap());
    let limits = Limits { processor_seconds: 1, ..Limits::DRAWING };
    enter(limits).expect("the system offers a sandbox");
    match what {
        "nothing" => {
            let mut heard = String::new();
            std::io::stdin().read_to_string(&mut heard).unwrap();
            let grown: Vec<String> = (0..100_000).map(|n| format!("{heard}{n}")).collect();
            println!("{}", grown.last().unwrap());
            return ExitCode::from(ALLOWED);
        }
        "memory" => {
            let most = usize::try_from(Limits::DRAWING.memory).unwrap();
            assert!(Vec::<u8>::new().try_reserve_exact(most).is_err());
            // In many allocations as well.
            let mut pieces = Vec::new();
            let mut taken = 0;
            loop {
                let mut piece = Vec::<u8>::new();
                if piece.try_reserve_exact(8 << 20).is_err() {
                    break;
                }
                taken += piece.capacity();
                pieces.push(piece);
            }
            assert!((most / 2..most).contains(&taken));
            return ExitCode::from(ALLOWED);
        }
        "loop" => {
            let mut n = 0_u64;
            while std::hint::black_box(n) < u64::MAX {
                n = n.wrapping_add(2) & !1;
            }
        }
        "open" => drop(File::open("/etc/passwd")),
        "create" => drop(File::create("/tmp/coffer-made-by-a-test")),
        "list" => drop(std::fs::read_dir("/")),
        "inherited" => drop(inherited.read(&mut [0; 16])),
        "other-pipe" => drop(std::io::stderr().write(b"x")),
        "tcp" => drop(TcpStream::connect("127.0.0.1:9")),
        "tcp-listen" => drop(TcpListener::bind("127.0.0.1:0")),
        "udp" => drop(UdpSocket::bind("127.0.0.1:0")),
        "unix" => drop(UnixListener::bind("/tmp/coffer-socket-of-a-test")),
        "thread" => drop(std::thread::Builder::new().spawn(|| {})),
        "program" => drop(Command::new("/bin/true").spawn()),
        "signal" => drop(kill_process(getppid().unwrap(), Signal::CONT)),
        "pipe" => drop(std::io::pipe()),
        "limits" => drop(rustix::process::setrlimit(
            rustix::process::Resource::Cpu,
            rustix::process::Rlimit { current: Some(1), maximum: Some(1) },
        )),
        "environment" => drop(std::env::current_dir()),
        _ => panic!("unknown operation"),
    }
    // The operation did not end the process.
    ExitCode::SUCCESS
}

/// Runs this program in the sandbox and returns its exit status and output.
fn ended(what: &str) -> (ExitStatus, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([TRY, what])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The attempt may have ended the process already; one that reads its input shows it in its output.
    if let Err(error) = child.stdin.take().unwrap().write_all(b"heard ") {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    }
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap(), said)
}

fn pipes_and_memory_are_allowed() {
    let (status, said) = ended("nothing");
    assert_eq!((status.code(), said.as_str()), (Some(ALLOWED.into()), "heard 99999\n"), "{status}");
}

fn t37_nothing_of_the_computer_can_be_reached_while_drawing() {
    for what in FORBIDDEN {
        let (status, _) = ended(what);
        assert_eq!(status.signal(), Some(Signal::SYS.as_raw()), "{what}: {status}");
    }
    for made in ["/tmp/coffer-made-by-a-test", "/tmp/coffer-socket-of-a-test"] {
        assert!(!std::path::Path::new(made).exists());
    }
}

fn t51_memory_ends_at_the_limit() {
    let (status, _) = ended("memory");
    assert_eq!(status.code(), Some(ALLOWED.into()), "{status}");
}

fn t51_an_endless_loop_is_ended_by_the_limit_on_processor_time() {
    let (status, _) = ended("loop");
    let ends = [Signal::XCPU, Signal::KILL].map(|signal| Some(signal.as_raw()));
    assert!(ends.contains(&status.signal()), "{status}");
}

/// While the process waits for input, other processes of the same user cannot inspect it.
fn other_processes_cannot_read_its_memory() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([TRY, "nothing"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let line = |name: &str| {
        let status = std::fs::read_to_string(&status).unwrap();
        status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
    };
    // Until the sandbox is complete, the last step before it reads.
    while line("Seccomp:") != "2" {
        std::thread::yield_now();
    }
    assert_eq!((line("NoNewPrivs:").as_str(), line("Threads:").as_str()), ("1", "1"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(ALLOWED.into()));
}
