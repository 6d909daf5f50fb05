//! A profile as a crash left it while its root key was changed: the key file is the new one, the database is still the
//! old one, and the new one lies beside it. It has a recovery code, and a document with a stored chunk list.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;
use vault_crypto::{KdfParams, SecretText};
use vault_engine::document::{NewBlob, seal};
use vault_engine::item::ItemType;
use vault_engine::profile::NewProfile;
use vault_engine::session::{Put, RecoveryAfter, Rotation, SecretKeyAfter, Session};
use vault_wire::ProfileId;

use super::{PASSWORD, content, contents, copy};
use crate::support::{World, add, rng};

/// Creates the profile and stores it with a description of its content.
pub fn write(target: &Path, kdf: KdfParams) {
    let world = World::new();
    let password = SecretText::from(PASSWORD);
    let (name, device) = ("Unterbrochen".to_owned(), "Schreibtisch".to_owned());
    let new = NewProfile { name, password: SecretText::from(PASSWORD), device, kdf };
    let mut session = world.profiles.create(new, rng(37)).unwrap();
    add(&mut session, content::later());
    add_document(&mut session);
    session.draft_save(None, "a form, begun".as_bytes()).unwrap();
    let pending = session.begin_recovery(&password).unwrap();
    let code = pending.text();
    session.confirm_recovery(pending).unwrap();
    let mut about = contents(&mut session);
    about["password"] = PASSWORD.into();
    about["secret_key"] = session.secret_key().unwrap().to_text().expose().into();
    about["recovery_code"] = code.expose().into();
    let profile = session.profile().id;
    let folder = world.dirs().profile(profile);
    drop(session);
    copy(&folder, target);

    let secret_key = SecretText::from(about["secret_key"].as_str().unwrap());
    let session = world.profiles.unlock(profile, &password, Some(&secret_key), rng(38)).unwrap();
    let rotation = Rotation {
        password: &password,
        new_password: None,
        recovery: RecoveryAfter::Same(&code),
        secret_key: SecretKeyAfter::Same,
    };
    let rotated = world.profiles.rotate(session, &rotation, &mut |_| ControlFlow::Continue(()));
    drop(rotated.map_err(|error| error.to_string()).unwrap());
    fs::copy(folder.join("profile.keys"), target.join("profile.keys")).unwrap();
    fs::copy(folder.join("vault.db"), target.join("vault.db.next")).unwrap();
    fs::write(target.join("about.json"), serde_json::to_string_pretty(&about).unwrap() + "\n").unwrap();
}

fn add_document(session: &mut Session) {
    let text = b"Ein Vertrag";
    let new = NewBlob::make(session.rng());
    let go_on = &mut |_| ControlFlow::Continue(());
    let sealed = seal(Cursor::new(text), text.len() as u64, new, session.blobs(), go_on).unwrap();
    let (blob, list) = (sealed.blob, sealed.chunk_list().unwrap());
    let mut item = content::filled(ItemType::Document, "Vertrag");
    item.attachments.push(sealed.into_attachment("Vertrag.txt".to_owned(), content::day(3)));
    session.put(Put { blobs: vec![blob], ..Put::new(item) }).unwrap();
    session.keep_chunk_list(&list).unwrap();
    assert!(session.chunk_list(&blob).unwrap().is_some());
}

/// Checks that the stored state is the interrupted one, and that each key opens it.
pub fn check(kept: &Path, about: &Value) {
    let id: ProfileId = about["profile_id"].as_str().unwrap().parse().unwrap();
    let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
    for by_code in [false, true] {
        let world = World::new();
        copy(kept, &world.dirs().profile(id));
        assert!(world.file(id, "vault.db.next").exists());
        let mut session = if by_code {
            let next = SecretText::from("one after that");
            world.profiles.recover(id, &text("recovery_code"), &next, rng(39)).unwrap()
        } else {
            world.profiles.unlock(id, &text("password"), Some(&text("secret_key")), rng(39)).unwrap()
        };
        assert!(!world.file(id, "vault.db.next").exists(), "the change was completed");
        assert_eq!(contents(&mut session)["items"], about["items"]);
        let page = session.list(&crate::support::query(vault_engine::search::Scope::All)).unwrap();
        let lists = page.rows.iter().flat_map(|row| session.get(row.id).unwrap().item.attachments);
        let lists = lists.map(|file| session.chunk_list(&session.blob(&file.blob_id).unwrap()).unwrap());
        assert_eq!(lists.map(|list| list.is_some()).collect::<Vec<_>>(), [true]);
    }
}
