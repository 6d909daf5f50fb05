//! What is left in memory. A child uses a profile full of canaries, is looked into while the profile is open, which shows
//! that looking finds them, and again when it is locked.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Stdio};

use sha2::{Digest, Sha256};
use vault_crypto::{HeaderFile, KdfParams, SecretKey, SecretText};
use vault_engine::backup::Documents;
use vault_engine::document::{ChunkList, DocumentReader, Existing, NewBlob, open_to_file, seal_file};
use vault_engine::generator::{Recipe, generate};
use vault_engine::item::{Item, Timestamp};
use vault_engine::profile::NewProfile;
use vault_engine::session::{Put, Query, RestoreAs, Scope, Session};
use vault_wire::ProfileId;

use crate::child;
use crate::power;
use crate::support::{World, login, query, rng};

/// A text that is in no program: it is worked out, so that it is in memory only where it is used.
fn canary(name: &str) -> SecretText {
    let hash = Sha256::digest(name);
    let letters = hash.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    SecretText::new(letters.map(|letter| char::from(b'A' + letter)).collect())
}

/// What is nowhere once the profile is locked.
const CANARIES: [&str; 14] = [
    "first password",
    "password",
    "title",
    "user name",
    "item password",
    "old item password",
    "note",
    "tag",
    "folder",
    "host",
    "document",
    "document name",
    "draft",
    "setting",
];

fn text(name: &str) -> String {
    canary(name).expose().to_owned()
}

fn full_of_canaries(password: &str) -> Item {
    let mut item = login(&text("title"), &text("user name"), &text(password));
    item.notes = canary("note");
    item.tags.insert(text("tag"));
    item.folder = Some(text("folder"));
    item.urls.push(format!("https://{}.example/", text("host")));
    item
}

/// Uses everything once.
fn use_everything(world: &World, root: &Path) -> Session {
    let go_on = &mut |_: u64| ControlFlow::Continue(());
    let new = NewProfile {
        name: "Home".to_owned(),
        password: canary("first password"),
        device: "desk".to_owned(),
        kdf: KdfParams::TEST,
    };
    let mut session = world.profiles.create(new, rng(1)).unwrap();
    session.change_password(&canary("first password"), &canary("password")).unwrap();
    let id = session.profile().id;
    drop(session);
    let mut session = world.profiles.unlock(id, &canary("password"), None, rng(2)).unwrap();
    let puts = (0..200).map(|_| Put::new(full_of_canaries("old item password"))).collect();
    let stored = session.put_many(puts, &mut |_| ControlFlow::Continue(())).unwrap()[0];
    let stored =
        session.put(Put::change(stored.id, stored.revision, full_of_canaries("item password"))).unwrap();
    session.list(&query(Scope::All)).unwrap();
    session.list(&query(Scope::Tag(text("tag")))).unwrap();
    for typed in [text("title"), text("host"), text("user name")[..7].to_owned()] {
        session.list(&Query { text: typed, ..query(Scope::All) }).unwrap();
    }
    session.sidebar().unwrap();
    session.history(stored.id).unwrap();
    session.each_item(&mut |_, _| ControlFlow::Continue(())).unwrap();
    let draft = session.draft_save(None, canary("draft").expose().as_bytes()).unwrap();
    session.draft_get(draft).unwrap();
    session.set_setting("x", canary("setting").expose()).unwrap();
    generate(&Recipe::Pin { length: 8 }, session.rng()).unwrap();

    let new = NewBlob::make(session.rng());
    let sealed = seal_file(&root.join("source"), new, session.blobs(), go_on).unwrap();
    let blobs = vec![sealed.blob];
    let mut item = full_of_canaries("item password");
    item.attachments.push(sealed.into_attachment(text("document name"), Timestamp(1)));
    let with_document = session.put(Put { blobs, ..Put::new(item) }).unwrap().id;
    let opened = session.get(with_document).unwrap().item;
    let blob = opened.attachments[0].blob_id;
    let (attachment, blob) = session.attached(with_document, &blob).unwrap();
    let list = ChunkList::make(&attachment, &blob, session.blobs(), go_on).unwrap();
    let mut reader = DocumentReader::new(&attachment, list, session.blobs()).unwrap();
    reader.read_at(0, 1 << 20).unwrap();
    open_to_file(&attachment, &blob, session.blobs(), &root.join("out"), Existing::Keep, go_on).unwrap();

    let backup = root.join("backup.tar");
    session.snapshot(&backup, Documents::All, go_on).unwrap().write(Existing::Keep, go_on).unwrap();
    let backup = session.open_backup(&backup, go_on).unwrap();
    backup.list(&query(Scope::All)).unwrap();
    session.restore_item(&backup, with_document, RestoreAs::Copy, go_on).unwrap();
    session.trash(&[stored.id]).unwrap();
    session.purge(&[stored.id]).unwrap();
    session.check_log().unwrap();
    session
}

