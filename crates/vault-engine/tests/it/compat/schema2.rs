//! A profile with the additions of schema version 2: several vaults, moved items, new fields and flags, a recovery
//! code, and a backup from before the last changes.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};
use vault_crypto::{KdfParams, SecretText};
use vault_engine::VaultId;
use vault_engine::backup::BackupPlan;
use vault_engine::clock::Timestamp;
use vault_engine::item::{
    CoseAlgorithm, Day, Field, FieldId, FieldKind, Item, ItemType, Passkey, PastValue, Role, SecretBytes,
    Unknown, UrlMatch,
};
use vault_engine::profile::NewProfile;
use vault_engine::session::{Contents, Put, Session, Stored, TransferMode, VaultAppearance};
use vault_wire::{ItemId, ProfileId};

use super::{PASSWORD, content, contents, copy, open_documents};
use crate::support::{World, add, login, rng};

/// The password at the time of the backup.
const FIRST: &str = "the first password";

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Creates the profile and stores it with a description of its content.
pub fn write(target: &Path, kdf: KdfParams) {
    let world = World::new();
    let first = SecretText::from(FIRST);
    let (name, device) = ("Mehrere Tresore".to_owned(), "Schreibtisch".to_owned());
    let new = NewProfile { name, password: SecretText::from(FIRST), device, kdf };
    let mut session = world.profiles.create(new, rng(17)).unwrap();
    fill(&mut session, &world);
    let snapshot = session.daily_snapshot(&BackupPlan::default(), &mut go_on).unwrap().unwrap();
    let backup = snapshot.write(&mut go_on).unwrap();
    let in_backup = describe(&mut session);

    // After the backup: another item, a new password, and a recovery code.
    world.clock.advance(Duration::from_secs(86_400));
    add(&mut session, login("After the backup", "ada", "x"));
    session.change_password(&first, &SecretText::from(PASSWORD)).unwrap();
    let pending = session.begin_recovery(&SecretText::from(PASSWORD)).unwrap();
    let code = pending.text();
    session.confirm_recovery(pending).unwrap();

    let mut about = describe(&mut session);
    about["password"] = PASSWORD.into();
    about["secret_key"] = session.secret_key().unwrap().to_text().expose().into();
    about["recovery_code"] = code.expose().into();
    let found = world.profiles.find_backups(session.profile().id);
    assert_eq!((found.len(), found[0].made_at), (1, backup.made_at));
    about["backup"] = in_backup;
    about["backup"]["file"] = found[0].path.file_name().unwrap().to_str().unwrap().into();
    about["backup"]["password"] = FIRST.into();
    let folder = world.dirs().profile(session.profile().id);
    drop(session);
    copy(&folder, target);
    fs::write(target.join("about.json"), serde_json::to_string_pretty(&about).unwrap() + "\n").unwrap();
}

/// Everything that can be read, and the items of each vault.
fn describe(session: &mut Session) -> Value {
    let mut about = contents(session);
    about["vaults"] = vaults(session);
    about
}

pub fn vaults(session: &Session) -> Value {
    let all = session.vaults().unwrap().into_iter().map(|vault| {
        let mut items = session.items_of_vault(vault.id).unwrap();
        items.sort_unstable();
        let items: Vec<String> = items.iter().map(ItemId::to_string).collect();
        (vault.id.to_string(), json!({ "name": vault.appearance.name, "home": vault.home, "items": items }))
    });
    Value::Object(all.collect::<Map<_, _>>())
}

fn fill(session: &mut Session, world: &World) {
    let home = session.vaults().unwrap()[0].id;
    let look =
        |name: &str, hue, icon: &str| VaultAppearance { name: name.to_owned(), hue, icon: icon.to_owned() };
    session.set_vault_appearance(home, &look("Zuhause 🏡", None, "")).unwrap();
    let office = session.create_vault(&look("Büro", Some(210), "briefcase")).unwrap();
    let club = session.create_vault(&look("Verein", Some(28), "")).unwrap();
    session.order_vaults(&[club, office]).unwrap();
    let gone = session.create_vault(&look("Gone", None, "")).unwrap();
    session.put(Put { vault: Some(gone), ..Put::new(login("Gone with its vault", "", "x")) }).unwrap();
    session.delete_vault(gone, Contents::Delete { items: 1 }, &mut go_on).unwrap();

    // Items that were moved with history, copied, and moved without history.
    let moved = changed(session, world, "Gewandert");
    transfer(session, moved, office, TransferMode::Move);
    let copied = changed(session, world, "Kopiert");
    transfer(session, copied, club, TransferMode::Copy);
    let newest = changed(session, world, "Ohne Vergangenheit");
    transfer(session, newest, club, TransferMode::MoveWithoutHistory);

    // A document with two versions, moved with both.
    let (scan, blob) = content::seal_attachment(session, "Satzung.txt", "Entwurf".into());
    let mut item = content::filled(ItemType::Document, "Satzung");
    item.attachments.push(scan);
    let put = Put { blobs: vec![blob], vault: Some(office), ..Put::new(item) };
    let Stored { id, revision } = session.put(put).unwrap();
    world.clock.advance(Duration::from_secs(60));
    let mut item = session.get(id).unwrap().item;
    let (scan, blob) = content::seal_attachment(session, "Satzung.txt", "Endgültig".into());
    item.attachments[0] = scan;
    item.modified_at = content::day(5);
    session.put(Put { blobs: vec![blob], ..Put::change(id, revision, item) }).unwrap();
    transfer(session, id, club, TransferMode::Move);

    add(session, guarded());
    add(session, content::later());
    let mut template = content::filled(ItemType::Server, "Vorlage");
    template.flags.template = true;
    template.fields.iter_mut().for_each(|field| field.value = SecretText::from(""));
    add(session, template);
    session.draft_save(None, "a form, begun".as_bytes()).unwrap();
    session.keep_generated(SecretText::from("made and copied")).unwrap();
}

