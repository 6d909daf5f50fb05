//! Documents through pipes.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use vault_api::views::DocumentRulesView;

use crate::support::{COFFER, Computer, Ran, open};

const MIB: usize = 1 << 20;

/// Bytes that repeat nowhere.
fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Adds a document from a pipe, and returns the id of its item.
fn put(computer: &Computer, arguments: &[&str], content: &[u8]) -> Ran {
    let mut child = begin(computer, arguments);
    child.stdin.take().unwrap().write_all(content).unwrap();
    ended(child)
}

fn begin(computer: &Computer, arguments: &[&str]) -> Child {
    let mut command = computer.command(COFFER);
    command.args(["doc", "put"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    let ran = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: ran.status.code().unwrap_or(-1), output: text(ran.stdout), errors: text(ran.stderr) }
}

/// Reads a document into a pipe.
fn get(computer: &Computer, arguments: &[&str]) -> Vec<u8> {
    let ran = computer.command(COFFER).args(["doc", "get"]).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

#[test]
fn documents_come_out_as_they_went_in() {
    let computer = Computer::unlocked();
    let path = computer.folder.path().join("copy");
    for (length, seed) in [0, 1, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 9 * MIB + 77].into_iter().zip(1..) {
        let content = bytes(length, seed);
        let ran = put(&computer, &["--name", "piped.bin"], &content);
        assert_eq!((ran.exit, ran.errors.as_str()), (0, ""), "{length}");
        let item = ran.output.trim();
        assert!(get(&computer, &[item]) == content, "{length}");
        let ran = computer.run(&["doc", "get", item, "piped.bin", "-o", path.to_str().unwrap()]);
        assert_eq!((ran.exit, ran.output.as_str()), (0, ""), "{ran:?}");
        assert!(std::fs::read(&path).unwrap() == content, "{length}");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(computer.folder.path().join("plan.txt"), "the plan").unwrap();
    let ran = computer.run(&["doc", "put", computer.folder.path().join("plan.txt").to_str().unwrap()]);
    assert_eq!((ran.exit, get(&computer, &["plan"]).as_slice()), (0, &b"the plan"[..]), "{ran:?}");
    assert_eq!(put(&computer, &["--item", "Forge"], b"x").exit, 0);
    let list = computer.run(&["doc", "ls"]);
    assert_eq!(list.output.lines().count(), 8, "{list:?}");
    computer.run(&["lock"]);
    assert_eq!(computer.run(&["doc", "get", "plan"]).exit, 5);
}

#[test]
fn a_replaced_file_stays_as_an_earlier_version() {
    let computer = Computer::unlocked();
    for content in ["first", "second"] {
        let replace: &[&str] = if content == "first" { &[] } else { &["--replace", "notes.txt"] };
        let arguments = [&["--item", "Forge", "--name", "notes.txt"], replace].concat();
        assert_eq!(put(&computer, &arguments, content.as_bytes()).exit, 0);
    }
    assert_eq!(get(&computer, &["Forge"]), b"second");
    assert_eq!(computer.run(&["doc", "ls", "Forge"]).output.lines().count(), 1);
    let list = computer.run(&["doc", "ls", "Forge", "--versions"]).output;
    let earlier = list.lines().find(|line| line.ends_with("\tnotes.txt\tearlier")).unwrap();
    assert_eq!(get(&computer, &["Forge", earlier.split('\t').next().unwrap()]), b"first");
    // Another file beside it: a name is needed, and the candidates are written.
    assert_eq!(put(&computer, &["--item", "Forge", "--name", "more.txt"], b"more").exit, 0);
    let ran = computer.run(&["doc", "get", "Forge"]);
    assert!(ran.exit == 4 && ran.errors.contains("more.txt"), "{ran:?}");
    assert_eq!(get(&computer, &["Forge", "more.txt"]), b"more");
    assert_eq!(computer.run(&["doc", "get", "Forge", "none.txt"]).exit, 3);
    assert_eq!(computer.run(&["doc", "get", "Mail"]).exit, 3);
}

/// All files below a folder, without the database and its backups.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    let ours = |path: &PathBuf| {
        !path.iter().any(|part| part == "backups" || part.to_string_lossy().starts_with("vault.db"))
    };
    found.retain(ours);
    found.sort();
    found
}

#[test]
fn what_was_not_sent_completely_is_not_kept() {
    let computer = Computer::unlocked();
    let before = files(&computer.data());
    let content = bytes(6 * MIB, 1);
    let begun = || {
        let mut child = begin(&computer, &[]);
        child.stdin.as_mut().unwrap().write_all(&content).unwrap();
        child
    };
    let mut killed = begun();
    killed.kill().unwrap();
    killed.wait().unwrap();
    // The agent is locked, and then killed, while it waits for the rest.
    for signal in [Signal::TERM, Signal::KILL] {
        let child = begun();
        if signal == Signal::TERM {
            assert_eq!(computer.run(&["lock"]).exit, 0);
        } else {
            kill_process(Pid::from_raw(computer.agent().unwrap()).unwrap(), signal).unwrap();
            computer.location().wait_until_free();
        }
        assert_eq!(ended(child).exit, 5);
        assert_eq!(computer.unlock().exit, 0);
    }
    assert_eq!(computer.run(&["doc", "ls"]).output, "");
    computer.run(&["lock"]);
    assert_eq!(files(&computer.data()), before);
}

#[test]
fn a_refused_document_is_not_kept() {
    let computer = Computer::new();
    computer.in_program(async |coffer| {
        open(coffer).await;
        let rules = DocumentRulesView { largest: Some(5 << 20), refused: vec!["application/pdf".to_owned()] };
        coffer.document_rules_set(None, rules).await.unwrap();
    });
    computer.unlock();
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend(bytes(MIB, 1));
    for content in [pdf, bytes(9 * MIB, 2)] {
        let mut child = begin(&computer, &[]);
        // The agent may refuse the rest before it was written.
        let _ = child.stdin.take().unwrap().write_all(&content);
        let ran = ended(child);
        assert!(ran.exit == 1 && ran.output.is_empty() && !ran.errors.contains("connection"), "{ran:?}");
    }
    assert_eq!(computer.run(&["doc", "ls"]).output, "");
    assert_eq!(put(&computer, &[], b"small").exit, 0);
}

/// The most memory that a process had, in MiB.
fn peak(process: i32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() / 1024
}

#[test]
fn a_large_document_needs_little_memory() {
    let computer = Computer::unlocked();
    let agent = computer.agent().unwrap();
    assert_eq!(put(&computer, &["--name", "small"], &bytes(5 * MIB, 1)).exit, 0);
    get(&computer, &["small"]);
    let before = peak(agent);
    let script = "head -c 96M /dev/zero | coffer doc put --name large && coffer doc get large | wc -c";
    let ran = crate::support::finish(computer.command("sh").args(["-c", script]), "");
    assert!(ran.output.ends_with(&format!("\n{}\n", 96 * MIB)), "{ran:?}");
    let after = peak(agent);
    assert!(after < before + 40, "{before} MiB, then {after}");
}
