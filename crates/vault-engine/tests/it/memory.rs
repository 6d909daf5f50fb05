//! Secrets in memory after a lock. A child uses a profile full of canaries; its memory is searched while the profile is
//! open, to show that the search finds them, and again after the lock.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Stdio;

use vault_crypto::{HeaderFile, KdfParams, RecoveryCode, SecretKey, SecretText};
use vault_engine::backup::Documents;
use vault_engine::backup::RestoreAs;
use vault_engine::clock::Timestamp;
use vault_engine::document::{ChunkList, DocumentReader, Existing, NewBlob, open_to_file, seal_file};
use vault_engine::generator::{Recipe, generate};
use vault_engine::item::{Field, FieldId, FieldKind, Item};
use vault_engine::profile::NewProfile;
use vault_engine::search::Scope;
use vault_engine::session::{
    Put, Query, RecoveryAfter, Rotation, SecretKeyAfter, Session, TransferMode, VaultAppearance,
};
use vault_otp::Code;
use vault_testkit::memory::{self, Needle, Search, find_in_process, needles};
use vault_wire::ProfileId;

use crate::child;
use crate::power_loss;
use crate::support::{World, login, query, rng};

fn canary(name: &str) -> SecretText {
    SecretText::new(memory::canary(name))
}

/// Texts that must not be in memory once the profile is locked.
const CANARIES: [&str; 19] = [
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
    "generated",
    "pin",
    "secret of codes",
    "vault",
    "rotated password",
];

fn text(name: &str) -> String {
    canary(name).expose().to_owned()
}

fn canary_item(password: &str) -> Item {
    let mut item = login(&text("title"), &text("user name"), &text(password));
    item.notes = canary("note");
    item.tags.insert(text("tag"));
    item.folder = Some(text("folder"));
    item.urls.push(format!("https://{}.example/", text("host")));
    let code = format!("otpauth://totp/Coffer?secret={}", text("secret of codes"));
    let field = Field::new(FieldId([9; 8]), FieldKind::Code, SecretText::new(code));
    item.fields.push(field);
    item
}

/// Uses every feature once.
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
    let puts = (0..200).map(|_| Put::new(canary_item("old item password"))).collect();
    let stored = session.put_many(puts, &mut |_| ControlFlow::Continue(())).unwrap()[0];
    let stored = session.put(Put::change(stored.id, stored.revision, canary_item("item password"))).unwrap();
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
    session.keep_generated(canary("generated")).unwrap();
    session.generated().unwrap();
    let code = Code::parse(&format!("otpauth://totp/Coffer?secret={}", text("secret of codes"))).unwrap();
    code.at(1).unwrap();

    let new = NewBlob::make(session.rng());
    let sealed = seal_file(&root.join("source"), new, session.blobs(), go_on).unwrap();
    let blobs = vec![sealed.blob];
    let mut item = canary_item("item password");
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
    change_keys(world, session, root)
}

/// Adds a vault with an item, a recovery code and a PIN, and changes the root key and the Secret Key. Secrets that the
/// parent cannot know are left in files.
fn change_keys(world: &World, mut session: Session, root: &Path) -> Session {
    let mut go_on = |_: u64| ControlFlow::Continue(());
    let id = session.profile().id;
    let vault =
        session.create_vault(&VaultAppearance { name: text("vault"), ..VaultAppearance::default() }).unwrap();
    let first = session.list(&query(Scope::All)).unwrap().rows[0].id;
    let mut plan = session.plan_transfer(&[first], vault, TransferMode::Move).unwrap();
    plan.seal(session.rng(), &mut go_on).unwrap();
    session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
    for name in ["profile.keys", "secret-key"] {
        fs::copy(world.file(id, name), root.join(format!("old-{name}"))).unwrap();
    }
    let pending = session.begin_recovery(&canary("password")).unwrap();
    fs::write(root.join("code"), pending.text().expose()).unwrap();
    let code = pending.text();
    session.confirm_recovery(pending).unwrap();
    let (password, rotated) = (canary("password"), canary("rotated password"));
    let rotation = Rotation {
        password: &password,
        new_password: Some(&rotated),
        recovery: RecoveryAfter::Same(&code),
        secret_key: SecretKeyAfter::New,
    };
    let mut session = world.profiles.rotate(session, &rotation, &mut go_on).map_err(|_| ()).unwrap();
    world.profiles.set_pin(&mut session, &rotated, &canary("pin")).unwrap();
    drop(session);
    let mut session = world.profiles.unlock_by_pin(id, &canary("pin"), rng(3)).unwrap();
    session.list(&Query { text: text("title"), ..query(Scope::All) }).unwrap();
    session
}