fn changed(session: &mut Session, world: &World, title: &str) -> ItemId {
    let Stored { id, revision } = add(session, login(title, "ada", "first"));
    world.clock.advance(Duration::from_secs(60));
    let mut item = session.get(id).unwrap().item;
    let before = std::mem::replace(&mut item.fields[1].value, SecretText::from("second"));
    item.fields[1].history.insert(0, PastValue { value: before, replaced_at: content::day(1) });
    item.modified_at = content::day(1);
    session.put(Put::change(id, revision, item)).unwrap();
    id
}

fn transfer(session: &mut Session, id: ItemId, to: VaultId, how: TransferMode) {
    let mut plan = session.plan_transfer(&[id], to, how).unwrap();
    plan.seal(&mut rng(19), &mut go_on).unwrap();
    session.transfer(plan, &mut go_on).unwrap();
}

/// An item with every addition of schema version 2.
fn guarded() -> Item {
    let mut item = content::filled(ItemType::Login, "Bewacht");
    item.flags.reprompt = true;
    item.expires = Some(Day::of(content::day(400)));
    item.urls = vec!["https://example.org/".to_owned(), "https://login.example.net/a".to_owned()];
    item.url_rules = [(item.urls[1].clone(), UrlMatch::StartsWith)].into();
    for (number, kind, value) in [
        (201, FieldKind::SecretLines, "zwei\nZeilen"),
        (202, FieldKind::Number, "-12.5"),
        (203, FieldKind::Switch, "true"),
    ] {
        let mut field = Field::new(FieldId([number; 8]), kind, SecretText::from(value));
        field.label = format!("Neu {number}");
        field.section = Some("Abschnitt".to_owned());
        item.fields.push(field);
    }
    let code = item.fields.iter_mut().find(|field| field.role == Some(Role::Code)).unwrap();
    code.value = SecretText::from("otpauth://hotp/Verein:ada?secret=JBSWY3DPEHPK3PXP&counter=41");
    item.passkeys.push(Passkey {
        credential_id: vec![1, 2, 3],
        rp_id: "example.org".to_owned(),
        rp_name: "Beispiel".to_owned(),
        user_handle: vec![9; 16],
        user_name: "ada".to_owned(),
        display_name: "Ada".to_owned(),
        private_key: SecretBytes::new(vec![7; 32]),
        algorithm: CoseAlgorithm(-7),
        sign_counter: 0,
        discoverable: true,
        created_at: Timestamp(1),
        unknown: Unknown::default(),
    });
    item
}

/// Compares the parts that only an open profile of schema version 2 has.
pub fn check(session: &mut Session, about: &Value) {
    assert_eq!(vaults(session), about["vaults"]);
    let made = session.generated().unwrap();
    assert_eq!(made.entries().len(), 1);
}

/// Opens a copy with its recovery code, and its backup with the password and Secret Key of its day.
pub fn check_unlock_methods(kept: &Path, about: &Value) {
    let text = |value: &Value| SecretText::from(value.as_str().unwrap());
    let id: ProfileId = about["profile_id"].as_str().unwrap().parse().unwrap();
    let world = World::new();
    copy(kept, &world.dirs().profile(id));
    let (code, next) = (text(&about["recovery_code"]), SecretText::from("one after that"));
    let mut session = world.profiles.recover(id, &code, &next, rng(3)).unwrap();
    assert_eq!(contents(&mut session)["items"], about["items"]);
    drop(session);

    let elsewhere = World::new();
    let backup = kept.join("backups").join(about["backup"]["file"].as_str().unwrap());
    let (password, secret_key) = (text(&about["backup"]["password"]), text(&about["secret_key"]));
    let mut session =
        elsewhere.profiles.restore(&backup, &password, &secret_key, rng(4), &mut go_on).unwrap();
    assert_eq!(contents(&mut session)["items"], about["backup"]["items"]);
    assert_eq!(vaults(&session), about["backup"]["vaults"]);
    assert!(!open_documents(&mut session).contains(&false));
}
