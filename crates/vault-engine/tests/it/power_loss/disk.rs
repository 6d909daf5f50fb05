//! A model of a disk with volatile caches: from a recording to every state that a power cut could leave.
//!
//! Its guarantees are the weakest of common file systems. A write is durable after the next sync of the file; until
//! then each sector of 512 bytes may be written, missing or partial, and the length may be the old or the new one. A
//! created, removed or changed name is durable after the next sync of its folder; until then the last changes of the
//! folder may be missing. Data that a sync failed to write is not written by a later one: the kernel considers it clean
//! and drops it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rand_core::Rng;
use vault_testkit::FixedRng;

use super::interpret::Interpreter;
use super::trace::{Call, Fault};

const SECTOR: u64 = 512;

/// Identifies a file or folder, like an inode number.
pub type Node = usize;

/// A change of the disk, a sync, or a mark.
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
    /// Atomic changes of names in one folder: each name with its new node.
    Names {
        folder: Node,
        changes: Vec<(String, Option<Node>)>,
    },
    /// A rename from one folder to another, which is atomic. Durable with the second folder.
    Moved {
        from: (Node, String),
        to: (Node, String),
    },
    Sync {
        node: Node,
        durable: bool,
    },
    /// A confirmation by the process.
    Mark(String),
}

/// Files and folders by their nodes.
#[derive(Clone)]
pub enum Content {
    File(Vec<u8>),
    Folder(BTreeMap<String, Node>),
}

/// The initial state of a disk and the events since.
pub struct Recording {
    root: PathBuf,
    initial: Vec<Content>,
    pub events: Vec<Event>,
    /// The calls that touched the folder and could fail.
    pub touched: Vec<Touched>,
}

/// A call that touched the folder.
#[derive(Clone, Debug)]
pub struct Touched {
    pub fault: Fault,
    /// The number of events before it.
    pub at: usize,
}

impl Recording {
    /// Reads the initial state of a folder.
    pub fn begin(root: &Path) -> Self {
        let mut initial = vec![Content::Folder(BTreeMap::new())];
        read_tree(root, 0, &mut initial);
        Self { root: root.to_owned(), initial, events: Vec::new(), touched: Vec::new() }
    }

    /// Adds the calls of a process.
    pub fn follow(&mut self, calls: &[Call]) {
        let mut reader = Interpreter::new(self.root.clone(), self.initial.clone());
        reader.follow(calls);
        // Nodes keep their indices: new ones are appended, still empty.
        self.initial.extend(reader.now.drain(self.initial.len()..).map(|content| match content {
            Content::File(_) => Content::File(Vec::new()),
            Content::Folder(_) => Content::Folder(BTreeMap::new()),
        }));
        (self.events, self.touched) = (reader.events, reader.touched);
    }

    /// All bytes ever written to each file, in order.
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

fn read_tree(path: &Path, at: Node, nodes: &mut Vec<Content>) {
    for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
        let node = nodes.len();
        if entry.path().is_dir() {
            nodes.push(Content::Folder(BTreeMap::new()));
            read_tree(&entry.path(), node, nodes);
        } else {
            nodes.push(Content::File(fs::read(entry.path()).unwrap()));
        }
        names(nodes, at).insert(entry.file_name().into_string().unwrap(), node);
    }
}

pub fn names(nodes: &mut [Content], folder: Node) -> &mut BTreeMap<String, Node> {
    match &mut nodes[folder] {
        Content::Folder(names) => names,
        Content::File(_) => panic!("a file is no folder"),
    }
}

pub fn content(nodes: &mut [Content], file: Node) -> &mut Vec<u8> {
    match &mut nodes[file] {
        Content::File(content) => content,
        Content::Folder(_) => panic!("a folder is no file"),
    }
}

pub fn apply_move(nodes: &mut [Content], from: &(Node, String), to: &(Node, String)) {
    // The name may be missing after a cut.
    if let Some(node) = names(nodes, from.0).remove(&from.1) {
        names(nodes, to.0).insert(to.1.clone(), node);
    }
}

