//! A profile whose logs have every operation on a roster, as a server would deliver them: entries of other members, later
//! epochs, vaults that may only be read. The other members exist only here.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};
use vault_crypto::{InviteLink, InviteSecret, KdfParams, SecretText, VaultKey};
use vault_engine::profile::{NewProfile, UnlockError};
use vault_engine::search::Scope;
use vault_engine::session::{Put, Session, SessionError, VaultAppearance, VaultReadOnly};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::log::{Entry, Head, Verdict};
use vault_wire::revision::RevisionKind;
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{ItemId, ProfileId};

use super::members::{Log, Person, Unlocked};
use super::{PASSWORD, content, contents, copy};
use crate::program_data::item_of_type;
use crate::support::{World, add, login, new_profile, rng, titles_in};

const TEAM: &str = "Team";
/// The vaults that may only be read, and why.
const READ_ONLY: [(&str, VaultReadOnly); 4] = [
    ("Geschlossen", VaultReadOnly::Closed),
    ("Neuer", VaultReadOnly::Newer),
    ("Nur lesen", VaultReadOnly::NotPermitted),
    ("Ohne Schlüssel", VaultReadOnly::KeyMissing),
];

/// Creates the profile and stores it with a description of its content.
pub fn write(target: &Path, kdf: KdfParams) {
    let world = World::new();
    let new = NewProfile {
        name: "Geteilt".to_owned(),
        password: SecretText::from(PASSWORD),
        device: "Schreibtisch".to_owned(),
        kdf,
    };
    let mut session = world.profiles.create(new, rng(29)).unwrap();
    let profile = session.profile().id;
    let secret_key = session.secret_key().unwrap().to_text();
    add(&mut session, content::later());
    let mut vaults = BTreeMap::new();
    for name in READ_ONLY.iter().map(|(name, _)| *name).chain([TEAM]) {
        let look = VaultAppearance { name: name.to_owned(), ..VaultAppearance::default() };
        let id = session.create_vault(&look).unwrap();
        let put = Put { vault: Some(id), ..Put::new(login(&format!("In {name}"), "ada", "first")) };
        vaults.insert(name, (id, session.put(put).unwrap().id));
    }
    // A card, which is not shown.
    session.put(Put { vault: Some(vaults[TEAM].0), ..Put::new(item_of_type(65)) }).unwrap();
    drop(session);

    let folder = world.dirs().profile(profile);
    let unlocked = Unlocked::new(&folder, profile, &secret_key);
    let log = |name: &str| Log::read(&unlocked, vaults[name].0, vaults[name].1);
    team(log(TEAM));
    closed(log("Geschlossen"));
    newer(log("Neuer"));
    viewer(log("Nur lesen"));
    without_key(log("Ohne Schlüssel"));
    drop(unlocked);

    // What the program itself writes under a later epoch.
    let mut session = world.profiles.unlock(profile, &PASSWORD.into(), Some(&secret_key), rng(30)).unwrap();
    let team = vaults[TEAM].0;
    session.put(Put { vault: Some(team), ..Put::new(login("Under epoch 3", "ada", "x")) }).unwrap();
    let mut about = contents(&mut session);
    about["vaults"] = super::schema2::vaults(&session);
    about["password"] = PASSWORD.into();
    about["secret_key"] = secret_key.expose().into();
    about["read_only"] = read_only(&session);
    drop(session);
    copy(&folder, target);
    fs::write(target.join("about.json"), serde_json::to_string_pretty(&about).unwrap() + "\n").unwrap();
}

fn read_only(session: &Session) -> Value {
    let all = session.vaults().unwrap().into_iter().filter_map(|vault| {
        let why = match vault.read_only? {
            VaultReadOnly::KeyMissing => "key missing",
            VaultReadOnly::Newer => "newer",
            VaultReadOnly::Closed => "closed",
            VaultReadOnly::NotPermitted => "not permitted",
            VaultReadOnly::NewIdentity => "new identity",
            VaultReadOnly::Alarm => "alarm",
            VaultReadOnly::BeingRestored => "being restored",
            VaultReadOnly::Directory => "directory",
        };
        Some((vault.id.to_string(), Value::from(why)))
    });
    Value::Object(all.collect::<Map<_, _>>())
}

