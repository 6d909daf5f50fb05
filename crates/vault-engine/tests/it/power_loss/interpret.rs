//! Turns system calls into events: which file or folder a call concerns, and what it changes.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::disk::{Content, Event, Node, Touched, apply_move, apply_names, content, names, write_at};
use super::trace::{Call, Fault, bytes, number, vectors};

/// An open file or folder, shared by duplicated descriptors.
#[derive(Clone, Copy)]
struct Opened {
    node: Node,
    /// The index of its position in `positions`.
    position: usize,
    appends: bool,
}

/// Tracks files and descriptors through a sequence of calls.
pub struct Interpreter {
    root: PathBuf,
    /// The current files and folders.
    pub now: Vec<Content>,
    open: HashMap<i64, Opened>,
    positions: Vec<u64>,
    /// The events so far.
    pub events: Vec<Event>,
    /// The calls that touched the folder and can be selected by `strace`.
    pub touched: Vec<Touched>,
}

impl Interpreter {
    /// Starts with the initial state of a folder.
    pub fn new(root: PathBuf, now: Vec<Content>) -> Self {
        let (open, positions) = (HashMap::new(), Vec::new());
        Self { root, now, open, positions, events: Vec::new(), touched: Vec::new() }
    }

    /// Interprets all calls of a process.
    pub fn follow(&mut self, calls: &[Call]) {
        let mut counted: HashMap<(&str, u32), usize> = HashMap::new();
        for call in calls {
            let number = counted.entry((&call.name, call.thread)).or_default();
            *number += 1;
            if call.result >= 0 && self.touches(call) {
                let fault = Fault { call: call.name.clone(), number: *number };
                self.touched.push(Touched { fault, at: self.events.len() });
            }
            self.call(call);
        }
        // `strace` counts per thread, so a call is unique only if no other thread reaches its number.
        self.touched.retain(|touched| {
            let far = counted
                .iter()
                .filter(|((name, _), count)| *name == touched.fault.call && **count >= touched.fault.number);
            far.count() == 1
        });
    }

    /// Returns the parent folder and the name of a path, or `None` if it is outside the recorded folder.
    fn resolve(&mut self, at: &str, path: &str) -> Option<(Node, String)> {
        let path = String::from_utf8(bytes(path)).unwrap();
        let (mut folder, rest) = match path.strip_prefix(self.root.to_str().unwrap()) {
            Some(rest) => (0, rest.trim_matches('/').to_owned()),
            None if path.starts_with('/') || at == "AT_FDCWD" => return None,
            None => (self.open.get(&number(at))?.node, path),
        };
        let mut parts = rest.split('/').filter(|part| !part.is_empty()).peekable();
        loop {
            let name = parts.next().unwrap_or_default();
            assert!(name != "." && name != "..", "not modelled: a path with dots");
            if parts.peek().is_none() {
                return Some((folder, name.to_owned()));
            }
            folder = *names(&mut self.now, folder).get(name)?;
        }
    }

    /// The file of a path that names a descriptor of the process, if it is known.
    fn descriptor(&self, path: &str) -> Option<Opened> {
        let path = String::from_utf8(bytes(path)).unwrap();
        let number = path.strip_prefix("/proc/self/fd/")?.parse().unwrap();
        self.open.get(&number).copied()
    }

    fn find(&mut self, at: &str, path: &str) -> Option<Node> {
        let (folder, name) = self.resolve(at, path)?;
        // The root itself has no name.
        if name.is_empty() { Some(folder) } else { names(&mut self.now, folder).get(&name).copied() }
    }

    /// Whether a call concerns the recorded folder.
    fn touches(&mut self, call: &Call) -> bool {
        let Call { name, arguments, .. } = call;
        match name.as_str() {
            "fsync" | "fdatasync" | "write" | "writev" | "pwrite64" | "ftruncate" => {
                self.open.contains_key(&number(&arguments[0]))
            }
            "read" | "pread64" => {
                // Reads of the test itself do not count.
                let ours = ["password", "code", "secret-key"];
                let ours = ours.map(|name| names(&mut self.now, 0).get(name).copied());
                self.open.get(&number(&arguments[0])).is_some_and(|opened| !ours.contains(&Some(opened.node)))
            }
            "mkdir" | "unlink" | "rmdir" | "rename" => self.resolve("AT_FDCWD", &arguments[0]).is_some(),
            "linkat" => self.resolve(&arguments[2], &arguments[3]).is_some(),
            "unlinkat" | "renameat" | "renameat2" => self.resolve(&arguments[0], &arguments[1]).is_some(),
            _ => false,
        }
    }