/// Tells how far it is and waits to be looked at.
fn stop(at: &str) {
    println!("@{at}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// A canary as it may lie in memory.
struct Needle {
    name: String,
    bytes: Vec<u8>,
}

fn needles(name: &str, bytes: &[u8], into: &mut Vec<Needle>) {
    let mut add = |form: &str, bytes: Vec<u8>| into.push(Needle { name: format!("{name}, {form}"), bytes });
    add("as it is", bytes.to_vec());
    add("as UTF-16", bytes.iter().flat_map(|byte| [*byte, 0]).collect());
    for digits in ["0123456789abcdef", "0123456789ABCDEF"] {
        let digits = digits.as_bytes();
        let two = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
        add("in hexadecimal", bytes.iter().flat_map(two).collect());
    }
    use base64ct::{Base64Unpadded, Encoding};
    for skipped in 0..3 {
        // Wherever it stands in a longer text: the whole groups of three that are within it.
        let within = &bytes[skipped..];
        add("in base64", Base64Unpadded::encode_string(&within[..within.len() / 3 * 3]).into_bytes());
    }
}

/// Looks for canaries, and counts each.
struct Search<'n> {
    needles: &'n [Needle],
    /// The needles that begin with two bytes.
    begins: Vec<Vec<usize>>,
    found: Vec<u32>,
}

impl<'n> Search<'n> {
    fn of(needles: &'n [Needle]) -> Self {
        let mut begins = vec![Vec::new(); 1 << 16];
        for (number, needle) in needles.iter().enumerate() {
            begins[usize::from(u16::from_le_bytes([needle.bytes[0], needle.bytes[1]]))].push(number);
        }
        Self { needles, begins, found: vec![0; needles.len()] }
    }

    fn look_through(&mut self, bytes: &[u8], place: &str) {
        for (at, two) in bytes.windows(2).enumerate() {
            for &number in &self.begins[usize::from(u16::from_le_bytes([two[0], two[1]]))] {
                let needle = &self.needles[number];
                if bytes[at..].starts_with(&needle.bytes) {
                    if self.found[number] == 0 {
                        let around = &bytes[at.saturating_sub(64)..bytes.len().min(at + 96)];
                        println!("{} in {place} at {at}: {}", needle.name, around.escape_ascii());
                    }
                    self.found[number] += 1;
                }
            }
        }
    }

    fn found(self) -> Vec<String> {
        let counted = self.needles.iter().zip(self.found).filter(|(_, count)| *count > 0);
        counted.map(|(needle, count)| format!("{} ({count})", needle.name)).collect()
    }
}

/// Looks through all memory of a process that it can write to, and answers with the names of what it found.
fn find(process: &Child, needles: &[Needle]) -> Vec<String> {
    let mut search = Search::of(needles);
    let mut memory = File::open(format!("/proc/{}/mem", process.id())).unwrap();
    let maps = fs::read_to_string(format!("/proc/{}/maps", process.id())).unwrap();
    let mut looked_at = 0;
    for map in maps.lines() {
        let (range, rest) = map.split_once(' ').unwrap();
        if !rest.starts_with("rw") {
            continue;
        }
        let (begin, end) = range.split_once('-').unwrap();
        let [begin, end] = [begin, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - begin).unwrap()];
        memory.seek(SeekFrom::Start(begin)).unwrap();
        // Pages that the kernel keeps for itself.
        if memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        looked_at += bytes.len();
        search.look_through(&bytes, map);
    }
    assert!(looked_at > 1 << 20, "hardly anything was looked at");
    search.found()
}

