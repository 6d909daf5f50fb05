//! A disk that remembers what was made to last: from a record of system calls to every state that a power cut may leave.
//!
//! The rules are the weakest that a file system for everyday use keeps. What was written to a file lasts from the next
//! sync of that file on; until then each sector of 512 bytes may be there, not be there, or be there in part, and the
//! length may be the old or the new one. A name given, taken or changed lasts from the next sync of its folder on; until
//! then the last changes of that folder may be missing. What a sync failed to make last, no later one does: the system
//! counts it as written and forgets it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rand_core::Rng;
use vault_testkit::FixedRng;

use super::trace::{Call, Fault, bytes, number, vectors};

const SECTOR: u64 = 512;

/// Names a file or folder, whatever it is called.
pub type Node = usize;

/// What happened to the disk.
#[derive(Debug)]
pub enum Event {
    Write {
        file: Node,
        at: u64,
        bytes: Vec<u8>,
    },
    Length {
        file: Node,
        length: u64,
    },
    /// Changes of names in one folder, all or none: each name and what it is of from now on.
    Names {
        folder: Node,
        changes: Vec<(String, Option<Node>)>,
    },
    /// A name that moves from one folder to another, which no file system does by halves. It lasts with the second.
    Moved {
        from: (Node, String),
        to: (Node, String),
    },
    Sync {
        node: Node,
        lasts: bool,
    },
    /// The process said that something is done.
    Mark(String),
}

/// Files and folders by their nodes.
#[derive(Clone)]
enum Content {
    File(Vec<u8>),
    Folder(BTreeMap<String, Node>),
}

/// A disk as it was when the recording began, and what happened since.
pub struct Recording {
    root: PathBuf,
    begun: Vec<Content>,
    pub events: Vec<Event>,
    /// The calls that touched the folder: each that could fail.
    pub touched: Vec<Touched>,
}

/// A call that touched the folder.
#[derive(Clone, Debug)]
pub struct Touched {
    pub fault: Fault,
    /// How many events were before it.
    pub at: usize,
}

/// An opened file or folder, shared by copies of its number.
#[derive(Clone, Copy)]
struct Opened {
    node: Node,
    /// Where the position is kept.
    position: usize,
    appends: bool,
}

/// Follows the calls.
struct Reader {
    root: PathBuf,
    now: Vec<Content>,
    open: HashMap<i64, Opened>,
    positions: Vec<u64>,
    events: Vec<Event>,
}

impl Recording {
    /// Everything below a folder, before anything happens.
    pub fn begin(root: &Path) -> Self {
        let mut begun = vec![Content::Folder(BTreeMap::new())];
        take_in(root, 0, &mut begun);
        Self { root: root.to_owned(), begun, events: Vec::new(), touched: Vec::new() }
    }

    /// Takes in what a process did.
    pub fn follow(&mut self, calls: &[Call]) {
        let mut reader = Reader {
            root: self.root.clone(),
            now: self.begun.clone(),
            open: HashMap::new(),
            positions: Vec::new(),
            events: Vec::new(),
        };
        let mut counted: HashMap<(&str, u32), usize> = HashMap::new();
        for call in calls {
            let number = counted.entry((&call.name, call.thread)).or_default();
            *number += 1;
            if call.result >= 0 && reader.touches(call) {
                let fault = Fault { call: call.name.clone(), number: *number };
                self.touched.push(Touched { fault, at: reader.events.len() });
            }
            reader.call(call);
        }
        // The tools count for each thread, so a call is told from others only if one thread gets so far.
        self.touched.retain(|touched| {
            let far = counted
                .iter()
                .filter(|((name, _), count)| *name == touched.fault.call && **count >= touched.fault.number);
            far.count() == 1
        });
        // Nodes keep their numbers: what came later stands behind.
        self.begun.extend(reader.now.drain(self.begun.len()..).map(|content| match content {
            Content::File(_) => Content::File(Vec::new()),
            Content::Folder(_) => Content::Folder(BTreeMap::new()),
        }));
        self.events = reader.events;
    }