    fn change_names(&mut self, folder: Node, changes: Vec<(String, Option<Node>)>) {
        apply_names(names(&mut self.now, folder), &changes);
        self.events.push(Event::Names { folder, changes });
    }

    fn make(&mut self, (folder, name): (Node, String), new: Content) -> Node {
        self.now.push(new);
        let node = self.now.len() - 1;
        self.change_names(folder, vec![(name, Some(node))]);
        node
    }

    fn set_length(&mut self, file: Node, length: u64) {
        content(&mut self.now, file).resize(usize::try_from(length).unwrap(), 0);
        self.events.push(Event::Length { file, length });
    }

    fn write(&mut self, file: Node, at: u64, bytes: Vec<u8>) {
        write_at(content(&mut self.now, file), at, &bytes);
        self.events.push(Event::Write { file, at, bytes });
    }

    fn opened(&mut self, call: &Call) {
        let [at, path, flags, ..] = &call.arguments[..] else { panic!("{call:?}") };
        let node = match (self.descriptor(path), self.resolve(at, path)) {
            (Some(opened), _) => opened.node,
            (None, None) => return,
            (None, Some(_)) if flags.contains("O_TMPFILE") => {
                self.now.push(Content::File(Vec::new()));
                self.now.len() - 1
            }
            (None, Some(place)) => self.find(at, path).unwrap_or_else(|| {
                assert!(flags.contains("O_CREAT"), "an unknown file: {place:?}");
                self.make(place, Content::File(Vec::new()))
            }),
        };
        if flags.contains("O_TRUNC") && !content(&mut self.now, node).is_empty() {
            self.set_length(node, 0);
        }
        self.positions.push(0);
        let opened = Opened { node, position: self.positions.len() - 1, appends: flags.contains("O_APPEND") };
        self.open.insert(call.result, opened);
    }

    fn wrote(&mut self, call: &Call, mut bytes: Vec<u8>, at: Option<u64>) {
        bytes.truncate(usize::try_from(call.result).unwrap());
        let descriptor = number(&call.arguments[0]);
        let Some(opened) = self.open.get(&descriptor).copied() else {
            // Output of the child becomes a mark.
            if descriptor == 1 {
                self.events.push(Event::Mark(String::from_utf8_lossy(&bytes).into_owned()));
            }
            return;
        };
        let length = bytes.len() as u64;
        let position = match at {
            Some(at) => at,
            None => {
                let end = content(&mut self.now, opened.node).len() as u64;
                let position = &mut self.positions[opened.position];
                let begin = if opened.appends { end } else { *position };
                *position = begin + length;
                begin
            }
        };
        self.write(opened.node, position, bytes);
    }

