//! Records the system calls of a process that concern files, with `strace`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// A completed system call: its arguments as text, and its result, negative if it failed.
#[derive(Debug)]
pub struct Call {
    pub thread: u32,
    pub name: String,
    pub arguments: Vec<String>,
    pub result: i64,
}

/// The calls that change files, and those that could change them unnoticed.
const CALLS: &str = "trace=openat,open,creat,openat2,read,readv,pread64,write,pwrite64,writev,pwritev,pwritev2,ftruncate,\
truncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,rename,renameat,renameat2,link,linkat,symlink,symlinkat,\
unlink,unlinkat,mkdir,mkdirat,rmdir,mknod,mknodat,close,close_range,dup,dup2,dup3,fcntl,lseek,copy_file_range,sendfile,\
splice,ioctl,mmap,msync,io_uring_setup,io_setup,clone,clone3,fork,vfork,chdir,fchdir";

/// A call that fails: its name, and its number among the calls of this name of its thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    pub call: String,
    pub number: usize,
}

/// The wrapper command that records a process into a file, and lets a call fail if there is a fault.
pub fn recorder(into: &Path, fault: Option<&Fault>) -> Vec<String> {
    let mut words: Vec<String> =
        ["strace", "-f", "--seccomp-bpf", "-xx", "-v", "-s", "67108864", "-e", "signal=none", "-e", CALLS]
            .map(str::to_owned)
            .to_vec();
    if let Some(Fault { call, number }) = fault {
        words.extend(["-e".to_owned(), format!("inject={call}:error=EIO:when={number}")]);
    }
    words.extend(["-o".to_owned(), into.to_str().unwrap().to_owned()]);
    words
}

/// Reads a record: the calls in the order of their completion.
pub fn read(record: &Path) -> Vec<Call> {
    let text = fs::read_to_string(record).unwrap();
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (process, rest) = line.split_once(' ').expect("a line begins with a thread id");
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") || rest.starts_with("????") {
            continue;
        }
        let whole = if let Some(first) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(process, first.to_owned());
            continue;
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let (_, second) = resumed.split_once(" resumed>").expect("a resumed call");
            unfinished.remove(process).expect("the call was begun") + second
        } else {
            rest.to_owned()
        };
        calls.extend(parse(process.parse().unwrap(), &whole));
    }
    calls
}

/// Parses `name(argument, …) = result`. Returns `None` if the call did not return.
fn parse(thread: u32, line: &str) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let result = result.split(' ').next()?;
    let result = match result.strip_prefix("0x") {
        Some(address) => i64::from_str_radix(address, 16).ok()?,
        None => result.parse().ok()?,
    };
    let arguments = split(arguments.trim_end().strip_suffix(')')?);
    Some(Call { thread, name: name.to_owned(), arguments, result })
}

/// Splits at commas outside brackets. Strings are in hexadecimal and contain no commas.
fn split(arguments: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for character in arguments.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(character);
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// The bytes of a string in hexadecimal, as strace writes it with `-xx`: `"\x41\x42"`.
pub fn bytes(argument: &str) -> Vec<u8> {
    let digits = argument.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let digits = digits.unwrap_or_else(|| panic!("not a complete string: {argument:.60}"));
    digits.split("\\x").skip(1).map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect()
}

/// The bytes of `[{iov_base="…", iov_len=…}, …]`.
pub fn vectors(argument: &str) -> Vec<u8> {
    argument.split("iov_base=").skip(1).flat_map(|part| bytes(part.split(',').next().unwrap())).collect()
}

pub fn number(argument: &str) -> i64 {
    argument.parse().unwrap_or_else(|_| panic!("not a number: {argument}"))
}

#[test]
fn strace_records_are_parsed() {
    let call = parse(1, r#"pwrite64(7, "\x41\x2c\x29", 3, 4096) = 3"#).unwrap();
    assert_eq!((call.name.as_str(), call.result), ("pwrite64", 3));
    assert_eq!(bytes(&call.arguments[1]), b"A,)");
    assert_eq!(number(&call.arguments[3]), 4096);
    let call = parse(1, r#"writev(3, [{iov_base="\x41", iov_len=1}, {iov_base="\x42", iov_len=1}], 2) = 2"#)
        .unwrap();
    assert_eq!(vectors(&call.arguments[1]), b"AB");
    let failed = parse(1, "fsync(3) = -1 EIO (Input/output error) (INJECTED)").unwrap();
    assert_eq!((failed.arguments[0].as_str(), failed.result), ("3", -1));
    assert!(parse(1, "exit_group(0)                     = ?").is_none());
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record");
    let lines = "7  write(1, \"\\x41\" <unfinished ...>\n8  close(3)  = 0\n7  <... write resumed>, 1) = 1\n8  +++ exited with 0 +++\n";
    fs::write(&record, lines).unwrap();
    let calls: Vec<_> = read(&record).into_iter().map(|call| (call.thread, call.name)).collect();
    assert_eq!(calls, [(8, "close".to_owned()), (7, "write".to_owned())]);
}