    /// The bytes that were ever written to each file, one writing after the other.
    pub fn written(&self) -> BTreeMap<Node, Vec<u8>> {
        let mut all: BTreeMap<Node, Vec<u8>> = BTreeMap::new();
        for event in &self.events {
            if let Event::Write { file, bytes, .. } = event {
                all.entry(*file).or_default().extend(bytes);
            }
        }
        all
    }
}

fn take_in(path: &Path, at: Node, nodes: &mut Vec<Content>) {
    for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
        let node = nodes.len();
        if entry.path().is_dir() {
            nodes.push(Content::Folder(BTreeMap::new()));
            take_in(&entry.path(), node, nodes);
        } else {
            nodes.push(Content::File(fs::read(entry.path()).unwrap()));
        }
        names(nodes, at).insert(entry.file_name().into_string().unwrap(), node);
    }
}

fn names(nodes: &mut [Content], folder: Node) -> &mut BTreeMap<String, Node> {
    match &mut nodes[folder] {
        Content::Folder(names) => names,
        Content::File(_) => panic!("a file is no folder"),
    }
}

fn content(nodes: &mut [Content], file: Node) -> &mut Vec<u8> {
    match &mut nodes[file] {
        Content::File(content) => content,
        Content::Folder(_) => panic!("a folder is no file"),
    }
}

impl Reader {
    /// The folder that a path lies in and its last name; none for what lies elsewhere.
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
            assert!(name != "." && name != "..", "a way that is not modelled");
            if parts.peek().is_none() {
                return Some((folder, name.to_owned()));
            }
            folder = *names(&mut self.now, folder).get(name)?;
        }
    }

    fn find(&mut self, at: &str, path: &str) -> Option<Node> {
        let (folder, name) = self.resolve(at, path)?;
        // The root itself has no name.
        if name.is_empty() { Some(folder) } else { names(&mut self.now, folder).get(&name).copied() }
    }

    /// Whether a call has to do with the folder that is recorded.
    fn touches(&mut self, call: &Call) -> bool {
        let Call { name, arguments, .. } = call;
        match name.as_str() {
            "fsync" | "fdatasync" | "write" | "writev" | "pwrite64" | "ftruncate" => {
                self.open.contains_key(&number(&arguments[0]))
            }
            "read" | "pread64" => {
                // What the tests themselves read is none of the program's business.
                let ours = ["password", "code", "secret-key"];
                let ours = ours.map(|name| names(&mut self.now, 0).get(name).copied());
                self.open.get(&number(&arguments[0])).is_some_and(|opened| !ours.contains(&Some(opened.node)))
            }
            "mkdir" | "unlink" | "rmdir" | "rename" => self.resolve("AT_FDCWD", &arguments[0]).is_some(),
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
        lay(content(&mut self.now, file), at, &bytes);
        self.events.push(Event::Write { file, at, bytes });
    }

    fn opened(&mut self, call: &Call) {
        let [at, path, flags, ..] = &call.arguments[..] else { panic!("{call:?}") };
        let Some(place) = self.resolve(at, path) else { return };
        assert!(!flags.contains("O_TMPFILE"), "not modelled: {flags}");
        let node = self.find(at, path).unwrap_or_else(|| {
            assert!(flags.contains("O_CREAT"), "a file from nowhere: {place:?}");
            self.make(place, Content::File(Vec::new()))
        });
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
            // What is said aloud is the order of things.
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
                    self.events.push(Event::Sync { node: opened.node, lasts: *result >= 0 });
                }
            }
            "close" => {
                self.open.remove(&number(&arguments[0]));
            }
            "dup" | "dup2" | "dup3" => self.copy_number(number(&arguments[0]), *result),
            "fcntl" if arguments[1].starts_with("F_DUPFD") => {
                self.copy_number(number(&arguments[0]), *result);
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
                assert!(!shared || file.is_none(), "writing to a file through memory is not modelled");
            }
            "clone" | "clone3" => {
                assert!(arguments.concat().contains("CLONE_FILES"), "processes of its own are not modelled");
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

    fn copy_number(&mut self, from: i64, to: i64) {
        match self.open.get(&from).copied() {
            Some(opened) => self.open.insert(to, opened),
            None => self.open.remove(&to),
        };
    }

    /// What the kernel copies from one file to another; both ends of it must be known.
    fn copied(&mut self, call: &Call) {
        let (from, to) = match call.name.as_str() {
            "sendfile" => (1, 0),
            _ => (0, 2),
        };
        let target = self.open.get(&number(&call.arguments[to])).copied();
        let Some(target) = target else { return };
        let source = self.open.get(&number(&call.arguments[from])).copied();
        let source = source.expect("the source of a copy lies below the folder");
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
        let Some(node) = self.find(from[0], from[1]) else { return };
        let Some((folder, name)) = self.resolve(to[0], to[1]) else { return };
        self.change_names(folder, vec![(name, Some(node))]);
    }
}