/// Reports a point of the run and waits until the parent has searched the memory.
fn pause_at(at: &str) {
    println!("@{at}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// Derives the keys of a profile, before and after they were changed.
fn keys(world: &World, id: ProfileId, into: &mut Vec<Needle>) {
    let root = world.root();
    let code = fs::read_to_string(root.join("code")).unwrap();
    needles("recovery code", code.as_bytes(), into);
    needles("bytes of the recovery code", RecoveryCode::from_text(&code).unwrap().expose_bytes(), into);
    let [old_keys, old_secret_key] =
        ["profile.keys", "secret-key"].map(|name| root.join(format!("old-{name}")));
    keys_of(["old ", "password"], &id, (&old_keys, &old_secret_key), into);
    let [new_keys, new_secret_key] = ["profile.keys", "secret-key"].map(|name| world.file(id, name));
    keys_of(["", "rotated password"], &id, (&new_keys, &new_secret_key), into);
}

fn keys_of(
    [when, password]: [&str; 2],
    id: &ProfileId,
    (key_file, secret_key): (&Path, &Path),
    into: &mut Vec<Needle>,
) {
    let secret_key = fs::read_to_string(secret_key).unwrap();
    needles(&format!("{when}Secret Key"), secret_key.as_bytes(), into);
    let secret_key = SecretKey::from_text(&secret_key).unwrap();
    needles(&format!("bytes of the {when}Secret Key"), secret_key.expose_bytes(), into);
    let header = HeaderFile::parse(&fs::read(key_file).unwrap()).unwrap();
    let slot = header.unverified().password_slots().next().unwrap();
    let (root_key, _) = slot.open(id, &canary(password), &secret_key).unwrap();
    needles(&format!("{when}root key"), root_key.expose_bytes(), into);
    needles(&format!("{when}database key"), root_key.derive_database_key().expose_bytes(), into);
}

#[test]
fn t45_memory_after_locking_contains_no_password_key_or_item() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        let session = use_everything(&world, &folder);
        pause_at("open");
        drop((session, world));
        return pause_at("locked");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("source"), text("document").repeat(10_000)).unwrap();
    let name = "memory::t45_memory_after_locking_contains_no_password_key_or_item";
    let mut process = child::command(name, folder.path(), &[], "exec \"$@\"")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut input = process.stdin.take().unwrap();
    assert!(lines.any(|line| line.contains("@open")), "the child reached this point");
    let world = World::at(folder.path());
    let mut all = Vec::new();
    for name in CANARIES {
        needles(name, canary(name).expose().as_bytes(), &mut all);
    }
    keys(&world, world.profiles.list()[0].id, &mut all);
    let open = find_in_process(process.id(), &all);
    for name in ["title, plain", "title, in lower case", "database key, plain"] {
        assert!(
            open.iter().any(|found| found.starts_with(name)),
            "the search finds an open secret: {open:#?}"
        );
    }
    input.write_all(b"\n").unwrap();
    assert!(lines.any(|line| line.contains("@locked")), "the child reached this point");
    let locked = find_in_process(process.id(), &all);
    drop(input);
    assert!(process.wait().unwrap().success());
    assert!(locked.is_empty(), "{locked:#?}");
}

#[test]
fn t45_no_secret_is_ever_written_in_plaintext() {
    if let Some(folder) = child::folder() {
        let world = World::at(&folder);
        return drop(use_everything(&world, &folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("disk");
    fs::create_dir_all(root.join("tmp")).unwrap();
    fs::write(root.join("source"), text("document").repeat(10_000)).unwrap();
    let name = "memory::t45_no_secret_is_ever_written_in_plaintext";
    let (recording, output) = power_loss::record(name, &root, "");
    let mut all = Vec::new();
    // The document is exported in plaintext on purpose.
    for name in CANARIES.into_iter().filter(|name| *name != "document") {
        needles(name, canary(name).expose().as_bytes(), &mut all);
    }
    let mut search = Search::new(&all);
    let written = recording.written();
    assert!(written.len() > 20, "{} files", written.len());
    assert!(
        written
            .values()
            .any(|bytes| bytes.windows(24).any(|text| text == canary("document").expose().as_bytes()))
    );
    for (file, bytes) in &written {
        search.scan(bytes, &format!("file {file}"));
    }
    search.scan(&output.stdout, "output");
    search.scan(&output.stderr, "output");
    assert_eq!(search.found(), [""; 0]);
}