/// Opens a copy and tries to write into each of its vaults.
pub fn check(kept: &Path, about: &Value) {
    let id: ProfileId = about["profile_id"].as_str().unwrap().parse().unwrap();
    let world = World::new();
    copy(kept, &world.dirs().profile(id));
    let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
    let mut session =
        world.profiles.unlock(id, &text("password"), Some(&text("secret_key")), rng(31)).unwrap();
    assert_eq!(super::schema2::vaults(&session), about["vaults"]);
    assert_eq!(read_only(&session), about["read_only"]);
    let entries = session.check_log().unwrap();
    for vault in session.vaults().unwrap() {
        let named = READ_ONLY.into_iter().find(|(name, _)| *name == vault.appearance.name);
        let expected = named.map(|(_, why)| SessionError::VaultReadOnly(why));
        assert_eq!(vault.read_only, named.map(|(_, why)| why));
        let put = Put { vault: Some(vault.id), ..Put::new(login("More", "", "")) };
        assert_eq!(session.put(put).err(), expected, "{}", vault.appearance.name);
        let many = (0..20).map(|_| Put { vault: Some(vault.id), ..Put::new(login("Many", "", "")) });
        let written = session.put_many(many.collect(), &mut |_| ControlFlow::Continue(()));
        assert_eq!(written.err(), expected, "{}", vault.appearance.name);
        for item in session.items_of_vault(vault.id).unwrap() {
            let opened = session.get(item).unwrap();
            let trashed = session.put(Put::change(item, opened.revision, opened.item));
            assert_eq!(trashed.err(), expected, "{}", vault.appearance.name);
        }
    }
    assert!(session.check_log().unwrap() > entries);
}

#[test]
fn t17_stored_key_without_commitment_is_rejected() {
    for epoch in [1, 3] {
        let kept = Kept::install();
        let unlocked = kept.keys();
        let (id, vault_key) = unlocked.vault_in_epoch_3();
        let own = VaultKey::make(&mut FixedRng::new(66));
        let sealed = unlocked.local.seal_vault_key(&id, epoch, &own, &mut FixedRng::new(67));
        let sql = "UPDATE epoch_key SET sealed = ?3 WHERE vault_key = ?1 AND epoch = ?2";
        assert_eq!(unlocked.db.execute(sql, (vault_key, epoch, sealed)), Ok(1));
        drop(unlocked);
        assert_eq!(kept.unlock().err(), Some(UnlockError::DatabaseDamaged), "epoch {epoch}");
    }
}

#[test]
fn t17_key_of_unknown_epoch_is_rejected() {
    let kept = Kept::install();
    let unlocked = kept.keys();
    let (id, vault_key) = unlocked.home();
    let own = VaultKey::make(&mut FixedRng::new(66));
    let sealed = unlocked.local.seal_vault_key(&id, 2, &own, &mut FixedRng::new(67));
    let sql = "INSERT INTO epoch_key (vault_key, epoch, sealed) VALUES (?1, 2, ?2)";
    unlocked.db.execute(sql, (vault_key, sealed)).unwrap();
    assert_eq!(unlocked.db.execute("UPDATE vault SET epoch = 2 WHERE vault_key = ?1", [vault_key]), Ok(1));
    drop(unlocked);
    assert_eq!(kept.unlock().err(), Some(UnlockError::DatabaseDamaged));
}

