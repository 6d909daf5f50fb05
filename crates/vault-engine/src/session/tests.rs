//! The statements of a session.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use vault_crypto::{KdfParams, SecretText};

use super::retention::{HistoryRetention, RetentionRules};
use super::vaults::edit::{Contents, VaultAppearance};
use super::{Put, Query, Session, TransferMode};
use crate::backup::Documents;
use crate::clock::{SystemClock, Timestamp, system_rng};
use crate::disk::AppDirs;
use crate::document::{Existing, NewBlob, seal};
use crate::item::{Field, FieldId, FieldKind, Item, ItemType};
use crate::profile::{NewProfile, NoKeychain, Profiles};
use crate::search::{Scope, Sort};
use crate::store::recorded;

/// A text that ends a statement, were it part of one.
fn hostile(mark: &str) -> String {
    format!("{mark}'\"); DROP TABLE item; --")
}

fn item(text: &str) -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(1));
    item.title = text.to_owned();
    item.notes = SecretText::from(text);
    item.tags.insert(text.to_owned());
    item.folder = Some(text.to_owned());
    item.urls.push(format!("https://{text}/"));
    let mut field = Field::new(FieldId([1; 8]), FieldKind::Text, SecretText::from(text));
    field.label = text.to_owned();
    item.fields.push(field);
    item
}

/// Lists every scope, with and without a search text, in every order.
fn list(session: &mut Session, text: &str) {
    let scopes = [
        Scope::All,
        Scope::Favourites,
        Scope::Type(ItemType::Login),
        Scope::Tag(text.to_owned()),
        Scope::Folder(text.to_owned()),
        Scope::Archive,
        Scope::Trash,
        Scope::Templates,
    ];
    for scope in scopes {
        for sort in [Sort::Title, Sort::Modified, Sort::Created] {
            for typed in ["", text, &format!("tag:\"{text}\" folder:{text}")] {
                let (text, scope) = (typed.to_owned(), scope.clone());
                session.list(&Query { text, scope, sort, offset: 0, limit: 9 }).unwrap();
            }
        }
    }
}

/// Uses a profile with a text in the place of every value.
fn use_everything(text: &str) {
    let mut go_on = |_| ControlFlow::Continue(());
    let mut each = |_: u64| ControlFlow::Continue(());
    let folder = tempfile::tempdir().unwrap();
    let profiles = || {
        let dirs = AppDirs::portable(folder.path());
        Profiles::new(dirs, Box::new(NoKeychain), Arc::new(SystemClock::new()))
    };
    let (name, password) = ("Home".to_owned(), SecretText::from(text));
    let new =
        NewProfile { name, password: password.duplicate(), device: text.to_owned(), kdf: KdfParams::TEST };
    let mut session = profiles().create(new, system_rng()).unwrap();
    let id = session.profile().id;
    drop(session);
    session = profiles().unlock(id, &password, None, system_rng()).unwrap();

    let stored = session.put(Put::new(item(text))).unwrap();
    session.put(Put::change(stored.id, stored.revision, item(&text.repeat(2)))).unwrap();
    // As an import does.
    session.add_all(vec![item(text), item(text)]).unwrap();
    list(&mut session, text);
    assert_eq!(session.get(stored.id).unwrap().item.title, text.repeat(2));
    session.history(stored.id).unwrap();
    session.note_use(stored.id).unwrap();
    session.set_favourite(&[stored.id], true).unwrap();
    session.rename_tag(text, Some(&text.repeat(2)), &mut go_on).unwrap();
    session.rename_folder(text, Some(&text.repeat(2)), &mut go_on).unwrap();
    let draft = session.draft_save(None, text.as_bytes()).unwrap();
    session.draft_save(Some(draft), text.as_bytes()).unwrap();
    assert_eq!(*session.draft_get(draft).unwrap().content, text.as_bytes());
    session.set_setting(text, text).unwrap();
    assert_eq!(session.setting(text).unwrap().as_deref(), Some(text));
    session.keep_generated(SecretText::from(text)).unwrap();
    session
        .set_retention_rules(&RetentionRules { history: HistoryRetention::Revisions(3), trash_days: Some(7) })
        .unwrap();

    let appearance = VaultAppearance { name: text.to_owned(), ..VaultAppearance::default() };
    let vault = session.create_vault(&appearance).unwrap();
    session.set_vault_appearance(vault, &appearance).unwrap();
    let mut plan = session.plan_transfer(&[stored.id], vault, TransferMode::Move).unwrap();
    plan.seal(&mut system_rng(), &mut each).unwrap();
    session.transfer(plan, &mut go_on).unwrap();
    list(&mut session, text);

    let new = NewBlob::make(session.rng());
    let sealed = seal(text.as_bytes(), text.len() as u64, new, session.blobs(), &mut each).unwrap();
    let blobs = vec![sealed.blob];
    let mut document = item(text);
    document.attachments.push(sealed.into_attachment(text.to_owned(), Timestamp(1)));
    let document = session.put(Put { blobs, ..Put::new(document) }).unwrap().id;
    session.earlier_files(document).unwrap();
    let backup = folder.path().join("home.tar");
    session.snapshot(&backup, Documents::All, &mut each).unwrap().write(Existing::Keep, &mut each).unwrap();
    let opened = session.open_backup(&backup, &mut each).unwrap();
    let (scope, sort) = (Scope::All, Sort::Title);
    opened.list(&Query { text: text.to_owned(), scope, sort, offset: 0, limit: 9 }).unwrap();

    session.trash(&[document]).unwrap();
    session.purge(&[document]).unwrap();
    session.events(0, 9).unwrap();
    session.check_log().unwrap();
    let items = u32::try_from(session.items_of_vault(vault).unwrap().len()).unwrap();
    session.delete_vault(vault, Contents::Delete { items }, &mut go_on).unwrap();
    session.change_password(&password, &SecretText::from(text.repeat(2).as_str())).unwrap();
}

#[test]
fn t54_statements_have_parameters_and_never_depend_on_values() {
    let run = |mark: &str| -> BTreeSet<String> {
        let all = recorded::record(|| use_everything(&hostile(mark)));
        assert!(all.len() > 100, "{} statements", all.len());
        for statement in &all {
            let text = statement.to_lowercase();
            assert!(!text.contains(mark) && !text.contains("drop table"), "{statement}");
        }
        all
    };
    let (one, other) = (run("canary-of-a-value"), run("another, with a different length"));
    assert_eq!(one.symmetric_difference(&other).collect::<Vec<_>>(), [""; 0]);
}