    fn call(&mut self, call: &Call) {
        let Call { name, arguments, result, thread: _ } = call;
        let known = |reader: &Self, at: usize| reader.open.get(&number(&arguments[at])).copied();
        let sync = matches!(name.as_str(), "fsync" | "fdatasync");
        if *result < 0 && !sync {
            return;
        }
        match name.as_str() {
            "openat" => self.opened(call),
            "write" => self.wrote(call, bytes(&arguments[1]), None),
            "writev" => self.wrote(call, vectors(&arguments[1]), None),
            "pwrite64" => self.wrote(call, bytes(&arguments[1]), u64::try_from(number(&arguments[3])).ok()),
            "read" | "readv" => {
                if let Some(opened) = known(self, 0) {
                    self.positions[opened.position] += u64::try_from(*result).unwrap();
                }
            }
            "pread64" => {}
            "lseek" => {
                if let Some(opened) = known(self, 0) {
                    self.positions[opened.position] = u64::try_from(*result).unwrap();
                }
            }
            "ftruncate" => {
                if let Some(opened) = known(self, 0) {
                    self.set_length(opened.node, u64::try_from(number(&arguments[1])).unwrap());
                }
            }
            "fsync" | "fdatasync" => {
                if let Some(opened) = known(self, 0) {
                    self.events.push(Event::Sync { node: opened.node, durable: *result >= 0 });
                }
            }
            "close" => {
                self.open.remove(&number(&arguments[0]));
            }
            "dup" | "dup2" | "dup3" => self.duplicate_descriptor(number(&arguments[0]), *result),
            "fcntl" if arguments[1].starts_with("F_DUPFD") => {
                self.duplicate_descriptor(number(&arguments[0]), *result);
            }
            "copy_file_range" | "sendfile" => self.copied(call),
            "mkdir" => {
                if let Some(place) = self.resolve("AT_FDCWD", &arguments[0]) {
                    self.make(place, Content::Folder(BTreeMap::new()));
                }
            }
            "unlink" | "rmdir" => self.removed("AT_FDCWD", &arguments[0]),
            "unlinkat" => self.removed(&arguments[0], &arguments[1]),
            "rename" => self.renamed(["AT_FDCWD", &arguments[0]], ["AT_FDCWD", &arguments[1]]),
            "renameat" | "renameat2" => {
                assert!(!arguments.last().unwrap().contains("EXCHANGE"), "not modelled");
                self.renamed([&arguments[0], &arguments[1]], [&arguments[2], &arguments[3]]);
            }
            "link" => self.linked(["AT_FDCWD", &arguments[0]], ["AT_FDCWD", &arguments[1]]),
            "linkat" => self.linked([&arguments[0], &arguments[1]], [&arguments[2], &arguments[3]]),
            "mmap" => {
                let shared = arguments[3].contains("MAP_SHARED") && arguments[2].contains("PROT_WRITE");
                let file = arguments[4].parse().ok().and_then(|file: i64| self.open.get(&file));
                assert!(!shared || file.is_none(), "not modelled: writing to a file through memory");
            }
            "clone" | "clone3" => {
                assert!(arguments.concat().contains("CLONE_FILES"), "not modelled: child processes");
            }
            "fcntl" | "ioctl" | "fallocate" | "chdir" | "fchdir" => {
                let given = arguments[0].parse().ok().and_then(|file: i64| self.open.get(&file));
                assert!(
                    given.is_none()
                        || !matches!(name.as_str(), "fallocate" | "fchdir") && !call.is_clone_of_file(),
                    "not modelled: {call:?}"
                );
            }
            "close_range" => {}
            other => panic!("not modelled: {other}"),
        }
    }

    fn duplicate_descriptor(&mut self, from: i64, to: i64) {
        match self.open.get(&from).copied() {
            Some(opened) => self.open.insert(to, opened),
            None => self.open.remove(&to),
        };
    }

    /// Handles copies by the kernel, between two known files.
    fn copied(&mut self, call: &Call) {
        let (from, to) = match call.name.as_str() {
            "sendfile" => (1, 0),
            _ => (0, 2),
        };
        let target = self.open.get(&number(&call.arguments[to])).copied();
        let Some(target) = target else { return };
        let source = self.open.get(&number(&call.arguments[from])).copied();
        let source = source.expect("the source of a copy is in the folder");
        let length = u64::try_from(call.result).unwrap();
        let begin = usize::try_from(self.positions[source.position]).unwrap();
        let end = begin + usize::try_from(length).unwrap();
        let copied = content(&mut self.now, source.node)[begin..end].to_vec();
        let at = self.positions[target.position];
        self.positions[source.position] += length;
        self.positions[target.position] += length;
        self.write(target.node, at, copied);
    }

    fn removed(&mut self, at: &str, path: &str) {
        if let Some((folder, name)) = self.resolve(at, path) {
            self.change_names(folder, vec![(name, None)]);
        }
    }

    fn renamed(&mut self, from: [&str; 2], to: [&str; 2]) {
        let (from, to) = (self.resolve(from[0], from[1]), self.resolve(to[0], to[1]));
        let (Some((folder, old)), Some((target, new))) = (from, to) else { return };
        if folder == target {
            let node = names(&mut self.now, folder)[&old];
            return self.change_names(folder, vec![(old, None), (new, Some(node))]);
        }
        let (from, to) = ((folder, old), (target, new));
        apply_move(&mut self.now, &from, &to);
        self.events.push(Event::Moved { from, to });
    }

    fn linked(&mut self, from: [&str; 2], to: [&str; 2]) {
        let node = match self.descriptor(from[1]) {
            Some(opened) => Some(opened.node),
            None => self.find(from[0], from[1]),
        };
        let Some(node) = node else { return };
        let Some((folder, name)) = self.resolve(to[0], to[1]) else { return };
        self.change_names(folder, vec![(name, Some(node))]);
    }
}

impl Call {
    fn is_clone_of_file(&self) -> bool {
        self.name == "ioctl" && self.arguments[1].contains("FICLONE")
    }
}