impl Call {
    fn is_clone_of_file(&self) -> bool {
        self.name == "ioctl" && self.arguments[1].contains("FICLONE")
    }
}

fn apply_move(nodes: &mut [Content], from: &(Node, String), to: &(Node, String)) {
    // Of a folder that is not there after a cut nothing can be moved.
    if let Some(node) = names(nodes, from.0).remove(&from.1) {
        names(nodes, to.0).insert(to.1.clone(), node);
    }
}

fn apply_names(names: &mut BTreeMap<String, Node>, changes: &[(String, Option<Node>)]) {
    for (name, node) in changes {
        match node {
            Some(node) => names.insert(name.clone(), *node),
            None => names.remove(name),
        };
    }
}

/// Writes into a content, which becomes longer where it must.
fn lay(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let begin = usize::try_from(at).unwrap();
    let end = begin + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[begin..end].copy_from_slice(bytes);
}

/// What becomes of that which nobody made last.
#[derive(Clone, Copy, Debug)]
pub enum Unsynced {
    Lost,
    Kept,
    /// By chance, from this seed.
    Torn(u64),
}

/// The files of a disk after a power cut, by their paths; folders end in a slash.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Recording {
    /// The places at which the power may go: before and after each sync, and after each thing that was said to be done.
    /// Each is the number of events that happened.
    pub fn cuts(&self) -> Vec<usize> {
        let mut cuts: Vec<usize> = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            match event {
                Event::Sync { .. } => cuts.extend([at, at + 1]),
                Event::Mark(_) => cuts.push(at + 1),
                _ => {}
            }
        }
        cuts.push(self.events.len());
        cuts.dedup();
        cuts
    }

    /// The disk after a power cut.
    pub fn after(&self, cut: usize, unsynced: Unsynced) -> Files {
        let events = &self.events[..cut];
        let mut syncs: HashMap<Node, Vec<(usize, bool)>> = HashMap::new();
        for (at, event) in events.iter().enumerate() {
            if let Event::Sync { node, lasts } = event {
                syncs.entry(*node).or_default().push((at, *lasts));
            }
        }
        let lasts = |node: &Node, at: usize| {
            let next = syncs.get(node).and_then(|syncs| syncs.iter().find(|(sync, _)| at < *sync));
            next.is_some_and(|(_, lasts)| *lasts)
        };
        let mut chance = match unsynced {
            Unsynced::Torn(seed) => FixedRng::new(seed << 20 | cut as u64),
            _ => FixedRng::new(0),
        };
        // How many of the changes of a folder that do not last are there: the first ones.
        let mut left: HashMap<Node, usize> = HashMap::new();
        for (at, event) in events.iter().enumerate() {
            if let Event::Names { folder, .. } | Event::Moved { to: (folder, _), .. } = event
                && !lasts(folder, at)
            {
                *left.entry(*folder).or_default() += 1;
            }
        }
        let mut folders: Vec<_> = left.keys().copied().collect();
        folders.sort_unstable();
        for folder in folders {
            let count = left[&folder];
            let there = match unsynced {
                Unsynced::Lost => 0,
                Unsynced::Kept => count,
                Unsynced::Torn(_) => below(&mut chance, count as u64 + 1).try_into().unwrap(),
            };
            left.insert(folder, there);
        }
        let mut nodes = self.begun.clone();
        let mut named = |folder: &Node, at: usize| {
            lasts(folder, at) || {
                let left = left.get_mut(folder).unwrap();
                std::mem::replace(left, left.saturating_sub(1)) > 0
            }
        };
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Names { folder, changes } => {
                    if named(folder, at) {
                        apply_names(names(&mut nodes, *folder), changes);
                    }
                }
                Event::Moved { from, to } => {
                    if named(&to.0, at) {
                        apply_move(&mut nodes, from, to);
                    }
                }
                Event::Length { file, length } => {
                    if lasts(file, at) || survives(unsynced, &mut chance) {
                        content(&mut nodes, *file).resize(usize::try_from(*length).unwrap(), 0);
                    }
                }
                Event::Write { file, at: offset, bytes } => {
                    let content = content(&mut nodes, *file);
                    match unsynced {
                        _ if lasts(file, at) => lay(content, *offset, bytes),
                        Unsynced::Lost => {}
                        Unsynced::Kept => lay(content, *offset, bytes),
                        Unsynced::Torn(_) => tear(content, *offset, bytes, &mut chance),
                    }
                }
                Event::Sync { .. } | Event::Mark(_) => {}
            }
        }
        let mut files = Files::new();
        list(&nodes, 0, "", &mut files);
        files
    }
}

