//! What a process that shut itself in tries, and how it ends.

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
    what_drawing_needs_is_allowed,
    t37_nothing_of_the_computer_can_be_reached_while_drawing,
    t51_memory_ends_at_the_limit,
    t51_an_endless_loop_is_ended_by_the_limit_on_processor_time,
    nothing_is_left_for_another_to_read,
];

/// What is attempted, and is to end the process.
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

/// Ended as planned.
const AS_PLANNED: u8 = 42;

/// Shuts this process in and tries something.
pub fn attempt(what: &str) -> ExitCode {
    // Made before: files that came along must be of no use either.
    // Not even closed in the end, which is forbidden like anything else.
    let mut inherited = std::mem::ManuallyDrop::new(File::open("/proc/self/status").unwrap());
    let limits = Limits { processor_seconds: 1, ..Limits::DRAWING };
    enter(limits).expect("this system can shut a process in");
    match what {
        "nothing" => {
            let mut heard = String::new();
            std::io::stdin().read_to_string(&mut heard).unwrap();
            let grown: Vec<String> = (0..100_000).map(|n| format!("{heard}{n}")).collect();
            println!("{}", grown.last().unwrap());
            return ExitCode::from(AS_PLANNED);
        }
        "memory" => {
            let most = usize::try_from(Limits::DRAWING.memory).unwrap();
            assert!(Vec::<u8>::new().try_reserve_exact(most).is_err());
            // In many pieces as well.
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
            return ExitCode::from(AS_PLANNED);
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
        _ => panic!("nothing is called so"),
    }
    // What was tried did not end the process.
    ExitCode::SUCCESS
}

/// Runs this program anew, shut in, and tells how it ended and what it said.
fn ended(what: &str) -> (ExitStatus, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([TRY, what])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The attempt may have ended the process already; one that reads its input shows it in what it says.
    if let Err(error) = child.stdin.take().unwrap().write_all(b"heard ") {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    }
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap(), said)
}

fn what_drawing_needs_is_allowed() {
    let (status, said) = ended("nothing");
    assert_eq!((status.code(), said.as_str()), (Some(AS_PLANNED.into()), "heard 99999\n"), "{status}");
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
    assert_eq!(status.code(), Some(AS_PLANNED.into()), "{status}");
}

fn t51_an_endless_loop_is_ended_by_the_limit_on_processor_time() {
    let (status, _) = ended("loop");
    let ends = [Signal::XCPU, Signal::KILL].map(|signal| Some(signal.as_raw()));
    assert!(ends.contains(&status.signal()), "{status}");
}

/// While it waits for its input, the process cannot be looked into: its memory belongs to root as far as others see.
fn nothing_is_left_for_another_to_read() {
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
    // Until it is shut in, which is the last step before it reads.
    while line("Seccomp:") != "2" {
        std::thread::yield_now();
    }
    assert_eq!((line("NoNewPrivs:").as_str(), line("Threads:").as_str()), ("1", "1"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(AS_PLANNED.into()));
}