#[test]
fn own_items_are_salvaged_from_an_invalid_shared_log() {
    let kept = Kept::install();
    let examine = || {
        let (password, secret_key) = (PASSWORD.into(), Some(&kept.secret_key));
        let go_on = &mut |_| ControlFlow::Continue(());
        kept.world.profiles.examine(kept.id, &password, secret_key, go_on).unwrap()
    };
    let whole = examine();
    assert!(whole.is_whole());
    let unlocked = kept.keys();
    let (_, vault_key) = unlocked.vault_in_epoch_3();
    let sql = "UPDATE entry SET header = x'00' WHERE vault_key = ?1 AND item_id IS NULL AND seq > 2";
    assert!(unlocked.db.execute(sql, [vault_key]).unwrap() > 10);
    drop(unlocked);
    assert_eq!(kept.unlock().err(), Some(UnlockError::DatabaseDamaged));
    kept.world.clock.advance(Duration::from_secs(60));
    assert_eq!(examine().items, whole.items);
    let (new, go_on) = (new_profile("Salvaged"), &mut |_| ControlFlow::Continue(()));
    let known = (kept.id, &PASSWORD.into(), Some(&kept.secret_key));
    let (mut session, saved) = kept.world.profiles.salvage(known, new, &|| rng(41), go_on).unwrap();
    // The last revision of one item is by another member, whose key was in the log.
    assert_eq!((saved.items, saved.lost.count), (whole.items - 1, 1));
    assert_eq!(saved.lost.names, [format!("In {TEAM}")]);
    assert!(titles_in(&mut session, Scope::All).contains(&"Under epoch 3".to_owned()));
}

/// A copy of the stored profile.
struct Kept {
    world: World,
    id: ProfileId,
    secret_key: SecretText,
}

impl Kept {
    fn install() -> Self {
        let kept = super::folder_of("v3").join("shared");
        let about: Value = serde_json::from_slice(&fs::read(kept.join("about.json")).unwrap()).unwrap();
        let id = about["profile_id"].as_str().unwrap().parse().unwrap();
        let world = World::new();
        copy(&kept, &world.dirs().profile(id));
        Self { world, id, secret_key: about["secret_key"].as_str().unwrap().into() }
    }

    fn keys(&self) -> Unlocked {
        Unlocked::new(&self.world.dirs().profile(self.id), self.id, &self.secret_key)
    }

    fn unlock(&self) -> Result<Session, UnlockError> {
        self.world.profiles.unlock(self.id, &PASSWORD.into(), Some(&self.secret_key), rng(40))
    }
}

/// Every operation but `close` and `format`; members that come, change and go; three epochs. The key of the second one
/// is not stored: it is opened by that of the third.
fn team(mut log: Log<'_>) {
    let anna = &log.unlocked.account;
    let [mut ben, cleo, dora, emil] = [2901, 2902, 2903, 2904].map(Person::new);
    let (used, unused) = (InviteSecret::make(&mut log.rng), InviteSecret::make(&mut log.rng));
    let until = log.now + 86_400_000;
    log.record(anna, vec![used.invite_op(MemberRole::Editor, until)]);
    log.record(anna, vec![unused.invite_op(MemberRole::Viewer, until)]);
    let Head { seq, root } = log.verifier.head();
    let link = InviteLink {
        server: String::new(),
        vault_id: *log.verifier.roster().vault_id(),
        genesis_hash: *log.verifier.roster().genesis_hash(),
        inviter: anna.id(),
        seq,
        root,
        secret: used,
    };
    let now = log.now;
    let answer =
        link.accept(&log.verifier, &ben.identity, &ben.certificate, &"Ben".into(), now, &mut log.rng);
    let accept = Some(Box::new(answer.ok().unwrap().accept));
    let certificate = Box::new(ben.certificate.clone());
    log.record(anna, vec![Op::Add { certificate, role: MemberRole::Editor, accept }]);
    let others = [(&cleo, MemberRole::Manager), (&dora, MemberRole::Viewer), (&emil, MemberRole::Editor)];
    log.record(anna, others.map(|(person, role)| person.add(role)).to_vec());
    log.record(anna, vec![Op::Revoke { key: unused.public() }]);
    log.change(&ben, "by Ben, epoch 1");
    log.record(&cleo, vec![Op::Role { account: dora.id(), role: MemberRole::Editor }]);
    let gone = ItemId::from_bytes([29; 16]);
    log.revise(&dora, gone, RevisionKind::Put, "deleted by Dora");
    log.revise(&dora, gone, RevisionKind::Tombstone, "");
    log.begin_epoch(anna, vec![Op::Remove { account: emil.id() }]);
    log.change(&cleo, "by Cleo, epoch 2");
    log.record(&cleo, vec![Op::Leave]);
    log.begin_epoch(anna, Vec::new());
    ben.identity = ben.identity.make_next(ben.certificate.hash(), &mut log.rng).unwrap();
    ben.certificate = ben.root.certify(&ben.identity, Predecessor::Sound, 2);
    log.record(&ben, vec![Op::Certificate { certificate: Box::new(ben.certificate.clone()) }]);
    log.change(&ben, "by Ben's second identity, epoch 3");
    log.record(anna, vec![Op::Policy { keep_days: 365 }]);
    let before_seq = log.verifier.current(&log.item).unwrap().seq;
    log.record(anna, vec![Op::Purge { item_id: log.item, before_seq }]);
    let Head { seq, root } = log.verifier.head();
    log.record(anna, vec![Op::Adopt { seq, root }]);
    log.record(anna, vec![Op::Require { second_factor: true }]);
    log.end(&[1, 3]);
}