/// The keys of a profile, as only its owner can derive them.
fn keys(world: &World, id: ProfileId, into: &mut Vec<Needle>) {
    let secret_key = fs::read_to_string(world.file(id, "secret-key")).unwrap();
    needles("Secret Key", secret_key.as_bytes(), into);
    let secret_key = SecretKey::from_text(&secret_key).unwrap();
    needles("bytes of the Secret Key", secret_key.expose_bytes(), into);
    let header = HeaderFile::parse(&fs::read(world.file(id, "profile.keys")).unwrap()).unwrap();
    let slot = header.unverified().password_slots().next().unwrap();
    let (root_key, _) = slot.open(&id, &canary("password"), &secret_key).unwrap();
    needles("root key", root_key.expose_bytes(), into);
    needles("database key", root_key.derive_database_key().expose_bytes(), into);
}

#[test]
fn t45_the_memory_of_a_locked_process_holds_no_password_key_or_item() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        let session = use_everything(&world, &folder);
        stop("open");
        drop((session, world));
        return stop("locked");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("source"), text("document").repeat(10_000)).unwrap();
    let name = "memory::t45_the_memory_of_a_locked_process_holds_no_password_key_or_item";
    let mut process = child::command(name, folder.path(), &[], "exec \"$@\"")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut input = process.stdin.take().unwrap();
    assert!(lines.any(|line| line.contains("@open")), "the child came to its place");
    let world = World::at(folder.path());
    let mut all = Vec::new();
    for name in CANARIES {
        needles(name, canary(name).expose().as_bytes(), &mut all);
    }
    keys(&world, world.profiles.list()[0].id, &mut all);
    let open = find(&process, &all);
    for name in ["title, as it is", "database key, as it is"] {
        assert!(open.iter().any(|found| found.starts_with(name)), "looking finds what is there: {open:#?}");
    }
    input.write_all(b"\n").unwrap();
    assert!(lines.any(|line| line.contains("@locked")), "the child came to its place");
    let locked = find(&process, &all);
    drop(input);
    assert!(process.wait().unwrap().success());
    assert!(locked.is_empty(), "{locked:#?}");
}

#[test]
fn t45_nothing_secret_is_written_anywhere_not_even_for_a_moment() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        return drop(use_everything(&world, &folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("disk");
    fs::create_dir_all(root.join("tmp")).unwrap();
    fs::write(root.join("source"), text("document").repeat(10_000)).unwrap();
    let name = "memory::t45_nothing_secret_is_written_anywhere_not_even_for_a_moment";
    let (recording, said) = power::record(name, &root, "");
    let mut all = Vec::new();
    // A document is written out because the person asked for it.
    for name in CANARIES.into_iter().filter(|name| *name != "document") {
        needles(name, canary(name).expose().as_bytes(), &mut all);
    }
    let mut search = Search::of(&all);
    let written = recording.written();
    assert!(written.len() > 20, "{} files", written.len());
    assert!(
        written
            .values()
            .any(|bytes| bytes.windows(24).any(|text| text == canary("document").expose().as_bytes()))
    );
    for (file, bytes) in &written {
        search.look_through(bytes, &format!("file {file}"));
    }
    search.look_through(&said.stdout, "what it said");
    search.look_through(&said.stderr, "what it said");
    assert_eq!(search.found(), [""; 0]);
}