pub fn apply_names(names: &mut BTreeMap<String, Node>, changes: &[(String, Option<Node>)]) {
    for (name, node) in changes {
        match node {
            Some(node) => names.insert(name.clone(), *node),
            None => names.remove(name),
        };
    }
}

/// Writes bytes at an offset, and extends the content if necessary.
pub fn write_at(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let begin = usize::try_from(at).unwrap();
    let end = begin + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[begin..end].copy_from_slice(bytes);
}

/// What happens to unsynced changes at a power cut.
#[derive(Clone, Copy, Debug)]
pub enum Unsynced {
    Lost,
    Kept,
    /// Random, by this seed.
    Torn(u64),
}

/// The files of a disk after a power cut by path; folders end in a slash.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Recording {
    /// The cuts: before and after each sync, after each mark, and the end. Each is the number of events before it.
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
            if let Event::Sync { node, durable } = event {
                syncs.entry(*node).or_default().push((at, *durable));
            }
        }
        let durable = |node: &Node, at: usize| {
            let mut later = syncs.get(node).into_iter().flatten().filter(|(sync, _)| at < *sync);
            match self.initial[*node] {
                // Names stay in the journal until a sync succeeds.
                Content::Folder(_) => later.any(|(_, durable)| *durable),
                Content::File(_) => later.next().is_some_and(|(_, durable)| *durable),
            }
        };
        let mut rng = match unsynced {
            Unsynced::Torn(seed) => FixedRng::new(seed << 20 | cut as u64),
            _ => FixedRng::new(0),
        };
        // How many of the volatile name changes of each folder are kept: the first ones.
        let mut left: HashMap<Node, usize> = HashMap::new();
        for (at, event) in events.iter().enumerate() {
            if let Event::Names { folder, .. } | Event::Moved { to: (folder, _), .. } = event
                && !durable(folder, at)
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
                Unsynced::Torn(_) => random_below(&mut rng, count as u64 + 1).try_into().unwrap(),
            };
            left.insert(folder, there);
        }
        let mut nodes = self.initial.clone();
        let mut named = |folder: &Node, at: usize| {
            durable(folder, at) || {
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
                    if durable(file, at) || survives(unsynced, &mut rng) {
                        content(&mut nodes, *file).resize(usize::try_from(*length).unwrap(), 0);
                    }
                }
                Event::Write { file, at: offset, bytes } => {
                    let content = content(&mut nodes, *file);
                    match unsynced {
                        _ if durable(file, at) => write_at(content, *offset, bytes),
                        Unsynced::Lost => {}
                        Unsynced::Kept => write_at(content, *offset, bytes),
                        Unsynced::Torn(_) => tear(content, *offset, bytes, &mut rng),
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

fn random_below(rng: &mut FixedRng, bound: u64) -> u64 {
    rng.next_u64() % bound
}

fn survives(unsynced: Unsynced, rng: &mut FixedRng) -> bool {
    match unsynced {
        Unsynced::Lost => false,
        Unsynced::Kept => true,
        Unsynced::Torn(_) => random_below(rng, 2) == 0,
    }
}

/// Writes some sectors, skips others, and writes some in part.
fn tear(content: &mut Vec<u8>, offset: u64, mut bytes: &[u8], rng: &mut FixedRng) {
    let mut at = offset;
    while !bytes.is_empty() {
        let in_sector = usize::try_from(SECTOR - at % SECTOR).unwrap().min(bytes.len());
        let (piece, rest) = bytes.split_at(in_sector);
        match random_below(rng, 8) {
            0..=2 => write_at(content, at, piece),
            3..=5 => {}
            6 => {
                let kept = usize::try_from(random_below(rng, piece.len() as u64 + 1)).unwrap();
                write_at(content, at, &piece[..kept]);
            }
            // Only the length is written, not the content.
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

/// Writes the files of a disk into a folder.
pub fn write_files(files: &Files, root: &Path) {
    for (path, content) in files {
        match path.strip_suffix('/') {
            Some(folder) => fs::create_dir(root.join(folder)).unwrap(),
            None => fs::write(root.join(path), content).unwrap(),
        }
    }
}