fn closed(mut log: Log<'_>) {
    log.record(&log.unlocked.account, vec![Op::Close]);
    log.end(&[1]);
}

/// States a format that this program does not know, followed by an entry of it.
fn newer(mut log: Log<'_>) {
    let anna = &log.unlocked.account;
    log.record(anna, vec![Op::Format { format: 2 }]);
    let mut record = log.signed(anna, vec![Op::Leave], false);
    // The version is the first item of the array.
    record.bytes[1] = 2;
    assert_eq!(log.verifier.push(Entry::Record(&record)), Verdict::Unread);
    log.insert(&record);
    log.end(&[1]);
}

/// Another owner makes this account a viewer.
fn viewer(mut log: Log<'_>) {
    let anna = &log.unlocked.account;
    let cleo = Person::new(2902);
    log.record(anna, vec![cleo.add(MemberRole::Owner)]);
    log.record(&cleo, vec![Op::Role { account: anna.id(), role: MemberRole::Viewer }]);
    log.end(&[1]);
}

/// Another owner begins an epoch and has not granted its key yet.
fn without_key(mut log: Log<'_>) {
    let cleo = Person::new(2902);
    log.record(&log.unlocked.account, vec![cleo.add(MemberRole::Owner)]);
    log.begin_epoch(&cleo, Vec::new());
    log.end(&[1]);
}

#[test]
fn copied_items_do_not_get_into_a_shared_vault() {
    let kept = Kept::install();
    let mut other = kept.world.profiles.create(new_profile("Other"), rng(41)).unwrap();
    let look = VaultAppearance { name: TEAM.to_owned(), ..VaultAppearance::default() };
    let theirs = other.create_vault(&look).unwrap();
    other.put(Put { vault: Some(theirs), ..Put::new(login("Private", "ada", "x")) }).unwrap();
    let mut session = kept.unlock().unwrap();
    let team = session.vaults().unwrap().into_iter().find(|vault| vault.appearance.name == TEAM).unwrap().id;
    let before = titles_in(&mut session, Scope::Vault(team));
    let copy = session.plan_profile_copy(other).unwrap();
    let done = session.copy_profile(copy, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((done.items, done.vaults), (1, 1));
    assert_eq!(titles_in(&mut session, Scope::Vault(team)), before);
    let made =
        session.vaults().unwrap().into_iter().rev().find(|vault| vault.appearance.name == TEAM).unwrap().id;
    assert_ne!(made, team);
    assert_eq!(titles_in(&mut session, Scope::Vault(made)), ["Private"]);
    session.check_log().unwrap();
}
