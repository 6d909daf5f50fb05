//! A disk that remembers what was made to last: from a record of system calls to every state that a power cut may leave.
//!
//! The rules are the weakest that a file system for everyday use keeps. What was written to a file lasts from the next
//! sync of that file on; until then each sector of 512 bytes may be there, not be there, or be there in part, and the
//! length may be the old or the new one. A name given, taken or changed lasts from the next sync of its folder on; until
//! then the last changes of that folder may be missing. What a sync failed to write of a file, no later one does: the system
//! counts it as written and forgets it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rand_core::Rng;
use vault_testkit::FixedRng;

use super::follow::Reader;
use super::trace::{Call, Fault};

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
pub enum Content {
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

impl Recording {
    /// Everything below a folder, before anything happens.
    pub fn begin(root: &Path) -> Self {
        let mut begun = vec![Content::Folder(BTreeMap::new())];
        take_in(root, 0, &mut begun);
        Self { root: root.to_owned(), begun, events: Vec::new(), touched: Vec::new() }
    }

    /// Takes in what a process did.
    pub fn follow(&mut self, calls: &[Call]) {
        let mut reader = Reader::new(self.root.clone(), self.begun.clone());
        reader.follow(calls);
        // Nodes keep their numbers: what came later stands behind.
        self.begun.extend(reader.now.drain(self.begun.len()..).map(|content| match content {
            Content::File(_) => Content::File(Vec::new()),
            Content::Folder(_) => Content::Folder(BTreeMap::new()),
        }));
        (self.events, self.touched) = (reader.events, reader.touched);
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
    // Of a folder that is not there after a cut nothing can be moved.
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

/// Writes into a content, which becomes longer where it must.
pub fn lay(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
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
            let mut later = syncs.get(node).into_iter().flatten().filter(|(sync, _)| at < *sync);
            match self.begun[*node] {
                // Names are kept in a journal until they are written.
                Content::Folder(_) => later.any(|(_, lasts)| *lasts),
                Content::File(_) => later.next().is_some_and(|(_, lasts)| *lasts),
            }
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