fn below(chance: &mut FixedRng, bound: u64) -> u64 {
    chance.next_u64() % bound
}

fn survives(unsynced: Unsynced, chance: &mut FixedRng) -> bool {
    match unsynced {
        Unsynced::Lost => false,
        Unsynced::Kept => true,
        Unsynced::Torn(_) => below(chance, 2) == 0,
    }
}

/// Writes some sectors, leaves others out, and breaks off within some.
fn tear(content: &mut Vec<u8>, offset: u64, mut bytes: &[u8], chance: &mut FixedRng) {
    let mut at = offset;
    while !bytes.is_empty() {
        let in_sector = usize::try_from(SECTOR - at % SECTOR).unwrap().min(bytes.len());
        let (piece, rest) = bytes.split_at(in_sector);
        match below(chance, 8) {
            0..=2 => lay(content, at, piece),
            3..=5 => {}
            6 => {
                let kept = usize::try_from(below(chance, piece.len() as u64 + 1)).unwrap();
                lay(content, at, &piece[..kept]);
            }
            // The length is there before the content is.
            _ => {
                let end = usize::try_from(at).unwrap() + piece.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
            }
        }
        at += in_sector as u64;
        bytes = rest;
    }
}

fn list(nodes: &[Content], at: Node, path: &str, files: &mut Files) {
    let Content::Folder(names) = &nodes[at] else { return };
    for (name, node) in names {
        match &nodes[*node] {
            Content::File(content) => {
                files.insert(format!("{path}{name}"), content.clone());
            }
            Content::Folder(_) => {
                let path = format!("{path}{name}/");
                files.insert(path.clone(), Vec::new());
                list(nodes, *node, &path, files);
            }
        }
    }
}

/// Lays a disk out in a folder.
pub fn lay_out(files: &Files, root: &Path) {
    for (path, content) in files {
        match path.strip_suffix('/') {
            Some(folder) => fs::create_dir(root.join(folder)).unwrap(),
            None => fs::write(root.join(path), content).unwrap(),
        }
    }
}
